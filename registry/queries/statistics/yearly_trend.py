"""What yearly reports say of a scope, year by year: a trend beside the figures of batches, never in them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy.orm import Session

from registry.indicators import MIN_SAMPLE
from registry.kpi_definitions import kpis
from registry.queries.catalogue.selection import Selection
from registry.queries.record.yearly import yearly_values

MOST_YEARS = 6


@dataclass(frozen=True)
class YearMean:
    """The simple mean of one KPI over the yearly reports of a year; None under three of them."""

    year: int
    mean: Fraction | None
    n: int


def yearly_trend(session: Session, selection: Selection) -> dict[str, list[YearMean]]:
    """KPI code → its last years, for KPIs that at least three projects stated in two years (one query)."""
    ids = selection.catalogue.ids[selection.projects].tolist()
    by_year = yearly_values(session, ids)
    years = sorted(by_year)[-MOST_YEARS:]
    stated = {code for year in years for code in by_year[year]}
    codes = [item.code for item in kpis() if item.code in stated]
    found = {code: [_mean(year, by_year[year].get(code, [])) for year in years] for code in codes}
    return {code: means for code, means in found.items() if sum(mean.mean is not None for mean in means) > 1}


def _mean(year: int, values: list[Fraction]) -> YearMean:
    mean = sum(values, Fraction(0)) / len(values) if len(values) >= MIN_SAMPLE else None
    return YearMean(year, mean, len(values))
