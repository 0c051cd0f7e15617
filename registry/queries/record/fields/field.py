"""What the field table says of one field: names, kind, what it means, its value for a program and for a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.record.rows import ProjectRow

LIST_SEPARATOR = ";"


@dataclass(frozen=True)
class Links:
    """Builds the public addresses of a project from its code, and of a photo from code and number."""

    project: Callable[[str], str]
    photo: Callable[[str, int], str]


class Kind(StrEnum):
    """What stands in a field. `zh` and `en` name it in the dictionary."""

    zh: str
    en: str

    def __new__(cls, value: str, zh: str = "", en: str = "") -> Kind:
        # The names have defaults only so that a look-up by value type-checks.
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh, member.en = zh, en
        return member

    TEXT = "text", "文本", "text"
    CODE = "code", "代码", "code"
    INTEGER = "integer", "整数", "integer"
    NUMBER = "number", "数值", "number"
    DATE = "date", "日期", "date"
    MOMENT = "moment", "时间", "date and time"
    LINK = "link", "网址", "web address"
    TEXTS = "texts", "文本列表", "list of texts"
    ENTERPRISE = "enterprise", "企业", "enterprise"
    TITLES = "titles", "认定列表", "list of titles"
    KPIS = "kpis", "指标", "figures by code"
    PHOTOS = "photos", "照片列表", "list of photos"


class Surface(StrEnum):
    """Where fields appear."""

    API = "api"
    GEOJSON = "geojson"
    CSV = "csv"
    XLSX = "xlsx"
    GPKG = "gpkg"
    OGC = "ogc"


EVERYWHERE = tuple(Surface)
ANSWERS = tuple(surface for surface in Surface if surface != Surface.XLSX)
"""What is for programs."""
SHEET = (Surface.XLSX,)
"""What only a person needs, or a list that is read back."""
COORDINATES = (Surface.API, Surface.CSV, Surface.XLSX)
"""Where a place is two numbers; elsewhere it is the geometry."""
WITHOUT_OGC = tuple(surface for surface in Surface if surface != Surface.OGC)

Words = Callable[[ProjectRow, CodeLists, str], Any]
"""The cell of a project for a person who reads `zh` or `en`."""
Value = Callable[[ProjectRow, CodeLists, Links], Any]


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field: contract name, Chinese and English header, what it means, its value for a program.

    value: nested where the kind is (API, GeoJSON) · flat: the same in one cell (csv, GeoPackage, OGC), where it
    is another · words: the cell in the workbook, where a person needs another than the program · where: which
    surfaces have it · is_code: it stands at the end of the workbook · unit: what a number counts.
    """

    name: str
    zh: str
    en: str
    kind: Kind
    says_zh: str
    says_en: str
    value: Value
    nullable: bool = False
    flat: Value | None = None
    words: Words | None = None
    where: tuple[Surface, ...] = EVERYWHERE
    is_code: bool = False
    unit: str = ""

    def header(self, language: str = "zh") -> str:
        """Its header in the workbook."""
        return self.en if language == "en" else self.zh

    def says(self, language: str = "zh") -> str:
        """What it means."""
        return self.says_en if language == "en" else self.says_zh
