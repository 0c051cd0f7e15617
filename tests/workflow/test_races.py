"""Two officers at once, eight at once, four processes at once: one winner, and nobody sees a lock error."""

from __future__ import annotations

import multiprocessing
import threading
from collections import Counter
from collections.abc import Callable
from contextvars import copy_context
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select

from registry.db import make_engine, writers
from registry.errors import Conflict, RegistryError
from registry.models import Application, Event, Message, Recognition, Remark, Snapshot
from registry.services import events
from registry.services.applications import drafts
from registry.services.applications.drafts import Stale
from registry.services.review import casework, steps
from registry.services.review.needs import StepInput
from registry.terms import Action, ApplicationStatus
from tests.applicants import NOW, cast, drafted, open_call, recommendation, rules_without_files, submitted

RACERS = 8
PROCESSES, WRITES = 4, 200


def race(engine: Engine, run: Callable[[Any, int], Any], *, racers: int = RACERS) -> Counter[str]:
    """Run the same thing in eight threads with sessions of their own; counts outcomes by class name."""
    barrier, outcomes = threading.Barrier(racers), []

    def one(number: int) -> None:
        with writers(engine)() as session:
            barrier.wait()
            try:
                run(session, number)
                session.commit()
                outcomes.append("won")
            except RegistryError as error:
                outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=copy_context().run, args=(one, number)) for number in range(racers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(outcomes)


def test_eight_officers_take_one_step(engine: Engine) -> None:
    with writers(engine)() as session:
        who = cast(session)
        application = submitted(session, open_call(session), who)
        key, version, given = application.id, application.version, recommendation(application)
        session.commit()

    def recommend(session: Any, number: int) -> None:
        steps.perform(session, who.district, key, Action.RECOMMEND, seen_version=version, given=given, now=NOW)

    assert race(engine, recommend) == Counter({"won": 1, "Stale": RACERS - 1})
    with writers(engine)() as session:
        count = session.scalar(select(func.count()).where(Event.action == "application.recommend"))
        assert count == 1
        assert events.verify(session)[1] is None


def test_eight_windows_save_one_draft(engine: Engine) -> None:
    with writers(engine)() as session:
        who = cast(session)
        application = drafted(session, open_call(session), who)
        key, version = application.id, application.version
        session.commit()

    def save(session: Any, number: int) -> None:
        typed = {"town": f"第{number}镇"}
        drafts.save_answers(session, who.clerk, key, typed, seen_version=version, now=NOW)

    assert race(engine, save) == Counter({"won": 1, "Stale": RACERS - 1})


def test_eight_drafts_of_one_enterprise_make_one_submission(engine: Engine) -> None:
    """The limit of the call is counted in the same transaction that submits."""
    with writers(engine)() as session:
        who, call = cast(session), open_call(session, rules=rules_without_files(second_person=False))
        keys = []
        for number in range(RACERS):
            application = drafted(session, call, who, project_name=f"演示车间{number}")
            keys.append((application.id, application.version))
        session.commit()

    def submit(session: Any, number: int) -> None:
        key, version = keys[number]
        steps.perform(session, who.clerk, key, Action.SUBMIT, seen_version=version, now=NOW)

    assert race(engine, submit) == Counter({"won": 1, "Incomplete": RACERS - 1})
    with writers(engine)() as session:
        numbers = session.scalars(select(Application.number).where(Application.number.is_not(None))).all()
        assert numbers == ["SB-2026-0001"]


def test_eight_beginnings_open_one_draft(engine: Engine) -> None:
    with writers(engine)() as session:
        who, call = cast(session), open_call(session).id
        session.commit()

    def begin(session: Any, number: int) -> None:
        drafts.begin(session, who.clerk, call, now=NOW)

    assert race(engine, begin) == Counter({"won": RACERS})
    with writers(engine)() as session:
        assert session.scalar(select(func.count()).select_from(Application)) == 1


def _write_notes(url: str, key: int, actor: Any, failures: Any) -> None:
    engine = make_engine(url)
    for number in range(WRITES):
        try:
            with writers(engine)() as session:
                casework.add_note(session, actor, key, f"第 {number} 条", now=NOW)
                session.commit()
        except Exception as error:
            failures.put(f"{type(error).__name__}: {error}")
    engine.dispose()


@pytest.mark.slow
def test_four_processes_write_and_nobody_sees_a_lock(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    with writers(engine)() as session:
        who = cast(session)
        key = submitted(session, open_call(session), who).id
        session.commit()
    spawned = multiprocessing.get_context("spawn")
    failures = spawned.Queue()
    workers = [
        spawned.Process(target=_write_notes, args=(sqlite_url, key, who.district, failures)) for _ in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures.empty(), failures.get()
    with writers(engine)() as session:
        written = session.scalar(select(func.count()).where(Event.action == "application.note"))
        assert written == PROCESSES * WRITES
        assert events.verify(session)[1] is None
    engine.dispose()


class Injected(Exception):
    """The fault that a test puts between two writes."""


def fail_at(engine: Engine, position: int) -> Callable[[], int]:
    """Raise before the statement number `position` that writes; returns how many there were."""
    seen = {"writes": 0}

    def watch(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.split(None, 1)[0] in ("INSERT", "UPDATE", "DELETE"):
            seen["writes"] += 1
            if seen["writes"] == position:
                raise Injected(statement)

    event.listen(engine, "before_cursor_execute", watch)

    def stop() -> int:
        event.remove(engine, "before_cursor_execute", watch)
        return seen["writes"]

    return stop


TABLES = (Application, Event, Message, Remark, Snapshot, Recognition)
STEPS = {
    Action.SUBMIT: lambda application: None,
    Action.RETURN: lambda application: StepInput(
        remarks={"lon": "请核对。", "summary": "请补充。"}, message="见各栏。"
    ),
    Action.RECOMMEND: recommendation,
}


@pytest.mark.parametrize("action", STEPS)
def test_a_step_is_written_whole_or_not_at_all(engine: Engine, action: Action) -> None:
    with writers(engine)() as session:
        who = cast(session)
        application = (drafted if action is Action.SUBMIT else submitted)(session, open_call(session), who)
        if action is Action.SUBMIT:
            drafts.confirm(session, who.checker, application.id, seen_version=application.version, now=NOW)
        actor = who.clerk if action is Action.SUBMIT else who.district
        key, version, given = application.id, application.version, STEPS[action](application)
        session.commit()
    before = contents(engine)
    position, writes = 1, 99
    while position <= writes:
        stop = fail_at(engine, position)
        with writers(engine)() as session:
            try:
                steps.perform(session, actor, key, action, seen_version=version, given=given, now=NOW)
                session.commit()
                failed = False
            except Injected:
                session.rollback()
                failed = True
        writes = stop()
        if failed:
            assert contents(engine) == before
            writes = 99
        position += 1
    assert position > 3
    assert contents(engine) != before


def contents(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Rows of the tables that a step writes."""
    with engine.connect() as connection:
        return {
            model.__tablename__: [tuple(row) for row in connection.execute(select(model.__table__).order_by("id"))]
            for model in TABLES
        }


def test_a_stale_step_says_what_changed(engine: Engine) -> None:
    with writers(engine)() as session:
        who = cast(session)
        application = submitted(session, open_call(session), who)
        seen = application.version
        casework.save_sheet(session, who.district, application.id, {"storage": "yes"}, seen_version=seen, now=NOW)
        with pytest.raises(Stale, match="这份申报已被他人更新（11-20 10:00，现在是“待初审”）"):
            steps.perform(session, who.district, application.id, Action.RETURN, seen_version=seen, now=NOW)
        assert issubclass(Stale, Conflict)
        assert application.status == ApplicationStatus.SUBMITTED
