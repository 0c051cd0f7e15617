"""The dimensions of the public record: one row each, read by every surface.

Filters and their parsing, masks, facet counts, words, selects of the filter bar, breakdowns of the
statistics, the doctor and the API all take them from here. A new one is a row here, its column in the
catalogue, and its field in `filters.Filters`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from registry.kinds import EnterpriseSize, Ownership
from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.catalogue.columns import Catalogue, Ints
from registry.terms import ProjectType, RecognitionStatus, Sector, Term, Tier

NONE = "none"
"""The value that stands for "not stated"."""
Words = Mapping[str, tuple[str, str]]
"""Code → (Chinese, English), in display order."""


@dataclass(frozen=True, kw_only=True)
class Select:
    """Its select in the filter bar: where it stands, its label and the word for no choice (message ids)."""

    at: int
    label: str
    all: str
    is_reversed: bool = False
    offers_none: bool = False


@dataclass(frozen=True, kw_only=True)
class Breakdown:
    """Its breakdown in the statistics: place among the answers of the API, place and caption on the page."""

    at: int
    page_at: int
    caption: str


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """One dimension of titles (`of_title`) or projects.

    words: what its codes are called, None where the years of the record are the codes · column: position of
    the code of every title or project, as on a day · of_day: which differs from day to day · may_be_unstated:
    `none` selects what has no code · shows_code: the code stands in front of the word.
    """

    name: str
    zh: str
    en: str
    of_title: bool
    words: Callable[[CodeLists], Words] | None
    column: Callable[[Catalogue, date | None], Ints]
    of_day: bool = False
    may_be_unstated: bool = False
    shows_code: bool = False
    select: Select | None = None
    breakdown: Breakdown | None = None

    def accepted(self, lists: CodeLists) -> list[str]:
        """Every value of the parameter; years are checked by their form."""
        known = list(self.words(lists)) if self.words else []
        return [*known, NONE] if self.may_be_unstated else known

    def codes(self, catalogue: Catalogue) -> list[str]:
        """The codes in the order of the column's positions."""
        return [str(year) for year in catalogue.years] if self.words is None else list(self.words(catalogue.lists))

    def labels(self, catalogue: Catalogue) -> list[tuple[str, str, str]]:
        """(code, Chinese, English) in the order of the column's positions."""
        if self.words is None:
            return [(code, code, code) for code in self.codes(catalogue)]
        return [(code, *words) for code, words in self.words(catalogue.lists).items()]

    def label(self, code: str, lists: CodeLists, language: str) -> str:
        """The word for one value."""
        if self.words is None:
            return code
        text = self.words(lists)[code][language == "en"]
        return f"{code} {text}" if self.shows_code else text


def _terms(vocabulary: type[Term]) -> Callable[[CodeLists], Words]:
    words = {term.value: (term.zh, term.en) for term in vocabulary}
    return lambda lists: words


def _items(kind: str) -> Callable[[CodeLists], Words]:
    return lambda lists: lists.words[kind]


