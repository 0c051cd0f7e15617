"""One row of a standing list into values, with every finding about its cells and every question it raises."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from registry.names import (
    document_number,
    document_number_key,
    name_key,
)
from registry.services.imports import row_doubts, row_names
from registry.services.imports.asking.asker import SKIP, Asker, Waiting
from registry.services.imports.asking.questions import Choice, QuestionKind
from registry.services.imports.findings import Level, RowFinding
from registry.services.imports.kpis.cells import read_kpis
from registry.services.imports.listed import ListedTitle, Named, RowReading
from registry.services.imports.row_places import point_of
from registry.services.imports.sheets.code_lists import CategoryItem, UnitItem, WrittenCodes
from registry.services.imports.sheets.columns import Layout, cell
from registry.services.imports.sheets.notes import Notes
from registry.services.imports.sheets.row_numbers import RowNumber
from registry.spreadsheets import Row, Value
from registry.terms import ProjectType
from registry.values.bad_value import BadValue, Several
from registry.values.plain import FIRST_YEAR, shown, text, unified_code
from registry.values.written import written_day, written_year
from registry.wording import Message

Parsed = TypeVar("Parsed")
_WITHOUT_ENTERPRISE = (ProjectType.PARK.value, ProjectType.ZONE.value)


class RowReader:
    """Reads the cells of one row; findings are collected, so that a person sees all of them at once.

    Without an asker nothing is asked: what would be is refused, and says why.
    """

    def __init__(
        self,
        row: Row,
        layout: Layout,
        lists: WrittenCodes,
        today: date,
        asker: Asker | None = None,
        notes: Notes | None = None,
    ) -> None:
        self.row, self.layout, self.lists, self.today = row, layout, lists, today
        self.asker, self.notes = asker, notes or Notes()
        self.number = row.number if isinstance(row.number, RowNumber) else RowNumber(row.number)
        self.findings: list[RowFinding] = []
        self.remarks: list[str] = []
        self.waiting = self.skipped = False

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
        """The parsed cell, or None when it is empty, wrong (then with a finding) or waits for an answer."""
        value = self.cell(name)
        if value is None:
            if required and name in self.layout.waiting:
                self.waiting = True
            elif required:
                self.note(name, Message("没有填写"), Message("请补填，这一列是必需的"))
            return None
        try:
            return parse(value)
        except BadValue as error:
            self.note(name, error.reason, error.way_out)
        except Waiting:
            self.waiting = True
        except Skip:
            self.skipped = True
        return None

    def choose(self, kind: QuestionKind, name: str, value: str, error: Several) -> str:
        """The code that a person chooses where words do not decide. Raises Waiting and Skip."""
        if self.asker is None:
            raise error
        header = self.layout.header(name)
        answer = self.asker.ask(
            kind,
            column=header,
            value=value,
            text=Message(
                "【%(column)s】“%(value)s”：%(reason)s，是哪一个？", column=header, value=value, reason=error.reason
            ),
            choices=[*(Choice(code, label) for code, label in error.candidates.items()), SKIP],
            row=self.number,
        )
        if answer == SKIP.answer:
            raise Skip
        return answer

    @property
    def refused(self) -> bool:
        """Whether a finding so far refuses the row."""
        return any(finding.level == Level.ERROR for finding in self.findings)


class Skip(Exception):
    """The answer to a question is to leave the row out."""


def read_title(
    row: Row,
    layout: Layout,
    lists: WrittenCodes,
    today: date,
    asker: Asker | None = None,
    notes: Notes | None = None,
) -> RowReading:
    """What a row of a list of titles says."""
    reader = RowReader(row, layout, lists, today, asker, notes)
    category = reader.take("category", lambda value: category_of(reader, text(value, 60)), required=True)
    needs_enterprise = category is None or category.type not in _WITHOUT_ENTERPRISE
    firm = row_names.enterprise(reader, required=needs_enterprise)
    uscc = reader.take("uscc", unified_code)
    name = row_names.project(reader)
    batch = reader.take("year", lambda value: _year(reader, value), required=not layout.is_own)
    document = reader.take("document", lambda value: document_number(text(value, 60)), required=True) or ""
    category = _of_organ(reader, category, document)
    announced_on = _announced_on(reader)
    unit = _unit(reader, firm.name)
    town = reader.take("town", lambda value: text(value, 60)) or ""
    address = reader.take("address", lambda value: text(value, 200)) or ""
    industry = reader.take("industry", lambda value: lists.industry(text(value, 120)))
    remark = reader.take("remark", lambda value: text(value, 2000)) or ""
    point = point_of(reader)
    kpis, kpi_findings = read_kpis(row, layout, today, batch=batch, asker=asker)
    row_doubts.of_title(reader, category, batch, document, announced_on)
    row_doubts.of_place(reader, unit, town, point)
    row_doubts.of_codes(reader, uscc, firm.name, industry)
    reader.findings += kpi_findings
    waiting = reader.waiting or kpis.waiting or bool(layout.asked)
    named = None
    if not reader.refused and name and (firm.name or not needs_enterprise):
        named = Named(
            enterprise=firm.name,
            enterprise_key=name_key(firm.name),
            former=firm.former,
            uscc=uscc,
            name=name,
            name_key=name_key(name),
        )
    if (
        reader.refused
        or waiting
        or reader.skipped
        or category is None
        or (batch is None and not layout.is_own)
        or unit is None
        or named is None
    ):
        return RowReading(title=None, named=named, findings=reader.findings, waiting=waiting, skipped=reader.skipped)
    division, detail = industry or (None, "")
    title = ListedTitle(
        row=row.number,
        enterprise=firm.name,
        enterprise_key=named.enterprise_key,
        former=firm.former,
        uscc=uscc,
        name=name,
        name_key=named.name_key,
        category=category,
        year=batch or 0,
        document=document,
        document_key=document_number_key(document),
        announced_on=announced_on,
        unit=unit,
        town=town,
        address=address,
        point=point,
        industry=division,
        industry_class=detail,
        remark="；".join(filter(None, [remark, *reader.remarks])),
        kpis=kpis,
    )
    return RowReading(title=title, named=named, findings=reader.findings)


def category_of(reader: RowReader, written: str) -> CategoryItem:
    """The category of a cell, a question asked where words do not decide."""
    try:
        return reader.lists.category(written)
    except Several as error:
        return reader.lists.category(reader.choose(QuestionKind.CATEGORY, "category", written, error))
    except BadValue:
        reader.notes.add(Message("登记中的类别有：%(names)s。", names=reader.lists.category_names))
        raise


def _of_organ(reader: RowReader, category: CategoryItem | None, document: str) -> CategoryItem | None:
    """A category of another tier beside a number of the province: a person says which is meant."""
    if category is None or reader.asker is None:
        return category
    rivals = reader.lists.rivals(category, document)
    if not rivals:
        return category
    error = Several(
        Message("“%(name)s”不是省级类别，而文号 %(document)s 是省里的文件", name=category.name, document=document),
        "",
        rivals,
    )
    written = shown(reader.cell("category"))

    def chosen(value: Value) -> CategoryItem:
        return reader.lists.category(reader.choose(QuestionKind.CATEGORY, "category", written, error))

    return reader.take("category", chosen)


def _year(reader: RowReader, value: Value) -> int:
    found, batch = written_year(value, first=FIRST_YEAR, last=reader.today.year)
    if batch:
        reader.remarks.append(batch)
    return found


def _unit(reader: RowReader, enterprise: str) -> UnitItem | None:
    def known(value: Value) -> UnitItem:
        written = text(value, 40)
        try:
            item, by_table = reader.lists.unit_in_use(written)
        except Several as error:
            return reader.lists.unit(reader.choose(QuestionKind.UNIT, "unit", written, error))
        if by_table:
            header = reader.layout.header("unit")
            reader.notes.add(
                Message("【%(column)s】“%(value)s”按对照表计入%(unit)s", column=header, value=written, unit=item.name),
                reader.number,
            )
        return item

    if reader.cell("unit") is not None or not reader.layout.unit_by_enterprise or reader.asker is None:
        return reader.take("unit", known, required=True)
    if not enterprise:
        if not (reader.refused or reader.waiting or reader.skipped):
            reader.note("unit", Message("没有填写"), Message("请加一列所属板块，并填写这一行"))
        return None
    header = reader.layout.header("unit")
    choices = [Choice(code, label) for code, label in reader.lists.unit_choices.items()]
    try:
        code = reader.asker.ask(
            QuestionKind.UNIT,
            column=header,
            value=enterprise,
            text=Message("表里没有“%(column)s”这一列。“%(name)s”属于哪个板块？", column=header, name=enterprise),
            choices=[*choices, SKIP],
            row=reader.number,
        )
    except Waiting:
        reader.waiting = True
        return None
    if code == SKIP.answer:
        reader.skipped = True
        return None
    return reader.lists.unit(code)


def _announced_on(reader: RowReader) -> date | None:
    found = reader.take("announced_on", lambda value: written_day(value, today=reader.today))
    if found is None:
        return None
    if found[1]:
        reader.note(
            "announced_on",
            Message("按 Excel 日期序号读作 %(day)s", day=found[0]),
            Message("如不对，请改为日期格式"),
            Level.NOTICE,
        )
    return found[0]
