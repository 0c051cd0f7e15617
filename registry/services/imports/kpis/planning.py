"""Comparing a list of KPI values with the registry. Projects must exist; nothing is written here."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from registry.errors import InvalidInput
from registry.services.imports import stock
from registry.services.imports.asking.asker import Asker
from registry.services.imports.asking.memory import recalled
from registry.services.imports.drafts import EnterpriseDraft, ProjectDraft, ReportDraft, TitleDraft
from registry.services.imports.kpis.reports import merge_report
from registry.services.imports.kpis.rows import KPI_LIST_COLUMNS, ListedReport, read_report
from registry.services.imports.kpis.years import year_finding
from registry.services.imports.plan import Plan, PlannedSheet, Progress, RowPlan
from registry.services.imports.result import NO_OPTIONS, Options
from registry.services.imports.sheets import code_lists
from registry.services.imports.sheets.columns import Layout
from registry.services.imports.sheets.file_values import KPI_VALUES
from registry.services.imports.sheets.opening import open_sheets
from registry.services.imports.sheets.row_numbers import place
from registry.services.imports.stored_reports import ReportKey, load_reports
from registry.spreadsheets import Book, Table
from registry.terms import ReportKind
from registry.values.bad_value import BadValue
from registry.values.kpi_years import check_years
from registry.wording import Message


@dataclass(slots=True)
class KpiRowPlan(RowPlan):
    """What becomes of one row of a KPI list."""

    stated: ListedReport | None = None
    key: ReportKey | None = None
    report: ReportDraft | None = None


@dataclass
class KpiPlan(Plan):
    """An import of KPI values."""

    reports: list[KpiRowPlan] = field(default_factory=list)


def plan_kpis(session: Session, table: Table, *, today: date, progress: Progress | None = None) -> KpiPlan:
    """Compare a KPI list of one table with the registry, without answers. InvalidInput (field `file`) without a
    usable header."""
    asker = Asker({}, recalled(session), today)
    return plan_values(session, Book([table]), asker, NO_OPTIONS, today=today, progress=progress)


def plan_values(
    session: Session, book: Book, asker: Asker, options: Options, *, today: date, progress: Progress | None = None
) -> KpiPlan:
    """Compare a list of KPI values with the registry."""
    lists = code_lists.load(session)
    opened = open_sheets(book, KPI_LIST_COLUMNS, asker, options, lists, KPI_VALUES)
    plan = KpiPlan([], [], [], memory=asker.memory)
    done = 0
    for sheet in opened.sheets:
        try:
            _check_columns(sheet.layout)
        except InvalidInput as error:
            raise opened.refused(error) from None
        for prepared in sheet.rows():
            row = KpiRowPlan(prepared.row.number, prepared.findings, waiting=prepared.waits, layout=sheet.layout)
            plan.reports.append(row)
            if not row.refused and not row.waiting:
                found = read_report(prepared.row, sheet.layout, lists, today, asker, opened.notes)
                row.findings += found.findings
                row.stated, row.waiting, row.skipped = found.report, found.waiting, found.skipped
            sheet.done(prepared, refused=row.refused)
            done += 1
            if progress is not None and done % 500 == 0:
                progress(Message("检查"), done, 0)
        plan.sheets.append(
            PlannedSheet(sheet.sheet.table, sheet.layout, sheet.sheet.label, sheet.sheet.position, sheet.filler.filled)
        )
    plan.rows = list(plan.reports)
    _match(session, plan)
    _compare(session, plan)
    plan.notices, plan.questions = opened.lines(), asker.questions()
    return plan


def _check_columns(layout: Layout) -> None:
    """A list of figures needs a project and a figure; a header that is asked about may still bring one."""
    if "code" not in layout.fields and not {"enterprise", "name"} <= layout.fields.keys():
        refusal = Message(
            "表头（第 %(row)s 行）缺少“项目编号”，也没有“企业名称”和“车间/工厂名称”。请补上后再导入。",
            row=layout.header_row,
        )
        raise InvalidInput(refusal, field="file")
    if not layout.inputs and not layout.asked:
        if layout.ignored:
            refusal = Message(
                "表头（第 %(row)s 行）里没有可以读取的指标列，没有要登记的内容。请补上改造前和改造后的值再导入。",
                row=layout.header_row,
            )
        else:
            refusal = Message("表头（第 %(row)s 行）里没有指标列。请补上后再导入。", row=layout.header_row)
        raise InvalidInput(refusal, field="file")


def _accepted(plan: KpiPlan) -> Iterator[tuple[KpiRowPlan, ListedReport]]:
    return ((row, row.stated) for row in plan.reports if row.stated is not None and not row.refused and not row.waiting)


def _match(session: Session, plan: KpiPlan) -> None:
    """Find project and title of each row, and let no two rows state the same report."""
    accepted = list(_accepted(plan))
    found = stock.load_named(
        session,
        names={stated.enterprise_key for _, stated in accepted if stated.enterprise_key},
        codes={stated.uscc for _, stated in accepted if stated.uscc},
        projects={stated.code for _, stated in accepted if stated.code},
    )
    taken: dict[ReportKey, int] = {}
    for row, stated in accepted:
        try:
            project = _project(found, stated)
            row.key = _key(found, stated, project)
            _ask_about_the_batch(row, stated, found, project)
            if row.key in taken:
                raise BadValue(Message("与%(where)s是同一份报告", where=place(taken[row.key])), Message("请合并为一行"))
            taken[row.key] = row.number
        except BadValue as error:
            column = "code" if stated.code else "name"
            row.refuse(row.header(column), stated.code or stated.name, error)


def _ask_about_the_batch(row: KpiRowPlan, stated: ListedReport, found: stock.Stock, project: ProjectDraft) -> None:
    """The report of a title is asked about its batch year; a yearly one belongs to no batch."""
    if stated.kind == ReportKind.YEARLY or row.layout is None:
        return
    batch = _title(found, stated, project).year
    for doubt in check_years(None, stated.kpis.report_year, batch=batch):
        row.findings.append(year_finding(row.number, row.layout, stated.kpis, doubt))


def _project(found: stock.Stock, stated: ListedReport) -> ProjectDraft:
    by_code = found.by_code.get(stated.code) if stated.code else None
    if stated.code and by_code is None:
        raise BadValue(Message("没有这个项目编号"), Message("请核对项目编号"))
    if not stated.name_key:
        assert by_code is not None
        return by_code
    named = {
        id(project): project
        for enterprise in _enterprises(found, stated)
        if (project := found.by_project_name.get((id(enterprise), stated.name_key))) is not None
    }
    if by_code is not None:
        if id(by_code) in named:
            return by_code
        raise BadValue(
            Message("编号 %(code)s 的项目是“%(name)s”，与所填企业或名称不符", code=stated.code, name=by_code.name),
            Message("请核对编号和名称"),
        )
    if len(named) > 1:
        raise BadValue(Message("有不止一家企业的项目叫这个名称"), Message("请填项目编号"))
    if not named:
        raise BadValue(Message("登记中没有这个企业的这个项目"), Message("请核对名称，或先导入获评项目名单"))
    return next(iter(named.values()))


def _enterprises(found: stock.Stock, stated: ListedReport) -> Collection[EnterpriseDraft]:
    named = found.by_name.get(stated.enterprise_key, [])
    if stated.uscc is None:
        return named
    coded = found.by_uscc.get(stated.uscc)
    if coded is None or (stated.enterprise_key and coded not in named):
        raise BadValue(Message("代码 %(uscc)s 与企业名称在登记中对不上", uscc=stated.uscc), Message("请核对代码和名称"))
    return [coded]


def _key(found: stock.Stock, stated: ListedReport, project: ProjectDraft) -> ReportKey:
    assert project.id is not None
    if stated.kind == ReportKind.YEARLY:
        return project.id, None, stated.kpis.report_year, stated.basis.value
    title = _title(found, stated, project)
    return project.id, title.id, None, stated.basis.value


def _title(found: stock.Stock, stated: ListedReport, project: ProjectDraft) -> TitleDraft:
    titles = [
        title
        for title in found.titles_of[id(project)]
        if (stated.category is None or title.category_code == stated.category.code)
        and (stated.year is None or title.year == stated.year)
    ]
    if not titles:
        raise BadValue(Message("该项目没有这一类别和年份的认定"), Message("请核对类别和批次年份"))
    if len(titles) > 1:
        raise BadValue(
            Message("该项目有 %(n)s 项认定，不能确定是哪一项的报告", n=len(titles)), Message("请补填类别和批次年份")
        )
    return titles[0]


def _compare(session: Session, plan: KpiPlan) -> None:
    accepted = list(_accepted(plan))
    known = load_reports(session, {row.key[0] for row, _ in accepted if row.key is not None})
    for row, stated in accepted:
        if row.key is None or row.layout is None:
            continue
        row.report = known.get(row.key)
        if row.report is None:
            row.report, row.is_new = ReportDraft(), True
        merge_report(row, row.report, stated.kpis, row.layout)
