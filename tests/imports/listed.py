"""The cases of lists as data, for the command and for the page: what is asked, the answers, what comes in."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask

from tests.imports.commands import Answer, first, proposed


@dataclass(frozen=True)
class Case:
    """One file: the kinds that are asked, the answers, the counts afterwards, and public fields by project."""

    file: str
    asked: tuple[str, ...] = ()
    answers: Mapping[str, Answer] = field(default_factory=dict)
    counts: str = ""
    public: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    kind: str = "projects"
    demo: bool = False
    says: tuple[str, ...] = ()
    projects: int = 0
    enterprises: int = 0
    recognitions: int = 0


STAR = "减速机壳体加工智能车间"
CLOUD = "配电箱装配智能车间"
BRIGHT = "精密铸件智能车间"
LAKE = "负极材料制备智能车间"
RAIL = "制动盘智能车间"
CLOTH = "功能面料智能车间"
THREE = ("file_value", "file_value", "file_value")
ACCEPTED: Mapping[str, Answer] = {"file_value": proposed}
TOLD = (
    "--category", "市级示范智能车间", "--year", "2021", "--document", "常工信投资〔2021〕88号", "--date", "2021-12-20",
)  # fmt: skip
PROVINCE: Mapping[str, Answer] = {"file_value": proposed, "file_value:公布文号": "苏工信装备〔2021〕2号"}

CASES_OF_PROJECTS = (
    Case("01-two-row-header-projects.xlsx", counts="2/0/0/0", public={
        STAR: {"kpi_equipment_count": "80", "kpi_smart_equipment_count": "72", "kpi_networked_equipment_count": "71", "kpi_operating_cost": "-23.0", "kpi_defect_rate": "-25.9"}}),
    Case("02-header-unit-other-wording.xlsx", counts="3/0/0/0", public={CLOUD: {"unit": "XBQ"}}),
    Case("02-kpi-header-before-after-other-order.xlsx", counts="1/0/0/0", public={
        STAR: {"kpi_operating_cost": "-20.0", "kpi_production_efficiency": "100.0", "kpi_equipment_count": "80"}}),
    Case("03-kpi-headers-of-the-summary-sheet.xlsx", ("header",) * 3, {"header": "ignore"}, "1/0/0/0", {
        STAR: {"kpi_smart_equipment_rate": "93.6", "kpi_equipment_networking_rate": "94.2", "kpi_industrial_robot_count": "12", "kpi_operating_cost": ""}},
        says=("改造前", "改造后", "其中：设备投资")),
    Case("04-annex-title-holds-number-year-category.xlsx", THREE, ACCEPTED, "6/0/0/0", {
        STAR: {"year": "2021", "unit": "WJQ", "category": "mun_demo_smart_workshop"}, RAIL: {"unit": "JKQ"}}),
    Case("04-annex-title-holds-number-year-category.xlsx", counts="6/0/0/0", options=TOLD, public={
        STAR: {"announced_on": "2021-12-20"}}),
    Case("05-category-city-and-province-wording.xlsx", counts="5/0/0/0", public={
        STAR: {"category": "mun_demo_smart_workshop"}, CLOUD: {"category": "mun_demo_smart_workshop"},
        BRIGHT: {"category": "prov_demo_smart_workshop"}, LAKE: {"category": "prov_smart_mfg_demo_workshop"},
        RAIL: {"category": "prov_demo_smart_workshop"}}),
    Case("06-unit-names-in-use.xlsx", counts="6/0/0/0", says=("“武进高新区”按对照表计入武进区",), public={
        STAR: {"unit": "WJQ"}, CLOUD: {"unit": "WJQ"}, BRIGHT: {"unit": "XBQ"}, LAKE: {"unit": "XBQ"},
        RAIL: {"unit": "JKQ"}, CLOTH: {"unit": "LYS"}}),
    Case("07-empty-marked-slash-dash-wu.xlsx", ("nothing", "nothing"), {"nothing": "missing"}, "2/0/0/0", {
        STAR: {"town": "", "kpi_industrial_robot_count": ""}}, says=("按空格读取",)),
    Case("08-total-row-below.xlsx", counts="3/0/0/0", says=("汇总行与各行相符",)),
    Case("08-repeated-header-after-page-break.xlsx", counts="3/0/0/0", says=("重复的表头，未读取（第 4 行）",)),
    Case("08-group-headings-set-the-unit.xlsx", THREE, ACCEPTED, "3/0/0/0", {
        STAR: {"unit": "WJQ"}, BRIGHT: {"unit": "WJQ"}, CLOUD: {"unit": "XBQ"}}),
    Case("08-total-row-does-not-match.xlsx", ("total",), {"total": "keep"}, "2/0/0/0", says=("写 3 个，共有 2 行", "写 3500", "是 3000")),
    Case("09-unit-cells-merged.xlsx", counts="6/0/0/0", says=("沿用上一行",), public={
        STAR: {"unit": "WJQ"}, CLOUD: {"unit": "WJQ"}, BRIGHT: {"unit": "WJQ"},
        LAKE: {"unit": "XBQ"}, RAIL: {"unit": "XBQ"}, CLOTH: {"unit": "XBQ"}}),
    Case("09-ditto-and-merged-document.xlsx", counts="3/0/0/0", public={
        BRIGHT: {"year": "2021", "announced_on": "2021-12-20"}}),
    Case("10-one-sheet-per-year.xlsx", ("sheet",), {"sheet": "all"}, "3/0/0/0", projects=2, enterprises=2, recognitions=3),
    Case("10-one-sheet-per-year.xlsx", counts="1/0/0/0", options=("--sheet", "2020年"), public={LAKE: {"year": "2020"}}),
    Case("12-kpi-cells-with-units-and-words.xlsx", ("number",), {"number": "take"}, "3/0/0/0"),
    Case("12-percent-typed-after.xlsx", ("percent",), {"percent": "leave_out"}, "3/0/0/0", {
        STAR: {"kpi_defect_rate": "-53.5", "kpi_production_efficiency": ""}}),
    Case("13-former-name-in-brackets.xlsx", ("former_name",) * 2, {"former_name": "former"}, "3/0/0/0", projects=3, enterprises=2),
    Case("14-near-same-enterprise-names.xlsx", ("enterprise_similar",) * 3, {
        "enterprise_similar": first("same:"), "enterprise_similar:常州星河试样机械股份有限公司": "other"},
        "4/0/0/0", projects=4, enterprises=2),
    Case("14-workshop-names-vary.xlsx", ("workshop_similar",), {"workshop_similar": first("same:")}, "6/0/0/0",
        projects=5, enterprises=3, recognitions=6),
    Case("16-coordinates-in-one-column.xlsx", counts="1/0/0/0", public={STAR: {"lon": "119.9453", "lat": "31.7020"}}),
    Case("18-annex-word-table.docx", counts="1/0/0/0"),
    Case("18-excel-unicode-text-utf16.txt", counts="1/0/0/0"),
    Case("18-web-export-html-named.xls", counts="1/0/0/0"),
    Case("20-list-grouped-by-city.xlsx", THREE, PROVINCE, "2/0/0/0", {
        STAR: {"unit": "WJQ", "category": "prov_smart_mfg_demo_workshop"}, LAKE: {"unit": "LYS"}},
        says=("有 2 行属于其他设区市",)),
    Case("20-province-wide-list-for-outside-page.xlsx", (*THREE, "unit", "unit"), {
        **PROVINCE, "unit:常州星河试样机械有限公司": "WJQ", "unit:江苏云帆样例电气股份有限公司": "XBQ"}, "2/0/0/0", {
        STAR: {"unit": "WJQ"}, CLOUD: {"unit": "XBQ"}}),
)  # fmt: skip

CASES_OF_THE_STOCK = (
    Case("15-renamed-enterprise-known-code.xlsx", ("rename",), {"rename": "rename"}, "1/0/0/0", demo=True),
    Case("17-own-export-projects.xlsx", counts="0/0/3/0", demo=True),
    Case("19-kpis-yearly-summary-without-kind.xlsx", ("file_value", "file_value"), {
        "file_value:报告类型": "年度", "file_value:申报/核查": "申报"}, "1/0/0/0", kind="kpis", demo=True),
    Case("19-kpis-yearly-summary-without-kind.xlsx", options=("--kind", "年度", "--basis", "申报"), counts="1/0/0/0",
        kind="kpis", demo=True),
)  # fmt: skip
"""Lists that speak of what is on record; they are read over the demo stock."""

CASES_REFUSED = (
    Case("08-header-without-rows.xlsx", counts="0/0/0/0", says=("表头下面没有数据行",)),
    Case("11-years-and-dates-as-written.xlsx", counts="4/0/0/2", says=(
        "第 6 行", "【公布日期】“12月20日”：不是日期。请写成 2020-12-18",
        "第 7 行", "【批次年份】“21年”：年份只有两位。请填四位年份")),
    Case("13-marks-and-placeholders.xlsx", ("name_mark", "two_names"), {"name_mark": "strip", "two_names": "lead:1"},
        "3/0/0/2", says=("第 5 行", "【企业名称】“/”：不是名称", "第 6 行", "【企业名称】“同上”：上一行被拒绝")),
    Case("12-kpis-only-rates-of-change.xlsx", ("header", "header"), {"header": "ignore"}, "0/0/0/0", kind="kpis",
        demo=True, says=("没有要登记的内容",)),
)  # fmt: skip
"""Lists with a row, or the whole file, refused: `counts` and `says` hold once all is answered; nothing is written."""


def public(app: Flask, address: str = "/projects.csv") -> list[dict[str, str]]:
    """The rows of a public file."""
    with app.test_client().get(address) as answer:
        assert answer.status_code == 200
        return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))


def counted(app: Flask) -> dict[str, Any]:
    """The public statistics."""
    found: dict[str, Any] = app.test_client().get("/api/v1/statistics").get_json()
    return found


def holds(app: Flask, case: Case) -> None:
    """What the public sees once the list is in."""
    rows_by_name = {row["name"]: row for row in public(app)}
    for name, fields in case.public.items():
        row = rows_by_name[name]
        for column, value in fields.items():
            if column in ("lon", "lat"):
                assert row[column].startswith(value)
            elif value and column.startswith("kpi_"):
                assert float(row[column]) == pytest.approx(float(value), abs=0.05)
            else:
                assert row[column] == value, (name, column)
    totals = counted(app)
    for count in ("projects", "enterprises", "recognitions"):
        if getattr(case, count):
            assert totals[count] == getattr(case, count)


def named(case: Case) -> str:
    """The name of a case among the tests."""
    return "+".join((case.file, *case.options[:1]))
