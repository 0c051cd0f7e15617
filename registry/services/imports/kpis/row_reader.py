"""One row of KPI columns as it is read: its cells, their headers, and the findings so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from registry.kpi_definitions import kpi
from registry.services.imports.asking.asker import Asker
from registry.services.imports.findings import Level, RowFinding
from registry.services.imports.sheets.columns import Layout
from registry.services.imports.sheets.header_words import part_header
from registry.services.imports.sheets.row_numbers import RowNumber
from registry.spreadsheets import Row, Value
from registry.terms import KpiKind
from registry.values.kpi_checks import (
    Gravity,
    KpiInput,
    Part,
)
from registry.values.plain import shown
from registry.wording import Named

LEVELS = {Gravity.ERROR: Level.ERROR, Gravity.WARNING: Level.WARNING, Gravity.QUESTION: Level.WARNING}


@dataclass(slots=True)
class KpiSet:
    """The KPI inputs of one row with their years; empty when the row states none. `waiting`: a cell is asked about."""

    values: dict[str, KpiInput] = field(default_factory=dict)
    baseline_year: int | None = None
    report_year: int | None = None
    waiting: bool = False


class KpiRow:
    """Reads one row; collects findings instead of stopping at the first."""

    def __init__(self, row: Row, layout: Layout, today: date, asker: Asker | None) -> None:
        self.row, self.layout, self.today, self.asker = row, layout, today, asker
        self.number = row.number if isinstance(row.number, RowNumber) else RowNumber(row.number)
        self.findings: list[RowFinding] = []
        self.set = KpiSet()

    def cell(self, code: str, part: Part) -> Value:
        """The raw cell of an input; None when it is empty or the file lacks the column."""
        column = self.layout.inputs[code].get(part)
        return None if column is None else self.row.cell(column.index)

    def note(self, header: str, value: str, reason: str, way_out: str, level: Level = Level.ERROR) -> None:
        self.findings.append(
            RowFinding(row=self.row.number, column=header, value=value, reason=reason, way_out=way_out, level=level)
        )

    def header(self, code: str, part: Part) -> str:
        """The file's header of an input."""
        return kpi_header(self.layout, code, part)

    def quoted(self, code: str, part: Part) -> str:
        """The cell of an input as a message quotes it; '' for what is derived."""
        return shown(self.cell(code, part)) if code in self.layout.inputs else ""


def kpi_header(layout: Layout, code: str, part: Part) -> str:
    """The file's header of a KPI input; a missing one is named as the template would."""
    column = layout.inputs.get(code, {}).get(part)
    if column is not None:
        return layout.headers[column.index]
    definition = kpi(code)
    name = Named(definition.list_column or definition.name, definition.name_en)
    return part_header(name, part) if definition.kind == KpiKind.CHANGE or part == Part.MEASURE else name