DIMENSIONS: tuple[Dimension, ...] = (
    Dimension(
        name="tier",
        zh="级别",
        en="Tier",
        of_title=True,
        words=_terms(Tier),
        column=lambda catalogue, day: catalogue.title_tier,
        select=Select(at=1, label="级别", all="全部级别", is_reversed=True),
        breakdown=Breakdown(at=1, page_at=3, caption="按级别"),
    ),
    Dimension(
        name="category",
        zh="类别",
        en="Category",
        of_title=True,
        words=_items("categories"),
        column=lambda catalogue, day: catalogue.title_category,
        select=Select(at=2, label="类别", all="全部类别"),
        breakdown=Breakdown(at=4, page_at=4, caption="按类别"),
    ),
    Dimension(
        name="unit",
        zh="板块",
        en="Unit",
        of_title=False,
        words=_items("units"),
        column=lambda catalogue, day: catalogue.unit,
        select=Select(at=3, label="板块", all="全部板块"),
        breakdown=Breakdown(at=2, page_at=1, caption="按板块"),
    ),
    Dimension(
        name="division",
        zh="行政区划",
        en="Division",
        of_title=False,
        words=_items("divisions"),
        column=lambda catalogue, day: catalogue.division,
        may_be_unstated=True,
        breakdown=Breakdown(at=3, page_at=2, caption="按行政区划"),
    ),
    Dimension(
        name="industry",
        zh="行业",
        en="Industry",
        of_title=False,
        words=_items("industries"),
        column=lambda catalogue, day: catalogue.industry,
        may_be_unstated=True,
        shows_code=True,
        select=Select(at=4, label="行业", all="全部行业", offers_none=True),
        breakdown=Breakdown(at=5, page_at=7, caption="按行业"),
    ),
    Dimension(
        name="sector",
        zh="行业领域",
        en="Sector",
        of_title=False,
        words=_terms(Sector),
        column=lambda catalogue, day: catalogue.sector,
        may_be_unstated=True,
        select=Select(at=5, label="行业领域", all="全部行业领域", offers_none=True),
        breakdown=Breakdown(at=6, page_at=5, caption="按行业领域"),
    ),
    Dimension(
        name="year",
        zh="认定年份",
        en="Year",
        of_title=True,
        words=None,
        column=lambda catalogue, day: catalogue.year_place,
        may_be_unstated=True,
        select=Select(at=6, label="年份", all="全部年份", offers_none=True),
        breakdown=Breakdown(at=7, page_at=6, caption="按认定年份"),
    ),
    Dimension(
        name="status",
        zh="状态",
        en="Status",
        of_title=True,
        words=_terms(RecognitionStatus),
        column=lambda catalogue, day: catalogue.status_at(day),
        of_day=True,
        select=Select(at=8, label="状态", all="有效（默认）"),
    ),
    Dimension(
        name="type",
        zh="主体类型",
        en="Type",
        of_title=False,
        words=_terms(ProjectType),
        column=lambda catalogue, day: catalogue.type,
        select=Select(at=7, label="主体类型", all="全部主体"),
    ),
    Dimension(
        name="size",
        zh="企业规模",
        en="Size of enterprise",
        of_title=False,
        words=_terms(EnterpriseSize),
        column=lambda catalogue, day: catalogue.size,
        may_be_unstated=True,
        select=Select(at=9, label="企业规模", all="全部规模", offers_none=True),
        breakdown=Breakdown(at=8, page_at=8, caption="按企业规模"),
    ),
    Dimension(
        name="ownership",
        zh="企业性质",
        en="Ownership",
        of_title=False,
        words=_terms(Ownership),
        column=lambda catalogue, day: catalogue.ownership,
        may_be_unstated=True,
        select=Select(at=10, label="企业性质", all="全部性质", offers_none=True),
        breakdown=Breakdown(at=9, page_at=9, caption="按企业性质"),
    ),
)
"""In the order of the parameters."""

BY_NAME: Mapping[str, Dimension] = {dimension.name: dimension for dimension in DIMENSIONS}
TITLE_DIMENSIONS = frozenset(dimension.name for dimension in DIMENSIONS if dimension.of_title)
SELECTS = sorted(
    ((dimension, dimension.select) for dimension in DIMENSIONS if dimension.select), key=lambda pair: pair[1].at
)
"""Dimensions with a select in the filter bar, in its order."""
_BROKEN_DOWN = [(dimension.name, dimension.breakdown) for dimension in DIMENSIONS if dimension.breakdown]
BREAKDOWNS = tuple(name for name, _found in sorted(_BROKEN_DOWN, key=lambda pair: pair[1].at))
"""Dimensions by which statistics are broken down, in the order of the API."""
GROUPINGS = tuple((name, found.caption) for name, found in sorted(_BROKEN_DOWN, key=lambda pair: pair[1].page_at))
"""(name, caption) of the same in the order of the page."""
