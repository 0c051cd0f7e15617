"""Comparing a list of what enterprises are with the registry; nothing is written here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from registry.queries.titles.facts import Facts, facts_of_many
from registry.services.imports import stock
from registry.services.imports.asking.asker import Asker
from registry.services.imports.drafts import EnterpriseDraft
from registry.services.imports.enterprises.columns import ENTERPRISE_COLUMNS
from registry.services.imports.enterprises.rows import ListedFacts, read_facts
from registry.services.imports.plan import Plan, PlannedSheet, Progress, RowPlan
from registry.services.imports.result import Options
from registry.services.imports.sheets import code_lists
from registry.services.imports.sheets.opening import open_sheets
from registry.services.imports.sheets.row_numbers import place
from registry.services.record.describing import changes_between
from registry.spreadsheets import Book
from registry.values.bad_value import BadValue
from registry.wording import Message


@dataclass(slots=True)
class FactsRowPlan(RowPlan):
    """What becomes of one row; `facts` are what will be on record of the enterprise."""

    stated: ListedFacts | None = None
    enterprise: EnterpriseDraft | None = None
    facts: Facts | None = None


@dataclass
class FactsPlan(Plan):
    """An import of what enterprises are."""

    facts: list[FactsRowPlan] = field(default_factory=list)


def plan_facts(
    session: Session, book: Book, asker: Asker, options: Options, *, today: date, progress: Progress | None = None
) -> FactsPlan:
    """Compare a list with the registry. Raises InvalidInput (field `file`) without a usable header."""
    lists = code_lists.load(session)
    opened = open_sheets(book, ENTERPRISE_COLUMNS, asker, options, lists, ())
    plan = FactsPlan([], [], [], memory=asker.memory)
    for sheet in opened.sheets:
        for prepared in sheet.rows():
            row = FactsRowPlan(prepared.row.number, prepared.findings, waiting=prepared.waits, layout=sheet.layout)
            plan.facts.append(row)
            if not row.refused and not row.waiting:
                row.stated, findings, row.waiting = read_facts(prepared.row, sheet.layout, lists, today, asker)
                row.findings += findings
            sheet.done(prepared, refused=row.refused)
            if progress is not None and len(plan.facts) % 500 == 0:
                progress(Message("检查"), len(plan.facts), 0)
        plan.sheets.append(
            PlannedSheet(sheet.sheet.table, sheet.layout, sheet.sheet.label, sheet.sheet.position, sheet.filler.filled)
        )
    plan.rows = list(plan.facts)
    _match(session, plan)
    plan.notices, plan.questions = opened.lines(), asker.questions()
    return plan


def _accepted(plan: FactsPlan) -> Iterator[tuple[FactsRowPlan, ListedFacts]]:
    return ((row, row.stated) for row in plan.facts if row.stated is not None and not row.refused and not row.waiting)


def _match(session: Session, plan: FactsPlan) -> None:
    """Find the enterprise of each row, and what the row changes of it; no two rows may state the same one."""
    accepted = list(_accepted(plan))
    found = stock.load_enterprises(
        session,
        names={stated.enterprise_key for _, stated in accepted},
        codes={stated.uscc for _, stated in accepted if stated.uscc},
        ids={stated.key for _, stated in accepted if stated.key},
    )
    taken: dict[int, int] = {}
    for row, stated in accepted:
        try:
            row.enterprise = _enterprise(found, stated)
            first = taken.setdefault(id(row.enterprise), row.number)
            if first != row.number:
                raise BadValue(Message("与%(where)s是同一家企业", where=place(first)), Message("请合并为一行"))
        except BadValue as error:
            row.refuse(row.header("enterprise"), stated.enterprise, error)
    matched = [(row, stated, row.enterprise) for row, stated in _accepted(plan) if row.enterprise is not None]
    present = facts_of_many(session, [enterprise.id for _, _, enterprise in matched if enterprise.id])
    for row, stated, enterprise in matched:
        before = present[enterprise.id or 0]
        row.facts = stated.beside(before)
        row.changes |= changes_between(before, row.facts)


def _enterprise(found: stock.Stock, stated: ListedFacts) -> EnterpriseDraft:
    """The enterprise of a row, by number, code or name; whichever are written have to mean the same one."""
    named = found.by_name.get(stated.enterprise_key, [])
    if stated.key is not None:
        one = found.enterprises.get(stated.key)
        if one is None or one not in named:
            raise BadValue(
                Message("序号 %(id)s 的企业在登记中不叫这个名称", id=stated.key),
                Message("请核对名称；序号不对的请清掉序号，按名称查找"),
            )
        named = [one]
    if stated.uscc is not None:
        coded = found.by_uscc.get(stated.uscc)
        if coded is None or coded not in named:
            raise BadValue(
                Message("代码 %(uscc)s 与企业名称在登记中对不上", uscc=stated.uscc), Message("请核对代码和名称")
            )
        named = [coded]
    if not named:
        raise BadValue(Message("登记中没有这家企业"), Message("请核对名称；这里只补充已登记的企业"))
    if len(named) > 1:
        raise BadValue(Message("有 %(n)s 家企业叫这个名称", n=len(named)), Message("请填写企业序号或统一社会信用代码"))
    return named[0]
