"""The table of what is erased and when: the command runs it, the page about the site and docs/privacy.md print it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, Delete, Update, delete, or_, select, update
from sqlalchemy.orm import Session

from registry.application_form.fields import BASIC
from registry.keeping import kept
from registry.models import (
    Application,
    Call,
    ErrorReport,
    LoginSession,
    MailProof,
    Objection,
    ObjectionFile,
    OneTimeToken,
    Throttle,
)
from registry.services import uploads
from registry.services.notices.handling import IDENTITY_KEPT
from registry.services.titles.error_reports import CONTACT_KEPT
from registry.storage import Storage
from registry.terms import ApplicationStatus
from registry.wording import Message

PERSONAL = frozenset(field.name for field in BASIC if field.personal)
"""Fields of the form that hold names, telephones and addresses of persons."""
_NEVER = (ApplicationStatus.NOT_RECOMMENDED, ApplicationStatus.REJECTED, ApplicationStatus.WITHDRAWN)
_LEFT = (ApplicationStatus.DRAFT, ApplicationStatus.RETURNED)
"""Where the enterprise holds the form: nobody decides what it does not send."""
_TRACES = kept("session")

Erase = Callable[[Session, datetime, Storage], int]
"""Erases what is older than a moment; returns how many records it concerned."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One row: what is erased, how long after what; `kept` is None where the setting RETENTION_DAYS says it."""

    name: str
    what: Message
    since: Message
    kept: timedelta | None
    erase: Erase

    def days(self, retention_days: int) -> int:
        """How many days it is kept."""
        return retention_days if self.kept is None else self.kept.days


def _contacts(session: Session, before: datetime, storage: Storage) -> int:
    never = Application.status.in_([status.value for status in _NEVER]) & (Application.decided_at < before)
    # Whoever may still send it because of a later deadline has typed in it since.
    left = Application.status.in_([status.value for status in _LEFT]) & (Application.updated_at < before)
    abandoned = left & (Call.closes_at < before)
    rows = session.execute(
        select(Application.id, Application.answers)
        .join(Call, Call.id == Application.call_id)
        .where(or_(never, abandoned))
        .order_by(Application.id)
    ).all()
    due = [(row.id, row.answers) for row in rows if any(row.answers.get(name) for name in PERSONAL)]
    for number, answers in due:
        rest = {name: text for name, text in answers.items() if name not in PERSONAL}
        # Not through the object: nobody's form is out of date because its contacts were erased.
        session.execute(update(Application).where(Application.id == number).values(answers=rest))
    return len(due)


def _reports(session: Session, before: datetime, storage: Storage) -> int:
    due = (ErrorReport.answered_at < before, ErrorReport.contact != "")
    return _counted(session, update(ErrorReport).where(*due).values(contact=""))


def _objectors(session: Session, before: datetime, storage: Storage) -> int:
    over = select(Objection.id).where(Objection.closed_at < before)
    files = session.execute(
        select(ObjectionFile.id, ObjectionFile.storage_name).where(ObjectionFile.objection_id.in_(over))
    ).all()
    for file in files:
        uploads.discard_when_committed(session, storage, file.storage_name)
    session.execute(delete(ObjectionFile).where(ObjectionFile.id.in_([file.id for file in files])))
    known = update(Objection).where(Objection.closed_at < before, Objection.identity.is_not(None))
    return max(_counted(session, known.values(identity=None)), len(files))


def _sign_ins(session: Session, before: datetime, storage: Storage) -> int:
    return sum(
        _counted(session, delete(table).where(at < before))
        for table, at in (
            (LoginSession, LoginSession.expires_at),
            (OneTimeToken, OneTimeToken.expires_at),
            (MailProof, MailProof.expires_at),
            (Throttle, Throttle.updated_at),
        )
    )


def _counted(session: Session, statement: Update | Delete) -> int:
    done = session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(done, CursorResult)
    return done.rowcount


RULES = (
    Rule(
        name="application_contacts",
        what=Message("未获认定的申报、没有提交的草稿和退回后没有再交的申报中的法定代表人、联系人、电话和邮箱"),
        since=Message("办结或通知截止之日"),
        kept=None,
        erase=_contacts,
    ),
    Rule(
        name="error_reports",
        what=Message("纠错人留下的联系方式"),
        since=Message("答复之日"),
        kept=CONTACT_KEPT,
        erase=_reports,
    ),
    Rule(
        name="objectors",
        what=Message("异议人的身份和所附文件"),
        since=Message("办结之日"),
        kept=IDENTITY_KEPT,
        erase=_objectors,
    ),
    Rule(
        name="sign_ins",
        what=Message("过期的登录、一次性链接、未验证的注册和尝试计数"),
        since=Message("失效之日"),
        kept=_TRACES,
        erase=_sign_ins,
    ),
)
