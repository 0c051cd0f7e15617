"""A merger or a split is undone as long as nobody has changed again what it touched.

What it did is kept row by row when it comes into force. Rows of the public record must be as it left them; of
rows that live on (applications, accounts, requests) only the columns that it moved go back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from registry.changes import ChangeKind, ChangeState
from registry.errors import Conflict, NotFound
from registry.models import ChangeJournal, ChangeRequest
from registry.services.events import Entry, record
from registry.services.imports.jobs import journal
from registry.services.imports.jobs.alone import keep_others_out
from registry.services.titles.effects import Doing, Effect, Typed, Values
from registry.services.titles.subjects import Subject
from registry.wording import Message

UNDOABLE = (ChangeKind.MERGE_PROJECTS, ChangeKind.MERGE_ENTERPRISES, ChangeKind.SPLIT_PROJECT)
_LIVING = (
    "account", "application", "call_subject", "change_request", "error_report", "name_match",
    "released_photo", "waiver",
)  # fmt: skip
_TABLES = (
    *journal.RECORD,
    *_LIVING,
    "project_link",
    "project_story",
    "service_event",
    "supplier_profile",
    "former_code",
    "void_title",
    "re_evaluation",
    "other_name",
    "expert_conflict",
)
_MOST_NAMED = 3


def journaled(session: Session, request: ChangeRequest, act: Callable[[], None]) -> None:
    """Put a change into force and keep what it did, and nothing that others do meanwhile."""
    keep_others_out(session, _TABLES)
    before = journal.picture(session, _TABLES)
    act()
    kept = journal.journal(before, session, living=_LIVING)
    session.add(ChangeJournal(request_id=request.id, kept=kept))
    session.flush()


def _undone(subject: Subject) -> ChangeRequest:
    if subject.undone is None:
        raise NotFound(Message("没有这份变更申请，或不在您的办理范围内。"))
    return subject.undone


def _kept(session: Session, request: ChangeRequest) -> ChangeJournal:
    kept = session.get(ChangeJournal, request.id)
    if kept is None or request.state != ChangeState.IN_FORCE:
        raise Conflict(
            Message("%(number)s 不能撤销：它没有生效，或已经撤销过。", number=request.number), field="number"
        )
    return kept


def _read(session: Session, subject: Subject, typed: Typed) -> Values:
    request = _undone(subject)
    _kept(session, request)
    return {"number": request.number}


def _apply(doing: Doing, wanted: Typed) -> None:
    session, request = doing.session, _undone(doing.subject)
    keep_others_out(session, _TABLES)
    row = _kept(session, request)
    kept: dict[str, Any] = row.kept
    found = journal.obstacles(session, kept, done=Message("变更"))
    if found:
        named = [obstacle.sentence for obstacle in found[:_MOST_NAMED]]
        raise Conflict(
            Message(
                "%(number)s 已不能撤销，之后又有改动：%(named)s。请在登记维护中另办项目更名、项目合并或项目拆分。",
                number=request.number,
                named=named,
            ),
            field="number",
        )
    session.flush()
    journal.take_back(session, kept)
    session.delete(row)
    session.flush()
    session.expire_all()
    changes = {"undone": (request.number, None)}
    entry = Entry(
        action="change.undo",
        subject_type="change_request",
        subject_id=request.id,
        changes=changes,
        note=doing.basis,
    )
    record(session, doing.actor, entry, at=doing.now)


EFFECTS = {ChangeKind.UNDO: Effect(read=_read, apply=_apply, current=lambda session, subject, wanted: {})}
