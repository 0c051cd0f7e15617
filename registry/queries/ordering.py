"""Order of rows: every sort ends in the permanent code, so pages never overlap."""

from __future__ import annotations

import numpy as np

from registry.queries.catalogue import NOT_STATED, Ints
from registry.queries.selection import Selection


def ordered_projects(selection: Selection, sort: str) -> Ints:
    """Positions of the selected projects in the order of `sort` (`-` in front descends)."""
    catalogue, chosen = selection.catalogue, selection.projects
    leading = catalogue.leading(selection.filters.as_of)[chosen]
    year = np.where(leading == NOT_STATED, NOT_STATED, catalogue.title_year[leading])
    level = np.where(
        leading == NOT_STATED,
        0,
        catalogue.title_tier[leading] * 1000 + catalogue.title_rank[leading],
    )
    columns: dict[str, tuple[Ints, ...]] = {
        "code": (),
        "name": (catalogue.name_order[chosen],),
        "enterprise": (catalogue.enterprise_order[chosen],),
        "unit": (catalogue.unit[chosen],),
        "level": (year, level),
        "year": (level, year),
        "updated": (catalogue.updated[chosen],),
    }
    descending = sort.startswith("-")
    sign = -1 if descending else 1
    code = catalogue.numbers[chosen]
    if sort.lstrip("-") == "code":
        return chosen[np.argsort(sign * code, kind="stable")]
    keys = [sign * column for column in columns[sort.lstrip("-")]]
    return chosen[np.lexsort((code, *keys))]


def ordered_titles(selection: Selection, sort: str) -> Ints:
    """Positions of the titles in scope: projects in the order of `sort`, newest title first in each."""
    catalogue = selection.catalogue
    place = np.zeros(len(catalogue.ids), dtype=np.int64)
    projects = ordered_projects(selection, sort)
    place[projects] = np.arange(len(projects))
    titles = selection.titles
    keys = (
        catalogue.title_ids[titles],
        -catalogue.title_announced[titles],
        place[catalogue.title_project[titles]],
    )
    return titles[np.lexsort(keys)]


def ordered_enterprises(selection: Selection, sort: str) -> Ints:
    """Ids of the enterprises in the order of their first project under `sort`."""
    held = selection.catalogue.enterprise[ordered_projects(selection, sort)]
    held = held[held != NOT_STATED]
    _, first = np.unique(held, return_index=True)
    ordered: Ints = held[np.sort(first)]
    return ordered
