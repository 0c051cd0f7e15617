"""An open call with a site inspection, its officers, experts and a visit that is arranged."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from registry.application_form import InspectionItem
from registry.application_form.window import beijing_day
from registry.db import make_engine, writers
from registry.models import Application, Call, Inspection, InspectionPick
from registry.permissions import Actor
from registry.services.inspection import additions, planning
from registry.services.inspection.planning import Planning
from registry.terms import Action, Role
from tests import applicants, people
from tests.applicants import Cast
from tests.browser import Browser

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
"""The moment of these tests: pages go by the clock, which is set to it."""
TODAY = beijing_day(NOW)
LIST = (InspectionItem(code="line", text="申报的生产线在运行"), InspectionItem(code="mes", text="制造执行系统在用"))
KPIS = ("equipment_count", "smart_equipment_count", "networked_equipment_count", "production_efficiency")
RULES: dict[str, Any] = {"inspection_list": LIST, "inspection_kpis": KPIS}
DECLARED = {f"seen-{code}": "same" for code in KPIS}
WHOLE = {"check-line": "yes", "check-mes": "yes", "conclusion": "pass"} | DECLARED
"""A sheet without a fault."""


@pytest.fixture(autouse=True)
def on_the_day() -> Iterator[None]:
    """The clock at `NOW`, else a visit that was arranged before midnight would lie a day back after it."""
    with time_machine.travel(NOW):
        yield


@dataclass
class Site:
    """The people around one call, by name; `lead` leads every team, `city` and `expert` are in it."""

    session: Session
    call: Call
    who: Cast
    actors: dict[str, Actor] = field(default_factory=dict)
    serial: int = 0

    def checked(self, *, who: Cast | None = None, **changes: str) -> Application:
        """An application that the city checks, of an enterprise of its own."""
        self.serial += 1
        unit = changes.get("unit", "TNQ")
        cast = who or applicants.cast(self.session, unit=unit)
        named = {"project_name": f"演示第{self.serial}智能车间"} | changes
        made = applicants.submitted(self.session, self.call, cast, **named)
        applicants.step(self.session, made, cast.district, Action.RECOMMEND, applicants.recommendation(made))
        return applicants.step(self.session, made, self.who.city, Action.ACCEPT)

    def planning(self) -> Planning:
        """A plan for today with the whole team."""
        team = [int(self.actors[name].id or 0) for name in ("lead", "city", "expert")]
        return Planning(TODAY, team, team[0])

    def visit(self, application: Application | None = None) -> Inspection:
        """A visit that is arranged for an application (a new one, unless given)."""
        application = application or self.checked()
        if self.session.get(InspectionPick, application.id) is None:
            additions.add_inspection(self.session, self.who.city, application.number or "", "演示补充", now=NOW)
        return planning.plan_visit(self.session, self.who.city, application.id, self.planning(), now=NOW)


def make_site(session: Session, **rules: Any) -> Site:
    """A site whose call asks for the usual inspection, nobody drawn."""
    wanted = applicants.rules_without_files(**(RULES | rules))
    site = Site(session, applicants.open_call(session, rules=wanted), applicants.cast(session))
    accounts = {
        "lead": people.staff(session, Role.DISTRICT_REVIEWER, "TNQ"),
        "TNQ": people.staff(session, Role.DISTRICT_REVIEWER, "TNQ"),
        "WJQ": people.staff(session, Role.DISTRICT_REVIEWER, "WJQ"),
        "city": people.staff(session, Role.MUNICIPAL_REVIEWER),
        "expert": people.staff(session, Role.EXPERT),
        "other_expert": people.staff(session, Role.EXPERT),
    }
    site.actors = {name: people.actor_of(account) for name, account in accounts.items()}
    return site


@contextmanager
def working(engine: Engine, **rules: Any) -> Iterator[Site]:
    """A site in a session that writes."""
    with writers(engine)() as session:
        yield make_site(session, **rules)


@pytest.fixture
def site(sqlite_url: str) -> Iterator[Site]:
    """A site (SQLite); what a database itself must prove asks `working` for both kinds."""
    made = make_engine(sqlite_url)
    with working(made) as found:
        yield found
    made.dispose()


@dataclass
class Bench:
    """A site on the web: ids to ask for, browsers of its people."""

    app: Flask
    ids: dict[str, int]
    people: dict[str, int]

    def browser(self, name: str) -> Browser:
        """A browser signed in as one of the people."""
        return people.signed_in(self.app, self.people[name])

    def session(self) -> Session:
        """A session that may write."""
        return self.app.extensions["registry"].write()


@pytest.fixture(scope="session")
def inspected(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, int], dict[str, int]]:
    """A database with a visit that is arranged, made once: its file, ids of things and of people."""
    path = tmp_path_factory.mktemp("inspected") / "registry.db"
    shutil.copyfile(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    with working(engine) as site:
        visit = site.visit()
        site.session.commit()
        found = {name: int(actor.id or 0) for name, actor in site.actors.items()}
        found |= {"clerk": visit.application.created_by, "publisher": int(site.who.publisher.id or 0)}
        ids = {"visit": visit.id, "application": visit.application_id, "call": site.call.id}
    # Closing the last connection folds the write-ahead log into the file, which can then be copied.
    engine.dispose()
    return path, ids, found


@pytest.fixture
def bench(
    make_app: Callable[..., Flask], tmp_path: Path, inspected: tuple[Path, dict[str, int], dict[str, int]]
) -> Bench:
    """A visit that is arranged, on the web (SQLite)."""
    source, ids, found = inspected
    shutil.copyfile(source, tmp_path / "inspected.db")
    return Bench(make_app(f"sqlite:///{tmp_path / 'inspected.db'}"), dict(ids), dict(found))
