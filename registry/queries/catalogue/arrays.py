"""The catalogue and its KPI columns as plain arrays by name, and back: what lies in files (`kept`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from registry.queries.catalogue.code_lists import load_code_lists
from registry.queries.catalogue.columns import Catalogue
from registry.queries.catalogue.kept import State
from registry.queries.catalogue.kpi_columns import KpiColumn, KpiColumns, Numbering
from registry.queries.catalogue.loading import OF_PROJECTS, OF_TITLES, load_honors
from registry.terms import KpiKind

Arrays = Mapping[str, NDArray[Any]]


def arrays_of(catalogue: Catalogue) -> Arrays:
    """All columns of a catalogue."""
    return {name: getattr(catalogue, name) for name in ("start", *OF_PROJECTS, *OF_TITLES)}


def catalogue_of(session: Session, state: State, arrays: Arrays) -> Catalogue:
    """The catalogue with these columns; code lists and honours are read, they are few (seven queries)."""
    lists, honors = load_code_lists(session), load_honors(session)
    return Catalogue(revision=state.revision, mark=state.mark, lists=lists, honors=honors, **arrays)


def kpi_arrays_of(columns: KpiColumns) -> Arrays:
    """All arrays of the columns by a name, each KPI by its place; one without values has none."""
    found: dict[str, NDArray[Any]] = {"measures": np.array(list(columns.measures), dtype=str)}
    for place, column in enumerate(columns.values()):
        if len(column.current):
            arrays = ((field.name, getattr(column, field.name)) for field in fields(KpiColumn))
            found |= {f"{place}-{name}": array for name, array in arrays if isinstance(array, np.ndarray)}
    return found


def kpi_columns_of(catalogue: Catalogue, arrays: Arrays) -> KpiColumns:
    """The columns of a catalogue from their arrays (see `kpi_arrays_of`)."""
    measures, columns = Numbering(), {}
    for text in arrays["measures"].tolist():
        # A text is numbered by being asked for.
        measures[text]
    none = np.empty(0, dtype=np.int64)
    for place, (code, item) in enumerate(catalogue.lists.kpis.items()):
        of_kpi = {name.partition("-")[2]: array for name, array in arrays.items() if name.startswith(f"{place}-")}
        if not of_kpi:
            row = np.broadcast_to(np.int64(-1), len(catalogue.title_ids))
            of_kpi = {"row": row, "baseline": none, "current": none, "measure": none, "comparable": none.astype(bool)}
        columns[code] = KpiColumn(KpiKind(item.kind), **of_kpi)
    return KpiColumns(columns, measures)
