"""Small files for import tests: rows by header, written as csv, xlsx or xls."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlwt
from openpyxl import Workbook

from tests.cities import DEMO_BATCH

TODAY = date(2026, 11, 24)

ROW: dict[str, Any] = {
    "企业名称": "演示甲（常州）有限公司",
    "统一社会信用代码": None,
    "车间/工厂名称": "演示齿轮智能车间",
    "类别": "市级示范智能车间",
    "批次年份": 2020,
    "公布文号": "演示〔2020〕1号",
    "公布日期": "2020-12-18",
    "所属板块": "金坛区",
    "镇(街道)": None,
    "详细地址": "演示路1号",
    "经度": 119.576259,
    "纬度": 31.624322,
    "坐标系": "WGS84",
    "行业大类": "36",
    "备注": None,
}

KPIS: dict[str, Any] = {
    "总投资(万元)": 7365,
    "设备总数": 80,
    "智能设备数": 72,
    "联网设备数": 71,
    "工业机器人": 12,
    "基期年份": 2018,
    "报告期年份": 2020,
    "运营成本-改造前": 6649.6,
    "运营成本-改造后": 5122.3,
    "不良品率-改造前(%)": 0.86,
    "不良品率-改造后(%)": 0.4,
}


def row(**changes: Any) -> dict[str, Any]:
    """A row that is accepted, with some cells changed (`header=value`)."""
    return {**ROW, **changes}


def with_cells(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A row with cells changed whose headers are no Python names."""
    return {**base, **changes}


def table(rows: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """Header and cells of rows given by header."""
    headers = list(dict.fromkeys(header for each in rows for header in each))
    return [headers, *([each.get(header) for header in headers] for each in rows)]


def write_csv(path: Path, cells: Iterable[Sequence[Any]], *, encoding: str = "utf-8-sig", delimiter: str = ",") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
        writer.writerows([["" if cell is None else cell for cell in line] for line in cells])
    return path


def write_xlsx(path: Path, cells: Iterable[Sequence[Any]], formats: Mapping[str, str] | None = None) -> Path:
    """An xlsx file; `formats` maps cell references to number formats."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in cells:
        sheet.append(list(line))
    for reference, number_format in (formats or {}).items():
        sheet[reference].number_format = number_format
    book.save(path)
    return path


def write_xls(path: Path, cells: Iterable[Sequence[Any]], formats: Mapping[tuple[int, int], str] | None = None) -> Path:
    """An xls file; `formats` maps (row, column) from 0 to number formats."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("名单")
    for line, values in enumerate(cells):
        for column, value in enumerate(values):
            if value is None:
                continue
            number_format = (formats or {}).get((line, column), "General")
            sheet.write(
                line, column, value, xlwt.easyxf(num_format_str=number_format) if formats else xlwt.Style.default_style
            )
    book.save(str(path))
    return path


def repacked(path: Path, part: str, change: Any) -> Path:
    """The xlsx file with one part rewritten by `change(text) -> text`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, change(content.decode()).encode() if name == part else content)
    path.write_bytes(buffer.getvalue())
    return path


def batch2020() -> Path:
    """The 2020 batch that the project ships."""
    return DEMO_BATCH
