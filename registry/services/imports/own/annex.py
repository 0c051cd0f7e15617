"""An annex that the registry gave out: its second sheet says what holds for the whole list.

A summary sheet holds applications. Those that a document has made titles are read back as these; the others are no
titles yet and are passed over, which is said.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from registry.errors import InvalidInput
from registry.services.imports.result import Options
from registry.services.imports.sheets.row_numbers import ranges
from registry.spreadsheets import Book, Table
from registry.values.plain import shown
from registry.wording import Message

_ABOUT = "说明"
_STATED = {"文号": "document", "公布文号": "document", "类别": "category", "批次年份": "year", "公布日期": "date"}
_SUMMARY, _APPLICATION_NUMBER, _DOCUMENT, _SUM = "汇总表", "申报编号", "公布文号", "合计"


@dataclass(frozen=True)
class Hint:
    """What an own file says about itself: values for the whole list, and that its figures are derived."""

    options: Options
    book: Book


def annex(book: Book, options: Options) -> Hint | None:
    """The hint of an annex, or of a summary sheet whose rows have become titles, or for which category, year and
    document are told.

    Raises InvalidInput for a summary sheet otherwise: it holds applications.
    """
    about = next((table for table in book.sheets[1:] if table.name == _ABOUT), None)
    main = book.sheets[0]
    if about is None or main.name != _SUMMARY:
        return None
    stated: dict[str, str] = {}
    for row in about.rows:
        label, value = shown(row.cell(0)).strip(), shown(row.cell(1)).strip()
        if label in _STATED and value:
            stated.setdefault(_STATED[label], value)
    found = replace(
        options,
        document=options.document or stated.get("document", ""),
        category=options.category or stated.get("category", ""),
        year=options.year or stated.get("year", ""),
        date=options.date or stated.get("date", ""),
    )
    applications = any(_APPLICATION_NUMBER in map(shown, row.cells) for row in main.rows[:5])
    if applications and not options.document and (titles := _titles_of(main)) is not None:
        return Hint(found, Book([titles], book.hidden, book.notices))
    if applications and "document" not in stated and not (found.category and found.year and found.document):
        raise InvalidInput(
            Message(
                "这是申报汇总表，里面是申报项目，还不是认定：请给出类别、批次年份和公布文号"
                "（--category、--year、--document）再导入。"
            ),
            field="file",
        )
    if "document" not in stated and not applications:
        return None
    return Hint(found, Book([main], book.hidden, book.notices))


def _titles_of(main: Table) -> Table | None:
    """The rows of a summary sheet that have become titles; None where it does not say so of any."""
    header = next(row for row in main.rows if _APPLICATION_NUMBER in map(shown, row.cells))
    texts = [shown(cell).strip() for cell in header.cells]
    if _DOCUMENT not in texts:
        return None
    document = texts.index(_DOCUMENT)
    below = [row for row in main.rows if row.number > header.number and shown(row.cell(0)) != _SUM]
    waiting = [row.number for row in below if not shown(row.cell(document)).strip()]
    if len(waiting) == len(below):
        return None
    if not waiting:
        return main
    # The row of sums counts the applications too, so it says nothing about the titles.
    left_out = {row.number for row in main.rows if shown(row.cell(0)) == _SUM}.union(waiting)
    notice = Message("还没有公布文号，是申报项目，还不是认定，没有读取（%(rows)s）。", rows=ranges(waiting))
    rows = [row for row in main.rows if row.number not in left_out]
    return replace(main, rows=rows, notices=[*main.notices, notice])
