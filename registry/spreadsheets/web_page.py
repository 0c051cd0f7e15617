"""Web pages that systems export under the ending xls: their tables of text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from registry.spreadsheets.cells import Table
from registry.spreadsheets.grid import Grid
from registry.spreadsheets.limits import Progress, unreadable
from registry.wording import Message

_STARTS = (b"<!doctype", b"<html", b"<table", b"<meta", b"<head", b"<body", b"<style", b"<?xml")
_CHARSET = re.compile(rb"charset=[\"']?([-\w]+)", re.IGNORECASE)
_BREAKS = frozenset(("br", "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "caption"))
_STRUCK = frozenset(("s", "strike", "del"))
_LINE = "\n"
_MOST_LINES = 50
"""So many lines before a table can be its title."""
_LEFT_OUT = frozenset(("script", "style", "title"))


def is_web_page(data: bytes) -> bool:
    """Whether the bytes begin like a web page."""
    return data[:2048].removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_STARTS)


def read(data: bytes, progress: Progress) -> Table:
    """The first table."""
    return tables(data)[0]


def tables(data: bytes) -> list[Table]:
    """The tables of the page that hold more than one column; raises InvalidInput without one."""
    reader = _Reader()
    reader.feed(_decode(data))
    reader.close()
    found = []
    above: list[str] = []
    for grid, lines in reader.grids:
        table, above = grid.table(), [*above, *lines][-_MOST_LINES:]
        if max((len(row.cells) for row in table.rows), default=0) > 1:
            found.append(table)
            table.name, table.above = Message("表格 %(number)s", number=len(found)), above
            above = []
    if not found:
        raise unreadable(Message("这是网页，里面没有名单表格：请用表格软件打开后另存为 xlsx 再导入。"))
    return found


def _decode(data: bytes) -> str:
    named = _CHARSET.search(data[:4096])
    encodings = [named[1].decode("ascii")] if named else []
    for encoding in (*encodings, "utf-8-sig", "gb18030"):
        try:
            # gb2312 is declared where its larger successors are written.
            return data.decode("gb18030" if encoding.lower() in ("gb2312", "gbk") else encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    raise unreadable(Message("网页的文本编码无法确认：请用表格软件打开后另存为 xlsx 再导入。"))


class _Reader(HTMLParser):
    """Collects tables; a table inside a cell is a table of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.grids: list[tuple[Grid, list[str]]] = []
        self._open: list[Grid] = []
        self._cell: tuple[list[str], int, int] | None = None
        self._left_out = 0
        self._outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LEFT_OUT:
            self._left_out += 1
        elif tag == "table":
            self._end_cell()
            self._open.append(Grid("html"))
            self.grids.append((self._open[-1], _lines(self._outside)))
            self._outside = []
        elif tag == "tr" and self._open:
            self._end_cell()
            self._open[-1].start_row()
        elif tag in ("td", "th") and self._open:
            self._end_cell()
            given = dict(attrs)
            self._cell = ([], _span(given.get("colspan")), _span(given.get("rowspan")))
        elif tag in _STRUCK and self._cell is not None:
            self._open[-1].strike()
        elif tag in _BREAKS:
            (self._cell[0] if self._cell is not None else self._outside).append(_LINE)

    def handle_endtag(self, tag: str) -> None:
        if tag in _LEFT_OUT:
            self._left_out = max(0, self._left_out - 1)
        elif tag in ("td", "th", "tr"):
            self._end_cell()
        elif tag == "table" and self._open:
            self._end_cell()
            self._open.pop()
        elif tag in _BREAKS and self._cell is None:
            self._outside.append(_LINE)

    def handle_data(self, data: str) -> None:
        if self._left_out:
            return
        if self._cell is not None:
            self._cell[0].append(data.replace(_LINE, " "))
        elif not self._open:
            self._outside.append(data.replace(_LINE, " "))

    def _end_cell(self) -> None:
        if self._cell is not None and self._open:
            texts, across, down = self._cell
            self._open[-1].add(_LINE.join(_lines(texts)), across=across, down=down)
        self._cell = None


def _lines(pieces: list[str]) -> list[str]:
    return [line for each in "".join(pieces).split(_LINE) if (line := " ".join(each.split()))]


def _span(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else 1
