"""The sums and counts that a list states, against its rows."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from registry.indicators import plain as shown_number
from registry.kpi_definitions import kpi
from registry.services.imports.asking.asker import Asker
from registry.services.imports.asking.questions import Choice, QuestionKind
from registry.services.imports.findings import RowFinding
from registry.services.imports.sheets.columns import KpiColumn, Layout
from registry.services.imports.sheets.furniture import Kind, Piece
from registry.services.imports.sheets.notes import Notes
from registry.services.imports.sheets.row_numbers import RowNumber
from registry.spreadsheets import Row, Value
from registry.terms import KpiKind
from registry.values import quantities
from registry.values.bad_value import BadValue
from registry.values.kpi_checks import Part
from registry.values.plain import shown
from registry.wording import Message, clauses

_COUNT = re.compile(r"(?:共|合计)?(\d+)(?:个|家|项|户|条)(?:企业|单位|车间|工厂|项目)?")
_KEEP = Choice("keep", Message("以各行为准"))
_STOP = Choice("stop", Message("不导入，先改文件"))


class Sums:
    """Counts rows and adds up figures of one sheet, since its beginning and since the last heading or 小计."""

    def __init__(self, layout: Layout, asker: Asker, notes: Notes) -> None:
        self.layout, self.asker, self.notes = layout, asker, notes
        self.columns = [
            column
            for code, parts in layout.inputs.items()
            if kpi(code).kind in (KpiKind.AMOUNT, KpiKind.COUNT) and (column := parts.get(Part.CURRENT)) is not None
        ]
        self.rows = self.rows_since = 0
        self.firms: set[str] = set()
        self.firms_since: set[str] = set()
        self.totals: dict[int, Decimal] = {}
        self.totals_since: dict[int, Decimal] = {}
        self.unreadable: set[int] = set()
        self.heading: tuple[RowNumber, Piece] | None = None
        self.held: tuple[Row, RowNumber, Piece] | None = None

    def row(self, row: Row) -> None:
        """Count a row of data, also one that is passed over or refused."""
        self.rows += 1
        self.rows_since += 1
        index = self.layout.fields.get("enterprise")
        firm = shown(row.cell(index)) if index is not None else ""
        self.firms.add(firm)
        self.firms_since.add(firm)
        for column in self.columns:
            number = _number(row.cell(column.index), column)
            if number is None:
                self.unreadable.add(column.index)
                continue
            for totals in (self.totals, self.totals_since):
                totals[column.index] = totals.get(column.index, Decimal(0)) + number

    def end(self) -> list[RowFinding]:
        """What is compared once all rows are known: the last group, and a sum that stands above the rows."""
        found = self.end_of_group()
        if self.held is not None and self.rows:
            found += self.check(*self.held)
        return found

    def begin(self, number: RowNumber, piece: Piece) -> list[RowFinding]:
        """A heading: what the one before announced is compared, and a new group begins."""
        found = self.end_of_group()
        self.heading = (number, piece)
        return found

    def end_of_group(self) -> list[RowFinding]:
        """The count that a heading announced, against the rows that followed."""
        heading, self.heading = self.heading, None
        rows, firms = self.rows_since, len(self.firms_since)
        self._since_now()
        if heading is None or heading[1].count is None or heading[1].count in (rows, firms):
            return []
        number, piece = heading
        text = Message("%(word)s写 %(stated)s 个，下面有 %(rows)s 行", word=piece.text, stated=piece.count, rows=rows)
        return self._ask(number, piece.text, text)

    def check(self, row: Row, number: RowNumber, piece: Piece) -> list[RowFinding]:
        """A row of sums, against the rows above it."""
        if not self.rows and self.held is None:
            self.held = (row, number, piece)
            return []
        part = piece.kind is Kind.PART_SUM
        rows, firms = (self.rows_since, self.firms_since) if part else (self.rows, self.firms)
        totals = self.totals_since if part else self.totals
        differences = []
        uncompared = False
        for stated in self._counts(row, piece):
            if stated not in (rows, len(firms)):
                differences.append(Message("写 %(stated)s 个，共有 %(rows)s 行", stated=stated, rows=rows))
        for column in self.columns:
            cell = row.cell(column.index)
            number_stated = _number(cell, column) if cell is not None else None
            if number_stated is None or column.index in self.unreadable:
                uncompared = uncompared or cell is not None
                continue
            total = totals.get(column.index, Decimal(0))
            if number_stated != total:
                header = self.layout.headers[column.index]
                stated_text = shown_number(number_stated)
                differences.append(
                    Message(
                        "【%(column)s】写 %(stated)s，各行相加是 %(total)s",
                        column=header,
                        stated=stated_text,
                        total=shown_number(total),
                    )
                )
        if part:
            self._since_now()
        if differences:
            return self._ask(
                number, piece.text, Message("%(word)s%(what)s", word=piece.text, what=clauses(*differences))
            )
        if uncompared:
            self.notes.add(Message("汇总行里有不能与各行核对的数，未读取"), number)
        else:
            self.notes.add(Message("汇总行与各行相符，未读取"), number)
        return []

    def _counts(self, row: Row, piece: Piece) -> list[int]:
        found = [piece.count] if piece.count is not None else []
        own = {column.index for column in self.columns}
        for index, cell in enumerate(row.cells):
            if index in own or not isinstance(cell, str):
                continue
            match = _COUNT.fullmatch("".join(unicodedata.normalize("NFKC", cell).split()))
            if match:
                found.append(int(match[1]))
        return found

    def _since_now(self) -> None:
        self.rows_since, self.firms_since, self.totals_since = 0, set(), {}

    def _ask(self, number: RowNumber, value: str, text: str) -> list[RowFinding]:
        answer = self.asker.answer(
            QuestionKind.TOTAL,
            column=Message("合计"),
            value=text,
            text=Message("%(text)s。以哪个为准？", text=text),
            choices=[_KEEP, _STOP],
            row=number,
        )
        if answer == _STOP.answer:
            finding = RowFinding(row=number, column="", value=value, reason=text, way_out=Message("请核对各行和汇总行"))
            return [finding]
        if answer == _KEEP.answer:
            self.notes.add(Message("%(text)s：按答复以各行为准", text=text), number)
        return []


def _number(cell: Value, column: KpiColumn) -> Decimal | None:
    """The number of a cell as it is added up: an empty one is nothing, None is one that cannot be read."""
    if cell is None:
        return Decimal(0)
    try:
        return quantities.quantity(cell, kpi(column.kpi).unit, column.factor)
    except quantities.Wordy as words:
        return words.number
    except BadValue:
        return None
