"""One page of the list: projects, titles or enterprises, with where it stands in the whole."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from registry.queries.catalogue.columns import Ints
from registry.queries.catalogue.filters import Filters
from registry.queries.catalogue.ordering import ordered_enterprises, ordered_projects, ordered_titles
from registry.queries.catalogue.selection import Selection
from registry.queries.record.fields import under_title
from registry.queries.record.lines import Line, leading_lines, load_lines
from registry.queries.record.rows import ProjectRow, load_rows


@dataclass(frozen=True)
class EnterpriseRow:
    """An enterprise in scope with its counts there."""

    id: int
    name: str
    projects: int
    titles: int


@dataclass(frozen=True)
class ListPage:
    """Rows `first`..`last` (1-based) of `total`, on page `number` of `pages`."""

    kind: str
    total: int
    number: int
    pages: int
    per_page: int
    rows: list[Any]

    @property
    def first(self) -> int:
        """Number of the first row shown (0 when there is none)."""
        return (self.number - 1) * self.per_page + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """Number of the last row shown."""
        return self.first + len(self.rows) - 1 if self.rows else 0


def list_page(session: Session, selection: Selection, filters: Filters, *, brief: bool = False) -> ListPage:
    """The page of `rows`, `sort`, `page` and `per_page` (at most five queries whatever its length); `brief` for a
    list of lines, which shows neither KPI values nor photos (one query)."""
    orders = {
        "projects": ordered_projects,
        "recognitions": ordered_titles,
        "enterprises": ordered_enterprises,
    }
    order = orders[filters.rows](session, selection, filters.sort)
    start = (filters.page - 1) * filters.per_page
    part = order[start : start + filters.per_page]
    readers: dict[str, Callable[[Session, Selection, Ints], list[Any]]] = {
        "projects": partial(_projects, brief=brief),
        "recognitions": partial(_titles, brief=brief),
        "enterprises": _enterprises,
    }
    return ListPage(
        kind=filters.rows,
        total=len(order),
        number=filters.page,
        pages=max(1, math.ceil(len(order) / filters.per_page)),
        per_page=filters.per_page,
        rows=readers[filters.rows](session, selection, part),
    )


def _projects(session: Session, selection: Selection, part: Ints, *, brief: bool) -> list[ProjectRow] | list[Line]:
    if brief:
        return leading_lines(session, selection.catalogue, part)
    return load_rows(session, selection.catalogue, part, selection.reports(part))


def _titles(session: Session, selection: Selection, part: Ints, *, brief: bool) -> list[ProjectRow] | list[Line]:
    catalogue = selection.catalogue
    if brief:
        return load_lines(session, catalogue, part)
    return [under_title(row) for row in load_rows(session, catalogue, catalogue.title_project[part], part)]


def _enterprises(session: Session, selection: Selection, part: Ints) -> list[EnterpriseRow]:
    catalogue = selection.catalogue
    held = catalogue.enterprise[selection.projects]
    firsts = [int(selection.projects[held == enterprise][0]) for enterprise in part]
    rows = leading_lines(session, catalogue, np.array(firsts, dtype=np.int64))
    found = []
    for enterprise, row in zip(part, rows, strict=True):
        titles = selection.titles_held[held == enterprise]
        found.append(EnterpriseRow(int(enterprise), row.enterprise, len(titles), int(titles.sum())))
    return found
