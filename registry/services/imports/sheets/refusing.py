"""A header that cannot be read as it stands, with what was understood of it."""

from __future__ import annotations

from registry.errors import InvalidInput
from registry.services.imports.plan import PlannedSheet
from registry.services.imports.sheets.choosing import ChosenSheet
from registry.services.imports.sheets.columns import Layout, ListColumn
from registry.services.imports.sheets.file_values import FileValues
from registry.services.imports.sheets.header import missing_columns
from registry.services.imports.sheets.header_words import alike


class HeaderRefused(InvalidInput):
    """A header that cannot be read as it stands; `sheets` are what was understood of it, so that a person can say
    which column is what."""

    code = "header_refused"

    def __init__(self, message: str, sheets: list[PlannedSheet]) -> None:
        super().__init__(message, field="file")
        self.sheets = sheets


def planned(sheet: ChosenSheet, layout: Layout) -> PlannedSheet:
    """A sheet with what was understood of its header."""
    return PlannedSheet(sheet.table, layout, sheet.label, sheet.position)


def check_missing(layout: Layout, columns: tuple[ListColumn, ...], values: tuple[str, ...], given: FileValues) -> None:
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
