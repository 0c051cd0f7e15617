"""Reminders and digests: who is told of what, each once, without names where there are none to be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from registry.db import writers
from registry.errors import InvalidInput
from registry.models import Account, Application, Message
from registry.queries.attention.reminder import nearest
from registry.services.accounts.digests import choose_digest
from registry.services.applications import drafts
from registry.services.applications.colleagues import ask_colleagues, tell_confirmed
from registry.services.attention.reminders import Sent, send_reminders
from registry.services.recognition import entering
from registry.services.recognition.document_text import DocumentText
from registry.services.review.needs import StepInput
from registry.terms import Action
from tests import applicants
from tests.applicants import NOW, cast, drafted, open_call, proposed, step, submitted
from tests.review.conftest import Desk

pytestmark = pytest.mark.slow
DUE = date(2026, 12, 4)
HOME = "https://registry.example"


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with writers(engine)() as opened:
        yield opened


def send(session: Session, day: date, *, dry_run: bool = False) -> Sent:
    return send_reminders(session, day, home=HOME, now=NOW, dry_run=dry_run)


def told(session: Session, account_id: int | None) -> list[str]:
    """Subjects and bodies of an account, the oldest first."""
    rows = session.scalars(select(Message).where(Message.account_id == account_id).order_by(Message.id))
    return [f"{row.subject}\n{row.body}" for row in rows]


def returned(session: Session) -> tuple[Application, applicants.Cast]:
    who = cast(session)
    application = submitted(session, open_call(session), who)
    step(session, application, who.district, Action.RETURN, StepInput(remarks={"summary": "请补充。"}))
    return application, who


def test_the_nearest_step_alone_is_told() -> None:
    assert [nearest((3, 1), left) for left in (3, 2, 1, 0)] == [3, 3, 1, 1]


def test_a_correction_is_reminded_of_three_days_and_one_day_before_each_once(session: Session) -> None:
    application, who = returned(session)
    before = len(told(session, who.clerk.id))
    assert send(session, DUE - timedelta(days=4)) == Sent(0, 0)
    assert send(session, DUE - timedelta(days=3), dry_run=True) == Sent(2, 0)
    assert len(told(session, who.clerk.id)) == before, "a dry run says nothing"
    counts = [send(session, DUE - timedelta(days=days)).reminders for days in (3, 3, 2, 1, 1, 0)]
    assert counts == [2, 0, 0, 2, 0, 0]
    assert told(session, who.clerk.id)[-1].endswith("请于 2026-12-04 前补正。")
    application.due_on = DUE + timedelta(days=10)
    session.flush()
    assert send(session, DUE + timedelta(days=7)).reminders == 2, "another day is another reminder"


def test_an_unfinished_draft_is_reminded_of_the_deadline_of_its_unit(session: Session) -> None:
    who = cast(session)
    call = open_call(session)
    drafted(session, call, who)
    submitted(session, call, cast(session), project_name="另一家的车间")
    closes = date(2026, 12, 31)
    counts = [send(session, closes - timedelta(days=days)).reminders for days in (8, 7, 5, 1, 0)]
    assert counts == [0, 2, 0, 2, 0]
    assert "2026-12-31 截止" in told(session, who.clerk.id)[-1]
    assert send(session, closes + timedelta(days=1)) == Sent(0, 0)


def test_44_a_digest_twice_is_one_mail_without_names(session: Session) -> None:
    who = cast(session)
    application = submitted(session, open_call(session), who)
    choose_digest(session, who.district, "daily", now=NOW)
    choose_digest(session, who.publisher, "daily", now=NOW)
    assert send(session, NOW.date()) == Sent(0, 1), "nothing waits for the publisher"
    assert send(session, NOW.date()) == Sent(0, 0)
    [digest] = told(session, who.district.id)
    assert digest == f"待办摘要：1 类事项\n待初审：1 件。打开：{HOME}/review/today"
    assert application.project_name not in digest
    assert send(session, NOW.date() + timedelta(days=1)) == Sent(0, 1)


def test_a_weekly_digest_comes_once_a_week(session: Session) -> None:
    who = cast(session)
    submitted(session, open_call(session), who)
    choose_digest(session, who.district, "weekly", now=NOW)
    monday = date(2026, 11, 23)
    counts = [send(session, monday + timedelta(days=days)).digests for days in (1, 2, 6, 7)]
    assert counts == [1, 0, 0, 1]
    with pytest.raises(InvalidInput):
        choose_digest(session, who.district, "hourly", now=NOW)


def test_the_colleague_is_asked_once_and_told_when_it_is_confirmed(session: Session) -> None:
    who = cast(session)
    application = drafted(session, open_call(session), who)
    for _ in range(2):
        ask_colleagues(session, who.clerk, application.id, now=NOW)
    assert [line.split("\n")[0] for line in told(session, who.checker.id)] == ["请核对“演示齿轮箱装配智能车间”"]
    assert told(session, who.clerk.id) == []
    drafts.confirm(session, who.checker, application.id, seen_version=application.version, now=NOW)
    tell_confirmed(session, who.checker, application, now=NOW)
    assert "可以由另一位成员提交" in told(session, who.clerk.id)[0]
    with pytest.raises(InvalidInput, match="已经有人核对确认"):
        ask_colleagues(session, who.clerk, application.id, now=NOW)


def test_publishers_hear_of_a_document_that_waits(session: Session) -> None:
    who = cast(session)
    call = open_call(session)
    proposed(session, call, who)
    text = DocumentText(number="演示〔2026〕1号", title="公布名单（演示）", organ="演示机关", announced_on=NOW.date())
    entering.prepare(session, who.city, call.id, text, now=NOW)
    assert told(session, who.publisher.id) == [
        "演示〔2026〕1号 待复核\n认定文件已录入，共 1 项，请在“认定文件”中核对并确认。"
    ]
    assert told(session, who.city.id) == []


def test_the_command_counts_then_sends_once(desk: Desk, app: Flask) -> None:
    desk.add()
    with desk.session() as session:
        session.get_one(Account, int(desk.actors["TNQ"].id or 0)).digest = "daily"
        session.commit()
    run = app.test_cli_runner().invoke
    for options, digests in ((["--dry-run"], 1), ([], 1), ([], 0)):
        result = run(args=["reminders", "send", "--day", "2026-11-20", *options])
        assert result.output.strip() == f"2026-11-20：提醒 0 条，待办摘要 {digests} 份。", options


def test_the_account_page_sets_the_digest(desk: Desk) -> None:
    browser = desk.browser("TNQ")
    browser.post("/account/digest", {"digest": "weekly"})
    page = browser.get("/account?done=digest")
    assert "待办摘要已更改。" in page.text()
    chosen = [option.get("value") for option in page.all("option") if option.get("selected") is not None]
    assert chosen == ["weekly"]
