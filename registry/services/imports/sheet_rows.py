"""Which rows of a sheet are data: below the header, stating something, not merged, not a sum."""

from __future__ import annotations

from registry.names import tidy
from registry.services.imports.findings import RowFinding
from registry.services.imports.sheets.columns import Layout
from registry.spreadsheets import MergedRange, Row, Table
from registry.spreadsheets.cells import column_name
from registry.spreadsheets.limits import MAX_ROWS, too_many_rows
from registry.wording import Message

_SUMS = ("合计", "总计", "小计", "共计")


def data_rows(table: Table, layout: Layout) -> tuple[list[tuple[Row, list[RowFinding]]], list[str]]:
    """(rows to be read with what refuses them from the start, notices about rows passed over)."""
    read = layout.read
    stating = read - {layout.fields.get("position", -1)}
    merged = [each for each in table.merged if each.last_row > layout.header_row]
    found: list[tuple[Row, list[RowFinding]]] = []
    passed: list[int] = []
    for row in table.rows:
        if row.number <= layout.header_row:
            continue
        if not any(row.cell(column) is not None for column in stating) and not _title(row):
            passed.append(row.number)
            continue
        found.append((row, [*_merged(row, layout, merged, read), *_sum(row)]))
    if len(found) > MAX_ROWS:
        raise too_many_rows()
    notices: list[str] = []
    if passed:
        notices.append(
            Message("有 %(n)s 行没有要导入的内容，未读取（第一个是第 %(row)s 行）。", n=len(passed), row=passed[0])
        )
    if layout.header_row > 1:
        notices.append(Message("表头在第 %(header_row)s 行，以上各行未读取。", header_row=layout.header_row))
    return found, notices


def _title(row: Row) -> str:
    """A word such as 合计 at the start of a row."""
    first = next((cell for cell in row.cells if cell is not None), None)
    text = tidy(first).replace(" ", "") if isinstance(first, str) else ""
    return text if text.startswith(_SUMS) else ""


def _sum(row: Row) -> list[RowFinding]:
    word = _title(row)
    if not word:
        return []
    return [
        RowFinding(
            row=row.number,
            column="",
            value=word,
            reason=Message("是汇总行，不是项目"),
            way_out=Message("请删去这一行再导入"),
        )
    ]


def _merged(row: Row, layout: Layout, ranges: list[MergedRange], read: set[int]) -> list[RowFinding]:
    for each in ranges:
        if not each.first_row <= row.number <= each.last_row:
            continue
        columns = [column for column in sorted(read) if each.first_column <= column <= each.last_column]
        if columns:
            first = f"{column_name(each.first_column)}{each.first_row}"
            span = f"{first}:{column_name(each.last_column)}{each.last_row}"
            return [
                RowFinding(
                    row=row.number,
                    column=layout.headers.get(columns[0], ""),
                    value=span,
                    reason=Message("是合并单元格，只有左上角一格有值，不能确定其余各行的内容"),
                    way_out=Message("请取消合并，逐行填写"),
                )
            ]
    return []
