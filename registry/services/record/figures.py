"""Correcting one figure of a title's report: checked with the whole set that it stands in."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import InvalidInput, NotFound
from registry.indicators import comparable, plain
from registry.kpi_definitions import kpi
from registry.models import KpiReport, KpiValue, Project, Recognition
from registry.permissions import Actor, Permission, require
from registry.services.events import Entry, record
from registry.terms import Basis, KpiKind
from registry.values import plain as typed_values
from registry.values.bad_value import BadValue, finding
from registry.values.kpi_checks import PERCENT, WHOLE, Gravity, KpiInput, check_values, declared_measure, with_shares
from registry.wording import Message


def read_input(code: str, *, baseline: str, current: str, measure: str) -> KpiInput:
    """The typed values of one KPI; raises InvalidInput at `baseline`, `current` or `measure`."""
    definition = kpi(code)
    if definition.numerator is not None:
        parts = [kpi(part) for part in (definition.numerator, definition.denominator) if part]
        raise InvalidInput(Message("%(name)s由台数算得；请更正%(names)s。", name=definition, names=parts), field="kpi")
    before, was_rated = _number("baseline", baseline, definition.unit)
    after, is_rated = _number("current", current, definition.unit)
    if definition.kind != KpiKind.CHANGE:
        if before is not None:
            raise InvalidInput(Message("这项指标只有一个值；请只填“改造后（或数值）”。"), field="baseline")
        if definition.kind == KpiKind.SHARE:
            return KpiInput(baseline=WHOLE, current=after, measure=PERCENT, as_rate=is_rated)
        return KpiInput(current=after, as_rate=is_rated)
    try:
        found = declared_measure(definition, measure.strip(), as_rate=was_rated or is_rated)
    except BadValue as error:
        raise InvalidInput(error.sentence, field="measure") from None
    return KpiInput(baseline=before, current=after, measure=found, as_rate=was_rated or is_rated)


def stored(session: Session, title_id: int) -> KpiReport | None:
    """The declared report of a title."""
    statement = select(KpiReport).where(KpiReport.recognition_id == title_id, KpiReport.basis == Basis.DECLARED.value)
    return session.scalars(statement).one_or_none()


def correct(
    session: Session, actor: Actor, title: Recognition, code: str, value: KpiInput, *, document: str, now: datetime
) -> KpiReport:
    """Put one figure right. Raises NotFound without a report, InvalidInput when the set would contradict itself
    (networked ≤ smart ≤ all), naming both."""
    require(actor, Permission.RECORD_CHANGE)
    report = checked(session, title, code, value)
    before = next((item for item in report.values if item.kpi_code == code), None)
    was = _shown(before) if before is not None else ""
    kept = {item.kpi_code: item for item in report.values}
    wanted = {
        item.kpi_code: KpiInput(baseline=item.baseline, current=item.current, measure=item.measure)
        for item in report.values
    }
    for each, input_ in with_shares(wanted | {code: value}).items():
        row = kept.get(each)
        if row is None:
            row = KpiValue(kpi_code=each, comparable=False)
            report.values.append(row)
        row.baseline, row.current, row.measure = input_.baseline, input_.current, input_.measure
        row.comparable = comparable(kpi(each).kind, baseline=input_.baseline, current=input_.current)
    session.get_one(Project, title.project_id).updated_at = now
    session.flush()
    now_row = next(item for item in report.values if item.kpi_code == code)
    changes: dict[str, tuple[Any, Any]] = {"kpi": (code, code), "value": (was, _shown(now_row))}
    entry = Entry(
        action="kpi.correct", subject_type="project", subject_id=title.project_id, changes=changes, note=document
    )
    record(session, actor, entry, at=now)
    return report


def checked(session: Session, title: Recognition, code: str, value: KpiInput) -> KpiReport:
    """The report that a correction goes into, once the whole set has passed its checks."""
    report = stored(session, title.id)
    if report is None:
        raise NotFound(Message("这项认定没有指标报告；请用指标导入补报。"))
    wanted = {
        item.kpi_code: KpiInput(baseline=item.baseline, current=item.current, measure=item.measure)
        for item in report.values
    }
    for doubt in check_values(with_shares(wanted | {code: value})):
        if doubt.gravity == Gravity.ERROR:
            raise InvalidInput(
                Message("%(kpi)s：%(finding)s", kpi=kpi(doubt.kpi), finding=finding(doubt.reason, doubt.way_out)),
                field="current",
            )
    return report


def _number(field: str, text: str, unit: str) -> tuple[Decimal | None, bool]:
    if not text.strip():
        return None, False
    try:
        return typed_values.percentage(text) if unit in (PERCENT, "") else (typed_values.number(text), False)
    except BadValue as error:
        raise InvalidInput(
            error.of(text),
            field=field,
        ) from None


def _shown(value: KpiValue) -> str:
    parts = [plain(part) for part in (value.baseline, value.current) if part is not None]
    return " → ".join(parts) + (f" {value.measure}" if value.measure else "")
