"""Documents: their own facts corrected with a scan, and one that was confirmed in error withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from registry.changes import ChangeKind
from registry.errors import Conflict, InvalidInput
from registry.models import Application, Document, Publication, Recognition, VoidTitle
from registry.terms import ApplicationStatus, PublicationState
from tests.browser import Browser
from tests.titles.asking import ask, done
from tests.titles.makers import Holders, holders, told, writing
from tests.titles.test_ending import revoke
from tests.titles.test_enterprises import findings
from tests.titles.test_requests import browser, scan, send, step

FACTS = {
    "number": "演示发〔2026〕12号",
    "announced_on": date(2026, 11, 23),
    "document_title": "关于公布示范智能车间的通知（演示）",
    "organ": "演示市工业和信息化局",
}


@pytest.fixture
def app(make_app: Callable[..., Flask], sqlite_url: str) -> Flask:
    """An application on one kind of database: what is asked here is the same on both."""
    return make_app(sqlite_url)


@pytest.fixture
def made(app: Flask) -> Holders:
    """Two enterprises with a public project each, by one document."""
    with writing(app) as session:
        return holders(session)


def test_number_and_day_are_corrected_with_a_scan_everywhere_at_once(app: Flask, made: Holders) -> None:
    number = told(app)["items"][made.projects[0].code]["recognitions"][0]["document_number"]
    city = browser(app, made.city)
    path = city.get(f"/review/record?q={number}").links()[f"更正文件登记 {number}"]
    page = city.get(path)
    assert page.one("input", id="f-number").get("value") == number
    typed = {"f-number": "演示发[2026]12号", "f-announced_on": "2026-11-23"}
    assert "扫描件" in send(city, path, 422, **typed).errors_shown[0]
    answer = send(city, path, **typed, file=scan())
    assert ["文号", number, "演示发〔2026〕12号"] in answer.rows()
    assert "文件标题" not in [row[0] for row in answer.rows()]
    step(browser(app, made.publisher), "agree")
    for item in told(app)["items"].values():
        [title] = item["recognitions"]
        assert (title["document_number"], title["announced_on"]) == ("演示发〔2026〕12号", "2026-11-23")
    assert "演示发〔2026〕12号" in Browser(app).get("/announcements").text()
    with app.extensions["registry"].read() as session:
        assert session.scalars(select(Publication.number)).all() == ["演示发〔2026〕12号"]
    assert findings(app) == []


def test_what_a_correction_of_a_document_refuses(app: Flask, made: Holders, tmp_path: Path) -> None:
    revoke(app, made)
    with writing(app) as session:
        document = session.scalars(select(Document).where(Document.kind == "recognition")).one()
        ending = session.scalars(select(Document).where(Document.kind == "revocation")).one()
        for typed, field, message in (
            ({"number": ending.number}, "number", "已登记为另一份文件"),
            ({"announced_on": None}, "announced_on", "请填写"),
            ({"number": ""}, "number", "请填写文号"),
        ):
            with pytest.raises((Conflict, InvalidInput), match=message) as refused:
                ask(
                    session, made.city, ChangeKind.DOCUMENT_FACT, tmp_path, document_id=document.id, typed=FACTS | typed
                )
            assert refused.value.field == field
        # A title cannot end before it begins.
        early = {**FACTS, "number": ending.number, "announced_on": date(2020, 1, 2)}
        with pytest.raises(InvalidInput, match="却在 2020-01-02 已结束") as refused:
            ask(session, made.city, ChangeKind.DOCUMENT_FACT, tmp_path, document_id=ending.id, typed=early)
        assert refused.value.field == "announced_on"
        assert session.get_one(Document, ending.id).announced_on == date(2026, 11, 24)


def test_a_document_confirmed_in_error_is_withdrawn_and_its_applications_wait_again(
    app: Flask, made: Holders, tmp_path: Path
) -> None:
    with writing(app) as session:
        document_id = made.titles[0].document_id
        about = {"document_id": document_id, "typed": {"document": "演示发〔2026〕40号"}}
        request = done(session, made, ChangeKind.WITHDRAW_DOCUMENT, tmp_path, **about)
        assert request.state == "in_force"
        assert session.scalars(select(Recognition)).all() == []
        assert len(session.scalars(select(VoidTitle)).all()) == 2
        assert {each.status for each in session.scalars(select(Application))} == {ApplicationStatus.PROPOSED.value}
        assert session.scalars(select(Publication.state)).all() == [PublicationState.CANCELLED.value]
        with pytest.raises(Conflict, match="不用撤回"):
            ask(session, made.city, ChangeKind.WITHDRAW_DOCUMENT, tmp_path, **about)
    assert told(app)["codes"] == []
    assert findings(app) == []


def test_a_revocation_entered_in_error_gives_the_title_back(app: Flask, made: Holders, tmp_path: Path) -> None:
    revoke(app, made)
    assert len(told(app)["codes"]) == 1
    with writing(app) as session:
        ending = session.scalars(select(Document).where(Document.kind == "revocation")).one()
        done(
            session, made, ChangeKind.WITHDRAW_DOCUMENT, tmp_path, document_id=ending.id,
            typed={"document": "情况说明（演示）"},
        )  # fmt: skip
        title = session.get_one(Recognition, made.titles[0].id)
        assert (title.status, title.ended_on, title.cool_down_years) == ("valid", None, None)
    assert len(told(app)["codes"]) == 2
    assert findings(app) == []
