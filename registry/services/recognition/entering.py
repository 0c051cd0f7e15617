"""Recognition documents on their way into force: entered by a municipal reviewer, cancelled, or handed to
a second person (`services.recognition.confirming`). Nothing here is public yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form.window import beijing_day
from registry.errors import Conflict, InvalidInput, NotAllowed, NotFound
from registry.models import Application, Call, Category, Publication, ReportingUnit
from registry.names import document_number_key, has_control_characters, tidy
from registry.permissions import Actor, Permission, can, require
from registry.purposes import CallPurpose, PublicationKind
from registry.queries.applications.access import has_notice
from registry.queries.notices.standing import hindrance
from registry.queries.recognition.ready import free
from registry.services import uploads
from registry.services.accounts import messages
from registry.services.accounts.links import Target, path_to
from registry.services.events import Changes, Entry, record
from registry.services.recognition.document_text import DocumentText, checked
from registry.services.uploads import Examined
from registry.storage import Storage
from registry.terms import ApplicationStatus, CallState, PublicationState, Role
from registry.wording import Message

MOST = 1000
"""Titles of one document: what a person can check on a page, and what one transaction writes."""
PDF = "application/pdf"


def prepare(
    session: Session,
    actor: Actor,
    call_id: int,
    text: DocumentText,
    *,
    application_ids: Sequence[int] | None = None,
    file: Examined | None = None,
    folder: Storage | None = None,
    now: datetime,
) -> Publication:
    """Enter the document that recognises proposed applications of a call (None: all of them).

    Raises NotAllowed, NotFound, DocumentFaults at the fields, and Conflict naming an application that is
    no longer proposed or already stands in another document.
    """
    require(actor, Permission.PUBLICATION_PREPARE)
    call = session.get(Call, call_id)
    if call is None or call.state != CallState.PUBLISHED or call.purpose != CallPurpose.TITLE:
        raise NotFound(Message("没有这个申报通知。"))
    hold_category(session, call.category_code)
    chosen = _chosen(session, call, application_ids, now=now)
    items = [{"application": application.id} for application in chosen]
    return enter(
        session,
        actor,
        text,
        category=call.category,
        year=call.year,
        call_id=call.id,
        items=items,
        file=file,
        folder=folder,
        now=now,
    )


def enter(
    session: Session,
    actor: Actor,
    text: DocumentText,
    *,
    category: Category,
    year: int,
    call_id: int | None,
    items: list[dict[str, Any]],
    file: Examined | None,
    folder: Storage | None,
    kind: PublicationKind = PublicationKind.RECOGNITION,
    now: datetime,
) -> Publication:
    """Write a prepared publication of these items, its file and its event."""
    text = checked(session, text, category=category, year=year, kind=kind, now=now)
    if not items:
        raise InvalidInput(Message("没有选择要认定的项目，请至少勾选一项。"), field="items")
    if len(items) > MOST:
        raise InvalidInput(Message("一份文件最多 %(most)s 项，现有 %(n)s 项。", most=MOST, n=len(items)), field="items")
    stored = {"filename": "", "media_type": "", "storage_name": ""}
    if file is not None and folder is not None:
        if file.media_type != PDF:
            raise InvalidInput(Message("公布文件应为 PDF，请转换或扫描成 PDF 后再上传。"), field="file")
        name = uploads.store(folder, file)
        uploads.take_back_unless_committed(session, folder, name)
        stored = {"filename": file.filename, "media_type": file.media_type, "storage_name": name}
    publication = Publication(
        number=text.number,
        number_key=document_number_key(text.number),
        title=text.title,
        organ=text.organ,
        announced_on=text.announced_on,
        kind=kind.value,
        category_code=category.code,
        year=year,
        call_id=call_id,
        items=items,
        state=PublicationState.PREPARED.value,
        prepared_by=actor.id,
        prepared_at=now,
        **stored,
    )
    session.add(publication)
    session.flush()
    _event(
        session,
        actor,
        publication,
        "publication.prepare",
        {
            "number": ("", publication.number),
            "announced_on": (None, publication.announced_on.isoformat()),
            "items": (0, len(items)),
        },
    )
    messages.notify(
        session,
        messages.officers(session, Role.PUBLISHER, besides=actor.id),
        subject=Message("%(number)s 待复核", number=publication.number),
        body=Message("认定文件已录入，共 %(n)s 项，请在“认定文件”中核对并确认。", n=len(items)),
        link=path_to(Target.DOCUMENT, publication.id),
        now=now,
    )
    return publication


def cancel(
    session: Session, actor: Actor, publication_id: int, *, reason: str, seen_version: int, now: datetime
) -> Publication:
    """Take a prepared document back, by whoever prepares or confirms; its applications stay proposed."""
    verdicts = [can(actor, right) for right in (Permission.PUBLICATION_PREPARE, Permission.PUBLICATION_CONFIRM)]
    if not any(verdict.allowed for verdict in verdicts):
        raise NotAllowed(verdicts[0].reason)
    publication = held(session, publication_id, seen_version=seen_version)
    reason = tidy(reason)
    if not reason:
        raise InvalidInput(Message("请写明取消的原因。"), field="reason")
    if len(reason) > 400:
        raise InvalidInput(Message("原因有 %(n)s 个字，最多 400 个；请缩短。", n=len(reason)), field="reason")
    if has_control_characters(reason):
        raise InvalidInput(Message("原因含有看不见的控制字符；请重新键入。"), field="reason")
    publication.state = PublicationState.CANCELLED.value
    session.flush()
    changes = {"state": (PublicationState.PREPARED.value, publication.state)}
    _event(session, actor, publication, "publication.cancel", changes, note=reason)
    return publication


def held(session: Session, publication_id: int, *, seen_version: int) -> Publication:
    """A prepared publication, held to the transaction's end; Conflict when it is prepared no longer or changed."""
    publication = session.get(Publication, publication_id, with_for_update=True, populate_existing=True)
    if publication is None:
        raise NotFound(Message("没有这份认定文件。"))
    if publication.state == PublicationState.CONFIRMED:
        raise Conflict(Message("%(number)s 已由他人确认生效，不能再办理。", number=publication.number))
    if publication.state == PublicationState.CANCELLED:
        raise Conflict(Message("%(number)s 已被取消，不能再办理。", number=publication.number))
    if publication.version != seen_version:
        raise Conflict(Message("%(number)s 在您打开之后有改动，请核对后再办理。", number=publication.number))
    return publication


