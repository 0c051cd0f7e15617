"""A file of projects that the registry gave out: each is named by its code; its derived figures are not read."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from registry.errors import InvalidInput
from registry.names import document_number, document_number_key, name_key, tidy
from registry.services.imports import stock
from registry.services.imports.drafts import ProjectDraft, TitleDraft
from registry.services.imports.plan import Plan, PlannedSheet, RowPlan
from registry.services.imports.rows import RowReader
from registry.services.imports.sheets import code_lists
from registry.services.imports.sheets.code_lists import CategoryItem, WrittenCodes
from registry.services.imports.sheets.columns import Layout
from registry.services.imports.sheets.row_numbers import RowNumber
from registry.services.imports.sheets.row_numbers import place as place_of
from registry.spreadsheets import Book, Row, Table, Value
from registry.values.bad_value import BadValue
from registry.values.places import division_of, place, precision_of
from registry.values.plain import FIRST_YEAR, number, shown, text
from registry.values.written import written_day, written_year
from registry.wording import Message

_HEADERS = {
    "code": ("code", "项目编号", "Project code"),
    "name": ("name", "项目名称", "Project"),
    "enterprise": ("enterprise", "企业名称", "Enterprise"),
    "category_code": ("类别代码", "Category code"),
    "category": ("category", "类别", "Category"),
    "titles": ("recognitions", "认定", "Titles"),
    "year": ("year", "认定年份", "Year"),
    "document": ("document_number", "公布文号", "Document number"),
    "announced_on": ("announced_on", "公布日期", "Announced on"),
    "unit": ("unit", "板块代码", "Unit code"),
    "unit_name": ("unit_name", "所属板块", "Reporting unit"),
    "town": ("town", "镇(街道)", "Town"),
    "address": ("address", "详细地址", "Address"),
    "industry": ("industry", "行业代码", "Industry code"),
    "lon": ("lon", "经度", "Longitude"),
    "lat": ("lat", "纬度", "Latitude"),
}
_SAME_PLACE = 5e-7
"""Degrees: files carry six decimals of a coordinate at least."""


def plan_own_projects(session: Session, book: Book, *, today: date) -> Plan | None:
    """The plan of an own file of projects; None for any other file."""
    table = book.sheets[0]
    layout = _layout(table)
    if layout is None:
        return None
    lists = code_lists.load(session)
    plan = Plan([PlannedSheet(table, layout, "")], [], [])
    plan.notices.append(Message("这是本系统导出的项目文件：按项目编号对照；指标是算出的值，不读取。"))
    rows = [Row(RowNumber(row.number), row.cells) for row in table.rows if row.number > layout.header_row]
    if not rows:
        raise InvalidInput(Message("表头下面没有数据行（表头在第 %(row)s 行）。", row=layout.header_row), field="file")
    codes = {_code(row, layout) for row in rows}
    found = stock.load_named(session, (), (), codes - {""})
    planner = _Planner(plan, layout, lists, found, today)
    for row in rows:
        planner.row(row)
    return plan


def _layout(table: Table) -> Layout | None:
    first = table.rows[0]
    texts = {index: tidy(cell) for index, cell in enumerate(first.cells) if isinstance(cell, str)}
    fields = {
        name: index for name, headers in _HEADERS.items() for index, text_of in texts.items() if text_of in headers
    }
    if not {"code", "name", "titles", "category"} <= fields.keys():
        return None
    return Layout(first.number, first.number, headers=texts, fields=fields, is_own=True)


def _code(row: Row, layout: Layout) -> str:
    return shown(row.cell(layout.fields["code"])).strip().upper()


class _Planner:
    """Compares the rows of an own file with the projects that they name."""

    def __init__(self, plan: Plan, layout: Layout, lists: WrittenCodes, found: stock.Stock, today: date) -> None:
        self.plan, self.layout, self.lists, self.found, self.today = plan, layout, lists, found, today
        self.taken: dict[int, int] = {}
        self.seen: set[int] = set()

    def row(self, row: Row) -> None:
        """One row."""
        planned = RowPlan(row.number, layout=self.layout)
        self.plan.rows.append(planned)
        reader = RowReader(row, self.layout, self.lists, self.today)
        project = self.found.by_code.get(_code(row, self.layout))
        if project is None:
            reader.note("code", Message("没有这个项目编号"), Message("请核对；新的项目请用名单模板导入"))
        else:
            title = self._title(reader, project)
            if title is not None:
                self._names(reader, project, title)
                self._title_facts(reader, title)
                self._place(reader, project, planned)
                planned.title, title.row = title, row.number
        planned.findings += reader.findings

    def _title(self, reader: RowReader, project: ProjectDraft) -> TitleDraft | None:
        category = reader.take(
            "category_code" if self._has("category_code") else "category", self._category, required=True
        )
        year = reader.take("year", lambda value: written_year(value, first=FIRST_YEAR, last=self.today.year)[0])
        if category is None or reader.refused:
            return None
        titles = [
            title
            for title in self.found.titles_of[id(project)]
            if title.category_code == category.code and title.year == year
        ]
        if not titles:
            reader.note(
                "category",
                Message("该项目没有这一类别和年份的认定"),
                Message("请核对类别和年份；新的认定请用名单模板导入"),
            )
            return None
        title = titles[0]
        other = self.taken.setdefault(id(title), reader.row.number)
        if other != reader.row.number:
            reader.note("code", Message("与%(where)s是同一项认定", where=place_of(other)), Message("请删去其中一行"))
            return None
        return title

    def _category(self, value: Value) -> CategoryItem:
        return self.lists.category(text(value, 60))

    def _has(self, name: str) -> bool:
        return name in self.layout.fields

    def _names(self, reader: RowReader, project: ProjectDraft, title: TitleDraft) -> None:
        name = name_key(reader.take("name", lambda value: text(value, 200)) or "")
        if name and name not in (project.name_key, name_key(title.name_awarded)):
            reader.note(
                "name",
                Message("登记的名称是“%(name)s”", name=project.name),
                Message("改名请在登记维护中办理“项目更名”"),
            )
        enterprise = name_key(reader.take("enterprise", lambda value: text(value, 200)) or "")
        known = project.enterprise.keys if project.enterprise is not None else set()
        if enterprise and enterprise not in {*known, name_key(title.enterprise_awarded)}:
            borne = project.enterprise.name if project.enterprise is not None else ""
            reader.note(
                "enterprise", Message("登记的企业是“%(name)s”", name=borne), Message("更名请在登记维护中办理“企业更名”")
            )

    def _title_facts(self, reader: RowReader, title: TitleDraft) -> None:
        day = reader.take("announced_on", lambda value: written_day(value, today=self.today)[0])
        if day is not None and title.announced_on is not None and day != title.announced_on:
            reason = Message("登记的公布日期是 %(day)s", day=title.announced_on.isoformat())
            reader.note("announced_on", reason, Message("更正日期请用名单模板导入"))
        document = reader.take("document", lambda value: document_number(text(value, 60)))
        if document and document_number_key(document) != title.document.number_key:
            reason = Message("登记的公布文号是 %(number)s", number=title.document.number)
            reader.note("document", reason, Message("更正文号请用名单模板导入"))

    def _place(self, reader: RowReader, project: ProjectDraft, planned: RowPlan) -> None:
        before = dict(project.changes)
        unit = reader.take("unit" if self._has("unit") else "unit_name", lambda value: self.lists.unit(text(value, 40)))
        town = reader.take("town", lambda value: text(value, 60))
        address = reader.take("address", lambda value: text(value, 200))
        industry = reader.take("industry", lambda value: self.lists.industry(text(value, 120)))
        if unit is not None:
            project.assign("unit_code", unit.code)
        if town:
            project.assign("town", town)
        if address:
            project.assign("address", address)
        if industry is not None and industry[0] is not None and industry[0] != project.industry_code:
            project.assign("industry_code", industry[0])
            project.assign("industry_class", industry[1])
        self._point(reader, project)
        changed = {name: pair for name, pair in project.changes.items() if before.get(name) != pair}
        if changed.keys() & {"unit_code", "point"}:
            division = self.lists.unit(project.unit_code).division
            project.assign("division_code", division_of(project.point, division))
        if changed.keys() & {"town", "point"}:
            project.assign("precision", precision_of(project.point, project.town))
        planned.changes |= {name: pair for name, pair in project.changes.items() if before.get(name) != pair}
        if id(project) not in self.seen:
            self.seen.add(id(project))
            self.plan.projects.append(project)

    def _point(self, reader: RowReader, project: ProjectDraft) -> None:
        lon = reader.take("lon", lambda value: float(number(value)))
        lat = reader.take("lat", lambda value: float(number(value)))
        if lon is None or lat is None:
            return
        known = project.point
        if known is not None and abs(known.lon - lon) < _SAME_PLACE and abs(known.lat - lat) < _SAME_PLACE:
            return
        try:
            project.assign("point", place(lon, lat, "WGS84", reader.lists.city.boundary))
        except BadValue as error:
            reader.note("lon", error.reason, error.way_out)
