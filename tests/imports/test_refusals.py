"""What a row is refused for, and what is only pointed out; each with row, column, reason and way out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from registry.errors import InvalidInput
from registry.models import KpiReport, KpiValue, Project
from registry.services.imports import Level, report_lines, template_headers
from tests.imports.conftest import Importer, messages
from tests.imports.sheets import KPIS, ROW, batch2020, row, table, with_cells, write_csv, write_xlsx

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
    ({"坐标系": None}, "坐标系", "有坐标而没有说明坐标系"),
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
    from geo.districts import default_districts

    districts = default_districts()
    border = next(
        (lon / 1000, 31.75)
        for lon in range(119_500, 120_200)
        if districts.locate(lon / 1000, 31.75).division == "320412" and districts.locate(lon / 1000, 31.75).near_line
    )
    plan = light.rows(row(所属板块="天宁区", 经度=border[0], 纬度=border[1]))
    assert messages(plan, Level.WARNING, Level.ERROR) == []
    assert light.all(Project.unit_code, Project.division_code, Project.near_line) == [("TNQ", "320402", True)]


@pytest.mark.parametrize("written", ["常州高新区", "高新区", "新北区", "XBQ", "新 北 区"])
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
    assert light.rows(park).summary() == "new=1 changed=0 unchanged=0 refused=0"
    assert light.rows(park).summary() == "new=0 changed=0 unchanged=1 refused=0"
    assert light.all(Project.type, Project.enterprise_id) == [("zone", None)]


def test_all_faults_of_a_row_are_told_at_once(light: Importer) -> None:
    found = light.refusals(row(类别="x", 批次年份="20", 所属板块="y"))
    assert [column for _, column, _ in found] == ["类别", "批次年份", "所属板块"]


def test_the_printed_line_has_row_column_value_reason_and_way_out(light: Importer) -> None:
    plan = light.rows(row(), row(公布日期="20-12-18", 批次年份=2019))
    assert list(report_lines(plan))[-2:] == [
        "第 3 行 拒绝 【公布日期】“20-12-18”：年份只有两位，不能确定是哪一年。请写四位年份，如 2020-12-18。",
        "new=1 changed=0 unchanged=0 refused=1",
    ]


# KPI columns


def kpi_row(**changes: Any) -> dict[str, Any]:
    return with_cells(with_cells(row(), KPIS), changes)


KPI_REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"联网设备数": 73}, "联网设备数", "联网设备数 73 大于自动化、智能化设备数 72"),
    ({"智能设备数": 81}, "智能设备数", "自动化、智能化设备数 81 大于车间设备总台套数 80"),
    ({"运营成本-改造后": None}, "运营成本-改造后", "只有改造前的值，没有改造后的值"),
    ({"运营成本-改造前": None}, "运营成本-改造前", "只有改造后的值，没有改造前的值"),
    ({"基期年份": None}, "基期年份", "有指标值而没有年份"),
    ({"报告期年份": None}, "报告期年份", "有指标值而没有年份"),
    ({"基期年份": 2021}, "基期年份", "晚于报告期年份 2020"),
    ({"报告期年份": 2027}, "报告期年份", "年份在将来"),
    ({"总投资(万元)": 0}, "总投资(万元)", "应大于 0"),
    ({"总投资(万元)": "约7000"}, "总投资(万元)", "不是数字"),
    ({"设备总数": 80.5}, "设备总数", "应为整数"),
    ({"不良品率-改造前(%)": 101}, "不良品率-改造前(%)", "应不大于 100"),
    ({"总投资-单位": "亿元"}, "总投资-单位", "这一项以 万元 计，才能相加和比较"),
]


@pytest.mark.parametrize(("cells", "column", "reason"), KPI_REFUSED)
def test_kpis_refused(light: Importer, cells: dict[str, Any], column: str, reason: str) -> None:
    assert light.refusals(kpi_row(**cells)) == [(2, column, reason)]


def test_a_half_pair_without_its_column_names_the_missing_column(light: Importer) -> None:
    half = with_cells(row(), {"生产效率-改造前": 5, "基期年份": 2018, "报告期年份": 2020})
    assert light.refusals(half) == [(2, "生产效率-改造后", "只有改造前的值，没有改造后的值")]


def test_percent_cells_are_right_and_a_plain_fraction_is_asked_about(light: Importer, tmp_path: Path) -> None:
    cells = table([with_cells(row(), {"关键工序数控化率": 0.211, "设备综合利用率(%)": 0.5, "报告期年份": 2020})])
    plain = light.file(write_xlsx(tmp_path / "a.xlsx", cells), applied=False)
    assert messages(plain, Level.WARNING) == [
        (2, "设备综合利用率(%)", "0.5 是指 0.5 % 还是 50 %"),
        (2, "关键工序数控化率", "0.211 是指 0.211 % 还是 21.1 %"),
    ]
    reference = "P2", "Q2"
    percent = light.file(write_xlsx(tmp_path / "b.xlsx", cells, dict.fromkeys(reference, "0.0%")))
    assert messages(percent, Level.WARNING) == []
    values = {code: float(current) for code, current in light.all(KpiValue.kpi_code, KpiValue.current)}
    assert values == {"numerical_control_rate": 21.1, "oee": 50.0}


def test_defect_rates_in_percent_cells(light: Importer, tmp_path: Path) -> None:
    cells = table(
        [with_cells(row(), {"不良品率-改造前": 0.0086, "不良品率-改造后": 0.004, "基期年份": 2018, "报告期年份": 2020})]
    )
    plan = light.file(write_xlsx(tmp_path / "a.xlsx", cells, {"P2": "0.00%", "Q2": "0.00%"}))
    assert messages(plan, Level.WARNING, Level.ERROR) == []
    [(before, after, measure)] = light.all(KpiValue.baseline, KpiValue.current, KpiValue.measure)
    assert (float(before), float(after), measure) == (0.86, 0.4, "")


def test_measures_come_from_their_column_or_the_header(light: Importer) -> None:
    light.rows(
        with_cells(
            row(),
            {
                "生产效率-改造前(件/人)": 5,
                "生产效率-改造后(件/人)": 8,
                "能源利用率-改造前": 20,
                "能源利用率-改造后": 26,
                "能源利用率-单位": "万元/吨标煤",
                "基期年份": 2018,
                "报告期年份": 2020,
            },
        )
    )
    assert light.all(KpiValue.kpi_code, KpiValue.measure) == [
        ("energy_utilization", "万元/吨标煤"),
        ("production_efficiency", "件/人"),
    ]


def test_an_investment_alone_needs_no_year(light: Importer) -> None:
    light.rows(with_cells(row(), {"总投资(万元)": "7,365"}))
    assert light.all(KpiReport.report_year) == [(None,)]
    [(value,)] = light.all(KpiValue.current)
    assert value == 7365


def test_a_typed_rate_that_disagrees_with_the_counts_is_pointed_out(light: Importer) -> None:
    plan = light.rows(kpi_row(**{"智能设备联网率(%)": 88.1}))
    assert messages(plan, Level.WARNING) == [(2, "智能设备联网率(%)", "与设备台数算得的 98.6 % 不一致")]
    values = {
        code: (part, whole) for code, part, whole in light.all(KpiValue.kpi_code, KpiValue.current, KpiValue.baseline)
    }
    assert values["equipment_networking_rate"] == (71, 72)


# The shape of the file


def test_headers_in_any_order_with_a_title_above_and_extra_columns(light: Importer, tmp_path: Path) -> None:
    headers = [*reversed(ROW), "联系人"]
    cells = [["2020 年度名单"], headers, [*(ROW[name] for name in reversed(ROW)), "某某"]]
    plan = light.file(write_csv(tmp_path / "a.csv", cells))
    assert plan.summary() == "new=1 changed=0 unchanged=0 refused=0"
    assert plan.notices == [
        "以下列不在导入范围内，未读取：“联系人”。",
        "表头在第 2 行，以上各行未读取。",
    ]
    assert plan.rows[0].number == 3


def test_headers_are_known_in_their_usual_spellings(light: Importer, tmp_path: Path) -> None:
    headers = [
        "*单位名称",
        "统一社会信用代码（可空）",
        "车间名称",
        "认定类别",
        "批次",
        "文号",
        "板块",
        "总投资（万元）",
    ]
    cells = [headers, ["演示甲有限公司", None, "演示车间", "市级智能车间", 2020, "演示〔2020〕1号", "天宁区", 5]]
    assert light.file(write_xlsx(tmp_path / "a.xlsx", cells)).summary() == "new=1 changed=0 unchanged=0 refused=0"


@pytest.mark.parametrize(
    ("headers", "sentence"),
    [
        (
            ["甲", "乙"],
            "前 10 行里没有找到表头。表头至少要有：企业名称、车间/工厂名称、类别、批次年份、公布文号、所属板块。",
        ),
        (
            ["企业名称", "类别", "批次年份", "所属板块"],
            "表头（第 1 行）缺少必需的列：车间/工厂名称、公布文号。请补上后再导入。",
        ),
        ([*ROW, "车间名称"], "表头（第 1 行）里“车间/工厂名称”和“车间名称”是同一列，请只留一个。"),
        ([*ROW, "总投资(亿元)"], "表头“总投资(亿元)”的单位是 亿元，这一列应以 万元 计：请换算后再导入。"),
    ],
)
def test_wrong_headers(light: Importer, tmp_path: Path, headers: list[str], sentence: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        light.file(write_csv(tmp_path / "a.csv", [headers, ["1"] * len(headers)]))
    assert caught.value.message == sentence


def test_merged_cells_refuse_their_rows_and_no_others(light: Importer, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["名单"])
    sheet.merge_cells("A1:C1")
    for line in table([row(), with_cells(row(), {"车间/工厂名称": "二"}), with_cells(row(), {"车间/工厂名称": "三"})]):
        sheet.append(line)
    sheet.merge_cells("A4:A5")
    book.save(tmp_path / "a.xlsx")
    plan = light.file(tmp_path / "a.xlsx")
    reason = "是合并单元格，只有左上角一格有值，不能确定其余各行的内容"
    assert messages(plan, Level.ERROR) == [(4, "企业名称", reason), (5, "企业名称", reason)]
    assert [finding.value for each in plan.rows for finding in each.findings] == ["A4:A5", "A4:A5"]


def test_rows_with_only_a_number_are_passed_over_aloud(light: Importer) -> None:
    plan = light.rows(with_cells({"序号": 1}, ROW), {"序号": 2})
    assert plan.summary() == "new=1 changed=0 unchanged=0 refused=0"
    assert plan.notices == ["有 1 行没有要导入的内容，未读取（第一个是第 3 行）。"]


def test_the_row_limit_counts_rows_of_data(light: Importer, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [["企业名称", "类别"], *([f"演示{n}", "x"] for n in range(20_001))])
    with pytest.raises(InvalidInput) as caught:
        light.file(path)
    assert caught.value.message.startswith(("数据超过 20,000 行", "表头"))


def test_the_shipped_batch_has_the_headers_of_the_template() -> None:
    first = batch2020().read_text(encoding="utf-8-sig").splitlines()[0].split(",")
    assert [header.removesuffix("(可空)") for header in template_headers()] == first


def test_a_category_of_other_years_names_the_one_in_force(light: Importer) -> None:
    plan = light.rows(row(类别="省级示范智能车间", 批次年份=2022, 公布日期=None))
    assert plan.rows[0].findings[0].way_out == "2022 年的名称是“省级智能制造示范车间”，请核对"


def test_a_factory_title_on_a_workshop_is_pointed_out(light: Importer) -> None:
    light.rows(row())
    plan = light.rows(row(类别="省级智能工厂"))
    assert messages(plan, Level.WARNING) == [(2, "类别", "该项目登记为车间，而这一类别授予工厂")]
    assert light.counts()["project"] == 1


def test_halves_in_different_units_are_refused(light: Importer, tmp_path: Path) -> None:
    headers = [*ROW, "生产效率-改造前(件/人)", "生产效率-改造后(台/人)"]
    with pytest.raises(InvalidInput) as caught:
        light.file(write_csv(tmp_path / "a.csv", [headers, ["1"] * len(headers)]))
    assert caught.value.message == (
        "表头“生产效率-改造前(件/人)”和“生产效率-改造后(台/人)”的单位不同：改造前后应为同一口径，请统一。"
    )


def test_a_percent_cell_in_another_measure_is_refused(light: Importer, tmp_path: Path) -> None:
    cells = table(
        [
            with_cells(
                row(),
                {
                    "能源利用率-改造前": 0.2,
                    "能源利用率-改造后": 0.3,
                    "能源利用率-单位": "件",
                    "基期年份": 2018,
                    "报告期年份": 2020,
                },
            )
        ]
    )
    path = write_xlsx(tmp_path / "a.xlsx", cells, {"P2": "0%", "Q2": "0%"})
    assert messages(light.file(path), Level.ERROR) == [(2, "能源利用率-改造后", "数值是百分数，而单位写的是 件")]


def test_changes_are_printed_with_names(light: Importer) -> None:
    light.rows(row())
    plan = light.rows(row(所属板块="新北区", 经度=119.97, 纬度=31.83, 行业大类="34"))
    assert "第 2 行 更新 所属板块：金坛区 → 新北区；" in "\n".join(report_lines(plan))
    assert "行业大类：汽车制造业 → 通用设备制造业" in "\n".join(report_lines(plan))
