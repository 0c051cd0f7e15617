"""A new ladder converts titles by document, directly or after a re-evaluation; titles run out by document alone."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput, NotFound
from registry.models import Category, Recognition
from registry.purposes import CallPurpose, MappingMode
from registry.queries.recognition.ladder import Convertible, convertible, mapping_rows, months_after, titles_due
from registry.services.recognition import confirming, mapping, re_evaluating
from registry.services.recognition.document_text import DocumentText
from registry.services.recognition.mapping import MappingText
from tests import people
from tests.browser import Browser
from tests.titles.conftest import Stocks
from tests.titles.later_makers import AGAIN, CLOSED, later_call, proposed_again
from tests.titles.makers import Holders, holders, told, writing
from tests.titles.test_enterprises import findings

OLD, NEW = "mun_demo_smart_workshop", "mun_smart_workshop"
ROW = MappingText(
    from_code=OLD, to_code=NEW, mode=MappingMode.DIRECT, keeps_old=False, document="演示发[2028]4号", decided_on=None
)
DOCUMENT = DocumentText(
    number="演示发〔2028〕4号", title="关于对应转换的通知（演示）", organ="演示机关", announced_on=date(2028, 2, 20)
)
AFTER = CLOSED + timedelta(days=3)


@pytest.fixture
def made(stocks: Stocks) -> Holders:
    """Two enterprises with a public project each."""
    return stocks(2)[1]


@pytest.fixture
def app(stocks: Stocks, make_app: Callable[..., Flask], tmp_path: Path) -> Flask:
    """On SQLite: what differs between databases is asked once, by the way from the beginning to the end."""
    shutil.copyfile(stocks(2)[0], tmp_path / "held.db")
    return make_app(f"sqlite:///{tmp_path / 'held.db'}")


def test_months_are_counted_by_the_calendar() -> None:
    assert months_after(date(2026, 3, 15), 6) == date(2026, 9, 15)
    assert months_after(date(2026, 8, 31), 6) == date(2027, 3, 1)
    assert months_after(date(2026, 12, 1), 6) == date(2027, 6, 1)


def listed(session: Session, mapping_id: int) -> list[Convertible]:
    """What may be converted; the page of the ladder counts just that, without reading it."""
    found = convertible(session, mapping_id)
    assert [each.waiting for each in mapping_rows(session) if each.id == mapping_id] == [len(found)]
    return found


def test_a_direct_row_gives_new_titles_and_ends_the_old_ones(make_app: Callable[..., Flask], database_url: str) -> None:
    app = make_app(database_url)
    with writing(app) as session:
        made = holders(session, 2)
    with writing(app) as session:
        row = mapping.add(session, made.city, ROW, now=AGAIN)
        assert [each.waiting for each in mapping_rows(session)] == [2]
        publication = mapping.prepare(session, made.city, row.id, DOCUMENT, year=2028, now=AGAIN)
        assert listed(session, row.id) == [], "what stands in a prepared document is taken"
        confirming.confirm(session, made.publisher, publication.id, seen_version=publication.version, now=AGAIN)
        assert session.get_one(Recognition, made.titles[0].id).status == "expired"
    found = told(app)
    assert {item["category"] for item in found["items"].values()} == {NEW}
    assert told(app, "status=valid&status=expired")["statistics"]["recognitions"] == 4
    page = Browser(app).get(f"/projects/{made.projects[0].code}")
    assert "转入新类别：市级智能车间" in page.text()
    announced = Browser(app).get(Browser(app).get("/announcements").links()[DOCUMENT.number])
    assert "认定2 项" in announced.text()
    assert "撤销或到期2 项" in announced.text()
    assert findings(app) == []


def test_old_titles_stay_where_the_document_says_so(app: Flask, made: Holders) -> None:
    with writing(app) as session:
        row = mapping.add(session, made.city, replace(ROW, keeps_old=True), now=AGAIN)
        chosen = [made.titles[0].id]
        publication = mapping.prepare(
            session, made.city, row.id, DOCUMENT, year=2028, recognition_ids=chosen, now=AGAIN
        )
        confirming.confirm(session, made.publisher, publication.id, seen_version=publication.version, now=AGAIN)
        assert session.get_one(Recognition, made.titles[0].id).status == "valid"
        assert [each.recognition_id for each in listed(session, row.id)] == [made.titles[1].id]
    assert told(app)["statistics"]["recognitions"] == 3


def test_after_a_re_evaluation_only_those_that_passed(app: Flask, made: Holders) -> None:
    with writing(app) as session:
        row = mapping.add(session, made.city, replace(ROW, mode=MappingMode.REVIEW), now=AGAIN)
        assert listed(session, row.id) == []
        with pytest.raises(InvalidInput, match="没有选择要认定的项目"):
            mapping.prepare(session, made.city, row.id, DOCUMENT, year=2028, now=AGAIN)
        call = later_call(session, CallPurpose.RE_EVALUATION)
        proposed_again(session, call, made, 0, "pass")
        proposed_again(session, call, made, 1, "fail", reason="设备已拆除")
        text = replace(DOCUMENT, number="演示发〔2028〕9号", announced_on=date(2028, 5, 2))
        publication = re_evaluating.prepare(session, made.city, call.id, text, now=AFTER)
        confirming.confirm(session, made.publisher, publication.id, seen_version=publication.version, now=AFTER)
        assert [each.recognition_id for each in listed(session, row.id)] == [made.titles[0].id]


def test_what_a_row_of_the_ladder_is_refused_for(app: Flask, made: Holders) -> None:
    with writing(app) as session:
        for text, field in (
            (replace(ROW, to_code=OLD), "to_code"),
            (replace(ROW, to_code="prov_smart_factory"), "to_code"),
            (replace(ROW, from_code=""), "from_code"),
            (replace(ROW, document="某号"), "document"),
        ):
            with pytest.raises(InvalidInput) as refused:
                mapping.add(session, made.city, text, now=AGAIN)
            assert refused.value.field == field
        row = mapping.add(session, made.city, ROW, now=AGAIN)
        with pytest.raises(Conflict, match="已经有了"):
            mapping.add(session, made.city, ROW, now=AGAIN)
        publication = mapping.prepare(session, made.city, row.id, DOCUMENT, year=2028, now=AGAIN)
        session.get_one(Recognition, made.titles[0].id).status = "expired"
        session.get_one(Recognition, made.titles[0].id).ended_on = date(2028, 2, 1)
        session.flush()
        with pytest.raises(Conflict, match="已经结束或作废"):
            confirming.confirm(session, made.publisher, publication.id, seen_version=publication.version, now=AGAIN)
        session.rollback()
        with pytest.raises(NotFound):
            mapping.remove(session, made.city, 99, now=AGAIN)


def test_titles_run_out_on_the_list_and_stay_valid(app: Flask, made: Holders) -> None:
    with writing(app) as session:
        session.get_one(Category, OLD).valid_years = 3
        assert titles_due(session, date(2029, 5, 22)) == []
        [due] = titles_due(session, date(2029, 5, 23))
        assert (due.count, due.ends_on) == (2, date(2029, 11, 23))
        [late] = titles_due(session, date(2031, 1, 1))
        assert late.ends_on == date(2029, 11, 23)
    with time_machine.travel(date(2031, 1, 1), tick=False):
        assert len(told(app)["codes"]) == 2, "no clock ends a title"


def test_the_pages_of_the_ladder(app: Flask, made: Holders) -> None:
    with writing(app) as session:
        session.get_one(Category, OLD).valid_years = 1
    with time_machine.travel(AGAIN, tick=False):
        city, publisher = people.signed_in(app, made.city.id or 0), people.signed_in(app, made.publisher.id or 0)
        page = city.get("/admin/ladder")
        assert "已期满" in page.text()
        listed = city.get(page.links()["办理到期：演示发〔2026〕7号"])
        assert "撤销或到期" in listed.text()
        refused = city.submit(page, {"document": "演示发[2028]4号"}, action="/admin/ladder", status=422)
        assert refused.errors_shown == ["原类别：没有选择类别；请选择。"]
        typed = {"from_code": OLD, "to_code": NEW, "document": "演示发[2028]4号", "decided_on": "2028-02-20"}
        page = city.submit(refused, typed, action="/admin/ladder", status=303)
        [row] = [cells for cells in page.rows() if "市级智能车间" in cells]
        assert row[2:6] == ["直接对应", "转换后到期", "演示发〔2028〕4号", "2"]
        convert = city.get(page.links()["录入转换文件：市级示范智能车间"])
        done = city.submit(convert, {"title": "关于对应转换的通知（演示）"}, status=303)
        assert "对应转换" in done.text()
        publisher.submit(publisher.get(done.response.request.path), {}, action="/confirm", status=303)
        assert {item["category"] for item in told(app)["items"].values()} == {NEW}
        assert "没有可以转换的认定" in city.get("/publications/mapping?mapping=1").text()
        page = city.submit(city.get("/admin/ladder"), {}, action="/remove", status=303)
        assert "还没有对应关系" in page.text()
