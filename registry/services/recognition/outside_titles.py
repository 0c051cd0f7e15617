"""Titles of outside documents (province, nation) onto projects of this registry.

A row is the project that bears or bore its name in its enterprise; else the one that a person once said
it is; else a question with candidates. The answer is remembered. Nothing is merged by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from registry.errors import Conflict, InvalidInput, NotFound
from registry.models import Category, Enterprise, NameMatch, Project, Publication, Recognition, ReportingUnit
from registry.names import name_key
from registry.permissions import Actor, Permission, require
from registry.queries.record.similar import SimilarEnterprises
from registry.services.recognition.document_text import DocumentFaults, DocumentText, checked
from registry.services.recognition.entering import enter, hold_category
from registry.services.recognition.outside_rows import OutsideRow
from registry.services.recognition.projects import bearing, find_enterprise, surviving
from registry.services.review.similar_names import SimilarNames
from registry.services.uploads import Examined
from registry.storage import Storage
from registry.terms import Tier
from registry.wording import Message, Named

MOST_CANDIDATES = 8


class Found(StrEnum):
    """How a row was matched."""

    EXACT = "exact"  # same enterprise, same name
    REMEMBERED = "remembered"  # a person said so before
    ASKED = "asked"  # there are candidates: a person decides
    NEW = "new"  # nothing like it is there


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A project that a row may mean; `has_title`: it holds this title already."""

    id: int
    code: str
    name: str
    enterprise: str
    unit: str
    has_title: bool


@dataclass(frozen=True)
class Match:
    """What a row means as far as is known; `doubt` is a sentence about its enterprise."""

    row: OutsideRow
    found: Found
    candidates: tuple[Candidate, ...] = ()
    doubt: str = ""


@dataclass(frozen=True)
class Answer:
    """A person's decision about a row: an existing project, a new one (in `unit`), or neither (left out)."""

    project_id: int | None = None
    is_new: bool = False
    unit: str = ""


class RowFaults(InvalidInput):
    """Rows that are not decided or cannot be written: sentence by row number; `document`: what is wrong with
    the document besides."""

    def __init__(self, faults: Mapping[int, str], document: DocumentFaults | None = None) -> None:
        super().__init__(Message("有 %(n)s 行还不能写入，请逐行核对。", n=len(faults)))
        self.faults, self.document = dict(faults), document


def outside_category(session: Session, code: str) -> Category:
    """A provincial or national category; InvalidInput (field `category`) otherwise."""
    category = session.get(Category, code) if code.isprintable() else None
    if category is None or category.tier == Tier.MUNICIPAL:
        raise InvalidInput(Message("请选择省级或国家级的类别；市级认定由申报产生。"), field="category")
    return category


def match_rows(session: Session, rows: Sequence[OutsideRow], *, category: Category, batch: int) -> list[Match]:
    """Match every row, in order."""
    held = set(
        session.scalars(
            select(Recognition.project_id).where(
                Recognition.category_code == category.code, func.coalesce(Recognition.year, 0) == batch
            )
        )
    )
    similar: list[SimilarNames] = []
    known = SimilarEnterprises(session)
    return [_match(session, row, held, similar, known) for row in rows]


