"""What only the shipped city has: its names, codes and numbers as patterns, to be looked for where they must not be."""

from __future__ import annotations

import re
from functools import cache

from tests.cities import SHIPPED

LATITUDE, LONGITUDE = "中间纬度（boundaries）", "经度（boundaries）"


def facts_of_shipped() -> dict[str, str]:
    """Pattern → which fact it is."""
    facts = SHIPPED.facts
    found: dict[str, str] = {}

    def add(text: str, what: str, *, whole: bool = False) -> None:
        found[rf"(?<![\w-]){re.escape(text)}(?![\w])" if whole else re.escape(text)] = what

    add(facts.name.removesuffix("市"), "名称（city.toml name）")
    add(facts.name_en, "英文名称（city.toml name_en）")
    add(facts.province.removesuffix("省"), "省份（city.toml province）")
    add(facts.province_en, "省份英文名（city.toml province_en）")
    add(f"{facts.code_prefix}-", "项目编号前缀（city.toml code_prefix）")
    add(facts.area_code, "区号（city.toml area_code）", whole=True)
    for unit in SHIPPED.units:
        add(unit.code, "板块代码（units.csv）", whole=True)
        for name in (unit.name, *unit.aliases):
            add(name, "板块名称或别名（units.csv）")
        add(unit.name_en.rsplit(" ", 1)[0], "板块英文名（units.csv）")
    for division in SHIPPED.divisions:
        add(division.code, "区划代码（divisions.csv）", whole=True)
        add(division.name, "区划名称（divisions.csv）")
    for town in SHIPPED.towns:
        add(town.name, "镇（街道）（towns.csv）")
    for category in SHIPPED.categories:
        add(category.code, "类别代码（categories.csv）", whole=True)
    for name, _place in facts.neighbour_labels:
        add(name.removesuffix("市"), "周边城市（city.toml neighbour_labels）")
    for total in SHIPPED.published_totals:
        if total.document:
            add(total.document, "公布文号（published_totals.csv）")
    west, south, east, north = SHIPPED.boundary.bounds
    # As people write them: 119.95, or “about 119 to 120”.
    for degrees in {int(west), int(east)}:
        found[rf"(?<![\d.]){degrees}(?:\.\d| ?到| to )"] = LONGITUDE
    add(str(SHIPPED.boundary.plane.latitude), LATITUDE, whole=True)
    for degrees in (round(edge, 3) for edge in (west, south, east, north)):
        add(str(degrees), "坐标（boundaries）", whole=True)
    return found


@cache
def _sought() -> list[tuple[str, re.Pattern[str], str]]:
    """(letters, pattern, which fact it is) of what is looked for; a figure on a page is the same by chance."""
    return [
        (
            re.sub(r"^\(.*?\)|\(.*?\)$|\\", "", pattern).lower(),
            re.compile(pattern, re.IGNORECASE if pattern.isascii() and pattern.isalpha() else 0),
            what,
        )
        for pattern, what in facts_of_shipped().items()
        if what not in (LATITUDE, LONGITUDE)
    ]


def said_in(text: str) -> list[tuple[str, str]]:
    """(what was found, which fact it is) of the shipped city's facts in a page or file."""
    found, lower = [], text.lower()
    for letters, pattern, what in _sought():
        # Plain letters are found ten times as fast as a pattern, and most of them stand nowhere.
        match = pattern.search(text) if letters in lower else None
        if match:
            found.append((text[max(0, match.start() - 40) : match.end() + 40], what))
    return found
