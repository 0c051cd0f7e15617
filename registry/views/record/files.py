"""Downloads of the selection: `/projects.csv`, `.xlsx`, `.geojson`. Unknown parameters are refused."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from flask import Blueprint, Response, stream_with_context

from registry.permissions import Permission
from registry.queries.record import fields
from registry.queries.record.files import Export, csv_lines, geojson_parts, make_export, write_xlsx
from registry.terms import BEIJING
from registry.views.web.addresses import site_url
from registry.views.web.runtime import catalogue, filters, policy, read_while_sent, runtime, session

blueprint = Blueprint("files", __name__)
BLOCK = 64 * 1024


def _export() -> Export:
    links = fields.Links(
        project=lambda code: site_url("public.project", code=code, lang=None),
        photo=lambda code, number: site_url("public.photo", code=code, photo_id=number, lang=None),
    )
    return make_export(session(), catalogue(), filters(strict=True), links)


def _attachment(response: Response, suffix: str) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="projects.{suffix}"'
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/projects.csv")
@policy(Permission.PUBLIC_READ)
def projects_csv() -> Response:
    """The whole selection as csv."""
    return _attachment(_stream(csv_lines(_export()), "text/csv"), "csv")


@blueprint.get("/projects.geojson")
@policy(Permission.PUBLIC_READ)
def projects_geojson() -> Response:
    """The whole selection as GeoJSON."""
    return _attachment(_stream(geojson_parts(_export()), "application/geo+json"), "geojson")


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
        write_xlsx(export, path, source=source, now=datetime.now(BEIJING))
        file = path.open("rb")
    finally:
        path.unlink()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = Response(iter(lambda: file.read(BLOCK), b""), mimetype=kind)
    response.call_on_close(file.close)
    return _attachment(response, "xlsx")


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
