"""A KPI is a row of the database: one that no file ships, or that an administrator changed, is followed everywhere."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from registry.application_form import default_rules
from registry.models import Call, Kpi, KpiReport, KpiValue, Project
from registry.terms import Role
from tests import people
from tests.browser import Browser

CODE, NAME, NAME_EN, RENAMED = "water_use", "演示单位产值水耗", "Demo Water Use", "演示改名的运营成本"


@pytest.fixture
def project(demo_app: Flask) -> str:
    """A project of the demo stock that states a KPI which only this database knows; another KPI has a new name."""
    with demo_app.extensions["registry"].write() as session:
        session.execute(
            insert(Kpi).values(
                code=CODE, name=NAME, name_en=NAME_EN, unit="吨", kind="level", direction="low", hard_min=0,
                min_open=False, hard_max=50, list_column=NAME, in_template=True, in_new_calls=True,
                in_batch_files=True, public_alone=True, position=99,
            )
        )  # fmt: skip
        session.execute(update(Kpi).where(Kpi.code == "operating_cost").values(name=RENAMED))
        report = session.scalars(
            select(KpiReport)
            .join(KpiValue, KpiValue.report_id == KpiReport.id)
            .where(KpiValue.kpi_code == "operating_cost", KpiReport.recognition_id.is_not(None))
        ).first()
        assert report is not None
        report.values.append(KpiValue(kpi_code=CODE, current=7, measure="", comparable=True))
        code = session.get_one(Project, report.project_id).code
        session.commit()
    return str(code)


def test_public_pages_and_files_follow_the_rows(demo_app: Flask, project: str) -> None:
    client = demo_app.test_client()
    browser = Browser(demo_app)
    page = client.get(f"/projects/{project}").text
    assert NAME in page
    assert RENAMED in page
    assert NAME_EN in client.get(f"/projects/{project}?lang=en").text
    header, *rows = browser.raw("/projects.csv").data.decode("utf-8-sig").splitlines()
    column = header.split(",").index(f"kpi_{CODE}")
    assert [row.split(",")[column] for row in rows if project in row] == ["7.0"]
    assert client.get("/api/v1/statistics").json["kpis"][CODE]["n"] == 1
    assert NAME in client.get("/statistics").text
    assert client.get(f"/api/v1/projects/{project}").json["kpis"][CODE]["value"] == 7.0
    assert NAME in client.get(f"/?measure={CODE}").text
    assert client.get(f"/api/v1/projects?has={CODE}").json["total"] == 1


def test_a_new_call_asks_for_it(demo_app: Flask, project: str) -> None:
    with demo_app.extensions["registry"].write() as session:
        account = people.make_account(session, Role.MUNICIPAL_REVIEWER).id
        call = session.scalars(select(Call.id).where(Call.category_code == "mun_demo_smart_workshop")).first()
        session.commit()
    officer = people.signed_in(demo_app, account)
    rules = officer.get(f"/admin/calls/{call}/rules").text()
    assert NAME in rules
    assert RENAMED in rules
    assert default_rules("mun_demo_smart_workshop").kpis[-1] == CODE


def test_lists_and_the_doctor_follow_the_rows(demo_app: Flask, project: str, tmp_path: Path) -> None:
    runner = demo_app.test_cli_runner()
    made = runner.invoke(args=["import", "template", str(tmp_path / "template.xlsx")])
    assert made.exit_code == 0, made.output
    headers = [
        cell.value
        for cell in openpyxl.load_workbook(io.BytesIO((tmp_path / "template.xlsx").read_bytes())).worksheets[0][1]
    ]
    assert any(NAME in str(header) for header in headers)
    with demo_app.extensions["registry"].write() as session:
        session.execute(update(KpiValue).where(KpiValue.kpi_code == CODE).values(current=51))
        session.commit()
    told = runner.invoke(args=["doctor"]).output
    assert NAME in told
    assert "应不大于 50" in told


def test_another_application_of_the_process_keeps_its_own(
    demo_app: Flask, project: str, make_app: Callable[..., Any], demo_file: Path
) -> None:
    other = make_app(f"sqlite:///{demo_file}")
    for app, renamed in ((demo_app, True), (other, False), (demo_app, True)):
        assert (RENAMED in app.test_client().get(f"/projects/{project}").text) is renamed
