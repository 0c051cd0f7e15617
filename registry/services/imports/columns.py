"""The columns of a standing list: one table for import, template and report (the bureau's own headers)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from registry.errors import InvalidInput
from registry.names import tidy
from registry.reference import KpiDefinition, kpis
from registry.spreadsheets import HEAD_ROWS, Row, Table, Value
from registry.terms import KpiKind
from registry.values.kpi_checks import Part


@dataclass(frozen=True)
class ListColumn:
    """A column: the field it fills, the header of the template, and other headers in use."""

    field: str
    header: str
    required: bool = False
    aliases: tuple[str, ...] = ()
    example: str = ""


PROJECT_COLUMNS: tuple[ListColumn, ...] = (
    ListColumn("position", "序号", example="1"),
    ListColumn("enterprise", "企业名称", True, ("单位名称", "企业全称"), "某某机械有限公司"),
    ListColumn("uscc", "统一社会信用代码(可空)", aliases=("统一社会信用代码", "统一信用代码", "信用代码")),
    ListColumn("name", "车间/工厂名称", True, ("车间名称", "工厂名称", "项目名称"), "某某产品装配车间"),
    ListColumn("category", "类别", True, ("认定类别",)),
    ListColumn("year", "批次年份", True, ("批次", "获评年份", "认定年份"), "2020"),
    ListColumn("document", "公布文号", True, ("文号",), "某工信发〔2020〕1号"),
    ListColumn("announced_on", "公布日期", example="2020-12-18"),
    ListColumn("unit", "所属板块", True, ("板块",)),
    ListColumn("town", "镇(街道)", aliases=("镇街道", "镇街", "镇/街道")),
    ListColumn("address", "详细地址", aliases=("地址",)),
    ListColumn("lon", "经度"),
    ListColumn("lat", "纬度"),
    ListColumn("system", "坐标系", example="WGS84"),
    ListColumn("industry", "行业大类", aliases=("行业",), example="36"),
    ListColumn("remark", "备注"),
)
BASELINE_YEAR, REPORT_YEAR = "baseline_year", "report_year"
YEAR_COLUMNS: tuple[ListColumn, ...] = (
    ListColumn(BASELINE_YEAR, "基期年份", example="2018"),
    ListColumn(REPORT_YEAR, "报告期年份", example="2020"),
)
OUTCOME_COLUMNS = ("处理结果", "原因")
"""Columns that `--report` adds; when such a file is imported again they are passed over in silence."""

_SUFFIX = {"改造前": Part.BASELINE, "改造后": Part.CURRENT, "单位": Part.MEASURE}
_WITH_UNIT = re.compile(r"(.+?)\(([^()]*(?:\([^()]*\))?[^()]*)\)")


@dataclass(frozen=True)
class KpiColumn:
    """A KPI column: which input of which KPI, where; `measure` is the unit written in the header, if any."""

    kpi: str
    part: Part
    measure: str
    index: int


@dataclass
class Layout:
    """Where the fields stand in one file: column indexes from 0, header texts by index."""

    header_row: int
    headers: dict[int, str] = field(default_factory=dict)
    fields: dict[str, int] = field(default_factory=dict)
    inputs: dict[str, dict[Part, KpiColumn]] = field(default_factory=dict)
    extras: list[str] = field(default_factory=list)

    @property
    def read(self) -> set[int]:
        """The columns that are read."""
        columns = (column for parts in self.inputs.values() for column in parts.values())
        return {*self.fields.values(), *(column.index for column in columns)}

    def header(self, name: str) -> str:
        """The file's own header of a field, or that of the template when the file lacks it."""
        if name in self.fields:
            return self.headers[self.fields[name]]
        return next((c.header for c in (*PROJECT_COLUMNS, *YEAR_COLUMNS) if c.field == name), name)

    def notices(self) -> list[str]:
        """What to say about columns that are not read."""
        if not self.extras:
            return []
        names = "、".join(f"“{name}”" for name in self.extras)
        return [f"以下列不在导入范围内，未读取：{names}。"]


def template_headers() -> list[str]:
    """All headers of the import template, in the bureau's order."""
    amounts = [d for d in kpis() if d.column and d.kind != KpiKind.CHANGE and d.in_template]
    changes = [d for d in kpis() if d.column and d.kind == KpiKind.CHANGE and d.in_template]
    headers = [column.header for column in PROJECT_COLUMNS]
    headers += [definition.column for definition in amounts]
    headers += [column.header for column in YEAR_COLUMNS]
    for definition in changes:
        unit = f"({definition.unit})" if definition.unit == "%" else ""
        headers += [f"{definition.column}-{half}{unit}" for half in ("改造前", "改造后")]
    return headers


