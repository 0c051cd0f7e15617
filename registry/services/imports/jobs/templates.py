"""Empty lists to fill in, one a kind: headers of the importer, text columns as text, a sheet that explains."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from sqlalchemy.orm import Session

from registry.services.imports.honors.columns import HONOR_COLUMNS
from registry.services.imports.kpis.rows import KPI_LIST_COLUMNS
from registry.services.imports.result import ListKind
from registry.services.imports.sheets.columns import YEAR_COLUMNS, ListColumn, template_headers
from registry.services.imports.template import write_template
from registry.services.imports.totals.rows import TOTAL_COLUMNS
from registry.spreadsheets.writing import new_book

_ROWS = 500
_AS_TEXT = ("uscc", "document", "source", "as_of", "code")
_DERIVED = ("own", "difference")


def write_list_template(session: Session, kind: ListKind, path: Path) -> None:
    """Write the template of a kind as xlsx."""
    if kind is ListKind.PROJECTS:
        write_template(session, path)
        return
    columns: Sequence[ListColumn] = {
        ListKind.KPIS: (*KPI_LIST_COLUMNS, *YEAR_COLUMNS),
        ListKind.HONORS: HONOR_COLUMNS,
        ListKind.TOTALS: tuple(column for column in TOTAL_COLUMNS if column.field not in _DERIVED),
    }[kind]
    headers = [column.header for column in columns]
    if kind is ListKind.KPIS:
        known = {column.header for column in columns}
        all_headers = template_headers()
        first = all_headers.index("备注") + 1
        headers += [header for header in all_headers[first:] if header not in known]
    book = new_book()
    sheet = book.active
    assert sheet is not None
    sheet.title = "名单"
    sheet.append(headers)
    sheet.freeze_panes = "A2"
    by_header = {column.header: column for column in columns}
    for position, header in enumerate(headers, 1):
        cell, letter = sheet.cell(1, position), get_column_letter(position)
        cell.font = Font(bold=True)
        column = by_header.get(header)
        if column is not None and column.required:
            cell.fill = PatternFill("solid", fgColor="FFE9C7")
        sheet.column_dimensions[letter].width = max(10, 2.2 * len(header))
        if column is not None and column.field in _AS_TEXT:
            for row in range(2, _ROWS + 2):
                sheet[f"{letter}{row}"].number_format = "@"
    about = book.create_sheet("填写说明")
    about.append(["列", "是否必填", "例"])
    for column in columns:
        about.append([column.header, "必填" if column.required else "可空", column.example])
    for letter, width in zip("ABC", (28, 10, 34), strict=True):
        about.column_dimensions[letter].width = width
    book.save(path)