def _match(
    session: Session, row: OutsideRow, held: set[int], similar: list[SimilarNames], known: SimilarEnterprises
) -> Match:
    enterprise, doubt = None, ""
    try:
        enterprise = find_enterprise(session, row.enterprise, row.uscc or None) if row.enterprise else None
    except Conflict as error:
        doubt = error.message
    if enterprise is not None or not row.enterprise:
        exact = bearing(session, enterprise.id if enterprise else None, row.name)
        if len(exact) == 1:
            return Match(row, Found.EXACT, _candidates(session, exact, held))
    remembered = _remembered(session, row)
    if remembered is not None:
        return Match(row, Found.REMEMBERED, _candidates(session, [remembered], held), doubt)
    ids = _of_enterprise(session, row, enterprise)
    if enterprise is None and row.enterprise and not doubt:
        alike = known.like(row.enterprise, has_code=bool(row.uscc))[:MOST_CANDIDATES]
        if alike:
            names = "、".join(f"“{each.name}”" for each in alike)
            doubt = Message("登记里有名称相近的企业：%(names)s。请核对是不是同一家。", names=names)
            ids += session.scalars(
                select(Project.id)
                .where(Project.enterprise_id.in_([each.id for each in alike]))
                .order_by(Project.id)
                .limit(MOST_CANDIDATES)
            )
    if not similar:
        similar.append(_index(session))
    ids += similar[0].closest(name_key(row.enterprise) + name_key(row.name), MOST_CANDIDATES)
    projects = [surviving(session, each) for each in dict.fromkeys(ids)]
    candidates = _candidates(session, list({project.id: project for project in projects}.values()), held)
    return Match(row, Found.ASKED if candidates or doubt else Found.NEW, candidates[:MOST_CANDIDATES], doubt)


def _remembered(session: Session, row: OutsideRow) -> Project | None:
    answer = session.scalars(_answer_for(row)).one_or_none()
    return None if answer is None else surviving(session, answer.project_id)


def _answer_for(row: OutsideRow) -> Any:
    return select(NameMatch).where(
        NameMatch.enterprise_key == name_key(row.enterprise), NameMatch.name_key == name_key(row.name)
    )


def _of_enterprise(session: Session, row: OutsideRow, enterprise: Enterprise | None) -> list[int]:
    if not row.enterprise:
        return []
    named = Enterprise.name_key == name_key(row.enterprise)
    which = named if enterprise is None else Enterprise.id == enterprise.id
    statement = select(Project.id).join(Enterprise, Enterprise.id == Project.enterprise_id).where(which)
    return list(session.scalars(statement.order_by(Project.id).limit(MOST_CANDIDATES)))


def _index(session: Session) -> SimilarNames:
    rows = session.execute(
        select(Project.id, func.coalesce(Enterprise.name_key, ""), Project.name_key)
        .outerjoin(Enterprise, Enterprise.id == Project.enterprise_id)
        .where(Project.merged_into_id.is_(None))
    )
    return SimilarNames({project_id: enterprise + name for project_id, enterprise, name in rows})


def _candidates(session: Session, projects: Sequence[Project], held: set[int]) -> tuple[Candidate, ...]:
    ids = [project.id for project in projects]
    loaded = session.execute(
        select(Project, ReportingUnit.name)
        .join(ReportingUnit, ReportingUnit.code == Project.unit_code)
        .where(Project.id.in_(ids))
        .options(joinedload(Project.enterprise))
    )
    by_id = {
        project.id: Candidate(
            id=project.id,
            code=project.code,
            name=project.name,
            enterprise=project.enterprise.name if project.enterprise else "",
            unit=unit,
            has_title=project.id in held,
        )
        for project, unit in loaded
    }
    return tuple(by_id[each] for each in ids)


def prepare_outside(
    session: Session,
    actor: Actor,
    rows: Sequence[OutsideRow],
    answers: Mapping[int, Answer],
    text: DocumentText,
    *,
    category: str,
    batch: int,
    file: Examined | None = None,
    folder: Storage | None = None,
    now: datetime,
) -> Publication:
    """Enter an outside document with its list. `answers` holds a decision for every row number.

    Raises RowFaults naming rows without a decision or with one that cannot be written, and what
    `entering.enter` raises. Answers that name a project are remembered.
    """
    require(actor, Permission.PUBLICATION_PREPARE)
    chosen = outside_category(session, category)
    hold_category(session, chosen.code)
    matches = match_rows(session, rows, category=chosen, batch=batch)
    items, faults = _decided(session, matches, answers, chosen, batch)
    if faults:
        raise RowFaults(faults, _document_faults(session, text, chosen, batch, now))
    for match in matches:
        _remember(session, actor, match, answers[match.row.row], now)
    return enter(
        session,
        actor,
        text,
        category=chosen,
        year=batch,
        call_id=None,
        items=items,
        file=file,
        folder=folder,
        now=now,
    )


