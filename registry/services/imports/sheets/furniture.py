"""Rows of a list that are no data: sums, headings, repeated headers, numbers of columns, notes, signatures."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from registry.names import tidy
from registry.reference.wordings import wordings
from registry.services.imports.sheets.code_lists import UnitItem, WrittenCodes, is_city
from registry.services.imports.sheets.columns import Layout, fold_header
from registry.services.imports.sheets.header_words import half_of
from registry.spreadsheets import Row
from registry.values.bad_value import BadValue
from registry.values.plain import shown

_PIECES = r"(?:个|家|项|户|条)(?:企业|单位|车间|工厂|项目)?"
_SUM = re.compile(
    r"(?P<part>本页|本区|本市|全区|全市)?(?:合计|总计|共计|小计|总数|累计|总共|以上共)"
    rf"(?:[:：]?\(?(?:共)?(?P<count>\d+)(?:{_PIECES})?\)?)?"
)
_MEAN = re.compile(r"平均(?:值|数)?[:：]?")
_PLAIN = re.compile(rf"(?:共)?[\d.,]+(?:{_PIECES}|亿元|万元|元|台|套|台\(套\)|台套|%)?|[-—/]")
_NOTE = re.compile(r"(?:备?注|说明|备注)\d*[:：].*|\(?第\d+页[,，]?(?:\(?共\d+页\)?)?\)?", re.DOTALL)
_SIGNED = re.compile(
    r"(?:填表人|填报人|审核人|负责人|联系人|联系电话|电话|制表人?|经办人|单位盖章|(?:单位)?\(?盖章\)?|填报单位|填报日期|填表日期|日期|时间).*"
)
_SIGNATURE = re.compile(r"(?:填表人|填报人|审核人|负责人|联系人|联系电话|电话|制表人?|经办人|填报日期|填表日期)[:：].*")
_DAY = re.compile(r"\d{4}[年./-]\d{1,2}[月./-]\d{1,2}日?")
_HEADING = re.compile(
    r"(?P<number>[一二三四五六七八九十]+、|\([一二三四五六七八九十\d]+\)|\d+[.、．])?(?P<name>.+?)"
    r"(?:\((?:共)?(?P<count>\d+)(?:个|家|项|户)?\)|[:：]?(?:共)?(?P<bare>\d+)(?:个|家|项|户))?"
)


class Kind(Enum):
    """What a row below the header is."""

    DATA = auto()
    EMPTY = auto()
    SUM = auto()
    PART_SUM = auto()
    MEAN = auto()
    HEADER = auto()
    TITLE = auto()
    NUMBERING = auto()
    NOTE = auto()
    SIGNED = auto()
    UNIT = auto()
    CITY = auto()
    UNKNOWN_HEADING = auto()


@dataclass(frozen=True)
class Piece:
    """A row with what it says: the unit or city of a heading, and how many rows it announces."""

    kind: Kind
    text: str = ""
    unit: UnitItem | None = None
    is_own_city: bool = False
    count: int | None = None


DATA = Piece(Kind.DATA)


def classify(row: Row, layout: Layout, lists: WrittenCodes) -> Piece:
    """What a row below the header is. A row that names a project is data, whatever else it says."""
    named = any(_states(row, layout, name) for name in ("name", "code"))
    if named and not _is_sum(row):
        if _repeats_header(row, layout):
            return Piece(Kind.HEADER)
        signed = [_folded(cell) for cell in row.cells if cell is not None]
        if all(_SIGNATURE.fullmatch(text) for text in signed):
            return Piece(Kind.SIGNED, signed[0])
        return Piece(Kind.NUMBERING) if _numbers_columns(row) else DATA
    texts = [_folded(cell) for cell in row.cells if cell is not None]
    first = texts[0] if texts else ""
    if match := _SUM.fullmatch(first):
        is_part = first.startswith("小计") or match["part"] is not None
        kind = Kind.PART_SUM if is_part else Kind.SUM
        return Piece(kind, first, count=int(match["count"]) if match["count"] else None)
    if _MEAN.fullmatch(first) and all(_PLAIN.fullmatch(text) for text in texts[1:]):
        return Piece(Kind.MEAN, first)
    stating = layout.read - {layout.fields.get("position", -1)}
    alone = set(texts)
    if len(alone) == 1:
        piece = _alone(first, lists)
        if piece is not None:
            return piece
    if not any(row.cell(column) is not None for column in stating):
        return _unread(first, texts)
    if _SIGNED.fullmatch(first) and len(texts) <= 4:
        return Piece(Kind.SIGNED, first)
    if _NOTE.fullmatch(first):
        return Piece(Kind.NOTE, first)
    if _repeats_header(row, layout):
        return Piece(Kind.HEADER)
    return Piece(Kind.NUMBERING) if _numbers_columns(row) else DATA


def _is_sum(row: Row) -> bool:
    """合计 with a count in the column of names: such a thing is no project."""
    cells = [cell for cell in row.cells if cell is not None]
    if not isinstance(cells[0], str) or _SUM.fullmatch(_folded(cells[0])) is None:
        return False
    return all(_PLAIN.fullmatch(_folded(cell)) for cell in cells[1:])


def _unread(first: str, texts: list[str]) -> Piece:
    if _NOTE.fullmatch(first):
        return Piece(Kind.NOTE, first)
    return Piece(Kind.SIGNED, first) if _SIGNED.fullmatch(first) or _DAY.fullmatch(first) else Piece(Kind.EMPTY)


def _alone(text: str, lists: WrittenCodes) -> Piece | None:
    """A row of one text: a note, a signature, a day or the heading of a group."""
    if _NOTE.fullmatch(text):
        return Piece(Kind.NOTE, text)
    if _SIGNED.fullmatch(text) or _DAY.fullmatch(text):
        return Piece(Kind.SIGNED, text)
    match = _HEADING.fullmatch(text)
    if match is None:
        return None
    count = match["count"] or match["bare"]
    number = int(count) if count else None
    try:
        return Piece(Kind.UNIT, text, unit=lists.unit(match["name"]), count=number)
    except BadValue:
        pass
    city = is_city(match["name"], lists.city)
    if city is not None:
        return Piece(Kind.CITY, text, is_own_city=city, count=number)
    if match["number"] and not match["number"][0].isdigit():
        return Piece(Kind.UNKNOWN_HEADING, text, count=number)
    return None


def _states(row: Row, layout: Layout, name: str) -> bool:
    return name in layout.fields and row.cell(layout.fields[name]) is not None


def _folded(cell: object) -> str:
    text = cell if isinstance(cell, str) else shown(cell)  # type: ignore[arg-type]
    return "".join(unicodedata.normalize("NFKC", tidy(text)).split())


def _repeats_header(row: Row, layout: Layout) -> bool:
    """Whether the cells say what the header says (its first or its second row)."""
    said = [(index, cell) for index, cell in enumerate(row.cells) if cell is not None]
    if len(said) < 2 or not all(isinstance(cell, str) for _, cell in said):
        return False
    same = sum(
        fold_header(cell) == fold_header(layout.headers.get(index, ""))
        or fold_header(cell) in _header_words()
        or bool(half_of(cell))
        for index, cell in said
    )
    return same >= 2 and same >= 0.7 * len(said)


@cache
def _header_words() -> frozenset[str]:
    """All wordings of headers, folded."""
    return frozenset(fold_header(text) for each in wordings("header") for text in (each.text, *each.targets))


def _numbers_columns(row: Row) -> bool:
    """1 2 3 … under a header."""
    cells = [cell for cell in row.cells if cell is not None]
    if len(cells) < 3 or any(len(shown(cell)) > 4 for cell in cells[:3]):
        return False
    numbers = [_folded(cell).strip("()") for cell in cells]
    return len(numbers) > 2 and numbers == [str(number) for number in range(1, len(numbers) + 1)]
