"""The field table of a project: one list drives API, OGC, GeoJSON, GeoPackage, csv, xlsx and the dictionary.

Answers and csv are for programs and carry codes. The workbook is for people: `words` says what a person
reads in its place, and the codes stand as texts in columns of their own at its end. Nested answers (API,
GeoJSON) have lists and objects; flat ones (csv, GeoPackage, OGC) have one value a column, see `columns`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.record.fields.columns import KPI_PREFIX, flat_columns, public_kpis
from registry.queries.record.fields.field import LIST_SEPARATOR, Field, Kind, Links, Surface
from registry.queries.record.fields.figures import FIGURES, KPIS
from registry.queries.record.fields.table import ANSWERED, FIELDS, NAMES
from registry.queries.record.rows import ProjectRow

__all__ = [
    "ANSWERED", "FIELDS", "FIGURES", "KPIS", "KPI_PREFIX", "LIST_SEPARATOR", "NAMES", "Field", "Kind",
    "Links", "Surface", "columns", "feature", "flat_columns", "item", "public_kpis", "under_title",
]  # fmt: skip


_PROPERTIES = tuple(field for field in FIELDS if Surface.GEOJSON in field.where)


def item(row: ProjectRow, lists: CodeLists, links: Links) -> dict[str, Any]:
    """An API item."""
    return {field.name: field.value(row, lists, links) for field in ANSWERED}


def feature(row: ProjectRow, lists: CodeLists, links: Links) -> dict[str, Any]:
    """A GeoJSON Feature; `properties` lack lon and lat, `enterprise` is the name."""
    properties = {field.name: field.value(row, lists, links) for field in _PROPERTIES}
    properties["enterprise"] = row.enterprise or None
    return {"type": "Feature", "id": row.code, "geometry": point(row), "properties": properties}


def point(row: ProjectRow) -> dict[str, Any] | None:
    """The geometry of a project, None without coordinates."""
    return None if row.lon is None else {"type": "Point", "coordinates": [row.lon, row.lat]}


def columns(lists: CodeLists) -> list[str]:
    """The names of the csv columns: the fields with `kpis` unfolded."""
    return [column.name for column in flat_columns(lists, Surface.CSV)]


def under_title(row: ProjectRow) -> ProjectRow:
    """The project standing under that title alone whose report it carries (rows=recognitions)."""
    return replace(row, titles=tuple(title for title in row.titles if title.id == row.reported))
