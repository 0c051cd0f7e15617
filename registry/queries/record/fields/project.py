"""Fields that say which project it is."""

from __future__ import annotations

from registry.queries.record import values
from registry.queries.record.fields.field import LIST_SEPARATOR, Field, Kind
from registry.terms import ProjectType

WHO: tuple[Field, ...] = (
    Field(
        name="code",
        zh="项目编号",
        en="Project code",
        kind=Kind.CODE,
        says_zh="永久编号；合并后的旧编号转到新编号",
        says_en="Permanent code; after a merger the former code leads to the new one",
        value=lambda row, lists, links: row.code,
        is_code=True,
    ),
    Field(
        name="name",
        zh="项目名称",
        en="Project",
        kind=Kind.TEXT,
        says_zh="现在的名称",
        says_en="The present name",
        value=lambda row, lists, links: row.name,
    ),
    Field(
        name="name_short",
        zh="简称",
        en="Short name",
        kind=Kind.TEXT,
        says_zh="简称，没有时为空",
        says_en="Short name, empty where there is none",
        value=lambda row, lists, links: row.name_short,
    ),
    Field(
        name="name_former",
        zh="曾用名",
        en="Former names",
        kind=Kind.TEXTS,
        says_zh="曾用名，最近的在前",
        says_en="Former names, the latest first",
        value=lambda row, lists, links: [former.name for former in row.names_former],
        flat=lambda row, lists, links: LIST_SEPARATOR.join(former.name for former in row.names_former),
        words=lambda row, lists, language: values.listed((former.name for former in row.names_former), language),
    ),
    Field(
        name="type",
        zh="主体类型",
        en="Type",
        kind=Kind.CODE,
        says_zh="workshop 车间、factory 工厂、project 企业项目、park 园区、zone 示范区、supplier 服务机构",
        says_en="workshop, factory, project, park, zone or supplier",
        value=lambda row, lists, links: row.type,
        words=lambda row, lists, language: ProjectType(row.type).label(language),
    ),
    Field(
        name="enterprise",
        zh="企业名称",
        en="Enterprise",
        kind=Kind.ENTERPRISE,
        says_zh="所属企业；园区和示范区没有",
        says_en="The enterprise; parks and zones have none",
        value=lambda row, lists, links: (
            {"id": row.enterprise_id, "name": row.enterprise} if row.enterprise_id else None
        ),
        nullable=True,
        flat=lambda row, lists, links: row.enterprise or "",
        words=lambda row, lists, language: row.enterprise,
    ),
)
