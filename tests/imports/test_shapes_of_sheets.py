"""Shapes of whole sheets: headers, titles, sums, headings, repeated cells, several sheets."""

from __future__ import annotations

from typing import Any

import pytest

from registry.services.imports import WrongAnswer
from tests.imports.shapes import GIVEN, Shapes, kinds, lines, listed, offered, refusals, workbook

RATE, ASKED, READ, NOTICED = "rate", "asked", "read", "noticed"

HEADERS: list[tuple[str, Any, str]] = [
    ("运营成本降低（%）", 21.1, RATE),
    ("不良品率下降幅度", 53.5, RATE),
    ("生产效率提高比例(%)", 60.5, RATE),
    ("能源利用率提升", 29.5, RATE),
    ("资源利用率增幅（%）", 28.9, RATE),
    ("产品研制周期缩短(%)", 20, RATE),
    ("设备总数量", 80, ASKED),
    ("机器人数量合计", 12, ASKED),
    ("项目总投资额（万元）", 7365, ASKED),
    ("所在镇（街道）名称", "湖塘镇", ASKED),
    ("公布时间（年月日）", "2021-12-20", READ),
    ("*镇（街道）（可空）", "湖塘镇", READ),
    ("完成总投资（亿元）", 0.7365, READ),
    ("工业机器人（台/套）", 12, READ),
    ("联系人", "某某", NOTICED),
    ("产值（万元）", 100, NOTICED),
]


@pytest.mark.parametrize(("header", "cell", "expected"), HEADERS)
def test_headers(shapes: Shapes, header: str, cell: Any, expected: str) -> None:
    found = shapes.rows(listed(**{header: cell, "报告期年份": 2021}))
    if expected == RATE:
        assert kinds(found) == ["header"]
        assert offered(found) == ["ignore"]
        assert "改造前" in found.questions[0].text
        assert "改造后" in found.questions[0].text
    elif expected == ASKED:
        assert kinds(found) == ["header"]
        assert offered(found)[0] == "ignore"
        chosen = shapes.rows(listed(**{header: cell, "报告期年份": 2021}), answers={"header": offered(found)[1]})
        assert (chosen.counts["new"], chosen.questions) == (1, ())
    else:
        assert (found.counts["new"], found.questions) == (1, ())
        assert any(header in notice and "未读取" in notice for notice in found.notices) == (expected == NOTICED)


def test_a_column_is_left_out_on_demand(shapes: Shapes) -> None:
    data = workbook({"名单": lines(listed(**{"运营成本降低（%）": 21.1}))})
    assert kinds(shapes.read(data, ignore=("运营成本降低(%)",))) == []


@pytest.mark.parametrize("header", ["企业名", "车间名字", "示范车间的名称", "申报企业名称全称"])
def test_a_missing_column_names_what_is_there_and_comes_nearest(shapes: Shapes, header: str) -> None:
    target = "车间/工厂名称" if "车间" in header else "企业名称"
    cells = {header if name == target else name: value for name, value in GIVEN.items()}
    found = shapes.rows(cells)
    assert kinds(found) == ["header"]
    assert target in offered(found)
    assert shapes.rows(cells, answers={"header": target}).counts["new"] == 1
    refused = shapes.rows(cells, answers={"header": "ignore"})
    assert f"缺少必需的列：{target}" in refused.refusal
    assert f"“{header}”" in refused.refusal


TITLES: list[tuple[list[str], tuple[str | None, str | None, str | None]]] = [
    (["2021年度常州市示范智能车间名单", "（常工信投资〔2021〕88号）"], ("市级示范智能车间", "2021", "常工信投资〔2021〕88号")),
    (["二〇二一年常州市智能车间名单（常工信投资[2021]88号）"], ("市级智能车间", "2021", "常工信投资〔2021〕88号")),
    (["２０２１年市级示范智能车间名单"], ("市级示范智能车间", "2021", None)),
    (["2021年江苏省智能制造示范车间名单"], ("省级智能制造示范车间", "2021", None)),
    (["附件1", "2020年江苏省示范智能车间名单", "苏工信投资〔2020〕1号"], ("省级示范智能车间", "2020", "苏工信投资〔2020〕1号")),
    (["2025年省先进级智能工厂名单"], ("省先进级智能工厂", "2025", None)),
    (["2021年示范智能车间名单"], (None, "2021", None)),
    (["名单"], (None, None, None)),
    (["2020年和2021年市级智能车间名单"], ("市级智能车间", None, None)),
    (["市级智能车间、市级示范智能车间名单"], (None, None, None)),
    (["常工信投资〔2021〕88号 常工信投资〔2021〕89号"], (None, None, None)),
    (["2021年12月20日公布的市级智能车间名单"], ("市级智能车间", None, None)),
]  # fmt: skip


