"""Statistics: the columns that every page counts with against plain SQL over the same tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, case, func, literal, select
from sqlalchemy.orm import Session

from registry.indicators import plain
from registry.kpi_definitions import KpiDefinition, kpis
from registry.models import Category, Enterprise, Industry, KpiReport, KpiValue, Project, Recognition
from registry.queries.catalogue.columns import Catalogue
from registry.queries.catalogue.dimensions import BREAKDOWNS
from registry.queries.catalogue.filters import ALL_STATUS, DEFAULT_STATUS, Filters
from registry.queries.catalogue.kpi_columns import SCALE, UNSET, KpiColumn
from registry.queries.catalogue.kpi_loading import load_columns
from registry.queries.catalogue.loading import load_catalogue
from registry.queries.catalogue.selection import Selection
from registry.queries.statistics.reconciliation import reconcile
from registry.queries.statistics.scope import breakdown
from registry.reference.rows import PublishedTotal
from registry.services.doctor.findings import Finding
from registry.terms import Basis, ReportKind
from registry.wording import Message

Counts = tuple[int, int, int]
_WAY_OUT = Message("请重启网站后再查；仍不一致请报告程序错误")
_DIMENSIONS: dict[str, tuple[str, Any]] = {
    "tier": (Message("级别"), Category.tier),
    "unit": (Message("板块"), Project.unit_code),
    "division": (Message("行政区"), Project.division_code),
    "category": (Message("类别"), Recognition.category_code),
    "industry": (Message("行业"), Project.industry_code),
    "sector": (Message("领域"), Industry.sector),
    "year": (Message("年份"), Recognition.year),
    "size": (Message("规模"), Enterprise.size),
    "ownership": (Message("性质"), Enterprise.ownership),
}
_SCOPES = ((Message("有效认定"), DEFAULT_STATUS), (Message("全部认定"), ALL_STATUS))


def check_figures(session: Session) -> Iterator[Finding]:
    """Counts, breakdowns, KPI sums and reconciliation of the whole record, computed in two ways.

    Memory is that of the catalogue which a serving worker holds anyway.
    """
    try:
        catalogue = load_catalogue(session)
        columns = load_columns(session, catalogue)
    except (KeyError, ValueError) as error:
        yield _finding(
            Message("全部"),
            Message("无法按列计算"),
            Message("代码 %(error)s 不在代码表中", error=error),
            Message("请先处理其他问题，再核对统计"),
        )
        return
    for scope, statuses in _SCOPES:
        selection = Selection(catalogue, Filters(status=statuses))
        ours = (len(selection.titles), len(selection.projects), len(selection.enterprises))
        [theirs] = session.execute(_counts(None, statuses)).all()
        yield from _compare_counts(Message("%(scope)s合计", scope=scope), {None: ours}, {None: tuple(theirs)})
        for name in BREAKDOWNS:
            label, column = _DIMENSIONS[name]
            groups = {row.code: (row.recognitions, row.projects, row.enterprises) for row in breakdown(selection, name)}
            rows = session.execute(_counts(column, statuses).group_by(column))
            sql = {
                None if code is None else str(code): (titles, projects, held) for code, titles, projects, held in rows
            }
            yield from _compare_counts(Message("%(scope)s按%(label)s", scope=scope, label=label), groups, sql)
        yield from _kpis(session, scope, selection, columns, statuses)
    yield from _published(session, catalogue)


def _counts(dimension: Any, statuses: tuple[str, ...]) -> Select[Any]:
    """(dimension,) titles, projects, enterprises."""
    counted = (
        func.count(Recognition.id),
        func.count(Project.id.distinct()),
        func.count(Project.enterprise_id.distinct()),
    )
    chosen = counted if dimension is None else (dimension, *counted)
    return (
        select(*chosen)
        .select_from(Recognition)
        .join(Project, Project.id == Recognition.project_id)
        .join(Category, Category.code == Recognition.category_code)
        .outerjoin(Industry, Industry.code == Project.industry_code)
        .outerjoin(Enterprise, Enterprise.id == Project.enterprise_id)
        .where(Project.merged_into_id.is_(None), Recognition.status.in_(statuses))
    )


def _compare_counts(what: str, ours: dict[str | None, Counts], theirs: dict[str | None, Any]) -> Iterator[Finding]:
    for code in sorted(ours.keys() | theirs.keys(), key=str):
        column, sql = ours.get(code, (0, 0, 0)), theirs.get(code, (0, 0, 0))
        if column != sql:
            subject = what
            if len(ours) > 1 or code is not None:
                subject = Message("%(what)s：%(code)s", what=what, code=code or Message("未注明"))
            yield _finding(subject, _three(column), _three(sql))


def _three(counts: Counts) -> str:
    return Message(
        "认定 %(recognitions)s、项目 %(projects)s、企业 %(enterprises)s",
        recognitions=counts[0],
        projects=counts[1],
        enterprises=counts[2],
    )


def _kpis(
    session: Session, scope: str, selection: Selection, columns: dict[str, KpiColumn], statuses: tuple[str, ...]
) -> Iterator[Finding]:
    """How many comparable values each KPI has, and the sums that every aggregate starts from."""
    statements = [_sums(statuses), *(_share_sums(item, statuses) for item in _shares())]
    rows = [row for statement in statements for row in session.execute(statement)]
    sql = {row.kpi_code: (row.n, row.baseline, row.current) for row in rows if row.n}
    nothing = (0, None, None)
    for code, column in columns.items():
        held = column.rows_of(selection.latest)
        ours = (len(held), _total(column.baseline[held]), _total(column.current[held]))
        theirs = sql.get(code, nothing)
        if ours != theirs:
            yield _finding(
                Message("%(scope)s的指标 %(code)s", scope=scope, code=code), _sum_text(*ours), _sum_text(*theirs)
            )


def _total(values: Any) -> Decimal | None:
    stated = values[values != UNSET]
    return Decimal(sum(stated.tolist())) / SCALE if len(stated) else None


def _sum_text(n: int, baseline: Decimal | None, current: Decimal | None) -> str:
    before, after = ((Message("无") if value is None else plain(value)) for value in (baseline, current))
    return Message("n = %(n)s、基期或分母合计 %(before)s、当期或分子合计 %(after)s", n=n, before=before, after=after)


def _latest(statuses: tuple[str, ...]) -> Select[int]:
    """The latest title of each project, to be asked with IN: joined, a database whose tables were never analysed (every
    one that was just restored) goes through all of them for each value, which takes minutes."""
    unknown_day = case((Recognition.announced_on.is_(None), 1), else_=0)
    placed = (
        select(
            Recognition.id,
            func.row_number()
            .over(
                partition_by=Recognition.project_id,
                order_by=(unknown_day, Recognition.announced_on.desc(), Recognition.id.desc()),
            )
            .label("place"),
        )
        .join(Project, Project.id == Recognition.project_id)
        .where(Project.merged_into_id.is_(None), Recognition.status.in_(statuses))
        .subquery()
    )
    return select(placed.c.id).where(placed.c.place == 1)


def _merged() -> CTE:
    """The inputs of each title: the verified one before the declared one."""
    declared = case((KpiReport.basis == Basis.VERIFIED.value, 0), else_=1)
    placed = (
        select(
            KpiReport.recognition_id, KpiValue.kpi_code, KpiValue.baseline, KpiValue.current, KpiValue.comparable,
            func.row_number()
            .over(partition_by=(KpiReport.recognition_id, KpiValue.kpi_code), order_by=declared)
            .label("place"),
        )
        .join(KpiValue, KpiValue.report_id == KpiReport.id)
        .where(KpiReport.kind == ReportKind.RECOGNITION.value)
        .subquery()
    )  # fmt: skip
    return select(placed).where(placed.c.place == 1).cte()


def _sums(statuses: tuple[str, ...]) -> Select[Any]:
    """Per KPI: n and sums over the latest title of each project. Shares of two counts have a statement of their own."""
    value = _merged()
    return (
        select(
            value.c.kpi_code,
            func.count().label("n"),
            func.sum(value.c.baseline).label("baseline"),
            func.sum(value.c.current).label("current"),
        )
        .where(value.c.recognition_id.in_(_latest(statuses)))
        .where(value.c.comparable, value.c.kpi_code.not_in([item.code for item in _shares()]))
        .group_by(value.c.kpi_code)
    )


def _shares() -> list[KpiDefinition]:
    return [item for item in kpis() if item.numerator and item.denominator]


def _share_sums(item: KpiDefinition, statuses: tuple[str, ...]) -> Select[str, int, Any, Any]:
    """The same of a share: from the merged counts where both are known, else from the typed rate.

    The three inputs of a title are put side by side by grouping and not by joins, for the same reason.
    """
    merged = _merged()

    def of(code: str | None, value: Any) -> ColumnElement[Any]:
        return func.max(case((merged.c.kpi_code == code, value)))

    inputs = (
        select(
            merged.c.recognition_id,
            (of(item.numerator, 1).is_not(None) & of(item.denominator, 1).is_not(None)).label("counted"),
            of(item.numerator, merged.c.current).label("numerator"),
            of(item.denominator, merged.c.current).label("denominator"),
            of(item.code, merged.c.baseline).label("typed_baseline"),
            of(item.code, merged.c.current).label("typed_current"),
        )
        .where(merged.c.kpi_code.in_((item.numerator, item.denominator, item.code)))
        .group_by(merged.c.recognition_id)
        .subquery()
    )
    baseline = case((inputs.c.counted, inputs.c.denominator), else_=inputs.c.typed_baseline)
    current = case((inputs.c.counted, inputs.c.numerator), else_=inputs.c.typed_current)
    return (
        select(
            literal(item.code).label("kpi_code"),
            func.count().label("n"),
            func.sum(baseline).label("baseline"),
            func.sum(current).label("current"),
        )
        .where(inputs.c.recognition_id.in_(_latest(statuses)))
        .where(baseline != 0, current.is_not(None))
    )


def _published(session: Session, catalogue: Catalogue) -> Iterator[Finding]:
    """The registry's own side of the reconciliation with published totals."""
    for row in reconcile(session, catalogue):
        sql = session.scalar(_published_count(row.published)) or 0
        if row.own != sql:
            yield _finding(
                Message("公布数核对 %(as_of)s %(tier)s", as_of=row.published.as_of, tier=row.published.tier),
                str(row.own),
                str(sql),
            )


def _published_count(total: PublishedTotal) -> Select[int]:
    conditions: list[ColumnElement[bool]] = [Project.merged_into_id.is_(None), Category.tier == total.tier.value]
    if total.categories:
        conditions.append(Recognition.category_code.in_(total.categories))
    if total.kind == "new":
        conditions.append(Recognition.year == int(total.as_of))
    else:
        day = date.fromisoformat(total.as_of)
        conditions.append(Recognition.announced_on.is_(None) | (Recognition.announced_on <= day))
    return (
        select(func.count(Recognition.id))
        .join(Project, Project.id == Recognition.project_id)
        .join(Category, Category.code == Recognition.category_code)
        .where(*conditions)
    )


def _finding(subject: str, columns: str, sql: str, way_out: str = _WAY_OUT) -> Finding:
    return Finding(
        what=Message("按列计算与按表计算"),
        record=Message("统计 %(subject)s", subject=subject),
        stored=columns,
        computed=sql,
        way_out=way_out,
    )
