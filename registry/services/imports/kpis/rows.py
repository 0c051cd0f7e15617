"""One row of a list of KPI values: whose report, of which kind, year and basis, with which values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from registry.names import name_key
from registry.services.imports.asking.asker import Asker
from registry.services.imports.findings import RowFinding
from registry.services.imports.kpis.cells import read_kpis
from registry.services.imports.kpis.row_reader import KpiSet
from registry.services.imports.rows import RowReader, category_of
from registry.services.imports.sheets.code_lists import CategoryItem, WrittenCodes
from registry.services.imports.sheets.columns import REPORT_YEAR, Layout, ListColumn
from registry.services.imports.sheets.kpi_choices import BASES, KINDS
from registry.services.imports.sheets.notes import Notes
from registry.spreadsheets import Row
from registry.terms import Basis, ReportKind, Term
from registry.values.bad_value import BadValue
from registry.values.plain import FIRST_YEAR, text, unified_code
from registry.values.written import written_year
from registry.wording import Message

Choice = TypeVar("Choice", bound=Term)

KPI_LIST_COLUMNS: tuple[ListColumn, ...] = (
    ListColumn("position", Message("序号"), example="1"),
    ListColumn("code", Message("项目编号"), aliases=("编号",)),
    ListColumn("enterprise", Message("企业名称")),
    ListColumn("uscc", Message("统一社会信用代码(可空)")),
    ListColumn("name", Message("车间/工厂名称")),
    ListColumn("kind", Message("报告类型"), True, example="年度报告"),
    ListColumn("category", Message("类别")),
    ListColumn("year", Message("批次年份")),
    ListColumn("report_year", Message("报告期年份"), aliases=("年度",)),
    ListColumn("city", Message("设区市")),
    ListColumn("basis", Message("申报/核查"), True, ("申报或核查",), "申报"),
)
"""Headers of a KPI list. 类别 and 批次年份 say which title, where a project has several."""


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


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportReading:
    """What a row says: a report, or why there is none."""

    report: ListedReport | None
    findings: list[RowFinding]
    waiting: bool = False
    skipped: bool = False


def read_report(
    row: Row,
    layout: Layout,
    lists: WrittenCodes,
    today: date,
    asker: Asker | None = None,
    notes: Notes | None = None,
) -> ReportReading:
    """What a row of a list of KPI values says."""
    reader = RowReader(row, layout, lists, today, asker, notes)
    code = (reader.take("code", lambda value: text(value, 20)) or "").upper()
    enterprise = reader.take("enterprise", lambda value: text(value, 200)) or ""
    uscc = reader.take("uscc", unified_code)
    name = reader.take("name", lambda value: text(value, 200)) or ""
    kind = reader.take("kind", lambda value: _choice(text(value, 20), KINDS), required=True)
    basis = reader.take("basis", lambda value: _choice(text(value, 20), BASES), required=True)
    category = reader.take("category", lambda value: category_of(reader, text(value, 60)))
    batch = reader.take("year", lambda value: written_year(value, first=FIRST_YEAR, last=today.year)[0])
    kpis, findings = read_kpis(row, layout, today, asker=asker)
    waiting = reader.waiting or kpis.waiting or bool(layout.asked) or REPORT_YEAR in layout.waiting
    if REPORT_YEAR in layout.waiting:
        findings = [finding for finding in findings if finding.column != layout.header(REPORT_YEAR)]
    if not code and not name:
        reader.note("code", Message("没有说明是哪个项目"), Message("请填项目编号，或填企业名称和车间/工厂名称"))
    if not waiting:
        if not kpis.values and not findings:
            reader.note("kind", Message("这一行没有指标值"), Message("请填写指标，或删去这一行"))
        if kpis.values and kpis.report_year is None and not findings:
            reader.note(REPORT_YEAR, Message("没有填写"), Message("请补填，这一列是必需的"))
    reader.findings += findings
    if kind is None or basis is None or reader.refused or waiting or reader.skipped:
        return ReportReading(report=None, findings=reader.findings, waiting=waiting, skipped=reader.skipped)
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
    return ReportReading(report=stated, findings=reader.findings)


def _choice(written: str, words: Mapping[Choice, tuple[str, ...]]) -> Choice:
    folded = name_key(written)
    for term, known in words.items():
        if folded == term.value or folded in known:
            return term
    raise BadValue(
        Message("不认识的内容"), Message("请填 %(names)s 之一", names=[known[0] for known in words.values()])
    )
