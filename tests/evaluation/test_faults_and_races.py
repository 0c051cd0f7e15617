"""The experts' round under faults and races: whole or nothing at each write; of expert, officer and clock one wins."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from registry.db import writers
from registry.evaluation.terms import Decision
from registry.models import Assignment, ExpertConflict, Panel
from registry.queries.evaluation.outcomes import outcomes
from registry.services.evaluation import deciding, drawing, seats, sheets, timing
from registry.services.evaluation.deciding import Ruling, mark
from tests.applicants import NOW
from tests.evaluation import makers
from tests.evaluation.makers import CLOSES, SEED, Round, rows_of, typed
from tests.injected import writes_of
from tests.workflow.test_races import race


def test_a_round_is_drawn_scored_ruled_and_closed_whole_or_not_at_all(
    round_engine: Engine, round_file: tuple[Path, Round]
) -> None:
    made = round_file[1]
    key = made.applications[0]
    with writers(round_engine)() as session:
        panel = makers.panel(session, made, draw=False, applications=(key,)).id
        session.commit()

    def draws(session: Session) -> None:
        version = session.get_one(Panel, panel).version
        drawing.draw_panel(session, made.city, panel, seed=SEED, seen_version=version, now=NOW)

    def steps_back(session: Session) -> None:
        row = rows_of(session, key)[0]
        sheets.step_back(session, makers.actor_for(made, row), row.id, "曾任该企业顾问", now=NOW)

    def submits(session: Session) -> None:
        row = rows_of(session, key)[0]
        makers.score(session, made, row, "50")

    def rules(session: Session) -> None:
        seen = mark(outcomes(session, [panel])[key])
        ruling = Ruling(decision=Decision.ACCEPT, reason="采用平均分")
        deciding.decide(session, made.city, panel, key, ruling, seen=seen, now=NOW)

    def closes(session: Session) -> None:
        timing.close(session, made.city, panel, seen_version=session.get_one(Panel, panel).version, now=NOW)

    assert writes_of(round_engine, draws) > 3
    assert writes_of(round_engine, steps_back) > 3
    with writers(round_engine)() as session:
        assert len(session.scalars(select(ExpertConflict)).all()) == 1
        assert len(rows_of(session, key)) == 3, "a substitute came in the same act"
    assert writes_of(round_engine, submits) > 2
    with writers(round_engine)() as session:
        for row in rows_of(session, key)[1:]:
            makers.score(session, made, row, "90")
        session.commit()
    assert writes_of(round_engine, rules) > 1
    assert writes_of(round_engine, closes) > 1


def test_an_expert_submits_while_an_officer_replaces_him(engine: Engine) -> None:
    """The sheet is in, or another expert carries the application: never both, and three carry it."""
    with writers(engine)() as session:
        made = makers.build(session, applications=1)
        makers.panel(session, made)
        row = rows_of(session, made.applications[0])[0]
        who, seat = makers.actor_for(made, row), row.id
        sheets.clear(session, who, seat, now=NOW)
        version = sheets.save(session, who, seat, typed("80"), seen_version=row.version, now=NOW).version
        session.commit()

    def acts(session: Session, number: int) -> None:
        if number:
            seats.substitute(session, made.city, seat, "联系不上", seen_state="assigned", now=NOW)
        else:
            sheets.submit(session, who, seat, seen_version=version, now=NOW)

    found = race(engine, acts, racers=2)
    assert found["won"] == 1
    assert sum(found.values()) == 2
    with writers(engine)() as session:
        state = session.get_one(Assignment, seat).state
        carrying = [row.id for row in rows_of(session, made.applications[0])]
        assert (state, seat in carrying) in (("submitted", True), ("released", False))
        assert len(carrying) == 3


def test_the_clock_against_an_officer_who_gives_more_time(engine: Engine) -> None:
    """A sheet a second too late is in when the officer was first, and refused with what was typed when he was not."""
    late = CLOSES + timedelta(seconds=1)
    with writers(engine)() as session:
        made = makers.build(session, applications=1)
        panel = makers.panel(session, made)
        key, seen = panel.id, panel.version
        row = rows_of(session, made.applications[0])[0]
        who, seat = makers.actor_for(made, row), row.id
        sheets.clear(session, who, seat, now=NOW)
        version = sheets.save(session, who, seat, typed("80"), seen_version=row.version, now=NOW).version
        session.commit()

    def acts(session: Session, number: int) -> None:
        if number:
            timing.extend(session, made.city, key, CLOSES + timedelta(days=2), "节假日", seen_version=seen, now=late)
        else:
            sheets.submit(session, who, seat, seen_version=version, now=late)

    found = race(engine, acts, racers=2)
    with writers(engine)() as session:
        row = session.get_one(Assignment, seat)
        assert session.get_one(Panel, key).closes_at == CLOSES + timedelta(days=2)
        assert row.sheet["points-smart"] == typed("80")["points-smart"]
        assert (row.state, found["won"]) in (("submitted", 2), ("assigned", 1))
