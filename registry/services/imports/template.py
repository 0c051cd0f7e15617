"""The empty list that officers fill in: the bureau's headers, text columns as text, a sheet that explains."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from sqlalchemy.orm import Session

from registry.queries.catalogue.code_lists import CodeLists, load_code_lists
from registry.services.imports.sheets.columns import PROJECT_COLUMNS, ListColumn, template_headers
from registry.spreadsheets.writing import new_book
from registry.terms import CoordinateOrigin, Tier

_ROWS = 500
_TEXT_FIELDS = ("uscc", "document", "announced_on")
"""Columns whose digits a spreadsheet program would change: they are set to text for the first rows."""
_ADVICE = {
    "uscc": "18 位；没有可以留空",
    "document": "与文件一致，同一文号只有一个公布日期",
    "announced_on": "如 2020-12-18",
    "system": "有坐标时必填：" + "，".join(f"{each.value} {each.zh}" for each in CoordinateOrigin),
    "industry": "两位代码或名称；不是制造业的留空",
}


def write_template(session: Session, path: Path) -> None:
    """Write the template as xlsx; examples and advice name the city's own units and categories."""
    book = new_book()
    sheet = book.active
    assert sheet is not None
    sheet.title = "名单"
    sheet.append(template_headers())
    sheet.freeze_panes = "A2"
    by_header = {column.header: column for column in PROJECT_COLUMNS}
    for position, cell in enumerate(sheet[1], 1):
        column = by_header.get(str(cell.value))
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        if column is not None and column.required:
            cell.fill = PatternFill("solid", fgColor="FFE9C7")
        letter = get_column_letter(position)
        sheet.column_dimensions[letter].width = max(10, 2.2 * len(str(cell.value)))
        if column is not None and column.field in _TEXT_FIELDS:
            for row in range(2, _ROWS + 2):
                sheet[f"{letter}{row}"].number_format = "@"
    _explain(book, PROJECT_COLUMNS, load_code_lists(session))
    book.save(path)


def _of_city(lists: CodeLists) -> dict[str, tuple[str, str]]:
    """Field → example and advice that depend on the city's own lists."""
    units = [unit.name for unit in lists.units.values()]
    municipal = [item.name for item in lists.categories.values() if item.tier == Tier.MUNICIPAL]
    advice = [f"{'、'.join(units)} 之一"]
    advice += [f"{unit.short}的镇（街道）填 {unit.name}" for unit in lists.zones]
    return {
        "unit": (units[0] if units else "", "；".join(advice)),
        "category": (municipal[0] if municipal else "", "与文件中的名称一致"),
    }


def _explain(book: Workbook, columns: Sequence[ListColumn], lists: CodeLists) -> None:
    sheet = book.create_sheet("填写说明")
    sheet.append(["列", "是否必填", "例", "说明"])
    of_city = _of_city(lists)
    for column in columns:
        example, advice = of_city.get(column.field, (column.example, _ADVICE.get(column.field, "")))
        sheet.append([column.header, "必填" if column.required else "可空", example, advice])
    sheet.append(
        ["指标各列", "可空", "", "填了改造前就要填改造后，并填基期年份和报告期年份；可加一列“指标名-单位”说明口径"]
    )
    for letter, width in zip("ABCD", (26, 10, 24, 70), strict=True):
        sheet.column_dimensions[letter].width = width
