"""Who has to send a re-evaluation or a yearly report: frozen at publishing, excused or noted as absent by a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.application_form import Rules
from registry.application_form.later import is_due
from registry.errors import Conflict, InvalidInput, NotFound
from registry.models import Application, Call, CallSubject, Project, Recognition, ReEvaluation
from registry.names import has_control_characters, tidy
from registry.permissions import Actor, Permission, require
from registry.purposes import CallPurpose, Outcome
from registry.services.events import Entry, record
from registry.statuses import REFUSED_STATUSES
from registry.terms import ApplicationStatus, CallState, RecognitionStatus
from registry.wording import Message

BY_HAND = (Outcome.EXCUSED, Outcome.ABSENT)
"""What a person may say of a project without its form."""
_EVENTS = {Outcome.EXCUSED: "call.excuse", Outcome.ABSENT: "call.absent"}
_NOT_SENT = frozenset(
    (ApplicationStatus.DRAFT.value, ApplicationStatus.RETURNED.value, *(status.value for status in REFUSED_STATUSES))
)


def freeze(session: Session, call: Call, rules: Rules, *, now: datetime) -> int:
    """Write down who is asked, once and for all; returns how many. InvalidInput when it is nobody."""
    found = _due(session, call, rules)
    if not found:
        raise InvalidInput(
            Message("没有要报的项目：没有到期的有效认定。请核对年度，以及申报规则中的类别和间隔年数。"),
            field="subjects",
        )
    session.add_all(
        CallSubject(call_id=call.id, project_id=project_id, recognition_id=recognition_id, created_at=now)
        for project_id, recognition_id in found.items()
    )
    session.flush()
    return len(found)


def due_count(session: Session, call: Call, rules: Rules) -> int:
    """How many projects a draft would ask if it were published now."""
    return len(_due(session, call, rules))


def _due(session: Session, call: Call, rules: Rules) -> dict[int, int]:
    """Project id → the title that is asked about: the newest for a yearly report, the one that waited longest
    for a re-evaluation. Projects that have ended, and those asked for the same year already, are left out."""
    is_yearly = call.purpose == CallPurpose.YEARLY
    confirmed = (
        select(ReEvaluation.recognition_id, func.max(ReEvaluation.year).label("year"))
        .group_by(ReEvaluation.recognition_id)
        .subquery()
    )
    asked = (
        select(CallSubject.project_id)
        .join(Call, Call.id == CallSubject.call_id)
        .where(Call.purpose == call.purpose, Call.year == call.year, Call.state == CallState.PUBLISHED.value)
    )
    rows = session.execute(
        select(Project.id, Recognition.id, Recognition.year, Recognition.announced_on, confirmed.c.year)
        .join(Recognition, Recognition.project_id == Project.id)
        .outerjoin(confirmed, confirmed.c.recognition_id == Recognition.id)
        .where(
            Recognition.category_code.in_(rules.covers or (call.category_code,)),
            Recognition.status == RecognitionStatus.VALID.value,
            Project.merged_into_id.is_(None),
            Project.ended_on.is_(None),
            Project.enterprise_id.is_not(None),
            Project.id.not_in(asked) if is_yearly else Project.id.is_not(None),
        )
        .order_by(Project.id, Recognition.id)
    )
    chosen: dict[int, tuple[int, int]] = {}
    for project_id, title_id, year, announced_on, confirmed_in in rows:
        since = confirmed_in or year or (announced_on.year if isinstance(announced_on, date) else None)
        if not is_due(since, interval=rules.interval_years, year=call.year):
            continue
        before = chosen.get(project_id)
        if before is None or ((since or 0) >= before[0]) == is_yearly:
            chosen[project_id] = (since or 0, title_id)
    return {project_id: title_id for project_id, (_since, title_id) in chosen.items()}


def subject_of(session: Session, call_id: int, project_id: int, *, lock: bool = False) -> CallSubject | None:
    """The row of a project in a call, or None when it is not asked."""
    statement = select(CallSubject).where(CallSubject.call_id == call_id, CallSubject.project_id == project_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session.scalars(statement).one_or_none()


def decide(
    session: Session,
    actor: Actor,
    subject_id: int,
    outcome: Outcome | None,
    *,
    reason: str = "",
    seen_version: int,
    now: datetime,
) -> CallSubject:
    """Excuse a project with a reason, note it as absent after the deadline, or take that back (None).

    Raises NotFound, Conflict (409) when it changed since it was read or its form is on its way.
    """
    require(actor, Permission.CALL_MANAGE)
    subject = _held(session, subject_id)
    if subject.version != seen_version:
        raise Conflict(Message("这一项在您打开之后有改动，请核对后再办理。"))
    if outcome is not None and outcome not in BY_HAND:
        raise InvalidInput(Message("请选择免予报送或未参加。"), field="outcome")
    if subject.outcome is not None and subject.outcome not in BY_HAND:
        raise Conflict(Message("这一项已有复核结论“%(outcome)s”，不能再改。", outcome=Outcome(subject.outcome)))
    reason = _checked(reason)
    if outcome is Outcome.EXCUSED and not reason:
        raise InvalidInput(Message("请写明免予报送的原因，它会留在办理记录里。"), field="reason")
    application = session.get(Application, subject.application_id) if subject.application_id else None
    if outcome is not None and application is not None and application.status not in _NOT_SENT:
        raise Conflict(Message("这个项目已经报送（%(number)s），请按报送的内容办理。", number=application.number))
    if outcome is Outcome.ABSENT:
        _require_closed(session, subject, now)
    before = subject.outcome
    subject.outcome = None if outcome is None else outcome.value
    subject.reason = "" if outcome is None else reason
    subject.decided_by, subject.decided_at = (None, None) if outcome is None else (actor.id, now)
    session.flush()
    entry = Entry(
        action="call.clear_outcome" if outcome is None else _EVENTS[outcome],
        subject_type="call",
        subject_id=subject.call_id,
        changes={"project": (subject.project_id, subject.project_id), "outcome": (before, subject.outcome)},
        note=reason,
    )
    record(session, actor, entry, at=now)
    return subject


def _held(session: Session, subject_id: int) -> CallSubject:
    subject = session.get(CallSubject, subject_id, with_for_update=True, populate_existing=True)
    if subject is None:
        raise NotFound(Message("没有这一项应报。"))
    return subject


def _require_closed(session: Session, subject: CallSubject, now: datetime) -> None:
    call = session.get_one(Call, subject.call_id)
    project = session.get_one(Project, subject.project_id)
    deadlines: Iterable[datetime] = (
        call.closes_at,
        *(item.closes_at for item in call.extensions if item.unit_code == project.unit_code),
    )
    if now.replace(microsecond=0) <= max(deadlines):
        raise InvalidInput(Message("还没有截止，不能记为未参加；截止以后再办理。"), field="outcome")


def _checked(reason: str) -> str:
    reason = tidy(reason)
    if len(reason) > 400:
        raise InvalidInput(Message("原因有 %(n)s 个字，最多 400 个；请缩短。", n=len(reason)), field="reason")
    if has_control_characters(reason):
        raise InvalidInput(Message("原因含有看不见的控制字符；请重新键入。"), field="reason")
    return reason
