"""What the database already holds of the things that a list names, fetched by keys in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from registry.models import (
    Document,
    Enterprise,
    EnterpriseName,
    FormerCode,
    Project,
    ProjectName,
    Recognition,
)
from registry.services.imports.drafts import (
    DocumentDraft,
    EnterpriseDraft,
    ProjectDraft,
    TitleDraft,
)
from registry.services.imports.stored_reports import chunks, load_reports
from registry.terms import Basis
from registry.values.places import Point


@dataclass
class Stock:
    """Drafts of existing rows with the indexes that matching needs."""

    enterprises: dict[int, EnterpriseDraft] = field(default_factory=dict)
    by_uscc: dict[str, EnterpriseDraft] = field(default_factory=dict)
    by_name: dict[str, list[EnterpriseDraft]] = field(default_factory=lambda: defaultdict(list))
    documents: dict[str, DocumentDraft] = field(default_factory=dict)
    projects: dict[int, ProjectDraft] = field(default_factory=dict)
    by_project_name: dict[tuple[int, str], ProjectDraft] = field(default_factory=dict)
    by_code: dict[str, ProjectDraft] = field(default_factory=dict)
    titles: dict[tuple[int, str, int | None], TitleDraft] = field(default_factory=dict)
    titles_of: dict[int, list[TitleDraft]] = field(default_factory=lambda: defaultdict(list))

    def add_enterprise(self, enterprise: EnterpriseDraft) -> None:
        """Index an enterprise under its code and every name it bears or bore."""
        if enterprise.uscc is not None:
            self.by_uscc[enterprise.uscc] = enterprise
        for key in enterprise.keys:
            self.by_name[key].append(enterprise)


@dataclass(frozen=True)
class Directory:
    """All enterprises by what they are called: current name by the key of each name, keys by code, codes by key."""

    names: dict[str, str]
    keys_of_code: dict[str, set[str]]
    codes: dict[str, str]


def directory(session: Session) -> Directory:
    """The names of all enterprises (two queries), for finding those that look alike."""
    found = Directory({}, defaultdict(set), {})
    current: dict[int, tuple[str, str | None]] = {}
    standing = select(Enterprise.id, Enterprise.name, Enterprise.name_key, Enterprise.uscc)
    # One that was merged into another has handed on its names and its code.
    for row in session.execute(standing.where(Enterprise.merged_into_id.is_(None))):
        current[row.id] = (row.name, row.uscc)
        found.names[row.name_key] = row.name
        if row.uscc is not None:
            found.keys_of_code[row.uscc].add(row.name_key)
            found.codes[row.name_key] = row.uscc
    for enterprise_id, key in session.execute(select(EnterpriseName.enterprise_id, EnterpriseName.name_key)):
        if enterprise_id not in current:
            continue
        name, uscc = current[enterprise_id]
        found.names.setdefault(key, name)
        if uscc is not None:
            found.keys_of_code[uscc].add(key)
    return found


def load(
    session: Session,
    names: Collection[str],
    codes: Collection[str],
    documents: Collection[str],
    areas: Collection[str],
) -> Stock:
    """The stock of enterprises with these name keys or codes (and all their projects and titles), of
    parks and zones with the name keys `areas`, and of documents with these number keys."""
    stock = Stock()
    _load_enterprises(session, stock, names, codes)
    _load_projects(session, stock, areas)
    by_id = _load_documents(session, stock, documents)
    _load_titles(session, stock, by_id)
    reports = load_reports(session, stock.projects.keys(), of_titles=True)
    for titles in stock.titles_of.values():
        for title in titles:
            title.report = reports.get((title.project.id or 0, title.id, None, Basis.DECLARED.value))
    return stock


def load_named(session: Session, names: Collection[str], codes: Collection[str], projects: Collection[str]) -> Stock:
    """The stock of enterprises with these name keys or codes, and of projects with these codes; no reports."""
    stock = Stock()
    _load_enterprises(session, stock, names, codes)
    for chunk in chunks(projects):
        owners = select(Project.enterprise_id).where(Project.code.in_(chunk))
        _add_enterprises(session, stock, Enterprise.id.in_(owners))
    _load_projects(session, stock, (), projects)
    _load_titles(session, stock, _load_documents(session, stock, ()))
    return stock


def load_enterprises(session: Session, names: Collection[str], codes: Collection[str], ids: Collection[int]) -> Stock:
    """The stock of enterprises with these name keys, codes or ids, and nothing else."""
    stock = Stock()
    for chunk in chunks(ids):
        _add_enterprises(session, stock, Enterprise.id.in_(chunk))
    _load_enterprises(session, stock, names, codes)
    return stock


def _load_enterprises(session: Session, stock: Stock, names: Collection[str], codes: Collection[str]) -> None:
    former: set[int] = set()
    for chunk in chunks(names):
        former.update(session.scalars(select(EnterpriseName.enterprise_id).where(EnterpriseName.name_key.in_(chunk))))
        _add_enterprises(session, stock, Enterprise.name_key.in_(chunk))
    for chunk in chunks(codes):
        borne = select(FormerCode.enterprise_id).where(FormerCode.uscc.in_(chunk))
        _add_enterprises(session, stock, or_(Enterprise.uscc.in_(chunk), Enterprise.id.in_(borne)))
    for ids in chunks(former - stock.enterprises.keys()):
        _add_enterprises(session, stock, Enterprise.id.in_(ids))
    for ids in chunks(stock.enterprises.keys()):
        for enterprise_id, key in session.execute(
            select(EnterpriseName.enterprise_id, EnterpriseName.name_key).where(EnterpriseName.enterprise_id.in_(ids))
        ):
            stock.enterprises[enterprise_id].keys.add(key)
    for enterprise in stock.enterprises.values():
        stock.add_enterprise(enterprise)
    for chunk in chunks(codes):
        held = select(FormerCode.uscc, FormerCode.enterprise_id).where(FormerCode.uscc.in_(chunk))
        for code, enterprise_id in session.execute(held):
            stock.by_uscc.setdefault(code, stock.enterprises[enterprise_id])


def _add_enterprises(session: Session, stock: Stock, which: ColumnElement[bool]) -> None:
    columns = (Enterprise.id, Enterprise.version, Enterprise.name, Enterprise.name_key, Enterprise.uscc)
    # One that was merged into another has handed on its names and its code.
    which &= Enterprise.merged_into_id.is_(None)
    for row in session.execute(select(*columns, Enterprise.verified).where(which).order_by(Enterprise.id)):
        stock.enterprises.setdefault(row.id, EnterpriseDraft(**row._mapping, keys={row.name_key}))


def _load_projects(session: Session, stock: Stock, areas: Collection[str], codes: Collection[str] = ()) -> None:
    merged: dict[int, int] = {}
    for ids in chunks(stock.enterprises.keys()):
        merged |= _add_projects(session, stock, Project.enterprise_id.in_(ids))
    for chunk in chunks(areas):
        merged |= _add_projects(session, stock, Project.enterprise_id.is_(None), Project.name_key.in_(chunk))
    for chunk in chunks(codes):
        merged |= _add_projects(session, stock, Project.code.in_(chunk))
    while absent := set(merged.values()) - stock.projects.keys():
        for ids in chunks(absent):
            merged |= _add_projects(session, stock, Project.id.in_(ids))
    final = {project_id: _end(merged, project_id) for project_id in stock.projects}
    for project_id in sorted(stock.projects, key=lambda each: (each in merged, each)):
        project = stock.projects[project_id]
        owner = (id(project.enterprise), project.name_key)
        stock.by_project_name.setdefault(owner, stock.projects[final[project_id]])
        stock.by_code[project.code] = stock.projects[final[project_id]]
    for ids in chunks(stock.projects.keys()):
        names = select(ProjectName.project_id, ProjectName.name_key).where(ProjectName.project_id.in_(ids))
        for project_id, key in session.execute(names.order_by(ProjectName.id)):
            owner = (id(stock.projects[project_id].enterprise), key)
            stock.by_project_name.setdefault(owner, stock.projects[final[project_id]])


def _end(merged: dict[int, int], project_id: int) -> int:
    seen = {project_id}
    while project_id in merged and merged[project_id] not in seen:
        project_id = merged[project_id]
        seen.add(project_id)
    return project_id


def _add_projects(session: Session, stock: Stock, *which: ColumnElement[bool]) -> dict[int, int]:
    """Load projects; returns merged project → the one it was merged into."""
    merged = {}
    table = Project.__table__
    for row in session.execute(select(*_PROJECT_COLUMNS).where(*which).order_by(table.c.id)):
        point = None
        if row.lon is not None:
            point = Point(
                row.typed_lon,
                row.typed_lat,
                row.typed_system,
                row.lon,
                row.lat,
                row.division_code,
                row.near_line,
            )
        stock.projects[row.id] = ProjectDraft(
            id=row.id,
            version=row.version,
            enterprise=stock.enterprises.get(row.enterprise_id),
            name=row.name,
            name_key=row.name_key,
            type=row.type,
            code=row.code,
            unit_code=row.unit_code,
            division_code=row.division_code,
            town=row.town,
            address=row.address,
            industry_code=row.industry_code,
            industry_class=row.industry_class,
            point=point,
            precision=row.precision,
        )
        if row.merged_into_id is not None:
            merged[row.id] = row.merged_into_id
    return merged


_PROJECT_COLUMNS = (
    Project.id,
    Project.version,
    Project.enterprise_id,
    Project.name,
    Project.name_key,
    Project.type,
    Project.code,
    Project.unit_code,
    Project.division_code,
    Project.town,
    Project.address,
    Project.industry_code,
    Project.industry_class,
    Project.lon,
    Project.lat,
    Project.typed_lon,
    Project.typed_lat,
    Project.typed_system,
    Project.near_line,
    Project.precision,
    Project.merged_into_id,
)


def _load_documents(session: Session, stock: Stock, keys: Collection[str]) -> dict[int, DocumentDraft]:
    used: set[int] = set()
    for ids in chunks(stock.projects.keys()):
        used.update(session.scalars(select(Recognition.document_id).where(Recognition.project_id.in_(ids)).distinct()))
    by_id: dict[int, DocumentDraft] = {}
    columns = (Document.id, Document.number, Document.number_key, Document.announced_on, Document.kind)
    queries: list[Any] = [select(*columns).where(Document.number_key.in_(chunk)) for chunk in chunks(keys)]
    queries += [select(*columns).where(Document.id.in_(ids)) for ids in chunks(used)]
    for query in queries:
        for row in session.execute(query):
            by_id.setdefault(row.id, DocumentDraft(**row._mapping))
    stock.documents = {document.number_key: document for document in by_id.values()}
    return by_id


def _load_titles(session: Session, stock: Stock, documents: dict[int, DocumentDraft]) -> None:
    columns = (
        Recognition.id,
        Recognition.version,
        Recognition.project_id,
        Recognition.category_code,
        Recognition.year,
        Recognition.document_id,
        Recognition.announced_on,
        Recognition.name_awarded,
        Recognition.enterprise_awarded,
        Recognition.remark,
    )
    for ids in chunks(stock.projects.keys()):
        # A stage of the same title counts after the title without one.
        query = select(*columns).where(Recognition.project_id.in_(ids))
        for row in session.execute(query.order_by(Recognition.stage.is_not(None), Recognition.id)):
            project = stock.projects[row.project_id]
            fields = dict(row._mapping)
            del fields["project_id"], fields["document_id"]
            title = TitleDraft(**fields, project=project, document=documents[row.document_id])
            stock.titles_of[id(project)].append(title)
            stock.titles.setdefault((id(project), row.category_code, row.year), title)
            if row.year is not None:
                project.year = max(project.year or row.year, row.year)
