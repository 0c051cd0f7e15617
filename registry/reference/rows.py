"""The rows of a city's files as they are after reading."""

from __future__ import annotations

from dataclasses import dataclass

from registry.terms import ProjectType, RecognitionMode, Sector, Tier


@dataclass(frozen=True, kw_only=True)
class UnitRow:
    """板块 with the names by which lists call it; one without a polygon is a zone inside `division`."""

    code: str
    name: str
    name_en: str
    division: str
    has_polygon: bool
    aliases: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DivisionRow:
    """行政区划 with its years of validity and successor."""

    code: str
    name: str
    name_en: str
    valid_from: int | None
    valid_to: int | None
    successor: str | None


@dataclass(frozen=True, kw_only=True)
class TownRow:
    """镇(街道) that decides the unit of what lies in it."""

    name: str
    unit: str


@dataclass(frozen=True, kw_only=True)
class SectorRow:
    """The sector that the city counts an industry (GB/T 4754 division) to."""

    industry: str
    sector: Sector


@dataclass(frozen=True, kw_only=True)
class CategoryRow:
    """认定类别."""

    code: str
    name: str
    name_en: str
    tier: Tier
    type: ProjectType
    rank: int | None
    valid_from: int | None
    valid_to: int | None
    successor: str | None
    mode: RecognitionMode
    note: str


@dataclass(frozen=True, kw_only=True)
class PublishedTotal:
    """A figure that a public document states; `categories` empty means the whole tier."""

    as_of: str
    kind: str
    tier: Tier
    categories: tuple[str, ...]
    figure: int
    unit: str
    document: str
    note: str
    rank_note: str = ""


@dataclass(frozen=True, kw_only=True)
class HeadlineRow:
    """A figure at the top of the map page: the categories of a tier and, if given, of one type.

    `each`: one figure for every category, by the category's own name; `name` is then empty.
    """

    tier: Tier
    type: ProjectType | None = None
    each: bool = False
    name: str = ""
    name_en: str = ""

    def label(self, language: str = "zh") -> str:
        """Name in `zh` or `en`."""
        return self.name_en if language == "en" else self.name


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What `city.toml` states."""

    name: str
    name_en: str
    province: str
    province_en: str
    owner: str
    owner_en: str
    code_prefix: str
    division_prefix: str
    area_code: str
    local_digits: int
    headlines: tuple[HeadlineRow, ...]
    neighbour_labels: tuple[tuple[str, tuple[float, float]], ...]
    contact: tuple[tuple[str, str], ...] = ()
    """How the owner can be reached: phone, email, address, hours, as far as they are known."""

    @property
    def phone_example(self) -> str:
        """A landline number as it is typed: area code and local number."""
        return f"{self.area_code}-{'85681234'[: self.local_digits]}"

    def label(self, language: str = "zh") -> str:
        """The city's name in `zh` or `en`."""
        return self.name_en if language == "en" else self.name
