"""Cells that repeat the one above: merged ones and 同上. Nothing is above the first row and below a refused one."""

from __future__ import annotations

from registry.services.imports.asking.asker import Asker, Waiting
from registry.services.imports.asking.questions import Choice, QuestionKind
from registry.services.imports.findings import RowFinding
from registry.services.imports.sheets.columns import Layout
from registry.services.imports.sheets.notes import Notes
from registry.services.imports.sheets.row_numbers import RowNumber
from registry.spreadsheets import MergedRange, Row, Table, Value
from registry.spreadsheets.cells import column_name
from registry.values.naming import is_ditto
from registry.values.plain import shown
from registry.wording import Message

_DITTO_FIELDS = frozenset(
    (
        "category", "year", "document", "announced_on", "unit", "town", "city",
        "honor", "level", "as_of", "total_kind", "tier", "categories", "total_unit", "source",
    )
)  # fmt: skip
_NO_DITTO = frozenset(("address", "industry", "system", "pair"))
_NEVER = frozenset(("name", "position", "lon", "lat", "pair"))
"""Fields whose merged cells say nothing about the rows below: each row has its own."""
_ABOVE = Choice("above", Message("沿用上一行的企业"))
_STOP = Choice("stop", Message("不导入，先改文件"))


class Filler:
    """Fills the cells of one sheet, row after row; `done` tells it what became of a row."""

    def __init__(self, table: Table, layout: Layout, asker: Asker, notes: Notes, sheet: str) -> None:
        self.layout, self.asker, self.notes, self.sheet = layout, asker, notes, sheet
        self.names = {index: name for name, index in layout.fields.items()}
        self.inputs = {column.index for parts in layout.inputs.values() for column in parts.values()}
        self.down, self.across = self._ranges(table)
        self.above: Row | None = None
        self.above_refused = False
        self.filled: dict[int, dict[int, Value]] = {}

    def _ranges(self, table: Table) -> tuple[dict[tuple[int, int], MergedRange], dict[int, MergedRange]]:
        down: dict[tuple[int, int], MergedRange] = {}
        across: dict[int, MergedRange] = {}
        for each in table.merged:
            if each.last_row <= self.layout.last_header_row:
                continue
            columns = range(each.first_column, each.last_column + 1)
            read = [column for column in columns if column in self.names or column in self.inputs]
            rows = range(max(each.first_row, self.layout.last_header_row + 1), each.last_row + 1)
            if len(read) > 1:
                across.update(dict.fromkeys(rows, each))
            elif read and len(rows) > 1:
                down.update({(row, read[0]): each for row in rows})
        return down, across

    def fill(self, row: Row, number: RowNumber) -> tuple[list[Value], list[RowFinding]]:
        """The cells of a row with those of the row above put in, and what refuses the row. May raise Waiting."""
        cells = list(row.cells) + [None] * (self.layout.width - len(row.cells))
        findings: list[RowFinding] = []
        if number.shown in self.across:
            each = self.across[number.shown]
            findings.append(self._merged(number, each.first_column, each))
        waits: Waiting | None = None
        for column in sorted({*self.names, *self.inputs}):
            if column >= len(cells):
                continue
            merged = self.down.get((number.shown, column))
            try:
                finding = (
                    self._merged_cell(cells, column, number, merged) if merged else self._ditto(cells, column, number)
                )
            except Waiting as waiting:
                waits = waiting
                continue
            if finding is not None:
                findings.append(finding)
        if waits is not None and not findings:
            raise waits
        return cells, findings

    def done(self, row: Row, *, refused: bool) -> None:
        """Remember a row that was read."""
        self.above, self.above_refused = row, refused

    def _merged_cell(
        self, cells: list[Value], column: int, number: RowNumber, merged: MergedRange
    ) -> RowFinding | None:
        name = self.names.get(column, "")
        if column in self.inputs or name in _NEVER - {"position"}:
            return self._merged(number, column, merged)
        if number.shown == max(merged.first_row, self.layout.last_header_row + 1) or cells[column] is not None:
            return None
        if name == "position":
            return None
        return self._take(cells, column, number, Message("合并单元格"))

    def _ditto(self, cells: list[Value], column: int, number: RowNumber) -> RowFinding | None:
        cell = cells[column]
        name = self.names.get(column, "")
        if not isinstance(cell, str) or not is_ditto(cell):
            return None
        if name in _NO_DITTO:
            return self._refused(number, column, cell, Message("这一列不能写“同上”"), Message("请逐行填写"))
        if name in _DITTO_FIELDS:
            return self._take(cells, column, number, shown(cell))
        if name != "enterprise":
            return None
        if self.above is None or self.above_refused:
            return self._take(cells, column, number, shown(cell))
        header = self.layout.headers[column]
        answer = self.asker.ask(
            QuestionKind.DITTO,
            column=header,
            value=shown(cell),
            text=Message(
                "【%(column)s】写“%(value)s”，是指上一行的企业吗？第一处上一行是“%(above)s”。",
                column=header,
                value=shown(cell),
                above=shown(self.above.cell(column)),
            ),
            choices=[_ABOVE, _STOP],
            row=number,
            candidates=("above", "stop"),
        )
        if answer == _STOP.answer:
            return self._refused(number, column, cell, Message("企业名称写“同上”"), Message("请填写企业名称"))
        return self._take(cells, column, number, shown(cell))

    def _take(self, cells: list[Value], column: int, number: RowNumber, what: str) -> RowFinding | None:
        above = self.above
        if above is None:
            return self._refused(number, column, cells[column], Message("上面没有可以沿用的行"), Message("请填写"))
        if self.above_refused:
            return self._refused(
                number, column, cells[column], Message("上一行被拒绝，不能沿用"), Message("请改正上一行，或填写这一格")
            )
        cells[column] = above.cell(column)
        self.filled.setdefault(number.shown, {})[column] = cells[column]
        header = self.layout.headers[column]
        self.notes.add(Message("【%(column)s】“%(what)s”沿用上一行的内容", column=header, what=what), number)
        return None

    def _merged(self, number: RowNumber, column: int, each: MergedRange) -> RowFinding:
        span = f"{column_name(each.first_column)}{each.first_row}:{column_name(each.last_column)}{each.last_row}"
        return RowFinding(
            row=number,
            column=self.layout.headers.get(column, ""),
            value=span,
            reason=Message("是合并单元格，只有左上角一格有值，不能确定其余各行的内容"),
            way_out=Message("请取消合并，逐行填写"),
        )

    def _refused(self, number: RowNumber, column: int, cell: Value, reason: str, way_out: str) -> RowFinding:
        header = self.layout.headers.get(column, "")
        return RowFinding(row=number, column=header, value=shown(cell), reason=reason, way_out=way_out)
