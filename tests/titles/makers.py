"""Public projects for tests, brought about by documents, and what the public is told about them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from registry.db import writers
from registry.models import Account, Enterprise, Project, Recognition
from registry.permissions import Actor
from registry.terms import Role
from tests import people
from tests.browser import Browser
from tests.recognition import makers
from tests.recognition.makers import LATER

TODAY = date(2026, 11, 24)


@dataclass
class Holders:
    """Enterprises with one public project each, and the officers."""

    city: Actor
    publisher: Actor
    district: Actor
    owners: list[Actor]
    enterprises: list[Enterprise]
    projects: list[Project]
    titles: list[Recognition]


def holders(session: Session, count: int = 2, **changes: str) -> Holders:
    """`count` enterprises (演示企业甲1 …) in 天宁 with one recognised workshop each."""
    batch = makers.batch(session, count, **changes)
    batch.confirm(session, batch.prepare(session))
    projects = [session.get_one(Project, application.project_id) for application in batch.applications]
    owners = [
        session.scalars(
            select(Account).where(Account.enterprise_id == application.enterprise_id, Account.is_owner)
        ).one()
        for application in batch.applications
    ]
    titles = [project.recognitions[0] for project in projects]
    district = people.staff(session, Role.DISTRICT_REVIEWER, "TNQ")
    return Holders(
        city=batch.city,
        publisher=batch.publisher,
        district=people.actor_of(district),
        owners=[people.actor_of(owner) for owner in owners],
        enterprises=[application.enterprise for application in batch.applications],
        projects=projects,
        titles=titles,
    )


def stocked(engine: Engine) -> Holders:
    """Two enterprises with a public project each, of two years, so that they merge without doubt."""
    with writers(engine)() as session:
        session.expire_on_commit = False
        made = holders(session)
        made.titles[1].year = 2025
        session.commit()
        return made


@contextmanager
def writing(app: Flask) -> Iterator[Session]:
    """A session of the application that commits at its end; what it made can be read afterwards."""
    with app.extensions["registry"].write() as session:
        session.expire_on_commit = False
        yield session
        session.commit()


def told(app: Flask, query: str = "") -> dict[str, Any]:
    """What every public surface says about a selection: they must agree."""
    browser = Browser(app)
    items = browser.raw(f"/api/v1/projects?{query}").json
    statistics = browser.raw(f"/api/v1/statistics?{query}").json
    csv = browser.raw(f"/projects.csv?{query}").get_data(as_text=True).splitlines()[1:]
    points = browser.raw(f"/map/points.json?{query}").json
    geojson = browser.raw(f"/projects.geojson?{query}").json
    codes = [item["code"] for item in items["items"]]
    assert sorted(line.split(",")[0] for line in csv) == sorted(codes)
    assert sorted(feature["id"] for feature in geojson["features"]) == sorted(codes)
    assert statistics["projects"] == items["total"] == points["count"] + points["without"] == len(codes)
    return {"codes": codes, "items": {item["code"]: item for item in items["items"]}, "statistics": statistics}


__all__ = ["LATER", "TODAY", "Holders", "holders", "told", "writing"]
