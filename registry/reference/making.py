"""One row of each of a city's tables from its cells."""

from __future__ import annotations

from datetime import date

from registry.reference.cells import BadCell, Cells
from registry.reference.rows import CategoryRow, DivisionRow, PublishedTotal, SectorRow, TownRow, UnitRow
from registry.reference.wordings import Wording
from registry.terms import ProjectType, RecognitionMode, Sector, Tier
from registry.wording import Message


def unit(cells: Cells) -> UnitRow:
    """A row of `units.csv`."""
    return UnitRow(
        code=cells.code("code", longest=8),
        name=cells.text("name", longest=40),
        name_en=cells.text("name_en", longest=80),
        division=cells.digits("division", 6),
        has_polygon=cells.yes("has_polygon"),
        aliases=cells.several("aliases"),
    )


def division(cells: Cells) -> DivisionRow:
    """A row of `divisions.csv`."""
    return DivisionRow(
        code=cells.digits("code", 6),
        name=cells.text("name", longest=40),
        name_en=cells.text("name_en", longest=80),
        valid_from=cells.year("valid_from"),
        valid_to=cells.year("valid_to"),
        successor=cells.digits("successor", 6, required=False) or None,
    )


def town(cells: Cells) -> TownRow:
    """A row of `towns.csv`."""
    return TownRow(name=cells.text("name", longest=40), unit=cells.code("unit", longest=8))


def sector(cells: Cells) -> SectorRow:
    """A row of `sectors.csv`."""
    return SectorRow(industry=cells.digits("industry", 2), sector=cells.one_of("sector", Sector))


def category(cells: Cells) -> CategoryRow:
    """A row of `categories.csv`."""
    return CategoryRow(
        code=cells.code("code", longest=48),
        name=cells.text("name", longest=60),
        name_en=cells.text("name_en", longest=120),
        tier=cells.one_of("tier", Tier),
        type=cells.one_of("type", ProjectType),
        rank=cells.whole("rank", low=1, high=99),
        valid_from=cells.year("valid_from"),
        valid_to=cells.year("valid_to"),
        successor=cells.code("successor", longest=48) if cells.text("successor", required=False) else None,
        mode=cells.one_of("mode", RecognitionMode),
        note=cells.text("note", longest=400, required=False),
    )


def total(cells: Cells) -> PublishedTotal:
    """A row of `published_totals.csv`."""
    kind, as_of = cells.text("kind"), cells.text("as_of")
    if kind not in ("cumulative", "new"):
        reason = Message("%(column)s %(text)s 不在可用的范围", column="kind", text=repr(kind))
        raise BadCell(reason, Message("累计写 cumulative，当年新增写 new"))
    _require_moment(kind, as_of)
    return PublishedTotal(
        as_of=as_of,
        kind=kind,
        tier=cells.one_of("tier", Tier),
        categories=cells.several("category"),
        figure=cells.whole("figure", required=True) or 0,
        unit=cells.text("unit", longest=10),
        document=cells.text("document", longest=80, required=False),
        note=cells.text("note", longest=400, required=False),
        rank_note=cells.text("rank_note", longest=200, required=False),
    )


def _require_moment(kind: str, as_of: str) -> None:
    try:
        date.fromisoformat(as_of if kind == "cumulative" else f"{as_of}-01-01")
    except ValueError:
        wanted = Message("日期，如 2020-12-31") if kind == "cumulative" else Message("年份，如 2020")
        reason = Message("%(key)s %(text)s 写法不对", key="as_of", text=repr(as_of))
        raise BadCell(reason, Message("应为%(meaning)s", meaning=wanted)) from None


def wording(cells: Cells) -> Wording:
    """A row of `wordings.csv`: another name in lists; a `?` before several targets asks a person."""
    targets = cells.text("target", longest=400).removeprefix("?").split(";")
    return Wording(cells.code("kind", longest=20), tuple(targets), cells.text("wording", longest=80))
