"""A round for tests: a call with experts, applications in the city's check, a pool, sheets that can be submitted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form import Rules
from registry.application_form.scoring_rules import ScoreItem, Veto
from registry.evaluation.terms import AssignmentState
from registry.models import Application, Assignment, Call, Panel
from registry.permissions import Actor
from registry.queries.evaluation.facts import ACTIVE
from registry.services.evaluation import drawing, panels, pool, sheets
from registry.services.evaluation.panels import PanelInput
from registry.services.evaluation.pool import ExpertInput
from registry.terms import Action, Role
from tests import applicants, people
from tests.applicants import NOW, Cast

CLOSES = datetime(2026, 12, 4, 9, 0, tzinfo=UTC)
"""17:00 in Beijing."""
SEED = "5f2b9c1e"
ITEMS = (
    ScoreItem(code="smart", text="智能化程度（演示）", points=40),
    ScoreItem(code="effect", text="改造效果（演示）", points=30),
    ScoreItem(code="model", text="创新示范（演示）", points=30),
)
VETOES = (Veto(code="false", text="材料不实"),)


def rules(**changes: Any) -> Rules:
    """Rules of a call with three experts."""
    given = {"experts": 3, "score_items": ITEMS, "vetoes": VETOES, "tie_item": "smart", "per_enterprise": 9} | changes
    return applicants.rules_without_files(**given)


@dataclass
class Round:
    """Ids and actors of a round; rows are read anew in each session."""

    call: int
    applications: list[int] = field(default_factory=list)
    casts: list[Cast] = field(default_factory=list)
    city: Actor = field(default_factory=Actor)
    administrator: Actor = field(default_factory=Actor)
    publisher: Actor = field(default_factory=Actor)
    experts: list[Actor] = field(default_factory=list)


def checked(session: Session, call: Call, who: Cast, **changes: str) -> Application:
    """An application in the city's check."""
    made = applicants.submitted(session, call, who, **changes)
    applicants.step(session, made, who.district, Action.RECOMMEND, applicants.recommendation(made))
    return applicants.step(session, made, who.city, Action.ACCEPT)


def expert(session: Session, city: Actor, employer: str = "", *, industries: tuple[str, ...] = ("34",)) -> Actor:
    """An expert of the pool."""
    account = people.staff(session, Role.EXPERT)
    employer = employer or f"演示大学{account.id}系"
    pool.enter(
        session, city, account.id, ExpertInput(employer=employer, industries=industries), seen_version=0, now=NOW
    )
    return people.actor_of(account)


def build(session: Session, *, applications: int = 3, experts: int = 5, given: Rules | None = None) -> Round:
    """A round before its panel is made."""
    call = applicants.open_call(session, rules=given or rules())
    made = Round(call=call.id, city=people.actor_of(people.staff(session, Role.MUNICIPAL_REVIEWER)))
    made.administrator = people.actor_of(people.staff(session, Role.ADMINISTRATOR))
    made.publisher = people.actor_of(people.staff(session, Role.PUBLISHER))
    for number in range(applications):
        who = applicants.cast(session)
        made.casts.append(who)
        made.applications.append(checked(session, call, who, project_name=f"演示评审第{number + 1}车间").id)
    made.experts = [expert(session, made.city) for _ in range(experts)]
    return made


def panel(session: Session, made: Round, *, draw: bool = True, **changes: Any) -> Panel:
    """The panel of all applications, drawn."""
    given = {
        "name": "演示一组",
        "closes_at": CLOSES,
        "per_application": 3,
        "applications": tuple(made.applications),
    } | changes
    row = panels.create(session, made.city, made.call, PanelInput(**given), now=NOW)
    if draw:
        drawing.draw_panel(session, made.city, row.id, seed=SEED, seen_version=row.version, now=NOW)
    return row


def rows_of(session: Session, application: int) -> list[Assignment]:
    """Who carries an application, in order."""
    statement = select(Assignment).where(Assignment.application_id == application, Assignment.state.in_(ACTIVE))
    return list(session.scalars(statement.order_by(Assignment.id)))


def actor_for(made: Round, row: Assignment) -> Actor:
    """The expert of an assignment."""
    return next(actor for actor in made.experts if actor.id == row.expert_id)


def typed(total: str = "80", *, veto: bool = False, smart: str = "") -> dict[str, str]:
    """A sheet with this total, with all reasons."""
    halves = int(float(total) * 2)
    first = min(80, int(float(smart) * 2) if smart else halves * 2 // 5)
    second = min(60, (halves - first) // 2)
    third = halves - first - second
    assert third <= 60
    texts = {"points-smart": f"{first / 2:g}", "points-effect": f"{second / 2:g}", "points-model": f"{third / 2:g}"}
    texts |= {f"reason-{code}": "演示理由" for code in ("smart", "effect", "model")}
    return texts | ({"veto-false": "yes", "comment": "演示依据"} if veto else {})


def score(
    session: Session, made: Round, row: Assignment, total: str = "80", *, now: datetime = NOW, **more: Any
) -> Assignment:
    """Say that there is no conflict, fill the sheet and submit it."""
    who = actor_for(made, row)
    sheets.clear(session, who, row.id, now=now)
    saved = sheets.save(session, who, row.id, typed(total, **more), seen_version=row.version, now=now)
    return sheets.submit(session, who, row.id, seen_version=saved.version, now=now)


def score_all(session: Session, made: Round, application: int, *totals: str) -> None:
    """Sheets of all experts of an application."""
    for row, total in zip(rows_of(session, application), totals, strict=True):
        score(session, made, row, total)


LATER = NOW + timedelta(days=1)
SUBMITTED = AssignmentState.SUBMITTED.value
