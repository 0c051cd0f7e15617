"""The same draw on both databases, and two people at once: one winner, nothing lost."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from registry.db import writers
from registry.errors import Conflict
from registry.evaluation.terms import Decision
from registry.models import Application, Event, Message, Panel, PanelResult
from registry.queries.evaluation.outcomes import outcomes
from registry.services.evaluation import deciding, drawing, sheets
from registry.services.evaluation.deciding import Ruling, mark
from tests.applicants import NOW
from tests.evaluation import makers
from tests.evaluation.makers import SEED, rows_of, typed
from tests.workflow.test_races import race

DRAWN = [(2, 3, 5), (1, 4, 5), (1, 2, 3)]
"""Places of the experts in the pool, by application: literal, so that both databases are held to it."""


def test_a_draw_and_two_at_once(engine: Engine) -> None:
    with writers(engine)() as session:
        made = makers.build(session)
        panel = makers.panel(session, made, draw=False).id
        session.commit()
        version = session.get_one(Panel, panel).version

    def draws(session: Session, number: int) -> None:
        drawing.draw_panel(session, made.city, panel, seed=SEED, seen_version=version, now=NOW)

    assert race(engine, draws, racers=3) == {"won": 1, "Conflict": 2}
    with writers(engine)() as session:
        place = {actor.id: number for number, actor in enumerate(made.experts, 1)}
        drawn = [tuple(sorted(place[row.expert_id] for row in rows_of(session, key))) for key in made.applications]
        assert drawn == DRAWN
        seats = [(row.id, makers.actor_for(made, row)) for row in rows_of(session, made.applications[0])]
        for seat, who in seats:
            row = sheets.clear(session, who, seat, now=NOW)
            sheets.save(
                session, who, seat, typed("60" if seat == seats[0][0] else "90"), seen_version=row.version, now=NOW
            )
        session.commit()
        versions = {row.id: row.version for row in rows_of(session, made.applications[0])}

    def submits(session: Session, number: int) -> None:
        seat, who = seats[number]
        sheets.submit(session, who, seat, seen_version=versions[seat], now=NOW)

    assert race(engine, submits, racers=3) == {"won": 3}
    with writers(engine)() as session:
        outcome = outcomes(session, [panel])[made.applications[0]]
        assert (outcome.given, str(outcome.score)) == (3, "80.00")
        seen = mark(outcome)
        assert session.scalar(select(Message.id).where(Message.subject.like("评分已交齐%"))) is None

    def rules(session: Session, number: int) -> None:
        ruling = Ruling(decision=Decision.ACCEPT, reason=f"第 {number} 人")
        deciding.decide(session, made.city, panel, made.applications[0], ruling, seen=seen, now=NOW)

    assert race(engine, rules, racers=3) == {"won": 1, "Conflict": 2}
    with writers(engine)() as session:
        stored = session.get_one(PanelResult, (panel, made.applications[0]))
        events = session.scalars(select(Event).where(Event.action == "panel.decide")).all()
        assert [event.note for event in events] == [stored.reason]
        assert session.get_one(Application, made.applications[0]).status == "checking"


def test_an_application_goes_into_one_of_two_panels_made_at_once(engine: Engine) -> None:
    with writers(engine)() as session:
        made = makers.build(session, applications=1, experts=0)
        session.commit()

    def creates(session: Session, number: int) -> None:
        makers.panel(session, made, draw=False, name=f"第 {number} 组")

    assert race(engine, creates, racers=3) == {"won": 1, "Conflict": 2}
    with writers(engine)() as session:
        assert len(session.scalars(select(Panel)).all()) == 1
        with pytest.raises(Conflict):
            creates(session, 9)
