"""Units, categories, industries and coordinate systems as lists write them: by name, alias or code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.db import city_of
from registry.models import Category, Division, Industry, ReportingUnit, Town, UnitAlias
from registry.names import name_key
from registry.reference.city import City
from registry.terms import CoordinateOrigin, Tier
from registry.values.bad_value import BadValue, Several
from registry.wording import Message, Named

_INDUSTRY = re.compile(r"([a-z])?(\d{2})(\d{2})?(.*)", re.ASCII)
_GUESSED = "推测"
_LAST_DIVISION = 97
_OFFICE = re.compile(
    r"(?:人民政府|政府|管委会|管理委员会)?(?:工业和信息化局|经济和信息化局|工信局|经信局|经济发展局|经发局|科技和工业信息化局)$"
    r"|(?:人民政府|政府|管委会|管理委员会)$"
)
_ZONES = (("高新技术产业开发", "高新"), ("经济开发", "经开"))
"""How the kinds of development zones are shortened everywhere, before 区."""
_TWICE = re.compile(r"([^()]+)\(([^()]+)\)")


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
    category_wordings: Mapping[str, tuple[str, ...]]
    industries: Mapping[str, str]
    towns: Mapping[str, str]
    names: Mapping[str, Mapping[str, Named]]
    """Names by code of what a change may be about: `unit_code`, `division_code`, `industry_code`."""

    def unit(self, text: str) -> UnitItem:
        """The reporting unit that `text` names; Several for a name that two of them use."""
        return self.unit_in_use(text)[0]

    def unit_in_use(self, text: str) -> tuple[UnitItem, bool]:
        """(unit, whether only the table of wordings knows the name, as for development zones)."""
        key = name_key(text)
        by_code = {item.code: item for item in self.units.values()}
        for each, is_short in _unit_forms(key, self.city).items():
            # What the bureau itself calls a unit decides, before what lists elsewhere may mean by it.
            if each in self.units:
                return self.units[each], is_short
            targets = _unit_wordings(self.city).get(each, ())
            if len(targets) > 1:
                raise _several(Message("板块"), {code: by_code[code].name for code in targets if code in by_code})
            if targets and targets[0] in by_code:
                return by_code[targets[0]], True
        twice = _TWICE.fullmatch(key)
        if twice is not None and (item := self._of_both(twice[1], twice[2])) is not None:
            return item, True
        raise BadValue(
            Message("不认识的板块"), Message("可用的板块：%(names)s", names=[each.name for each in by_code.values()])
        )

    def _of_both(self, one: str, other: str) -> UnitItem | None:
        """The unit of a text with another name in brackets, where both names mean the same one."""
        try:
            found = {self.unit(each).code: self.unit(each) for each in (one, other)}
        except BadValue:
            return None
        return next(iter(found.values())) if len(found) == 1 else None

    def category(self, text: str) -> CategoryItem:
        """The category that `text` names, in the words of documents or of lists; Several where words do not decide."""
        by_code = {item.code: item for item in self.categories.values()}
        found = self.categories.get(name_key(text))
        if found is not None:
            return found
        key = category_key(text, self.city)
        named = self.category_wordings.get(key, ())
        if len(named) > 1:
            raise _several(Message("类别"), {code: by_code[code].name for code in named})
        if named:
            return by_code[named[0]]
        raise BadValue(Message("不认识的类别"), Message("请填写登记中的类别名称，全部名称见提示"))

    @property
    def category_names(self) -> list[str]:
        """The names of all categories, in order."""
        return list(dict.fromkeys(item.name for item in self.categories.values()))

    @property
    def unit_choices(self) -> dict[str, str]:
        """Code → name of the units."""
        return {item.code: item.name for item in self.units.values()}

    def rivals(self, category: CategoryItem, document: str) -> dict[str, str]:
        """Code → name of what is meant if the number of the province stands beside a category of another tier."""
        if category.tier == Tier.PROVINCIAL.value or not document.startswith(_organs(self.city, Tier.PROVINCIAL.value)):
            return {}
        same = (
            item
            for item in self.categories.values()
            if item.tier == Tier.PROVINCIAL.value and item.type == category.type
        )
        return {category.code: category.name, **{item.code: item.name for item in same}}

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
            raise _unknown_industry()
        letter, division, detail, name = match.groups()
        if division not in self.industries:
            if letter == "c" or not 1 <= int(division) <= _LAST_DIVISION or 13 <= int(division) <= 43:
                raise _unknown_industry()
            return None, ""
        if letter not in (None, "c"):
            raise BadValue(
                Message("行业门类 %(letter)s 与代码 %(division)s 不符", letter=letter.upper(), division=division),
                Message("制造业的门类是 C，请核对"),
            )
        if not detail and name and self.industries.get(name) != division:
            raise BadValue(
                Message("代码 %(division)s 与名称“%(name)s”不符", division=division, name=name),
                Message("请核对行业代码和名称"),
            )
        return division, f"{division}{detail}" if detail else ""


def load(session: Session) -> WrittenCodes:
    """Read the lists in force (six queries)."""
    city = city_of(session)
    units: dict[str, UnitItem] = {}
    by_code: dict[str, UnitItem] = {}
    for unit in session.execute(select(ReportingUnit.__table__).order_by(ReportingUnit.position)):
        item = by_code[unit.code] = UnitItem(unit.code, Named(unit.name, unit.name_en), unit.division_code)
        for text in (unit.name, unit.code):
            units[name_key(text)] = item
    for key, code in session.execute(select(UnitAlias.name_key, UnitAlias.unit_code)):
        units.setdefault(key, by_code[code])
    categories: dict[str, CategoryItem] = {}
    for row in session.execute(select(Category.__table__).order_by(Category.position)):
        category = CategoryItem(
            row.code,
            Named(row.name, row.name_en),
            row.tier,
            row.type,
            row.valid_from,
            row.valid_to,
            row.successor,
            _GUESSED in row.note,
        )
        categories[name_key(row.name)] = categories[name_key(row.code)] = category
    industries: dict[str, str] = {}
    for code, name in session.execute(select(Industry.code, Industry.name)):
        industries[code] = industries[name_key(name)] = code
    towns = {row.name_key: row.unit_code for row in session.execute(select(Town.name_key, Town.unit_code))}
    named = {
        "unit_code": select(ReportingUnit.code, ReportingUnit.name, ReportingUnit.name_en),
        "division_code": select(Division.code, Division.name, Division.name_en),
        "industry_code": select(Industry.code, Industry.name, Industry.name_en),
    }
    names = {
        field: {code: Named(name, name_en) for code, name, name_en in session.execute(statement)}
        for field, statement in named.items()
    }
    written = _category_wordings(categories, city)
    return WrittenCodes(city, units, categories, written, industries, towns, names)


def _category_wordings(categories: Mapping[str, CategoryItem], city: City) -> dict[str, tuple[str, ...]]:
    """Category by folded wording: the names in force first, then what lists call them."""
    codes = {item.code for item in categories.values()}
    found: dict[str, tuple[str, ...]] = {}
    for item in categories.values():
        found.setdefault(category_key(item.name, city), (item.code,))
    for wording in city.wordings["category"]:
        if known := tuple(code for code in wording.targets if code in codes):
            found.setdefault(category_key(wording.text, city), known)
    return found


def category_key(text: str, city: City) -> str:
    """A category's name for comparison: a name of the city before 市级 or in its place is the same, and so is one of
    the province before 省级."""
    key = name_key(text)
    for target, letter in (("province", "省"), ("city", "市")):
        names = "|".join([*map(re.escape, city.places[target]), letter])
        key = re.sub(f"(?:{names})级?(?:{letter}级)?", letter, key)
    return key.replace("国家级", "国家")


def _organs(city: City, tier: str) -> tuple[str, ...]:
    """How the numbers of an organ's documents begin."""
    return tuple(wording.text for wording in city.wordings["organ"] if wording.targets == (tier,))


