"""Later forms in the officers' queue: what they are for is said, and nobody is ranked in a re-evaluation."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from registry.models import Application
from registry.purposes import CallPurpose
from tests.people import signed_in
from tests.review.test_bulk import fill_sheets_of, planned, tables
from tests.titles.conftest import Stocks
from tests.titles.later_makers import later_call, sent
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
