"""Figures of a project over the years: its title's report and its yearly ones. Never part of a batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from registry.db import plain
from registry.kpi_definitions import kpis
from registry.models import KpiReport, KpiValue
from registry.queries.record.kpis import PublicKpi, is_public
from registry.queries.record.rows import merged
from registry.terms import PERCENTAGES, Basis, ReportKind

Series = dict[str, list[tuple[int, PublicKpi]]]
"""KPI code → (year, public value), the years in order."""


_VALUES = (
    select(
        KpiReport.project_id,
        KpiReport.report_year,
        KpiReport.baseline_year,
        KpiReport.basis,
        KpiValue.kpi_code,
        KpiValue.baseline,
        KpiValue.current,
        KpiValue.measure,
    )
    .join(KpiValue, KpiValue.report_id == KpiReport.id)
    # Later rows of the query replace earlier ones.
    .order_by(KpiReport.kind == ReportKind.YEARLY.value, KpiReport.basis == Basis.VERIFIED.value, KpiReport.id)
)
_OF_PROJECT = _VALUES.where(KpiReport.project_id == bindparam("id"))
_YEARLY = _VALUES.where(KpiReport.kind == ReportKind.YEARLY.value)


def series_of(session: Session, project_id: int) -> Series:
    """The public figures of a project by year, of those KPIs that it stated for two years at least (one query).

    In one year a yearly report stands before that of a title, a verified value before a declared one.
    """
    rows = plain(session, _OF_PROJECT, id=project_id).all()
    if len({row.report_year for row in rows} - {None}) < 2:
        return {}
    found = _by_year(rows)[project_id]
    by_code: Series = defaultdict(list)
    for year in sorted(found):
        for code, value in found[year].items():
            if is_public(code) and value.kind in PERCENTAGES and value.exact is not None:
                by_code[code].append((year, value))
    order = [item.code for item in kpis()]
    return {code: by_code[code] for code in order if len(by_code.get(code, [])) > 1}


def yearly_values(session: Session, project_ids: Iterable[int] | None = None) -> dict[int, dict[str, list[Fraction]]]:
    """Year → KPI code → the values of all yearly reports of these projects (None: of all) for that year."""
    wanted = None if project_ids is None else set(project_ids)
    found: dict[int, dict[str, list[Fraction]]] = defaultdict(lambda: defaultdict(list))
    for project_id, years in _by_year(plain(session, _YEARLY)).items():
        if wanted is not None and project_id not in wanted:
            continue
        for year, values in years.items():
            for code, value in values.items():
                if value.exact is not None and value.kind in PERCENTAGES:
                    found[year][code].append(value.exact)
    return found


def _by_year(rows: Iterable[Any]) -> dict[int, dict[int, dict[str, PublicKpi]]]:
    """Project → year → merged public values."""
    stated = (((project_id, year), year, *rest) for project_id, year, *rest in rows if year is not None)
    found: dict[int, dict[int, dict[str, PublicKpi]]] = defaultdict(dict)
    for (project_id, year), values in merged(stated).items():
        found[project_id][year] = values
    return found
