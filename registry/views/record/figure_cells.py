"""Figures as the cells of tables on the statistics page: words, number and unit, and the list behind them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from registry.i18n import _, language
from registry.indicators import Reason
from registry.measures import Measure
from registry.queries.catalogue.filters import Filters
from registry.queries.catalogue.kpi_columns import Figure
from registry.queries.statistics.workbook import unit_of_figure
from registry.terms import KpiKind
from registry.views.web.page import change_text
from registry.views.web.runtime import catalogue


@dataclass(frozen=True)
class Cell:
    """A figure in a table: words before it, the figure with its unit, and the list behind it, '' where no list holds
    exactly its projects; `muted` stands for the figure where there is none."""

    before: str = ""
    figure: str = ""
    filters: Filters | None = None
    muted: str = ""
    note: str = ""


def figure_cell(code: str, figure: Figure, filters: Filters | None, *, bare: bool = False) -> Cell:
    """A figure as a cell; with `bare` its column says the unit."""
    item = catalogue().lists.kpis[code]
    if figure.value is None:
        return Cell(muted=reason_text(figure))
    behind = None
    if filters is not None and not figure.left_out:
        behind = filters.but(rows="projects", page=1, has=tuple(dict.fromkeys((*filters.has, code))))
    note = f"n = {figure.n}" if figure.left_out else ""
    if item.kind == KpiKind.CHANGE:
        worse, text = change_text(item.direction, Fraction(figure.value), code)
        said, _blank, number = text.rpartition(" ")
        if not said:
            return Cell(before=text, filters=behind, note=note)
        lead = _("变差：%(change)s", change=said) if worse else said
        return Cell(before=lead, figure=number, filters=behind, note=note)
    if item.kind in (KpiKind.SHARE, KpiKind.LEVEL):
        return Cell(figure=f"{figure.value}%", filters=behind, note=note)
    unit = "" if bare else " " + Measure(unit_of_figure(item)).label(language())
    return Cell(figure=f"{figure.value}{unit}", filters=behind, note=note)


def reason_text(figure: Figure) -> str:
    """Why there is no figure."""
    words = {
        Reason.MIXED_UNITS: _("口径不一致"),
        Reason.WITHHELD: _("不单列"),
        Reason.NO_DATA: _("没有数据") if figure.of else _("没有项目"),
        Reason.TOO_FEW: _("样本不足"),
    }
    return words[figure.reason or Reason.TOO_FEW]