@pytest.mark.parametrize(("titles", "expected"), TITLES)
def test_what_titles_propose(
    shapes: Shapes, titles: list[str], expected: tuple[str | None, str | None, str | None]
) -> None:
    row = {name: GIVEN[name] for name in ("企业名称", "车间/工厂名称", "所属板块")}
    found = shapes.read(workbook({"名单": [*([title] for title in titles), *lines(row)]}))
    asked = {question.column: question.proposed for question in found.questions if question.column != "公布日期"}
    assert asked == dict(zip(("类别", "批次年份", "公布文号"), expected, strict=True))


@pytest.mark.parametrize("answer", ["2021年", "21", "明年", "2031", ""])
def test_an_answer_that_is_none_is_refused_by_name(shapes: Shapes, answer: str) -> None:
    data = workbook({"名单": lines(listed(批次年份=None))})
    [question] = shapes.read(data).questions
    if answer == "2021年":
        assert shapes.read(data, {question.id: answer}).counts["new"] == 1
        return
    with pytest.raises(WrongAnswer) as caught:
        shapes.read(data, {question.id: answer})
    assert "批次年份" in caught.value.message


TWO_ROWS = [listed(**{"总投资(万元)": 1000}), listed(**{"车间/工厂名称": "齿轮箱总装智能车间", "总投资(万元)": 2000})]
SUMS: list[tuple[list[Any], bool]] = [
    (["合计", "2个"], False),
    (["合 计", "2 个"], False),
    (["总计", None, "2项"], False),
    (["合计：2个"], False),
    (["合计", None, None, None, None, None, 3000], False),
    (["小计", "2家", None, None, None, None, 3000], False),
    (["合计", None, None, None, None, None, "3000万元"], False),
    (["合计"], False),
    (["合计", "3个"], True),
    (["合计3个"], True),
    (["合计", None, None, None, None, None, 3500], True),
    (["小计", "2个", None, None, None, None, 2999.9], True),
]


@pytest.mark.parametrize(("last", "asked"), SUMS)
def test_sums(shapes: Shapes, last: list[Any], asked: bool) -> None:
    data = workbook({"名单": [*lines(*TWO_ROWS), last]})
    found = shapes.read(data)
    assert kinds(found) == (["total"] if asked else [])
    assert found.counts["new"] == 2
    if asked:
        assert offered(found) == ["keep", "stop"]
        stopped = shapes.read(data, {found.questions[0].id: "stop"})
        assert [row for row, _, _ in refusals(stopped)] == [4]
        kept = shapes.read(data, {found.questions[0].id: "keep"})
        assert (kept.counts["refused"], kept.questions) == (0, ())


PASSED: list[list[Any]] = [
    ["注：排名不分先后"],
    ["备注: 以上企业不分先后"],
    [1, 2, 3, 4, 5, 6],
    ["填表人：某某", None, "审核人：某某"],
    ["（盖章）"],
    ["2021年12月20日"],
    ["企业名称", "车间/工厂名称", "类别", "批次年份", "公布文号", "所属板块"],
    ["*企业名称", "车间名称", "认定类别", "批次", "文号", "所属板块"],
    ["制表：某某", None, None, "联系电话：0519"],
    ["填报日期：2021.12.20"],
    ["说明：见文件"],
    ["合计", "1个"],
]


@pytest.mark.parametrize("cells", PASSED)
def test_rows_that_are_no_data(shapes: Shapes, cells: list[Any]) -> None:
    found = shapes.read(workbook({"名单": [*lines(listed()), cells]}))
    assert (found.counts["new"], found.counts["refused"], found.questions) == (1, 0, ())
    assert any("未读取" in notice and "第 3 行" in notice for notice in found.notices)


HEADINGS: list[tuple[list[Any], str]] = [
    (["一、武进区（1个）"], "taken"),
    (["一、常州市武进区"], "taken"),
    (["武进区"], "taken"),
    (["（一）武进区（1家）"], "taken"),
    (["一、武进高新区（1个）"], "taken"),
    (["武进区：1个"], "taken"),
    (["一、武进区（2个）"], "total"),
    (["一、武进区（共3家）"], "total"),
    (["一、江宁区（1个）"], "refused"),
    (["二、其他"], "refused"),
    (["（一）南京市"], "passed"),
    (["（一）常州市"], "unit"),
]


