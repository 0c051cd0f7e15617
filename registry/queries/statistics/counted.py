"""What a scope counts: 有效, 累计 or 新增, over which years, and what stood there one year before.

The three only stand for values of `status`, `year_from`, `year_to` and `as_of`: titles in force, titles of every
status that were announced by a day, titles of every status of some batch years.
"""

from __future__ import annotations

from calendar import isleap
from datetime import MAXYEAR, date

from registry.queries.catalogue.columns import Catalogue
from registry.queries.catalogue.dimensions import NONE
from registry.queries.catalogue.filters import ALL_STATUS, DEFAULT_STATUS, Filters
from registry.queries.statistics.trends import years_on_record
from registry.terms import CountKind


def kind_of(filters: Filters) -> CountKind | None:
    """What these filters count; None for another choice of states, such as revoked ones only."""
    if filters.status == DEFAULT_STATUS:
        return CountKind.VALID
    if filters.status != ALL_STATUS:
        return None
    of_years = filters.year or filters.year_from or filters.year_to
    return CountKind.NEW if of_years and filters.as_of is None else CountKind.CUMULATIVE


def named_years(filters: Filters) -> list[int]:
    """The batch years that `year` names between 从 and 到, ascending; none where it names no years alone."""
    if NONE in filters.year:
        return []
    return [year for year in sorted(map(int, filters.year)) if year in _between(filters)]


def _between(filters: Filters) -> range:
    return range(filters.year_from or 0, (filters.year_to or MAXYEAR) + 1)


def span(filters: Filters) -> tuple[int | None, int | None]:
    """First and last batch year of a scope, None where it is open; years that follow each other are a span too, and
    those with gaps are none."""
    named = named_years(filters)
    if not named:
        return filters.year_from, filters.year_to
    return (named[0], named[-1]) if named == list(range(named[0], named[-1] + 1)) else (None, None)


def year_end(day: date | None) -> int | None:
    """The year that a day ends."""
    return day.year if day is not None and (day.month, day.day) == (12, 31) else None


def counting(filters: Filters, kind: CountKind, catalogue: Catalogue) -> Filters:
    """The filters that count this kind, of a form in which `year_from`, `year_to` are 从 and 到.

    A last year means its end for what is in force or was ever announced; another day that is asked for goes before
    it. New titles without any year are those of the latest batch year.
    """
    first, last = filters.year_from, filters.year_to
    if kind == CountKind.NEW:
        if first is None and last is None and not filters.year:
            first = last = years_on_record(catalogue)[-1]
        return filters.but(status=ALL_STATUS, year_from=first, year_to=last, as_of=None, page=1)
    day = filters.as_of
    if last is not None and (day is None or year_end(day) is not None):
        day = date(last, 12, 31)
    status = DEFAULT_STATUS if kind == CountKind.VALID else ALL_STATUS
    return filters.but(status=status, year_from=first, year_to=None, as_of=day, page=1)


def year_before(filters: Filters, catalogue: Catalogue) -> Filters | None:
    """The same scope one year before: the span of years just before this one, or the stock a year earlier.

    The stock of today is compared with the end of the year before the latest one on record, so that the answer
    does not change by the clock. None where there is nothing to compare with.
    """
    if kind_of(filters) == CountKind.NEW:
        first, last = span(filters)
        if first is None or last is None or (filters.year and not named_years(filters)):
            return None
        length = last - first + 1
        return filters.but(year=(), year_from=first - length, year_to=first - 1, page=1)
    if filters.as_of is None:
        return filters.but(as_of=date(years_on_record(catalogue)[-1] - 1, 12, 31), page=1)
    day = filters.as_of
    if (day.month, day.day) == (2, 29) and not isleap(day.year - 1):
        day = date(day.year, 2, 28)
    return filters.but(as_of=date(day.year - 1, day.month, day.day), page=1) if day.year > 1 else None
