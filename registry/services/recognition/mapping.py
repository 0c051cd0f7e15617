"""A new ladder: which category follows on which, and the document by which titles are converted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.changes import Ending, EndingCause
from registry.errors import Conflict, InvalidInput, NotFound
from registry.models import Category, CategoryMapping, Document, Project, Publication, Recognition
from registry.names import document_number, is_document_number
from registry.permissions import Actor, Permission, require
from registry.purposes import MappingMode, PublicationKind
from registry.queries.recognition.ladder import convertible
from registry.services.events import Entry, record, record_many
from registry.services.recognition.document_text import DocumentText
from registry.services.recognition.entering import enter, hold_category
from registry.services.record import search_index, titles
from registry.services.uploads import Examined
from registry.storage import Storage
from registry.terms import RecognitionStatus
from registry.wording import Message, Named


@dataclass(frozen=True, kw_only=True)
class MappingText:
    """What is entered about a row of the ladder. `document` is the number of the document that says so."""

    from_code: str
    to_code: str
    mode: MappingMode
    keeps_old: bool
    document: str
    decided_on: date | None


def add(session: Session, actor: Actor, text: MappingText, *, now: datetime) -> CategoryMapping:
    """Write a row of the ladder. Raises InvalidInput at a field, Conflict when the row is there already."""
    require(actor, Permission.CALL_MANAGE)
    categories = {item.code: item for item in session.scalars(select(Category))}
    for field, code in (("from_code", text.from_code), ("to_code", text.to_code)):
        if code not in categories:
            raise InvalidInput(Message("没有选择类别；请选择。"), field=field)
    before, after = categories[text.from_code], categories[text.to_code]
    if text.from_code == text.to_code:
        raise InvalidInput(Message("不能对应到同一类别；请另选一个。"), field="to_code")
    if before.type != after.type:
        raise InvalidInput(
            Message(
                "“%(before)s”和“%(after)s”的对象不同，不能对应；请另选一个。",
                before=Named(before.name, before.name_en),
                after=Named(after.name, after.name_en),
            ),
            field="to_code",
        )
    number = document_number(text.document)
    if not is_document_number(number) or len(number) > 60:
        raise InvalidInput(Message("写法应如 某工信〔2026〕12号；请更正。"), field="document")
    there = select(CategoryMapping.id).where(
        CategoryMapping.from_code == text.from_code, CategoryMapping.to_code == text.to_code
    )
    if session.scalars(there).first() is not None:
        raise Conflict(Message("这条对应关系已经有了。"), field="to_code")
    row = CategoryMapping(
        from_code=text.from_code, to_code=text.to_code, mode=text.mode.value, keeps_old=text.keeps_old,
        document=number, decided_on=text.decided_on, created_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _event(session, actor, "ladder.add", row, now)
    return row


def remove(session: Session, actor: Actor, mapping_id: int, *, now: datetime) -> None:
    """Take a row out of the ladder; what was converted by it stays."""
    require(actor, Permission.CALL_MANAGE)
    row = session.get(CategoryMapping, mapping_id, with_for_update=True)
    if row is None:
        raise NotFound(Message("没有这条对应关系。"))
    _event(session, actor, "ladder.remove", row, now)
    session.delete(row)
    session.flush()


def prepare(
    session: Session,
    actor: Actor,
    mapping_id: int,
    text: DocumentText,
    *,
    year: int,
    recognition_ids: Sequence[int] | None = None,
    file: Examined | None = None,
    folder: Storage | None = None,
    now: datetime,
) -> Publication:
    """Enter the document that converts titles (None: all that the mapping concerns now)."""
    require(actor, Permission.PUBLICATION_PREPARE)
    mapping = session.get(CategoryMapping, mapping_id)
    if mapping is None:
        raise NotFound(Message("没有这条对应关系。"))
    hold_category(session, mapping.to_code)
    waiting = {row.recognition_id: row for row in convertible(session, mapping_id)}
    if recognition_ids is not None and not set(recognition_ids) <= waiting.keys():
        raise Conflict(Message("选中的认定有的已不能转换，请刷新后再选。"), field="items")
    chosen = [key for key in waiting if recognition_ids is None or key in set(recognition_ids)]
    return enter(
        session,
        actor,
        text,
        category=session.get_one(Category, mapping.to_code),
        year=year,
        call_id=None,
        items=[{"recognition": key, "keeps_old": mapping.keeps_old} for key in chosen],
        kind=PublicationKind.MAPPING,
        file=file,
        folder=folder,
        now=now,
    )


def convert(session: Session, actor: Actor, publication: Publication, document: Document, *, now: datetime) -> None:
    """Give the new titles of a document that is being put into force; old ones stay or end as it says.

    Raises Conflict naming a title that has ended, or a project that has the new one already.
    """
    new = session.get_one(Category, publication.category_code)
    made: list[tuple[Recognition, Recognition]] = []
    for item in publication.items:
        old = session.get(Recognition, item["recognition"], with_for_update=True, populate_existing=True)
        if old is None or old.status != RecognitionStatus.VALID:
            raise Conflict(Message("名单中有认定已经结束或作废。什么都没有写入，请取消后重新录入。"))
        project = session.get_one(Project, old.project_id)
        there = select(Recognition.id).where(
            Recognition.project_id == project.id,
            Recognition.category_code == new.code,
            Recognition.status == RecognitionStatus.VALID.value,
        )
        if session.scalars(there).first() is not None:
            raise Conflict(
                Message(
                    "%(code)s“%(project)s”已是%(category)s。什么都没有写入，请取消后重新录入。",
                    code=project.code,
                    project=project.name,
                    category=Named(new.name, new.name_en),
                )
            )
        title = Recognition(
            project_id=project.id, category_code=new.code, year=publication.year, document_id=document.id,
            announced_on=document.announced_on, name_awarded=project.name,
            enterprise_awarded=project.enterprise.name if project.enterprise else "",
            status=RecognitionStatus.VALID.value, created_at=now,
        )  # fmt: skip
        session.add(title)
        project.updated_at = now
        made.append((old, title))
        session.flush()
        if not item["keeps_old"]:
            titles.end(
                session, actor, [old], ending=Ending.EXPIRED, document=document, cause=EndingCause.MAPPED,
                note=new.name, now=now,
            )  # fmt: skip
    search_index.refresh(session, [title.project_id for _old, title in made])
    record_many(
        session,
        actor,
        [
            Entry(
                action="recognition.map",
                subject_type="project",
                subject_id=title.project_id,
                changes={
                    "category": (old.category_code, title.category_code),
                    "year": (old.year, title.year),
                    "document": (None, document.number),
                },
            )
            for old, title in made
        ],
    )


def _event(session: Session, actor: Actor, action: str, row: CategoryMapping, now: datetime) -> None:
    changes = {"category": (row.from_code, row.to_code), "document": (None, row.document)}
    entry = Entry(action=action, subject_type="mapping", subject_id=row.id, changes=changes, note=row.mode)
    record(session, actor, entry, at=now)
