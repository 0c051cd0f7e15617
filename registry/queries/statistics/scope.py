"""Statistics of any scope: counts of titles, projects and enterprises, KPI figures, breakdowns.

`recognitions` are the titles in scope, `projects` the distinct projects that hold them, `enterprises`
those that hold the projects. KPI figures take one report a project: that of its latest title in scope.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from registry import reference
from registry.queries.catalogue.columns import NOT_STATED, Catalogue, Ints
from registry.queries.catalogue.counting import distinct_by
from registry.queries.catalogue.current import catalogue_columns
from registry.queries.catalogue.description import honor_label
from registry.queries.catalogue.dimensions import BREAKDOWNS, BY_NAME, NONE, TITLE_DIMENSIONS
from registry.queries.catalogue.filters import Filters
from registry.queries.catalogue.kpi_columns import Figure, KpiColumn, aggregate, distribution
from registry.queries.catalogue.selection import Selection, select_projects
from registry.terms import KpiKind

Sizes = tuple[int, int, int]
"""Recognitions, projects, enterprises."""


@dataclass(frozen=True)
class Group:
    """One row of a breakdown; `code` None is "not stated"."""

    code: str | None
    name: str
    name_en: str
    recognitions: int
    projects: int
    enterprises: int

    def label(self, language: str = "zh") -> str:
        """Name in `zh` or `en`."""
        return self.name_en if language == "en" else self.name

    @property
    def value(self) -> str:
        """The filter value that selects this row."""
        return NONE if self.code is None else self.code


@dataclass(frozen=True)
class Statistics:
    """Everything that page, xlsx, API and paragraph say about one scope."""

    filters: Filters
    recognitions: int
    projects: int
    enterprises: int
    kpis: dict[str, Figure]
    maturity: dict[int, int]
    by: dict[str, list[Group]]


def statistics(
    session: Session, catalogue: Catalogue, filters: Filters, *, groups: Collection[str] = (*BREAKDOWNS, "honor")
) -> Statistics:
    """Compute the statistics of a scope with these groupings (no query once the record's KPI columns are read, one
    for text)."""
    selection = select_projects(session, catalogue, filters)
    return statistics_of(selection, filters, catalogue_columns(session, catalogue), groups=groups)


def statistics_of(
    selection: Selection, filters: Filters, columns: Mapping[str, KpiColumn], *, groups: Collection[str] = ()
) -> Statistics:
    """The same of projects that are selected already."""
    latest, graded = selection.latest, selection.catalogue.lists.graded
    return Statistics(
        filters=filters,
        recognitions=len(selection.titles),
        projects=len(selection.projects),
        enterprises=len(selection.enterprises),
        kpis={code: kpi_figure(column, selection, filters.method) for code, column in columns.items()},
        maturity=distribution(columns[graded.code], latest) if graded else {},
        by={name: breakdown(selection, name) for name in groups},
    )


def kpi_figure(column: KpiColumn, selection: Selection, method: str, titles: Ints | None = None) -> Figure:
    """The figure of one KPI over the reports that count, or those of `titles` alone. A sum of amounts is not given
    where a condition can be drawn around a single project: two such sums that differ by one project would tell its
    amount."""
    found = aggregate(column, selection.latest if titles is None else titles, method)
    return found.withheld() if column.kind == KpiKind.AMOUNT and selection.filters.singles_out else found


def breakdown(selection: Selection, name: str) -> list[Group]:
    """The scope split by one dimension, in display order, "not stated" last; empty groups are left out.

    Each group is what its own list holds. With `has` or `grade` a part of the titles may have other
    reports than the whole, so the groups of a dimension of titles need not add up then.
    """
    if name == "honor":
        return _by_honor(selection)
    labels, values = dimension_of(selection.catalogue, name)
    labels = [*labels, (None, "未注明", "Not stated")]
    if selection.filters.reads_reports and name in TITLE_DIMENSIONS:
        counts = [_alone(selection, name, code or NONE) for code, _, _ in labels]
    else:
        split = _split_titles if name in TITLE_DIMENSIONS else _split_projects
        counts = split(selection, values, len(labels))
    groups = [Group(*label, *sizes) for label, sizes in zip(labels, counts, strict=True)]
    return [group for group in groups if group.recognitions]


def narrowed(filters: Filters, name: str, value: str) -> Filters:
    """The scope of one group: with this value alone of its dimension."""
    return filters.but(page=1, **{name: (value,)})


def _by_honor(selection: Selection) -> list[Group]:
    """Projects by the honours of their enterprises: one with several honours counts under each of them."""
    kinds = selection.filters.honor or (*selection.catalogue.honors.kinds, NONE)
    order = {known.name: place for place, known in enumerate(reference.honors())}
    found = []
    for kind in sorted(kinds, key=lambda kind: (kind == NONE, order.get(kind, len(order)), kind)):
        sizes = selection.but(honor=(kind,)).sizes
        labels = (honor_label(kind), honor_label(kind, "en")) if kind != NONE else ("没有荣誉记录", "None on record")
        found.append(Group(None if kind == NONE else kind, *labels, *sizes))
    return [group for group in found if group.recognitions]


def _split_titles(selection: Selection, values: Ints, size: int) -> list[Sizes]:
    """Sizes of each value of a dimension of titles; -1 counts under the last."""
    catalogue, titles = selection.catalogue, selection.titles
    value = _of_last(values[titles], size)
    project = catalogue.title_project[titles]
    projects = distinct_by(project, len(catalogue.ids), value, size)
    return _sizes(np.bincount(value, minlength=size), projects, _enterprises_by(catalogue, project, value, size))


def _split_projects(selection: Selection, values: Ints, size: int) -> list[Sizes]:
    """The same of a dimension of projects, where every title of a project has the same value."""
    catalogue, projects = selection.catalogue, selection.projects
    value = _of_last(values[projects], size)
    titles = np.bincount(value, weights=selection.titles_held, minlength=size).astype(np.int64)
    counts = np.bincount(value, minlength=size)
    return _sizes(titles, counts, _enterprises_by(catalogue, projects, value, size))


def _of_last(value: Ints, size: int) -> Ints:
    return np.where(value == NOT_STATED, size - 1, value)


def _enterprises_by(catalogue: Catalogue, project: Ints, value: Ints, size: int) -> Ints:
    enterprise = catalogue.enterprise_place[project]
    held = enterprise != NOT_STATED
    return distinct_by(enterprise[held], len(catalogue.enterprise_ids), value[held], size)


def _sizes(*columns: Ints) -> list[Sizes]:
    return list(zip(*(column.tolist() for column in columns), strict=True))


def _alone(selection: Selection, name: str, value: str) -> Sizes:
    """The same sizes of the list that has only this value; nothing where the scope excludes it."""
    chosen = getattr(selection.filters, name)
    if chosen and value not in chosen:
        return 0, 0, 0
    return selection.but(**{name: (value,)}).sizes


def dimension_of(catalogue: Catalogue, name: str) -> tuple[list[tuple[str | None, str, str]], Ints]:
    """((code, Chinese, English) in order, value position of every title or project)."""
    dimension = BY_NAME[name]
    labels: list[tuple[str | None, str, str]] = [*dimension.labels(catalogue)]
    return labels, dimension.column(catalogue, None)
