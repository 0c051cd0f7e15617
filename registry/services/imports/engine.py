"""The one way of a list into the registry, for the command and for the page: read, answer, read again, apply.

`read_list` reads and writes nothing; it is asked again with more answers until nothing is open. `apply_list` writes
what was read. Neither prints.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from registry import spreadsheets
from registry.errors import InvalidInput
from registry.permissions import Actor
from registry.services.imports.applying import apply_plan
from registry.services.imports.findings import Outcome
from registry.services.imports.honors.applying import apply_honors
from registry.services.imports.honors.planning import HonorPlan, plan_honors
from registry.services.imports.kpi_applying import apply_kpis
from registry.services.imports.kpi_planning import KpiPlan, plan_kpis
from registry.services.imports.plan import Plan, Progress
from registry.services.imports.planning import plan_projects
from registry.services.imports.report import differences
from registry.services.imports.result import (
    NO_OPTIONS,
    ListKind,
    ListReading,
    Options,
    RowResult,
)
from registry.services.imports.totals.applying import apply_totals
from registry.services.imports.totals.planning import TotalPlan, plan_totals

_NAMES = {Outcome.NEW: "new", Outcome.CHANGED: "changed", Outcome.UNCHANGED: "unchanged", Outcome.REFUSED: "refused"}


_PLANNERS: Mapping[ListKind, Callable[..., Plan]] = {
    ListKind.PROJECTS: plan_projects,
    ListKind.KPIS: plan_kpis,
    ListKind.HONORS: plan_honors,
    ListKind.TOTALS: plan_totals,
}


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
    try:
        table = spreadsheets.read_table(data, lambda rows: tell("读取", rows, 0))
        plan = _PLANNERS[kind](session, table, today=today, progress=progress)
    except InvalidInput as error:
        return ListReading(kind=kind, refusal=error.message)
    return _reading(kind, plan)


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
        raise InvalidInput("有被拒绝的行或待答复的问题，未导入任何内容。请处理后再导入。", field="file")
    if isinstance(reading.plan, KpiPlan):
        apply_kpis(session, actor, reading.plan, now=now, progress=progress)
    elif isinstance(reading.plan, HonorPlan):
        apply_honors(session, actor, reading.plan, now=now, progress=progress)
    elif isinstance(reading.plan, TotalPlan):
        apply_totals(session, actor, reading.plan, now=now, progress=progress)
    else:
        apply_plan(session, actor, reading.plan, now=now, progress=progress)


def _reading(kind: ListKind, plan: Plan) -> ListReading:
    counts = plan.counts
    return ListReading(
        kind=kind,
        notices=tuple(plan.notices),
        rows=tuple(
            RowResult(
                sheet="",
                row=row.number,
                outcome=row.outcome,
                differences=tuple(differences(row)),
                findings=tuple(row.findings),
            )
            for row in plan.rows
        ),
        counts={name: counts[outcome] for outcome, name in _NAMES.items()},
        plan=plan,
    )
