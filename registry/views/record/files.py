"""Downloads of the selection: `/projects.csv`, `.xlsx`, `.geojson`. Unknown parameters are refused."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

from flask import Blueprint, Response

from registry.i18n import _, language
from registry.permissions import Permission
from registry.queries.catalogue.description import in_short
from registry.queries.record import fields
from registry.queries.record.files import Export, csv_lines, geojson_parts, make_export
from registry.queries.record.workbook import write_workbook
from registry.terms import BEIJING
from registry.views.web.addresses import site_url
from registry.views.web.downloads import as_attachment
from registry.views.web.operation.whole_files import Wanted, made_file
from registry.views.web.runtime import catalogue, filters, policy, runtime, session

blueprint = Blueprint("files", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BLOCK = 64 * 1024


def _export() -> Export:
    links = fields.Links(
        project=lambda code: site_url("public.project", code=code, lang=None),
        photo=lambda code, number: site_url("public.photo", code=code, photo_id=number, lang=None),
    )
    return make_export(session(), catalogue(), filters(strict=True), links)


def _attachment(response: Response, export: Export, suffix: str) -> Response:
    names = {
        "projects": _("智能制造示范项目"),
        "recognitions": _("智能制造认定名单"),
        "enterprises": _("智能制造示范企业"),
    }
    scope = in_short(export.filters, export.selection.catalogue.lists, language())
    rows = export.filters.rows
    return as_attachment(response, names[rows], scope, suffix=suffix, plain=rows)


def _file(parts: Callable[[Export], Iterable[bytes]], mimetype: str, suffix: str) -> Response:
    """The whole selection in one shape, made once for each state of the record."""

    def read() -> Wanted:
        export = _export()
        return Wanted(
            export.filters, lambda: parts(export), mimetype, lambda response: _attachment(response, export, suffix)
        )

    return made_file(read)


@blueprint.get("/projects.csv")
@policy(Permission.PUBLIC_READ)
def projects_csv() -> Response:
    """The whole selection as csv."""
    return _file(csv_lines, "text/csv", "csv")


@blueprint.get("/projects.geojson")
@policy(Permission.PUBLIC_READ)
def projects_geojson() -> Response:
    """The whole selection as GeoJSON."""
    return _file(geojson_parts, "application/geo+json", "geojson")


@blueprint.get("/projects.xlsx")
@policy(Permission.PUBLIC_READ)
def projects_xlsx() -> Response:
    """The whole selection as a workbook."""
    return _file(_workbook, XLSX, "xlsx")


def _workbook(export: Export) -> Iterator[bytes]:
    handle, name = tempfile.mkstemp(suffix=".xlsx")
    os.close(handle)
    path = Path(name)
    try:
        source = f"{runtime().site.name}（{runtime().site.owner}）"
        write_workbook(export, path, source=source, now=datetime.now(BEIJING), language=language())
        file = path.open("rb")
    finally:
        path.unlink()
    with file:
        while block := file.read(BLOCK):
            yield block
