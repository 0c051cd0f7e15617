"""Re-evaluation: judged, announced by one document that confirms and revokes, quoted by the next call."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form import Criterion
from registry.changes import ChangeKind, Ending, EndingCause
from registry.errors import Conflict, InvalidInput, NotFound
from registry.models import Application, Call, Enterprise, Message, Project, Publication, Recognition, ReEvaluation
from registry.purposes import CallPurpose, Outcome
from registry.queries.applications.access import form_for
from registry.queries.calls.subjects import subject_rows
from registry.queries.recognition.again import judged_of
from registry.services.calls import eligibility, managing, subjects
from registry.services.recognition import confirming, entering, re_evaluating
from registry.services.recognition.document_text import DocumentFaults, DocumentText
from registry.services.record import documents, enterprises, titles
from registry.services.record.enterprise_merging import merge_enterprises
from registry.services.review import steps
from registry.services.review.needs import StepInput
from registry.services.titles import requests
from registry.services.titles.requests import Asking
from registry.terms import Action, CallRule, DocumentKind, Role
from tests import people
from tests.applicants import CATEGORY, Cast, cast, open_call, proposed, rules_without_files
from tests.browser import Browser
from tests.english.reading import chinese
from tests.titles.conftest import Stocks
from tests.titles.later_makers import (
    AGAIN,
    CLOSED,
    later_call,
    proposed_again,
    sent,
    subject_at,
    take,
)
from tests.titles.makers import Holders, holders, told, writing
from tests.titles.test_enterprises import findings

DOCUMENT = DocumentText(
    number="演示发〔2028〕9号", title="关于公布复核结果的通知（演示）", organ="演示机关", announced_on=date(2028, 5, 2)
)
AFTER = CLOSED + timedelta(days=3)


@pytest.fixture
def made(stocks: Stocks) -> Holders:
    """Four enterprises with a public project each."""
    return stocks(4)[1]


@pytest.fixture
def app(stocks: Stocks, make_app: Callable[..., Flask], tmp_path: Path) -> Flask:
    """On SQLite: what differs between databases is asked once, by the way from the beginning to the end."""
    shutil.copyfile(stocks(4)[0], tmp_path / "held.db")
    return make_app(f"sqlite:///{tmp_path / 'held.db'}")


def judged(app: Flask, made: Holders) -> Call:
    """Four titles re-evaluated: excellent, passed, failed, absent."""
    with writing(app) as session:
        call = later_call(session, CallPurpose.RE_EVALUATION)
        proposed_again(session, call, made, 0, "excellent")
        proposed_again(session, call, made, 1, "pass")
        proposed_again(session, call, made, 2, "fail", reason="主要设备已拆除")
        subject = subject_at(session, call, made, 3)
        subjects.decide(session, made.city, subject.id, Outcome.ABSENT, seen_version=subject.version, now=CLOSED)
    return call


def announced(app: Flask, made: Holders, call: Call) -> Publication:
    """The document of all outcomes, in force."""
    with writing(app) as session:
        publication = re_evaluating.prepare(session, made.city, call.id, DOCUMENT, now=AFTER)
        assert [item["outcome"] for item in publication.items] == ["excellent", "pass", "fail", "absent"]
        return confirming.confirm(session, made.publisher, publication.id, seen_version=publication.version, now=AFTER)


def test_one_document_confirms_two_and_revokes_two(make_app: Callable[..., Flask], database_url: str) -> None:
    app = make_app(database_url)
    with writing(app) as session:
        made = holders(session, 4)
    call = judged(app, made)
    codes = [project.code for project in made.projects]
    assert told(app)["codes"] == codes, "an outcome is secret until its document is in force"
    assert "复核" not in Browser(app).get(f"/projects/{codes[0]}").text()
    announced(app, made, call)
    assert told(app)["codes"] == codes[:2]
    assert told(app, "status=valid&status=revoked")["codes"] == codes
    assert "复核优秀（2028）" in Browser(app).get(f"/projects/{codes[0]}").text()
    failed = Browser(app).get(f"/projects/{codes[2]}").text()
    assert "复核不合格：主要设备已拆除" in failed
    assert "未参加复核" in Browser(app).get(f"/projects/{codes[3]}").text()
    page = Browser(app).get(Browser(app).get("/announcements").links()[DOCUMENT.number])
    assert "撤销或到期 2 项" in page.text().replace("期2", "期 2")
    assert "复核合格（2028）" in page.text()
    with app.extensions["registry"].read() as session:
        statuses = session.scalars(select(Application.status).where(Application.call_id == call.id)).all()
        assert statuses == ["filed", "filed", "filed"]
        told_to = session.scalars(select(Message.body).where(Message.body.contains("复核结论：未参加"))).all()
        assert len(told_to) == 2, "the members of an enterprise that sent nothing are told as well"
        assert judged_of(session, call.id, today=AGAIN.date()) == []
        found = session.execute(select(ReEvaluation.year, ReEvaluation.outcome)).all()
        assert [tuple(row) for row in found] == [(2028, "excellent"), (2028, "pass")]
    assert findings(app) == []


def test_what_is_refused_on_the_way(app: Flask, made: Holders) -> None:
    with writing(app) as session:
        call = later_call(session, CallPurpose.RE_EVALUATION)
        application = sent(session, call, made, **{"criterion-storage": "no"})
        rules = {item.code: "no" for item in call_rules(application)}
        with pytest.raises(InvalidInput, match="条件审核表还有"):
            take(session, application, made.district, Action.RECOMMEND)
        with pytest.raises(InvalidInput, match="不符合的原因"):
            take(session, application, made.district, Action.RECOMMEND, StepInput(criteria=rules))
        reasons = dict.fromkeys(rules, "现场没有见到。")
        take(session, application, made.district, Action.RECOMMEND, StepInput(criteria=rules, criteria_reasons=reasons))
        assert (application.rank, application.letter_number) == (None, "")
        take(session, application, made.city, Action.ACCEPT)
        with pytest.raises(InvalidInput, match="请选择复核结论"):
            take(session, application, made.city, Action.PROPOSE)
        with pytest.raises(InvalidInput, match="不合格的原因"):
            take(session, application, made.city, Action.PROPOSE, StepInput(outcome="fail"))
        take(session, application, made.city, Action.PROPOSE, StepInput(outcome="pass"))
        assert subject_rows(session, call.id)[0].outcome is Outcome.PASS
        with pytest.raises(NotFound):
            entering.prepare(session, made.city, call.id, DOCUMENT, now=AFTER)
        first = re_evaluating.prepare(session, made.city, call.id, DOCUMENT, now=AFTER)
        with pytest.raises(InvalidInput, match="没有选择"):
            re_evaluating.prepare(
                session, made.city, call.id, replace(DOCUMENT, number="演示发〔2028〕10号"), now=AFTER
            )
        take(session, application, made.city, Action.UNDO, StepInput(reason="再看一次"))
        assert subject_rows(session, call.id)[0].outcome is None
        with pytest.raises(Conflict, match="结论在录入之后有改动"):
            confirming.confirm(session, made.publisher, first.id, seen_version=first.version, now=AFTER)


def call_rules(application: Application) -> tuple[Criterion, ...]:

    return form_for(application).rules.criteria


def test_one_number_recognises_and_re_evaluates_of_one_day(app: Flask, made: Holders) -> None:
    call = judged(app, made)
    announced(app, made, call)
    with writing(app) as session:
        again = open_call(session, year=2028, document_number="演示〔2028〕90号", title="又一批（演示）")
        who = people_of(session)
        proposed(session, again, who, project_name="演示新车间")
        with pytest.raises(DocumentFaults, match="2028-05-02"):
            entering.prepare(session, made.city, again.id, replace(DOCUMENT, announced_on=date(2028, 5, 1)), now=AFTER)
        publication = entering.prepare(session, made.city, again.id, DOCUMENT, now=AFTER)
        confirming.confirm(session, made.publisher, publication.id, seen_version=publication.version, now=AFTER)
        with pytest.raises(DocumentFaults, match="请勿重复"):
            entering.prepare(session, made.city, again.id, DOCUMENT, now=AFTER)
    page = Browser(app).get(Browser(app).get("/announcements").links()[DOCUMENT.number])
    for part in ("认定1 项", "撤销或到期2 项", "复核保留2 项"):
        assert part in page.text()
    assert findings(app) == []


def people_of(session: Session) -> Cast:

    return cast(session, enterprise="演示新企业有限公司")


def test_a_title_is_asked_again_after_its_interval_and_not_before(app: Flask, made: Holders) -> None:
    announced(app, made, judged(app, made))
    with writing(app) as session, pytest.raises(InvalidInput, match="没有要报的项目"):
        later_call(session, CallPurpose.RE_EVALUATION, year=2028, document_number="演示〔2028〕5号")
    with writing(app) as session:
        moved = {"opens_at": AGAIN + timedelta(days=800), "closes_at": AGAIN + timedelta(days=860)}
        call = published_later(session, 2030, moved)
        assert [row.project_id for row in subject_rows(session, call.id)] == [made.projects[0].id, made.projects[1].id]


def published_later(session: Session, year: int, moved: dict[str, datetime]) -> Call:

    city = people.actor_of(people.staff(session, Role.MUNICIPAL_REVIEWER))
    text = managing.CallText(
        category=CATEGORY, year=year, title="再次复核（演示）", document_number="演示〔2030〕1号",
        purpose=CallPurpose.RE_EVALUATION, **moved,
    )  # fmt: skip
    call = managing.create_call(session, city, text, now=moved["opens_at"])
    return managing.publish_call(session, city, call.id, seen_version=call.version, now=moved["opens_at"])


def test_the_next_call_quotes_the_waiting_time_also_after_a_rename(app: Flask, made: Holders) -> None:
    announced(app, made, judged(app, made))
    with writing(app) as session:
        enterprises.rename(
            session,
            made.city,
            made.enterprises[2],
            name="演示复核更名有限公司",
            document="",
            on=date(2028, 5, 3),
            now=AFTER,
        )
        found = waiting(session, made, 2)
        assert found == ["市级示范智能车间被撤销后 2 年内不能申报，您于 2028-05-02 被撤销，2030-05-02 起可以申报"]
        assert waiting(session, made, 0) == []


def test_a_revocation_on_a_leap_day_ends_on_the_first_of_march(app: Flask, made: Holders) -> None:

    with writing(app) as session:
        title = session.get_one(Recognition, made.titles[0].id)
        document = documents.settle(
            session, number="演示发〔2028〕2号", title="演示", organ="演示", announced_on=date(2028, 2, 29),
            kind=DocumentKind.REVOCATION, is_demo=False, now=AGAIN,
        )  # fmt: skip
        titles.end(
            session, made.city, [title], ending=Ending.REVOKED, document=document, cause=EndingCause.FRAUD, now=AGAIN
        )
        [sentence] = waiting(session, made, 0)
        assert sentence.endswith("您于 2028-02-29 被撤销，2031-03-01 起可以申报")
        # An enterprise that takes the revoked one over takes its waiting time over as well.
        enterprises_merged(session, made)
        assert waiting(session, made, 1) == [sentence]


def enterprises_merged(session: Session, made: Holders) -> None:

    survivor, other = (session.get_one(Enterprise, made.enterprises[place].id) for place in (1, 0))
    merge_enterprises(session, made.city, survivor, other, document="演示", on=date(2028, 2, 29), now=AGAIN)


def waiting(session: Session, made: Holders, place: int) -> list[str]:
    """What a call says about a waiting time of one of the enterprises."""
    rules = rules_without_files(cool_down_years=2)
    call = open_call(session, year=2029, rules=rules, document_number=f"演示〔2029〕{place + 1}号")
    found = eligibility.eligibility(
        session, call=call, rules=rules, enterprise_id=made.enterprises[place].id, project_id=None,
        established_on=None, now=AFTER,
    )  # fmt: skip
    return [obstacle.sentence for obstacle in found if obstacle.rule is CallRule.COOL_DOWN]


def test_a_void_title_takes_its_re_evaluation_with_it(app: Flask, made: Holders) -> None:
    call = judged(app, made)
    announced(app, made, call)
    with writing(app) as session:
        application = session.scalars(select(Application).where(Application.recognition_id == made.titles[0].id)).one()

        steps.settle_void(session, made.publisher, application, now=AFTER)
        titles.void(session, made.city, [made.titles[0]], reason="名单印错", now=AFTER)
        assert len(session.scalars(select(ReEvaluation)).all()) == 1
        [row, *_others] = subject_rows(session, call.id)
        assert (row.recognition_id, row.category) == (None, "")
        assert session.get_one(Project, made.projects[0].id).code == row.code
    assert findings(app) == []


def test_entered_and_confirmed_in_the_browser(app: Flask, made: Holders) -> None:
    call = judged(app, made)
    city, publisher = people.signed_in(app, made.city.id or 0), people.signed_in(app, made.publisher.id or 0)
    listed = city.get("/publications")
    assert "4 项结论" in listed.text()
    with time_machine.travel(AFTER, tick=False):
        city, publisher = people.signed_in(app, made.city.id or 0), people.signed_in(app, made.publisher.id or 0)
        entering_page = city.get(f"/publications/re-evaluation?call={call.id}")
        assert "撤销认定：主要设备已拆除" in entering_page.text()
        refused = city.submit(entering_page, {"number": "", "subject": None}, status=422)
        assert any("请填写文号" in line for line in refused.errors_shown)
        typed = {
            "number": DOCUMENT.number, "announced_on": "2028-05-02", "title": DOCUMENT.title, "organ": "演示机关",
        }  # fmt: skip
        page = city.submit(entering_page, typed, status=303)
        assert "不合格和未参加的撤销认定" in page.text()
        done = publisher.submit(publisher.get(page.response.request.path), {}, action="/confirm", status=303)
        assert "已经生效" in done.text()
        queue = people.signed_in(app, made.district.id or 0).get("/review?tab=closed")
        assert "已归档" in queue.text()
        assert len(told(app)["codes"]) == 2


def test_a_void_title_cannot_be_revoked_and_leaves_the_count(app: Flask, made: Holders) -> None:
    before = told(app, "status=valid&status=revoked")["statistics"]["recognitions"]
    with writing(app) as session:
        application = session.scalars(select(Application).where(Application.recognition_id == made.titles[0].id)).one()
        steps.settle_void(session, made.publisher, application, now=AGAIN)
        titles.void(session, made.city, [made.titles[0]], reason="名单印错", now=AGAIN)
        asking = Asking(
            typed={"titles": [made.titles[0].id], "outcome": "revoked", "number": "演示发〔2028〕8号", "cause": "other",
                   "announced_on": date(2028, 3, 1), "document_title": "演示", "organ": "演示"},
            reason="演示", effective_on=date(2028, 3, 1),
        )  # fmt: skip
        with pytest.raises((InvalidInput, NotFound)):
            requests.enter(session, made.city, ChangeKind.END_TITLES, asking, now=AGAIN)
    assert told(app, "status=valid&status=revoked")["statistics"]["recognitions"] == before - 1


def test_the_pages_of_later_forms_speak_english(app: Flask, made: Holders) -> None:
    call = judged(app, made)
    with writing(app) as session:
        yearly = later_call(session, CallPurpose.YEARLY)
        application = sent(session, yearly, made)
        publication = re_evaluating.prepare(session, made.city, call.id, DOCUMENT, now=AFTER)
    pages = {
        made.city: (
            f"/admin/calls/{call.id}/subjects", f"/admin/calls/{call.id}/rules", f"/admin/calls/{yearly.id}/rules",
            "/admin/calls/new", f"/publications/re-evaluation?call={call.id}", f"/publications/{publication.id}",
            "/publications", "/admin/ladder", f"/review/{application.id}",
        ),
        made.district: (f"/review/{application.id}", "/review"),
        made.owners[1]: ("/enterprise", f"/enterprise/begin?call={yearly.id}"),
    }  # fmt: skip
    with time_machine.travel(AGAIN, tick=False):
        for actor, paths in pages.items():
            browser = people.signed_in(app, actor.id or 0)
            for path in paths:
                page = browser.get(path + ("&" if "?" in path else "?") + "lang=en")
                assert chinese(page) == [], path
        assert chinese(Browser(app).get(f"/calls/{call.id}?lang=en")) == []
