"""Lists to fill in, one a kind: headers of the importer, text columns as text, a sheet that explains.

Most are empty; that of enterprises comes with what is on record too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from sqlalchemy.orm import Session

from registry.kinds import EnterpriseSize, OtherNameKind, Ownership
from registry.queries.titles.facts import Facts, all_described
from registry.services.imports.enterprises.columns import CLEARED, ENTERPRISE_COLUMNS
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
_ADVICE = {
    "key": "按下载的表填写，用来认准同名的企业；不要改动",
    "size": "、".join(each.zh for each in EnterpriseSize) + f"；留空不改动，填“{CLEARED}”去掉登记的内容",
    "ownership": "、".join(each.zh for each in Ownership) + f"；留空不改动，填“{CLEARED}”去掉登记的内容",
    "short": f"几个用分号隔开；写了就是全部简称，留空不改动，填“{CLEARED}”去掉全部",
    "printed": f"文件里印错或印得不同的名称；几个用分号隔开，写了就是全部，留空不改动，填“{CLEARED}”去掉全部",
}


def write_enterprises(session: Session, path: Path) -> None:
    """Write what is on record of all enterprises as the list that the importer reads: unchanged it changes nothing."""
    rows = (
        (number, each.id, each.name, each.uscc, *_cells(each.facts))
        for number, each in enumerate(all_described(session), 1)
    )
    _write(path, ListKind.ENTERPRISES, ENTERPRISE_COLUMNS, [column.header for column in ENTERPRISE_COLUMNS], rows)


def _cells(facts: Facts) -> tuple[str, str, str, str]:
    size, ownership = (term.zh if term else "" for term in (facts.size, facts.ownership))
    return size, ownership, facts.names_as(OtherNameKind.SHORT), facts.names_as(OtherNameKind.PRINTED)


def write_list_template(session: Session, kind: ListKind, path: Path) -> None:
    """Write the template of a kind as xlsx."""
    if kind is ListKind.PROJECTS:
        write_template(session, path)
        return
    columns: Sequence[ListColumn] = {
        ListKind.KPIS: (*KPI_LIST_COLUMNS, *YEAR_COLUMNS),
        ListKind.HONORS: HONOR_COLUMNS,
        ListKind.TOTALS: tuple(column for column in TOTAL_COLUMNS if column.field not in _DERIVED),
        ListKind.ENTERPRISES: ENTERPRISE_COLUMNS,
    }[kind]
    headers = [column.header for column in columns]
    if kind is ListKind.KPIS:
        known = {column.header for column in columns}
        all_headers = template_headers()
        first = all_headers.index("备注") + 1
        headers += [header for header in all_headers[first:] if header not in known]
    _write(path, kind, columns, headers)


def _write(
    path: Path,
    kind: ListKind,
    columns: Sequence[ListColumn],
    headers: Sequence[str],
    rows: Iterable[Sequence[str | int | None]] = (),
) -> None:
    book = new_book()
    sheet = book.active
    assert sheet is not None
    sheet.title = "名单"
    sheet.append(list(headers))
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
    for place, values in enumerate(rows, 2):
        for position, value in enumerate(values, 1):
            cell = sheet.cell(place, position, value or None)
            if isinstance(value, str):
                # A name that begins with an equals sign is a name.
                cell.data_type, cell.number_format = "s", "@"
    about = book.create_sheet("填写说明")
    advice = _ADVICE if kind is ListKind.ENTERPRISES else {}
    about.append(["列", "是否必填", "例", *(["说明"] if advice else [])])
    for column in columns:
        told = [advice.get(column.field, "")] if advice else []
        about.append([column.header, "必填" if column.required else "可空", column.example, *told])
    for letter, width in zip("ABCD", (28, 10, 34, 60), strict=True):
        about.column_dimensions[letter].width = width
    book.save(path)
