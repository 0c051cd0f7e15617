"""What becomes of a title: ended by a document, corrected, or void because it was entered in error."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from registry.changes import Ending, EndingCause
from registry.errors import Conflict, InvalidInput
from registry.models import Application, Category, Document, KpiReport, Project, Recognition, VoidTitle
from registry.permissions import Actor, Permission, require
from registry.services.events import Entry, record_many
from registry.services.record import search_index
from registry.terms import RecognitionStatus
from registry.wording import Message, Named


def end(
    session: Session,
    actor: Actor,
    titles: Iterable[Recognition],
    *,
    ending: Ending,
    document: Document,
    cause: EndingCause,
    note: str = "",
    now: datetime,
) -> None:
    """End titles by a document on its day. They stay in what was ever awarded and leave what is valid.

    A revocation for fraud brings its own waiting time. Raises Conflict naming a title that has ended
    already, InvalidInput for a document that is older than the title.
    """
    require(actor, Permission.RECORD_CHANGE)
    day = document.announced_on
    if day is None:
        raise InvalidInput(Message("请填写文件日期。"), field="announced_on")
    entries = []
    for title in _held(session, titles):
        name = named(session, title)
        if title.status != RecognitionStatus.VALID:
            state = RecognitionStatus(title.status)
            raise Conflict(
                Message(
                    "%(name)s已于 %(ended_on)s %(state)s，不能再办理。", name=name, ended_on=title.ended_on, state=state
                ),
                field="titles",
            )
        if title.announced_on is not None and day < title.announced_on:
            raise InvalidInput(
                Message(
                    "文件日期 %(day)s 早于认定公布日期 %(announced_on)s（%(name)s）；请核对日期。",
                    day=day,
                    announced_on=title.announced_on,
                    name=name,
                ),
                field="announced_on",
            )
        title.status, title.ended_on, title.ending_document_id = ending.value, day, document.id
        title.ending_cause = cause.value
        title.ending_reason = "：".join(filter(None, (cause.zh, note)))[:400]
        title.cool_down_years = cause.cool_down if ending is Ending.REVOKED else None
        _touch(session, title.project_id, now)
        entries.append(
            _entry(
                "recognition.revoke" if ending is Ending.REVOKED else "recognition.expire",
                title,
                {
                    "status": (RecognitionStatus.VALID.value, title.status),
                    "ended_on": (None, day.isoformat()),
                    "document": (None, document.number),
                },
            )
        )
    session.flush()
    record_many(session, actor, entries)


def void(session: Session, actor: Actor, titles: Iterable[Recognition], *, reason: str, now: datetime) -> None:
    """Take titles that were entered in error out of the record; rows, figures and the reason are kept apart.

    An application that such a title decided must have gone back to its step before (`services.titles`):
    Conflict otherwise. A document on which no title stands any more may be entered anew, with another day.
    """
    require(actor, Permission.RECORD_CHANGE)
    found = _held(session, titles)
    decided = select(Application.number).where(Application.recognition_id.in_([title.id for title in found]))
    number = session.scalars(decided.order_by(Application.id)).first()
    if number is not None:
        raise Conflict(
            Message(
                "申报 %(number)s 由这项认定办结；请在登记维护中办理“登记差错作废”，申报会回到拟认定。", number=number
            )
        )
    entries = []
    for title in found:
        entries.append(_entry("recognition.void", title, {"status": (title.status, "void")}, note=reason))
        reports = list(session.scalars(select(KpiReport).where(KpiReport.recognition_id == title.id)))
        session.add(
            VoidTitle(
                id=title.id,
                project_id=title.project_id,
                document_id=title.document_id,
                content=_columns(title) | {"reports": [_report(report) for report in reports]},
                reason=reason,
                voided_by=actor.id,
                voided_at=now,
            )
        )
        for report in reports:
            session.delete(report)
        session.flush()
        session.delete(title)
        _touch(session, title.project_id, now)
    session.flush()
    _free_documents(session, {title.document_id for title in found})
    search_index.refresh(session, sorted({title.project_id for title in found}))
    record_many(session, actor, entries)


def restore(session: Session, actor: Actor, document: Document, *, note: str, now: datetime) -> None:
    """Make the titles valid again that a document had ended which was confirmed in error."""
    require(actor, Permission.RECORD_CHANGE)
    ended = select(Recognition).where(Recognition.ending_document_id == document.id).order_by(Recognition.id)
    entries = []
    for title in session.scalars(ended.with_for_update(of=Recognition)).all():
        before, title.status = title.status, RecognitionStatus.VALID.value
        title.ended_on, title.ending_document_id, title.cool_down_years = None, None, None
        title.ending_reason, title.ending_cause = "", ""
        _touch(session, title.project_id, now)
        facts: dict[str, Any] = {"status": (before, title.status), "document": (document.number, None)}
        entries.append(_entry("recognition.restore", title, facts, note=note))
    session.flush()
    record_many(session, actor, entries)


def correct(
    session: Session,
    actor: Actor,
    title: Recognition,
    *,
    name_awarded: str | None = None,
    enterprise_awarded: str | None = None,
    year: int | None = None,
    document: str = "",
    now: datetime,
) -> Recognition:
    """Correct what a title says; None leaves a fact as it is. Raises InvalidInput when nothing differs,
    Conflict when the project has a title of that category and year already."""
    require(actor, Permission.RECORD_CHANGE)
    [title] = _held(session, [title])
    wanted = {"name_awarded": name_awarded, "enterprise_awarded": enterprise_awarded, "year": year}
    changes: dict[str, tuple[Any, Any]] = {}
    for column, value in wanted.items():
        before = getattr(title, column)
        if value is not None and value != before:
            changes[column] = (before, value)
            setattr(title, column, value)
    if not changes:
        raise InvalidInput(Message("填写的内容和登记的相同，没有要更正的。"))
    if "year" in changes:
        _require_free_year(session, title)
    _touch(session, title.project_id, now)
    session.flush()
    search_index.refresh(session, [title.project_id])
    record_many(session, actor, [_entry("recognition.correct", title, changes, note=document)])
    return title


def report_moved(session: Session, actor: Actor, titles: Iterable[Recognition], *, of: str, to: str) -> None:
    """Write down that titles now stand in another project."""
    record_many(session, actor, [_entry("recognition.move", title, {"project": (of, to)}) for title in titles])


def named(session: Session, title: Recognition) -> Message:
    """A title as a sentence names it: project, category, year."""
    code = session.scalar(select(Project.code).where(Project.id == title.project_id))
    category = session.get_one(Category, title.category_code)
    return Message(
        "%(code)s 的%(category)s（%(year)s）",
        code=code,
        category=Named(category.name, category.name_en),
        year=title.year or Message("年份不详"),
    )


def _require_free_year(session: Session, title: Recognition) -> None:
    with session.no_autoflush:
        others = session.scalars(
            select(Recognition).where(
                Recognition.project_id == title.project_id,
                Recognition.category_code == title.category_code,
                Recognition.id != title.id,
            )
        ).all()
    if any((other.year, other.stage) == (title.year, title.stage) for other in others):
        raise Conflict(Message("这个项目已有 %(year)s 年的同一类认定，请核对年份。", year=title.year), field="year")


def _free_documents(session: Session, document_ids: set[int]) -> None:
    """A document that gives and ends nothing loses its day, so that the right one can be entered under its number."""
    for document_id in sorted(document_ids):
        used = select(Recognition.id).where(
            or_(Recognition.document_id == document_id, Recognition.ending_document_id == document_id)
        )
        if session.scalars(used).first() is None:
            session.get_one(Document, document_id).announced_on = None
    session.flush()


def _held(session: Session, titles: Iterable[Recognition]) -> list[Recognition]:
    ids = sorted({title.id for title in titles})
    if not ids:
        raise InvalidInput(Message("没有选择认定，请至少勾选一项。"), field="titles")
    return list(
        session.scalars(
            select(Recognition)
            .where(Recognition.id.in_(ids))
            .order_by(Recognition.id)
            .with_for_update(of=Recognition)
            .execution_options(populate_existing=True)
        )
    )


def _touch(session: Session, project_id: int, now: datetime) -> None:
    session.get_one(Project, project_id).updated_at = now


def _entry(action: str, title: Recognition, changes: dict[str, tuple[Any, Any]], note: str = "") -> Entry:
    facts = {"category": (title.category_code, title.category_code), "year": (title.year, title.year)}
    return Entry(action=action, subject_type="project", subject_id=title.project_id, changes=facts | changes, note=note)


def _columns(title: Recognition) -> dict[str, Any]:
    return {column.name: _plain(getattr(title, column.name)) for column in Recognition.__table__.columns}


def _report(report: KpiReport) -> dict[str, Any]:
    columns = {column.name: _plain(getattr(report, column.name)) for column in KpiReport.__table__.columns}
    values = [
        {"kpi": value.kpi_code, "baseline": _plain(value.baseline), "current": _plain(value.current),
         "measure": value.measure}
        for value in report.values
    ]  # fmt: skip
    return columns | {"values": values}


def _plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    return value if value is None or isinstance(value, (int, bool, str)) else str(value)
