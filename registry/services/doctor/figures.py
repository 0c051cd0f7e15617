"""Statistics: the columns that every page counts with against plain SQL over the same tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from registry.indicators import plain
from registry.models import Category, Industry, KpiReport, KpiValue, Project, Recognition
from registry.queries.catalogue.columns import Catalogue
from registry.queries.catalogue.dimensions import BREAKDOWNS
from registry.queries.catalogue.filters import ALL_STATUS, DEFAULT_STATUS, Filters
from registry.queries.catalogue.kpi_columns import SCALE, UNSET, KpiColumn, load_columns
from registry.queries.catalogue.loading import load_catalogue
from registry.queries.catalogue.selection import Selection
from registry.queries.statistics.reconciliation import reconcile
from registry.queries.statistics.scope import breakdown
from registry.reference.rows import PublishedTotal
from registry.services.doctor.findings import Finding
from registry.terms import Basis, ReportKind

Counts = tuple[int, int, int]
_WAY_OUT = "请重启网站后再查；仍不一致请报告程序错误"
_DIMENSIONS: dict[str, tuple[str, Any]] = {
    "tier": ("级别", Category.tier),
    "unit": ("板块", Project.unit_code),
    "division": ("行政区", Project.division_code),
    "category": ("类别", Recognition.category_code),
    "industry": ("行业", Project.industry_code),
    "sector": ("领域", Industry.sector),
    "year": ("年份", Recognition.year),
}
_SCOPES = (("有效认定", DEFAULT_STATUS), ("全部认定", ALL_STATUS))


def check_figures(session: Session) -> Iterator[Finding]:
    """Counts, breakdowns, KPI sums and reconciliation of the whole record, computed in two ways.

    Memory is that of the catalogue which a serving worker holds anyway.
    """
    try:
        catalogue = load_catalogue(session)
        columns = load_columns(session, catalogue)
    except (KeyError, ValueError) as error:
        yield _finding("全部", "无法按列计算", f"代码 {error} 不在代码表中", "请先处理其他问题，再核对统计")
        return
    for scope, statuses in _SCOPES:
        selection = Selection(catalogue, Filters(status=statuses))
        ours = (len(selection.titles), len(selection.projects), len(selection.enterprises))
        [theirs] = session.execute(_counts(None, statuses)).all()
        yield from _compare_counts(f"{scope}合计", {None: ours}, {None: tuple(theirs)})
        for name in BREAKDOWNS:
            label, column = _DIMENSIONS[name]
            groups = {row.code: (row.recognitions, row.projects, row.enterprises) for row in breakdown(selection, name)}
            rows = session.execute(_counts(column, statuses).group_by(column))
            sql = {
                None if code is None else str(code): (titles, projects, held) for code, titles, projects, held in rows
            }
            yield from _compare_counts(f"{scope}按{label}", groups, sql)
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
        .where(Project.merged_into_id.is_(None), Recognition.status.in_(statuses))
    )


def _compare_counts(what: str, ours: dict[str | None, Counts], theirs: dict[str | None, Any]) -> Iterator[Finding]:
    for code in sorted(ours.keys() | theirs.keys(), key=str):
        column, sql = ours.get(code, (0, 0, 0)), theirs.get(code, (0, 0, 0))
        if column != sql:
            subject = what if len(ours) == 1 and code is None else f"{what}：{code or '未注明'}"
            yield _finding(subject, _three(column), _three(sql))


def _three(counts: Counts) -> str:
    return f"认定 {counts[0]}、项目 {counts[1]}、企业 {counts[2]}"


def _kpis(
    session: Session, scope: str, selection: Selection, columns: dict[str, KpiColumn], statuses: tuple[str, ...]
) -> Iterator[Finding]:
    """How many comparable values each KPI has, and the sums that every aggregate starts from."""
    sql = {row.kpi_code: (row.n, row.baseline, row.current) for row in session.execute(_sums(statuses))}
    nothing = (0, None, None)
    for code, column in columns.items():
        rows = column.rows_of(selection.latest)
        ours = (len(rows), _total(column.baseline[rows]), _total(column.current[rows]))
        theirs = sql.get(code, nothing)
        if ours != theirs:
            yield _finding(f"{scope}的指标 {code}", _sum_text(*ours), _sum_text(*theirs))


def _total(values: Any) -> Decimal | None:
    stated = values[values != UNSET]
    return Decimal(sum(stated.tolist())) / SCALE if len(stated) else None


def _sum_text(n: int, baseline: Decimal | None, current: Decimal | None) -> str:
    before, after = (("无" if value is None else plain(value)) for value in (baseline, current))
    return f"n = {n}、基期或分母合计 {before}、当期或分子合计 {after}"


def _sums(statuses: tuple[str, ...]) -> Select[Any]:
    """Per KPI: n and sums over the latest title of each project, the verified value before the declared."""
    unknown_day = case((Recognition.announced_on.is_(None), 1), else_=0)
    latest = (
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
    declared = case((KpiReport.basis == Basis.VERIFIED.value, 0), else_=1)
    value = (
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
    return (
        select(
            value.c.kpi_code,
            func.count().label("n"),
            func.sum(value.c.baseline).label("baseline"),
            func.sum(value.c.current).label("current"),
        )
        .join(latest, latest.c.id == value.c.recognition_id)
        .where(latest.c.place == 1, value.c.place == 1, value.c.comparable)
        .group_by(value.c.kpi_code)
    )


def _published(session: Session, catalogue: Catalogue) -> Iterator[Finding]:
    """The registry's own side of the reconciliation with published totals."""
    for row in reconcile(catalogue):
        sql = session.scalar(_published_count(row.published)) or 0
        if row.own != sql:
            yield _finding(f"公布数核对 {row.published.as_of} {row.published.tier.zh}", str(row.own), str(sql))


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
    return Finding(what="按列计算与按表计算", record=f"统计 {subject}", stored=columns, computed=sql, way_out=way_out)
