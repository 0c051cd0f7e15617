"""What a row is refused for, and what is only pointed out; each with row, column, reason and way out."""

from __future__ import annotations

from typing import Any

import pytest

from registry.models import Project
from registry.services.imports import Level, report_lines
from tests.cities import BOUNDARY
from tests.imports.conftest import Importer, messages
from tests.imports.sheets import row, with_cells

REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"企业名称": None}, "企业名称", "没有填写"),
    ({"车间/工厂名称": "  "}, "车间/工厂名称", "没有填写"),
    ({"类别": None}, "类别", "没有填写"),
    ({"批次年份": None}, "批次年份", "没有填写"),
    ({"公布文号": None}, "公布文号", "没有填写"),
    ({"所属板块": None}, "所属板块", "没有填写"),
    ({"企业名称": "演" * 201}, "企业名称", "有 201 个字，最多 200 个"),
    ({"统一社会信用代码": 913204130000000140}, "统一社会信用代码", "单元格是数字格式，末几位已经丢失"),
    ({"统一社会信用代码": "91320413DEM000014X"}, "统一社会信用代码", "统一社会信用代码的校验位不对"),
    ({"批次年份": 20}, "批次年份", "年份只有两位"),
    ({"批次年份": 2027}, "批次年份", "年份在将来"),
    ({"公布日期": "20-12-18"}, "公布日期", "年份只有两位，不能确定是哪一年"),
    ({"公布日期": "2026-11-25"}, "公布日期", "日期 2026-11-25 在将来"),
    ({"公布文号": "第24号"}, "公布文号", "不是完整的文号"),
    ({"所属板块": "常熟市"}, "所属板块", "不认识的板块"),
    ({"类别": "省级智能车间"}, "类别", "不认识的类别"),
    ({"行业大类": "99x"}, "行业大类", "不认识的行业大类"),
    ({"行业大类": "36 通用设备制造业"}, "行业大类", "代码 36 与名称“通用设备制造业”不符"),
    ({"行业大类": "I36"}, "行业大类", "行业门类 I 与代码 36 不符"),
    ({"经度": None}, "经度", "只有纬度"),
    ({"纬度": None}, "纬度", "只有经度"),
    ({"坐标系": "北京54"}, "坐标系", "不认识的坐标系"),
    ({"经度": 31.624322, "纬度": 119.576259}, "经度", "经度和纬度填反了"),
    ({"经度": 0, "纬度": 0}, "纬度", "坐标是 0,0，不是真实位置"),
    ({"经度": 116.4, "纬度": 39.9}, "经度", "位置在市域边界以外约"),
    ({"经度": -119.5, "纬度": 31.6}, "经度", "坐标不在国内"),
    ({"经度": "119°34′"}, "经度", "是度分秒写法"),
    ({"经度": "东经119.5"}, "经度", "不是数字"),
    ({"备注": "=#REF!"}, "备注", "单元格没有可用的值（公式错误或未计算）"),
    (
        {"类别": "省级示范智能车间", "批次年份": 2022, "公布日期": None},
        "类别",
        "这一类别只用于 –2020 年，批次年份是 2022",
    ),
    (
        {
            "企业名称": None,
            "统一社会信用代码": "91320413DEM000014F",
            "类别": "市智能制造示范区",
            "批次年份": 2021,
            "公布日期": None,
        },
        "统一社会信用代码",
        "有代码而没有企业名称",
    ),
    ({"类别": "省级智能制造示范车间", "批次年份": 2020}, "类别", "这一类别只用于 2021–2024 年，批次年份是 2020"),
]


@pytest.mark.parametrize(("cells", "column", "reason"), REFUSED)
def test_refused(light: Importer, cells: dict[str, Any], column: str, reason: str) -> None:
    if reason.startswith("这一类别只用于 2021"):
        # The end of this category is a guess, its beginning is not; years of guesses only warn.
        plan = light.rows(with_cells(row(), cells), applied=False)
        assert messages(plan, Level.ERROR, Level.WARNING) == [(2, column, reason)]
        return
    [(number, named, said)] = light.refusals(with_cells(row(), cells))
    assert (number, named) == (2, column)
    assert said == reason or (reason.endswith("约") and said.startswith(reason))


WARNED: list[tuple[dict[str, Any], str, str]] = [
    ({"统一社会信用代码": "52320400MJ55555555"}, "统一社会信用代码", "企业的代码一般以 9 开头"),
    ({"类别": "省级示范智能车间", "公布文号": "苏工信智造[2020]"}, "公布文号", "与通常的文号写法不同"),
    ({"公布日期": "2022-01-01", "公布文号": "演示〔2022〕1号"}, "公布日期", "与批次年份 2020 相差较大"),
    ({"公布日期": "2021-01-01"}, "公布日期", "与文号中的 2020 年不同"),
    (
        {"所属板块": "武进区", "镇(街道)": "横山桥镇", "经度": 119.94, "纬度": 31.7},
        "所属板块",
        "横山桥镇 属于常州经开区",
    ),
    ({"所属板块": "天宁区"}, "经度", "坐标不在所属板块天宁区的范围内"),
    ({"类别": "省级智能工厂", "批次年份": 2022, "公布日期": None}, "类别", "这一类别只用于 –2021 年，批次年份是 2022"),
]


