"""Rows between the rows of a list that end what was understood of it: another header, or another title."""

from __future__ import annotations

from registry.names import document_number_key
from registry.services.imports.findings import RowFinding
from registry.services.imports.sheets.code_lists import WrittenCodes
from registry.services.imports.sheets.columns import Layout, ListColumn, fold_header
from registry.services.imports.sheets.file_values import FileValues
from registry.services.imports.sheets.header_words import field_of, half_of
from registry.services.imports.sheets.row_numbers import RowNumber
from registry.services.imports.sheets.titles import facts
from registry.spreadsheets import Row, Table
from registry.values.bad_value import BadValue
from registry.values.plain import shown
from registry.wording import Message

_STATED = ("category", "year", "report_year", "document")


class OtherHeader:
    """Tells a printed header that stands again from that of another table below the first one."""

    def __init__(self, table: Table, layout: Layout, columns: tuple[ListColumn, ...]) -> None:
        self.layout, self.columns = layout, columns
        self.names = {index: name for name, index in layout.fields.items()}
        rows = range(layout.header_row, layout.last_header_row + 1)
        self.headers = [row for row in table.rows if row.number in rows]

    def finding(self, row: Row, number: RowNumber) -> RowFinding | None:
        """What refuses a header whose columns are not those of the list; None for the same one."""
        others = [cell for index, cell in enumerate(row.cells) if cell is not None and not self._is_same(index, cell)]
        if not others:
            return None
        return RowFinding(
            row=number,
            column="",
            value=shown(others[0]),
            reason=Message(
                "这里是另一张表的表头，列与第 %(row)s 行的表头不同，从这一行起没有读取", row=self.layout.header_row
            ),
            way_out=Message("请把这张表移到另一个工作表，或改成与上面相同的列"),
        )

    def _is_same(self, index: int, cell: object) -> bool:
        text = cell if isinstance(cell, str) else ""
        above = [row.cell(index) for row in self.headers]
        if any(fold_header(text) == fold_header(each) for each in (*above, self.layout.headers.get(index))):
            return True
        if half := half_of(text):
            return any(half == half_of(each) for each in above)
        return index in self.names and field_of(text, self.columns) == self.names[index]


def contradiction(text: str, values: FileValues, lists: WrittenCodes, number: RowNumber) -> RowFinding | None:
    """What refuses a heading that states another value than the whole list was given; None for any other text."""
    stated: dict[str, list[str]] = {}
    for name, value in facts(text, lists):
        stated.setdefault(name, []).append(value)
    # Of a list of figures the year of a heading is that of the reports below.
    stated["report_year"] = stated.get("year", [])
    for name in _STATED:
        given = values.values.get(name, "")
        if not given or name in values.layout.headers_of or not stated.get(name):
            continue
        if _folded(name, given, lists) not in [_folded(name, each, lists) for each in stated[name]]:
            column = values.layout.header(name)
            return RowFinding(
                row=number,
                column=column,
                value=text,
                reason=Message("这一行写的与整份名单的“%(value)s”不同，下面各行属于哪一个不能确定", value=given),
                way_out=Message("请加一列“%(column)s”逐行填写，或把下面各行移到另一个工作表", column=column),
            )
    return None


def _folded(name: str, value: str, lists: WrittenCodes) -> str:
    if name == "document":
        return document_number_key(value)
    if name != "category":
        return value.strip().removesuffix("度").removesuffix("年")
    try:
        return lists.category(value).code
    except BadValue:
        return value
