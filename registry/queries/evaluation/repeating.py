"""抽取记录: a draw on record, repeated from its seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.evaluation.drawing import Place, draw
from registry.models import Event
from registry.queries.evaluation.panel_rows import PanelPage


@dataclass(frozen=True, kw_only=True)
class Repeated:
    """A draw as it is printed; `is_same`: drawing again from what is on record gives the same experts."""

    number: int
    seed: str
    at: datetime
    by: int
    reason: str
    wanted: int
    most: int
    places: list[Mapping[str, Any]]
    is_same: bool


def repeated_draws(session: Session, page: PanelPage) -> list[Repeated]:
    """All draws of a panel with the moments at which the record of events says that they were made."""
    moments = session.scalars(
        select(Event.at)
        .where(Event.subject_type == "panel", Event.subject_id == page.id, Event.action == "panel.draw")
        .order_by(Event.id)
    )
    return [repeat(entry, at) for entry, at in zip(page.draws, moments, strict=True)]


def repeat(entry: Mapping[str, Any], at: datetime) -> Repeated:
    """Draw once more from the seed, the eligible experts and the loads that stand in the record."""
    places = [
        Place(item["number"], tuple(item["eligible"]), item["wanted"], frozenset(item["fixed"]))
        for item in entry["places"]
    ]
    again = draw(places, entry["seed"], {int(expert): count for expert, count in entry["loads"].items()})
    return Repeated(
        number=entry["draw"],
        seed=entry["seed"],
        at=at,
        by=entry["by"],
        reason=entry["reason"],
        wanted=entry["wanted"],
        most=again.most,
        places=list(entry["places"]),
        is_same={item["number"]: tuple(item["chosen"]) for item in entry["places"]} == again.chosen,
    )
