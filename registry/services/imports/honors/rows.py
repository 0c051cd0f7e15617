"""One row of a list of honours into values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from registry.names import document_number, is_document_number, name_key
from registry.services.imports import row_names
from registry.services.imports.asking.asker import Asker
from registry.services.imports.findings import Level, RowFinding
from registry.services.imports.rows import RowReader
from registry.services.imports.sheets.code_lists import WrittenCodes
from registry.services.imports.sheets.columns import Layout
from registry.services.imports.sheets.notes import Notes
from registry.spreadsheets import Row, Value
from registry.values import naming
from registry.values.honors import honor_kind, honor_level
from registry.values.plain import text, unified_code
from registry.values.written import written_year
from registry.wording import Message

FIRST_YEAR = 1990
"""Enterprise technology centres are older than smart manufacturing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedHonor:
    """A row that can be taken; `level` None and empty texts mean not stated."""

    row: int
    enterprise: str
    enterprise_key: str
    uscc: str | None
    kind: str
    level: str | None
    year: int
    document: str
    former: str = ""


@dataclass(frozen=True)
class RowReading:
    """What a row says: an honour, or why there is none."""

    honor: ListedHonor | None
    findings: list[RowFinding]
    waiting: bool = False
    skipped: bool = False


def read_honor(row: Row, layout: Layout, lists: WrittenCodes, today: date, asker: Asker, notes: Notes) -> RowReading:
    """What a row of a list of honours says. Names are read as in lists of titles."""
    reader = RowReader(row, layout, lists, today, asker, notes)
    firm = row_names.enterprise(reader, required=True, may_share=False)
    uscc = reader.take("uscc", unified_code)
    kind, in_name, is_known = honor_kind(
        reader.take("honor", lambda value: naming.name(text(value, 60)), required=True) or ""
    )
    level = reader.take("level", lambda value: honor_level(text(value, 20))) or in_name
    batch = reader.take("year", lambda value: _year(reader, value), required=True)
    document = reader.take("document", lambda value: document_number(text(value, 60))) or ""
    if kind and not is_known:
        reader.note(
            "honor",
            Message("登记里还没有这种荣誉"),
            Message("将照此名称登记；如是已有荣誉的另一种写法，请改为一致"),
            Level.WARNING,
        )
    if in_name is not None and level != in_name:
        reader.note("level", Message("荣誉名称里写的是%(in_name)s", in_name=in_name), Message("请改为一致"))
    if document and not is_document_number(document):
        reader.note("document", Message("与通常的文号写法不同"), Message("请对照文件确认"), Level.WARNING)
    if reader.refused or reader.waiting or reader.skipped or batch is None:
        return RowReading(None, reader.findings, waiting=reader.waiting, skipped=reader.skipped)
    honor = ListedHonor(
        row=row.number,
        enterprise=firm.name,
        enterprise_key=name_key(firm.name),
        former=firm.former,
        uscc=uscc,
        kind=kind,
        level=level.value if level is not None else None,
        year=batch,
        document=document,
    )
    return RowReading(honor, reader.findings)


def _year(reader: RowReader, value: Value) -> int:
    """The year of an honour, of a day too; a batch that stands beside it has no place in the record, which is said."""
    if isinstance(value, date):
        return value.year
    found, batch = written_year(value, first=FIRST_YEAR, last=reader.today.year)
    if batch:
        header = reader.layout.header("year")
        reader.notes.add(Message("【%(column)s】的“%(batch)s”没有登记", column=header, batch=batch), reader.number)
    return found
