"""docx: its tables, with the paragraphs that stand before each of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from registry.errors import InvalidInput
from registry.spreadsheets import survey
from registry.spreadsheets.cells import MergedRange, Table
from registry.spreadsheets.grid import Grid
from registry.spreadsheets.limits import Progress, unreadable
from registry.wording import Message

_PART = "word/document.xml"
_NAME = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MOST_PARAGRAPHS = 50
"""So many paragraphs before a table can be its title."""


def is_word(data: bytes) -> bool:
    """Whether a package is a Word document."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return _PART in package.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False


def read(data: bytes, progress: Progress) -> Table:
    """The first table."""
    return tables(data)[0]


def tables(data: bytes) -> list[Table]:
    """The tables of the document's own text, in order; raises InvalidInput without one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            survey.check_package(package, len(data))
            survey.refuse_definitions(package, [_PART])
            root = ElementTree.fromstring(package.read(_PART))  # noqa: S314 - definitions were refused just above
        found = list(_tables(root))
    except InvalidInput:
        raise
    except Exception as error:  # Whatever a parser stumbles over, the file is what is wrong.
        raise unreadable(
            Message(
                "文件已损坏或不是规范的 docx（%(name)s）：请用 Word 或 WPS 打开后另存为新的文件再导入。",
                name=type(error).__name__,
            )
        ) from error
    if not found:
        raise unreadable(Message("这是 Word 文件，里面没有表格：请选择有名单表格的文件。"))
    return found


def _tables(root: ElementTree.Element) -> Iterator[Table]:
    above: list[str] = []
    number = 0
    for element in root.iterfind(f"{_NAME}body/*"):
        if element.tag == f"{_NAME}p":
            if text := _text(element):
                above = [*above, text][-_MOST_PARAGRAPHS:]
        elif element.tag == f"{_NAME}tbl":
            number += 1
            table = _table(element)
            if table.rows:
                table.name, table.above = Message("表格 %(number)s", number=number), above
                yield table
            above = []


def _table(element: ElementTree.Element) -> Table:
    grid = Grid("docx")
    continued: dict[int, tuple[int, int]] = {}
    merged: list[MergedRange] = []
    for number, row in enumerate(element.iterfind(f"{_NAME}tr"), 1):
        grid.start_row()
        column = 0
        for cell in row.iterfind(f"{_NAME}tc"):
            across = _number(cell.find(f"{_NAME}tcPr/{_NAME}gridSpan"))
            down = cell.find(f"{_NAME}tcPr/{_NAME}vMerge")
            goes_on = down is not None and down.get(f"{_NAME}val", "continue") == "continue"
            grid.add("" if goes_on else "\n".join(filter(None, map(_text, cell.iter(f"{_NAME}p")))), across=across)
            if goes_on and column in continued:
                first, last_column = continued[column]
                merged.append(MergedRange(first, number, column, last_column))
            else:
                continued.pop(column, None)
                if down is not None:
                    continued[column] = (number, column + across - 1)
            column += across
            if any(each.get(f"{_NAME}val", "1") not in ("0", "false") for each in cell.iter(f"{_NAME}strike")):
                grid.strike()
    table = grid.table()
    table.merged += _longest(merged)
    return table


def _longest(ranges: list[MergedRange]) -> list[MergedRange]:
    """A merge over five rows was noted at each of them: the last one is the whole."""
    whole = {(each.first_row, each.first_column): each for each in ranges}
    return list(whole.values())


def _number(element: ElementTree.Element | None) -> int:
    text = element.get(f"{_NAME}val", "1") if element is not None else "1"
    return int(text) if text.isdigit() else 1


def _text(paragraph: ElementTree.Element) -> str:
    parts = []
    for element in paragraph.iter():
        if element.tag == f"{_NAME}t":
            parts.append(element.text or "")
        elif element.tag in (f"{_NAME}tab", f"{_NAME}br"):
            parts.append(" ")
    return "".join(parts).strip()
