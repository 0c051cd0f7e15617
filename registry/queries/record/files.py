"""Whole selections as csv and GeoJSON, for programs. Rows are read and written in chunks; the shape is contract."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
from sqlalchemy.orm import Session

from registry.queries.catalogue.columns import NOT_STATED
from registry.queries.catalogue.filters import Filters
from registry.queries.catalogue.ordering import ordered_enterprises, ordered_projects, ordered_titles
from registry.queries.catalogue.selection import Selection, select_projects
from registry.queries.record import fields
from registry.queries.record.rows import ProjectRow, iterate_rows
from registry.spreadsheets.delimited import GUARDED

ENTERPRISE_COLUMNS = ("enterprise_id", "enterprise", "projects", "recognitions", "codes")


@dataclass(frozen=True)
class Export:
    """A selection to be written out, with the addresses that rows carry."""

    session: Session
    selection: Selection
    filters: Filters
    links: fields.Links

    def columns(self) -> list[str]:
        """Names of the csv columns."""
        lists = self.selection.catalogue.lists
        return list(ENTERPRISE_COLUMNS) if self.filters.rows == "enterprises" else fields.columns(lists)

    def rows(self) -> Iterator[ProjectRow]:
        """Projects or titles in scope, in the order of the view."""
        if self.filters.rows == "projects":
            order = ordered_projects(self.session, self.selection, self.filters.sort)
            yield from iterate_rows(self.session, self.selection.catalogue, order, self.selection.reports(order))
            return
        catalogue = self.selection.catalogue
        titles = ordered_titles(self.session, self.selection, self.filters.sort)
        rows = iterate_rows(self.session, catalogue, catalogue.title_project[titles], titles)
        yield from map(fields.under_title, rows)

    def enterprises(self) -> Iterator[list[Any]]:
        """Rows of `rows=enterprises`: id, name, counts in scope, project codes."""
        catalogue, selection = self.selection.catalogue, self.selection
        held = catalogue.enterprise[selection.projects]
        for enterprise in ordered_enterprises(self.session, selection, self.filters.sort):
            is_held = held == enterprise
            places, titles = selection.projects[is_held], selection.titles_held[is_held]
            rows = list(iterate_rows(self.session, catalogue, places, np.full(len(places), NOT_STATED)))
            codes = fields.LIST_SEPARATOR.join(row.code for row in rows)
            yield [int(enterprise), rows[0].enterprise, len(rows), int(titles.sum()), codes]

    def cells(self) -> Iterator[list[Any]]:
        """Cell rows of the file."""
        if self.filters.rows == "enterprises":
            yield from self.enterprises()
            return
        lists = self.selection.catalogue.lists
        columns = fields.flat_columns(lists, fields.Surface.CSV)
        for row in self.rows():
            yield [column.value(row, lists, self.links) for column in columns]


def make_export(session: Session, catalogue: Any, filters: Filters, links: fields.Links) -> Export:
    """The export of these filters."""
    return Export(session, select_projects(session, catalogue, filters), filters, links)


def csv_lines(export: Export) -> Iterator[bytes]:
    """UTF-8 with BOM, CRLF, header = field names; texts that look like formulas carry an apostrophe."""
    yield b"\xef\xbb\xbf" + _csv_line(export.columns())
    for row in export.cells():
        yield _csv_line(guarded(value) for value in row)


def _csv_line(values: Iterable[Any]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerow(["" if value is None else value for value in values])
    return buffer.getvalue().encode()


def geojson_parts(export: Export, members: Mapping[str, Any] | None = None) -> Iterator[bytes]:
    """A FeatureCollection, one Feature a row; geometry null without coordinates. `members` stand in front."""
    yield orjson.dumps({"type": "FeatureCollection", **(members or {})})[:-1] + b',"features":['
    separator = b""
    for found in _features(export):
        yield separator + orjson.dumps(found)
        separator = b",\n"
    yield b"]}"


def _features(export: Export) -> Iterator[dict[str, Any]]:
    if export.filters.rows == "enterprises":
        for row in export.enterprises():
            yield {
                "type": "Feature",
                "id": row[0],
                "geometry": None,
                "properties": dict(zip(ENTERPRISE_COLUMNS, row, strict=True)),
            }
        return
    for project in export.rows():
        yield fields.feature(project, export.selection.catalogue.lists, export.links)


def guarded(value: Any) -> Any:
    """A csv cell that no spreadsheet program runs as a formula; numbers stay numbers."""
    return "'" + value if isinstance(value, str) and value.startswith(GUARDED) else value
