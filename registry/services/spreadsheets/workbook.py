"""xlsx: the first visible sheet, read row by row after a survey has bounded it."""

from __future__ import annotations

import io
import warnings
import zipfile
from datetime import date, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from openpyxl import load_workbook

from registry.errors import InvalidInput
from registry.services.spreadsheets import survey as surveys
from registry.services.spreadsheets.cells import (
    Broken,
    Percent,
    Row,
    Table,
    Value,
    column_name,
)
from registry.services.spreadsheets.limits import (
    HEAD_ROWS,
    MAX_ROWS,
    Progress,
    too_many_rows,
    unreadable,
)


def read(data: bytes, progress: Progress) -> Table:
    """The first visible sheet. A formula counts with the result stored in the file, and a notice says so."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            surveys.check_package(package, len(data))
            _refuse_other_packages(package)
            sheet, found, notices = _survey(package)
        rows = _rows(data, sheet.name, found, progress)
    except InvalidInput:
        raise
    except surveys.TooManyRows:
        raise too_many_rows() from None
    except Exception as error:  # Whatever a parser stumbles over, the file is what is wrong.
        raise unreadable(
            f"文件已损坏或不是规范的 xlsx（{type(error).__name__}）：请用表格软件打开后另存为新的 xlsx 再导入。"
        ) from error
    return Table("xlsx", rows, notices, found.merged)


def _refuse_other_packages(package: zipfile.ZipFile) -> None:
    names = set(package.namelist())
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names:
        raise unreadable("这是 xlsb 格式，无法读取：请另存为 xlsx 再导入。")
    if "word/document.xml" in names or "ppt/presentation.xml" in names:
        raise unreadable("这是 Word 或演示文稿，不是表格：请提供 xlsx、xls 或 csv 文件。")
    if "mimetype" in names and b"opendocument" in package.read("mimetype"):
        raise unreadable("这是 ods 等开放文档格式，无法读取：请另存为 xlsx 再导入。")
    raise unreadable("这是压缩包，不是表格：请解压后导入其中的 xlsx、xls 或 csv 文件。")


def _survey(
    package: zipfile.ZipFile,
) -> tuple[surveys.Sheet, surveys.Survey, list[str]]:
    sheets = surveys.sheets(package)
    visible = [sheet for sheet in sheets if sheet.visible]
    if not visible:
        raise unreadable("工作簿里没有可见的工作表：请取消隐藏要导入的工作表再导入。")
    found = surveys.survey(package, visible[0].path, MAX_ROWS + HEAD_ROWS)
    surveys.refuse_definitions(package, ["xl/sharedStrings.xml", "xl/styles.xml", "[Content_Types].xml"])
    notices = sheet_notices(
        [sheet.name for sheet in visible],
        [sheet.name for sheet in sheets if not sheet.visible],
    )
    if found.hidden_rows:
        notices.append(f"有 {found.hidden_rows} 行被隐藏或筛掉，同样读入；不想导入的行请删除。")
    if found.first_formula is not None:
        row, column = found.first_formula
        notices.append(
            f"有 {found.formulas} 个单元格是公式（第一个是 {column_name(column)}{row}），"
            "按文件中保存的计算结果读取，请核对。"
        )
    return visible[0], found, notices


def sheet_notices(visible: list[str], hidden: list[str]) -> list[str]:
    """What to say about sheets that are not read."""
    notices = []
    if len(visible) > 1:
        others = "、".join(f"“{name}”" for name in visible[1:])
        notices.append(f"只读取了第一个可见的工作表“{visible[0]}”，未读取：{others}。")
    if hidden:
        names = "、".join(f"“{name}”" for name in hidden)
        notices.append(f"隐藏的工作表不读取：{names}。")
    return notices


def _rows(data: bytes, name: str, found: surveys.Survey, progress: Progress) -> list[Row]:
    rows = []
    with warnings.catch_warnings():
        # The library warns about styles and extensions that have no bearing on values.
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            sheet: Any = book[name]
            # The declared dimension may lie: some programs write A1 for any size.
            sheet.reset_dimensions()
            for number, cells in enumerate(sheet.iter_rows(), 1):
                values = tuple(_value(cell, number, found) for cell in cells)
                if any(value is not None for value in values):
                    rows.append(Row(number, values))
                if number % 1000 == 0:
                    progress(number)
        finally:
            book.close()
    return rows


def _value(cell: Any, row: int, found: surveys.Survey) -> Value:
    value = cell.value
    if value is None:
        if found.uncalculated and (row, getattr(cell, "column", 0) - 1) in found.uncalculated:
            return Broken("没有计算结果的公式")
        return None
    if isinstance(value, str):
        if cell.data_type == "e":
            return Broken(value)
        return value if value.strip() else None
    if isinstance(value, (bool, date)):
        return value
    if isinstance(value, (int, float)):
        if is_percent_format(cell.number_format):
            return Percent(Decimal(repr(value)))
        return value
    if isinstance(value, (time, timedelta)):
        return str(value)
    return Broken(str(value))


@lru_cache(maxsize=256)
def is_percent_format(number_format: str) -> bool:
    """Whether a number format shows hundredths with a percent sign (a quoted or escaped one is only text)."""
    code, quoted, escaped = [], False, False
    for character in number_format.split(";")[0]:
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == '"':
            quoted = not quoted
        elif not quoted:
            code.append(character)
    return "%" in code
