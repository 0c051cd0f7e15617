"""What the rows above a header (in Word: the paragraphs before the table) state for the whole list. Proposals only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from registry.names import document_number, tidy
from registry.services.imports.sheets.code_lists import WrittenCodes, category_key
from registry.spreadsheets import Table
from registry.values import quantities
from registry.values.written import days_in, years_in

_DOCUMENT = re.compile(r"[一-鿿]{2,12}〔(?:19|20)\d{2}〕第?\d{1,4}号")
_IN_UNIT = re.compile(r"单位[:：]([^:：()（）]+)")
_LEAD_IN = re.compile(r"^(?:根据|按照|依据|经|见|公布文号|发文字号|文号|附件)+")


@dataclass(frozen=True)
class Stated:
    """A value that a title row states, as it would stand in a cell; `row` is None for a paragraph."""

    value: str
    row: int | None
    text: str


def title_texts(table: Table, first_header_row: int) -> list[tuple[int | None, str]]:
    """(row or None, text) of everything above the header."""
    found: list[tuple[int | None, str]] = [(None, text) for text in table.above]
    for row in table.rows:
        if row.number >= first_header_row:
            break
        text = " ".join(tidy(cell) for cell in row.cells if isinstance(cell, str))
        if text:
            found.append((row.number, text))
    return found


def stated(table: Table, first_header_row: int, lists: WrittenCodes) -> dict[str, Stated]:
    """Field → what the titles state; a field of which they state two values is left out."""
    values: dict[str, dict[str, Stated]] = {}
    for row, text in title_texts(table, first_header_row):
        for field, value in facts(text, lists):
            values.setdefault(field, {}).setdefault(value, Stated(value, row, text))
    return {field: next(iter(found.values())) for field, found in values.items() if len(found) == 1}


def stated_money(table: Table, first_header_row: int) -> str:
    """The unit of amounts that the titles state (单位：亿元; 单位：台、万元); '' where they state none, or two."""
    found: set[str] = set()
    for _, text in title_texts(table, first_header_row):
        for match in _IN_UNIT.finditer(text):
            found |= {word for word in re.split(r"[\s、，,/;；]+", match[1]) if quantities.is_money(word)}
    return found.pop() if len(found) == 1 else ""


def facts(text: str, lists: WrittenCodes) -> Iterator[tuple[str, str]]:
    """(field, value) of what a title or heading states, as it would stand in a cell."""
    numbers = [_LEAD_IN.sub("", number) for number in _DOCUMENT.findall(document_number(text))]
    for number in numbers:
        yield "document", number
    rest = document_number(text)
    for number in numbers:
        rest = rest.replace(number, " ")
    for day in days_in(rest):
        yield "announced_on", day
    for year in years_in(rest):
        yield "year", year
    for name in _categories(text, lists):
        yield "category", name


def _categories(text: str, lists: WrittenCodes) -> list[str]:
    """Names of the categories that a text names; a wording inside a longer one does not count."""
    key = category_key(text, lists.city)
    hits = sorted((wording for wording in lists.category_wordings if wording in key), key=len, reverse=True)
    longest = [hit for position, hit in enumerate(hits) if not any(hit in other for other in hits[:position])]
    by_code = {item.code: item.name for item in lists.categories.values()}
    codes = [lists.category_wordings[hit] for hit in longest]
    if any(len(each) > 1 for each in codes):
        return []
    return list(dict.fromkeys(by_code[each[0]] for each in codes))
