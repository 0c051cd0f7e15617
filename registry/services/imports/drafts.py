"""What is there and what will be: rows as plain objects that remember how they differ from the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from registry.names import name_key
from registry.services.imports.sheets.row_numbers import place
from registry.terms import DocumentKind
from registry.values.kpi_checks import KpiInput
from registry.values.places import Point
from registry.wording import Message


@dataclass(kw_only=True, slots=True)
class Draft:
    """A row of the database (`id` set) or one to be inserted; `changes` maps a column to (before, after)."""

    id: int | None = None
    version: int = 1
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    def assign(self, column: str, value: Any) -> bool:
        """Set a column; True when that changes something."""
        before = getattr(self, column)
        if before == value:
            return False
        setattr(self, column, value)
        first = self.changes.get(column, (before, None))[0]
        self.changes[column] = (first, value)
        return True


@dataclass(frozen=True, slots=True)
class Former:
    """A former name to be written; `until` and `document` say since when the new one holds, if that is known."""

    name: str
    until: date | None = None
    document: str = ""


@dataclass(kw_only=True, slots=True)
class EnterpriseDraft(Draft):
    """An enterprise; `keys` are the comparison keys of all names it bears or bore."""

    name: str
    name_key: str
    uscc: str | None = None
    verified: bool = False
    keys: set[str] = field(default_factory=set)
    row: int | None = None
    former: list[Former] = field(default_factory=list)

    def rename(self, name: str, until: date | None = None, document: str = "") -> None:
        """Bear a new name; the one borne so far becomes a former one."""
        old = self.name
        self.assign("name", name)
        self.assign("name_key", name_key(name))
        self.keys.add(self.name_key)
        self.former = [each for each in self.former if name_key(each.name) != self.name_key]
        self.former.append(Former(old, until, document))

    def has_borne(self, name: str) -> bool:
        """Note a former name; True when it was not known."""
        key = name_key(name)
        if key in self.keys:
            return False
        self.keys.add(key)
        self.former.append(Former(name))
        return True

    def described(self) -> Message:
        """The enterprise in a sentence: its name, its code and where it stands."""
        where = place(self.row or 0) if self.id is None else Message("企业 %(id)s", id=self.id)
        code = self.uscc or Message("无代码")
        return Message("“%(name)s”（%(code)s，%(where)s）", name=self.name, code=code, where=where)


@dataclass(kw_only=True, slots=True)
class DocumentDraft(Draft):
    """A document under its one 文号."""

    number: str
    number_key: str
    announced_on: date | None = None
    kind: str = DocumentKind.RECOGNITION.value


@dataclass(kw_only=True, slots=True)
class ProjectDraft(Draft):
    """A project; `year` is the latest batch year that its facts stand for."""

    enterprise: EnterpriseDraft | None
    name: str
    name_key: str
    type: str
    code: str = ""
    unit_code: str = ""
    division_code: str | None = None
    town: str = ""
    address: str = ""
    industry_code: str | None = None
    industry_class: str = ""
    point: Point | None = None
    precision: str = ""
    year: int | None = None
    former: list[Former] = field(default_factory=list)

    def rename(self, name: str) -> None:
        """Bear a new name; the one borne so far becomes a former one."""
        old = self.name
        self.assign("name", name)
        self.assign("name_key", name_key(name))
        self.former.append(Former(old))


@dataclass(kw_only=True, slots=True)
class ReportDraft(Draft):
    """The declared KPI report of a title; `written` are the codes whose values are new or changed."""

    baseline_year: int | None = None
    report_year: int | None = None
    values: dict[str, KpiInput] = field(default_factory=dict)
    stored: frozenset[str] = frozenset()
    written: set[str] = field(default_factory=set)


@dataclass(kw_only=True, slots=True)
class TitleDraft(Draft):
    """A recognition; `row` is the row of the file that states it."""

    project: ProjectDraft
    category_code: str
    year: int | None
    document: DocumentDraft
    announced_on: date | None = None
    name_awarded: str = ""
    enterprise_awarded: str = ""
    remark: str = ""
    report: ReportDraft | None = None
    row: int | None = None
