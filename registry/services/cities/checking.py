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

Row = TypeVar("Row")
Numbered = tuple[tuple[int, Row], ...]


def check(city: City, check_boundaries: Check) -> list[CityFault]:
    """All faults, files in the order in which they build on each other. Empty: `flask init` can use the folder."""
    if not city.folder.is_dir():
        return [CityFault(str(city.folder), None, "没有这个目录", "请核对路径；城市目录的写法见 docs/city.md")]
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
    if prefix:
        found += _headlines(city)
    if not city.division_table.faults:
        found += installed_faults(city, check_boundaries)
    return found


def _repeated(file: str, rows: Numbered[Row], key: Callable[[Row], str], word: str) -> Iterator[CityFault]:
    """Rows that state again what an earlier one has stated."""
    first: dict[str, int] = {}
    for number, row in rows:
        earlier = first.setdefault(key(row), number)
        if earlier != number:
            yield CityFault(file, number, f"{word} {key(row)} 与第 {earlier} 行重复", "请删去一行，或改正其中一个")


def _divisions(rows: Numbered[DivisionRow], prefix: str) -> Iterator[CityFault]:
    file = "divisions.csv"
    yield from _repeated(file, rows, lambda row: row.code, "代码")
    by_code = {row.code: row for _number, row in rows}
    for number, row in rows:
        if prefix and not row.code.startswith(prefix):
            reason = f"代码 {row.code} 不以 {prefix} 开头，不是本市的区划"
            yield CityFault(file, number, reason, f"请更正代码，或 {FILE} 中的 division_prefix")
        yield from _span(file, number, row.valid_from, row.valid_to)
        if row.successor is None:
            continue
        after = by_code.get(row.successor)
        if row.valid_to is None:
            yield CityFault(file, number, "仍在使用而写了 successor", "请填 valid_to，或删去 successor")
        elif after is None or after.code == row.code:
            yield CityFault(file, number, f"successor {row.successor} 不是另一行的代码", "请填并入或改设后的区划代码")
        elif after.valid_to is not None:
            reason = f"successor {row.successor} 也已撤销（{after.valid_to} 年）"
            yield CityFault(file, number, reason, "请填现在仍在使用的区划")
    if rows and all(row.valid_to is not None for _number, row in rows):
        yield CityFault(file, None, "没有仍在使用的区划", "请补上现有的区县")


def _span(file: str, number: int, first: int | None, last: int | None) -> Iterator[CityFault]:
    if first is not None and last is not None and first > last:
        yield CityFault(file, number, f"valid_from {first} 晚于 valid_to {last}", "请更正年份")


def _units(rows: Numbered[UnitRow], divisions: Numbered[DivisionRow]) -> Iterator[CityFault]:
    file = "units.csv"
    yield from _repeated(file, rows, lambda row: row.code, "代码")
    taken: dict[str, tuple[int, str]] = {}
    in_force = {row.code: row for _number, row in divisions if row.valid_to is None}
    holders: dict[str, int] = {}
    for number, row in rows:
        for name in (row.name, *row.aliases):
            earlier, code = taken.setdefault(name_key(name), (number, row.code))
            if code != row.code:
                yield CityFault(file, number, f"名称“{name}”与第 {earlier} 行重复", "每个名称和别名只能指一个板块")
        if row.division not in in_force:
            known = "、".join(f"{code} {held.name}" for code, held in in_force.items())
            yield CityFault(file, number, f"所在区划 {row.division} 不在 divisions.csv 中或已撤销", f"可用：{known}")
        elif row.has_polygon:
            other = holders.setdefault(row.division, number)
            if other != number:
                reason = f"区划 {row.division} 的界线已属于第 {other} 行的板块"
                yield CityFault(file, number, reason, "没有单独界线的开发区请把 has_polygon 填 0")
    for code, held in in_force.items():
        if code not in holders:
            way_out = f"请为{held.name}补一行，division 填 {code}，has_polygon 填 1"
            yield CityFault(file, None, f"缺少区划 {code} {held.name} 的板块", way_out)


def _towns(city: City) -> Iterator[CityFault]:
    file, rows = "towns.csv", city.town_table.rows
    yield from _repeated(file, rows, lambda row: name_key(row.name), "镇（街道）")
    known = {row.code for _number, row in city.unit_table.rows}
    for number, row in rows:
        if row.unit not in known:
            yield CityFault(file, number, f"板块 {row.unit} 不在 units.csv 中", f"可用：{'、'.join(sorted(known))}")


def _sectors(city: City) -> Iterator[CityFault]:
    file, rows = "sectors.csv", city.sector_table.rows
    yield from _repeated(file, rows, lambda row: row.industry, "行业")
    known = {row.code: row.name for row in reference.industries()}
    for number, row in rows:
        if row.industry not in known:
            yield CityFault(file, number, f"{row.industry} 不是制造业大类", "可用 13 到 43，见 GB/T 4754")
    if not city.sector_table.faults:
        missing = [f"{code} {name}" for code, name in known.items() if code not in {row.industry for _n, row in rows}]
        if missing:
            yield CityFault(file, None, f"缺少 {'、'.join(missing[:5])} 等 {len(missing)} 个大类的领域", "请补上")


def _categories(rows: Numbered[CategoryRow]) -> Iterator[CityFault]:
    file = "categories.csv"
    yield from _repeated(file, rows, lambda row: row.code, "代码")
    yield from _repeated(file, rows, lambda row: name_key(row.name), "名称")
    place = {row.code: (number, row) for number, row in rows}
    for number, row in rows:
        yield from _span(file, number, row.valid_from, row.valid_to)
        if row.successor is None:
            continue
        found = place.get(row.successor)
        if found is None:
            yield CityFault(file, number, f"successor {row.successor} 不是另一行的代码", "请填改名后的类别代码")
            continue
        later, after = found
        if later <= number:
            yield CityFault(file, number, f"successor {row.successor} 在它前面", "后来的名称请排在后面的行")
        elif (after.tier, after.type, after.rank) != (row.tier, row.type, row.rank):
            reason = f"successor {row.successor} 的级别、对象或位次与这一行不同"
            yield CityFault(file, number, reason, "successor 只用于同一称号改名；否则请留空")
    if not rows:
        yield CityFault(file, None, "没有类别", "请至少写一个")


def _totals(city: City) -> Iterator[CityFault]:
    file = "published_totals.csv"
    tiers = {row.code: row.tier for _number, row in city.category_table.rows}
    for number, row in city.total_table.rows:
        for code in row.categories:
            if code not in tiers:
                yield CityFault(file, number, f"类别 {code} 不在 categories.csv 中", "请更正；几个类别用分号隔开")
            elif tiers[code] is not row.tier:
                reason = f"类别 {code} 是{tiers[code].zh}，这一行写的是{row.tier.zh}"
                yield CityFault(file, number, reason, "请更正 tier 或类别")


def _headlines(city: City) -> Iterator[CityFault]:
    for row in city.facts.headlines:
        chosen = [
            item for _n, item in city.category_table.rows if item.tier is row.tier and row.type in (None, item.type)
        ]
        if not chosen and not city.category_table.faults:
            what = row.name or row.tier.value
            yield CityFault(FILE, None, f"headlines 的“{what}”没有对应的类别", "请更正 tier、type，或删去这一节")
