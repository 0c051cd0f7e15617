"""Comparing a list of published totals with the registry; nothing is written here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import PublishedTotal
from registry.services.imports.asking.asker import Asker
from registry.services.imports.drafts import Draft
from registry.services.imports.plan import Plan, PlannedSheet, Progress, RowPlan
from registry.services.imports.result import Options
from registry.services.imports.sheets import code_lists
from registry.services.imports.sheets.opening import open_sheets
from registry.services.imports.sheets.row_numbers import place
from registry.services.imports.totals.rows import TOTAL_COLUMNS, ListedTotal, read_total
from registry.spreadsheets import Book
from registry.values.bad_value import BadValue
from registry.wording import Message

_Key = tuple[str, str, str, str]


@dataclass(kw_only=True, slots=True)
class TotalDraft(Draft):
    """A published total; `row` is the row of the file that states it."""

    as_of: str
    kind: str
    tier: str
    categories: str
    figure: int
    total_unit: str = ""
    source: str = ""
    note: str = ""
    rank_note: str = ""
    row: int | None = None


@dataclass(slots=True)
class TotalRowPlan(RowPlan):
    """What becomes of one row of a list of totals."""

    stated: ListedTotal | None = None
    total: TotalDraft | None = None


@dataclass
class TotalPlan(Plan):
    """An import of published totals."""

    totals: list[TotalRowPlan] = field(default_factory=list)


def plan_totals(
    session: Session, book: Book, asker: Asker, options: Options, *, today: date, progress: Progress | None = None
) -> TotalPlan:
    """Compare a list of published totals with the registry. InvalidInput (field `file`) without a usable header."""
    lists = code_lists.load(session)
    opened = open_sheets(book, TOTAL_COLUMNS, asker, options, lists, ())
    plan = TotalPlan([], [], [], memory=asker.memory)
    known = {_key(draft): draft for draft in _stored(session)}
    for sheet in opened.sheets:
        for prepared in sheet.rows():
            row = TotalRowPlan(prepared.row.number, prepared.findings, waiting=prepared.waits, layout=sheet.layout)
            plan.totals.append(row)
            if not row.refused and not row.waiting:
                row.stated, findings, row.waiting = read_total(prepared.row, sheet.layout, lists, today, asker)
                row.findings += findings
            sheet.done(prepared, refused=row.refused)
            if row.stated is not None and not row.waiting:
                _settle(row, row.stated, known)
            if progress is not None and len(plan.totals) % 500 == 0:
                progress(Message("检查"), len(plan.totals), 0)
        plan.sheets.append(
            PlannedSheet(sheet.sheet.table, sheet.layout, sheet.sheet.label, sheet.sheet.position, sheet.filler.filled)
        )
    plan.rows = list(plan.totals)
    plan.notices, plan.questions = opened.lines(), asker.questions()
    return plan


def _stored(session: Session) -> list[TotalDraft]:
    return [
        TotalDraft(
            id=row.id,
            as_of=row.as_of,
            kind=row.kind,
            tier=row.tier,
            # The same categories in another order are the same total.
            categories=";".join(sorted(row.categories.split(";"))),
            figure=row.figure,
            total_unit=row.unit,
            source=row.document,
            note=row.note,
            rank_note=row.rank_note,
        )
        for row in session.scalars(select(PublishedTotal))
    ]


def _key(draft: TotalDraft) -> _Key:
    return draft.as_of, draft.kind, draft.tier, draft.categories


def _settle(row: TotalRowPlan, stated: ListedTotal, known: dict[_Key, TotalDraft]) -> None:
    key = stated.as_of, stated.kind, stated.tier, ";".join(stated.categories)
    total = known.get(key)
    if total is not None and total.row is not None:
        error = BadValue(Message("与%(where)s是同一个公布数", where=place(total.row)), Message("请删去一行"))
        row.refuse(row.header("as_of"), stated.as_of, error)
        return
    values = {
        "figure": stated.figure,
        "total_unit": stated.unit,
        "source": stated.source,
        "note": stated.note,
        "rank_note": stated.rank_note,
    }
    if total is None:
        total = known[key] = TotalDraft(
            as_of=key[0],
            kind=key[1],
            tier=key[2],
            categories=key[3],
            figure=stated.figure,
            total_unit=stated.unit,
            source=stated.source,
            note=stated.note,
            rank_note=stated.rank_note,
        )
        row.is_new = True
    else:
        # An empty cell states nothing, so it takes nothing away.
        for name, value in values.items():
            if value != "" and total.assign(name, value):
                row.changes[name] = total.changes[name]
    total.row, row.total = row.number, total
