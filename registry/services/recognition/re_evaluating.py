"""The document of a re-evaluation: it confirms titles again, and revokes those that failed or did not take part."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form.window import beijing_day
from registry.changes import Ending, EndingCause
from registry.errors import Conflict, NotFound
from registry.models import (
    Account,
    Application,
    Call,
    CallSubject,
    Category,
    Document,
    Project,
    Publication,
    Recognition,
    ReEvaluation,
)
from registry.permissions import Actor, Permission, require
from registry.purposes import CallPurpose, Outcome, PublicationKind
from registry.queries.applications.access import has_notice
from registry.queries.notices.standing import hindrance
from registry.queries.recognition.again import Judged, judged_of
from registry.services.accounts import messages
from registry.services.events import Entry, record_many
from registry.services.recognition.document_text import DocumentText
from registry.services.recognition.entering import enter, hold_category
from registry.services.record import titles
from registry.services.review import steps
from registry.services.uploads import Examined
from registry.storage import Storage
from registry.terms import AccountStanding, CallState
from registry.wording import Message, Named

RETAINED = (Outcome.EXCELLENT, Outcome.PASS)
CAUSES = {Outcome.FAIL: EndingCause.FAILED, Outcome.ABSENT: EndingCause.ABSENT}
"""Why a document revokes a title that was not confirmed."""


def prepare(
    session: Session,
    actor: Actor,
    call_id: int,
    text: DocumentText,
    *,
    subject_ids: Sequence[int] | None = None,
    file: Examined | None = None,
    folder: Storage | None = None,
    now: datetime,
) -> Publication:
    """Enter the document that files the outcomes of a re-evaluation (None: all that wait for one)."""
    require(actor, Permission.PUBLICATION_PREPARE)
    call = session.get(Call, call_id)
    if call is None or call.state != CallState.PUBLISHED or call.purpose != CallPurpose.RE_EVALUATION:
        raise NotFound(Message("没有这个复核通知。"))
    hold_category(session, call.category_code)
    waiting = {row.subject_id: row for row in judged_of(session, call.id, today=beijing_day(now))}
    if subject_ids is not None and not set(subject_ids) <= waiting.keys():
        raise Conflict(Message("选中的项目有的已不在等待文件的结论中，请刷新后再选。"), field="items")
    chosen = [row for key, row in waiting.items() if subject_ids is None or key in set(subject_ids)]
    return enter(
        session,
        actor,
        text,
        category=call.category,
        year=call.year,
        call_id=call.id,
        items=[_item(row) for row in chosen],
        kind=PublicationKind.RE_EVALUATION,
        file=file,
        folder=folder,
        now=now,
    )


def _item(row: Judged) -> dict[str, Any]:
    return {
        "subject": row.subject_id, "recognition": row.recognition_id,
        "outcome": row.outcome.value, "reason": row.reason,
    }  # fmt: skip


def conclude(session: Session, actor: Actor, publication: Publication, document: Document, *, now: datetime) -> None:
    """Confirm and revoke the titles of a document that is being put into force, and file their forms.

    Raises Conflict naming a project whose outcome has changed since the document was entered.
    """
    retained, revoked = [], []
    for item in publication.items:
        subject = _held(session, item)
        title = session.get_one(Recognition, item["recognition"], with_for_update=True, populate_existing=True)
        outcome = Outcome(item["outcome"])
        if outcome in RETAINED:
            session.add(
                ReEvaluation(
                    recognition_id=title.id,
                    year=publication.year,
                    outcome=outcome.value,
                    document_id=document.id,
                    created_at=now,
                )
            )
            session.get_one(Project, title.project_id).updated_at = now
            retained.append((title, outcome))
        else:
            revoked.append((title, outcome, item["reason"]))
        _file(session, actor, subject, title, outcome, document, now=now)
    session.flush()
    for title, outcome, reason in revoked:
        titles.end(
            session, actor, [title], ending=Ending.REVOKED, document=document, cause=CAUSES[outcome], note=reason,
            now=now,
        )  # fmt: skip
    record_many(
        session,
        actor,
        [
            Entry(
                action="recognition.retain",
                subject_type="project",
                subject_id=title.project_id,
                changes={
                    "category": (title.category_code, title.category_code),
                    "outcome": (None, outcome.value),
                    "document": (None, document.number),
                },
            )
            for title, outcome in retained
        ],
    )


def _held(session: Session, item: dict[str, Any]) -> CallSubject:
    subject = session.get_one(CallSubject, item["subject"], with_for_update=True, populate_existing=True)
    if subject.outcome != item["outcome"] or subject.recognition_id != item["recognition"]:
        code = session.get_one(Project, subject.project_id).code
        raise Conflict(Message("%(code)s 的复核结论在录入之后有改动。什么都没有写入，请取消后重新录入。", code=code))
    return subject


def _file(
    session: Session,
    actor: Actor,
    subject: CallSubject,
    title: Recognition,
    outcome: Outcome,
    document: Document,
    *,
    now: datetime,
) -> None:
    """The form is filed with the document; who sent none is told by a message of its own."""
    category = session.get_one(Category, title.category_code)
    words = Message(
        "“%(project)s”的%(category)s复核结论：%(outcome)s。公布文件：%(number)s。",
        project=title.name_awarded,
        category=Named(category.name, category.name_en),
        outcome=outcome,
        number=document.number,
    )
    application = session.get(Application, subject.application_id) if subject.application_id else None
    if application is not None and outcome is not Outcome.ABSENT:
        against = hindrance(session, application.id, beijing_day(now)) if has_notice(application) else ""
        if against:
            raise Conflict(
                Message(
                    "%(number)s“%(name)s”：%(against)s。什么都没有写入，请取消后重新录入。",
                    number=application.number,
                    name=application.project_name,
                    against=against,
                )
            )
        steps.settle_filed(session, actor, application, message=words, now=now)
        return
    enterprise_id = session.get_one(Project, subject.project_id).enterprise_id
    members = select(Account.id).where(
        Account.enterprise_id == enterprise_id, Account.standing == AccountStanding.ACTIVE.value
    )
    messages.notify(
        session, session.scalars(members).all(), subject=Message("复核结论：%(outcome)s", outcome=outcome),
        body=words, now=now,
    )  # fmt: skip
