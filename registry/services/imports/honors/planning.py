"""Comparing a list of honours with the registry; nothing is written here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import EnterpriseHonor
from registry.names import name_key
from registry.services.imports import stock
from registry.services.imports.asking.asker import Asker, Waiting
from registry.services.imports.drafts import Draft, EnterpriseDraft
from registry.services.imports.findings import Level, RowFinding
from registry.services.imports.honors.columns import HONOR_COLUMNS
from registry.services.imports.honors.rows import ListedHonor, read_honor
from registry.services.imports.listed import Named
from registry.services.imports.matching import Matcher
from registry.services.imports.name_resolving import resolve_enterprises
from registry.services.imports.plan import Plan, PlannedSheet, Progress, RowPlan
from registry.services.imports.result import Options
from registry.services.imports.sheets import code_lists
from registry.services.imports.sheets.opening import open_sheets
from registry.services.imports.sheets.row_numbers import place
from registry.services.imports.stored_reports import chunks
from registry.spreadsheets import Book
from registry.values.bad_value import BadValue
from registry.wording import Message

_Key = tuple[int, str, int | None]
"""(enterprise draft, kind, year): what an honour is found by, beside its level."""


@dataclass(kw_only=True, slots=True)
class HonorDraft(Draft):
    """An honour; `row` is the row of the file that states it."""

    enterprise: EnterpriseDraft
    kind: str
    level: str | None
    year: int | None
    document: str = ""
    row: int | None = None


@dataclass(slots=True)
class HonorRowPlan(RowPlan):
    """What becomes of one row of a list of honours."""

    stated: ListedHonor | None = None
    enterprise: EnterpriseDraft | None = None
    honor: HonorDraft | None = None


@dataclass
class HonorPlan(Plan):
    """An import of honours."""

    honors: list[HonorRowPlan] = field(default_factory=list)


def plan_honors(
    session: Session, book: Book, asker: Asker, options: Options, *, today: date, progress: Progress | None = None
) -> HonorPlan:
    """Compare a list of honours with the registry. Raises InvalidInput (field `file`) without a usable header."""
    lists = code_lists.load(session)
    opened = open_sheets(book, HONOR_COLUMNS, asker, options, lists, ())
    plan = HonorPlan([], [], [], memory=asker.memory)
    for sheet in opened.sheets:
        for prepared in sheet.rows():
            row = HonorRowPlan(prepared.row.number, prepared.findings, waiting=prepared.waits, layout=sheet.layout)
            plan.honors.append(row)
            if not row.refused and not row.waiting:
                read = read_honor(prepared.row, sheet.layout, lists, today, asker, opened.notes)
                row.stated, row.waiting, row.skipped = read.honor, read.waiting, read.skipped
                row.findings += read.findings
                if row.stated is not None:
                    row.named = _named(row.stated)
            sheet.done(prepared, refused=row.refused)
            if progress is not None and len(plan.honors) % 500 == 0:
                progress(Message("检查"), len(plan.honors), 0)
        plan.sheets.append(
            PlannedSheet(sheet.sheet.table, sheet.layout, sheet.sheet.label, sheet.sheet.position, sheet.filler.filled)
        )
    plan.rows = list(plan.honors)
    _match(session, plan, asker, lists)
    plan.notices, plan.questions = opened.lines(), asker.questions()
    return plan


def _accepted(plan: HonorPlan) -> Iterator[tuple[HonorRowPlan, ListedHonor]]:
    return ((row, row.stated) for row in plan.honors if row.stated is not None and not row.refused and not row.waiting)


def _named(stated: ListedHonor) -> Named:
    """What a row names, as the questions about similar names take it."""
    return Named(
        enterprise=stated.enterprise,
        enterprise_key=stated.enterprise_key,
        former=stated.former,
        uscc=stated.uscc,
        name="",
        name_key="",
    )


def _match(session: Session, plan: HonorPlan, asker: Asker, lists: code_lists.WrittenCodes) -> None:
    """Find or make the enterprise and the honour of each row; rows with a code first, as in lists of titles.

    A name that is like one on record, or like an earlier one of the list, is asked about by the rule of those lists.
    """
    resolved = resolve_enterprises(plan.rows, stock.directory(session), asker, lists.city.all_places)
    for row in plan.honors:
        if row.named is not None and row.named.enterprise_key in resolved.open:
            row.waiting = True
    accepted = list(_accepted(plan))
    keys = {stated.enterprise_key for _, stated in accepted}
    keys |= {name_key(stated.former) for _, stated in accepted if stated.former}
    found = stock.load_named(
        session,
        names=keys | {resolved.key(key) for key in keys},
        codes={stated.uscc for _, stated in accepted if stated.uscc},
        projects=(),
    )
    matcher = Matcher(found, [stated for _, stated in accepted], resolved, asker)
    for row, stated in sorted(accepted, key=lambda pair: pair[1].uscc is None):
        try:
            row.enterprise = matcher.enterprise(stated, row.header("enterprise"))
        except Waiting:
            row.waiting = True
        except BadValue as error:
            column = "uscc" if stated.uscc is not None else "enterprise"
            row.refuse(row.header(column), stated.uscc or stated.enterprise, error)
    known = _stored(session, found)
    for row, stated in _accepted(plan):
        if row.enterprise is not None:
            _settle(row, stated, row.enterprise, known)
    plan.enterprises = list({id(row.enterprise): row.enterprise for row in plan.honors if row.enterprise}.values())


def _stored(session: Session, found: stock.Stock) -> dict[_Key, list[HonorDraft]]:
    known: dict[_Key, list[HonorDraft]] = {}
    for ids in chunks(found.enterprises.keys()):
        statement = select(EnterpriseHonor.__table__).where(EnterpriseHonor.enterprise_id.in_(ids))
        for row in session.execute(statement.order_by(EnterpriseHonor.id)):
            enterprise = found.enterprises[row.enterprise_id]
            draft = HonorDraft(
                id=row.id,
                enterprise=enterprise,
                kind=row.kind,
                level=row.level,
                year=row.year,
                document=row.document_number,
            )
            known.setdefault((id(enterprise), row.kind, row.year), []).append(draft)
    return known


def _settle(
    row: HonorRowPlan,
    stated: ListedHonor,
    enterprise: EnterpriseDraft,
    known: dict[_Key, list[HonorDraft]],
) -> None:
    """The honour of a row, existing or new; a level or a document that was not stated is filled in."""
    same = known.setdefault((id(enterprise), stated.kind, stated.year), [])
    honor = next((each for each in same if each.level == stated.level), None)
    if honor is None and stated.level is None and len(same) == 1:
        honor = same[0]
    if honor is None and stated.level is not None:
        honor = next((each for each in same if each.level is None and each.row is None), None)
    if honor is not None and honor.row is not None:
        error = BadValue(Message("与%(where)s是同一家企业的同一项荣誉", where=place(honor.row)), Message("请删去一行"))
        row.refuse(row.header("honor"), stated.kind, error)
        return
    if honor is None:
        honor = HonorDraft(
            enterprise=enterprise, kind=stated.kind, level=stated.level, year=stated.year, document=stated.document
        )
        same.append(honor)
        row.is_new = True
        if enterprise.id is None and enterprise.row == row.number:
            row.findings.append(
                RowFinding(
                    row=row.number,
                    column=row.header("enterprise"),
                    value=stated.enterprise,
                    reason=Message("登记里还没有这家企业"),
                    way_out=Message("将新建这家企业；如是已有企业的另一种写法，请改为一致"),
                    level=Level.WARNING,
                )
            )
    else:
        for name, value in (("level", stated.level), ("document", stated.document)):
            if value and honor.assign(name, value):
                row.changes[name] = honor.changes[name]
        if enterprise.id is not None and "uscc" in enterprise.changes and stated.uscc is not None:
            row.changes["uscc"] = enterprise.changes["uscc"]
    if enterprise.id is not None:
        if "name" in enterprise.changes and enterprise.name_key == stated.enterprise_key:
            row.changes["enterprise.name"] = enterprise.changes["name"]
        borne = [each.name for each in enterprise.former if name_key(each.name) == name_key(stated.former)]
        if stated.former and borne:
            row.changes["enterprise.former"] = (None, borne[0])
    honor.row, row.honor = row.number, honor
