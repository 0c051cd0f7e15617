"""From a file to sheets whose rows can be read: which sheets, their headers, and values for the whole list."""

from __future__ import annotations

from dataclasses import dataclass

from registry.errors import InvalidInput
from registry.services.imports.asking.asker import Asker
from registry.services.imports.asking.questions import WrongAnswer
from registry.services.imports.plan import PlannedSheet
from registry.services.imports.result import Options
from registry.services.imports.sheets.choosing import ChosenSheet, choose
from registry.services.imports.sheets.code_lists import WrittenCodes
from registry.services.imports.sheets.columns import Layout, ListColumn
from registry.services.imports.sheets.file_values import FileValues
from registry.services.imports.sheets.header import HeaderReader, missing_columns
from registry.services.imports.sheets.header_words import alike
from registry.services.imports.sheets.notes import Notes
from registry.services.imports.sheets.reading import SheetReading
from registry.services.imports.sheets.titles import stated
from registry.services.imports.sheets.told_columns import folded_targets
from registry.spreadsheets import Book
from registry.wording import Message


class HeaderRefused(InvalidInput):
    """A header that cannot be read as it stands; `sheets` are what was understood of it, so that a person can say
    which column is what."""

    code = "header_refused"

    def __init__(self, message: str, sheets: list[PlannedSheet]) -> None:
        super().__init__(message, field="file")
        self.sheets = sheets


@dataclass
class Opened:
    """The sheets of a list, ready to be read, and the notices so far."""

    sheets: list[SheetReading]
    notes: Notes
    after: list[str]

    def lines(self) -> list[str]:
        """All notices."""
        return [*self.notes.lines(), *self.after]

    def refused(self, error: InvalidInput) -> HeaderRefused:
        """The refusal of the list for what its headers lack, with what was understood of them."""
        return HeaderRefused(error.message, [_planned(each.sheet, each.layout) for each in self.sheets])


def open_sheets(
    book: Book,
    columns: tuple[ListColumn, ...],
    asker: Asker,
    options: Options,
    lists: WrittenCodes,
    values: tuple[str, ...],
    *,
    derived: bool = False,
) -> Opened:
    """Open a list. `values` are the fields that are asked for where their column is missing; `derived` says that
    its figures are those of our own files, which are not read."""
    notes = Notes()
    opened = Opened([], notes, [])
    told = folded_targets(options.columns, columns)
    first = int(options.header_row) if options.header_row else None
    for sheet in choose(book, columns, asker, notes, options.sheets, told=frozenset(told), first=first):
        for text in sheet.table.notices:
            notes.add(text, sheet=sheet.label)
        reader = HeaderReader(
            sheet.table, sheet.head, columns, asker, options.ignore, sheet=sheet.label, quiet=derived, told=told
        )
        try:
            layout = reader.layout()
        except WrongAnswer:
            raise
        except InvalidInput as error:
            raise HeaderRefused(error.message, [_planned(sheet, reader.so_far)]) from None
        if derived:
            layout.inputs.clear()
            notes.add(Message("这是本系统生成的文件：指标是算出的值，不读取。"))
        for text in layout.notices():
            notes.add(text, sheet=sheet.label)
        if layout.header_row > 1 and not sheet.table.above:
            notes.add(Message("表头在第 %(row)s 行，以上各行只用来提示。", row=layout.header_row), sheet=sheet.label)
        file_values = FileValues(layout, options, is_kpi_list="kind" in values)
        try:
            _check_missing(layout, columns, values, file_values)
        except InvalidInput as error:
            raise HeaderRefused(error.message, [_planned(sheet, layout)]) from None
        file_values.ask(values, stated(sheet.table, layout.header_row, lists), asker, lists, sheet.label)
        file_values.place()
        opened.sheets.append(SheetReading(sheet, layout, lists, asker, notes, file_values))
    return opened


def _planned(sheet: ChosenSheet, layout: Layout) -> PlannedSheet:
    return PlannedSheet(sheet.table, layout, sheet.label, sheet.position)


def _check_missing(layout: Layout, columns: tuple[ListColumn, ...], values: tuple[str, ...], given: FileValues) -> None:
    """Refuse a header without the columns that only rows can fill, unless a question may still bring them."""
    missing = [
        column
        for column in columns
        if column.required and column.field not in layout.fields and column.field not in (*values, "unit")
    ]
    asked = [alike(layout.headers[index], columns) for index in layout.asked]
    offered = {header for each in asked if each is not None for header in each.headers}
    for column in missing:
        if column.header in offered:
            layout.waiting.add(column.field)
    lacking = [column for column in missing if column.field not in layout.waiting]
    if lacking:
        raise missing_columns(layout, lacking, columns)
