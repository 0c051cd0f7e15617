"""The columns of a standing list: one table for import, template and report (the bureau's own headers)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from registry.kpi_definitions import kpis
from registry.names import tidy
from registry.reference.wordings import wordings
from registry.spreadsheets import Row, Value
from registry.terms import KpiKind
from registry.values.kpi_checks import Part
from registry.wording import Message


@dataclass(frozen=True)
class ListColumn:
    """A column: the field it fills, the header of the template, and headers that are accepted besides; most of
    those in use stand in the table of wordings."""

    field: str
    header: str
    required: bool = False
    aliases: tuple[str, ...] = ()
    example: str = ""


PROJECT_COLUMNS: tuple[ListColumn, ...] = (
    ListColumn("position", Message("序号"), example="1"),
    ListColumn("enterprise", Message("企业名称"), True, example="某某机械有限公司"),
    ListColumn("uscc", Message("统一社会信用代码(可空)")),
    ListColumn("name", Message("车间/工厂名称"), True, example="某某产品装配车间"),
    ListColumn("category", Message("类别"), True, example="市级示范智能车间"),
    ListColumn("year", Message("批次年份"), True, example="2020"),
    ListColumn("document", Message("公布文号"), True, example="某工信发〔2020〕1号"),
    ListColumn("announced_on", Message("公布日期"), example="2020-12-18"),
    ListColumn("unit", Message("所属板块"), True),
    ListColumn("town", Message("镇(街道)"), aliases=("镇街道", "镇街", "镇/街道")),
    ListColumn("address", Message("详细地址")),
    ListColumn("lon", Message("经度")),
    ListColumn("lat", Message("纬度")),
    ListColumn("system", Message("坐标系"), example="WGS84"),
    ListColumn("industry", Message("行业大类"), example="36"),
    ListColumn("remark", Message("备注")),
)
READ_BESIDES: tuple[ListColumn, ...] = (
    ListColumn("city", Message("设区市")),
    ListColumn("pair", Message("经纬度")),
)
"""Columns of other people's lists that the template does not have."""
BASELINE_YEAR, REPORT_YEAR = "baseline_year", "report_year"
YEAR_COLUMNS: tuple[ListColumn, ...] = (
    ListColumn(BASELINE_YEAR, Message("基期年份"), example="2018"),
    ListColumn(REPORT_YEAR, Message("报告期年份"), example="2020"),
)
OUTCOME_COLUMNS = ("处理结果", "原因")
"""Columns that `--report` adds; when such a file is imported again they are passed over in silence."""

_LEFT_OUT = re.compile(r"\((?:必填|可空|全称|选填|盖章)\)")


@dataclass(frozen=True)
class KpiColumn:
    """A KPI column: which input of which KPI, where; `measure` is the unit written in the header, if any, and
    `factor` turns its numbers into the unit of the KPI."""

    kpi: str
    part: Part
    measure: str
    index: int
    factor: Decimal = Decimal(1)


@dataclass
class Layout:
    """Where the fields stand in one file: column indexes from 0, header texts by index.

    `last_header_row` differs where the header takes two rows. `asked` are headers that wait for an answer,
    `waiting` fields whose value for the whole file does, `ignored` headers that are passed over on purpose;
    `headers_of` are the fields that have a column in the file itself. `is_own` says that the registry wrote the file.
    """

    header_row: int
    last_header_row: int = 0
    headers: dict[int, str] = field(default_factory=dict)
    fields: dict[str, int] = field(default_factory=dict)
    inputs: dict[str, dict[Part, KpiColumn]] = field(default_factory=dict)
    extras: list[str] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    ignored: list[int] = field(default_factory=list)
    waiting: set[str] = field(default_factory=set)
    words: list[str] = field(default_factory=list)
    headers_of: set[str] = field(default_factory=set)
    unit_by_enterprise: bool = False
    is_own: bool = False
    width: int = 0

    def add(self, name: str) -> None:
        """A column beside those of the file, for what title rows, headings or options say."""
        if name not in self.fields:
            self.fields[name] = self.width
            self.width += 1

    @property
    def read(self) -> set[int]:
        """The columns that are read."""
        columns = (column for parts in self.inputs.values() for column in parts.values())
        return {*self.fields.values(), *(column.index for column in columns)}

    def header(self, name: str) -> str:
        """The file's own header of a field, or that of the template when the file lacks it."""
        if name in self.fields and self.fields[name] in self.headers:
            return self.headers[self.fields[name]]
        return default_header(name)

    def notices(self) -> list[str]:
        """What to say about columns that are not read, or are read in another unit."""
        if not self.extras:
            return list(self.words)
        names = [f"“{name}”" for name in self.extras]
        return [Message("以下列不在导入范围内，未读取：%(names)s。", names=names), *self.words]


def template_headers() -> list[str]:
    """All headers of the import template, in the bureau's order."""
    amounts = [d for d in kpis() if d.list_column and d.kind != KpiKind.CHANGE and d.in_template]
    changes = [d for d in kpis() if d.list_column and d.kind == KpiKind.CHANGE and d.in_template]
    headers = [column.header for column in PROJECT_COLUMNS]
    headers += [definition.list_column for definition in amounts]
    headers += [column.header for column in YEAR_COLUMNS]
    for definition in changes:
        unit = f"({definition.unit})" if definition.unit == "%" else ""
        headers += [f"{definition.list_column}-{half}{unit}" for half in ("改造前", "改造后")]
    return headers


def fold_header(cell: Value) -> str:
    """A header for comparison: width, case, blanks, a `*` and remarks such as （必填） do not count."""
    if not isinstance(cell, str):
        return ""
    folded = "".join(unicodedata.normalize("NFKC", tidy(cell)).split()).strip("*").casefold()
    return _LEFT_OUT.sub("", folded).rstrip(":").strip("*")


@cache
def known_headers(columns: tuple[ListColumn, ...]) -> dict[str, str]:
    """Field by folded header: those of the columns, and every wording of them in use."""
    fields = {fold_header(column.header): column.field for column in (*columns, *YEAR_COLUMNS)}
    found = dict(fields)
    for column in columns:
        found.update({fold_header(name): column.field for name in column.aliases})
    for wording in wordings("header"):
        field_name = fields.get(fold_header(wording.targets[0]))
        if field_name is not None:
            found.setdefault(fold_header(wording.text), field_name)
    return found


def default_header(name: str) -> str:
    """The header of a field in the template."""
    return _headers().get(name, name)


@cache
def _headers() -> dict[str, str]:
    others = {"code": Message("项目编号"), "kind": Message("报告类型"), "basis": Message("申报/核查")}
    return others | {column.field: column.header for column in (*PROJECT_COLUMNS, *YEAR_COLUMNS, *READ_BESIDES)}


def cell(row: Row, layout: Layout, name: str) -> Value:
    """The cell of a field in a row; None when the file lacks the column."""
    return row.cell(layout.fields[name]) if name in layout.fields else None
