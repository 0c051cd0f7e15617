"""Titles: each stands on a document and a category, and says the day that its document says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, exists, select
from sqlalchemy.orm import Session

from registry.models import Category, Document, Project, Recognition
from registry.services.doctor.findings import Finding, shown, stream
from registry.terms import DocumentKind
from registry.wording import Message


def check_titles(session: Session) -> Iterator[Finding]:
    """Every title against its document and its category."""
    statement = (
        select(
            Recognition.id, Recognition.year, Recognition.announced_on, Recognition.category_code,
            Recognition.document_id, Project.code, Document.id.label("document"), Document.number, Document.kind,
            Document.announced_on.label("document_day"), Category.code.label("category"),
            Category.name.label("category_name"), Category.valid_from, Category.valid_to,
        )
        .outerjoin(Project, Project.id == Recognition.project_id)
        .outerjoin(Document, Document.id == Recognition.document_id)
        .outerjoin(Category, Category.code == Recognition.category_code)
        .order_by(Recognition.id)
    )  # fmt: skip
    for row in stream(session, statement):
        if row.code is None:
            yield _finding(
                row,
                Message("所属项目"),
                shown(None),
                Message("认定必须属于一个项目"),
                Message("请由系统管理员核对此认定"),
            )
        yield from _document(row)
        yield from _category(row)


def check_empty_projects(session: Session) -> Iterator[Finding]:
    """Projects that hold no title: they show nowhere."""
    held = exists().where(Recognition.project_id == Project.id)
    statement = select(Project.code, Project.name).where(~held, Project.merged_into_id.is_(None)).order_by(Project.id)
    for row in stream(session, statement):
        yield Finding(
            what=Message("没有任何认定"),
            record=Message("项目 %(code)s", code=row.code),
            stored=row.name,
            computed=Message("0 项认定，不对外显示"),
            way_out=Message("如已有公布文件，请导入它的认定"),
            is_note=True,
        )


def _document(row: Row[Any]) -> Iterator[Finding]:
    if row.document is None:
        stored = Message("文件序号 %(document)s（不存在）", document=row.document_id)
        yield _finding(
            row, Message("公布文件"), stored, Message("认定必须有公布文件"), Message("请查明文号，重新导入该认定")
        )
        return
    if row.kind == DocumentKind.REVOCATION:
        yield _finding(
            row,
            Message("公布文件"),
            Message("%(number)s（撤销文件）", number=row.number),
            Message("应为认定文件"),
            Message("请查明认定的文号，重新导入该认定"),
        )
        return
    if row.kind != DocumentKind.CITATION and row.announced_on != row.document_day:
        computed = Message("%(day)s（%(number)s）", day=shown(row.document_day), number=row.number)
        yield _finding(
            row, Message("公布日期"), shown(row.announced_on), computed, Message("请核对文件上的日期，重新导入该认定")
        )


def _category(row: Row[Any]) -> Iterator[Finding]:
    if row.category is None:
        yield _finding(
            row,
            Message("类别"),
            row.category_code,
            Message("类别表中没有此代码"),
            Message("请在类别表中补上此类别，或改正该认定的类别"),
        )
        return
    early = row.year is not None and row.valid_from is not None and row.year < row.valid_from
    late = row.year is not None and row.valid_to is not None and row.year > row.valid_to
    if early or late:
        validity = Message(
            "%(category_name)s的有效年份 %(valid_from)s–%(valid_to)s",
            category_name=row.category_name,
            valid_from=row.valid_from or "",
            valid_to=row.valid_to or "",
        )
        yield _finding(row, Message("批次年份"), str(row.year), validity, Message("请核对类别和批次年份"), is_note=True)


def _finding(row: Row[Any], what: str, stored: str, computed: str, way_out: str, *, is_note: bool = False) -> Finding:
    name = row.category_name or row.category_code
    record = Message(
        "项目 %(code)s 的认定 %(name)s（%(year)s）",
        code=shown(row.code),
        name=name,
        year=row.year or Message("年份不详"),
    )
    return Finding(what=what, record=record, stored=stored, computed=computed, way_out=way_out, is_note=is_note)
