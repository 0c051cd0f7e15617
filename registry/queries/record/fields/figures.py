"""Fields that say what a project has come to, and where to read more."""

from __future__ import annotations

from registry.queries.record import values
from registry.queries.record.fields.field import LIST_SEPARATOR, WITHOUT_OGC, Field, Kind
from registry.queries.record.kpis import is_public
from registry.terms import BEIJING

KPIS = "kpis"
FIGURES: tuple[Field, ...] = (
    Field(
        name=KPIS,
        zh="指标",
        en="KPIs",
        kind=Kind.KPIS,
        says_zh="公开的指标，按指标代码；在表格中每项一列，列名为 kpi_ 加代码",
        says_en="Public figures by code; in tables each is a column named kpi_ and its code",
        value=lambda row, lists, links: {
            code: values.kpi_item(kpi) for code, kpi in row.kpis.items() if is_public(code)
        },
    ),
    Field(
        name="photos",
        zh="照片",
        en="Photos",
        kind=Kind.PHOTOS,
        says_zh="已公开的照片；在一格中写作网址，以分号分隔",
        says_en="Released photos; in one cell their addresses, joined by ;",
        value=lambda row, lists, links: [
            {"url": links.photo(row.code, photo.id), "caption": photo.caption} for photo in row.photos
        ],
        flat=lambda row, lists, links: LIST_SEPARATOR.join(links.photo(row.code, photo.id) for photo in row.photos),
        words=lambda row, lists, language: values.listed((photo.caption for photo in row.photos), language),
    ),
    Field(
        name="summary",
        zh="项目介绍",
        en="Summary",
        kind=Kind.TEXT,
        says_zh="公开的介绍",
        says_en="The public description",
        value=lambda row, lists, links: row.summary,
    ),
    Field(
        name="updated_at",
        zh="更新时间",
        en="Updated",
        kind=Kind.MOMENT,
        says_zh="记录最后一次改动的时间（北京时间）",
        says_en="When the record was last changed (Beijing time)",
        value=lambda row, lists, links: row.updated_at.astimezone(BEIJING).isoformat(timespec="seconds"),
        words=lambda row, lists, language: row.updated_at.astimezone(BEIJING).replace(tzinfo=None, microsecond=0),
        # A second date column would make GDAL and QGIS ask for it by `datetime`, which is the day of announcement.
        where=WITHOUT_OGC,
    ),
    Field(
        name="url",
        zh="网址",
        en="Address on the web",
        kind=Kind.LINK,
        says_zh="项目页面的永久网址",
        says_en="Permanent address of the project's page",
        value=lambda row, lists, links: links.project(row.code),
    ),
)
