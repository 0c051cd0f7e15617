"""Shapes of cells that lists have besides those of the cases: codes in words, marks for nothing, numbers with words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.imports.shapes import Shapes, kinds, listed, offered, refusals

YEARS = {"基期年份": 2019, "报告期年份": 2021}
MUNICIPAL_AND_PROVINCIAL = ["mun_demo_smart_workshop", "prov_demo_smart_workshop", "skip"]

CATEGORIES: list[tuple[str, Any, object]] = [
    ("常州市级示范智能车间", {}, "taken"),
    ("常州市智能车间", {}, "taken"),
    ("市级 示范智能车间", {}, "taken"),
    ("江苏省级智能制造示范车间", {"公布文号": "苏工信装备〔2021〕2号"}, "taken"),
    ("江苏省先进级智能工厂", {"公布文号": "苏工信装备〔2025〕2号", "批次年份": 2025}, "taken"),
    ("mun_smart_workshop", {}, "taken"),
    ("示范智能车间", {}, MUNICIPAL_AND_PROVINCIAL),
    ("智能制造示范车间", {}, ["prov_smart_mfg_demo_workshop", "prov_demo_smart_workshop", "skip"]),
    ("智能工厂", {}, ["prov_smart_factory", "prov_smart_mfg_demo_factory", "prov_advanced_smart_factory", "skip"]),
    ("苏州市示范智能车间", {}, "不认识的类别"),
    ("示范车间", {}, "不认识的类别"),
    ("省级智能车间", {}, "不认识的类别"),
    ("市级示范数字化车间", {}, "不认识的类别"),
]


@pytest.mark.parametrize(("written", "changes", "expected"), CATEGORIES)
def test_categories(shapes: Shapes, written: str, changes: dict[str, Any], expected: object) -> None:
    found = shapes.rows(listed(类别=written, **changes))
    assert _became(found, "类别") == expected


def test_a_number_of_the_province_beside_a_national_category_is_asked_about(shapes: Shapes) -> None:
    row = listed(类别="智能制造示范工厂", 公布文号="苏工信装备〔2022〕2号", 批次年份=2022)
    found = shapes.rows(row)
    assert kinds(found) == ["category"]
    assert {"nat_demo_factory", "prov_smart_mfg_demo_factory"} < set(offered(found))
    assert shapes.rows(row, answers={"category": "prov_smart_mfg_demo_factory"}).counts["new"] == 1


UNITS: list[tuple[str, object]] = [
    ("江苏省常州市天宁区", "taken"),
    ("常州钟楼", "taken"),
    ("金坛", "taken"),
    ("常州市溧阳市", "taken"),
    ("高新区（新北区）", "taken"),
    ("江苏常州经济开发区", "taken"),
    ("武进国家高新区", "taken"),
    ("西太湖科技产业园", "taken"),
    ("高新区", ["XBQ", "WJQ", "skip"]),
    ("国家高新区", ["XBQ", "WJQ", "skip"]),
    ("戚墅堰区", ["JKQ", "WJQ", "skip"]),
    ("常州市", ["TNQ", "ZLQ", "XBQ", "WJQ", "JTQ", "LYS", "JKQ", "skip"]),
    ("江宁区", "不认识的板块"),
    ("武进新区", "不认识的板块"),
]


@pytest.mark.parametrize(("written", "expected"), UNITS)
def test_units(shapes: Shapes, written: str, expected: object) -> None:
    assert _became(shapes.rows(listed(所属板块=written)), "所属板块") == expected


def _became(found: Any, column: str) -> object:
    """`taken`, the answers that are offered, or the reason of the refusal at `column`."""
    if found.questions:
        assert found.counts["new"] == 0
        return offered(found)
    if found.counts["new"]:
        return "taken"
    [(row, named, reason)] = refusals(found)
    assert (row, named) == (2, column)
    return reason


def test_an_answer_skip_leaves_the_row_out(shapes: Shapes) -> None:
    found = shapes.rows(listed(所属板块="高新区"), answers={"unit": "skip"})
    assert (found.counts["new"], found.counts["refused"], found.questions) == (0, 0, ())
    assert [row.outcome.value for row in found.rows] == ["不导入"]


NOTHING = ["/", "\\", "—", "－", "--", "……", "无", "暂无", "不详", "未填", "N/A", "——", "／"]


@pytest.mark.parametrize("mark", NOTHING)
def test_marks_for_nothing(shapes: Shapes, mark: str) -> None:
    row = listed(**{"镇(街道)": mark, "公布日期": mark, "工业机器人": mark, "总投资(万元)": 100, "报告期年份": 2021})
    found = shapes.rows(row)
    assert [(question.kind.value, question.column) for question in found.questions] == [("nothing", "工业机器人")]
    assert offered(found) == ["zero", "missing"]
    assert sum("按空格读取" in notice for notice in found.notices) == 2
    for answer in ("zero", "missing"):
        assert shapes.rows(row, answers={"nothing": answer}).counts["new"] == 1


NUMBERS: list[tuple[str, str, object]] = [
    ("总投资(万元)", "7,365万元", "taken"),
    ("总投资(万元)", "1.2亿元", "taken"),
    ("总投资(万元)", "73650000元", "taken"),
    ("总投资(万元)", "约7365", "number"),
    ("总投资(万元)", "7365左右", "number"),
    ("总投资(万元)", "7365（含设备5000）", "number"),
    ("总投资(万元)", "超过1亿元", "number"),
    ("总投资(万元)", "7365吨", "单位“吨”不合这一列"),
    ("总投资(万元)", "7000-8000", "不是数字"),
    ("工业机器人", "12台（套）", "taken"),
    ("工业机器人", "12 套", "taken"),
    ("工业机器人", "12(其中AGV 4台)", "number"),
    ("工业机器人", "12台（其中进口4台）", "number"),
    ("工业机器人", "12人", "单位“人”不合这一列"),
    ("设备总数", "100余台", "number"),
]


@pytest.mark.parametrize(("column", "cell", "expected"), NUMBERS)
def test_numbers(shapes: Shapes, column: str, cell: str, expected: object) -> None:
    row = listed(**{column: cell, "报告期年份": "2021年"})
    found = shapes.rows(row)
    if expected == "number":
        assert [(question.kind.value, question.value) for question in found.questions] == [("number", cell)]
        assert offered(found) == ["take", "leave_out"]
        for answer in ("take", "leave_out"):
            assert shapes.rows(row, answers={"number": answer}).counts["new"] == 1
    elif expected == "taken":
        assert (found.counts["new"], found.questions) == (1, ())
    else:
        assert refusals(found) == [(2, column, expected)]


PAIRS: list[tuple[str, object, object, bool]] = [
    ("生产效率", 100, "60.5%", True),
    ("生产效率", "60.5%", 100, True),
    ("生产效率", 100, "60.5％", True),
    ("生产效率", "100", "160.5 %", True),
    ("能源利用率", 1, "29.5%", True),
    ("资源利用率", "81%", 95, True),
    ("生产效率", "100%", "160.5%", False),
    ("生产效率", 100, 160.5, False),
    ("能源利用率", "20%", "26%", False),
    ("不良品率", "0.86%", 0.4, False),
    ("不良品率", 0.86, "0.4%", False),
    ("不良品率", "0.86%", "0.4%", False),
]


@pytest.mark.parametrize(("kpi", "before", "after", "asked"), PAIRS)
def test_percentages_of_one_half(shapes: Shapes, kpi: str, before: object, after: object, asked: bool) -> None:
    row = listed(**{f"{kpi}-改造前": before, f"{kpi}-改造后": after}, **YEARS)
    found = shapes.rows(row)
    assert kinds(found) == (["percent"] if asked else [])
    if asked:
        assert offered(found) == ["value", "leave_out"]
        assert shapes.rows(row, answers={"percent": "leave_out"}).counts["new"] == 1
    else:
        assert found.counts["new"] == 1


FRACTIONS: list[tuple[str, object, bool]] = [
    ("自动化、智能化设备使用率", 0.936, True),
    ("智能设备使用率", "0.936", True),
    ("智能设备联网率(%)", 0.94, True),
    ("智能化设备占比（%）", 0.5, True),
    ("关键工序数控化率", 0.211, True),
    ("设备综合利用率(%)", 0.5, True),
    ("自动化、智能化设备使用率", 93.6, False),
    ("自动化、智能化设备使用率", "93.6%", False),
    ("智能设备联网率", "0.9%", False),
    ("智能设备联网率", 0, False),
    ("智能设备联网率", 1, False),
    ("设备综合利用率", 100, False),
]


@pytest.mark.parametrize(("column", "cell", "asked"), FRACTIONS)
def test_plain_fractions_in_shares(shapes: Shapes, column: str, cell: object, asked: bool) -> None:
    row = listed(**{column: cell, "报告期年份": 2021})
    found = shapes.rows(row)
    assert kinds(found) == (["scale"] if asked else [])
    if asked:
        assert offered(found) == ["percent", "value"]
    assert shapes.rows(row, answers={"scale": "percent"}).counts["new"] == 1


def test_a_defect_rate_may_be_a_fraction(shapes: Shapes) -> None:
    row = listed(**{"不良品率-改造前(%)": 0.86, "不良品率-改造后(%)": 0.419}, **YEARS)
    assert kinds(shapes.rows(row)) == []


COORDINATES: list[tuple[dict[str, Any], str]] = [
    ({"经纬度": "119.95,31.70"}, "asked"),
    ({"经纬度": "119.95，31.70"}, "asked"),
    ({"经纬度": "31.70 119.95"}, "asked"),
    ({"坐标": "119.95；31.70"}, "asked"),
    ({"地理坐标": "119.95、31.70"}, "asked"),
    ({"经度": 119.95, "纬度": 31.70}, "asked"),
    ({"经度": 119.95, "纬度": 31.70, "坐标系": "/"}, "asked"),
    ({"经纬度": "119.95,31.70", "坐标系": "高德"}, "taken"),
    ({"经纬度": "119.95,31.70", "坐标系": "天地图"}, "taken"),
    ({"经纬度": "/", "坐标系": "/"}, "taken"),
    ({"经纬度": "0,0", "坐标系": "WGS84"}, "坐标是 0,0，不是真实位置"),
    ({"经纬度": "119.95", "坐标系": "WGS84"}, "不是一对经纬度"),
    ({"经纬度": "武进区某路", "坐标系": "WGS84"}, "不是一对经纬度"),
]


@pytest.mark.parametrize(("cells", "expected"), COORDINATES)
def test_coordinates(shapes: Shapes, cells: dict[str, Any], expected: str) -> None:
    found = shapes.rows(listed(**cells))
    if expected == "asked":
        assert kinds(found) == ["coordinate_system"]
        assert offered(found) == ["WGS84", "GCJ02", "BD09"]
        assert shapes.rows(listed(**cells), answers={"coordinate_system": "WGS84"}).counts["new"] == 1
    elif expected == "taken":
        assert (found.counts["new"], found.questions) == (1, ())
    else:
        assert [reason for _, _, reason in refusals(found)] == [expected]
