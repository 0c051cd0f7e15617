"""What the summary paragraph counts: the titles of a scope by category, in the words and measures of documents."""

from __future__ import annotations

from dataclasses import dataclass, replace

from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.catalogue.filters import ALL_STATUS, Filters
from registry.queries.catalogue.selection import Selection
from registry.queries.statistics.counted import kind_of
from registry.queries.statistics.headline import headline_groups
from registry.queries.statistics.scope import Group, Statistics, breakdown
from registry.queries.statistics.trends import years_on_record
from registry.terms import CountKind, ProjectType, Tier

MEASURE_WORDS = {
    ProjectType.WORKSHOP: "个",
    ProjectType.FACTORY: "家",
    ProjectType.PROJECT: "项",
    ProjectType.PARK: "个",
    ProjectType.ZONE: "个",
    ProjectType.SUPPLIER: "家",
}
"""How documents count the titles of a kind of subject."""


@dataclass(frozen=True)
class Counted:
    """Titles of one or more categories as a sentence counts them; each stands for its own list."""

    name: str
    name_en: str
    count: int
    unit: str
    filters: Filters


@dataclass(frozen=True)
class Summary:
    """What a paragraph says beside the figures: the titles by category, and those of the latest year among them."""

    statistics: Statistics
    items: tuple[Counted, ...]
    year: int | None = None
    newest: tuple[Counted, ...] = ()


def summary(selection: Selection, statistics: Statistics) -> Summary:
    """The titles of a scope counted for its paragraph."""
    catalogue, filters = selection.catalogue, statistics.filters
    items = _counted(catalogue.lists, filters, breakdown(selection, "category"))
    if kind_of(filters) != CountKind.CUMULATIVE:
        return Summary(statistics, items)
    year = years_on_record(catalogue)[-1] if filters.as_of is None else filters.as_of.year
    new = filters.but(status=ALL_STATUS, year=(), year_from=year, year_to=year, as_of=None)
    newest = breakdown(replace(selection, filters=new.selection), "category")
    return Summary(statistics, items, year, _counted(catalogue.lists, new, newest))


def _counted(lists: CodeLists, filters: Filters, groups: list[Group]) -> tuple[Counted, ...]:
    """Titles by category, the highest tier first. A scope of all tiers counts as the city's headline figures do;
    within one tier, and where categories are chosen, each category has its own figure."""
    by_code = {str(group.code): group for group in groups}
    of_all = not filters.category and len(filters.tier) != 1
    named: dict[tuple[str, ...], tuple[str, str, str]] = {}
    for row, items in headline_groups(lists) if of_all else ():
        label = (items[0].name, items[0].name_en) if row.each else (row.name, row.name_en)
        named[tuple(item.code for item in items)] = (*label, row.tier.value)
    taken = {code for codes in named for code in codes}
    for item in lists.categories.values():
        if item.code not in taken:
            named[(item.code,)] = (item.name, item.name_en, item.tier)
    found = []
    for codes, (name, name_en, _tier) in sorted(named.items(), key=lambda pair: -Tier(pair[1][2]).rank):
        held = [by_code[code] for code in codes if code in by_code]
        if not held:
            continue
        count, types = sum(group.recognitions for group in held), {lists.categories[code].type for code in codes}
        unit = MEASURE_WORDS[ProjectType(types.pop())] if len(types) == 1 else "项"
        if len(groups) == 1 and unit == "个" and kind_of(filters) == CountKind.NEW and held[0].enterprises == count:
            # A batch in which every workshop is of another enterprise is counted in enterprises.
            unit = "家"
        found.append(Counted(name, name_en, count, unit, filters.but(category=codes, rows="recognitions", page=1)))
    return tuple(found)
