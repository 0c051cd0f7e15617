"""xls (Excel 97–2003): its visible sheets."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import xlrd
from xlrd.xldate import xldate_as_datetime

from registry.errors import InvalidInput
from registry.spreadsheets.cells import Book, Broken, MergedRange, Percent, Row, Table, Value
from registry.spreadsheets.limits import HEAD_ROWS, MAX_ROWS, Progress, too_many_rows, unreadable
from registry.spreadsheets.styles import is_percent_format
from registry.spreadsheets.workbook import cell_notices, sheet_notices
from registry.wording import Message

_VISIBLE = 0
_WITHOUT = (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)
_SOLID, _RED, _WHITE = 1, 10, (9, 64, 65)
"""A fill pattern, and colours of the format's fixed palette."""


def read(data: bytes, progress: Progress) -> Table:
    """The first visible sheet; formulas are not marked in this format, their stored results count."""
    book = read_book(data, progress, only_first=True)
    table = book.sheets[0] if book.sheets else Table("xls")
    table.notices = [*book.notices, *table.notices]
    return table


def read_book(data: bytes, progress: Progress, *, only_first: bool = False) -> Book:
    """All visible sheets that hold anything."""
    try:
        # The format holds at most 65,536 rows and the file 20 MiB: loading it is bounded by itself.
        with xlrd.open_workbook(
            file_contents=data,
            formatting_info=True,
            on_demand=True,
            ragged_rows=True,
            logfile=io.StringIO(),
        ) as book:
            return _visible(book, progress, only_first=only_first)
    except InvalidInput:
        raise
    except Exception as error:  # Whatever the parser stumbles over, the file is what is wrong.
        if "encrypted" in str(error).lower():
            raise unreadable(Message("文件设有打开密码，无法读取：请在表格软件中取消密码后再导入。")) from error
        kind = type(error).__name__
        raise unreadable(
            Message("文件已损坏或不是规范的 xls（%(kind)s）：请用表格软件打开后另存为 xlsx 再导入。", kind=kind)
        ) from error


def _visible(book: Any, progress: Progress, *, only_first: bool) -> Book:
    names = book.sheet_names()
    # Visibility is known from the workbook's globals, before a sheet is loaded.
    states = dict(zip(names, book._sheet_visibility, strict=False))
    visible = [name for name in names if states.get(name, _VISIBLE) == _VISIBLE]
    if not visible:
        raise unreadable(Message("工作簿里没有可见的工作表：请取消隐藏要导入的工作表再导入。"))
    hidden = [name for name in names if name not in visible]
    found = Book([], hidden, sheet_notices(visible if only_first else [], hidden))
    left = MAX_ROWS + HEAD_ROWS
    for name in visible[:1] if only_first else visible:
        table = _sheet(book, name, left, progress)
        left -= len(table.rows)
        if table.rows:
            found.sheets.append(table)
    return found


def _sheet(book: Any, name: str, enough: int, progress: Progress) -> Table:
    sheet = book.sheet_by_name(name)
    table = Table("xls", name=name)
    coloured: set[int] = set()
    hidden_rows = 0
    for index in range(sheet.nrows):
        cells = tuple(_value(book, cell) for cell in sheet.row(index))
        if any(value is not None for value in cells):
            table.rows.append(Row(index + 1, cells))
            looks = [_look(book, cell) for cell in sheet.row(index) if cell.ctype not in _WITHOUT]
            table.struck |= {index + 1} if any(struck for struck, _ in looks) else set()
            coloured |= {index + 1} if all(filled for _, filled in looks) else set()
            hidden_rows += index in sheet.rowinfo_map and bool(sheet.rowinfo_map[index].hidden)
        if len(table.rows) > enough:
            raise too_many_rows()
        if index % 1000 == 999:
            progress(index + 1)
    for top, bottom, left, right in sheet.merged_cells:
        table.merged.append(MergedRange(top + 1, bottom, left, right - 1))
    table.coloured = coloured
    columns = [(column, column) for column, info in sorted(sheet.colinfo_map.items()) if info.hidden]
    table.notices += cell_notices(hidden_rows, columns, sheet.ncols - 1, len(sheet.cell_note_map))
    return table


def _look(book: Any, cell: Any) -> tuple[bool, bool]:
    """(whether a cell is struck through, whether it has a fill or red letters)."""
    if cell.xf_index is None:
        return False, False
    style = book.xf_list[cell.xf_index]
    font, fill = book.font_list[style.font_index], style.background
    is_filled = fill.fill_pattern == _SOLID and fill.pattern_colour_index not in _WHITE
    return bool(font.struck_out), is_filled or font.colour_index == _RED


def _value(book: Any, cell: Any) -> Value:
    if cell.ctype in _WITHOUT:
        return None
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return str(cell.value) if cell.value.strip() else None
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return Broken(xlrd.error_text_from_code.get(cell.value, "#ERROR!"))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _date(cell.value, book.datemode)
    if is_percent_format(_number_format(book, cell)):
        return Percent(Decimal(repr(cell.value)))
    return int(cell.value) if cell.value.is_integer() else float(cell.value)


def _date(value: float, datemode: int) -> date | Broken:
    try:
        found: date = xldate_as_datetime(value, datemode)
        return found
    except (ValueError, OverflowError):
        return Broken(Message("无效日期 %(value)s", value=value))


def _number_format(book: Any, cell: Any) -> str:
    if cell.xf_index is None:
        return ""
    found = book.format_map.get(book.xf_list[cell.xf_index].format_key)
    return "" if found is None else str(found.format_str)
