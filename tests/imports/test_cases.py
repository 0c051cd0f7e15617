"""Lists as bureaus have them, file by file: what is asked, what comes in, and that a second reading changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from registry.models import KpiReport, KpiValue, NameDecision
from tests.cities import SHIPPED
from tests.imports.commands import CASES, Command, Run, choices, first
from tests.imports.listed import CASES_OF_PROJECTS, CASES_REFUSED, STAR, Case, holds, named, public

UNITS = {unit.code: unit.name for unit in SHIPPED.units}


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


@pytest.mark.parametrize("case", CASES_OF_PROJECTS, ids=named)
def test_a_list_goes_in_and_stays_as_it_is(light_app: Flask, tmp_path: Path, case: Case) -> None:
    command = Command(light_app, tmp_path)
    path = CASES / case.file
    applied = brought_in(command, case, path)
    again = command.run(path, *case.options)
    rows = sum(map(int, applied.counts.split("/")))
    assert (again.exit_code, again.counts, again.asked) == (0, f"0/0/{rows}/0", 0), again.output
    holds(light_app, case)


@pytest.mark.parametrize("case", CASES_REFUSED, ids=named)
def test_what_is_refused_is_named_and_writes_nothing(
    light_app: Flask, demo_app: Flask, tmp_path: Path, case: Case
) -> None:
    app = demo_app if case.demo else light_app
    before = public(app)
    command = Command(app, tmp_path, case.kind)
    asked = command.run(CASES / case.file)
    assert sorted(question["kind"] for question in asked.questions) == sorted(case.asked)
    command.answer(asked, case.answers)
    found = command.run(CASES / case.file, "--apply")
    assert (found.exit_code, found.counts, found.asked) == (1, case.counts, 0), found.output
    for words in case.says:
        assert words in found.output
    assert public(app) == before


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
