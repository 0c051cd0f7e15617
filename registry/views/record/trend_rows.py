"""Figures over the years as a row of a table with a small line beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from registry.i18n import _, language
from registry.indicators import round_half_up, verb
from registry.kpi_definitions import kpi
from registry.queries.record.yearly import Series
from registry.queries.statistics.yearly_trend import YearMean
from registry.terms import KpiKind
from registry.views.web.page import verb_word

WIDTH, HEIGHT, EDGE = 124.0, 32.0, 5.0


@dataclass(frozen=True)
class TrendRow:
    """One KPI: its figure by year in words ('' where there is none), the same as a line, and both told in one
    sentence to whoever does not see the line."""

    name: str
    cells: list[str]
    path: str
    dots: list[tuple[float, float]]
    label: str


def project_trend(series: Series) -> tuple[list[int], list[TrendRow]]:
    """(years, rows) of a project; both empty without two years of anything."""
    years = sorted({year for points in series.values() for year, _value in points})
    rows = []
    for code, points in series.items():
        exact = {year: value.exact for year, value in points if value.exact is not None}
        rows.append(_row(code, years, exact, {}))
    return years, rows


def scope_trend(found: dict[str, list[YearMean]]) -> tuple[list[int], list[TrendRow]]:
    """(years, rows) of a scope: means with the number of reports behind each."""
    years = [mean.year for mean in next(iter(found.values()), [])]
    rows = []
    for code, means in found.items():
        exact = {mean.year: mean.mean for mean in means if mean.mean is not None}
        notes = {mean.year: _("n=%(n)s", n=mean.n) for mean in means if mean.n}
        rows.append(_row(code, years, exact, notes))
    return years, rows


def _row(code: str, years: Sequence[int], exact: dict[int, Fraction], notes: dict[int, str]) -> TrendRow:
    definition = kpi(code)
    name = definition.label(language())
    cells = []
    for year in years:
        words = _words(code, exact[year]) if year in exact else _("样本不足") if year in notes else ""
        cells.append(_("%(words)s（%(note)s）", words=words, note=notes[year]) if year in notes else words)
    told = [f"{year} {cell}" for year, cell in zip(years, cells, strict=True) if year in exact]
    dots = _dots(years, exact)
    path = "M" + "L".join(f"{x} {y}" for x, y in dots) if len(dots) > 1 else ""
    return TrendRow(name, cells, path, dots, _("%(name)s：%(told)s", name=name, told=_("；").join(told)))


def _words(code: str, exact: Fraction) -> str:
    definition = kpi(code)
    figure = f"{abs(round_half_up(exact))}%"
    if definition.kind != KpiKind.CHANGE:
        return f"{round_half_up(exact)}%"
    worse, word = verb(definition.direction, exact)
    change = f"{verb_word(word)} {figure}"
    return _("变差：%(change)s", change=change) if worse else change


def _dots(years: Sequence[int], exact: dict[int, Fraction]) -> list[tuple[float, float]]:
    """Places of the figures on a scale of their own: years on equal steps, the smallest figure at the bottom."""
    low, high = min(exact.values()), max(exact.values())
    span = float(high - low) or 1.0
    step = (WIDTH - 2 * EDGE) / max(len(years) - 1, 1)
    found = []
    for place, year in enumerate(years):
        if year in exact:
            share = float(exact[year] - low) / span if high != low else 0.5
            found.append((round(EDGE + place * step, 1), round(HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE), 1)))
    return found
