"""Later forms in the officers' queue: what they are for is said, and nobody is ranked in a re-evaluation."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from registry.errors import Conflict
from registry.models import Application, KpiReport
from registry.purposes import CallPurpose
from registry.services.review.needs import StepInput
from registry.terms import Action, Role
from tests import people
from tests.people import signed_in
from tests.review.test_bulk import fill_sheets_of, planned, tables
from tests.titles.conftest import Stocks
from tests.titles.later_makers import later_call, sent, take
from tests.titles.makers import Holders, writing


@pytest.fixture
def made(stocks: Stocks) -> Holders:
    """Three enterprises with a public project each."""
    return stocks(3)[1]


@pytest.fixture
def app(stocks: Stocks, make_app: Callable[..., Flask], tmp_path: Path) -> Flask:
    """On SQLite: nothing here depends on the database."""
    shutil.copyfile(stocks(3)[0], tmp_path / "held.db")
    return make_app(f"sqlite:///{tmp_path / 'held.db'}")


def test_a_bulk_recommendation_of_re_evaluations_asks_for_no_rank(app: Flask, made: Holders) -> None:
    with writing(app) as session:
        again, yearly = (later_call(session, purpose) for purpose in (CallPurpose.RE_EVALUATION, CallPurpose.YEARLY))
        ids = [sent(session, again, made, place).id for place in (0, 1)]
        fill_sheets_of(session, *ids)
        report = sent(session, yearly, made, 2).id
    unit = signed_in(app, made.district.id or 0)
    said = {row[2].rsplit(" ", 1)[-1] for row in unit.get("/review").rows()}
    assert said == {"复核", "年度报告"}
    assert {"recommend", "file"} <= {each.get("value") for each in unit.get("/review").all("button")}
    page = planned(unit, ids, "recommend")
    assert len(tables(page)["将要办理"]) == 2
    assert "推荐顺序" not in page.text()
    assert "推荐函" not in page.text()
    done = unit.submit(page, {}, action="/bulk/confirm", status=303)
    assert "已办理 2 项。" in done.text()
    # A yearly report is filed from the same page.
    page = planned(unit, [report], "file")
    unit.submit(page, {}, action="/bulk/confirm", status=303)
    with writing(app) as session:
        found = [session.get_one(Application, number) for number in (*ids, report)]
        assert [(each.status, each.rank) for each in found] == [("recommended", None)] * 2 + [("filed", None)]


def test_a_unit_sees_who_has_sent_nothing_and_takes_a_filed_report_back(app: Flask, made: Holders) -> None:
    with writing(app) as session:
        yearly = later_call(session, CallPurpose.YEARLY)
        report = sent(session, yearly, made, 0)
        take(session, report, made.district, Action.FILE)
        other = people.actor_of(people.staff(session, Role.DISTRICT_REVIEWER, "WJQ"))
    unit = signed_in(app, made.district.id or 0)
    line = f"2 缺报：{yearly.title}"
    address = unit.get("/review/today").links()[line]
    page = unit.get(address)
    assert [row[0].split(" ")[0] for row in page.rows() if row[0].startswith("CZ-")] == [
        project.code for project in made.projects[1:]
    ]
    elsewhere = signed_in(app, other.id or 0)
    assert "缺报" not in elsewhere.get("/review/today").text()
    assert "应报的都已报送。" in elsewhere.get(address).text()
    with writing(app) as session:
        report = session.get_one(Application, report.id)
        assert session.query(KpiReport).filter_by(kind="yearly").count() == 1
        take(session, report, made.district, Action.UNDO, StepInput(reason="归档有误"))
        assert (report.status, session.query(KpiReport).filter_by(kind="yearly").count()) == ("submitted", 0)
        take(session, report, made.district, Action.FILE)
        figures = session.query(KpiReport).filter_by(kind="yearly").one()
        figures.values[0].current = 1
        session.flush()
        with pytest.raises(Conflict, match="年度指标又有改动"):
            take(session, report, made.district, Action.UNDO, StepInput(reason="归档有误"))
        session.rollback()
