"""The field table of a project: one list drives API items, GeoJSON properties, csv and xlsx columns.

Answers and csv are for programs and carry codes. The workbook is for people: `words` says what a person
reads in its place, and the codes stand as texts in columns of their own at its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.record import values
from registry.queries.record.kpis import is_public
from registry.queries.record.rows import ProjectRow
from registry.terms import BEIJING, CoordinateOrigin, Precision, ProjectType, RecognitionStatus, Tier

KPIS, KPI_PREFIX = "kpis", "kpi_"
LIST_SEPARATOR = ";"


@dataclass(frozen=True)
class Links:
    """Builds the public addresses of a project from its code, and of a photo from code and number."""

    project: Callable[[str], str]
    photo: Callable[[str, int], str]


Words = Callable[[ProjectRow, CodeLists, str], Any]
"""The cell of a project for a person who reads `zh` or `en`."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field: contract name, Chinese and English header, its value for a program (nested where it is).

    words: the cell in the workbook, where a person needs another than the program · in_answers: API, GeoJSON
    and csv have it (the contract fixes these) · in_sheet: the workbook has it · is_code: it stands at the end
    of the workbook.
    """

    name: str
    zh: str
    en: str
    value: Callable[[ProjectRow, CodeLists, Links], Any]
    words: Words | None = None
    in_answers: bool = True
    in_sheet: bool = True
    is_code: bool = False

    def header(self, language: str = "zh") -> str:
        """Its header in the workbook."""
        return self.en if language == "en" else self.zh


FIELDS: tuple[Field, ...] = (
    Field(name="code", zh="项目编号", en="Project code", value=lambda row, lists, links: row.code, is_code=True),
    Field(name="name", zh="项目名称", en="Project", value=lambda row, lists, links: row.name),
    Field(name="name_short", zh="简称", en="Short name", value=lambda row, lists, links: row.name_short),
    Field(
        name="name_former",
        zh="曾用名",
        en="Former names",
        value=lambda row, lists, links: list(row.names_former),
        words=lambda row, lists, language: values.listed(row.names_former, language),
    ),
    Field(
        name="type",
        zh="主体类型",
        en="Type",
        value=lambda row, lists, links: row.type,
        words=lambda row, lists, language: ProjectType(row.type).label(language),
    ),
    Field(
        name="enterprise",
        zh="企业名称",
        en="Enterprise",
        value=lambda row, lists, links: (
            {"id": row.enterprise_id, "name": row.enterprise} if row.enterprise_id else None
        ),
        words=lambda row, lists, language: row.enterprise,
    ),
    Field(
        name="tier",
        zh="级别",
        en="Tier",
        value=lambda row, lists, links: row.leading.tier,
        words=lambda row, lists, language: Tier(row.leading.tier).label(language),
    ),
    Field(
        name="category",
        zh="类别",
        en="Category",
        value=lambda row, lists, links: row.leading.category,
        words=lambda row, lists, language: lists.categories[row.leading.category].label(language),
    ),
    Field(
        name="level",
        zh="等级",
        en="Level",
        value=lambda row, lists, links: lists.categories[row.leading.category].rank,
        # The rank only orders categories; a person reads the category itself.
        in_sheet=False,
    ),
    Field(
        name="categories",
        zh="全部类别",
        en="All categories",
        value=lambda row, lists, links: values.categories(row),
        words=lambda row, lists, language: values.listed(
            [lists.categories[code].label(language) for code in values.categories(row)], language
        ),
    ),
    Field(
        name="recognitions",
        zh="认定",
        en="Titles",
        value=lambda row, lists, links: [values.title_item(title) for title in row.titles],
        words=lambda row, lists, language: values.listed(
            [values.title_words(title, lists, language) for title in row.titles], language
        ),
    ),
    Field(name="unit", zh="板块代码", en="Unit code", value=lambda row, lists, links: row.unit, is_code=True),
    Field(
        name="unit_name",
        zh="所属板块",
        en="Reporting unit",
        value=lambda row, lists, links: lists.units[row.unit].name,
        words=lambda row, lists, language: lists.units[row.unit].label(language),
    ),
    Field(
        name="division",
        zh="行政区划代码",
        en="Division code",
        value=lambda row, lists, links: row.division,
        is_code=True,
    ),
    Field(
        name="division_name",
        zh="行政区划",
        en="Division",
        value=lambda row, lists, links: values.name_of(lists.divisions, row.division),
        words=lambda row, lists, language: values.name_of(lists.divisions, row.division, language),
    ),
    Field(name="town", zh="镇(街道)", en="Town", value=lambda row, lists, links: row.town),
    Field(name="address", zh="详细地址", en="Address", value=lambda row, lists, links: row.address),
    Field(
        name="industry",
        zh="行业代码",
        en="Industry code",
        value=lambda row, lists, links: row.industry,
        is_code=True,
    ),
    Field(
        name="industry_name",
        zh="行业大类",
        en="Industry",
        value=lambda row, lists, links: values.name_of(lists.industries, row.industry),
        words=lambda row, lists, language: values.name_of(lists.industries, row.industry, language),
    ),
    Field(
        name="sector",
        zh="行业领域",
        en="Sector",
        value=lambda row, lists, links: values.sector(row, lists),
        words=lambda row, lists, language: values.sector_name(row, lists, language),
    ),
    Field(name="year", zh="认定年份", en="Year", value=lambda row, lists, links: row.leading.year),
    Field(
        name="document_number",
        zh="公布文号",
        en="Document number",
        value=lambda row, lists, links: row.leading.document_number,
        in_answers=False,
    ),
    Field(
        name="announced_on",
        zh="公布日期",
        en="Announced on",
        value=lambda row, lists, links: row.leading.announced_on.isoformat() if row.leading.announced_on else None,
    ),
    Field(
        name="status",
        zh="状态",
        en="Status",
        value=lambda row, lists, links: row.leading.status,
        words=lambda row, lists, language: RecognitionStatus(row.leading.status).label(language),
        in_answers=False,
    ),
    Field(name="lon", zh="经度", en="Longitude", value=lambda row, lists, links: row.lon),
    Field(name="lat", zh="纬度", en="Latitude", value=lambda row, lists, links: row.lat),
    Field(
        name="system",
        zh="坐标系",
        en="Coordinate system",
        value=lambda row, lists, links: None if row.lon is None else CoordinateOrigin.WGS84.value,
        in_answers=False,
    ),
    Field(
        name="precision",
        zh="位置精度",
        en="Precision",
        value=lambda row, lists, links: row.precision,
        words=lambda row, lists, language: Precision(row.precision).label(language),
    ),
    Field(
        name=KPIS,
        zh="指标",
        en="KPIs",
        value=lambda row, lists, links: {
            code: values.kpi_item(kpi) for code, kpi in row.kpis.items() if is_public(code)
        },
    ),
    Field(
        name="photos",
        zh="照片",
        en="Photos",
        value=lambda row, lists, links: [
            {"url": links.photo(row.code, photo.id), "caption": photo.caption} for photo in row.photos
        ],
        words=lambda row, lists, language: values.listed((photo.caption for photo in row.photos), language),
    ),
    Field(name="summary", zh="项目介绍", en="Summary", value=lambda row, lists, links: row.summary),
    Field(
        name="updated_at",
        zh="更新时间",
        en="Updated",
        value=lambda row, lists, links: row.updated_at.astimezone(BEIJING).isoformat(timespec="seconds"),
        words=lambda row, lists, language: f"{row.updated_at.astimezone(BEIJING):%Y-%m-%d %H:%M}",
    ),
    Field(name="url", zh="网址", en="Address on the web", value=lambda row, lists, links: links.project(row.code)),
    Field(
        name="category_code",
        zh="类别代码",
        en="Category code",
        value=lambda row, lists, links: row.leading.category,
        in_answers=False,
        is_code=True,
    ),
)
ANSWERED = tuple(field for field in FIELDS if field.in_answers)
"""What API, GeoJSON and csv have, in this order."""
NAMES = tuple(field.name for field in ANSWERED)


def item(row: ProjectRow, lists: CodeLists, links: Links) -> dict[str, Any]:
    """An API item."""
    return {field.name: field.value(row, lists, links) for field in ANSWERED}


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


def columns(lists: CodeLists) -> list[str]:
    """The names of the csv columns: the fields with `kpis` unfolded."""
    found: list[str] = []
    for field in ANSWERED:
        found += [KPI_PREFIX + code for code in public_kpis(lists)] if field.name == KPIS else [field.name]
    return found


def cells(row: ProjectRow, lists: CodeLists, links: Links) -> list[Any]:
    """One file row in the order of `columns`; None is an empty cell, lists are joined by `;`."""
    found: list[Any] = []
    for name, value in item(row, lists, links).items():
        if name == KPIS:
            found += [value[code]["value"] if code in value else None for code in public_kpis(lists)]
        elif name == "enterprise":
            found.append(row.enterprise or None)
        elif name == "recognitions":
            found.append(LIST_SEPARATOR.join(values.title_text(title) for title in row.titles))
        elif name == "photos":
            found.append(LIST_SEPARATOR.join(photo["url"] for photo in value))
        elif isinstance(value, list):
            found.append(LIST_SEPARATOR.join(value))
        else:
            found.append(value)
    return found


def as_title_rows(row: ProjectRow, title_ids: set[int]) -> Iterator[ProjectRow]:
    """The project once for each of these titles, standing under that title alone (rows=recognitions)."""
    for title in row.titles:
        if title.id in title_ids:
            yield replace(row, titles=(title,))
