"""The field table of a project: one list drives API items, GeoJSON properties, csv and xlsx columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.record.kpis import PublicKpi, is_public
from registry.queries.record.rows import ProjectRow, TitleRow
from registry.terms import BEIJING

KPI_PREFIX = "kpi_"
LIST_SEPARATOR = ";"
DANGEROUS = ("=", "+", "-", "@", "\t")
"""First characters by which a spreadsheet program would take a text for a formula."""


@dataclass(frozen=True)
class Links:
    """Builds the public addresses of a project from its code, and of a photo from code and number."""

    project: Callable[[str], str]
    photo: Callable[[str, int], str]


@dataclass(frozen=True)
class Field:
    """One field: contract name, Chinese header, and its value for a program (nested where it is)."""

    name: str
    header: str
    value: Callable[[ProjectRow, CodeLists, Links], Any]


def _name(items: dict[str, Any], code: str | None) -> str | None:
    return items[code].name if code is not None and code in items else None


def title_item(title: TitleRow) -> dict[str, Any]:
    """One item of `recognitions`."""
    return {
        "category": title.category,
        "tier": title.tier,
        "name_awarded": title.name_awarded,
        "enterprise_awarded": title.enterprise_awarded,
        "year": title.year,
        "document_number": title.document_number,
        "announced_on": title.announced_on.isoformat() if title.announced_on else None,
        "stage": title.stage,
        "status": title.status,
    }


def kpi_item(kpi: PublicKpi) -> dict[str, Any]:
    """One value of `kpis`; `value` is null where before and after cannot be compared."""
    value = kpi.value
    return {
        "value": None
        if value is None
        else (int(value) if value == value.to_integral_value() and kpi.kind == "count" else float(value)),
        "unit": kpi.unit,
        "baseline_year": kpi.baseline_year,
        "report_year": kpi.report_year,
        "basis": kpi.basis.value,
    }


FIELDS: tuple[Field, ...] = (
    Field("code", "项目编号", lambda row, lists, links: row.code),
    Field("name", "项目名称", lambda row, lists, links: row.name),
    Field("name_short", "简称", lambda row, lists, links: row.name_short),
    Field("name_former", "曾用名", lambda row, lists, links: list(row.names_former)),
    Field("type", "主体类型", lambda row, lists, links: row.type),
    Field(
        "enterprise",
        "企业名称",
        lambda row, lists, links: {"id": row.enterprise_id, "name": row.enterprise} if row.enterprise_id else None,
    ),
    Field("tier", "级别", lambda row, lists, links: row.leading.tier),
    Field("category", "类别", lambda row, lists, links: row.leading.category),
    Field(
        "level",
        "等级",
        lambda row, lists, links: lists.categories[row.leading.category].rank,
    ),
    Field(
        "categories",
        "全部类别",
        lambda row, lists, links: list(dict.fromkeys(title.category for title in row.titles)),
    ),
    Field(
        "recognitions",
        "认定",
        lambda row, lists, links: [title_item(title) for title in row.titles],
    ),
    Field("unit", "板块代码", lambda row, lists, links: row.unit),
    Field("unit_name", "所属板块", lambda row, lists, links: lists.units[row.unit].name),
    Field("division", "行政区划代码", lambda row, lists, links: row.division),
    Field(
        "division_name",
        "行政区划",
        lambda row, lists, links: _name(lists.divisions, row.division),
    ),
    Field("town", "镇(街道)", lambda row, lists, links: row.town),
    Field("address", "详细地址", lambda row, lists, links: row.address),
    Field("industry", "行业代码", lambda row, lists, links: row.industry),
    Field(
        "industry_name",
        "行业大类",
        lambda row, lists, links: _name(lists.industries, row.industry),
    ),
    Field(
        "sector",
        "行业板块",
        lambda row, lists, links: lists.industries[row.industry].sector if row.industry else None,
    ),
    Field("year", "认定年份", lambda row, lists, links: row.leading.year),
    Field(
        "announced_on",
        "公布日期",
        lambda row, lists, links: row.leading.announced_on.isoformat() if row.leading.announced_on else None,
    ),
    Field("lon", "经度", lambda row, lists, links: row.lon),
    Field("lat", "纬度", lambda row, lists, links: row.lat),
    Field("precision", "位置精度", lambda row, lists, links: row.precision),
    Field(
        "kpis",
        "指标",
        lambda row, lists, links: {code: kpi_item(kpi) for code, kpi in row.kpis.items() if is_public(code)},
    ),
    Field(
        "photos",
        "照片",
        lambda row, lists, links: [
            {"url": links.photo(row.code, photo.id), "caption": photo.caption} for photo in row.photos
        ],
    ),
    Field("summary", "项目介绍", lambda row, lists, links: row.summary),
    Field(
        "updated_at",
        "更新时间",
        lambda row, lists, links: row.updated_at.astimezone(BEIJING).isoformat(timespec="seconds"),
    ),
    Field("url", "网址", lambda row, lists, links: links.project(row.code)),
)
NAMES = tuple(field.name for field in FIELDS)


def item(row: ProjectRow, lists: CodeLists, links: Links) -> dict[str, Any]:
    """An API item."""
    return {field.name: field.value(row, lists, links) for field in FIELDS}


def feature(row: ProjectRow, lists: CodeLists, links: Links) -> dict[str, Any]:
    """A GeoJSON Feature; `properties` lack lon and lat, `enterprise` is the name."""
    properties = item(row, lists, links)
    lon, lat = properties.pop("lon"), properties.pop("lat")
    properties["enterprise"] = row.enterprise or None
    geometry = None if lon is None else {"type": "Point", "coordinates": [lon, lat]}
    return {
        "type": "Feature",
        "id": row.code,
        "geometry": geometry,
        "properties": properties,
    }


def public_kpis(lists: CodeLists) -> list[str]:
    """KPI codes that have a column in files."""
    return [code for code in lists.kpis if is_public(code)]


def columns(lists: CodeLists) -> list[tuple[str, str]]:
    """(name, Chinese header) of every file column: the field table with `kpis` unfolded."""
    found: list[tuple[str, str]] = []
    for field in FIELDS:
        if field.name == "kpis":
            found += [(KPI_PREFIX + code, _kpi_header(lists, code)) for code in public_kpis(lists)]
        else:
            found.append((field.name, field.header))
    return found


def _kpi_header(lists: CodeLists, code: str) -> str:
    definition = lists.kpis[code]
    return f"{definition.name}({'%' if definition.kind in ('share', 'change') else definition.unit})"


def cells(row: ProjectRow, lists: CodeLists, links: Links) -> list[Any]:
    """One file row in the order of `columns`; None is an empty cell, lists are joined by `;`."""
    found: list[Any] = []
    for name, value in item(row, lists, links).items():
        if name == "kpis":
            found += [value[code]["value"] if code in value else None for code in public_kpis(lists)]
        elif name == "enterprise":
            found.append(row.enterprise or None)
        elif name == "recognitions":
            found.append(LIST_SEPARATOR.join(_title_text(title) for title in row.titles))
        elif name == "photos":
            found.append(LIST_SEPARATOR.join(photo["url"] for photo in value))
        elif isinstance(value, list):
            found.append(LIST_SEPARATOR.join(value))
        else:
            found.append(value)
    return found


def _title_text(title: TitleRow) -> str:
    parts = (title.category, str(title.year or ""), title.document_number, title.status)
    return "|".join(parts)


def as_title_rows(row: ProjectRow, title_ids: set[int]) -> Iterator[ProjectRow]:
    """The project once for each of these titles, standing under that title alone (rows=recognitions)."""
    for title in row.titles:
        if title.id in title_ids:
            yield replace(row, titles=(title,))


def guarded(value: Any) -> Any:
    """A csv cell that no spreadsheet program runs as a formula; numbers stay numbers."""
    return "'" + value if isinstance(value, str) and value.startswith(DANGEROUS) else value
