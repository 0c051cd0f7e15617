"""KPI values: stored derived values equal the recomputed ones, and each set of inputs can be true."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from registry.indicators import comparable, derive, plain, round_half_up
from registry.kpi_definitions import KpiDefinition, definitions
from registry.models import KpiReport, KpiValue, Project, Recognition
from registry.services.doctor.findings import Finding, shown, stream
from registry.terms import Basis, KpiKind, ReportKind
from registry.values.kpi_checks import Doubt, Gravity, KpiInput, Part, check_values, with_shares
from registry.wording import Message

_WAY_OUT = Message("请核对该项目的指标，改正后重新导入")


def check_kpis(session: Session) -> Iterator[Finding]:
    """Every report: its owner, `comparable`, shares against counts, and the rules for sets."""
    statement = (
        select(
            KpiReport.id, KpiReport.kind, KpiReport.basis, KpiReport.report_year, KpiReport.project_id, Project.code,
            Recognition.project_id.label("title_project"),
            KpiValue.kpi_code, KpiValue.baseline, KpiValue.current, KpiValue.measure, KpiValue.comparable,
        )
        .outerjoin(Project, Project.id == KpiReport.project_id)
        .outerjoin(Recognition, Recognition.id == KpiReport.recognition_id)
        .outerjoin(KpiValue, KpiValue.report_id == KpiReport.id)
        .order_by(KpiReport.id, KpiValue.kpi_code)
    )  # fmt: skip
    for _, group in groupby(stream(session, statement), key=lambda row: row.id):
        rows = list(group)
        record = _record(rows[0])
        yield from _owner(rows[0], record)
        known = [row for row in rows if row.kpi_code in definitions()]
        for row in known:
            yield from _comparable(row, record)
        values = {
            row.kpi_code: KpiInput(baseline=row.baseline, current=row.current, measure=row.measure) for row in known
        }
        yield from _shares(values, record)
        for doubt in check_values(values):
            yield _doubt(doubt, values[doubt.kpi], record)


def _record(row: Row[Any]) -> str:
    kind = ReportKind(row.kind)
    year = Message("%(report_year)s 年", report_year=row.report_year) if row.report_year else Message("年份不详")
    return Message(
        "项目 %(code)s %(kind)s（%(year)s，%(basis)s）",
        code=shown(row.code),
        kind=kind,
        year=year,
        basis=Basis(row.basis),
    )


def _owner(row: Row[Any], record: str) -> Iterator[Finding]:
    if row.kind == ReportKind.RECOGNITION and row.title_project != row.project_id:
        yield Finding(
            what=Message("报告所属项目"),
            record=record,
            stored=Message("项目序号 %(project_id)s", project_id=row.project_id),
            computed=Message("认定所属的项目序号 %(title_project)s", title_project=shown(row.title_project)),
            way_out=Message("请由系统管理员核对此报告属于哪个项目"),
        )


def _comparable(row: Row[Any], record: str) -> Iterator[Finding]:
    definition = definitions()[row.kpi_code]
    computed = comparable(definition.kind, baseline=row.baseline, current=row.current)
    if row.comparable != computed:
        what = Message("%(definition)s是否可比", definition=definition)
        yield Finding(
            what=what, record=record, stored=shown(row.comparable), computed=shown(computed), way_out=_WAY_OUT
        )


def _shares(values: dict[str, KpiInput], record: str) -> Iterator[Finding]:
    """A share whose counts are there is the share of these counts."""
    for code, implied in with_shares(values).items():
        stored, definition = values.get(code), definitions()[code]
        if definition.numerator is None or definition.denominator is None or implied is stored:
            continue
        if stored is None or _rate(stored) != _rate(implied):
            computed = Message(
                "%(share)s（%(part)s / %(whole)s）",
                share=_percent(implied),
                part=_number(implied.current),
                whole=_number(implied.baseline),
            )
            yield Finding(
                what=definition.name,
                record=record,
                stored=_percent(stored) if stored else shown(None),
                computed=computed,
                way_out=_WAY_OUT,
            )


def _rate(value: KpiInput) -> Any:
    return derive(KpiKind.SHARE, baseline=value.baseline, current=value.current)


def _percent(value: KpiInput) -> str:
    rate = _rate(value)
    return Message("不可比") if rate is None else f"{round_half_up(rate, 2)} %"


def _number(value: Decimal | None) -> str:
    return shown(None) if value is None else plain(value)


def _doubt(doubt: Doubt, value: KpiInput, record: str) -> Finding:
    """Errors of the rules are findings; a change without its other half is kept as 不可比, hence a note."""
    definition = definitions()[doubt.kpi]
    half = definition.kind == KpiKind.CHANGE and (value.baseline is None or value.current is None)
    return Finding(
        what=_input(definition, doubt.part),
        record=record,
        stored=_number(value.baseline if doubt.part == Part.BASELINE else value.current),
        computed=doubt.reason,
        way_out=doubt.way_out,
        is_note=half or doubt.gravity != Gravity.ERROR,
    )


def _input(definition: KpiDefinition, part: Part) -> str:
    if definition.kind != KpiKind.CHANGE:
        return Message("%(kpi)s", kpi=definition)
    if part == Part.BASELINE:
        return Message("%(kpi)s（改造前）", kpi=definition)
    return Message("%(kpi)s（改造后）", kpi=definition)
