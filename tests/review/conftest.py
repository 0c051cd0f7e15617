"""A desk: one open call, officers of two units and of the city, signed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from registry.models import Application
from registry.permissions import Actor
from registry.terms import Role
from tests import applicants, people
from tests.browser import Browser, Page


@dataclass
class Desk:
    """The people of a unit and the city around one call, and their browsers."""

    app: Flask
    call_id: int
    actors: dict[str, Actor] = field(default_factory=dict)
    serial: int = 0

    def browser(self, name: str) -> Browser:
        """A browser signed in as `TNQ`, `WJQ`, `city` or `publisher`."""
        return people.signed_in(self.app, int(self.actors[name].id or 0))

    def session(self) -> Session:
        """A session that may write."""
        return self.app.extensions["registry"].write()

    def add(
        self, *, unit: str = "TNQ", bring: Callable[..., Application] = applicants.submitted, **changes: Any
    ) -> int:
        """An application of a new enterprise of its own; its id."""
        self.serial += 1
        with self.session() as session:
            call = session.get_one(applicants.Call, self.call_id)
            who = applicants.cast(session, unit=unit)
            answers = {"project_name": f"演示第{self.serial}智能车间", "unit": unit} | changes
            made = bring(session, call, who, **answers)
            session.commit()
            return made.id

    def find(self, application_id: int) -> Application:
        """The application as it is stored."""
        with self.session() as session:
            found = session.get_one(Application, application_id)
            session.expunge(found)
            return found

    def change(self, application_id: int, **columns: Any) -> None:
        """Put columns in place that commands would reach only in a roundabout way (never the status)."""
        with self.session() as session:
            found = session.get_one(Application, application_id)
            for name, value in columns.items():
                setattr(found, name, value)
            session.commit()


def make_desk(app: Flask, **rules: Any) -> Desk:
    """A desk on a fresh database."""
    with app.extensions["registry"].write() as session:
        call = applicants.open_call(session, rules=applicants.rules_without_files(**rules))
        accounts = {
            "TNQ": people.staff(session, Role.DISTRICT_REVIEWER, "TNQ"),
            "WJQ": people.staff(session, Role.DISTRICT_REVIEWER, "WJQ"),
            "city": people.staff(session, Role.MUNICIPAL_REVIEWER),
            "publisher": people.staff(session, Role.PUBLISHER),
        }
        desk = Desk(app, call.id, {name: people.actor_of(account) for name, account in accounts.items()})
        session.commit()
    return desk


@pytest.fixture
def desk(app: Flask) -> Desk:
    """A desk whose call has no quota."""
    return make_desk(app)


def form_token(page: Page) -> str:
    """The form token of a page."""
    return next(field.get("value") or "" for field in page.all("input") if field.get("name") == "csrf_token")
