"""抽取记录: a draw on record, repeated from its seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registry.evaluation.drawing import Place, draw


@dataclass(frozen=True, kw_only=True)
class Repeated:
    """A draw as it is printed; `is_same`: drawing again from what is on record gives the same experts."""

    number: int
    seed: str
    at: str
    by: int
    reason: str
    wanted: int
    most: int
    places: list[Mapping[str, Any]]
    is_same: bool


def repeat(entry: Mapping[str, Any]) -> Repeated:
    """Draw once more from the seed, the eligible experts and the loads that stand in the record."""
    places = [
        Place(item["number"], tuple(item["eligible"]), item["wanted"], frozenset(item["fixed"]))
        for item in entry["places"]
    ]
    again = draw(places, entry["seed"], {int(expert): count for expert, count in entry["loads"].items()})
    return Repeated(
        number=entry["draw"],
        seed=entry["seed"],
        at=entry["at"],
        by=entry["by"],
        reason=entry["reason"],
        wanted=entry["wanted"],
        most=again.most,
        places=list(entry["places"]),
        is_same={item["number"]: tuple(item["chosen"]) for item in entry["places"]} == again.chosen,
    )
