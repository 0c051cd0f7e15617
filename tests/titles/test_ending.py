"""Titles end by document or become void: map, list, statistics, files and API agree on the very next request."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from registry.application_form.eligibility import years_after
from registry.changes import ChangeKind
from registry.errors import Conflict, InvalidInput
from registry.models import Application, ChangeRequest, Document, Publication, Recognition, VoidTitle
from registry.services.calls import eligibility
from registry.services.recognition import confirming, entering
from registry.services.record import enterprises, titles
from registry.services.titles import requests
from registry.services.titles.requests import Asking
from registry.terms import ApplicationStatus, CallRule, PublicationState
from tests.applicants import open_call, rules_without_files
from tests.browser import Browser
from tests.recognition.makers import DOCUMENT
from tests.titles.makers import LATER, TODAY, Holders, holders, told, writing
from tests.titles.test_enterprises import findings
from tests.titles.test_requests import browser, send, step

NUMBER = "演示发〔2026〕30号"


@pytest.fixture
def made(app: Flask) -> Holders:
    """Two enterprises with a public project each."""
    with writing(app) as session:
        return holders(session)


def document(**changes: Any) -> dict[str, Any]:
    """What is typed about a document that ends titles."""
    fields = {
        "f-outcome": "revoked", "f-number": "演示发[2026]30号", "f-announced_on": "2026-11-24", "f-cause": "fraud",
        "f-document_title": "关于撤销部分认定的通知（演示）", "f-organ": "演示市工业和信息化局",
    }  # fmt: skip
    return fields | changes


def revoke(app: Flask, made: Holders, **changes: Any) -> None:
    """The first project's title revoked: entered by the city, put into force by the publisher."""
    path = f"/review/changes/new?kind=end_titles&project={made.projects[0].code}"
    fields = {"f-titles": [str(made.titles[0].id)]} | document(**changes)
    assert "待复核生效" in send(browser(app, made.city), path, **fields).text()
    assert len(told(app)["codes"]) == 2
    assert "已生效" in step(browser(app, made.publisher), "agree").text()


def test_a_revoked_title_leaves_what_is_valid_and_stays_in_what_was_awarded(app: Flask, made: Holders) -> None:
    first, second = (project.code for project in made.projects)
    revoke(app, made)
    assert told(app)["codes"] == [second]
    everything = told(app, "status=valid&status=revoked&status=expired")
    assert everything["codes"] == [first, second]
    assert everything["statistics"]["recognitions"] == 2
    assert told(app, "status=revoked")["codes"] == [first]
    # The day before it was valid, and is so still at that date.
    assert told(app, "as_of=2026-11-23")["codes"] == [first, second]
    page = Browser(app).get(f"/projects/{first}")
    assert "撤销日期：2026-11-24" in page.text()
    assert "弄虚作假" in page.text()
    links = Browser(app).get("/announcements").links()
    announced = Browser(app).get(links[NUMBER])
    assert "演示甲1智能车间" in announced.text()
    assert "撤销或到期1 项" in announced.text()
    assert findings(app) == []


def test_one_document_may_give_titles_and_end_others(app: Flask, made: Holders) -> None:
    revoke(app, made, **{"f-number": DOCUMENT.number, "f-announced_on": DOCUMENT.announced_on.isoformat()})
    with app.extensions["registry"].read() as session:
        ended = session.get_one(Recognition, made.titles[0].id)
        assert ended.ending_document_id == ended.document_id
        assert session.scalars(select(Document.kind)).all() == ["recognition"]
    assert findings(app) == []


def test_what_a_document_that_ends_titles_is_refused_for(app: Flask, made: Holders) -> None:
    path = f"/review/changes/new?kind=end_titles&project={made.projects[0].code}"
    city, chosen = browser(app, made.city), {"f-titles": [str(made.titles[0].id)]}
    assert send(city, path, 422, **document()).errors_shown == ["认定：没有选择认定，请至少勾选一项。"]
    early = send(city, path, 422, **chosen, **document(**{"f-announced_on": "2026-11-22"}))
    assert "早于认定公布日期 2026-11-23" in early.errors_shown[0]
    other = send(city, path, 409, **chosen, **document(**{"f-number": DOCUMENT.number}))
    assert other.errors_shown == [
        "文件日期：演示发〔2026〕7号 已登记的公布日期是 2026-11-23，与本次录入的不同；请对照文件。"
    ]
    revoke(app, made)
    again = send(city, path, 409, **chosen, **document())
    assert "已于 2026-11-24 已撤销，不能再办理" in again.errors_shown[0]


