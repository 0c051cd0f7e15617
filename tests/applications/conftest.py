"""An enterprise at work: its people, their applications, and browsers that are signed in as them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Application, Event
from registry.terms import Action
from tests import applicants, people
from tests.browser import Browser

SENTENCE = "坐标落在水面，请核对。"
SECOND = "请附质检月报。"


@dataclass
class Desk:
    """One enterprise with a clerk and a checker, an open call, and its reviewers."""

    app: Flask
    who: applicants.Cast
    call_id: int

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose work is kept."""
        with self.app.extensions["registry"].write() as session:
            yield session
            session.commit()

    def clerk(self) -> Browser:
        """A browser of the clerk."""
        return people.signed_in(self.app, self.who.clerk.id or 0)

    def checker(self) -> Browser:
        """A browser of the checker."""
        return people.signed_in(self.app, self.who.checker.id or 0)

    def make(self, state: str, **changes: str) -> int:
        """An application in a state; its id."""
        with self.writing() as session:
            return MAKERS[state](session, self, **changes).id

    def read(self, application_id: int) -> Application:
        """The application as it is stored."""
        with self.app.extensions["registry"].read() as session:
            found = session.get_one(Application, application_id)
            session.expunge_all()
            return found

    def typed(self, application_id: int) -> dict[str, str]:
        """Its answers without the contact, which every form begins with."""
        return {name: text for name, text in self.read(application_id).answers.items() if "contact" not in name}

    def actions(self, application_id: int) -> list[str]:
        """Actions of its events in order."""
        with self.app.extensions["registry"].read() as session:
            rows = session.scalars(
                select(Event.action)
                .where(Event.subject_type == "application", Event.subject_id == application_id)
                .order_by(Event.id)
            )
            return list(rows)


def _call(session: Session, desk: Desk) -> Any:
    from registry.models import Call

    return session.get_one(Call, desk.call_id)


def _empty(session: Session, desk: Desk, **changes: str) -> Application:
    from registry.services.applications import drafts

    return drafts.begin(session, desk.who.clerk, desk.call_id, now=applicants.NOW)


def _draft(session: Session, desk: Desk, **changes: str) -> Application:
    return applicants.drafted(session, _call(session, desk), desk.who, **changes)


def _confirmed(session: Session, desk: Desk, **changes: str) -> Application:
    from registry.services.applications import drafts

    made = _draft(session, desk, **changes)
    return drafts.confirm(session, desk.who.checker, made.id, seen_version=made.version, now=applicants.NOW)


def _submitted(session: Session, desk: Desk, **changes: str) -> Application:
    return applicants.submitted(session, _call(session, desk), desk.who, **changes)


def _returned(session: Session, desk: Desk, **changes: str) -> Application:
    made = _submitted(session, desk, **changes)
    remarks = {"lon": SENTENCE, "kpi-defect_rate-baseline": SECOND}
    return applicants.step(session, made, desk.who.district, Action.RETURN, applicants.StepInput(remarks=remarks))


def _returned_open(session: Session, desk: Desk, **changes: str) -> Application:
    made = _submitted(session, desk, **changes)
    given = applicants.StepInput(message="请全面核对。", open_all=True)
    return applicants.step(session, made, desk.who.district, Action.RETURN, given)


def _recommended(session: Session, desk: Desk, **changes: str) -> Application:
    made = _submitted(session, desk, **changes)
    return applicants.step(session, made, desk.who.district, Action.RECOMMEND, applicants.recommendation(made))


def _checking(session: Session, desk: Desk, **changes: str) -> Application:
    return applicants.step(session, _recommended(session, desk, **changes), desk.who.city, Action.ACCEPT)


def _proposed(session: Session, desk: Desk, **changes: str) -> Application:
    return applicants.step(session, _checking(session, desk, **changes), desk.who.city, Action.PROPOSE)


def _rejected(session: Session, desk: Desk, **changes: str) -> Application:
    made = _proposed(session, desk, **changes)
    return applicants.step(session, made, desk.who.city, Action.REJECT, applicants.StepInput(message="投资未到位。"))


def _withdrawn(session: Session, desk: Desk, **changes: str) -> Application:
    return applicants.step(session, _submitted(session, desk, **changes), desk.who.clerk, Action.WITHDRAW)


MAKERS: dict[str, Callable[..., Application]] = {
    "empty": _empty,
    "draft": _draft,
    "confirmed": _confirmed,
    "submitted": _submitted,
    "returned": _returned,
    "returned_open": _returned_open,
    "recommended": _recommended,
    "checking": _checking,
    "proposed": _proposed,
    "rejected": _rejected,
    "withdrawn": _withdrawn,
}


def seat(app: Flask) -> Desk:
    """The people and the call."""
    with app.extensions["registry"].write() as session:
        who = applicants.cast(session)
        rules = applicants.rules_without_files(per_enterprise=2)
        # Pages ask the real clock, so the call is open whenever the tests run.
        call = applicants.open_call(session, rules=rules, closes_at=datetime.now(UTC) + timedelta(days=40))
        session.commit()
        return Desk(app, who, call.id)


@pytest.fixture
def desk(app: Flask) -> Desk:
    """An enterprise at work on a fresh database (both kinds)."""
    return seat(app)
