"""One panel with all its applications, experts and sheets."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from registry.application_form import Rules
from registry.errors import NotFound
from registry.evaluation.terms import AssignmentOrigin, AssignmentState, PanelState
from registry.indicators import plain
from registry.models import Account, Application, Assignment, Expert, Panel, PanelItem
from registry.permissions import Actor, Permission, can, require
from registry.queries.applications.access import form_for
from registry.queries.evaluation.facts import ACTIVE, assignments_of
from registry.queries.evaluation.outcomes import Outcome, counts, latest_snapshots, outcomes
from registry.queries.evaluation.panel_rows import Item, PanelPage, Seat
from registry.queries.evaluation.shown import sheet_of
from registry.terms import ApplicationStatus
from registry.values.row_ids import LARGEST_ID
from registry.wording import Message

_NO_PANEL = Message("没有这个评审组，或这份申报不在其中。")


def panel_page(session: Session, actor: Actor, panel_id: int) -> PanelPage:
    """One panel with all its applications (a fixed number of queries)."""
    require(actor, Permission.PANEL_READ)
    return load_panel(session, panel_id, shows_names=can(actor, Permission.PANEL_MANAGE).allowed)


def load_panel(session: Session, panel_id: int, *, shows_names: bool) -> PanelPage:
    """The page of a panel for whoever was let in."""
    panel = session.get(Panel, min(panel_id, LARGEST_ID), options=[joinedload(Panel.call)])
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