def hold_category(session: Session, code: str) -> None:
    """Let only one transaction at a time enter documents of a category, so that two at once see each other's numbers
    and items."""
    session.execute(select(Category.code).where(Category.code == code).with_for_update())


def _chosen(session: Session, call: Call, wanted: Sequence[int] | None, *, now: datetime) -> list[Application]:
    """The applications to be recognised, by unit and rank (None: all that may be); Conflict when one may not."""
    statement = (
        select(Application)
        .join(ReportingUnit, ReportingUnit.code == Application.unit_code)
        .where(Application.call_id == call.id)
        .order_by(ReportingUnit.position, Application.rank.is_(None), Application.rank, Application.id)
    )
    if wanted is None:
        ready = free(session, today=beijing_day(now), call_id=call.id)
        found = [application for application in session.scalars(statement) if application.id in ready]
    else:
        ids = set(wanted)
        found = [application for application in session.scalars(statement) if application.id in ids]
        if len(found) != len(ids):
            raise NotFound(Message("选中的申报有的不在这个通知中，请刷新后再选。"))
    for application in found:
        require_recognisable(session, application, now=now)
    taken = _elsewhere(session, call)
    for application in found:
        if application.id in taken:
            raise Conflict(
                Message(
                    "%(application)s已在 %(taken)s 中待复核，不能再放进另一份文件。",
                    application=named(application),
                    taken=taken[application.id],
                )
            )
    return found


def require_recognisable(session: Session, application: Application, *, now: datetime) -> None:
    """Raise Conflict, naming the application, unless a document may recognise it: it is proposed, or its public
    notice is over and no objection holds it."""
    noticed = has_notice(application)
    expected = ApplicationStatus.NOTICED if noticed else ApplicationStatus.PROPOSED
    if application.status != expected:
        raise Conflict(
            Message(
                "%(application)s现在是“%(status)s”，不是%(expected)s。什么都没有写入，请核对后再提交。",
                application=named(application),
                status=ApplicationStatus(application.status),
                expected=expected,
            )
        )
    reason = hindrance(session, application.id, beijing_day(now)) if noticed else ""
    if reason:
        raise Conflict(
            Message(
                "%(application)s：%(reason)s。什么都没有写入，请核对后再提交。",
                application=named(application),
                reason=reason,
            )
        )


def named(application: Application) -> str:
    """Number and name, as a sentence names an application."""
    return Message("%(number)s“%(name)s”", number=application.number, name=application.project_name)


def _elsewhere(session: Session, call: Call) -> dict[int, str]:
    """Application id → number of the prepared document that it stands in already."""
    rows = session.execute(
        select(Publication.number, Publication.items).where(
            Publication.call_id == call.id, Publication.state == PublicationState.PREPARED.value
        )
    )
    return {item["application"]: number for number, items in rows for item in items if "application" in item}


def _event(
    session: Session, actor: Actor, publication: Publication, action: str, changes: Changes, note: str = ""
) -> None:
    entry = Entry(action=action, subject_type="publication", subject_id=publication.id, changes=changes, note=note)
    record(session, actor, entry)
