"""One grouping of a scope as a table: counts, the year before, shares, figures of KPIs, and the whole.

Amounts that could be computed from others are withheld: a group with fewer than three values has none, and where all
groups without an amount together have fewer than three values, one more group has none either, since its amount would
lead to theirs by subtraction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from registry.indicators import MIN_SAMPLE, round_half_up
from registry.queries.catalogue.columns import NOT_STATED, Ints
from registry.queries.catalogue.dimensions import BY_NAME, TITLE_DIMENSIONS
from registry.queries.catalogue.filters import Filters
from registry.queries.catalogue.kpi_columns import Figure, KpiColumn
from registry.queries.catalogue.selection import Selection
from registry.queries.statistics.scope import Group, breakdown, kpi_figure, narrowed
from registry.terms import KpiKind


@dataclass(frozen=True)
class GroupRow:
    """One group; `before` are its titles a year earlier, None where nothing is compared, `share` is of the titles
    of all groups in per cent, `figures` by KPI code, `filters` the scope of the group."""

    group: Group
    before: int | None
    share: Decimal | None
    figures: Mapping[str, Figure]
    filters: Filters

    @property
    def change(self) -> int | None:
        """How many titles more than a year earlier."""
        return None if self.before is None else self.group.recognitions - self.before


@dataclass(frozen=True)
class GroupTable:
    """A grouping with its whole, in which a project, and an enterprise, counts once."""

    name: str
    rows: tuple[GroupRow, ...]
    total: GroupRow


def group_table(
    selection: Selection,
    before: Selection | None,
    name: str,
    columns: Mapping[str, KpiColumn],
    codes: Sequence[str],
    method: str,
) -> GroupTable:
    """The scope grouped by one dimension; a group that was there a year earlier alone has a row too."""
    then = breakdown(before, name) if before else []
    groups = _with_earlier(breakdown(selection, name), then)
    earlier = {group.code: group.recognitions for group in then}
    figures = {code: group_figures(selection, name, groups, columns[code], method) for code in codes}
    whole = len(selection.titles)
    rows = tuple(
        GroupRow(
            group,
            earlier.get(group.code, 0) if before else None,
            round_half_up(Fraction(group.recognitions * 100, whole)) if whole else None,
            {code: found[place] for code, found in figures.items()},
            narrowed(selection.filters, name, group.value),
        )
        for place, group in enumerate(groups)
    )
    total = GroupRow(
        Group(None, "合计", "In all", *selection.sizes),
        len(before.titles) if before else None,
        round_half_up(Fraction(100)) if whole else None,
        {code: kpi_figure(columns[code], selection, method) for code in codes},
        selection.filters,
    )
    return GroupTable(name, rows, total)


def _with_earlier(groups: list[Group], earlier: list[Group]) -> list[Group]:
    """The groups of now, and those of a year earlier that have no title any more, in the order of the earlier ones
    among them."""
    known = {group.code for group in groups}
    gone = [replace(group, recognitions=0, projects=0, enterprises=0) for group in earlier if group.code not in known]
    return [*(g for g in groups if g.code is not None), *gone, *(g for g in groups if g.code is None)]


def group_figures(
    selection: Selection, name: str, groups: Sequence[Group], column: KpiColumn, method: str
) -> list[Figure]:
    """The figure of one KPI in each group: that of the list of the group alone."""
    found = [kpi_figure(column, selection, method, titles) for titles in _latest_by(selection, name, groups)]
    return disclosed(found) if column.kind == KpiKind.AMOUNT else found


def _latest_by(selection: Selection, name: str, groups: Sequence[Group]) -> list[Ints]:
    """The titles whose reports count in each group. Of a project as such no value is another in another list."""
    if name in TITLE_DIMENSIONS or name not in BY_NAME:
        return [selection.but(**{name: (group.value,)}).latest for group in groups]
    dimension = BY_NAME[name]
    places: dict[str | None, int] = {code: place for place, code in enumerate(dimension.codes(selection.catalogue))}
    column = dimension.column(selection.catalogue, None)[selection.projects]
    return [selection.latest[column == places.get(group.code, NOT_STATED)] for group in groups]


def disclosed(figures: Sequence[Figure]) -> list[Figure]:
    """Sums of the groups of one whole, without those that could be told from the others by subtraction."""
    found = list(figures)
    hidden = sum(figure.n for figure in found if figure.value is None)
    while 0 < hidden < MIN_SAMPLE:
        shown = [place for place, figure in enumerate(found) if figure.value is not None]
        if not shown:
            break
        place = min(shown, key=lambda place: found[place].n)
        hidden += found[place].n
        found[place] = found[place].withheld()
    return found
