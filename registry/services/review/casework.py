"""An officer's work on an application besides its steps: criteria sheet, notes, who handles it, what was
seen, what is a duplicate. None of it is shown to the applicant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput, NotAllowed, RegistryError
from registry.models import Account, Application, DuplicateAnswer, InternalNote, Seen, Snapshot
from registry.permissions import Actor, Permission, require
from registry.queries.applications.access import form_for, visible
from registry.services.applications.drafts import require_version
from registry.services.events import Entry, record
from registry.services.review.sheet_rules import sheet_after
from registry.statuses import FINAL_STATUSES, fills_sheets, may_fill_sheet
from registry.terms import AccountStanding, ApplicationStatus, Role
from registry.wording import Message

LONGEST_NOTE = 2000


def reviewable(session: Session, actor: Actor, application_id: int, *, lock: bool = True) -> Application:
    """An application that this officer may see; NotFound out of scope, NotAllowed for other roles."""
    require(actor, Permission.REVIEW)
    return visible(session, actor, application_id, lock=lock)


def save_sheet(
    session: Session,
    actor: Actor,
    application_id: int,
    sheet: Mapping[str, str],
    *,
    reasons: Mapping[str, str] | None = None,
    seen_version: int,
    now: datetime,
) -> Application:
    """Store the criteria sheet (`yes` or `no` by criterion code, '' takes an answer back), complete or not.

    What is not met needs its reason; one that was given before stays until another one comes.
    """
    application = reviewable(session, actor, application_id)
    require_version(session, application, seen_version)
    if not may_fill_sheet(actor.role, ApplicationStatus(application.status)):
        raise NotAllowed(Message("现在不能修改条件审核表。"))
    answers, why = sheet_after(application, sheet, reasons or {})
    before, before_why = dict(application.criteria), dict(application.criteria_reasons)
    if (answers, why) == (before, before_why):
        return application
    application.criteria, application.criteria_reasons = answers, why
    application.updated_at = now
    session.flush()
    codes = [item.code for item in form_for(application).rules.criteria]
    changes = {code: (before.get(code), answers.get(code)) for code in codes if before.get(code) != answers.get(code)}
    note = "\n".join(why[code] for code in codes if code in why and why[code] != before_why.get(code))
    _event(session, actor, application, "application.sheet", changes, now, note=note)
    return application


def whole_batch(number: str | None, error: RegistryError) -> Conflict:
    """Why a step for many was not taken for any: the application that stands against it, and what it says."""
    return Conflict(Message("%(name)s：%(message)s整批都没有办理，请核对后再试。", name=number, message=error.message))


def add_note(session: Session, actor: Actor, application_id: int, text: str, *, now: datetime) -> InternalNote:
    """Write an internal note; the applicant never sees it."""
    application = reviewable(session, actor, application_id)
    if not text.strip():
        raise InvalidInput(Message("请填写备注内容。"), field="note")
    if len(text) > LONGEST_NOTE:
        raise InvalidInput(
            Message("有 %(n)s 个字，最多 %(longest)s 个；请缩短。", n=len(text), longest=LONGEST_NOTE), field="note"
        )
    note = InternalNote(application_id=application.id, text=text.strip(), author_id=actor.id, created_at=now)
    session.add(note)
    session.flush()
    _event(session, actor, application, "application.note", {}, now)
    return note


def look_at_contacts(session: Session, actor: Actor, application_id: int, *, now: datetime) -> None:
    """Say that this officer looks at the persons whom an application names; the look is an event."""
    application = reviewable(session, actor, application_id, lock=False)
    _event(session, actor, application, "application.contacts", {}, now)
    session.flush()


def assign(
    session: Session, actor: Actor, seen: Iterable[tuple[int, int]], assignee_id: int | None, *, now: datetime
) -> list[Application]:
    """Say who handles applications, given as (id, seen version); None: nobody. The assignee must be able to see each.

    Raises Stale where somebody else has changed an application that would get another officer.
    """
    if not fills_sheets(actor.role):
        raise NotAllowed(Message("由板块审核员和市局审核员分派经办人。"))
    assignee = None if assignee_id is None else session.get(Account, assignee_id)
    if assignee_id is not None and (
        assignee is None
        or assignee.standing != AccountStanding.ACTIVE
        or assignee.role not in (Role.DISTRICT_REVIEWER, Role.MUNICIPAL_REVIEWER)
    ):
        raise InvalidInput(Message("请选择一位在用的审核员。"), field="assignee")
    done = []
    for application_id, version in seen:
        application = reviewable(session, actor, application_id)
        if ApplicationStatus(application.status) in FINAL_STATUSES:
            raise InvalidInput(
                Message("%(number)s 已经办结，不能再分派。", number=application.number), field="assignee"
            )
        if assignee is not None and assignee.unit_code not in (None, application.unit_code):
            raise InvalidInput(
                Message(
                    "%(assignee)s 不办理 %(number)s 所在的板块。", assignee=assignee.name, number=application.number
                ),
                field="assignee",
            )
        if application.assignee_id != assignee_id:
            require_version(session, application, version)
            before, application.assignee_id = application.assignee_id, assignee_id
            application.updated_at = now
            session.flush()
            _event(session, actor, application, "application.assign", {"assignee_id": (before, assignee_id)}, now)
        done.append(application)
    return done


def mark_seen(session: Session, actor: Actor, application_id: int, snapshot_id: int, *, now: datetime) -> None:
    """Remember which snapshot this officer saw last."""
    application = reviewable(session, actor, application_id)
    snapshot = session.get(Snapshot, snapshot_id)
    if snapshot is None or snapshot.application_id != application.id:
        raise InvalidInput(Message("没有这个版本，请刷新后再试。"))
    seen = session.get(Seen, (actor.id, application.id))
    if seen is None:
        session.add(Seen(account_id=actor.id, application_id=application.id, snapshot_id=snapshot.id, at=now))
    else:
        seen.snapshot_id, seen.at = snapshot.id, now
    session.flush()


def answer_duplicate(
    session: Session, actor: Actor, application_id: int, other: str, *, is_same: bool, now: datetime
) -> None:
    """Answer whether `other` (`project:12`, `application:7`) is the same thing, so that it is not asked again."""
    application = reviewable(session, actor, application_id)
    kind, _, number = other.partition(":")
    if kind not in ("project", "application") or not (number.isascii() and number.isdigit()) or len(other) > 40:
        raise InvalidInput(Message("没有这条疑似重复，请刷新后再试。"))
    known = session.scalars(
        select(DuplicateAnswer).where(DuplicateAnswer.application_id == application.id, DuplicateAnswer.other == other)
    ).one_or_none()
    before = None if known is None else known.is_same
    if known is not None:
        session.delete(known)
        session.flush()
    session.add(
        DuplicateAnswer(application_id=application.id, other=other, is_same=is_same, author_id=actor.id, created_at=now)
    )
    session.flush()
    _event(session, actor, application, "application.duplicate", {other: (before, is_same)}, now)


def _event(
    session: Session,
    actor: Actor,
    application: Application,
    action: str,
    changes: Mapping[str, tuple[object, object]],
    now: datetime,
    *,
    note: str = "",
) -> None:
    record(
        session,
        actor,
        Entry(action=action, subject_type="application", subject_id=application.id, changes=changes, note=note),
        at=now,
    )