@pytest.mark.parametrize(("heading", "expected"), HEADINGS)
def test_headings(shapes: Shapes, heading: list[Any], expected: str) -> None:
    head, cells = lines(listed(所属板块=None))
    found = shapes.read(workbook({"名单": [head, heading, cells]}))
    if expected in ("total", "unit"):
        assert kinds(found) == [expected]
    elif expected == "refused":
        assert 2 in [row for row, _, _ in refusals(found)]
    else:
        assert found.questions == ()
        assert found.counts["new"] == (1 if expected == "taken" else 0)


FILLED: list[tuple[str, str, str]] = [
    ("类别", "同上", "taken"), ("批次年份", "〃", "taken"), ("公布文号", "同上", "taken"), ("所属板块", "″", "taken"),
    ("类别", "merged", "taken"), ("批次年份", "merged", "taken"), ("公布文号", "merged", "taken"), ("所属板块", "merged", "taken"),
    ("企业名称", "merged", "taken"), ("企业名称", "同上", "ditto"), ("车间/工厂名称", "merged", "refused"), ("车间/工厂名称", "同上", "refused"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "how", "expected"), FILLED)
def test_cells_that_repeat_the_one_above(shapes: Shapes, column: str, how: str, expected: str) -> None:
    position = list(GIVEN).index(column)
    second = listed(**{"车间/工厂名称": "齿轮箱总装智能车间"}) | {column: None if how == "merged" else how}
    letter = "ABCDEF"[position]
    data = workbook({"名单": lines(listed(), second)}, [f"{letter}2:{letter}3"] if how == "merged" else [])
    found = shapes.read(data)
    if expected == "taken":
        assert (found.counts["new"], found.questions) == (2, ())
        assert any("沿用上一行" in notice for notice in found.notices)
    elif expected == "ditto":
        assert kinds(found) == ["ditto"]
        assert shapes.read(data, {found.questions[0].id: "above"}).counts["new"] == 2
    else:
        assert {column for _, column, _ in refusals(found)} == {column}
    first = lines(listed() | {column: "同上"})
    assert shapes.read(workbook({"名单": first})).counts["refused"] == 1


def test_sheets(shapes: Shapes) -> None:
    other = lines(listed(批次年份=2020, 公布文号="常工信投资〔2020〕88号"))
    data = workbook({"甲": lines(listed()), "乙": other, "说明": [["请看说明"]]})
    found = shapes.read(data)
    assert (kinds(found), offered(found)) == (["sheet"], ["all", "甲", "乙"])
    assert sum(found.counts.values()) == 0
    everything = shapes.read(data, {found.questions[0].id: "all"})
    assert everything.counts["new"] == 2
    assert [(row.sheet, row.row) for row in everything.rows] == [("甲", 2), ("乙", 2)]
    assert any("未读取：“说明”" in notice for notice in everything.notices)
    assert shapes.read(data, sheets=("乙",)).counts["new"] == 1
    assert kinds(shapes.read(workbook({"说明": [["请看说明"]], "名单": lines(listed())}))) == []
    with pytest.raises(WrongAnswer, match="没有名为“丙”的工作表"):
        shapes.read(data, sheets=("丙",))


def test_rows_of_several_sheets_are_told_apart(shapes: Shapes) -> None:
    data = workbook({"甲": lines(listed(批次年份="21")), "乙": lines(listed(所属板块="江宁区"))})
    found = shapes.read(data, {shapes.read(data).questions[0].id: "all"})
    assert [finding.line().partition(" ")[0] for row in found.rows for finding in row.findings] == [
        "工作表“甲”第",
        "工作表“乙”第",
    ]


def test_an_unknown_answer_is_said(shapes: Shapes) -> None:
    found = shapes.read(workbook({"名单": lines(listed())}), {"unit-000000000000": "WJQ"})
    assert any("unit-000000000000" in notice for notice in found.notices)


def test_ids_depend_on_what_is_asked_and_not_on_where(shapes: Shapes) -> None:
    one = shapes.rows(listed(所属板块="高新区"))
    later = shapes.rows(listed(), listed(**{"车间/工厂名称": "齿轮箱总装智能车间", "所属板块": "高 新 区"}))
    assert one.questions[0].id == later.questions[0].id
    other = shapes.rows(listed(所属板块="国家高新区"))
    assert other.questions[0].id != one.questions[0].id
