"""Fills the KPI columns from the database: whole, or only the values of the projects that changed."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
from sqlalchemy import BigInteger, ScalarSelect, func, select, type_coerce
from sqlalchemy.orm import Session

from registry.kpi_definitions import Definitions
from registry.models import KpiReport, KpiValue
from registry.queries.catalogue.columns import NOT_STATED, Catalogue, Ints
from registry.queries.catalogue.kpi_columns import UNSET, KpiColumn, KpiColumns, Numbering
from registry.queries.catalogue.loading import places_of
from registry.queries.catalogue.splice import Splice
from registry.queries.catalogue.tables import read_columns
from registry.terms import Basis, KpiKind, ReportKind

PARTS = ("baseline", "current", "measure", "comparable", "counted")
"""What a column says of each of its rows."""


def load_columns(session: Session, catalogue: Catalogue) -> KpiColumns:
    """Read all KPI values of recognition reports (two queries)."""
    return _read(session, catalogue.lists.kpis, catalogue.title_ids, Numbering(), None)


def patch_columns(
    session: Session, old: KpiColumns, catalogue: Catalogue, splice: Splice, changed: ScalarSelect[int]
) -> KpiColumns:
    """The columns of a patched catalogue: the values of the projects that changed are read anew and appended (two
    queries); what stood for them before stays behind unreferenced until the next whole reading."""
    part = _read(session, catalogue.lists.kpis, catalogue.title_ids[splice.new], Numbering(old.measures), changed)
    return KpiColumns({code: _patched(before, part[code], splice) for code, before in old.items()}, part.measures)


def _patched(before: KpiColumn, new: KpiColumn, splice: Splice) -> KpiColumn:
    """A column with the values of the titles that are new in a splice; the same one where these say the same."""
    if not len(before.current) and not len(new.current):
        return replace(before, row=np.broadcast_to(np.int64(NOT_STATED), splice.size))
    if splice.is_in_place and _same(before, before.row[splice.new], new, new.row):
        return before
    row = splice.column(before.row, np.where(new.row >= 0, new.row + len(before.current), NOT_STATED))
    if not len(new.current):
        return replace(before, row=row)
    if not len(before.current):
        return replace(new, row=row)
    parts = {name: (getattr(before, name), getattr(new, name)) for name in PARTS}
    both: dict[str, Any] = {name: np.concatenate(pair) for name, pair in parts.items() if pair[0] is not None}
    return replace(before, row=row, **both)


def _same(one: KpiColumn, rows: Ints, other: KpiColumn, others: Ints) -> bool:
    """Whether two columns hold the same values in these rows (-1: none)."""
    held = rows >= 0
    if not np.array_equal(held, others >= 0):
        return False
    columns = ((getattr(one, name), getattr(other, name)) for name in PARTS)
    return not held.any() or all(
        before is None or np.array_equal(before[rows[held]], after[others[held]]) for before, after in columns
    )


def _read(
    session: Session, kpis: Definitions, title_ids: Ints, measures: Numbering, only: ScalarSelect[int] | None
) -> KpiColumns:
    """The columns over these titles: of all projects, or `only` of some."""
    codes = {code: place for place, code in enumerate(kpis)}
    found = select(KpiReport.id, KpiReport.recognition_id, KpiReport.basis == Basis.VERIFIED.value).where(
        KpiReport.kind == ReportKind.RECOGNITION.value
    )
    values = select(
        KpiValue.report_id,
        KpiValue.kpi_code,
        # As stored: millionths.
        func.coalesce(type_coerce(KpiValue.baseline, BigInteger), UNSET),
        func.coalesce(type_coerce(KpiValue.current, BigInteger), UNSET),
        KpiValue.measure,
        KpiValue.comparable,
    )
    if only is not None:
        found = found.where(KpiReport.project_id.in_(only))
        values = values.where(KpiValue.report_id.in_(found.with_only_columns(KpiReport.id)))
    reports = read_columns(session, found, id=int, title=int, verified=int)
    # Joined here: a database would look up each report again for each of its values.
    table = read_columns(
        session, values, report=int, kpi=codes, baseline=int, current=int, measure=measures, comparable=int
    )
    title, report = places_of(title_ids, reports["title"]), places_of(reports["id"], table.pop("report"))
    # Values of other reports and of titles that are not public come to nothing.
    position = np.append(title, NOT_STATED)[report]
    # KPI by KPI, verified values behind the declared ones, for which they stand (`_column`).
    order = (table["kpi"] * 2 + np.append(reports["verified"], 0)[report]).astype(np.uint16).argsort(kind="stable")
    order = order[position[order] >= 0]
    position, table = position[order], {name: column[order] for name, column in table.items()}
    starts = np.searchsorted(table.pop("kpi"), np.arange(len(codes) + 1))
    columns = {
        code: _column(KpiKind(item.kind), len(title_ids), position[part], table, part)
        for (code, item), part in zip(kpis.items(), (slice(*pair) for pair in pairwise(starts)), strict=True)
    }
    for code, item in kpis.items():
        if item.kind == KpiKind.SHARE:
            numerator, denominator = columns.get(item.numerator or ""), columns.get(item.denominator or "")
            columns[code] = _share(columns[code], numerator, denominator, measures[""])
    return KpiColumns(columns, measures)


def _share(typed: KpiColumn, numerator: KpiColumn | None, denominator: KpiColumn | None, no_measure: int) -> KpiColumn:
    """A share over merged inputs: where both counts are known it follows from them, as `kpi_checks.with_shares` says
    for one report; elsewhere it is the rate that was typed."""
    titles = len(typed.row)
    held = typed.row >= 0
    if numerator is None or denominator is None:
        counted = np.zeros(titles, dtype=bool)
    else:
        counted = (numerator.row >= 0) & (denominator.row >= 0)
    positions = np.flatnonzero(held | counted)
    if not len(positions):
        return typed
    by_count, source = counted[positions], typed.row[positions]
    parts = {
        "baseline": np.full(len(positions), UNSET),
        "current": np.full(len(positions), UNSET),
        "measure": np.full(len(positions), no_measure),
        "comparable": np.zeros(len(positions), dtype=bool),
    }
    for name, part in parts.items():
        part[~by_count] = getattr(typed, name)[source[~by_count]]
    if numerator is not None and denominator is not None:
        wholes = denominator.current[denominator.row[positions[by_count]]]
        parts["baseline"][by_count] = wholes
        parts["current"][by_count] = numerator.current[numerator.row[positions[by_count]]]
        parts["comparable"][by_count] = wholes != 0
    row = np.full(titles, -1, dtype=np.int64)
    row[positions] = np.arange(len(positions))
    return KpiColumn(typed.kind, row, **parts, counted=by_count)


def _column(kind: KpiKind, titles: int, positions: Ints, table: dict[str, Ints], part: slice) -> KpiColumn:
    # Most KPIs are optional: a column without values takes no memory.
    row: Ints = np.broadcast_to(np.int64(-1), titles)
    if len(positions):
        row = row.copy()
        # Of several values of a title the last one holds.
        row[positions] = np.arange(len(positions))
    return KpiColumn(
        kind,
        row,
        table["baseline"][part],
        table["current"][part],
        table["measure"][part],
        table["comparable"][part].astype(bool),
    )
