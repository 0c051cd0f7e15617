"""One row of a list of KPI values: whose report, of which kind, year and basis, with which values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from registry.names import name_key
from registry.services.imports.code_lists import CategoryItem, WrittenCodes
from registry.services.imports.columns import REPORT_YEAR, Layout, ListColumn
from registry.services.imports.findings import RowFinding
from registry.services.imports.kpi_cells import KpiSet, read_kpis
from registry.services.imports.rows import RowReader
from registry.spreadsheets import Row
from registry.terms import Basis, ReportKind, Term
from registry.values.bad_value import BadValue
from registry.values.plain import FIRST_YEAR, text, unified_code, year

Choice = TypeVar("Choice", bound=Term)

KPI_LIST_COLUMNS: tuple[ListColumn, ...] = (
    ListColumn("position", "序号", example="1"),
    ListColumn("code", "项目编号", aliases=("编号",)),
    ListColumn("enterprise", "企业名称", aliases=("单位名称", "企业全称")),
    ListColumn("uscc", "统一社会信用代码(可空)", aliases=("统一社会信用代码", "统一信用代码", "信用代码")),
    ListColumn("name", "车间/工厂名称", aliases=("车间名称", "工厂名称", "项目名称")),
    ListColumn("kind", "报告类型", True, example="年度报告"),
    ListColumn("category", "类别", aliases=("认定类别",)),
    ListColumn("year", "批次年份", aliases=("批次", "获评年份", "认定年份")),
    ListColumn("basis", "申报/核查", True, ("申报或核查",), "申报"),
)
"""Headers of a KPI list. 类别 and 批次年份 say which title, where a project has several."""

_KINDS = {ReportKind.RECOGNITION: ("认定", "认定报告"), ReportKind.YEARLY: ("年度", "年度报告", "年报")}
_BASES = {Basis.DECLARED: ("申报", "申报值"), Basis.VERIFIED: ("核查", "核查值")}


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedReport:
    """A row that can be taken. `code` or `name_key` names the project; empty and None mean not stated."""

    row: int
    code: str
    enterprise_key: str
    uscc: str | None
    name: str
    name_key: str
    kind: ReportKind
    basis: Basis
    category: CategoryItem | None
    year: int | None
    kpis: KpiSet


def read_report(
    row: Row, layout: Layout, lists: WrittenCodes, today: date
) -> tuple[ListedReport | None, list[RowFinding]]:
    """(the report that a row states, or None when it is refused; all findings)."""
    reader = RowReader(row, layout, lists, today)
    code = (reader.take("code", lambda value: text(value, 20)) or "").upper()
    enterprise = reader.take("enterprise", lambda value: text(value, 200)) or ""
    uscc = reader.take("uscc", unified_code)
    name = reader.take("name", lambda value: text(value, 200)) or ""
    kind = reader.take("kind", lambda value: _choice(text(value, 20), _KINDS), required=True)
    basis = reader.take("basis", lambda value: _choice(text(value, 20), _BASES), required=True)
    category = reader.take("category", lambda value: lists.category(text(value, 60)))
    batch = reader.take("year", lambda value: year(value, first=FIRST_YEAR, last=today.year))
    kpis, findings = read_kpis(row, layout, today)
    if not code and not name:
        reader.note("code", "没有说明是哪个项目", "请填项目编号，或填企业名称和车间/工厂名称")
    if not kpis.values and not findings:
        reader.note("kind", "这一行没有指标值", "请填写指标，或删去这一行")
    if kpis.values and kpis.report_year is None and not findings:
        reader.note(REPORT_YEAR, "没有填写", "请补填，这一列是必需的")
    reader.findings += findings
    if kind is None or basis is None or reader.refused:
        return None, reader.findings
    stated = ListedReport(
        row=row.number,
        code=code,
        enterprise_key=name_key(enterprise),
        uscc=uscc,
        name=name,
        name_key=name_key(name),
        kind=kind,
        basis=basis,
        category=category,
        year=batch,
        kpis=kpis,
    )
    return stated, reader.findings


def _choice(written: str, words: Mapping[Choice, tuple[str, ...]]) -> Choice:
    folded = name_key(written)
    for term, known in words.items():
        if folded == term.value or folded in known:
            return term
    raise BadValue("不认识的内容", f"请填 {'、'.join(known[0] for known in words.values())} 之一")
