"""A selection as GeoPackage: the layers `projects` (points) and `recognitions` (a row a title, no geometry)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from registry.queries.record import fields
from registry.queries.record.fields import Kind
from registry.queries.record.files import Export
from registry.queries.record.rows import ProjectRow

TITLE_COLUMNS: tuple[tuple[str, Kind], ...] = (
    ("code", Kind.CODE),
    ("category", Kind.CODE),
    ("category_name", Kind.TEXT),
    ("tier", Kind.CODE),
    ("name_awarded", Kind.TEXT),
    ("enterprise_awarded", Kind.TEXT),
    ("year", Kind.INTEGER),
    ("document_number", Kind.TEXT),
    ("announced_on", Kind.DATE),
    ("stage", Kind.CODE),
    ("status", Kind.CODE),
)
"""The second layer; `code` leads to the project."""
CRS = "EPSG:4326"


def write_geopackage(export: Export, path: Path, *, description: str, identifiers: tuple[str, str]) -> None:
    """Write both layers; `identifiers` name them for a person, `description` says what was selected, when and whose."""
    lists = export.selection.catalogue.lists
    columns = fields.flat_columns(lists, fields.Surface.GPKG)
    projects: list[list[Any]] = []
    titles: list[list[Any]] = []
    points: list[Any] = []
    for row in export.rows():
        projects.append([column.value(row, lists, export.links) for column in columns])
        points.append(None if row.lon is None else shapely.to_wkb(shapely.Point(row.lon, row.lat)))
        titles += _titles(export, row)
    names = [column.name for column in columns]
    kinds = [column.kind for column in columns]
    common = {"DESCRIPTION": description}
    _write(path, "projects", names, kinds, projects, points, common | {"IDENTIFIER": identifiers[0]})
    title_names = [name for name, _kind in TITLE_COLUMNS]
    title_kinds = [kind for _name, kind in TITLE_COLUMNS]
    _write(path, "recognitions", title_names, title_kinds, titles, None, common | {"IDENTIFIER": identifiers[1]})


def _titles(export: Export, row: ProjectRow) -> Iterable[list[Any]]:
    categories = export.selection.catalogue.lists.categories
    for title in row.titles:
        found = {**vars_of(title), "code": row.code, "category_name": categories[title.category].name}
        yield [found[name] for name, _kind in TITLE_COLUMNS]


def vars_of(title: Any) -> dict[str, Any]:
    """The values of a title by name, its day as text."""
    found = {name: getattr(title, name) for name, _kind in TITLE_COLUMNS if hasattr(title, name)}
    return found | {"announced_on": title.announced_on.isoformat() if title.announced_on else None}


def _write(
    path: Path,
    layer: str,
    names: Sequence[str],
    kinds: Sequence[Kind],
    rows: list[list[Any]],
    points: list[Any] | None,
    options: dict[str, str],
) -> None:
    from pyogrio import raw  # slow import: the library brings its programs for all formats

    data, masks = [], []
    for place, kind in enumerate(kinds):
        values = [row[place] for row in rows]
        data.append(_COLUMNS.get(kind, _texts)(values))
        # Without a mask a null makes whole numbers into fractions.
        empty = np.array([value is None for value in values], dtype=bool)
        masks.append(empty if kind in (Kind.INTEGER, Kind.NUMBER) else None)
    raw.write(
        str(path),
        geometry=None if points is None else np.array(points, dtype=object),
        field_data=data,
        field_mask=masks,
        fields=list(names),
        layer=layer,
        driver="GPKG",
        geometry_type=None if points is None else "Point",
        crs=None if points is None else CRS,
        encoding="UTF-8",
        append=path.exists() and path.stat().st_size > 0,
        dataset_options={"VERSION": "1.2"},
        layer_options=options,
    )


def _texts(values: list[Any]) -> Any:
    return np.array(values, dtype=object)


def _whole(values: list[Any]) -> Any:
    return np.array([0 if value is None else value for value in values], dtype=np.int32)


def _numbers(values: list[Any]) -> Any:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _days(values: list[Any]) -> Any:
    # Through a data frame a day would become a moment or a text.
    return np.array(["NaT" if value is None else value for value in values], dtype="datetime64[D]")


def _moments(values: list[Any]) -> Any:
    return np.array([_utc(value) for value in values], dtype="datetime64[ms]")


def _utc(value: str) -> str:
    moment = datetime.fromisoformat(value)
    return (moment - (moment.utcoffset() or moment.resolution * 0)).replace(tzinfo=None).isoformat()


_COLUMNS: dict[Kind, Callable[[list[Any]], Any]] = {
    Kind.INTEGER: _whole,
    Kind.NUMBER: _numbers,
    Kind.DATE: _days,
    Kind.MOMENT: _moments,
}
