"""Web pages that systems export under the ending xls: their tables of text."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping

from lxml import etree

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
_ENCODINGS = frozenset(
    ("ascii", "utf-8", "utf-8-sig", "gb2312", "gbk", "gb18030", "big5", "big5hkscs",
     "cp950", "iso8859-1", "cp1252")
)  # fmt: skip
"""What a page may say that it is written in, by Python's names; some others take hours for a long page."""
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
    # The parser of the standard library takes minutes for 30 KB of tags that never end.
    parser = etree.HTMLParser(target=reader)
    parser.feed(_decode(data).replace("\0", ""))
    parser.close()
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
    for encoding in (*_named_encoding(data), "utf-8", "gb18030"):
        try:
            return data.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
    raise unreadable(Message("网页的文本编码无法确认：请用表格软件打开后另存为 xlsx 再导入。"))


def _named_encoding(data: bytes) -> list[str]:
    named = _CHARSET.search(data[:4096])
    try:
        name = codecs.lookup(named[1].decode("ascii")).name if named else ""
    except LookupError:
        return []
    # gb2312 is declared where its larger successors are written.
    return ["gb18030" if name in ("gb2312", "gbk") else name] if name in _ENCODINGS else []


class _Reader:
    """Collects tables; a table inside a cell is a table of its own. Its methods are those that the parser calls."""

    def __init__(self) -> None:
        self.grids: list[tuple[Grid, list[str]]] = []
        self._open: list[Grid] = []
        self._cell: tuple[list[str], int, int] | None = None
        self._left_out = 0
        self._outside: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
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
            self._cell = ([], _span(attributes.get("colspan")), _span(attributes.get("rowspan")))
        elif tag in _STRUCK and self._cell is not None:
            self._open[-1].strike()
        elif tag in _BREAKS:
            (self._cell[0] if self._cell is not None else self._outside).append(_LINE)

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag in _LEFT_OUT:
            self._left_out = max(0, self._left_out - 1)
        elif tag in ("td", "th", "tr"):
            self._end_cell()
        elif tag == "table" and self._open:
            self._end_cell()
            self._open.pop()
        elif tag in _BREAKS and self._cell is None:
            self._outside.append(_LINE)

    def data(self, text: str) -> None:
        """Text between tags."""
        if self._left_out:
            return
        if self._cell is not None:
            self._cell[0].append(text.replace(_LINE, " "))
        elif not self._open:
            self._outside.append(text.replace(_LINE, " "))

    def close(self) -> None:
        """The page has ended."""

    def _end_cell(self) -> None:
        if self._cell is not None and self._open:
            texts, across, down = self._cell
            self._open[-1].add(_LINE.join(_lines(texts)), across=across, down=down)
        self._cell = None


def _lines(pieces: list[str]) -> list[str]:
    return [line for each in "".join(pieces).split(_LINE) if (line := " ".join(each.split()))]


def _span(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else 1
