"""csv, tsv and txt: UTF-8 (with or without BOM), UTF-16 with BOM or GB18030; comma, semicolon or tab."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from registry.spreadsheets.cells import Row, Table, Value
from registry.spreadsheets.limits import HEAD_ROWS, MAX_ROWS, Progress, too_many_rows, unreadable
from registry.wording import Message

DELIMITERS = (",", ";", "\t")
GUARDED = ("=", "+", "-", "@", "\t", "＝", "＋", "－", "＠")
"""Texts beginning so carry an apostrophe in csv, lest a spreadsheet program runs them as formulas; programs of East
Asia take the full-width signs for the same."""
_KEPT_AS_TEXT = re.compile(r'="([^"]*)"')
"""How other systems keep the digits of a code from being read as a number."""
_LONGEST_LINE = 1_000_000


def read(data: bytes, progress: Progress) -> Table:
    """All rows with content; a record counts as one row, as spreadsheet programs number them."""
    text, notice = _decode(data)
    table = Table("csv", notices=[notice] if notice else [])
    try:
        for number, record in enumerate(_records(text, _delimiter(text)), 1):
            cells = tuple(_cell(field) for field in record)
            if any(cell is not None for cell in cells):
                table.rows.append(Row(number, cells))
            if len(table.rows) > MAX_ROWS + HEAD_ROWS:
                raise too_many_rows()
            if number % 1000 == 0:
                progress(number)
    except csv.Error as error:
        raise unreadable(
            Message(
                "csv 第 %(row)s 行附近的引号或字段不完整（%(error)s）：请在表格软件中另存为 xlsx 再导入。",
                row=_failed_row(text),
                error=error,
            )
        ) from error
    return table


UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def _decode(data: bytes) -> tuple[str, str]:
    if data.startswith(UTF_16):
        try:
            return data.decode("utf-16"), ""
        except UnicodeDecodeError:
            raise unreadable(Message("文本编码是 UTF-16 而内容不完整：请在表格软件中另存为 xlsx 再导入。")) from None
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("gb18030"), Message("文件编码不是 UTF-8，已按 GB18030 读取；如有乱码请另存为 UTF-8。")
    except UnicodeDecodeError:
        raise unreadable(
            Message("文本编码既不是 UTF-8 也不是 GB18030：请在表格软件中另存为 xlsx，或 UTF-8 编码的 csv。")
        ) from None


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(_lines(text), delimiter=delimiter, strict=True)


def _lines(text: str) -> Iterator[str]:
    for line in io.StringIO(text, newline=""):
        if len(line) > _LONGEST_LINE:
            raise csv.Error(Message("一行超过一百万个字符"))
        yield line


def _delimiter(text: str) -> str:
    """The delimiter that gives the most fields near the top."""

    def fields(delimiter: str) -> int:
        found = 0
        try:
            for record in islice(_records(text, delimiter), HEAD_ROWS):
                found += len(record)
        except csv.Error:
            return found
        return found

    return max(DELIMITERS, key=fields)


def _cell(field: str) -> Value:
    if field.startswith("'") and field[1:].startswith(GUARDED):
        field = field[1:]
    elif (match := _KEPT_AS_TEXT.fullmatch(field)) is not None:
        field = match[1]
    return field if field.strip() else None


def _failed_row(text: str) -> int:
    done = 0
    try:
        for _ in _records(text, _delimiter(text)):
            done += 1
    except csv.Error:
        pass
    return done + 1
