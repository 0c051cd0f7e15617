"""Which applications are visited: drawn by lot, once each, from a seed on record."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form.drawing import draw
from registry.application_form.inspection import PickOrigin
from registry.errors import Conflict, NotAllowed
from registry.models import Application, InspectionDraw, InspectionPick
from registry.permissions import Actor, Permission, require
from registry.queries.applications.access import form_for
from registry.services.calls.managing import find_call
from registry.services.events import Entry, record
from registry.terms import ApplicationStatus, Role
from registry.wording import Message


def draw_inspections(
    session: Session, actor: Actor, call_id: int, *, now: datetime, seed: str = ""
) -> list[InspectionDraw]:
    """Draw among the applications of a call that are checked and were in no draw yet; once for each.

    An application keeps the rules that it was begun with: where their shares differ, each share has a draw of
    its own. The seed is made here, in the transaction that writes the result, so that nobody can choose it;
    `seed` is for the demo and for tests alone.
    """
    require(actor, Permission.INSPECT)
    if actor.role is not Role.MUNICIPAL_REVIEWER:
        raise NotAllowed(Message("由市局审核员抽取现场核查。"))
    call = find_call(session, call_id, lock=True)
    pooled = _to_draw(session, call.id)
    if not pooled:
        raise Conflict(Message("没有待抽取的申报：规则没有设现场核查比例，或形式审查通过的都已经抽过。"), field="call")
    groups: dict[int, list[Application]] = {}
    for item in pooled:
        groups.setdefault(form_for(item).rules.inspection_share, []).append(item)
    return [
        _draw(session, actor, call.id, share, groups[share], seed or secrets.token_hex(16), now=now)
        for share in sorted(groups)
    ]


def _to_draw(session: Session, call_id: int) -> list[Application]:
    checked = session.scalars(
        select(Application)
        .where(
            Application.call_id == call_id,
            Application.status == ApplicationStatus.CHECKING.value,
            Application.id.not_in(select(InspectionPick.application_id)),
        )
        .order_by(Application.id)
        .with_for_update(of=Application)
    )
    return [item for item in checked if form_for(item).rules.inspection_share]


def _draw(
    session: Session,
    actor: Actor,
    call_id: int,
    share: int,
    pooled: list[Application],
    seed: str,
    *,
    now: datetime,
) -> InspectionDraw:
    pool: dict[str, list[str]] = {}
    for item in pooled:
        pool.setdefault(item.unit_code or "", []).append(item.number or "")
    picked = draw(pool, share, seed)
    made = InspectionDraw(
        call_id=call_id, share=share, seed=seed, pool=pool, picked=picked, drawn_by=actor.id, drawn_at=now
    )
    session.add(made)
    session.flush()
    chosen = {number for numbers in picked.values() for number in numbers}
    session.add_all(
        InspectionPick(
            application_id=item.id,
            draw_id=made.id,
            is_picked=item.number in chosen,
            origin=PickOrigin.DRAWN.value,
            picked_by=actor.id,
            picked_at=now,
        )
        for item in pooled
    )
    session.flush()
    changes = {"seed": (None, seed), "pool": (None, len(pooled)), "picked": (None, len(chosen))}
    entry = Entry(
        action="inspection.draw", subject_type="call", subject_id=call_id, changes=changes, note=f"抽取记录 {made.id}"
    )
    record(session, actor, entry, at=now)
    return made
