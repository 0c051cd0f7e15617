"""A city as one folder: its facts, code lists, published totals and boundaries.

The files are the state of a fresh installation; what administrators edit afterwards (units, towns,
categories) is in force as the database has it. Nothing is read before it is asked for, so that a
faulty folder can still be checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from geo.districts import BoundaryError, Districts, load_districts
from registry.reference import facts
from registry.reference.rows import (
    CategoryRow,
    DivisionRow,
    Facts,
    PublishedTotal,
    SectorRow,
    TownRow,
    UnitRow,
)
from registry.reference.tables import BadCell, Cells, CityError, CityFault, Table, read_table
from registry.terms import ProjectType, RecognitionMode, Sector, Tier

SHIPPED = Path(__file__).parent / "cities" / "changzhou"
"""The city that comes with the program."""
BOUNDARIES = "boundaries"


@dataclass(frozen=True)
class City:
    """The city of one application. Two applications of a process may have two."""

    folder: Path = SHIPPED

    @cached_property
    def facts(self) -> Facts:
        """Names, codes, groups."""
        try:
            return facts.read_facts(self.folder)
        except BadCell as error:
            raise CityError(CityFault(facts.FILE, None, error.reason, error.way_out)) from None

    @property
    def common_words(self) -> tuple[str, ...]:
        """What comes to everybody's mind here, and must not be a password."""
        return ("".join(self.facts.name_en.casefold().split()),)

    @cached_property
    def unit_table(self) -> Table[UnitRow]:
        """`units.csv`."""
        columns = ("code", "name", "name_en", "division", "has_polygon", "aliases")
        return read_table(self.folder / "units.csv", columns, _unit)

    @cached_property
    def division_table(self) -> Table[DivisionRow]:
        """`divisions.csv`."""
        columns = ("code", "name", "name_en", "valid_from", "valid_to", "successor")
        return read_table(self.folder / "divisions.csv", columns, _division)

    @cached_property
    def town_table(self) -> Table[TownRow]:
        """`towns.csv`."""
        return read_table(self.folder / "towns.csv", ("name", "unit"), _town)

    @cached_property
    def sector_table(self) -> Table[SectorRow]:
        """`sectors.csv`."""
        return read_table(self.folder / "sectors.csv", ("industry", "sector"), _sector)

    @cached_property
    def category_table(self) -> Table[CategoryRow]:
        """`categories.csv`."""
        columns = (
            "code", "name", "name_en", "tier", "type", "rank", "valid_from", "valid_to", "successor", "mode", "note",
        )  # fmt: skip
        return read_table(self.folder / "categories.csv", columns, _category)

    @cached_property
    def total_table(self) -> Table[PublishedTotal]:
        """`published_totals.csv`."""
        columns = ("as_of", "kind", "tier", "category", "figure", "unit", "document", "note")
        return read_table(self.folder / "published_totals.csv", columns, _total)

    @property
    def units(self) -> tuple[UnitRow, ...]:
        """The reporting units in display order."""
        return self.unit_table.require()

    @property
    def divisions(self) -> tuple[DivisionRow, ...]:
        """County-level divisions, ended ones included."""
        return self.division_table.require()

    @property
    def towns(self) -> tuple[TownRow, ...]:
        """Towns and subdistricts that decide the unit."""
        return self.town_table.require()

    @property
    def sectors(self) -> dict[str, Sector]:
        """Industry → sector."""
        return {row.industry: row.sector for row in self.sector_table.require()}

    @property
    def categories(self) -> tuple[CategoryRow, ...]:
        """Recognition categories in display order."""
        return self.category_table.require()

    @property
    def published_totals(self) -> tuple[PublishedTotal, ...]:
        """Figures that public documents state, for reconciliation."""
        return self.total_table.require()

    @property
    def boundary(self) -> Districts:
        """The boundary set; CityError when it is missing, altered or without its provenance."""
        try:
            return load_districts(self.folder / BOUNDARIES)
        except BoundaryError as error:
            way_out = "请用 flask districts install 重新安装"
            raise CityError(CityFault(BOUNDARIES, None, str(error).rstrip("。"), way_out)) from None


def _unit(cells: Cells) -> UnitRow:
    return UnitRow(
        code=cells.code("code", longest=8),
        name=cells.text("name", longest=40),
        name_en=cells.text("name_en", longest=80),
        division=cells.digits("division", 6),
        has_polygon=cells.yes("has_polygon"),
        aliases=cells.several("aliases"),
    )


def _division(cells: Cells) -> DivisionRow:
    return DivisionRow(
        code=cells.digits("code", 6),
        name=cells.text("name", longest=40),
        name_en=cells.text("name_en", longest=80),
        valid_from=cells.year("valid_from"),
        valid_to=cells.year("valid_to"),
        successor=cells.digits("successor", 6, required=False) or None,
    )


def _town(cells: Cells) -> TownRow:
    return TownRow(name=cells.text("name", longest=40), unit=cells.code("unit", longest=8))


def _sector(cells: Cells) -> SectorRow:
    return SectorRow(industry=cells.digits("industry", 2), sector=cells.one_of("sector", Sector))


def _category(cells: Cells) -> CategoryRow:
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


def _total(cells: Cells) -> PublishedTotal:
    kind, as_of = cells.text("kind"), cells.text("as_of")
    if kind not in ("cumulative", "new"):
        raise BadCell(f"kind {kind!r} 不在可用的范围", "累计写 cumulative，当年新增写 new")
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
    )


def _require_moment(kind: str, as_of: str) -> None:
    try:
        date.fromisoformat(as_of if kind == "cumulative" else f"{as_of}-01-01")
    except ValueError:
        wanted = "日期，如 2020-12-31" if kind == "cumulative" else "年份，如 2020"
        raise BadCell(f"as_of {as_of!r} 写法不对", f"应为{wanted}") from None
