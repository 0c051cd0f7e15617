"""A document in force: the second person's confirmation makes titles, all of them or none.

One transaction writes document, projects, titles, KPI reports, search texts, the end of each
application, messages and events. Public pages, map, files and statistics follow on the next request,
because the tables themselves move the public revision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from registry import declaration
from registry.application_form.window import beijing_day
from registry.declaration import Choices, Declared
from registry.errors import Conflict, NotAllowed
from registry.models import (
    Account,
    Application,
    Category,
    Document,
    KpiReport,
    Project,
    Publication,
    Recognition,
)
from registry.permissions import Actor, Permission, require
from registry.purposes import PublicationKind
from registry.queries.applications.access import form_for
from registry.queries.inspection.standing import verified_inputs
from registry.services.accounts import messages
from registry.services.accounts.links import Target, path_to
from registry.services.applications.snapshots import latest
from registry.services.events import Entry, record_many
from registry.services.recognition import alike
from registry.services.recognition.alike import Meant
from registry.services.recognition.entering import held, require_recognisable
from registry.services.recognition.mapping import convert
from registry.services.recognition.projects import settle_listed, settle_project
from registry.services.recognition.re_evaluating import conclude
from registry.services.record import documents, search_index
from registry.services.record.reports import values_of
from registry.services.review import prepared, steps
from registry.terms import Basis, DocumentKind, PublicationState, RecognitionStatus, ReportKind
from registry.values.kpi_checks import KpiInput
from registry.wording import Message


@dataclass
class _Award:
    """One title on its way: of which project, under which names, from which application."""

    project: Project
    name: str
    enterprise: str
    application: Application | None = None
    declared: Declared | None = None
    changes: dict[str, tuple[Any, Any]] | None = None
    title: Recognition | None = None


def confirm(
    session: Session,
    actor: Actor,
    publication_id: int,
    *,
    answers: Mapping[str, str] | None = None,
    seen_version: int,
    now: datetime,
) -> Publication:
    """Put a prepared document into force. Everything is written, or nothing.

    `answers` are those to `alike.name_doubts`, by their keys; InvalidInput while one of them is open.
    Raises NotAllowed for whoever prepared it, and Conflict (409) naming what stands against it: the
    document was confirmed or cancelled, an application is no longer proposed, a title is there already.
    """
    require(actor, Permission.PUBLICATION_CONFIRM)
    # A step locks its application first and then its document, so the document is locked last here too.
    items = session.scalar(select(Publication.items).where(Publication.id == publication_id)) or []
    prepared.hold(session, [item["application"] for item in items if "application" in item])
    publication = held(session, publication_id, seen_version=seen_version)
    if publication.prepared_by == actor.id:
        raise NotAllowed(Message("自己录入的认定文件须由另一人复核确认。"))
    try:
        meant = alike.decide(session, actor, publication, answers or {}, now)
        _put_into_force(session, actor, publication, meant, now)
        session.flush()
    except IntegrityError as error:
        raise Conflict(Message("确认期间登记内容被他人改动，什么都没有写入。请核对后再确认。")) from error
    except StaleDataError as error:
        raise Conflict(Message("确认期间有申报或项目被他人改动，什么都没有写入。请核对后再确认。")) from error
    return publication


def _put_into_force(
    session: Session, actor: Actor, publication: Publication, meant: Mapping[int, Meant], now: datetime
) -> None:
    if publication.kind != PublicationKind.RECOGNITION:
        _put_other_into_force(session, actor, publication, now)
        return
    category = session.get_one(Category, publication.category_code)
    choices = declaration.load_choices(session)
    is_demo = session.get_one(Account, publication.prepared_by).is_demo
    awards = (
        _of_applications(session, publication, choices, meant, now)
        if publication.call_id is not None
        else _of_list(session, publication, category, choices, is_demo=is_demo, now=now)
    )
    document = _document(session, publication, is_demo=is_demo or _all_demo(awards), now=now)
    for award in awards:
        award.title = _title(session, publication, document, award, now)
    search_index.refresh(session, [award.project.id for award in awards])
    for award in awards:
        if award.application is not None and award.title is not None:
            award.application.project_id = award.project.id
            steps.settle_recognised(session, actor, award.application, award.title.id, now=now)
    _confirmed(session, actor, publication, document, now)
    _report(session, actor, publication, awards, now)


def _put_other_into_force(session: Session, actor: Actor, publication: Publication, now: datetime) -> None:
    """A document that confirms, revokes or converts titles that are there already."""
    is_demo = session.get_one(Account, publication.prepared_by).is_demo
    revokes_only = all(item.get("outcome") in ("fail", "absent") for item in publication.items)
    kind = DocumentKind.REVOCATION if revokes_only else DocumentKind.RECOGNITION
    document = _document(session, publication, is_demo=is_demo, kind=kind, now=now)
    put = conclude if publication.kind == PublicationKind.RE_EVALUATION else convert
    put(session, actor, publication, document, now=now)
    _confirmed(session, actor, publication, document, now)
    _report(session, actor, publication, [], now)


def _confirmed(session: Session, actor: Actor, publication: Publication, document: Document, now: datetime) -> None:
    publication.state = PublicationState.CONFIRMED.value
    publication.confirmed_by, publication.confirmed_at = actor.id, now
    publication.document_id = document.id
    session.flush()


def _of_applications(
    session: Session, publication: Publication, choices: Choices, meant: Mapping[int, Meant], now: datetime
) -> list[_Award]:
    """Awards of the applications that the publication names, held in one order and still proposed."""
    ids = [item["application"] for item in publication.items]
    found = {
        application.id: application
        for application in session.scalars(
            select(Application)
            .where(Application.id.in_(ids))
            .order_by(Application.id)
            .with_for_update(of=Application)
            .execution_options(populate_existing=True)
        )
    }
    awards = []
    for application_id in ids:
        application = found[application_id]
        require_recognisable(session, application, now=now)
        answers = latest(session, application.id).answers
        form, batch = form_for(application), application.call.year
        declared = declaration.check(form, answers, {}, choices, today=beijing_day(now), batch=batch).declared
        project, changes = settle_project(
            session, application, declared, choices=choices, meant=meant.get(application_id), now=now
        )
        name = declared.texts.get("project_name", application.project_name)
        awards.append(_Award(project, name, application.enterprise.name, application, declared, changes))
    return awards


def _of_list(
    session: Session, publication: Publication, category: Category, choices: Choices, *, is_demo: bool, now: datetime
) -> list[_Award]:
    awards = []
    for item in publication.items:
        project = settle_listed(session, item, category, choices, is_demo=is_demo, now=now)
        awards.append(_Award(project, item["name"], item["enterprise"]))
    return awards


def _all_demo(awards: list[_Award]) -> bool:
    return all(award.project.is_demo for award in awards)


def _document(
    session: Session,
    publication: Publication,
    *,
    is_demo: bool,
    kind: DocumentKind = DocumentKind.RECOGNITION,
    now: datetime,
) -> Document:
    if session.scalars(_cited(publication.number_key)).first() is not None:
        raise Conflict(
            Message(
                "%(number)s 已登记为%(kind)s文件，不是认定文件。",
                number=publication.number,
                kind=DocumentKind.CITATION,
            )
        )
    return documents.settle(
        session,
        number=publication.number,
        title=publication.title,
        organ=publication.organ,
        announced_on=publication.announced_on,
        kind=kind,
        is_demo=is_demo,
        now=now,
    )


def _cited(key: str) -> Select[int]:
    """A reply that merely cites older titles gives none."""
    return select(Document.id).where(Document.number_key == key, Document.kind == DocumentKind.CITATION.value)


def _title(session: Session, publication: Publication, document: Document, award: _Award, now: datetime) -> Recognition:
    project = award.project
    there = session.scalars(
        select(Recognition.id).where(
            Recognition.project_id == project.id,
            Recognition.category_code == publication.category_code,
            func.coalesce(Recognition.year, 0) == publication.year,
            Recognition.stage.is_(None),
        )
    ).first()
    if there is not None:
        raise Conflict(
            Message(
                "%(code)s“%(project)s”已有同一类别、同一年份的认定。什么都没有写入，请取消后重新录入。",
                code=project.code,
                project=project.name,
            )
        )
    title = Recognition(
        project_id=project.id,
        category_code=publication.category_code,
        year=publication.year,
        document_id=document.id,
        announced_on=document.announced_on,
        name_awarded=award.name,
        enterprise_awarded=award.enterprise,
        status=RecognitionStatus.VALID.value,
        created_at=now,
    )
    session.add(title)
    session.flush()
    if award.declared is not None and award.declared.kpis:
        for basis, inputs in _inputs(session, award, award.declared):
            session.add(_kpi_report(project.id, title.id, award.declared, basis, inputs, now))
        session.flush()
    return title


def _inputs(session: Session, award: _Award, declared: Declared) -> list[tuple[Basis, Mapping[str, KpiInput]]]:
    """The inputs of a title by their basis: what was declared, and what inspections verified of it."""
    found: list[tuple[Basis, Mapping[str, KpiInput]]] = [(Basis.DECLARED, declared.kpis)]
    verified = verified_inputs(session, award.application.id) if award.application is not None else {}
    return [*found, (Basis.VERIFIED, verified)] if verified else found


def _kpi_report(
    project_id: int, title_id: int, declared: Declared, basis: Basis, inputs: Mapping[str, KpiInput], now: datetime
) -> KpiReport:
    return KpiReport(
        project_id=project_id,
        recognition_id=title_id,
        kind=ReportKind.RECOGNITION.value,
        basis=basis.value,
        baseline_year=declared.baseline_year,
        report_year=declared.report_year,
        created_at=now,
        values=values_of(inputs),
    )


def _report(session: Session, actor: Actor, publication: Publication, awards: list[_Award], now: datetime) -> None:
    """One event for the document, one for each title, and word to whoever prepared it."""
    entries = [
        Entry(
            action="publication.confirm",
            subject_type="publication",
            subject_id=publication.id,
            changes={
                "state": (PublicationState.PREPARED.value, publication.state),
                "document_id": (None, publication.document_id),
            },
        )
    ]
    for award in awards:
        changes = {
            "category": (None, publication.category_code),
            "year": (None, publication.year),
            "document": (None, publication.number),
            **(award.changes or {}),
        }
        entries.append(
            Entry(action="recognition.award", subject_type="project", subject_id=award.project.id, changes=changes)
        )
    record_many(session, actor, entries)
    messages.notify(
        session,
        [publication.prepared_by],
        subject=Message("%(number)s 已生效", number=publication.number),
        body=Message("您录入的认定文件已由另一人确认，%(n)s 项认定已经公开。", n=len(publication.items)),
        link=path_to(Target.DOCUMENT, publication.id),
        now=now,
    )
