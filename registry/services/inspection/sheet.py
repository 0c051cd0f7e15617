"""The sheet of a visit: fields from several devices merged, the signature that freezes it.

Each changed field comes with the text that it was based on. What nobody else changed meanwhile is taken; what
somebody did is given back with both texts, and everything else of the same request is kept.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import declaration
from registry.application_form.inspection import Sheet, SheetKind, VisitState, seen_field, sheet_of
from registry.declaration.verified import fingerprint
from registry.errors import InvalidInput, NotAllowed
from registry.models import Account, Inspection
from registry.permissions import Actor
from registry.queries.applications.access import form_for
from registry.queries.inspection.access import visible_visit, why_closed
from registry.queries.inspection.declared import declared_inputs, standing_answers
from registry.services.inspection.visits import move, report
from registry.wording import Message

MOST_CHARACTERS = 4000
"""Of one field: what no person types is cut off, so that a device cannot fill the database."""


@dataclass(frozen=True)
class Change:
    """A field as a device sends it: the text that it showed first, and the one that stands there now."""

    base: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Clash:
    """A field that two people changed: both texts, who was first and when."""

    name: str
    label: str
    mine: str
    theirs: str
    by: str
    at: datetime | None


@dataclass(frozen=True)
class Saved:
    """What became of a request: the visit as it is now, and the fields that were given back."""

    visit: Inspection
    clashes: list[Clash] = field(default_factory=list)


def save_sheet(session: Session, actor: Actor, visit_id: int, changes: Mapping[str, Change], *, now: datetime) -> Saved:
    """Take over changed fields. Raises NotFound out of reach, NotAllowed while the sheet is closed, InvalidInput
    for a field that the sheet does not have."""
    visit = visible_visit(session, actor, visit_id, lock=True)
    closed = why_closed(visit, visit.application)
    if closed:
        raise NotAllowed(closed)
    sheet = sheet_of(form_for(visit.application).rules)
    declared = declared_inputs(session, visit.application, declaration.load_choices(session))
    said_of = {seen_field(code): fingerprint(declared.get(code)) for code in sheet.rules.inspection_kpis}
    answers, touched = standing_answers(visit, declared), dict(visit.touched)
    written, clashing = [], []
    for name, change in changes.items():
        base, value = cleaned(sheet, name, change.base), cleaned(sheet, name, change.value)
        now_there = answers.get(name, "")
        if value in (now_there, base):
            continue
        if base != now_there:
            clashing.append((name, value))
            continue
        answers[name] = value
        touched[name] = [actor.id, now.isoformat(), said_of.get(name)]
        written.append(name)
    if written:
        visit.answers = {name: text for name, text in answers.items() if text}
        visit.touched = touched
        visit.updated_at = now
        if visit.state == VisitState.PLANNED:
            move(visit, VisitState.VISITED, now=now)
        session.flush()
        report(session, actor, visit, "inspection.sync", now, {"fields": (None, sorted(written))})
    return Saved(visit, _clashes(session, sheet, visit, clashing))


def cleaned(sheet: Sheet, name: str, text: str) -> str:
    """A text as it is stored; InvalidInput for a field or a choice that the sheet does not have."""
    item = sheet.by_name.get(name)
    if item is None:
        raise InvalidInput(
            Message("核查表中没有“%(name)s”这一栏，请刷新后再填。", name="".join(filter(str.isprintable, name))[:60]),
            field="sheet",
        )
    shown = "".join(mark for mark in text if mark in "\n\t" or unicodedata.category(mark) not in ("Cc", "Cs"))
    lines = "\n".join(" ".join(line.split()) for line in shown[:MOST_CHARACTERS].split("\n")).strip()
    found = lines if item.kind is SheetKind.TEXT else " ".join(lines.split())
    if item.kind is SheetKind.CHOICE and found and found not in item.choices:
        raise InvalidInput(Message("%(label)s：不在可选的范围内；请重新选择。", label=item.label), field=name)
    return found


def _clashes(session: Session, sheet: Sheet, visit: Inspection, clashing: list[tuple[str, str]]) -> list[Clash]:
    if not clashing:
        return []
    writers = {name: visit.touched.get(name) or [None, None, None] for name, _value in clashing}
    ids = {said[0] for said in writers.values() if said[0] is not None}
    names = {row.id: row.name for row in session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))}
    return [
        Clash(
            name=name,
            label=sheet.by_name[name].label,
            mine=value,
            theirs=visit.answers.get(name, ""),
            by=names.get(writers[name][0], ""),
            at=datetime.fromisoformat(writers[name][1]) if writers[name][1] else None,
        )
        for name, value in clashing
    ]