def _document_faults(
    session: Session, text: DocumentText, category: Category, batch: int, now: datetime
) -> DocumentFaults | None:
    try:
        checked(session, text, category=category, year=batch, now=now)
    except DocumentFaults as error:
        return error
    return None


def _decided(
    session: Session, matches: Sequence[Match], answers: Mapping[int, Answer], category: Category, batch: int
) -> tuple[list[dict[str, Any]], dict[int, str]]:
    """(items of the publication, sentence by row of what stands against it)."""
    items: list[dict[str, Any]] = []
    faults: dict[int, str] = {}
    taken: dict[int, int] = {}
    for match in matches:
        row = match.row
        answer = answers.get(row.row)
        if answer is None:
            faults[row.row] = Message("还没有选择这一行是哪个项目")
            continue
        if answer.project_id is None and not answer.is_new:
            continue
        try:
            project = _project(session, answer)
            if project is not None:
                _require_free(session, project, category, batch, taken, row.row)
            else:
                _require_new(session, row, answer)
        except (Conflict, InvalidInput, NotFound) as error:
            faults[row.row] = error.message
            continue
        unit = row.unit or answer.unit
        items.append(asdict(row) | {"unit": unit, "project": project.id if project else None})
    return items, faults


def _project(session: Session, answer: Answer) -> Project | None:
    if answer.project_id is None:
        return None
    if session.get(Project, answer.project_id) is None:
        raise NotFound(Message("所选的项目不存在，请重新选择。"))
    return surviving(session, answer.project_id)


def _require_free(
    session: Session, project: Project, category: Category, batch: int, taken: dict[int, int], row: int
) -> None:
    if taken.setdefault(project.id, row) != row:
        raise Conflict(
            Message(
                "%(code)s 已是第 %(taken)s 行的项目，一个项目在一份文件中只认定一次。",
                code=project.code,
                taken=taken[project.id],
            )
        )
    held = select(Recognition.id).where(
        Recognition.project_id == project.id,
        Recognition.category_code == category.code,
        func.coalesce(Recognition.year, 0) == batch,
    )
    if session.scalars(held).first() is not None:
        raise Conflict(
            Message(
                "%(code)s 已有 %(batch)s 年的%(category)s，请选择不录入这一行。",
                code=project.code,
                batch=batch,
                category=Named(category.name, category.name_en),
            )
        )


def _require_new(session: Session, row: OutsideRow, answer: Answer) -> None:
    enterprise = find_enterprise(session, row.enterprise, row.uscc or None) if row.enterprise else None
    known = (
        bearing(session, enterprise.id if enterprise else None, row.name) if enterprise or not row.enterprise else []
    )
    if known:
        raise Conflict(
            Message("本企业的 %(code)s 已叫（或曾叫）这个名称，不能另立一个；请选择它。", code=known[0].code)
        )
    if not (row.unit or answer.unit):
        raise InvalidInput(Message("新项目要有所属板块，请选择。"))
    unit = row.unit or answer.unit
    if not unit.isprintable() or session.get(ReportingUnit, unit) is None:
        raise InvalidInput(Message("没有这个板块，请重新选择。"))


def _remember(session: Session, actor: Actor, match: Match, answer: Answer, now: datetime) -> None:
    """Keep an answer that the names alone do not give; a later answer replaces it."""
    if match.found is Found.EXACT or answer.project_id is None:
        return
    known = session.scalars(_answer_for(match.row)).one_or_none()
    if known is not None:
        known.project_id, known.author_id, known.created_at = answer.project_id, actor.id, now
        return
    session.add(
        NameMatch(
            enterprise_key=name_key(match.row.enterprise),
            name_key=name_key(match.row.name),
            project_id=answer.project_id,
            author_id=actor.id,
            created_at=now,
        )
    )
