"""Two thousand random records: every figure of any slice equals an independent computation in fractions.

The record is made in memory: projects with unit, division, industry and enterprise, up to three titles
each, KPI values with missing, zero and incomparable baselines. What is expected follows straight from
the definitions, project by project, in exact fractions; nothing of the product's arithmetic is used.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.db import make_engine, readers
from registry.queries.catalogue.code_lists import CodeLists, load_code_lists
from registry.queries.catalogue.columns import (
    NEVER,
    NOT_STATED,
    OWNERSHIPS,
    SECTORS,
    SIZES,
    STATUSES,
    Catalogue,
)
from registry.queries.catalogue.dimensions import BREAKDOWNS
from registry.queries.catalogue.filters import ALL_STATUS, Filters
from registry.queries.catalogue.kpi_columns import SCALE, UNSET, KpiColumn, aggregate
from registry.queries.catalogue.selection import Selection
from registry.queries.statistics.scope import breakdown
from registry.terms import KpiKind

KINDS = {"rate": KpiKind.SHARE, "cost": KpiKind.CHANGE, "oee": KpiKind.LEVEL, "money": KpiKind.AMOUNT}
DAY = date(2018, 6, 30)


@dataclass(frozen=True)
class Project:
    """One project as the test knows it; codes, None where not stated."""

    number: int
    unit: str
    division: str | None
    industry: str | None
    enterprise: int | None
    size: str | None = None
    ownership: str | None = None


@dataclass(frozen=True)
class Title:
    """One title with its KPI values: baseline (None: not given), current and whether they compare."""

    number: int
    project: Project
    category: str
    year: int | None
    announced: date
    status: str
    ended: date | None
    values: dict[str, tuple[Fraction | None, Fraction, bool]]


@pytest.fixture(scope="module")
def lists(sqlite_template: object) -> Iterator[CodeLists]:
    """The shipped code lists."""
    engine = make_engine(f"sqlite:///{sqlite_template}")
    with readers(engine)() as session:
        yield load_code_lists(session)
    engine.dispose()


def record(lists: CodeLists, draw: random.Random) -> list[Title]:
    """Random titles, grouped by project in code order."""
    units, divisions = list(lists.units), list(lists.divisions)
    titles: list[Title] = []
    for number in range(1, draw.randint(1, 14) + 1):
        unit = draw.choice(units)
        # Most lie where their unit is; some do not, and of a few it is not known.
        division = draw.choice([lists.units[unit].division] * 4 + [draw.choice(divisions), None])
        industry = draw.choice([None, *list(lists.industries)[:3], "34", "39"])
        held = draw.choice([None, 1, 2, 3, 7])
        # What an enterprise is follows from its number here: it is the same in all of its projects.
        size = None if held in (None, 7) else SIZES[held]
        ownership = None if held in (None, 3) else OWNERSHIPS[held % 4]
        project = Project(number, unit, division, industry, held, size, ownership)
        for _ in range(draw.randint(1, 3)):
            titles.append(title(len(titles) + 1, project, lists, draw))
    return titles


def title(number: int, project: Project, lists: CodeLists, draw: random.Random) -> Title:
    """One random title."""
    announced = date(draw.randint(2015, 2021), draw.randint(1, 12), 1)
    status = draw.choice(["valid", "valid", "valid", "revoked", "expired"])
    ended = None if status == "valid" else date(announced.year + draw.randint(1, 3), 1, 1)
    values = {}
    for code, kind in KINDS.items():
        if draw.random() < 0.85:
            current = Fraction(draw.choice([0, 1, 5, 20, 333, 1000, 123456]), draw.choice([1, 2, 8, 1000]))
            base = Fraction(draw.choice([0, 1, 3, 7, 20, 1000]), draw.choice([1, 2, 8]))
            baseline = None if kind in (KpiKind.LEVEL, KpiKind.AMOUNT) or draw.random() < 0.1 else base
            needs_baseline = kind in (KpiKind.SHARE, KpiKind.CHANGE)
            values[code] = (baseline, current, not needs_baseline or bool(baseline))
    category = draw.choice(list(lists.categories))
    return Title(number, project, category, draw.choice([None, announced.year]), announced, status, ended, values)


def columns(lists: CodeLists, titles: list[Title]) -> tuple[Catalogue, dict[str, KpiColumn]]:
    """The same record as the product holds it."""
    projects = list(dict.fromkeys(one.project for one in titles))
    places = {one: place for place, one in enumerate(projects)}

    def ints(values: Iterator[int]) -> np.ndarray:
        return np.fromiter(values, dtype=np.int64)

    def place(codes: dict[str, object], code: str | None) -> int:
        return NOT_STATED if code is None else list(codes).index(code)

    size = len(projects)
    sectors = [None if one.industry is None else lists.industries[one.industry].sector for one in projects]
    catalogue = Catalogue(
        revision=0, lists=lists,
        ids=ints(one.number + 100 for one in projects),
        numbers=ints(one.number for one in projects),
        type=np.zeros(size, dtype=np.int64),
        unit=ints(place(lists.units, one.unit) for one in projects),
        division=ints(place(lists.divisions, one.division) for one in projects),
        industry=ints(place(lists.industries, one.industry) for one in projects),
        sector=ints(NOT_STATED if sector is None else SECTORS.index(sector) for sector in sectors),
        enterprise=ints(NOT_STATED if one.enterprise is None else one.enterprise for one in projects),
        size=ints(NOT_STATED if one.size is None else SIZES.index(one.size) for one in projects),
        ownership=ints(NOT_STATED if one.ownership is None else OWNERSHIPS.index(one.ownership) for one in projects),
        lon=np.full(size, np.nan), lat=np.full(size, np.nan),
        updated=np.zeros(size, dtype=np.int64), is_demo=np.zeros(size, dtype=np.int64),
        start=np.searchsorted(ints(places[one.project] for one in titles), np.arange(size + 1)),
        title_ids=ints(one.number for one in titles),
        title_category=ints(place(lists.categories, one.category) for one in titles),
        title_year=ints(one.year or NOT_STATED for one in titles),
        title_announced=ints(one.announced.toordinal() for one in titles),
        title_status=ints(STATUSES.index(one.status) for one in titles),
        title_ended=ints(one.ended.toordinal() if one.ended else NEVER for one in titles),
    )  # fmt: skip
    found = {}
    for code, kind in KINDS.items():
        held = [one for one in titles if code in one.values]
        row = np.full(len(titles), -1, dtype=np.int64)
        row[[one.number - 1 for one in held]] = np.arange(len(held))
        baselines = [one.values[code][0] for one in held]
        found[code] = KpiColumn(
            kind,
            row,
            ints(UNSET if base is None else int(base * SCALE) for base in baselines),
            ints(int(one.values[code][1] * SCALE) for one in held),
            np.zeros(len(held), dtype=np.int64),
            np.array([one.values[code][2] for one in held], dtype=bool),
        )
    return catalogue, found


DIMENSION: dict[str, Callable[[Title, CodeLists], str | None]] = {
    "tier": lambda one, lists: lists.categories[one.category].tier,
    "category": lambda one, lists: one.category,
    "year": lambda one, lists: None if one.year is None else str(one.year),
    "unit": lambda one, lists: one.project.unit,
    "division": lambda one, lists: one.project.division,
    "industry": lambda one, lists: one.project.industry,
    "size": lambda one, lists: one.project.size,
    "ownership": lambda one, lists: one.project.ownership,
    "sector": lambda one, lists: lists.industries[one.project.industry].sector if one.project.industry else None,
}


def in_scope(one: Title, filters: Filters, lists: CodeLists) -> bool:
    """Whether a title satisfies the filters, by their definition."""
    status = one.status
    if filters.as_of is not None:
        if one.announced > filters.as_of:
            return False
        status = "valid" if one.ended is None or one.ended > filters.as_of else one.status
    if status not in filters.status:
        return False
    if filters.year_from and (one.year is None or one.year < filters.year_from):
        return False
    if filters.year_to and (one.year is None or one.year > filters.year_to):
        return False
    return all(
        not getattr(filters, name) or (read(one, lists) or "none") in getattr(filters, name)
        for name, read in DIMENSION.items()
    )


def slice_of(lists: CodeLists, titles: list[Title], draw: random.Random) -> Filters:
    """A slice that some title may satisfy: up to two dimensions, a state, perhaps a day."""
    chosen = {}
    for name in draw.sample(sorted(DIMENSION), draw.randint(0, 2)):
        values = {DIMENSION[name](draw.choice(titles), lists) or "none" for _ in range(draw.randint(1, 3))}
        if name in ("tier", "category", "unit"):
            values.discard("none")
        chosen[name] = tuple(sorted(values))
    status = draw.choice([("valid",), ("valid", "expired"), ALL_STATUS])
    span = draw.choice([(None, None), (None, None), (2017, None), (None, 2018), (2016, 2019)])
    return Filters(
        **chosen,  # type: ignore[arg-type]
        status=status,
        as_of=draw.choice([None, None, DAY]),
        year_from=span[0],
        year_to=span[1],
    )


def figure(kind: KpiKind, pairs: list[tuple[Fraction | None, Fraction]], method: str) -> Fraction | None:
    """The exact figure of comparable values; None below three, and where the pooled baseline is zero."""

    def one(base: Fraction | None, now: Fraction) -> Fraction:
        if kind == KpiKind.CHANGE:
            assert base is not None
            return (now - base) / abs(base) * 100
        return now / (base or 1) * 100 if kind == KpiKind.SHARE else now

    if len(pairs) < 3:
        return None
    if kind == KpiKind.AMOUNT:
        return sum((now for _, now in pairs), Fraction()) / 10_000
    if method == "pooled" and kind != KpiKind.LEVEL:
        return one(
            sum((base or Fraction() for base, _ in pairs), Fraction()), sum((now for _, now in pairs), Fraction())
        )
    values = sorted(one(base, now) for base, now in pairs)
    if method == "median":
        return (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2
    return sum(values, Fraction()) / len(values)


def shown(value: Fraction) -> Fraction:
    """Rounded once to one place, half away from zero."""
    tenths = abs(value) * 10
    whole = int(tenths) + (tenths - int(tenths) >= Fraction(1, 2))
    return Fraction(whole, 10) * (-1 if value < 0 else 1)


@pytest.mark.slow
@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**48), method=st.sampled_from(["mean", "pooled", "median"]))
def test_every_figure_of_any_slice_is_exact(lists: CodeLists, seed: int, method: str) -> None:
    draw = random.Random(seed)
    titles = record(lists, draw)
    catalogue, kpis = columns(lists, titles)
    filters = slice_of(lists, titles, draw)
    selection = Selection(catalogue, filters)
    scope = [one for one in titles if in_scope(one, filters, lists)]
    projects = {one.project for one in scope}
    enterprises = {one.enterprise for one in projects} - {None}
    assert (len(selection.titles), len(selection.projects), len(selection.enterprises)) == (
        len(scope), len(projects), len(enterprises),
    )  # fmt: skip

    latest: dict[Project, Title] = {}
    for one in sorted(scope, key=lambda one: (one.announced, one.number)):
        latest[one.project] = one
    for code, kind in KINDS.items():
        pairs = [one.values[code][:2] for one in latest.values() if code in one.values and one.values[code][2]]
        wanted = figure(kind, pairs, method)
        found = aggregate(kpis[code], selection.latest, method)
        assert (found.n, found.of) == (len(pairs), len(projects))
        assert found.value == (None if wanted is None else shown(wanted)), (code, method)

    for name in BREAKDOWNS:
        groups = {group.code: group for group in breakdown(selection, name)}
        by_code: dict[str | None, list[Title]] = {}
        for one in scope:
            by_code.setdefault(DIMENSION[name](one, lists), []).append(one)
        assert {code: (group.recognitions, group.projects, group.enterprises) for code, group in groups.items()} == {
            code: (
                len(held),
                len({one.project for one in held}),
                len({one.project.enterprise for one in held} - {None}),
            )
            for code, held in by_code.items()
        }
        # The slices of a dimension are the whole.
        assert sum(group.recognitions for group in groups.values()) == len(scope)
        facets = Selection(catalogue, filters).facet(name)
        for code in by_code:
            narrowed = Selection(catalogue, filters.but(**{name: (code or "none",)}))
            if (code or "none") in facets:
                assert facets[code or "none"] == len(narrowed.projects)

    reported = {group.code: group.projects for group in breakdown(selection, "unit")}
    lying = {group.code: group.projects for group in breakdown(selection, "division")}
    assert sum(reported.values()) == sum(lying.values()) == len(projects)
    # 武进 and 经开区 by unit against 320412 by division: the projects listed as lying elsewhere, either way.
    there = {one for one in projects if one.unit in ("WJQ", "JKQ") and one.division != "320412"}
    here = {one for one in projects if one.unit not in ("WJQ", "JKQ") and one.division == "320412"}
    difference = reported.get("WJQ", 0) + reported.get("JKQ", 0) - lying.get("320412", 0)
    assert difference == len(there) - len(here)
    if not filters.unit and not filters.division:
        elsewhere = tuple(code for code in (*lists.divisions, "none") if code != "320412")
        others = tuple(code for code in lists.units if code not in ("WJQ", "JKQ"))
        for expected, narrow in ((there, (("WJQ", "JKQ"), elsewhere)), (here, (others, ("320412",)))):
            listed = Selection(catalogue, filters.but(unit=narrow[0], division=narrow[1])).projects
            assert {int(number) for number in catalogue.numbers[listed]} == {one.number for one in expected}
