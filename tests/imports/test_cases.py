"""Lists as bureaus have them, file by file: what is asked, what comes in, and that a second reading changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from registry.models import KpiReport, KpiValue, NameDecision
from tests.imports.commands import CASES, Answer, Command, Run, choices, first, proposed, public


@dataclass(frozen=True)
class Case:
    """One file: the kinds that are asked, the answers, the counts afterwards, and public fields by project."""

    file: str
    asked: tuple[str, ...] = ()
    answers: Mapping[str, Answer] = field(default_factory=dict)
    counts: str = ""
    public: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    options: tuple[str, ...] = ()
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


def counted(app: Flask) -> dict[str, Any]:
    """The public statistics."""
    found: dict[str, Any] = app.test_client().get("/api/v1/statistics").get_json()
    return found


def brought_in(command: Command, case: Case, path: Path) -> Run:
    """Dry run, answers, dry run, apply: what the application of the list says."""
    dry = command.run(path, *case.options)
    assert sorted(question["kind"] for question in dry.questions) == sorted(case.asked), dry.output
    assert dry.asked == len(case.asked)
    assert dry.exit_code == (3 if case.asked else 0), dry.output
    for words in case.says:
        assert words in dry.output
    if case.asked:
        assert command.run(path, "--apply", *case.options).exit_code == 3
    command.answer(dry, case.answers)
    answered = command.run(path, *case.options)
    assert (answered.exit_code, answered.counts, answered.asked) == (0, case.counts, 0), answered.output
    applied = command.run(path, "--apply", *case.options)
    assert (applied.exit_code, applied.counts, applied.asked) == (0, case.counts, 0), applied.output
    return applied


@pytest.fixture
def light_app(make_app: Callable[..., Flask], sqlite_url: str) -> Flask:
    """An application on a fresh SQLite database."""
    return make_app(sqlite_url)


@pytest.mark.parametrize("case", CASES_OF_PROJECTS, ids=lambda case: "+".join((case.file, *case.options[:1])))
def test_a_list_goes_in_and_stays_as_it_is(light_app: Flask, tmp_path: Path, case: Case) -> None:
    command = Command(light_app, tmp_path)
    path = CASES / case.file
    applied = brought_in(command, case, path)
    again = command.run(path, *case.options)
    rows = sum(map(int, applied.counts.split("/")))
    assert (again.exit_code, again.counts, again.asked) == (0, f"0/0/{rows}/0", 0), again.output
    rows_by_name = {row["name"]: row for row in public(light_app)}
    for name, fields in case.public.items():
        row = rows_by_name[name]
        for column, value in fields.items():
            if column in ("lon", "lat"):
                assert row[column].startswith(value)
            elif value and column.startswith("kpi_"):
                assert float(row[column]) == pytest.approx(float(value), abs=0.05)
            else:
                assert row[column] == value, (name, column)
    totals = counted(light_app)
    for count in ("projects", "enterprises", "recognitions"):
        if getattr(case, count):
            assert totals[count] == getattr(case, count)


def test_a_header_without_rows_is_one_sentence(light_app: Flask, tmp_path: Path) -> None:
    found = Command(light_app, tmp_path).run(CASES / "08-header-without-rows.xlsx")
    assert (found.exit_code, found.counts, found.asked) == (1, "0/0/0/0", 0)
    assert "表头下面没有数据行" in found.output


def test_years_and_dates_as_written(light_app: Flask, tmp_path: Path) -> None:
    command = Command(light_app, tmp_path)
    found = command.run(CASES / "11-years-and-dates-as-written.xlsx", "--apply")
    assert (found.exit_code, found.counts, found.asked) == (1, "4/0/0/2", 0)
    assert "第 6 行 拒绝 【公布日期】“12月20日”：不是日期。请写成 2020-12-18" in found.output
    assert "第 7 行 拒绝 【批次年份】“21年”：年份只有两位。请填四位年份" in found.output
    assert public(light_app) == []


def test_units_in_cells_are_added_up_as_they_are_meant(light_app: Flask, tmp_path: Path) -> None:
    command = Command(light_app, tmp_path)
    path = CASES / "12-kpi-cells-with-units-and-words.xlsx"
    command.answer(command.run(path), {"number": "take"})
    assert command.run(path, "--apply").counts == "3/0/0/0"
    kpis = light_app.test_client().get("/api/v1/statistics?year=2021").get_json()["kpis"]
    assert kpis["total_investment"]["value"] == 2.4
    assert (kpis["industrial_robot_count"]["value"], kpis["equipment_count"]["value"]) == (23, 230)


def test_marks_are_asked_about_and_placeholders_refused(light_app: Flask, tmp_path: Path) -> None:
    found = Command(light_app, tmp_path).run(CASES / "13-marks-and-placeholders.xlsx")
    assert sorted(question["kind"] for question in found.questions) == ["name_mark", "two_names"]
    assert (found.exit_code, found.counts, found.asked) == (1, "1/0/0/2", 2)
    assert "第 5 行 拒绝 【企业名称】“/”：不是名称" in found.output
    assert "第 6 行 拒绝 【企业名称】“同上”：上一行被拒绝" in found.output


def test_a_former_name_finds_the_enterprise(light_app: Flask, tmp_path: Path) -> None:
    command = Command(light_app, tmp_path)
    path = CASES / "13-former-name-in-brackets.xlsx"
    command.answer(command.run(path), {"former_name": "former"})
    command.run(path, "--apply")
    found = public(light_app, "/projects.csv?rows=enterprises&q=旧星机械厂")
    assert [row["enterprise"] for row in found] == ["常州星河试样机械有限公司"]


def test_remembered_answers_need_no_file(light_app: Flask, tmp_path: Path) -> None:
    """Names once decided are not asked about again, by whom and when is kept."""
    command = Command(light_app, tmp_path)
    path = CASES / "14-near-same-enterprise-names.xlsx"
    answers = {"enterprise_similar": first("same:"), "enterprise_similar:常州星河试样机械股份有限公司": "other"}
    command.answer(command.run(path), answers)
    command.run(path, "--apply")
    command.answers = {}
    again = command.run(path)
    assert (again.exit_code, again.counts, again.asked) == (0, "0/0/4/0", 0)
    with light_app.extensions["registry"].read() as session:
        decided = session.execute(select(NameDecision.answer, NameDecision.decided_role)).all()
    assert sorted(row.answer for row in decided) == ["other", "other", "same", "same"]
    assert {row.decided_role for row in decided} == {"operator"}


def test_a_known_code_under_a_new_name_is_a_rename(demo_app: Flask, tmp_path: Path) -> None:
    command = Command(demo_app, tmp_path)
    path = CASES / "15-renamed-enterprise-known-code.xlsx"
    found = command.run(path)
    assert [question["kind"] for question in found.questions] == ["rename"]
    command.answer(found, {"rename": "rename"})
    assert command.run(path, "--apply").counts == "1/0/0/0"
    again = command.run(path)
    assert (again.exit_code, again.counts, again.asked) == (0, "0/0/1/0", 0)
    by_old_name = public(demo_app, "/projects.csv?q=演示企业01有限公司")
    assert {row["enterprise"] for row in by_old_name} == {"演示更名后的企业有限公司"}
    assert STAR in {row["name"] for row in by_old_name}


def test_rates_of_change_alone_are_nothing_to_register(demo_app: Flask, tmp_path: Path) -> None:
    command = Command(demo_app, tmp_path, "kpis")
    path = CASES / "12-kpis-only-rates-of-change.xlsx"
    found = command.run(path)
    assert [question["kind"] for question in found.questions] == ["header", "header"]
    assert all("改造前" in question["text"] and "改造后" in question["text"] for question in found.questions)
    assert [choices(question) for question in found.questions] == [["ignore"], ["ignore"]]
    command.answer(found, {"header": "ignore"})
    refused = command.run(path)
    assert (refused.exit_code, refused.counts, refused.asked) == (1, "0/0/0/0", 0)
    assert "没有要登记的内容" in refused.output


@pytest.mark.parametrize("by_options", [False, True])
def test_a_yearly_summary_without_kind(demo_app: Flask, tmp_path: Path, by_options: bool) -> None:
    command = Command(demo_app, tmp_path, "kpis")
    path = CASES / "19-kpis-yearly-summary-without-kind.xlsx"
    options = ("--kind", "年度", "--basis", "申报") if by_options else ()
    found = command.run(path, *options)
    assert [question["column"] for question in found.questions] == ([] if by_options else ["报告类型", "申报/核查"])
    command.answer(found, {"file_value:报告类型": "年度", "file_value:申报/核查": "申报"})
    assert command.run(path, "--apply", *options).counts == "1/0/0/0"
    again = command.run(path, *options)
    assert (again.exit_code, again.counts, again.asked) == (0, "0/0/1/0", 0)
    with demo_app.extensions["registry"].read() as session:
        report = select(KpiReport.id).where(KpiReport.kind == "yearly", KpiReport.report_year == 2022).scalar_subquery()
        stored = session.execute(
            select(KpiValue.kpi_code, KpiValue.current).where(KpiValue.report_id == report).order_by(KpiValue.kpi_code)
        ).all()
    assert {row.kpi_code: float(row.current) for row in stored} == {
        "equipment_networking_rate": 94.2,
        "industrial_robot_count": 12,
    }


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("file", ["01-two-row-header-projects.xlsx", "09-unit-cells-merged.xlsx"])
def test_a_report_is_a_list_again(light_app: Flask, tmp_path: Path, file: str, ending: str) -> None:
    """Merged cells are written out, so that the file with its two columns reads like the one it came from."""
    command = Command(light_app, tmp_path)
    report = tmp_path / f"report.{ending}"
    first_run = command.run(CASES / file, "--apply", "--report", report)
    again = command.run(report)
    rows = first_run.counts.split("/")[0]
    assert (again.exit_code, again.counts, again.asked) == (0, f"0/0/{rows}/0", 0), again.output
