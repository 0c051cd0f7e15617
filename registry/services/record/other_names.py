"""What a merger does to short and misprinted names, and to what an enterprise is."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Enterprise, OtherName, Project


def hand_over(session: Session, survivor: Enterprise | Project, other: Enterprise | Project) -> None:
    """The survivor is found by the other one's further names as well; one that it has already stays behind."""
    column = OtherName.enterprise_id if isinstance(survivor, Enterprise) else OtherName.project_id
    own = set(session.scalars(select(OtherName.name_key).where(column == survivor.id)))
    for name in session.scalars(select(OtherName).where(column == other.id)):
        if name.name_key not in own:
            setattr(name, column.key, survivor.id)


def complete(survivor: Enterprise, other: Enterprise) -> None:
    """Size and ownership that only the other one's lists have said hold for the survivor."""
    survivor.size = survivor.size or other.size
    survivor.ownership = survivor.ownership or other.ownership
