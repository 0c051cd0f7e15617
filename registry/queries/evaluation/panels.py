"""Panels as officers read them: the list, one panel with its results, one application of it with all its sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from registry.application_form import Rules
from registry.errors import NotFound
from registry.evaluation.terms import AssignmentOrigin, AssignmentState, PanelState
from registry.indicators import plain
from registry.models import Account, Application, Assignment, Call, CallForm, Expert, Panel, PanelItem
from registry.permissions import Actor, Permission, can, require
from registry.queries.applications.access import LARGEST_ID, form_for
from registry.queries.evaluation.facts import ACTIVE, assignments_of
from registry.queries.evaluation.outcomes import Outcome, counts, latest_snapshots, outcomes
from registry.queries.evaluation.own import OtherSheet, sheet_of
from registry.terms import ApplicationStatus
from registry.wording import Message

_NO_PANEL = Message("没有这个评审组，或这份申报不在其中。")


@dataclass(frozen=True, kw_only=True)
class PanelRow:
    """One line of the list."""

    id: int
    name: str
    call: str
    state: PanelState
    closes_at: datetime
    items: int
    complete: int
    flagged: int


@dataclass(frozen=True, kw_only=True)
class CallToScore:
    """A call with experts, and how many of its applications are in no panel yet."""

    id: int
    title: str
    waiting: int


@dataclass(frozen=True, kw_only=True)
class Choice:
    """An application that can go into a panel."""

    id: int
    number: str
    project: str
    enterprise: str
    unit: str
    industry: str


@dataclass(frozen=True, kw_only=True)
class Seat:
    """One expert at one application. `is_in`: the sheet counts; `sheet` is None until then."""

    id: int
    expert_id: int
    name: str
    employer: str
    origin: AssignmentOrigin
    state: AssignmentState
    reason: str
    is_in: bool
    is_cleared: bool
    total: str
    sheet: OtherSheet | None


@dataclass(frozen=True, kw_only=True)
class Item:
    """One application of a panel with its experts, those who left it apart."""

    id: int
    number: str
    project: str
    enterprise: str
    unit: str
    industry: str
    status: ApplicationStatus
    rules: Rules
    outcome: Outcome
    seats: Sequence[Seat]
    gone: Sequence[Seat]


@dataclass(frozen=True, kw_only=True)
class PanelPage:
    """One panel. Names stand in it only for those who may know them; experts are numbered per application."""

    id: int
    version: int
    call_id: int
    call: str
    name: str
    chair_id: int | None
    chair: str
    per_application: int
    closes_at: datetime
    state: PanelState
    draws: Sequence[Mapping[str, Any]]
    items: Sequence[Item]
    shows_names: bool

    @property
    def most_seats(self) -> int:
        """The largest number of experts of an application."""
        return max((len(item.seats) for item in self.items), default=0)

    @property
    def has_sheets(self) -> bool:
        """Whether some expert has submitted."""
        return any(seat.total for item in self.items for seat in item.seats)


def panel_rows(session: Session) -> list[PanelRow]:
    """All panels, the newest first."""
    panels = session.scalars(select(Panel).options(joinedload(Panel.call)).order_by(Panel.id.desc()).limit(200)).all()
    made: dict[int, list[Outcome]] = {panel.id: [] for panel in panels}
    for outcome in outcomes(session, [panel.id for panel in panels]).values():
        made[outcome.panel_id].append(outcome)
    return [
        PanelRow(
            id=panel.id,
            name=panel.name,
            call=panel.call.title,
            state=PanelState(panel.state),
            closes_at=panel.closes_at,
            items=len(made[panel.id]),
            complete=sum(item.is_complete for item in made[panel.id]),
            flagged=sum(item.is_complete and bool(item.open_flags) for item in made[panel.id]),
        )
        for panel in panels
    ]


def calls_to_score(session: Session) -> list[CallToScore]:
    """Calls whose rules have experts and whose applications wait for a panel."""
    rows = session.execute(
        select(Application.call_id, Call.title, CallForm.rules)
        .join(Call, Call.id == Application.call_id)
        .join(CallForm, CallForm.id == Application.call_form_id)
        .where(Application.status == ApplicationStatus.CHECKING.value, Application.id.not_in(_live()))
        .order_by(Application.call_id.desc())
    )
    found: dict[int, CallToScore] = {}
    for call_id, title, rules in rows:
        if Rules.from_json(rules).experts:
            waiting = found[call_id].waiting if call_id in found else 0
            found[call_id] = CallToScore(id=call_id, title=title, waiting=waiting + 1)
    return list(found.values())


def choices(session: Session, call_id: int, *, panel_id: int | None = None) -> list[Choice]:
    """Applications of a call that can go into a panel: in no other one, and begun under rules with experts."""
    rows = session.scalars(
        select(Application)
        .where(
            Application.call_id == call_id,
            Application.status == ApplicationStatus.CHECKING.value,
            Application.id.not_in(_live(but=panel_id)),
        )
        .options(joinedload(Application.enterprise), joinedload(Application.call_form))
        .order_by(Application.unit_code, Application.rank, Application.id)
    )
    return [_choice(row) for row in rows if form_for(row).rules.experts]


def panel_page(session: Session, actor: Actor, panel_id: int) -> PanelPage:
    """One panel with all its applications (a fixed number of queries)."""
    require(actor, Permission.PANEL_READ)
    return load_panel(session, panel_id, shows_names=can(actor, Permission.PANEL_MANAGE).allowed)


def load_panel(session: Session, panel_id: int, *, shows_names: bool) -> PanelPage:
    """The page of a panel for whoever was let in."""
    panel = session.get(Panel, min(panel_id, LARGEST_ID - 1), options=[joinedload(Panel.call)])
    if panel is None:
        raise NotFound(_NO_PANEL)
    made = outcomes(session, [panel.id])
    seats: dict[int, list[Assignment]] = {}
    for row in assignments_of(session, panel.id):
        seats.setdefault(row.application_id, []).append(row)
    applications = session.scalars(
        select(Application)
        .join(PanelItem, PanelItem.application_id == Application.id)
        .where(PanelItem.panel_id == panel.id, PanelItem.live)
        .options(joinedload(Application.enterprise), joinedload(Application.call_form))
        .order_by(Application.id)
    ).all()
    latest = latest_snapshots(session, [row.id for row in applications])
    chair = None if panel.chair_id is None else session.get(Account, panel.chair_id)
    items = [_item(row, made[row.id], seats.get(row.id, []), latest, shows_names=shows_names) for row in applications]
    return PanelPage(
        id=panel.id,
        version=panel.version,
        call_id=panel.call_id,
        call=panel.call.title,
        name=panel.name,
        chair_id=panel.chair_id,
        chair=chair.name if chair is not None and shows_names else "",
        per_application=panel.per_application,
        closes_at=panel.closes_at,
        state=PanelState(panel.state),
        draws=tuple(panel.record),
        items=sorted(items, key=lambda item: (item.outcome.rank is None, item.outcome.rank or 0, item.id)),
        shows_names=shows_names,
    )


def find_item(page: PanelPage, application_id: int) -> Item:
    """One application of a panel; NotFound when it is not in it."""
    found = next((item for item in page.items if item.id == application_id), None)
    if found is None:
        raise NotFound(_NO_PANEL)
    return found


def names_of(session: Session, expert_ids: set[int]) -> dict[int, tuple[str, str]]:
    """(name, employer) of experts."""
    rows = session.execute(
        select(Expert.account_id, Account.name, Expert.employer)
        .join(Account, Account.id == Expert.account_id)
        .where(Expert.account_id.in_(expert_ids))
    )
    return {expert: (name, employer) for expert, name, employer in rows}


def _live(*, but: int | None = None) -> Any:
    return select(PanelItem.application_id).where(PanelItem.live, PanelItem.panel_id != (but or 0))


def _choice(row: Application) -> Choice:
    return Choice(
        id=row.id,
        number=row.number or "",
        project=row.project_name,
        enterprise=row.enterprise.name,
        unit=row.unit_code or "",
        industry=row.industry_code or "",
    )


def _item(
    row: Application, outcome: Outcome, rows: list[Assignment], latest: Mapping[int, int], *, shows_names: bool
) -> Item:
    rules = form_for(row).rules
    made = [
        _seat(place, seat, rules, latest, is_closed=outcome.is_closed, shows_names=shows_names)
        for place, seat in enumerate(rows, 1)
    ]
    return Item(
        id=row.id,
        number=row.number or "",
        project=row.project_name,
        enterprise=row.enterprise.name,
        unit=row.unit_code or "",
        industry=row.industry_code or "",
        status=ApplicationStatus(row.status),
        rules=rules,
        outcome=outcome,
        seats=[seat for seat in made if seat.state.value in ACTIVE],
        gone=[seat for seat in made if seat.state.value not in ACTIVE],
    )


def _seat(
    place: int, row: Assignment, rules: Rules, latest: Mapping[int, int], *, is_closed: bool, shows_names: bool
) -> Seat:
    is_in = row.total is not None if is_closed else counts(row, latest)
    return Seat(
        id=row.id,
        expert_id=row.expert_id if shows_names else 0,
        name=row.expert.account.name if shows_names else "",
        employer=row.expert.employer if shows_names else "",
        origin=AssignmentOrigin(row.origin),
        state=AssignmentState(row.state),
        reason=row.reason,
        is_in=is_in,
        is_cleared=row.cleared_at is not None,
        total=plain(row.total) if is_in and row.total is not None else "",
        sheet=sheet_of(place, row, rules) if is_in else None,
    )
