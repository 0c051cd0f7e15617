"""Tables back into files: what was read, with columns added, safe to open and fit to be read again."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from registry.errors import InvalidInput
from registry.indicators import plain
from registry.spreadsheets.cells import Broken, Percent, Value
from registry.spreadsheets.delimited import GUARDED
from registry.wording import Message

KINDS = (".xlsx", ".csv")


def new_book(*, write_only: bool = False) -> Workbook:
    """An empty workbook that names no tool as its author."""
    book = Workbook(write_only=write_only)
    book.properties.creator = None
    return book


def write_table(path: Path, sheets: Mapping[str, Iterable[Sequence[Value]]]) -> None:
    """Write sheets of cells to `path` (.xlsx or .csv by its ending); the file appears whole or not at all.

    A csv file has one table: of several sheets each begins with a row that names it.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=".", suffix=path.suffix, dir=path.parent)
    except OSError as error:
        raise InvalidInput(
            Message("无法写入 %(path)s：%(reason)s。请检查目录和权限。", path=path, reason=error.strerror),
            field="report",
        ) from error
    os.close(handle)
    temporary = Path(name)
    try:
        if path.suffix.lower() == ".csv":
            _write_csv(temporary, sheets)
        else:
            _write_xlsx(temporary, sheets)
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _write_csv(path: Path, sheets: Mapping[str, Iterable[Sequence[Value]]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        for name, rows in sheets.items():
            if len(sheets) > 1:
                writer.writerow([f"工作表“{name}”"])
            for row in rows:
                writer.writerow([_csv_text(value) for value in row])


def _csv_text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, (str, Broken)):
        text = value if isinstance(value, str) else value.text
        return "'" + text if text.startswith(GUARDED) else text
    if isinstance(value, Percent):
        return f"{plain(value.value * 100)}%"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}"
    return str(value)


def _write_xlsx(path: Path, sheets: Mapping[str, Iterable[Sequence[Value]]]) -> None:
    book = new_book(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([_xlsx_cell(sheet, value) for value in row])
    book.save(path)


def _xlsx_cell(sheet: Any, value: Value) -> Any:
    if isinstance(value, (str, Broken)):
        text = value if isinstance(value, str) else value.text
        cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", text))
        cell.data_type = "s"
        return cell
    if isinstance(value, Percent):
        cell = WriteOnlyCell(sheet, value=float(value.value))
        cell.number_format = "0.00%"
        return cell
    return value
