"""Further figures that answers state beside the groupings: who else there is in a scope, each with its list.

A capability that counts something of its own adds a line to `PROVIDERS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from registry.kinds import EnterpriseSize, Ownership
from registry.queries.catalogue.filters import Filters
from registry.queries.catalogue.selection import Selection
from registry.terms import ProjectType
from registry.wording import Message

SMALL = (EnterpriseSize.SMALL.value, EnterpriseSize.MICRO.value)
CHAIN_LEADER = "链主企业"
"""The kind of honour that chain leaders hold."""


@dataclass(frozen=True)
class Further:
    """A figure with its words and the list behind it: `filters` of the record, or the address `endpoint` elsewhere."""

    label: str
    count: int
    unit: str
    filters: Filters | None = None
    endpoint: str = ""


Provider = Callable[[Session, Selection], list[Further]]


def further_counts(session: Session, selection: Selection) -> list[Further]:
    """Every further figure of the scope that is not zero."""
    return [figure for provide in PROVIDERS for figure in provide(session, selection) if figure.count]


def _of_enterprises(session: Session, selection: Selection) -> list[Further]:
    """Enterprises by what they are: private ones, small and micro ones, both, chain leaders."""
    private = (Ownership.PRIVATE.value,)
    wanted: tuple[tuple[Message, dict[str, tuple[str, ...]]], ...] = (
        (Message("民营企业"), {"ownership": private}),
        (Message("小微企业"), {"size": SMALL}),
        (Message("民营小微企业"), {"ownership": private, "size": SMALL}),
        (Message("链主企业"), {"honor": (CHAIN_LEADER,)}),
    )
    found = []
    for label, changes in wanted:
        chosen = selection.but(rows="enterprises", page=1, **changes)
        found.append(Further(label, len(chosen.enterprises), "家", chosen.filters))
    return found


def _of_projects(session: Session, selection: Selection) -> list[Further]:
    """Projects that are no workshop: service providers by the kind of their title, demonstration zones."""
    lists, found = selection.catalogue.lists, []
    for kind, label, unit in (
        (ProjectType.SUPPLIER, Message("服务机构"), "家"),
        (ProjectType.ZONE, Message("示范区"), "个"),
    ):
        alone = selection.but(rows="projects", page=1, type=(kind.value,))
        found.append(Further(label, len(alone.projects), unit, alone.filters))
        held = selection.catalogue.title_category[alone.titles]
        for place, item in enumerate(lists.categories.values()):
            count = int((held == place).sum())
            if kind == ProjectType.SUPPLIER and count:
                of_kind = alone.filters.but(category=(item.code,), rows="recognitions")
                found.append(Further(Message("其中%(kind)s", kind=item), count, "项", of_kind))
    return found


PROVIDERS: tuple[Provider, ...] = (_of_enterprises, _of_projects)
"""One line each; the order is that of the page."""
