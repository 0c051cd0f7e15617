"""One row of a standing list into values, with every finding about its cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from registry.names import (
    document_number,
    document_number_key,
    document_year,
    is_document_number,
    name_key,
)
from registry.services.imports.code_lists import CategoryItem, UnitItem, WrittenCodes, coordinate_system
from registry.services.imports.columns import Layout, cell
from registry.services.imports.findings import Level, RowFinding
from registry.services.imports.kpi_cells import KpiSet, read_kpis
from registry.spreadsheets import Row, Value
from registry.terms import ProjectType
from registry.values.bad_value import BadValue
from registry.values.places import WHERE_DRAWN, PlaceDoubt, Point, place, place_doubt
from registry.values.plain import FIRST_YEAR, day, number, shown, text, unified_code, year

Parsed = TypeVar("Parsed")
_WITHOUT_ENTERPRISE = (ProjectType.PARK.value, ProjectType.ZONE.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedTitle:
    """A row that can be taken: one title as the list states it. Empty texts and None mean not stated."""

    row: int
    enterprise: str
    enterprise_key: str
    uscc: str | None
    name: str
    name_key: str
    category: CategoryItem
    year: int
    document: str
    document_key: str
    announced_on: date | None
    unit: UnitItem
    town: str
    address: str
    point: Point | None
    industry: str | None
    industry_class: str
    remark: str
    kpis: KpiSet = field(compare=False)


class RowReader:
    """Reads the cells of one row; findings are collected, so that a person sees all of them at once."""

    def __init__(self, row: Row, layout: Layout, lists: WrittenCodes, today: date) -> None:
        self.row, self.layout, self.lists, self.today = row, layout, lists, today
        self.findings: list[RowFinding] = []

    def note(self, name: str, reason: str, way_out: str, level: Level = Level.ERROR) -> None:
        """Add a finding about the cell of a field."""
        self.findings.append(
            RowFinding(
                row=self.row.number,
                column=self.layout.header(name),
                value=shown(self.cell(name)),
                reason=reason,
                way_out=way_out,
                level=level,
            )
        )

    def cell(self, name: str) -> Value:
        """The raw cell of a field."""
        return cell(self.row, self.layout, name)

    def take(self, name: str, parse: Callable[[Value], Parsed], *, required: bool = False) -> Parsed | None:
        """The parsed cell, or None when it is empty or wrong (then with a finding)."""
        value = self.cell(name)
        if value is None:
            if required:
                self.note(name, "没有填写", "请补填，这一列是必需的")
            return None
        try:
            return parse(value)
        except BadValue as error:
            self.note(name, error.reason, error.way_out)
            return None

    @property
    def refused(self) -> bool:
        """Whether a finding so far refuses the row."""
        return any(finding.level == Level.ERROR for finding in self.findings)


def read_title(
    row: Row, layout: Layout, lists: WrittenCodes, today: date
) -> tuple[ListedTitle | None, list[RowFinding]]:
    """(the title that a row states, or None when it is refused; all findings)."""
    reader = RowReader(row, layout, lists, today)
    category = reader.take("category", lambda value: lists.category(text(value, 60)), required=True)
    needs_enterprise = category is None or category.type not in _WITHOUT_ENTERPRISE
    enterprise = reader.take("enterprise", lambda value: text(value, 200), required=needs_enterprise) or ""
    uscc = reader.take("uscc", unified_code)
    name = reader.take("name", lambda value: text(value, 200), required=True) or ""
    batch = reader.take("year", lambda value: year(value, first=FIRST_YEAR, last=today.year), required=True)
    document = reader.take("document", lambda value: document_number(text(value, 60)), required=True) or ""
    announced_on = _announced_on(reader)
    unit = reader.take("unit", lambda value: lists.unit(text(value, 40)), required=True)
    town = reader.take("town", lambda value: text(value, 60)) or ""
    address = reader.take("address", lambda value: text(value, 200)) or ""
    industry = reader.take("industry", lambda value: lists.industry(text(value, 120)))
    remark = reader.take("remark", lambda value: text(value, 2000)) or ""
    point = _point(reader)
    kpis, kpi_findings = read_kpis(row, layout, today, batch=batch)
    _doubts(reader, category, batch, document, announced_on)
    _place_doubts(reader, unit, town, point)
    _code_doubts(reader, uscc, enterprise, industry)
    reader.findings += kpi_findings
    if reader.refused or category is None or batch is None or unit is None:
        return None, reader.findings
    division, detail = industry or (None, "")
    title = ListedTitle(
        row=row.number,
        enterprise=enterprise,
        enterprise_key=name_key(enterprise),
        uscc=uscc,
        name=name,
        name_key=name_key(name),
        category=category,
        year=batch,
        document=document,
        document_key=document_number_key(document),
        announced_on=announced_on,
        unit=unit,
        town=town,
        address=address,
        point=point,
        industry=division,
        industry_class=detail,
        remark=remark,
        kpis=kpis,
    )
    return title, reader.findings


def _announced_on(reader: RowReader) -> date | None:
    found = reader.take("announced_on", lambda value: day(value, today=reader.today))
    if found is None:
        return None
    if found[1]:
        reader.note(
            "announced_on",
            f"按 Excel 日期序号读作 {found[0].isoformat()}",
            "如不对，请改为日期格式",
            Level.NOTICE,
        )
    return found[0]


def _point(reader: RowReader) -> Point | None:
    lon = reader.take("lon", _degrees)
    lat = reader.take("lat", _degrees)
    given = [name for name in ("lon", "lat") if reader.cell(name) is not None]
    if not given:
        return None
    if len(given) == 1:
        missing = "lat" if given == ["lon"] else "lon"
        reader.note(missing, f"只有{reader.layout.header(given[0])}", "请补填另一个，或两项都留空")
        return None
    if reader.cell("system") is None:
        reader.note(
            "system",
            "有坐标而没有说明坐标系",
            "坐标取自哪里？天地图、GPS 填 WGS84，高德、腾讯填 GCJ02，百度填 BD09",
        )
        return None
    system = reader.take("system", lambda value: coordinate_system(text(value, 20)))
    if lon is None or lat is None or system is None:
        return None
    return reader.take("lon" if lon != 0 else "lat", lambda value: place(lon, lat, system, reader.lists.city.boundary))


def _degrees(value: Value) -> float:
    if isinstance(value, str) and any(mark in value for mark in "°′″'\"度分"):
        raise BadValue("是度分秒写法", "请换算为小数度，如 118.9512")
    return float(number(value))


def _doubts(
    reader: RowReader,
    category: CategoryItem | None,
    batch: int | None,
    document: str,
    announced_on: date | None,
) -> None:
    if category is not None and batch is not None and not category.is_valid_in(batch):
        _wrong_years(reader, category, batch)
    if document and category is not None and not is_document_number(document):
        usual = "常见写法如 某工信发〔2020〕1号"
        if category.is_municipal:
            reader.note("document", "不是完整的文号", f"请按文件补全，{usual}")
        else:
            reader.note("document", "与通常的文号写法不同", f"请对照文件确认，{usual}", Level.WARNING)
    if announced_on is None:
        return
    stated = document_year(document)
    if stated is not None and stated != announced_on.year:
        reader.note("announced_on", f"与文号中的 {stated} 年不同", "请对照文件确认", Level.WARNING)
    elif batch is not None and not batch <= announced_on.year <= batch + 1:
        reader.note("announced_on", f"与批次年份 {batch} 相差较大", "请对照文件确认", Level.WARNING)


def _wrong_years(reader: RowReader, category: CategoryItem, batch: int) -> None:
    years = f"{category.valid_from or ''}–{category.valid_to or ''}"
    other = reader.lists.name_in(batch, category)
    way_out = f"{batch} 年的名称是“{other}”，请核对" if other else "请核对类别和年份"
    level = Level.WARNING if category.guessed else Level.ERROR
    reader.note("category", f"这一类别只用于 {years} 年，批次年份是 {batch}", way_out, level)


def _place_doubts(reader: RowReader, unit: UnitItem | None, town: str, point: Point | None) -> None:
    if unit is None:
        return
    of_town = reader.lists.town_unit(town)
    if of_town is not None and of_town != unit.code:
        name = reader.lists.unit(of_town).name
        reader.note("unit", f"{town} 属于{name}", f"请核对；应归{name}的请改填", Level.WARNING)
    if point is None:
        return
    doubt = place_doubt(point, unit.division)
    if doubt is PlaceDoubt.NEAR_LINE:
        reader.note("lon", doubt.value, f"按所属板块计入{unit.name}", Level.NOTICE)
    elif doubt is PlaceDoubt.ELSEWHERE:
        reader.note("lon", f"坐标不在所属板块{unit.name}的范围内", f"{WHERE_DRAWN}", Level.WARNING)


def _code_doubts(reader: RowReader, uscc: str | None, enterprise: str, industry: tuple[str | None, str] | None) -> None:
    if uscc is not None and not uscc.startswith("9"):
        reader.note("uscc", "企业的代码一般以 9 开头", "请对照营业执照确认", Level.WARNING)
    if uscc is not None and not enterprise:
        reader.note("uscc", "有代码而没有企业名称", "请补填企业名称，或删去代码")
    if industry is not None and industry[0] is None:
        reader.note("industry", "不属于制造业大类（13–43）", "导入后行业留空", Level.NOTICE)