def test_a_title_that_ran_out_brings_no_waiting_time(app: Flask, made: Holders) -> None:
    revoke(app, made, **{"f-outcome": "expired", "f-cause": "due"})
    assert told(app, "status=expired")["codes"] == [made.projects[0].code]
    assert waiting(app, made) == []


def waiting(app: Flask, made: Holders) -> list[str]:
    """What a new call says about a waiting time of the first enterprise."""
    with app.extensions["registry"].write() as session:
        call = open_call(session, year=2027, rules=rules_without_files(cool_down_years=1))
        found = eligibility.eligibility(
            session,
            call=call,
            rules=rules_without_files(cool_down_years=1),
            enterprise_id=made.enterprises[0].id,
            project_id=None,
            established_on=None,
            now=LATER,
        )
        session.rollback()
    return [obstacle.sentence for obstacle in found if obstacle.rule is CallRule.COOL_DOWN]


def test_the_next_call_refuses_within_the_waiting_time_also_after_a_rename(app: Flask, made: Holders) -> None:
    revoke(app, made)
    [sentence] = waiting(app, made)
    assert sentence == ("市级示范智能车间被撤销后 3 年内不能申报，您于 2026-11-24 被撤销，2029-11-24 起可以申报")
    with writing(app) as session:
        enterprises.rename(
            session, made.city, made.enterprises[0], name="演示新名有限公司", document="", on=TODAY, now=LATER
        )
    assert waiting(app, made) == [sentence]
    check = Browser(app).get("/calls/1/check?enterprise=演示新名有限公司")
    assert "2029-11-24" in check.text()


def test_a_revocation_for_another_cause_waits_as_the_call_says(app: Flask, made: Holders) -> None:
    revoke(app, made, **{"f-cause": "own_request"})
    assert waiting(app, made)[0].startswith("市级示范智能车间被撤销后 1 年内不能申报")
    assert years_after(date(2028, 2, 29), 1) == date(2029, 3, 1)


def test_a_wrongly_confirmed_document_is_taken_back_and_may_be_entered_right(app: Flask, made: Holders) -> None:
    with app.extensions["registry"].read() as session:
        document_id = session.scalars(select(Document.id)).one()
    path = f"/review/changes/new?kind=void_titles&document={document_id}"
    ids = [str(title.id) for title in made.titles]
    page = send(browser(app, made.city), path, **{"f-titles": ids}, reason="名单印错，重新发文")
    assert "待复核生效" in page.text()
    assert len(told(app)["codes"]) == 2
    step(browser(app, made.publisher), "agree")
    everything = told(app, "status=valid&status=revoked&status=expired")
    assert (everything["codes"], everything["statistics"]["recognitions"]) == ([], 0)
    assert Browser(app).client.get(f"/projects/{made.projects[0].code}").status_code == 404
    assert Browser(app).client.get(f"/announcements/{document_id}").status_code == 404
    with writing(app) as session:
        assert {row.status for row in session.scalars(select(Application))} == {ApplicationStatus.PROPOSED.value}
        [publication] = session.scalars(select(Publication))
        assert publication.state == PublicationState.CANCELLED
        assert {void.reason for void in session.scalars(select(VoidTitle))} == {"名单印错，重新发文"}
        again = entering.prepare(session, made.city, publication.call_id or 0, DOCUMENT, now=LATER)
        confirming.confirm(session, made.publisher, again.id, seen_version=again.version, now=LATER)
    assert told(app)["codes"] == [project.code for project in made.projects]
    assert findings(app) == []


def test_titles_stand_in_one_open_request_only(app: Flask, made: Holders) -> None:
    with writing(app) as session:
        ids = [title.id for title in made.titles]

        def ask(kind: ChangeKind, chosen: list[int]) -> ChangeRequest:
            asking = Asking(
                typed={"titles": chosen, "outcome": "revoked", "number": NUMBER, "announced_on": TODAY,
                       "document_title": "演示", "organ": "演示", "cause": "other"},
                reason="演示", effective_on=TODAY,
            )  # fmt: skip
            return requests.enter(session, made.city, kind, asking, now=LATER)

        first = ask(ChangeKind.END_TITLES, ids)
        with pytest.raises(Conflict, match=first.number):
            ask(ChangeKind.VOID_TITLES, ids[1:])


def test_a_void_title_that_decided_nothing_leaves_alone(app: Flask, made: Holders) -> None:
    with writing(app) as session:
        title = session.get_one(Recognition, made.titles[0].id)
        with pytest.raises(InvalidInput, match="没有选择认定"):
            titles.void(session, made.city, [], reason="演示", now=LATER)
        with pytest.raises(Conflict, match="登记差错作废"):
            titles.void(session, made.city, [title], reason="演示", now=LATER)
