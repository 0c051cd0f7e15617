"""Draws on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from registry.errors import NotFound
from registry.models import Account, Call, InspectionDraw
from registry.permissions import Actor, Permission, require
from registry.terms import Role
from registry.values.row_ids import LARGEST_ID
from registry.wording import Message


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A draw on record."""

    id: int
    call_id: int
    call_title: str
    share: int
    seed: str
    pool: dict[str, list[str]]
    picked: dict[str, list[str]]
    drawn_by: str
    drawn_at: datetime


def draws(session: Session, actor: Actor) -> list[Drawn]:
    """The draws on record, the last one first; a district sees what concerns its unit alone."""
    found = [_drawn(actor, row, title, name) for row, title, name in session.execute(_draws())]
    return [drawn for drawn in found if drawn.pool]


def find_draw(session: Session, actor: Actor, draw_id: int) -> Drawn:
    """One draw; NotFound when there is none, or none with this actor's unit in it."""
    require(actor, Permission.INSPECT)
    row = session.execute(_draws().where(InspectionDraw.id == min(draw_id, LARGEST_ID))).one_or_none()
    found = _drawn(actor, *row) if row is not None else None
    if found is None or not found.pool or actor.role is Role.EXPERT:
        raise NotFound(Message("没有这次抽取，或不在您的办理范围内。"))
    return found


def _draws() -> Select[InspectionDraw, str, str]:
    return (
        select(InspectionDraw, Call.title, Account.name)
        .join(Call, Call.id == InspectionDraw.call_id)
        .join(Account, Account.id == InspectionDraw.drawn_by)
        .order_by(InspectionDraw.id.desc())
    )


def _drawn(actor: Actor, row: InspectionDraw, title: str, name: str) -> Drawn:
    def own(lists: dict[str, list[str]]) -> dict[str, list[str]]:
        everything = actor.role is Role.MUNICIPAL_REVIEWER
        return {unit: numbers for unit, numbers in lists.items() if everything or unit == actor.unit}

    return Drawn(
        id=row.id,
        call_id=row.call_id,
        call_title=title,
        share=row.share,
        seed=row.seed,
        pool=own(row.pool),
        picked=own(row.picked),
        drawn_by=name,
        drawn_at=row.drawn_at,
    )
