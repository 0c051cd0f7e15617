"""How the columns of a sheet were understood, with some of their cells, for a person to look at."""

from __future__ import annotations

from registry.kpi_definitions import kpi
from registry.services.imports.plan import PlannedSheet
from registry.services.imports.result import ColumnReading, SheetReading, Understood
from registry.services.imports.sheets.columns import default_header
from registry.services.imports.sheets.header_words import template_header
from registry.services.imports.sheets.told_columns import column_keys
from registry.values.plain import shown

_SAMPLES, _SAMPLED_ROWS, _SAMPLE_LENGTH = 3, 60, 24


def understood(sheet: PlannedSheet) -> SheetReading:
    """The mapping of a sheet: what each of its columns was read as."""
    layout = sheet.layout
    read: dict[int, str] = {index: default_header(name) for name, index in layout.fields.items()}
    for parts in layout.inputs.values():
        for column in parts.values():
            read[column.index] = template_header(kpi(column.kpi), column.part)
    states = {
        **dict.fromkeys(layout.asked, Understood.ASKED),
        **dict.fromkeys(layout.ignored, Understood.IGNORED),
        **dict.fromkeys(read, Understood.READ),
    }
    keys = column_keys(layout.headers)
    columns = tuple(
        ColumnReading(
            index=index,
            header=header,
            column=read.get(index, ""),
            state=states.get(index, Understood.UNREAD),
            key=keys[index],
            samples=_samples(sheet, index),
        )
        for index, header in layout.headers.items()
    )
    return SheetReading(name=sheet.table.name, header_row=layout.header_row, columns=columns, is_own=layout.is_own)


def _samples(sheet: PlannedSheet, index: int) -> tuple[str, ...]:
    """A few different cells of a column, so that a person sees what it holds."""
    found: dict[str, None] = {}
    for row in sheet.table.rows[:_SAMPLED_ROWS]:
        if row.number > max(sheet.layout.header_row, sheet.layout.last_header_row):
            text = shown(row.cell(index)).strip()
            if text:
                found[text if len(text) <= _SAMPLE_LENGTH else f"{text[:_SAMPLE_LENGTH]}…"] = None
        if len(found) == _SAMPLES:
            break
    return tuple(found)
