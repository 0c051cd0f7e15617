"""From a file to sheets whose rows can be read: which sheets, their headers, and values for the whole list."""

from __future__ import annotations

from dataclasses import dataclass

from registry.errors import InvalidInput
from registry.services.imports.asking.asker import Asker
from registry.services.imports.asking.questions import WrongAnswer
from registry.services.imports.result import Options
from registry.services.imports.sheets.choosing import choose
from registry.services.imports.sheets.code_lists import WrittenCodes
from registry.services.imports.sheets.columns import ListColumn
from registry.services.imports.sheets.file_values import FileValues
from registry.services.imports.sheets.header import HeaderReader
from registry.services.imports.sheets.notes import Notes
from registry.services.imports.sheets.reading import SheetReading
from registry.services.imports.sheets.refusing import HeaderRefused, check_missing, planned
from registry.services.imports.sheets.titles import stated, stated_money
from registry.services.imports.sheets.told_columns import folded_targets
from registry.spreadsheets import Book
from registry.wording import Message


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
        return HeaderRefused(error.message, [planned(each.sheet, each.layout) for each in self.sheets])


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
            sheet.table,
            sheet.head,
            columns,
            asker,
            options.ignore,
            sheet=sheet.label,
            quiet=derived,
            told=told,
            money=stated_money(sheet.table, sheet.head.first),
        )
        try:
            layout = reader.layout()
        except WrongAnswer:
            raise
        except InvalidInput as error:
            raise HeaderRefused(error.message, [planned(sheet, reader.so_far)]) from None
        if derived:
            layout.inputs.clear()
            layout.is_own = True
            notes.add(Message("这是本系统生成的文件：指标是算出的值，不读取。"))
        for text in layout.notices():
            notes.add(text, sheet=sheet.label)
        if layout.header_row > 1 and not sheet.table.above:
            notes.add(Message("表头在第 %(row)s 行，以上各行只用来提示。", row=layout.header_row), sheet=sheet.label)
        file_values = FileValues(layout, options, is_kpi_list="kind" in values)
        try:
            check_missing(layout, columns, values, file_values)
        except InvalidInput as error:
            raise HeaderRefused(error.message, [planned(sheet, layout)]) from None
        # Our own annex states no year where the titles have none.
        asked = tuple(name for name in values if not (derived and name == "year"))
        file_values.ask(asked, stated(sheet.table, layout.header_row, lists), asker, lists, sheet.label)
        file_values.place()
        opened.sheets.append(SheetReading(sheet, layout, columns, lists, asker, notes, file_values))
    return opened