@pytest.mark.parametrize(("cells", "column", "reason"), WARNED)
def test_pointed_out_and_taken(light: Importer, cells: dict[str, Any], column: str, reason: str) -> None:
    if "MJ5" in str(cells):
        from stdnum.cn import uscc

        body = "52320400MJ5555555"
        cells = {"统一社会信用代码": body + uscc.calc_check_digit(body)}
    plan = light.rows(with_cells(row(), cells))
    assert messages(plan, Level.ERROR) == []
    assert messages(plan, Level.WARNING) == [(2, column, reason)]
    assert light.counts()["project"] == 1


NOTED: list[tuple[dict[str, Any], str, str]] = [
    ({"公布日期": 44183}, "公布日期", "按 Excel 日期序号读作 2020-12-18"),
    ({"行业大类": "65 软件和信息技术服务业"}, "行业大类", "不属于制造业大类（13–43）"),
]


@pytest.mark.parametrize(("cells", "column", "reason"), NOTED)
def test_noted_and_taken(light: Importer, cells: dict[str, Any], column: str, reason: str) -> None:
    plan = light.rows(with_cells(row(), cells))
    assert messages(plan, Level.ERROR, Level.WARNING, Level.NOTICE) == [(2, column, reason)]
    assert light.counts()["project"] == 1


def test_another_district_is_a_hint_and_the_polygon_holds(light: Importer) -> None:
    light.rows(row(所属板块="天宁区"))
    assert light.all(Project.unit_code, Project.division_code, Project.near_line) == [("TNQ", "320413", False)]


def test_near_a_line_the_unit_decides(light: Importer) -> None:

    districts = BOUNDARY
    border = next(
        (lon / 1000, 31.75)
        for lon in range(119_500, 120_200)
        if districts.locate(lon / 1000, 31.75).division == "320412" and districts.locate(lon / 1000, 31.75).near_line
    )
    plan = light.rows(row(所属板块="天宁区", 经度=border[0], 纬度=border[1]))
    assert messages(plan, Level.WARNING, Level.ERROR) == []
    assert light.all(Project.unit_code, Project.division_code, Project.near_line) == [("TNQ", "320402", True)]


@pytest.mark.parametrize(
    "written", ["常州高新区", "新北区（高新区）", "新北区", "XBQ", "新 北 区", "江苏省常州市新北区"]
)
def test_units_by_name_alias_or_code(light: Importer, written: str) -> None:
    light.rows(row(所属板块=written, 经度=None, 纬度=None))
    assert light.all(Project.unit_code, Project.division_code) == [("XBQ", "320411")]


@pytest.mark.parametrize(
    "written", [36, "36", "C36", "36 汽车制造业", "C36汽车制造业", "汽车制造业", "3611", "C3611 汽车整车制造"]
)
def test_industries(light: Importer, written: object) -> None:
    light.rows(row(行业大类=written))
    assert light.all(Project.industry_code) == [("36",)]


def test_parks_need_no_enterprise_but_workshops_do(light: Importer) -> None:
    park = with_cells(
        row(企业名称=None, 类别="市智能制造示范区", 批次年份=2022), {"公布文号": "演示〔2022〕1号", "公布日期": None}
    )
    assert light.rows(park).summary() == "new=1 changed=0 unchanged=0 refused=0 questions=0"
    assert light.rows(park).summary() == "new=0 changed=0 unchanged=1 refused=0 questions=0"
    assert light.all(Project.type, Project.enterprise_id) == [("zone", None)]


def test_all_faults_of_a_row_are_told_at_once(light: Importer) -> None:
    found = light.refusals(row(类别="x", 批次年份="20", 所属板块="y"))
    assert [column for _, column, _ in found] == ["类别", "批次年份", "所属板块"]


def test_the_printed_line_has_row_column_value_reason_and_way_out(light: Importer) -> None:
    plan = light.rows(row(), row(公布日期="20-12-18", 批次年份=2019))
    assert list(report_lines(plan))[-2:] == [
        "第 3 行 拒绝 【公布日期】“20-12-18”：年份只有两位，不能确定是哪一年。请写四位年份，如 2020-12-18。",
        "new=1 changed=0 unchanged=0 refused=1 questions=0",
    ]


def test_a_category_of_other_years_names_the_one_in_force(light: Importer) -> None:
    plan = light.rows(row(类别="省级示范智能车间", 批次年份=2022, 公布日期=None))
    assert plan.rows[0].findings[0].way_out == "2022 年的名称是“省级智能制造示范车间”，请核对"


def test_a_factory_title_on_a_workshop_is_pointed_out(light: Importer) -> None:
    light.rows(row())
    plan = light.rows(row(类别="省级智能工厂"))
    assert messages(plan, Level.WARNING) == [(2, "类别", "该项目登记为车间，而这一类别授予工厂")]
    assert light.counts()["project"] == 1


def test_changes_are_printed_with_names(light: Importer) -> None:
    light.rows(row())
    plan = light.rows(row(所属板块="新北区", 经度=119.97, 纬度=31.83, 行业大类="34"))
    assert "第 2 行 更新 所属板块：金坛区 → 新北区；" in "\n".join(report_lines(plan))
    assert "行业大类：汽车制造业 → 通用设备制造业" in "\n".join(report_lines(plan))
