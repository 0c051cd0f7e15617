"""Units, categories, industries and coordinate systems as lists write them: by name, alias or code."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.db import city_of
from registry.models import Category, Division, Industry, ReportingUnit, Town, UnitAlias
from registry.names import name_key
from registry.reference.city import City
from registry.terms import CoordinateOrigin, Tier
from registry.values.bad_value import BadValue

Item = TypeVar("Item")
_INDUSTRY = re.compile(r"([a-z])?(\d{2})(\d{2})?(.*)", re.ASCII)
_GUESSED = "推测"
_LAST_DIVISION = 97


@dataclass(frozen=True, slots=True)
class UnitItem:
    """板块: code, name and the division it belongs to."""

    code: str
    name: str
    division: str


@dataclass(frozen=True, slots=True)
class CategoryItem:
    """认定类别 with its years of validity; `guessed` marks years that no source confirmed."""

    code: str
    name: str
    tier: str
    type: str
    valid_from: int | None
    valid_to: int | None
    successor: str | None
    guessed: bool

    @property
    def is_municipal(self) -> bool:
        """Whether the city itself awards it."""
        return self.tier == Tier.MUNICIPAL.value

    def is_valid_in(self, year: int) -> bool:
        """Whether the category existed under this name in that year."""
        return (self.valid_from or year) <= year <= (self.valid_to or year)


@dataclass(frozen=True)
class WrittenCodes:
    """The code lists in force, by comparison key of name, alias or code, and the city they are for."""

    city: City
    units: Mapping[str, UnitItem]
    categories: Mapping[str, CategoryItem]
    industries: Mapping[str, str]
    towns: Mapping[str, str]
    divisions: Mapping[str, str]
    """Name by code."""

    @property
    def names(self) -> dict[str, dict[str, str]]:
        """Names by code of what a change may be about."""
        return {
            "unit_code": {item.code: item.name for item in self.units.values()},
            "division_code": dict(self.divisions),
            "industry_code": {code: name for name, code in self.industries.items() if name != code},
        }

    def unit(self, text: str) -> UnitItem:
        """The reporting unit that `text` names."""
        return _find(self.units, text, "板块", (item.name for item in self.units.values()))

    def category(self, text: str) -> CategoryItem:
        """The category that `text` names; names are those of the documents."""
        return _find(self.categories, text, "类别", (item.name for item in self.categories.values()))

    def name_in(self, year: int, category: CategoryItem) -> str:
        """The name that the category's ladder bore in `year`, or '' when none is known."""
        by_code = {item.code: item for item in self.categories.values()}
        later = {item.code: by_code.get(item.successor or "") for item in by_code.values()}
        earlier = {item.successor: item for item in by_code.values() if item.successor}
        for following in (later, earlier):
            found = following.get(category.code)
            while found is not None and not found.is_valid_in(year):
                found = following.get(found.code)
            if found is not None:
                return found.name
        return ""

    def town_unit(self, town: str) -> str | None:
        """The unit that a town belongs to, where the town decides."""
        return self.towns.get(name_key(town)) if town else None

    def industry(self, text: str) -> tuple[str | None, str]:
        """(division, class) of '36', 'C36', '36 汽车制造业', '汽车制造业' or '3611'.

        The division is None for a code outside manufacturing. A code and a name that disagree are refused.
        """
        folded = name_key(text)
        if folded in self.industries:
            return self.industries[folded], ""
        match = _INDUSTRY.fullmatch(folded)
        if match is None:
            raise _unknown("行业大类", self._industry_names(), text)
        letter, division, detail, name = match.groups()
        if division not in self.industries:
            if letter == "c" or not 1 <= int(division) <= _LAST_DIVISION or 13 <= int(division) <= 43:
                raise _unknown("行业大类", self._industry_names(), text)
            return None, ""
        if letter not in (None, "c"):
            raise BadValue(f"行业门类 {letter.upper()} 与代码 {division} 不符", "制造业的门类是 C，请核对")
        if not detail and name and self.industries.get(name) != division:
            raise BadValue(f"代码 {division} 与名称“{name}”不符", "请核对行业代码和名称")
        return division, f"{division}{detail}" if detail else ""

    def _industry_names(self) -> Iterable[str]:
        return (name for name in self.industries if not name.isdigit())


def load(session: Session) -> WrittenCodes:
    """Read the lists in force (six queries)."""
    units: dict[str, UnitItem] = {}
    by_code: dict[str, UnitItem] = {}
    for code, name, division in session.execute(
        select(ReportingUnit.code, ReportingUnit.name, ReportingUnit.division_code).order_by(ReportingUnit.position)
    ):
        by_code[code] = UnitItem(code, name, division)
        for text in (name, code):
            units[name_key(text)] = by_code[code]
    for key, code in session.execute(select(UnitAlias.name_key, UnitAlias.unit_code)):
        units.setdefault(key, by_code[code])
    categories: dict[str, CategoryItem] = {}
    for row in session.execute(select(Category.__table__).order_by(Category.position)):
        item = CategoryItem(
            row.code,
            row.name,
            row.tier,
            row.type,
            row.valid_from,
            row.valid_to,
            row.successor,
            _GUESSED in row.note,
        )
        categories[name_key(row.name)] = categories[name_key(row.code)] = item
    industries: dict[str, str] = {}
    for code, name in session.execute(select(Industry.code, Industry.name)):
        industries[code] = industries[name_key(name)] = code
    towns = {row.name_key: row.unit_code for row in session.execute(select(Town.name_key, Town.unit_code))}
    divisions = {row.code: row.name for row in session.execute(select(Division.code, Division.name))}
    return WrittenCodes(city_of(session), units, categories, industries, towns, divisions)


def coordinate_system(text: str) -> str:
    """`WGS84`, `GCJ02` or `BD09` from what a list writes; it cannot be told from the numbers."""
    folded = name_key(text).replace("-", "").replace("_", "")
    for system, words in _SYSTEMS.items():
        if folded in words:
            return system.value
    names = "、".join(system.value for system in CoordinateOrigin)
    raise BadValue("不认识的坐标系", f"请填 {names} 之一（高德、腾讯为 GCJ02，百度为 BD09，天地图、GPS 为 WGS84）")


_SYSTEMS = {
    CoordinateOrigin.WGS84: ("wgs84", "cgcs2000", "天地图", "gps"),
    CoordinateOrigin.GCJ02: ("gcj02", "高德", "腾讯", "高德/腾讯"),
    CoordinateOrigin.BD09: ("bd09", "百度"),
}


def _find(items: Mapping[str, Item], text: str, kind: str, names: Iterable[str]) -> Item:
    found = items.get(name_key(text))
    if found is None:
        raise _unknown(kind, names, text)
    return found


def _unknown(kind: str, names: Iterable[str], text: str) -> BadValue:
    known = list(dict.fromkeys(names))
    near = difflib.get_close_matches(text, known, n=3, cutoff=0.5)
    return BadValue(f"不认识的{kind}", f"{'是否指' if near else '可用'}：{'、'.join(near or known[:20])}")
