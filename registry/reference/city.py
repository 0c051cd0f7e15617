"""A city as one folder: its facts, code lists, published totals and boundaries.

The files are the state of a fresh installation; what administrators edit afterwards (units, towns,
categories) is in force as the database has it. Nothing is read before it is asked for, so that a
faulty folder can still be checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from geo.districts import BoundaryError, Districts, load_districts
from geo.saying import Said
from registry.names import name_key
from registry.reference import facts, making
from registry.reference.cells import BadCell
from registry.reference.rows import (
    CategoryRow,
    DivisionRow,
    Facts,
    PublishedTotal,
    SectorRow,
    TownRow,
    UnitRow,
)
from registry.reference.tables import CityError, CityFault, Table, read_table
from registry.reference.wordings import Wording
from registry.terms import Sector
from registry.wording import Message, as_message

SHIPPED = Path(__file__).parent / "cities" / "changzhou"
"""The city that comes with the program."""
BOUNDARIES = "boundaries"


def told_by_geo(text: str) -> Message:
    """A sentence of the library `geo` as a `Message`; a code or a name stays as it is."""
    return Message(text.msgid, **text.values) if isinstance(text, Said) else as_message(text)


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
        facts = self.facts
        return (facts.name_en, facts.name, facts.owner, facts.owner_en, facts.province, facts.province_en)

    @cached_property
    def unit_table(self) -> Table[UnitRow]:
        """`units.csv`."""
        columns = ("code", "name", "name_en", "division", "has_polygon", "aliases")
        return read_table(self.folder / "units.csv", columns, making.unit)

    @cached_property
    def division_table(self) -> Table[DivisionRow]:
        """`divisions.csv`."""
        columns = ("code", "name", "name_en", "valid_from", "valid_to", "successor")
        return read_table(self.folder / "divisions.csv", columns, making.division)

    @cached_property
    def town_table(self) -> Table[TownRow]:
        """`towns.csv`."""
        return read_table(self.folder / "towns.csv", ("name", "unit"), making.town)

    @cached_property
    def sector_table(self) -> Table[SectorRow]:
        """`sectors.csv`."""
        return read_table(self.folder / "sectors.csv", ("industry", "sector"), making.sector)

    @cached_property
    def category_table(self) -> Table[CategoryRow]:
        """`categories.csv`."""
        columns = (
            "code", "name", "name_en", "tier", "type", "rank", "valid_from", "valid_to", "successor", "mode", "note",
        )  # fmt: skip
        return read_table(self.folder / "categories.csv", columns, making.category)

    @cached_property
    def total_table(self) -> Table[PublishedTotal]:
        """`published_totals.csv`."""
        columns = ("as_of", "kind", "tier", "category", "figure", "unit", "document", "note", "rank_note")
        return read_table(self.folder / "published_totals.csv", columns, making.total)

    @cached_property
    def wording_table(self) -> Table[Wording]:
        """`wordings.csv`, which a city may do without."""
        file = self.folder / "wordings.csv"
        if not file.exists():
            return Table(file.name, (), ())
        return read_table(file, ("kind", "target", "wording", "note"), making.wording)

    @cached_property
    def places(self) -> dict[str, tuple[str, ...]]:
        """The names of the `province`, the `city` and its `district`s as other names begin with them, longest first."""
        words: dict[str, set[str]] = {
            "province": {self.facts.province, self.facts.province.removesuffix("省")},
            "city": {self.facts.name, self.facts.name.removesuffix("市")},
            "district": {row.name for row in self.units} | {row.name for row in self.divisions},
        }
        return {kind: tuple(sorted(map(name_key, names), key=len, reverse=True)) for kind, names in words.items()}

    @cached_property
    def all_places(self) -> tuple[str, ...]:
        """The names of all of these, longest first."""
        return tuple(sorted({name for names in self.places.values() for name in names}, key=len, reverse=True))

    @cached_property
    def wordings(self) -> dict[str, tuple[Wording, ...]]:
        """Other names in lists by kind: `category`, `unit`, `organ`."""
        rows = self.wording_table.require()
        return {kind: tuple(row for row in rows if row.kind == kind) for kind in ("category", "unit", "organ")}

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
            way_out = Message("请用 flask districts install 安装")
            raise CityError(CityFault(BOUNDARIES, None, told_by_geo(error.said), way_out)) from None
