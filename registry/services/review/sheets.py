"""Criteria sheets of many applications at once: all of them, or none and which ones changed meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput, NotAllowed
from registry.models import Application
from registry.permissions import Actor
from registry.services.review.bulk import MOST
from registry.services.review.casework import reviewable, save_sheet
from registry.wording import Message


@dataclass(frozen=True, kw_only=True)
class Entered:
    """What is entered into the sheet of one application, as it was seen in `version`."""

    id: int
    version: int
    answers: Mapping[str, str]
    reasons: Mapping[str, str] = field(default_factory=dict)


class StaleSheets(Conflict):
    """Somebody else changed applications since they were read; nothing was stored."""

    def __init__(self, ids: list[int]) -> None:
        super().__init__(Message("有 %(n)s 项刚被他人改动，整批都没有保存。", n=len(ids)))
        self.ids = ids


def fill_sheets(session: Session, actor: Actor, entered: Sequence[Entered], *, now: datetime) -> list[Application]:
    """Store all of these sheets, or none. StaleSheets names every application that changed meanwhile; another
    refusal names its application and keeps its field, with the number of the application behind it."""
    if len(entered) > MOST:
        raise InvalidInput(Message("一次最多选 %(most)s 项，现选了 %(count)s 项。", most=MOST, count=len(entered)))
    # In one order, so that two officers with the same selection do not wait for each other.
    found = {one.id: reviewable(session, actor, one.id) for one in sorted(entered, key=lambda one: one.id)}
    if stale := [one.id for one in entered if found[one.id].version != one.version]:
        raise StaleSheets(stale)
    done = []
    for one in entered:
        try:
            done.append(
                save_sheet(session, actor, one.id, one.answers, reasons=one.reasons, seen_version=one.version, now=now)
            )
        except (InvalidInput, NotAllowed) as error:
            raise InvalidInput(
                Message("%(name)s：%(message)s", name=found[one.id].number, message=error.message),
                field=f"choice-{one.id}",
            ) from error
    return done