@cache
def _unit_wordings(city: City) -> dict[str, tuple[str, ...]]:
    return {name_key(wording.text): wording.targets for wording in city.wordings["unit"]}


def _unit_forms(key: str, city: City) -> dict[str, bool]:
    """The forms in which a unit's name is looked for, and whether more than a place in front was taken off: the bureau
    or committee behind it (…区工信局), and the long words for its zone (…经济开发区)."""
    forms = {key: False}
    for target in ("province", "city"):
        for each in list(forms):
            place = next((place for place in city.places[target] if each.startswith(place) and each != place), "")
            forms.setdefault(each.removeprefix(place), False)
    for each in list(forms):
        short = _OFFICE.sub("", each)
        for long, usual in _ZONES:
            short = short.replace(long, usual)
        if short:
            forms.setdefault(short, True)
    return forms


def is_city(text: str, city: City) -> bool | None:
    """Whether a text names the city; None when it names no city at all."""
    key = name_key(text)
    for place in city.places["province"]:
        key = key.removeprefix(place) if key != place else key
    if key in city.places["city"]:
        return True
    return False if key.endswith("市") and 2 <= len(key) <= 8 else None


def coordinate_system(text: str) -> str:
    """`WGS84`, `GCJ02` or `BD09` from what a list writes; it cannot be told from the numbers."""
    folded = name_key(text).replace("-", "").replace("_", "")
    for system, words in _SYSTEMS.items():
        if folded in words:
            return system.value
    names = [system.value for system in CoordinateOrigin]
    raise BadValue(
        Message("不认识的坐标系"),
        Message("请填 %(names)s 之一（高德、腾讯为 GCJ02，百度为 BD09，天地图、GPS 为 WGS84）", names=names),
    )


_SYSTEMS = {
    CoordinateOrigin.WGS84: ("wgs84", "cgcs2000", "天地图", "gps"),
    CoordinateOrigin.GCJ02: ("gcj02", "高德", "腾讯", "高德/腾讯"),
    CoordinateOrigin.BD09: ("bd09", "百度"),
}


def _several(kind: str, names: Mapping[str, str]) -> Several:
    reason = Message("这个%(kind)s可能是%(names)s", kind=kind, names="或".join(names.values()))
    return Several(reason, Message("请写明是哪一个"), names)


def _unknown_industry() -> BadValue:
    return BadValue(
        Message("不认识的行业大类"), Message("请填国民经济行业分类的两位代码或大类名称，如 36 或 汽车制造业")
    )