def read_layout(table: Table, columns: Sequence[ListColumn] = PROJECT_COLUMNS) -> Layout:
    """Find the header within the first ten rows and say what each column is.

    Raises InvalidInput (field `file`): no header, a required column missing, a column twice, a KPI
    column in another unit.
    """
    known = {fold_header(name): c.field for c in (*columns, *YEAR_COLUMNS) for name in (c.header, *c.aliases)}
    head = [row for row in table.rows if row.number <= HEAD_ROWS] or table.rows[:1]
    header = max(head, key=lambda row: sum(fold_header(cell) in known for cell in row.cells))
    if sum(fold_header(cell) in known for cell in header.cells) < 2:
        names = "、".join(column.header for column in columns if column.required)
        raise InvalidInput(f"前 {HEAD_ROWS} 行里没有找到表头。表头至少要有：{names}。", field="file")
    layout = Layout(header.number)
    for index, cell in enumerate(header.cells):
        if cell is not None:
            _place(layout, index, tidy(str(cell)), known)
    missing = [column.header for column in columns if column.required and column.field not in layout.fields]
    if missing:
        raise InvalidInput(
            f"表头（第 {header.number} 行）缺少必需的列：{'、'.join(missing)}。请补上后再导入。", field="file"
        )
    return layout


def fold_header(cell: Value) -> str:
    """A header for comparison: width, case, blanks and a mark of required columns (`*`) do not count."""
    if not isinstance(cell, str):
        return ""
    return "".join(unicodedata.normalize("NFKC", tidy(cell)).split()).strip("*").casefold()


def _place(layout: Layout, index: int, header: str, known: dict[str, str]) -> None:
    folded = fold_header(header)
    layout.headers[index] = header
    if folded in known:
        taken = layout.fields.setdefault(known[folded], index)
    elif (column := _kpi_column(folded, header, index)) is not None:
        taken = _place_kpi(layout, column)
    else:
        if header not in OUTCOME_COLUMNS:
            layout.extras.append(header)
        return
    if taken != index:
        raise InvalidInput(
            f"表头（第 {layout.header_row} 行）里“{layout.headers[taken]}”和“{header}”是同一列，请只留一个。",
            field="file",
        )


def _place_kpi(layout: Layout, column: KpiColumn) -> int:
    parts = layout.inputs.setdefault(column.kpi, {})
    for other in parts.values():
        if Part.MEASURE not in (other.part, column.part) and other.measure != column.measure:
            headers = f"“{layout.headers[other.index]}”和“{layout.headers[column.index]}”"
            raise InvalidInput(f"表头{headers}的单位不同：改造前后应为同一口径，请统一。", field="file")
    return parts.setdefault(column.part, column).index


def _kpi_column(folded: str, header: str, index: int) -> KpiColumn | None:
    name, measure = folded, ""
    if match := _WITH_UNIT.fullmatch(folded):
        name, measure = match[1], match[2]
    base, part = name, Part.CURRENT
    stem, _, suffix = name.rpartition("-")
    if suffix in _SUFFIX:
        base, part = stem, _SUFFIX[suffix]
    definition = _by_column().get(base) or _by_column().get(f"{base}({measure})")
    if definition is None:
        return None
    halves = suffix in ("改造前", "改造后")
    if halves != (definition.kind == KpiKind.CHANGE) and part != Part.MEASURE:
        return None
    if measure and part != Part.MEASURE and not _fits(definition, measure):
        raise InvalidInput(
            f"表头“{header}”的单位是 {measure}，这一列应以 {definition.unit} 计：请换算后再导入。",
            field="file",
        )
    return KpiColumn(definition.code, part, "" if measure == fold_header(definition.unit) else measure, index)


def _fits(definition: KpiDefinition, measure: str) -> bool:
    """A change is declared in its own measure; all other figures are added up and need one unit."""
    if definition.kind == KpiKind.CHANGE:
        return True
    return measure in (fold_header(definition.unit), *_SAME_UNIT.get(definition.unit, ()))


_SAME_UNIT = {"台(套)": ("台", "套", "台/套", "台套")}


@cache
def _by_column() -> dict[str, KpiDefinition]:
    found = {}
    for definition in kpis():
        for name in (definition.column, definition.name):
            folded = fold_header(name)
            if folded:
                found[folded.removesuffix(f"({fold_header(definition.unit)})")] = definition
    return found


def cell(row: Row, layout: Layout, name: str) -> Value:
    """The cell of a field in a row; None when the file lacks the column."""
    return row.cell(layout.fields[name]) if name in layout.fields else None
