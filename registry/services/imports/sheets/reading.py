"""The rows of one sheet, ready to be read: furniture passed over, cells filled, values for the whole list put in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from registry.errors import InvalidInput
from registry.names import tidy
from registry.services.imports.asking.asker import Asker, Waiting
from registry.services.imports.findings import Level, RowFinding
from registry.services.imports.sheets.between import OtherHeader, contradiction
from registry.services.imports.sheets.choosing import ChosenSheet
from registry.services.imports.sheets.code_lists import WrittenCodes, is_city
from registry.services.imports.sheets.columns import Layout, ListColumn
from registry.services.imports.sheets.file_values import FileValues
from registry.services.imports.sheets.filling import Filler
from registry.services.imports.sheets.furniture import Kind, Piece, classify
from registry.services.imports.sheets.notes import Notes
from registry.services.imports.sheets.row_numbers import RowNumber
from registry.services.imports.sheets.sums import Sums
from registry.services.imports.sheets.titles import title_texts
from registry.spreadsheets import Row, Value
from registry.spreadsheets.cells import column_name
from registry.spreadsheets.limits import MAX_ROWS, too_many_rows
from registry.values.naming import is_nothing
from registry.values.plain import shown
from registry.wording import Message

_OPTIONAL = (
    "uscc", "announced_on", "town", "address", "lon", "lat", "pair", "system", "industry", "remark",
    "baseline_year", "report_year", "category", "year", "document", "unit", "city", "code", "kind", "basis",
    "level", "categories", "total_unit", "source", "note", "rank_note",
    "key", "size", "ownership", "short", "printed",
)  # fmt: skip
_PAIR = re.compile(r"([+-]?\d+(?:\.\d+)?)[\s,;、/]+([+-]?\d+(?:\.\d+)?)", re.ASCII)
_PASSED = {
    Kind.HEADER: Message("重复的表头，未读取"),
    Kind.TITLE: Message("重复的标题，未读取"),
    Kind.NUMBERING: Message("列号，未读取"),
    Kind.MEAN: Message("平均值，未读取"),
    Kind.NOTE: Message("注释，未读取"),
    Kind.SIGNED: Message("落款，未读取"),
    Kind.EMPTY: Message("没有要导入的内容，未读取"),
}
_CONTINUED = re.compile(r"\(?续(?:表|上表|上页)?(?:\d+|[一二三四五六七八九十]+)?\)?$")
_MAY_STATE = (Kind.EMPTY, Kind.UNIT, Kind.CITY, Kind.UNKNOWN_HEADING)


@dataclass
class Prepared:
    """A row to be read: its own cells and those put in, and what refuses or delays it from the start."""

    row: Row
    findings: list[RowFinding] = field(default_factory=list)
    waits: bool = False
    source: Row | None = None


class SheetReading:
    """Prepares the rows of a sheet in file order; `done` must be told what became of each before the next."""

    def __init__(
        self,
        sheet: ChosenSheet,
        layout: Layout,
        columns: tuple[ListColumn, ...],
        lists: WrittenCodes,
        asker: Asker,
        notes: Notes,
        values: FileValues,
    ) -> None:
        self.sheet, self.layout, self.lists, self.asker, self.notes = sheet, layout, lists, asker, notes
        self.values = values
        self.filler = Filler(sheet.table, layout, asker, notes, sheet.label)
        self.sums = Sums(layout, asker, notes)
        self.other_header = OtherHeader(sheet.table, layout, columns)
        self.contradiction: RowFinding | None = None
        self.titles = {_plain(text) for _, text in title_texts(sheet.table, layout.header_row)}
        self.unheaded = set(range(layout.width)) - set(layout.headers)
        self.coloured: list[RowNumber] = []
        self.group_unit = ""
        self.in_city = True
        self.other_cities: dict[str, list[RowNumber]] = {}
        self.data_rows = 0

    def rows(self) -> Iterator[Prepared]:
        """The rows of data, and those furniture rows that are refused."""
        for row in self.sheet.table.rows:
            if row.number <= self.layout.last_header_row:
                continue
            number = RowNumber(row.number, self.sheet.label, self.sheet.position)
            numbered = Row(number, row.cells)
            piece = classify(row, self.layout, self.lists)
            if piece.kind is Kind.DATA and _plain(_text_of(row)) in self.titles:
                piece = Piece(Kind.TITLE)
            if piece.kind is Kind.DATA:
                if self.contradiction is not None:
                    yield Prepared(Row(self.contradiction.row, ()), [self.contradiction])
                    self.contradiction = None
                self.data_rows += 1
                if self.data_rows > MAX_ROWS:
                    raise too_many_rows()
                self.sums.row(row)
                self._look_at(row, number)
                yield from self._data(numbered, number)
                continue
            if piece.kind is Kind.HEADER and (other := self.other_header.finding(row, number)) is not None:
                yield Prepared(numbered, [other])
                break
            if piece.kind in _MAY_STATE:
                # Only where rows follow: below the last one such a text speaks of nothing.
                found = contradiction(_text_of(row), self.values, self.lists, number)
                self.contradiction = found or self.contradiction
            findings = self._furniture(numbered, number, piece)
            if findings:
                yield Prepared(numbered, findings)
        for finding in self.sums.end():
            yield Prepared(Row(finding.row, ()), [finding])
        if not self.data_rows:
            raise InvalidInput(
                Message("表头下面没有数据行（表头在第 %(row)s 行）。", row=self.layout.header_row), field="file"
            )
        self._tell_cities()
        if self.coloured and 2 * len(self.coloured) <= self.data_rows:
            for number in self.coloured:
                self.notes.add(Message("有底色或红字的行同样读入：颜色不作为撤销的依据，不想导入的行请删除"), number)

    def _look_at(self, row: Row, number: RowNumber) -> None:
        """Say what a row shows besides the cells that are read."""
        table = self.sheet.table
        if row.number in table.struck:
            self.notes.add(Message("有删除线的行同样读入：删除线不作为撤销的依据，不想导入的行请删除"), number)
        if row.number in table.coloured:
            self.coloured.append(number)
        for index in self.unheaded:
            if row.cell(index) is not None:
                text = Message("%(column)s 列没有表头，其中的内容未读取", column=column_name(index))
                self.notes.add(text, number)

    def done(self, prepared: Prepared, *, refused: bool) -> None:
        """Say what became of a row."""
        self.filler.done(prepared.source or prepared.row, refused=refused)

    def _furniture(self, row: Row, number: RowNumber, piece: Piece) -> list[RowFinding]:
        kind = piece.kind
        if kind in (Kind.SUM, Kind.PART_SUM):
            if kind is Kind.SUM:
                before = self.sums.end_of_group()
                return [*before, *self.sums.check(row, number, piece)]
            return self.sums.check(row, number, piece)
        if kind is Kind.UNIT and piece.unit is not None:
            findings = self.sums.begin(number, piece)
            self.group_unit = piece.unit.name
            self.notes.add(Message("“%(text)s”是分组标题，未作为数据读取", text=piece.text), number)
            return findings
        if kind is Kind.CITY:
            findings = self.sums.begin(number, piece)
            self.in_city, self.group_unit = piece.is_own_city, ""
            self.notes.add(Message("“%(text)s”是分组标题，未作为数据读取", text=piece.text), number)
            return findings
        if kind is Kind.UNKNOWN_HEADING:
            findings = self.sums.begin(number, piece)
            self.group_unit = ""
            if "unit" in self.layout.headers_of:
                self.notes.add(Message("“%(text)s”是分组标题，未作为数据读取", text=piece.text), number)
                return findings
            reason = Message("分组标题里没有认识的板块，下面各行的板块不能确定")
            refusal = RowFinding(
                row=number, column="", value=piece.text, reason=reason, way_out=Message("请改写标题，或加一列所属板块")
            )
            return [*findings, refusal]
        self.notes.add(_PASSED[kind], number)
        return []

    def _data(self, row: Row, number: RowNumber) -> Iterator[Prepared]:
        try:
            cells, findings = self.filler.fill(row, number)
        except Waiting:
            yield Prepared(row, waits=True)
            return
        source = Row(number, tuple(cells))
        city = shown(self._cell(cells, "city")) if "city" in self.layout.fields else ""
        if city and not is_nothing(city) and is_city(city, self.lists.city) is not True:
            self._pass_over(tidy(city), number)
            self.filler.done(source, refused=False)
            return
        if not city and not self.in_city:
            self._pass_over("", number)
            self.filler.done(source, refused=False)
            return
        self._nothing(cells, number)
        findings += self._split_pair(cells, number)
        self.values.fill(cells, self.group_unit)
        yield Prepared(Row(number, tuple(cells)), findings, source=source)

    def _pass_over(self, city: str, number: RowNumber) -> None:
        self.other_cities.setdefault(city, []).append(number)

    def _tell_cities(self) -> None:
        count = sum(len(rows) for rows in self.other_cities.values())
        if count:
            names = list(filter(None, self.other_cities))
            self.notes.add(
                Message(
                    "有 %(count)s 行属于其他设区市%(names)s，未读取。",
                    count=count,
                    names=Message("（%(names)s）", names=names) if names else "",
                ),
                sheet=self.sheet.label,
            )

    def _cell(self, cells: list[Value], name: str) -> Value:
        index = self.layout.fields.get(name)
        return cells[index] if index is not None and index < len(cells) else None

    def _nothing(self, cells: list[Value], number: RowNumber) -> None:
        """Marks for nothing in cells that may be empty become empty ones, with a notice a column."""
        for name in _OPTIONAL:
            value = self._cell(cells, name)
            if isinstance(value, str) and is_nothing(value):
                index = self.layout.fields[name]
                cells[index] = None
                header = self.layout.headers.get(index, name)
                self.notes.add(Message("【%(column)s】的 /、—、无 等按空格读取", column=header), number)

    def _split_pair(self, cells: list[Value], number: RowNumber) -> list[RowFinding]:
        """Both coordinates of one cell, told apart by their range."""
        value = self._cell(cells, "pair")
        if value is None:
            return []
        text = unicodedata.normalize("NFKC", tidy(shown(value))).replace("东经", "").replace("北纬", "")
        match = _PAIR.fullmatch(text.strip("() "))
        if match is None:
            return [self._no_pair(number, value, Message("不是一对经纬度"), Message("请写成 118.95,31.70 的样子"))]
        lat, lon = sorted((match[1], match[2]), key=float)
        cells[self.layout.fields["lon"]], cells[self.layout.fields["lat"]] = lon, lat
        return []

    def _no_pair(self, number: RowNumber, value: Value, reason: str, way_out: str) -> RowFinding:
        header = self.layout.header("pair")
        return RowFinding(
            row=number, column=header, value=shown(value), reason=reason, way_out=way_out, level=Level.ERROR
        )


def _text_of(row: Row) -> str:
    return " ".join(tidy(cell) for cell in row.cells if isinstance(cell, str))


def _plain(text: str) -> str:
    """A title for comparison: on a further page it says that the table goes on."""
    return _CONTINUED.sub("", unicodedata.normalize("NFKC", "".join(text.split())))
