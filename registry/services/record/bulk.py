"""Changes of the record by a list: renames, closures, links and ends, row by row, all of them or none.

What a person does on the pages of the upkeep, for an operator who has two hundred of them. Every row is one
command with its event, so the rules are those of the pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry.changes import ClosingCause, Ending, EndingCause
from registry.errors import InvalidInput, RegistryError
from registry.kinds import LinkKind
from registry.models import Category, Enterprise, Project, Recognition
from registry.names import document_number
from registry.permissions import Actor, Permission, require
from registry.services.record import documents, enterprises, projects, relations, titles
from registry.terms import BEIJING, DocumentKind, Term
from registry.values import plain
from registry.values.bad_value import BadValue
from registry.wording import Message


class BulkKind(StrEnum):
    """What a list changes."""

    ENTERPRISE_NAMES = "enterprise-names"
    PROJECT_NAMES = "project-names"
    CLOSURES = "closures"
    LINKS = "links"
    ENDS = "ends"


COLUMNS: Mapping[BulkKind, tuple[Message, ...]] = MappingProxyType(
    {
        BulkKind.ENTERPRISE_NAMES: (Message("企业"), Message("新名称"), Message("从哪一天起"), Message("依据")),
        BulkKind.PROJECT_NAMES: (Message("项目编号"), Message("新名称"), Message("从哪一天起"), Message("依据")),
        BulkKind.CLOSURES: (Message("项目编号"), Message("原因"), Message("从哪一天起"), Message("依据")),
        BulkKind.LINKS: (Message("项目编号"), Message("关联"), Message("对方编号"), Message("从哪一天起")),
        BulkKind.ENDS: (
            Message("项目编号"), Message("类别"), Message("年份"), Message("结果"), Message("原因"), Message("文号"),
            Message("文件日期"), Message("文件标题"), Message("发文机关"),
        ),
    }
)  # fmt: skip
"""Headers of a list, in this order."""


@dataclass(frozen=True)
class RowFault:
    """Why a row was refused; `number` is its line in the file."""

    number: int
    reason: str


@dataclass(frozen=True)
class _Doing:
    session: Session
    actor: Actor
    now: datetime

    def day(self, text: str) -> date:
        """A day as lists write it."""
        try:
            return plain.day(text, today=self.now.astimezone(BEIJING).date())[0]
        except BadValue as error:
            raise InvalidInput(error.of(text)) from None

    def project(self, code: str) -> Project:
        """The project with a code."""
        found = self.session.scalars(select(Project).where(Project.code == code.upper())).one_or_none()
        if found is None:
            raise InvalidInput(Message("没有编号为“%(code)s”的项目。", code=code[:20]))
        return found


def run(
    session: Session, actor: Actor, kind: BulkKind, rows: Sequence[tuple[int, Sequence[str]]], *, now: datetime
) -> list[RowFault]:
    """Apply the rows; what stands against each is returned, and then the caller takes everything back."""
    require(actor, Permission.RECORD_CHANGE)
    doing, act, faults = _Doing(session, actor, now), _ACTS[kind], []
    for number, cells in rows:
        savepoint = session.begin_nested()
        try:
            act(doing, cells)
            session.flush()
            savepoint.commit()
        except (RegistryError, IntegrityError) as error:
            savepoint.rollback()
            session.expire_all()
            reason = error.message if isinstance(error, RegistryError) else Message("与登记中的内容冲突。")
            faults.append(RowFault(number, reason))
    return faults


def _enterprise(doing: _Doing, text: str) -> Enterprise:
    coded = enterprises.by_code(doing.session, text.upper())
    found = [coded] if coded is not None else enterprises.named(doing.session, text)
    if len(found) != 1:
        raise InvalidInput(
            Message("登记中名为“%(text)s”的企业有 %(n)s 家；请填统一社会信用代码。", text=text[:60], n=len(found))
        )
    return found[0]


def _term(terms: type[Term], text: str) -> Term:
    for term in terms:
        if text in (term.value, term.zh):
            return term
    raise InvalidInput(Message("“%(text)s”不在 %(names)s 之中。", text=text[:20], names=list(terms)))


def _rename_enterprise(doing: _Doing, cells: Sequence[str]) -> None:
    text, name, on, document = cells
    enterprises.rename(
        doing.session, doing.actor, _enterprise(doing, text), name=name, document=document, on=doing.day(on),
        now=doing.now,
    )  # fmt: skip


def _rename_project(doing: _Doing, cells: Sequence[str]) -> None:
    code, name, on, document = cells
    projects.rename(
        doing.session, doing.actor, doing.project(code), name=name, document=document, on=doing.day(on), now=doing.now
    )


def _close(doing: _Doing, cells: Sequence[str]) -> None:
    code, cause, on, document = cells
    projects.close(
        doing.session, doing.actor, doing.project(code), cause=ClosingCause(_term(ClosingCause, cause)),
        document=document, on=doing.day(on), now=doing.now,
    )  # fmt: skip


def _link(doing: _Doing, cells: Sequence[str]) -> None:
    code, kind, other, since = cells
    relations.link(
        doing.session, doing.actor, doing.project(code), LinkKind(_term(LinkKind, kind)), other,
        since=doing.day(since) if since else None, now=doing.now,
    )  # fmt: skip


def _end(doing: _Doing, cells: Sequence[str]) -> None:
    code, category, year, outcome, cause, number, day, document_title, organ = cells
    project, session = doing.project(code), doing.session
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        raise InvalidInput(Message("年份“%(year)s”应写成 2020 的样子。", year=year[:20]))
    named = select(Category.code).where((Category.code == category) | (Category.name == category))
    titles_of = select(Recognition).where(
        Recognition.project_id == project.id, Recognition.category_code.in_(named), Recognition.year == int(year)
    )  # fmt: skip
    found = session.scalars(titles_of).all()
    if len(found) != 1:
        raise InvalidInput(
            Message("%(code)s 没有 %(year)s 年的“%(category)s”。", code=code, year=year, category=category[:60])
        )
    if not number or not document_title or not organ:
        raise InvalidInput(Message("请填写文号、文件标题和发文机关。"))
    document = documents.settle(
        session, number=document_number(number), title=document_title, organ=organ, announced_on=doing.day(day),
        kind=DocumentKind.REVOCATION, is_demo=project.is_demo, now=doing.now,
    )  # fmt: skip
    titles.end(
        session, doing.actor, found, ending=Ending(_term(Ending, outcome)), document=document,
        cause=EndingCause(_term(EndingCause, cause)), now=doing.now,
    )  # fmt: skip


_ACTS: Mapping[BulkKind, Callable[[_Doing, Sequence[str]], None]] = MappingProxyType(
    {
        BulkKind.ENTERPRISE_NAMES: _rename_enterprise,
        BulkKind.PROJECT_NAMES: _rename_project,
        BulkKind.CLOSURES: _close,
        BulkKind.LINKS: _link,
        BulkKind.ENDS: _end,
    }
)
