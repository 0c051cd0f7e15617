"""xlsx: its visible sheets, read row by row after a survey has bounded them."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

from python_calamine import CalamineWorkbook

from registry.errors import InvalidInput
from registry.spreadsheets import survey
from registry.spreadsheets.cells import Book, Broken, Percent, Row, Table, Value, column_name
from registry.spreadsheets.limits import HEAD_ROWS, MAX_ROWS, Progress, too_many_rows, unreadable
from registry.wording import Message


def read(data: bytes, progress: Progress) -> Table:
    """The first visible sheet. A formula counts with the result stored in the file, and a notice says so."""
    book = read_book(data, progress, only_first=True)
    table = book.sheets[0] if book.sheets else Table("xlsx")
    table.notices = [*book.notices, *table.notices]
    return table


def read_book(data: bytes, progress: Progress, *, only_first: bool = False) -> Book:
    """All visible sheets that hold anything; together they may have as many rows as one list."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            survey.check_package(package, len(data))
            _refuse_other_packages(package)
            sheets = survey.sheets(package)
            visible = [sheet for sheet in sheets if sheet.visible]
            if not visible:
                raise unreadable(Message("工作簿里没有可见的工作表：请取消隐藏要导入的工作表再导入。"))
            found = _surveys(package, visible[:1] if only_first else visible)
            survey.refuse_definitions(package, ["xl/sharedStrings.xml", "[Content_Types].xml"])
        tables = _tables(data, found, progress)
    except InvalidInput:
        raise
    except survey.TooManyRows:
        raise too_many_rows() from None
    except Exception as error:  # Whatever a parser stumbles over, the file is what is wrong.
        raise unreadable(
            Message(
                "文件已损坏或不是规范的 xlsx（%(kind)s）：请用表格软件打开后另存为新的 xlsx 再导入。",
                kind=type(error).__name__,
            )
        ) from error
    hidden = [sheet.name for sheet in sheets if not sheet.visible]
    names = [sheet.name for sheet in visible] if only_first else []
    return Book(tables, hidden, sheet_notices(names, hidden))


def _surveys(package: zipfile.ZipFile, sheets: list[survey.Sheet]) -> list[tuple[survey.Sheet, survey.Survey]]:
    left = MAX_ROWS + HEAD_ROWS
    found = []
    for sheet in sheets:
        seen = survey.survey(package, sheet.path, left)
        seen.comments = survey.comments(package, sheet.path)
        left -= seen.rows
        found.append((sheet, seen))
    return found


def _tables(data: bytes, sheets: list[tuple[survey.Sheet, survey.Survey]], progress: Progress) -> list[Table]:
    tables = []
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        for sheet, found in sheets:
            rows = _rows(book, sheet, found, progress)
            if rows:
                table = Table("xlsx", rows, _notices(found), found.merged, sheet.name)
                table.struck, table.coloured = found.struck, found.coloured
                tables.append(table)
    return tables


def _refuse_other_packages(package: zipfile.ZipFile) -> None:
    names = set(package.namelist())
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names:
        raise unreadable(Message("这是 xlsb 格式，无法读取：请另存为 xlsx 再导入。"))
    if "ppt/presentation.xml" in names:
        raise unreadable(Message("这是演示文稿，不是表格：请提供 xlsx、xls、csv 或 docx 文件。"))
    if "mimetype" in names and b"opendocument" in package.read("mimetype"):
        raise unreadable(Message("这是 ods 等开放文档格式，无法读取：请另存为 xlsx 再导入。"))
    raise unreadable(Message("这是压缩包，不是表格：请解压后导入其中的 xlsx、xls 或 csv 文件。"))


def cell_notices(rows: int, columns: list[tuple[int, int]], last_column: int, comments: int) -> list[str]:
    """What to say about hidden rows, hidden columns (first and last of each run) and comments of a sheet."""
    notices: list[str] = []
    if rows:
        notices.append(Message("有 %(n)s 行被隐藏或筛掉，同样读入；不想导入的行请删除。", n=rows))
    # A run to the end of the sheet hides nothing but emptiness.
    names = [column_name(each) for first, last in columns for each in range(first, min(last, last_column) + 1)]
    if names:
        notices.append(Message("隐藏的列（%(names)s）同样读入；不想导入的列请删除。", names=names))
    if comments:
        notices.append(Message("有 %(n)s 处批注，批注的内容不读取，请核对。", n=comments))
    return notices


def _notices(found: survey.Survey) -> list[str]:
    notices = cell_notices(found.hidden_rows, found.hidden_columns, found.last_column, found.comments)
    if found.first_formula is not None:
        row, column = found.first_formula
        notices.append(
            Message(
                "有 %(n)s 个单元格是公式（第一个是 %(column)s%(row)s），按文件中保存的计算结果读取，请核对。",
                n=found.formulas,
                column=column_name(column),
                row=row,
            )
        )
    return notices


def sheet_notices(visible: list[str], hidden: list[str]) -> list[str]:
    """What to say about sheets that are not read."""
    notices: list[str] = []
    if len(visible) > 1:
        others = [f"“{name}”" for name in visible[1:]]
        notices.append(
            Message("只读取了第一个可见的工作表“%(sheet)s”，未读取：%(others)s。", sheet=visible[0], others=others)
        )
    if hidden:
        names = [f"“{name}”" for name in hidden]
        notices.append(Message("隐藏的工作表不读取：%(names)s。", names=names))
    return notices


def _rows(book: CalamineWorkbook, sheet: survey.Sheet, found: survey.Survey, progress: Progress) -> list[Row]:
    """The rows with content. The cells' own references count, whatever dimension the file declares."""
    if found.last_row * (found.last_column + 1) > survey.MAX_CELLS:
        raise unreadable(
            Message(
                "工作表在第 %(row)s 行、%(column)s 列还有内容，离名单太远：请删去后再导入。",
                row=found.last_row,
                column=column_name(found.last_column),
            )
        )
    rows = []
    content = book.get_sheet_by_name(sheet.name)
    top, left = content.start or (0, 0)
    area = content.to_python(skip_empty_area=True)
    blank: tuple[Value, ...] = (None,) * left
    for number, cells in enumerate(area, top + 1):
        values = tuple(_value(cell, survey.key(number, column), found) for column, cell in enumerate(cells, left))
        if any(value is not None for value in values):
            rows.append(Row(number, blank + values))
        if number % 1000 == 0:
            progress(number)
    return rows


def _value(value: Any, key: int, found: survey.Survey) -> Value:
    if found.broken and key in found.broken:
        return Broken(found.broken[key])
    if isinstance(value, str):
        return value if value and not value.isspace() else None
    if isinstance(value, (bool, date)):
        return value
    if isinstance(value, float):
        if found.percents and key in found.percents:
            return Percent(Decimal(repr(value)))
        return int(value) if value.is_integer() else value
    return str(value)
