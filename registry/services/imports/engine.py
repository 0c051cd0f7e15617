"""The one way of a list into the registry, for the command and for the page: read, answer, read again, apply.

`read_list` reads and writes nothing; it is asked again with more answers until nothing is open. `apply_list` writes
what was read. Neither prints.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import spreadsheets
from registry.errors import InvalidInput
from registry.models import Counter, NameDecision
from registry.permissions import Actor
from registry.services.imports.applying import apply_plan
from registry.services.imports.asking.asker import Asker
from registry.services.imports.asking.memory import recalled
from registry.services.imports.asking.questions import WrongAnswer
from registry.services.imports.checked_options import check_options
from registry.services.imports.enterprises.applying import apply_facts
from registry.services.imports.enterprises.planning import FactsPlan, plan_facts
from registry.services.imports.findings import Outcome
from registry.services.imports.honors.applying import apply_honors
from registry.services.imports.honors.planning import HonorPlan, plan_honors
from registry.services.imports.kpis.applying import apply_kpis
from registry.services.imports.kpis.planning import KpiPlan, plan_values
from registry.services.imports.own.annex import annex
from registry.services.imports.own.projects import plan_own_projects
from registry.services.imports.plan import Plan, Progress
from registry.services.imports.planning import plan_titles
from registry.services.imports.report import differences
from registry.services.imports.result import (
    NO_OPTIONS,
    ListKind,
    ListReading,
    Options,
    RowResult,
)
from registry.services.imports.sheets.refusing import HeaderRefused
from registry.services.imports.sheets.row_numbers import plain_number, sheet_of
from registry.services.imports.sheets.understood import understood
from registry.services.imports.totals.applying import apply_totals
from registry.services.imports.totals.planning import TotalPlan, plan_totals
from registry.services.record import search_index
from registry.spreadsheets import Book
from registry.wording import Message


def read_list(
    session: Session,
    kind: ListKind,
    data: bytes,
    *,
    name: str = "",
    options: Options = NO_OPTIONS,
    answers: Mapping[str, str] | None = None,
    today: date,
    progress: Progress | None = None,
) -> ListReading:
    """Read a list and compare it with the registry; nothing is written.

    `name` is the file's name (only its ending matters). `answers` maps ids of questions to answers; one that is
    no choice of its question raises WrongAnswer. A file that cannot be read is a reading with a `refusal`.
    """
    tell = progress or (lambda work, done, of: None)
    asker = Asker(answers or {}, recalled(session), today)
    try:
        book = spreadsheets.read_book(data, lambda rows: tell(Message("读取"), rows, 0), name=name)
        check_options(session, options, today)
        if kind is ListKind.HONORS:
            plan: Plan = plan_honors(session, book, asker, options, today=today, progress=progress)
        elif kind is ListKind.TOTALS:
            plan = plan_totals(session, book, asker, options, today=today, progress=progress)
        elif kind is ListKind.ENTERPRISES:
            plan = plan_facts(session, book, asker, options, today=today, progress=progress)
        elif kind is ListKind.KPIS:
            plan = plan_values(session, book, asker, options, today=today, progress=progress)
        else:
            plan = _plan_titles(session, book, asker, options, today, progress)
    except WrongAnswer:
        raise
    except HeaderRefused as error:
        return ListReading(kind=kind, refusal=error.message, sheets=tuple(understood(sheet) for sheet in error.sheets))
    except InvalidInput as error:
        return ListReading(kind=kind, refusal=error.message)
    return _reading(kind, plan, asker)


def _plan_titles(
    session: Session, book: Book, asker: Asker, options: Options, today: date, progress: Progress | None
) -> Plan:
    """The plan of a list of titles, of an annex with what its second sheet says, or of a file of projects."""
    own = plan_own_projects(session, book, today=today)
    if own is not None:
        return own
    hint = annex(book, options)
    if hint is not None:
        return plan_titles(session, hint.book, asker, hint.options, today=today, progress=progress, derived=True)
    return plan_titles(session, book, asker, options, today=today, progress=progress)


def apply_list(
    session: Session,
    actor: Actor,
    reading: ListReading,
    *,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> None:
    """Write a list as it was read, in the caller's transaction, all or nothing. Ends in `flush()`.

    Raises InvalidInput while anything is refused or open, NotAllowed, and Conflict when the registry has changed
    since the list was read. A reading can be applied once.
    """
    if not reading.applicable or reading.plan is None:
        raise InvalidInput(Message("有被拒绝的行或待答复的问题，未导入任何内容。请处理后再导入。"), field="file")
    if isinstance(reading.plan, KpiPlan):
        apply_kpis(session, actor, reading.plan, now=now, progress=progress)
    elif isinstance(reading.plan, HonorPlan):
        apply_honors(session, actor, reading.plan, now=now, progress=progress)
    elif isinstance(reading.plan, FactsPlan):
        apply_facts(session, actor, reading.plan, now=now, progress=progress)
    elif isinstance(reading.plan, TotalPlan):
        apply_totals(session, actor, reading.plan, now=now, progress=progress)
    else:
        apply_plan(session, actor, reading.plan, now=now, progress=progress)


def prepare_list(reading: ListReading) -> None:
    """Do what can be done before the transaction that writes a list, so that others wait less for it."""
    if reading.plan is None or not reading.applicable:
        return
    for row in reading.plan.rows:
        if row.title is not None and row.outcome in (Outcome.NEW, Outcome.CHANGED):
            project = row.title.project
            owner = project.enterprise.name if project.enterprise is not None else ""
            search_index.spell((project.name, owner, row.title.name_awarded, row.title.enterprise_awarded))


def state_of_record(session: Session) -> tuple[Any, ...]:
    """Moves whenever something changes that a reading looks at: the record, code lists, decisions on names."""
    decisions = session.execute(
        select(func.count(NameDecision.id), func.max(NameDecision.id), func.max(NameDecision.decided_at))
    ).one()
    revision = session.scalar(select(Counter.value).where(Counter.name == "revision"))
    return revision, *decisions


def _reading(kind: ListKind, plan: Plan, asker: Asker) -> ListReading:
    for identifier in asker.unknown():
        plan.notices.append(Message("答复 %(id)s 对应的问题不在这份名单里，没有用到。", id=identifier))
    return ListReading(
        kind=kind,
        sheets=tuple(understood(sheet) for sheet in plan.sheets),
        questions=plan.questions,
        answered=dict(asker.used),
        settled=asker.settled(),
        notices=tuple(plan.notices),
        rows=tuple(
            RowResult(
                sheet=sheet_of(row.number),
                row=plain_number(row.number),
                outcome=row.outcome,
                differences=tuple(differences(plan, row)),
                findings=tuple(row.findings),
            )
            for row in plan.rows
        ),
        counts=plan.named_counts(),
        plan=plan,
    )
