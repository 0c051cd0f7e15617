"""The round under faults and races: whole or nothing, one winner, whoever comes first."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from registry.db import writers
from registry.models import Account, Application, Event, Message, Notice, NoticeItem, Objection
from registry.services.attention.reminders import send_reminders
from registry.services.notices import objecting, opening
from registry.services.notices.objecting import Given
from registry.services.recognition import confirming
from registry.services.review import steps
from registry.terms import Action
from tests import people
from tests.injected import writes_of
from tests.notices.makers import FACTS, OPENED, OVER, desk
from tests.workflow.test_races import race

pytestmark = pytest.mark.slow


def test_a_notice_is_opened_and_withdrawn_whole_or_not_at_all(engine: Engine, tmp_path: Path) -> None:
    with writers(engine)() as session:
        made = desk(session, tmp_path)
        key = made.prepare(session).id
        session.commit()

    def opens(session: Session) -> None:
        made.open(session, session.get_one(Notice, key))

    def withdraws(session: Session) -> None:
        made.withdraw(session, session.get_one(Notice, key))

    # Two lines, two applications, an event and messages each, the notice with its own event.
    assert writes_of(engine, opens) > 8
    assert writes_of(engine, withdraws) > 8
    with writers(engine)() as session:
        assert set(session.scalars(select(Application.status))) == {"proposed"}


def test_of_three_publishers_one_opens(engine: Engine, tmp_path: Path) -> None:
    with writers(engine)() as session:
        made = desk(session, tmp_path)
        notice = made.prepare(session)
        key, version = notice.id, notice.version
        session.commit()

    def opens(session: Session, _number: int) -> None:
        opening.open_notice(session, made.publisher, key, seen_version=version, now=OPENED)

    assert race(engine, opens, racers=3) == Counter({"won": 1, "Conflict": 2})
    with writers(engine)() as session:
        assert session.scalar(select(func.count()).where(Event.action == "notice.open")) == 1


def test_an_applicant_withdraws_while_the_publisher_opens(engine: Engine, tmp_path: Path) -> None:
    """Who withdraws first is not put on view; who is on view already is told so before he withdraws."""
    with writers(engine)() as session:
        made = desk(session, tmp_path)
        notice, first = made.prepare(session), made.applications[0]
        key, version, wanted, seen = notice.id, notice.version, first.id, first.version
        clerk = people.actor_of(session.get_one(Account, first.submitted_by))
        session.commit()

    def acts(session: Session, number: int) -> None:
        if number:
            opening.open_notice(session, made.publisher, key, seen_version=version, now=OPENED)
        else:
            steps.perform(session, clerk, wanted, Action.WITHDRAW, seen_version=seen, now=OPENED)

    found = race(engine, acts, racers=2)
    with writers(engine)() as session:
        status = session.get_one(Application, wanted).status
        live = session.scalars(select(NoticeItem.live).where(NoticeItem.application_id == wanted)).all()
        opened = session.get_one(Notice, key)
        assert (status, live, found) in (
            ("withdrawn", [], Counter({"won": 2})),
            ("withdrawn", [], Counter({"won": 1, "Conflict": 1})),
            ("noticed", [True], Counter({"won": 1, "Stale": 1})),
        )
        assert len(opened.items) == (2 if status == "noticed" else 1)


def test_an_objection_on_paper_while_the_document_is_confirmed(engine: Engine, tmp_path: Path) -> None:
    """Clock and officer: the objection holds its line, or its title exists and the objection is refused."""
    with writers(engine)() as session:
        made = desk(session, tmp_path, 1)
        notice, first = made.open(session), made.applications[0]
        document = made.document(session)
        given = Given(
            item=notice.items[0].id, kind="person", name="机密异议人", phone="13812345678", mail="", facts=FACTS
        )
        key, version, notice_id, wanted = document.id, document.version, notice.id, first.id
        session.commit()

    def acts(session: Session, number: int) -> None:
        if number:
            confirming.confirm(session, made.publisher, key, seen_version=version, now=OVER)
        else:
            objecting.enter_paper(
                session, made.city, notice_id, given, [], made.means(), received_on=date(2026, 11, 30), now=OVER
            )

    found = race(engine, acts, racers=2)
    with writers(engine)() as session:
        ended = session.get_one(Application, wanted).status, session.scalar(select(func.count()).select_from(Objection))
    assert found["won"] == 1
    assert ended in (("noticed", 1), ("recognised", 0))


def test_reminders_sent_by_two_clocks_at_once_come_once(engine: Engine, tmp_path: Path) -> None:
    with writers(engine)() as session:
        made = desk(session, tmp_path, 1)
        made.open(session)
        session.commit()

    def sends(session: Session, _number: int) -> None:
        send_reminders(session, date(2026, 11, 29), home="", now=OPENED)

    race(engine, sends, racers=3)
    with writers(engine)() as session:
        ending = Message.subject.like("公示%2026-11-30 结束")
        told = Counter(session.scalars(select(Message.account_id).where(ending)))
        assert told
        assert set(told.values()) == {1}


def test_an_objection_is_received_whole_or_not_at_all(engine: Engine, tmp_path: Path) -> None:
    with writers(engine)() as session:
        made = desk(session, tmp_path, 1)
        key = made.open(session).id
        session.commit()

    def objects(session: Session) -> None:
        notice = session.get_one(Notice, key)
        made.object_to(session, notice, session.get_one(Application, notice.items[0].application_id or 0))

    assert writes_of(engine, objects) > 3
