"""A document is in force whole or not at all, and one of eight confirmations wins."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Engine, func, select

from registry.db import writers
from registry.models import (
    Application,
    Document,
    Event,
    KpiReport,
    Message,
    NameMatch,
    Project,
    ProjectSearch,
    Publication,
    Recognition,
)
from registry.services import events
from registry.services.recognition import confirming, entering
from tests.recognition.makers import DOCUMENT, LATER, batch
from tests.workflow.test_races import RACERS, Injected, fail_at, race

TABLES = (
    Application, Document, Event, KpiReport, Message, NameMatch, Project, ProjectSearch, Publication, Recognition,
)  # fmt: skip


def contents(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """All rows that a confirmation writes."""
    with engine.connect() as connection:
        return {
            model.__tablename__: sorted(tuple(map(repr, row)) for row in connection.execute(select(model.__table__)))
            for model in TABLES
        }


def test_a_fault_between_any_two_writes_leaves_nothing(engine: Engine) -> None:
    with writers(engine)() as session:
        made = batch(session, 2)
        publication = made.prepare(session)
        key, version = publication.id, publication.version
        session.commit()
    before, position = contents(engine), 0
    while True:
        position += 1
        stop = fail_at(engine, position)
        with writers(engine)() as session:
            try:
                confirming.confirm(session, made.publisher, key, seen_version=version, now=LATER)
                session.commit()
            except Injected:
                session.rollback()
                stop()
                assert contents(engine) == before
                continue
        stop()
        break
    # Document, two projects with code, title, report, search text, decision, events and messages each.
    assert position > 20
    with writers(engine)() as session:
        assert session.scalar(select(func.count()).select_from(Recognition)) == 2
        assert list(session.scalars(select(Project.code).order_by(Project.id))) == ["CZ-000001", "CZ-000002"]
        assert events.verify(session)[1] is None


def test_eight_confirmations_have_one_winner(engine: Engine) -> None:
    with writers(engine)() as session:
        made = batch(session, 2)
        publication = made.prepare(session)
        key, version = publication.id, publication.version
        session.commit()

    def confirm(session: Any, number: int) -> None:
        confirming.confirm(session, made.publisher, key, seen_version=version, now=LATER)

    assert race(engine, confirm) == Counter({"won": 1, "Conflict": RACERS - 1})
    with writers(engine)() as session:
        assert session.scalar(select(func.count()).select_from(Recognition)) == 2
        assert session.scalar(select(func.count()).where(Event.action == "publication.confirm")) == 1
        assert events.verify(session)[1] is None


def test_eight_entries_of_one_number_make_one_document(engine: Engine) -> None:
    with writers(engine)() as session:
        made = batch(session, RACERS)
        keys, city, call = [application.id for application in made.applications], made.city, made.call.id
        session.commit()

    def enter(session: Any, number: int) -> None:
        entering.prepare(session, city, call, DOCUMENT, application_ids=[keys[number]], now=LATER)

    assert race(engine, enter) == Counter({"won": 1, "DocumentFaults": RACERS - 1})
