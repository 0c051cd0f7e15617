"""The rows of an outside (provincial, national) list: read from a file by the bureau's headers, carried
through the page of questions, and read again from there with the same rules."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from registry.errors import InvalidInput
from registry.models import Category
from registry.services.imports.findings import RowFinding
from registry.services.imports.rows import RowReader
from registry.services.imports.sheet_rows import data_rows
from registry.services.imports.sheets import code_lists
from registry.services.imports.sheets.code_lists import WrittenCodes
from registry.services.imports.sheets.columns import PROJECT_COLUMNS
from registry.services.imports.sheets.header import read_layout
from registry.spreadsheets import Table
from registry.terms import ProjectType
from registry.values.bad_value import BadValue
from registry.values.plain import FIRST_YEAR, text, unified_code, year
from registry.wording import Message, Named

MOST_ROWS = 400
"""Rows of one list: each may become a question on one page."""
_READ = ("position", "enterprise", "uscc", "name", "category", "year", "unit", "town", "address", "industry")
COLUMNS = tuple(replace(column, required=column.field == "name") for column in PROJECT_COLUMNS if column.field in _READ)
_LONGEST = {
    "enterprise": 200, "uscc": 18, "name": 200, "unit": 10, "town": 60, "address": 200,
    "industry": 4, "industry_class": 5,
}  # fmt: skip
_WITHOUT_ENTERPRISE = (ProjectType.PARK.value, ProjectType.ZONE.value)


@dataclass(frozen=True, kw_only=True)
class OutsideRow:
    """A title as an outside list states it; '' is not stated. `unit` and `industry` are codes."""

    row: int
    enterprise: str
    name: str
    uscc: str = ""
    unit: str = ""
    town: str = ""
    address: str = ""
    industry: str = ""
    industry_class: str = ""


@dataclass(frozen=True)
class OutsideList:
    """What a file holds: rows that can be taken, sentences that refuse rows, and notices."""

    rows: list[OutsideRow]
    faults: list[str]
    notices: list[str]


def read_rows(session: Session, table: Table, *, category: Category, batch: int, today: date) -> OutsideList:
    """Read a list of titles of one category and year. Raises InvalidInput (field `file`) without a header."""
    layout = read_layout(table, COLUMNS)
    rows, notices = data_rows(table, layout)
    if len(rows) > MOST_ROWS:
        raise InvalidInput(
            Message("名单有 %(n)s 行，一次最多 %(most)s 行：请拆成几份。", n=len(rows), most=MOST_ROWS), field="list"
        )
    lists = code_lists.load(session)
    found: list[OutsideRow] = []
    findings: list[RowFinding] = []
    seen: dict[tuple[str, str], int] = {}
    for row, refused in rows:
        if refused:
            findings += refused
            continue
        reader = RowReader(row, layout, lists, today)
        taken = _read(reader, category, batch)
        if taken is not None:
            twin = seen.setdefault((taken.enterprise, taken.name), taken.row)
            if twin != taken.row:
                reader.note("name", Message("与第 %(twin)s 行重复", twin=twin), Message("请删去其中一行"))
                taken = None
        findings += reader.findings
        if taken is not None:
            found.append(taken)
    if layout.inputs:
        notices.append(Message("名单中的指标列没有读取：外来认定不导入指标。"))
    faults: list[str] = [finding.line() for finding in findings]
    return OutsideList(found, faults, [*table.notices, *layout.notices(), *notices])


def _read(reader: RowReader, category: Category, batch: int) -> OutsideRow | None:
    needs_enterprise = category.type not in _WITHOUT_ENTERPRISE
    enterprise = reader.take("enterprise", lambda value: text(value, 200), required=needs_enterprise) or ""
    name = reader.take("name", lambda value: text(value, 200), required=True) or ""
    uscc = reader.take("uscc", unified_code) or ""
    unit = reader.take("unit", lambda value: reader.lists.unit(text(value, 40)))
    town = reader.take("town", lambda value: text(value, 60)) or ""
    address = reader.take("address", lambda value: text(value, 200)) or ""
    industry = reader.take("industry", lambda value: reader.lists.industry(text(value, 120))) or (None, "")
    stated = reader.take("category", lambda value: reader.lists.category(text(value, 60)))
    if stated is not None and stated.code != category.code:
        reader.note(
            "category",
            Message("不是所选的类别“%(category)s”", category=Named(category.name, category.name_en)),
            Message("请分开录入，每次一个类别"),
        )
    of_year = reader.take("year", lambda value: year(value, first=FIRST_YEAR, last=reader.today.year))
    if of_year is not None and of_year != batch:
        reader.note("year", Message("不是所选的年份 %(batch)s", batch=batch), Message("请分开录入，每次一个年份"))
    if reader.refused:
        return None
    return OutsideRow(
        row=reader.row.number,
        enterprise=enterprise,
        name=name,
        uscc=uscc,
        unit=unit.code if unit else "",
        town=town,
        address=address,
        industry=industry[0] or "",
        industry_class=industry[1] if industry[0] else "",
    )


def carried(rows: list[OutsideRow]) -> str:
    """The rows as text for a hidden input of the next page; `taken_up` reads it back."""
    return json.dumps([asdict(row) for row in rows], ensure_ascii=False, separators=(",", ":"))


def taken_up(session: Session, text_of_rows: str) -> list[OutsideRow]:
    """The rows of a text that `carried` wrote; everything is checked again. Raises InvalidInput (field `list`)."""
    try:
        data = json.loads(text_of_rows)
        if not isinstance(data, list) or not 0 < len(data) <= MOST_ROWS:
            raise ValueError(text_of_rows[:40])
        lists = code_lists.load(session)
        rows = [_row(item, lists) for item in data]
        if len({row.row for row in rows}) != len(rows):
            raise ValueError("row numbers")
    except (ValueError, TypeError, KeyError, RecursionError, BadValue):
        raise InvalidInput(Message("名单的内容没有完整传回，请重新选择名单文件。"), field="list") from None
    return rows


def _row(item: Any, lists: WrittenCodes) -> OutsideRow:
    if not isinstance(item, Mapping) or set(item) != {"row", *_LONGEST}:
        raise ValueError("fields")
    number = item["row"]
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 10_000_000:
        raise ValueError("row")
    texts = {name: item[name] for name in _LONGEST}
    for name, value in texts.items():
        if not isinstance(value, str) or len(value) > _LONGEST[name] or not value.isprintable():
            raise ValueError(name)
    if not texts["name"] or (texts["unit"] and lists.unit(texts["unit"]).code != texts["unit"]):
        raise ValueError("name or unit")
    if texts["industry"] and texts["industry"] not in lists.industries:
        raise ValueError("industry")
    if texts["uscc"]:
        unified_code(texts["uscc"])
    return OutsideRow(row=number, **texts)
