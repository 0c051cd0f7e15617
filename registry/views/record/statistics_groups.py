"""The grouping that the statistics page shows: a table with its whole, the ladder, or the grades."""

from __future__ import annotations

from typing import Any

from registry.i18n import _, language
from registry.kpi_definitions import KpiDefinition
from registry.measures import Measure
from registry.queries.catalogue.dimensions import BY_NAME
from registry.queries.catalogue.filters import Filters
from registry.queries.catalogue.kpi_columns import KpiColumns
from registry.queries.catalogue.selection import Selection
from registry.queries.statistics.crossed import NAME as CROSSED
from registry.queries.statistics.crossed import crossed
from registry.queries.statistics.grouping import GroupTable, group_table
from registry.queries.statistics.scope import statistics_of
from registry.queries.statistics.trends import Flow, ladder
from registry.queries.statistics.workbook import unit_of_figure
from registry.terms import KpiKind
from registry.views.record import charts
from registry.views.record.figure_cells import Cell, figure_cell
from registry.views.web.runtime import catalogue

INVESTMENT = "total_investment"


def groups_view(wanted: Filters, selection: Selection, before: Selection | None, columns: KpiColumns) -> dict[str, Any]:
    """The chosen grouping; the ladder and the grades have tables of their own."""
    lists, table, flows = catalogue().lists, None, list[Flow]()
    grades: dict[str, int] = {}
    codes = [INVESTMENT, *([wanted.measure] if wanted.measure in lists.kpis else [])]
    codes = list(dict.fromkeys(code for code in codes if code in columns))
    parts = None
    if wanted.group == CROSSED:
        parts = crossed(selection)
    elif wanted.group == "ladder":
        flows = ladder(selection)
    elif wanted.group == "grade":
        found = statistics_of(selection, wanted, columns)
        grades = {str(grade): count for grade, count in found.maturity.items()}
    else:
        table = group_table(selection, before, wanted.group, columns, codes, wanted.method)
    return {
        "table": table,
        "group_cells": _group_cells(table, codes) if table else {},
        "group_codes": [(code, _column_head(lists.kpis[code])) for code in codes],
        "group_name": group_label(wanted.group),
        "is_crossed": wanted.group == CROSSED,
        "crossed": parts,
        "ladder": flows,
        "ladder_bars": _ladder_bars(flows),
        "grade_bars": charts.bars(grades),
    }


def group_label(name: str) -> str:
    """What a tab of the groupings is called."""
    further = {"honor": _("企业荣誉"), "ladder": _("梯度培育"), "grade": _("成熟度"), CROSSED: _("板块 × 级别 × 年份")}
    return further.get(name) or (BY_NAME[name].en if language() == "en" else BY_NAME[name].zh)


def _column_head(item: KpiDefinition) -> str:
    unit = Measure(unit_of_figure(item)).label(language())
    if item.kind == KpiKind.CHANGE:
        return item.label(language())
    return _("%(name)s（%(unit)s）", name=item.label(language()), unit=unit)


def _group_cells(table: GroupTable, codes: list[str]) -> dict[tuple[str, str], Cell]:
    """(value of the group, KPI) → cell; '' is the whole."""
    found = {
        (row.group.value, code): figure_cell(code, row.figures[code], row.filters, bare=True)
        for row in table.rows
        for code in codes
    }
    total = table.total
    return found | {("", code): figure_cell(code, total.figures[code], total.filters, bare=True) for code in codes}


def _ladder_bars(flows: list[Flow]) -> list[charts.Bar]:
    counts: dict[str, int] = {}
    for flow in flows:
        counts |= {flow.lower: flow.holders, flow.both: flow.climbed}
    return charts.bars(counts)
