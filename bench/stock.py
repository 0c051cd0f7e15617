"""Synthetic stocks of any size, written straight into SQLite: plausible, deterministic, quick.

Two titles for every second project, so 10 000 titles are 6 667 projects; each title has a KPI report.
Names start with 演示 and cannot be taken for real ones. `flask doctor` has nothing to say about them.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from shapely.geometry import Point
from shapely.prepared import prep

from geo.districts import District
from registry import reference
from registry.config import Settings
from registry.db import make_engine
from registry.models.triggers import PUBLIC_TABLES, install_triggers, note_all_changed
from registry.reference.city import City
from registry.services.installation import load_reference_rows, migrate
from registry.services.record.search_index import searchable

MOMENT = "2026-01-05 01:00:00.000000"
TOWN = "演示镇"
ZONE_SHARE = 0.2
"""Share of the projects in 武进区 that 常州经开区 reports."""
UNITS = {"320402": "TNQ", "320404": "ZLQ", "320411": "XBQ", "320412": "WJQ", "320413": "JTQ", "320481": "LYS"}
LOWER = ("mun_smart_workshop", "mun_demo_smart_workshop")
HIGHER = (
    ((2020, "prov_demo_smart_workshop"), (2024, "prov_smart_mfg_demo_workshop"), (9999, "prov_advanced_smart_factory")),
    ((2021, "prov_smart_factory"), (2024, "prov_smart_mfg_demo_factory"), (9999, "prov_advanced_smart_factory")),
)
"""(last year, category) of two ladders."""
CATEGORIES = (*LOWER, *dict.fromkeys(category for ladder in HIGHER for _last, category in ladder))
PRODUCTS = ("电机", "轴承", "光伏组件", "动力电池", "变速箱", "涂料", "面料", "药片", "钢管", "线缆", "模具", "传感器")
PROCESSES = ("装配", "焊接", "涂装", "铸造", "封装", "检测", "冲压", "包装")
KPIS = {
    "total_investment": (500, 9000, (90, 110)),
    "smart_equipment_rate": (50, 900, (72, 99)),
    "operating_cost": (50, 900, (60, 98)),
    "production_efficiency": (50, 900, (105, 180)),
    "defect_rate": (1, 9, (40, 95)),
}
"""(least, most) before, and the per cent of it that is left after, within the warnings of the KPI."""
SPOTS = 400
"""Places in a district; projects stand up to 900 m around them."""
INSIDE = 0.017
"""Degrees between a place and any line, so that no project comes near one."""


def make_stock(folder: Path, titles: int, *, text: bool = True) -> Settings:
    """A data directory with this many titles; without `text` the search index holds the code only."""
    settings = Settings(data_dir=folder)
    settings.make_data_dir()
    engine = make_engine(settings.database)
    migrate(engine)
    with engine.begin() as connection:
        load_reference_rows(connection)
    # The last connection of the pool would keep the journal as it is.
    engine.dispose()
    _fill(folder / "registry.db", Stock(titles, text=text))
    with engine.begin() as connection:
        install_triggers(connection)
        note_all_changed(connection)
    engine.dispose()
    return settings


def _fill(path: Path, stock: Stock) -> None:
    connection = sqlite3.connect(path)
    # Nothing survives a crash here and nothing has to; the triggers come back when the rows are in.
    connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-200000")
    for table in PUBLIC_TABLES:
        connection.execute(f"DROP TRIGGER {table}_revision_insert")
    for table, columns, rows in stock.tables():
        marks = ", ".join("?" * len(columns))
        connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)
    connection.execute("UPDATE counter SET value = ? WHERE name = 'project_code'", (stock.projects,))
    connection.commit()
    connection.executescript("ANALYZE; PRAGMA journal_mode=WAL")
    connection.close()


Row = tuple[object, ...]


class Stock:
    """The rows of a stock; every call draws the same ones."""

    def __init__(self, titles: int, *, text: bool) -> None:
        self.projects = (titles * 2 + 2) // 3
        self.titles = titles
        self.text = text
        self.industries = [row.code for row in reference.industries()]

    def tables(self) -> Iterator[tuple[str, tuple[str, ...], Iterable[Row]]]:
        """(table, columns, rows) in the order of their references."""
        common = ("is_demo", "created_at", "updated_at", "version")
        yield "enterprise", ("id", "name", "name_key", "verified", *common), self.enterprises()
        yield (
            "document",
            ("id", "number", "number_key", "kind", "title", "organ", "announced_on", "is_demo", "created_at"),
            self.documents(),
        )
        yield "project", (
            "id", "code", "type", "name", "name_key", "name_short", "enterprise_id", "unit_code", "division_code",
            "town", "address", "industry_code", "industry_class", "lon", "lat", "typed_lon", "typed_lat",
            "typed_system", "precision", "near_line", "products", "summary", "remark", *common,
        ), self.project_rows()  # fmt: skip
        yield "project_search", ("project_id", "text", "name_order"), self.searches()
        yield "recognition", (
            "id", "project_id", "category_code", "year", "document_id", "announced_on", "name_awarded",
            "enterprise_awarded", "status", "ending_reason", "remark", "created_at", "version",
        ), self.recognitions()  # fmt: skip
        yield "kpi_report", (
            "id", "project_id", "recognition_id", "kind", "basis", "baseline_year", "report_year", "created_at",
        ), self.reports()  # fmt: skip
        yield "kpi_value", ("report_id", "kpi_code", "baseline", "current", "measure", "comparable"), self.values()

    def enterprise_of(self, project: int) -> int:
        """Three projects in four have an enterprise of their own."""
        return project * 3 // 4 + 1

    def names(self, project: int) -> tuple[str, str]:
        """(enterprise, project)."""
        owner = self.enterprise_of(project)
        enterprise = f"演示{PRODUCTS[owner * 7 % len(PRODUCTS)]}{owner:06d}有限公司"
        product = PRODUCTS[project * 7 % len(PRODUCTS)]
        return enterprise, f"演示{product}{PROCESSES[project * 5 % len(PROCESSES)]}{project:06d}智能车间"

    def enterprises(self) -> Iterator[Row]:
        """One row an enterprise."""
        seen = 0
        for project in range(1, self.projects + 1):
            identifier = self.enterprise_of(project)
            if identifier != seen:
                name = self.names(project)[0]
                yield identifier, name, name, 0, 1, MOMENT, MOMENT, 1
                seen = identifier

    def documents(self) -> Iterator[Row]:
        """One document a year and tier."""
        for year in range(2015, 2026):
            for tier, organ in ((0, "演示市"), (1, "演示省")):
                number = f"演示〔{year}〕{tier + 1}号"
                yield year * 2 + tier, number, number, "recognition", "演示公布", organ, f"{year}-11-20", 1, MOMENT

    def project_rows(self) -> Iterator[Row]:
        """Projects inside the real polygons, one in thirty without a point."""
        draw = random.Random(1)
        spots = [(district.code, *spot) for district in City().boundary.districts for spot in _spots(district, draw)]
        for project in range(1, self.projects + 1):
            division, lon, lat = draw.choice(spots)
            unit = "JKQ" if division == "320412" and draw.random() < ZONE_SHARE else UNITS[division]
            industry = draw.choice(self.industries)
            _, name = self.names(project)
            point: Row = (None, None, None, None, None, "town")
            if project % 30:
                at = round(lon + draw.uniform(-0.006, 0.006), 6), round(lat + draw.uniform(-0.006, 0.006), 6)
                point = (*at, *at, "WGS84", "exact")
            yield (
                project, f"CZ-{project:06d}", "workshop", name, name, "", self.enterprise_of(project), unit, division,
                TOWN, "演示路1号", industry, "", *point, 0, "演示产品", "", "", 1, MOMENT, MOMENT, 1,
            )  # fmt: skip

    def searches(self) -> Iterator[Row]:
        """What `q` looks in."""
        for project in range(1, self.projects + 1):
            code = f"cz-{project:06d}"
            # A row without an order of names would be written anew by `flask init`.
            yield (
                project,
                searchable((*self.names(project), TOWN), (code, "演示产品")) if self.text else f"{code}\n{TOWN}",
                code,
            )

    def title(self, number: int) -> tuple[int, str, int]:
        """(project, category, year) of a title: the first ones in order, then one for every second project."""
        if number <= self.projects:
            return number, LOWER[number % len(LOWER)], 2015 + number * 3 % 8
        project = (number - self.projects) * 2
        year = 2019 + number * 5 % 7
        return project, next(category for last, category in HIGHER[number % len(HIGHER)] if year <= last), year

    def recognitions(self) -> Iterator[Row]:
        """All valid."""
        for number in range(1, self.titles + 1):
            project, category, year = self.title(number)
            document = year * 2 + (number > self.projects)
            enterprise, name = self.names(project)
            yield (
                number, project, category, year, document, f"{year}-11-20", name, enterprise,
                "valid", "", "", MOMENT, 1,
            )  # fmt: skip

    def reports(self) -> Iterator[Row]:
        """A declared report for each title."""
        for number in range(1, self.titles + 1):
            project, _, year = self.title(number)
            yield number, project, number, "recognition", "declared", year - 2, year, MOMENT

    def values(self) -> Iterator[Row]:
        """Five values a report, in millionths."""
        draw = random.Random(2)
        for number in range(1, self.titles + 1):
            for code, (least, most, of_before) in KPIS.items():
                before = draw.randint(least, most) * 1_000_000
                after = before * draw.randint(*of_before) // 100
                measure = "件/人·日" if code == "production_efficiency" else ""
                yield number, code, None if code == "total_investment" else before, after, measure, 1


def _spots(district: District, draw: random.Random) -> Iterator[tuple[float, float]]:
    """Places well inside a district (lon, lat), found by trial."""
    west, south, east, north = district.geometry.bounds
    inside = prep(district.geometry.buffer(-INSIDE))
    found = 0
    while found < SPOTS:
        lon, lat = draw.uniform(west, east), draw.uniform(south, north)
        if inside.contains(Point(lon, lat)):
            found += 1
            yield lon, lat
