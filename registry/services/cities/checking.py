"""Every fault of a city's folder, before anything is built on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from registry import reference
from registry.names import name_key
from registry.reference.city import City
from registry.reference.facts import FILE
from registry.reference.rows import CategoryRow, DivisionRow, UnitRow
from registry.reference.tables import CityError, CityFault
from registry.services.cities.boundaries import Check, installed_faults
from registry.terms import Tier
from registry.wording import Message, Named

Row = TypeVar("Row")
Numbered = tuple[tuple[int, Row], ...]


def check(city: City, check_boundaries: Check) -> list[CityFault]:
    """All faults, files in the order in which they build on each other. Empty: `flask init` can use the folder."""
    if not city.folder.is_dir():
        way_out = Message("请核对路径；城市目录的写法见 docs/city.md")
        return [CityFault(str(city.folder), None, Message("没有这个目录"), way_out)]
    found: list[CityFault] = []
    try:
        prefix = city.facts.division_prefix
    except CityError as error:
        found.append(error.fault)
        prefix = ""
    tables = (city.division_table, city.unit_table, city.town_table, city.sector_table, city.category_table)
    for table in (*tables, city.total_table, city.wording_table):
        found += table.faults
    found += _divisions(city.division_table.rows, prefix)
    found += _units(city.unit_table.rows, city.division_table.rows)
    found += _towns(city)
    found += _sectors(city)
    found += _categories(city.category_table.rows)
    found += _totals(city)
    found += _wordings(city)
    if prefix:
        found += _headlines(city)
    if not city.division_table.faults:
        found += installed_faults(city, check_boundaries)
    return found


def _repeated(file: str, rows: Numbered[Row], key: Callable[[Row], str], word: Message) -> Iterator[CityFault]:
    """Rows that state again what an earlier one has stated."""
    first: dict[str, int] = {}
    for number, row in rows:
        earlier = first.setdefault(key(row), number)
        if earlier != number:
            reason = Message("%(word)s %(key)s 与第 %(row)s 行重复", word=word, key=key(row), row=earlier)
            yield CityFault(file, number, reason, Message("请删去一行，或改正其中一个"))


def _divisions(rows: Numbered[DivisionRow], prefix: str) -> Iterator[CityFault]:
    file = "divisions.csv"
    yield from _repeated(file, rows, lambda row: row.code, Message("代码"))
    by_code = {row.code: row for _number, row in rows}
    for number, row in rows:
        if prefix and not row.code.startswith(prefix):
            reason = Message("代码 %(code)s 不以 %(prefix)s 开头，不是本市的区划", code=row.code, prefix=prefix)
            yield CityFault(file, number, reason, Message("请更正代码，或 %(file)s 中的 division_prefix", file=FILE))
        yield from _span(file, number, row.valid_from, row.valid_to)
        if row.successor is None:
            continue
        after = by_code.get(row.successor)
        if row.valid_to is None:
            way_out = Message("请填 valid_to，或删去 successor")
            yield CityFault(file, number, Message("仍在使用而写了 successor"), way_out)
        elif after is None or after.code == row.code:
            yield CityFault(file, number, _no_successor(row.successor), Message("请填并入或改设后的区划代码"))
        elif after.valid_to is not None:
            reason = Message("successor %(code)s 也已撤销（%(year)s 年）", code=row.successor, year=after.valid_to)
            yield CityFault(file, number, reason, Message("请填现在仍在使用的区划"))
    if rows and all(row.valid_to is not None for _number, row in rows):
        yield CityFault(file, None, Message("没有仍在使用的区划"), Message("请补上现有的区县"))


def _no_successor(code: str) -> Message:
    return Message("successor %(code)s 不是另一行的代码", code=code)


def _span(file: str, number: int, first: int | None, last: int | None) -> Iterator[CityFault]:
    if first is not None and last is not None and first > last:
        reason = Message("valid_from %(first)s 晚于 valid_to %(last)s", first=first, last=last)
        yield CityFault(file, number, reason, Message("请更正年份"))


def _units(rows: Numbered[UnitRow], divisions: Numbered[DivisionRow]) -> Iterator[CityFault]:
    file = "units.csv"
    yield from _repeated(file, rows, lambda row: row.code, Message("代码"))
    taken: dict[str, tuple[int, str]] = {}
    in_force = {row.code: row for _number, row in divisions if row.valid_to is None}
    holders: dict[str, int] = {}
    for number, row in rows:
        for name in (row.name, *row.aliases):
            earlier, code = taken.setdefault(name_key(name), (number, row.code))
            if code != row.code:
                reason = Message("名称“%(name)s”与第 %(row)s 行重复", name=name, row=earlier)
                yield CityFault(file, number, reason, Message("每个名称和别名只能指一个板块"))
        if row.division not in in_force:
            reason = Message("所在区划 %(code)s 不在 divisions.csv 中或已撤销", code=row.division)
            yield CityFault(
                file, number, reason, Message("可用：%(names)s", names=list(map(_with_code, in_force.values())))
            )
        elif row.has_polygon:
            other = holders.setdefault(row.division, number)
            if other != number:
                reason = Message("区划 %(code)s 的界线已属于第 %(row)s 行的板块", code=row.division, row=other)
                yield CityFault(file, number, reason, Message("没有单独界线的开发区请把 has_polygon 填 0"))
    for code, held in in_force.items():
        if code not in holders:
            name = Named(held.name, held.name_en)
            way_out = Message("请为%(name)s补一行，division 填 %(code)s，has_polygon 填 1", name=name, code=code)
            yield CityFault(file, None, Message("缺少区划 %(division)s 的板块", division=_with_code(held)), way_out)


def _with_code(row: DivisionRow) -> Named:
    return Named(f"{row.code} {row.name}", f"{row.code} {row.name_en}")


def _not_in(file: str, code: str) -> Message:
    if file == "units.csv":
        return Message("板块 %(code)s 不在 %(file)s 中", code=code, file=file)
    return Message("类别 %(code)s 不在 %(file)s 中", code=code, file=file)


def _towns(city: City) -> Iterator[CityFault]:
    file, rows = "towns.csv", city.town_table.rows
    yield from _repeated(file, rows, lambda row: name_key(row.name), Message("镇（街道）"))
    known = {row.code for _number, row in city.unit_table.rows}
    for number, row in rows:
        if row.unit not in known:
            yield CityFault(
                file, number, _not_in("units.csv", row.unit), Message("可用：%(names)s", names=sorted(known))
            )


def _sectors(city: City) -> Iterator[CityFault]:
    file, rows = "sectors.csv", city.sector_table.rows
    yield from _repeated(file, rows, lambda row: row.industry, Message("行业"))
    known = {row.code: Named(f"{row.code} {row.name}", f"{row.code} {row.name_en}") for row in reference.industries()}
    for number, row in rows:
        if row.industry not in known:
            reason = Message("%(code)s 不是制造业大类", code=row.industry)
            yield CityFault(file, number, reason, Message("可用 13 到 43，见 GB/T 4754"))
    if not city.sector_table.faults:
        missing = [name for code, name in known.items() if code not in {row.industry for _n, row in rows}]
        if missing:
            reason = Message("缺少 %(names)s 等 %(n)s 个大类的领域", names=missing[:5], n=len(missing))
            yield CityFault(file, None, reason, Message("请补上"))


def _categories(rows: Numbered[CategoryRow]) -> Iterator[CityFault]:
    file = "categories.csv"
    yield from _repeated(file, rows, lambda row: row.code, Message("代码"))
    yield from _repeated(file, rows, lambda row: name_key(row.name), Message("名称"))
    place = {row.code: (number, row) for number, row in rows}
    for number, row in rows:
        yield from _span(file, number, row.valid_from, row.valid_to)
        if row.successor is None:
            continue
        found = place.get(row.successor)
        if found is None:
            yield CityFault(file, number, _no_successor(row.successor), Message("请填改名后的类别代码"))
            continue
        later, after = found
        if later <= number:
            reason = Message("successor %(code)s 在它前面", code=row.successor)
            yield CityFault(file, number, reason, Message("后来的名称请排在后面的行"))
        elif (after.tier, after.type, after.rank) != (row.tier, row.type, row.rank):
            reason = Message("successor %(code)s 的级别、对象或位次与这一行不同", code=row.successor)
            yield CityFault(file, number, reason, Message("successor 只用于同一称号改名；否则请留空"))
    if not rows:
        yield CityFault(file, None, Message("没有类别"), Message("请至少写一个"))


def _totals(city: City) -> Iterator[CityFault]:
    file = "published_totals.csv"
    tiers = {row.code: row.tier for _number, row in city.category_table.rows}
    for number, row in city.total_table.rows:
        if row.rank_note and not row.document:
            reason = Message("写了 rank_note 而没有写 document")
            yield CityFault(file, number, reason, Message("请填写说明位次的文件，或删去 rank_note"))
        for code in row.categories:
            if code not in tiers:
                yield CityFault(file, number, _not_in("categories.csv", code), Message("请更正；几个类别用分号隔开"))
            elif tiers[code] is not row.tier:
                reason = Message(
                    "类别 %(code)s 是%(tier)s，这一行写的是%(other)s", code=code, tier=tiers[code], other=row.tier
                )
                yield CityFault(file, number, reason, Message("请更正 tier 或类别"))


def _wordings(city: City) -> Iterator[CityFault]:
    """Other names must stand for something that there is, and each for one thing."""
    file, rows = "wordings.csv", city.wording_table.rows
    yield from _repeated(file, rows, lambda row: f"{row.kind} {name_key(row.text)}", Message("写法"))
    known = {
        "unit": {row.code for _number, row in city.unit_table.rows},
        "category": {row.code for _number, row in city.category_table.rows},
        "organ": {Tier.PROVINCIAL.value},
    }
    holders = {name_key(name): unit.code for _n, unit in city.unit_table.rows for name in (unit.name, *unit.aliases)}
    for number, row in rows:
        if row.kind not in known:
            reason = Message("%(column)s %(text)s 不在可用的范围", column="kind", text=repr(row.kind))
            yield CityFault(file, number, reason, Message("可用：%(names)s", names=list(known)))
            continue
        holder = holders.get(name_key(row.text)) if row.kind == "unit" else None
        if holder and row.targets != (holder,):
            reason = Message("units.csv 写明“%(name)s”是板块 %(code)s，这里不同", name=row.text, code=holder)
            yield CityFault(file, number, reason, Message("请删去这一行，或删去 units.csv 中的别名"))
        for target in row.targets:
            if target not in known[row.kind]:
                reason = Message("%(column)s %(text)s 不在可用的范围", column="target", text=repr(target))
                yield CityFault(file, number, reason, Message("可用：%(names)s", names=sorted(known[row.kind])))


def _headlines(city: City) -> Iterator[CityFault]:
    for row in city.facts.headlines:
        chosen = [
            item for _n, item in city.category_table.rows if item.tier is row.tier and row.type in (None, item.type)
        ]
        if not chosen and not city.category_table.faults:
            what = Named(row.name, row.name_en) if row.name else row.tier.value
            reason = Message("headlines 的“%(what)s”没有对应的类别", what=what)
            yield CityFault(FILE, None, reason, Message("请更正 tier、type，或删去这一节"))
