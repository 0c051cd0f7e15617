"""Figures of years: reminded of, imported, shown as a trend, and kept out of every mean of a batch."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from registry.models import KpiReport, KpiValue
from registry.permissions import OPERATOR
from registry.purposes import CallPurpose, Outcome, SubjectState
from registry.queries.attention.yearly_reminders import yearly_reports
from registry.queries.calls.subjects import subject_rows, to_begin, total
from registry.services.calls import subjects
from registry.services.imports import apply_kpis, plan_kpis
from registry.services.record import figures
from registry.spreadsheets import read_file
from registry.terms import Action
from tests.browser import Browser
from tests.imports.sheets import table, write_xlsx
from tests.titles.conftest import Stocks
from tests.titles.later_makers import AGAIN, later_call, sent, subject_at, take
from tests.titles.makers import Holders, told, writing


@pytest.fixture
def made(stocks: Stocks) -> Holders:
    """Three enterprises with a public project each, so that a mean may be published."""
    return stocks(3)[1]


@pytest.fixture
def app(stocks: Stocks, make_app: Callable[..., Flask], tmp_path: Path) -> Flask:
    """On SQLite: what differs between databases is asked once, by the way from the beginning to the end."""
    shutil.copyfile(stocks(3)[0], tmp_path / "held.db")
    return make_app(f"sqlite:///{tmp_path / 'held.db'}")


def mean(app: Flask) -> tuple[object, object]:
    """The published mean of the cost changes, and over how many."""
    figure = told(app)["statistics"]["kpis"]["operating_cost"]
    return figure["value"], figure["n"]


def test_a_correction_moves_the_mean_and_a_yearly_report_does_not(app: Flask, made: Holders) -> None:
    assert mean(app) == (-21.1, 3)
    with writing(app) as session:
        call = later_call(session, CallPurpose.YEARLY)
        for place in range(3):
            filed(session, made, call, place, "191.2")
    assert mean(app) == (-21.1, 3)
    with writing(app) as session:
        value = figures.read_input("operating_cost", baseline="382.4", current="191.2", measure="元/件")
        figures.correct(session, made.city, made.titles[0], "operating_cost", value, document="演示", now=AGAIN)
    assert mean(app) == (-30.7, 3)


def filed(session: Session, made: Holders, call, place: int, cost: str) -> None:  # type: ignore[no-untyped-def]
    application = sent(session, call, made, place, **{"kpi-operating_cost-current": cost})
    take(session, application, made.district, Action.FILE)


def test_the_trend_stands_on_the_project_page_and_in_statistics(app: Flask, made: Holders) -> None:
    code = made.projects[0].code
    assert "历年数据" not in Browser(app).get(f"/projects/{code}").text()
    with writing(app) as session:
        for year, cost in ((2026, "305"), (2027, "191.2")):
            call = later_call(session, CallPurpose.YEARLY, year=year, document_number=f"演示〔2028〕{year - 2020}号")
            for place in range(3):
                filed(session, made, call, place, cost)
    page = Browser(app).get(f"/projects/{code}")
    [row] = [cells for cells in page.rows() if cells and cells[0].startswith("车间生产运营成本") and len(cells) == 5]
    assert row[1:4] == ["下降 21.1%", "下降 20.2%", "下降 50.0%"]
    assert 'role="img" aria-label="车间生产运营成本：2025 下降 21.1%；2026 下降 20.2%；2027 下降 50.0%"' in page.source
    assert "191.2" not in page.source, "an absolute value stays with the office"
    scope = Browser(app).get("/statistics")
    assert "年度报告的走势" in scope.text()
    assert any(cells[1:3] == ["下降 20.2%（n=3）", "下降 50.0%（n=3）"] for cells in scope.rows() if len(cells) == 4)
    english = Browser(app).get(f"/projects/{code}?lang=en")
    assert "Figures over the years" in english.text()


def test_an_import_fills_the_same_row_and_a_form_takes_its_place(app: Flask, made: Holders, tmp_path: Path) -> None:
    listed = {
        "项目编号": made.projects[0].code, "报告类型": "年度报告", "报告期年份": 2027, "基期年份": 2023,
        "申报/核查": "申报", "运营成本-改造前": 382.4, "运营成本-改造后": 300, "运营成本-单位": "元/件",
    }  # fmt: skip
    with writing(app) as session:
        call = later_call(session, CallPurpose.YEARLY)
        plan = plan_kpis(session, read_file(write_xlsx(tmp_path / "kpis.xlsx", table([listed]))), today=AGAIN.date())
        assert plan.refused == 0
        apply_kpis(session, OPERATOR, plan)
        session.flush()
        [first, *_others] = subject_rows(session, call.id)
        assert (first.state, total(subject_rows(session, call.id)).missing) == (SubjectState.CHECKED, 2)
        assert to_begin(session, made.owners[0].enterprise_id or 0, now=AGAIN) == []
        filed(session, made, call, 0, "290")
        [report] = session.query(KpiReport).filter_by(kind="yearly").all()
        value = session.get_one(KpiValue, (report.id, "operating_cost"))
        assert (value.current, len(report.values) > 5) == (Decimal(290), True)


def test_reminders_go_to_whoever_has_sent_nothing(app: Flask, made: Holders) -> None:
    with writing(app) as session:
        call = later_call(session, CallPurpose.YEARLY)
        sent(session, call, made, 0)
        excused = subject_at(session, call, made, 1)
        subjects.decide(
            session, made.city, excused.id, Outcome.EXCUSED, reason="搬迁", seen_version=excused.version, now=AGAIN
        )
        last = date(2028, 4, 30)
        wanted = {
            date(2028, 3, 30): "", date(2028, 3, 31): "yearly_30", date(2028, 4, 1): "yearly_30",
            date(2028, 4, 23): "yearly_7", date(2028, 4, 29): "yearly_1", last: "yearly_1",
            date(2028, 5, 6): "", date(2028, 5, 7): "yearly_late", date(2028, 5, 15): "",
        }  # fmt: skip
        days = {day: list(yearly_reports(session, day)) for day in wanted}
        assert {day: {each.kind for each in found} for day, found in days.items()} == {
            day: {kind} - {""} for day, kind in wanted.items()
        }
        assert {len(found) for found in days.values()} == {0, 2}
        assert {(each.day, each.subject) for found in days.values() for each in found} == {
            (last, f"subject:{subject_at(session, call, made, 2).id}")
        }
        first, after = days[date(2028, 3, 31)][0], days[date(2028, 5, 7)][0]
        assert str(first.title) == "2027年度报告还没有报送，2028-04-30 截止"
        assert "“演示甲3智能车间”的2027年度报告没有按时报送，截止日期是 2028-04-30" in str(after.body)
        assert first.account_id in {made.owners[2].id}
