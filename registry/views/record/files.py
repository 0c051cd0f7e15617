"""Downloads of the selection: `/projects.csv`, `.xlsx`, `.geojson`. Unknown parameters are refused."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from flask import Blueprint, Response, stream_with_context

from registry.i18n import _, language
from registry.permissions import Permission
from registry.queries.catalogue.description import in_short
from registry.queries.record import fields
from registry.queries.record.files import Export, csv_lines, geojson_parts, make_export
from registry.queries.record.workbook import write_workbook
from registry.terms import BEIJING
from registry.views.web.addresses import site_url
from registry.views.web.downloads import as_attachment
from registry.views.web.runtime import catalogue, filters, policy, read_while_sent, runtime, session

blueprint = Blueprint("files", __name__)
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


@blueprint.get("/projects.csv")
@policy(Permission.PUBLIC_READ)
def projects_csv() -> Response:
    """The whole selection as csv."""
    export = _export()
    return _attachment(_stream(csv_lines(export), "text/csv"), export, "csv")


@blueprint.get("/projects.geojson")
@policy(Permission.PUBLIC_READ)
def projects_geojson() -> Response:
    """The whole selection as GeoJSON."""
    export = _export()
    return _attachment(_stream(geojson_parts(export), "application/geo+json"), export, "geojson")


@blueprint.get("/projects.xlsx")
@policy(Permission.PUBLIC_READ)
def projects_xlsx() -> Response:
    """The whole selection as a workbook; it is built in a temporary file and streamed from there."""
    export = _export()
    handle, name = tempfile.mkstemp(suffix=".xlsx")
    os.close(handle)
    path = Path(name)
    try:
        source = f"{runtime().site.name}（{runtime().site.owner}）"
        write_workbook(export, path, source=source, now=datetime.now(BEIJING), language=language())
        file = path.open("rb")
    finally:
        path.unlink()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = Response(iter(lambda: file.read(BLOCK), b""), mimetype=kind)
    response.call_on_close(file.close)
    return _attachment(response, export, "xlsx")


def _stream(parts: Iterator[bytes], kind: str) -> Response:
    return read_while_sent(Response(stream_with_context(_blocks(parts)), mimetype=kind))


def _blocks(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Join small parts into blocks, so that a long file is not one packet a row."""
    held: list[bytes] = []
    size = 0
    for part in parts:
        held.append(part)
        size += len(part)
        if size >= BLOCK:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)
