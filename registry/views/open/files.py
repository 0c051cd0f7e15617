"""Downloads of the selection: `/projects.csv`, `.xlsx`, `.geojson`, `.gpkg`. Unknown parameters are refused.

A file has a weak ETag of what it is made from (state of the record, filters, language, day), so that whoever has it
already is told so without any work; HEAD says what would come and builds nothing.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import brotli
import orjson
from flask import Blueprint, Response, g, request, stream_with_context
from werkzeug.http import parse_etags

from registry.i18n import _, language
from registry.permissions import Permission
from registry.queries.catalogue.description import in_short, in_words
from registry.queries.catalogue.filters import Filters
from registry.queries.open.csv_metadata import csv_metadata as csv_description
from registry.queries.open.operations import CSVM, GEOJSON, GEOPACKAGE, XLSX
from registry.queries.open.parameters import ONE
from registry.queries.record.files import Export, csv_lines, geojson_parts, make_export
from registry.queries.record.geopackage import write_geopackage
from registry.queries.record.workbook import About, write_workbook
from registry.terms import BEIJING
from registry.views.open.sources import origin, row_links
from registry.views.web.addresses import site_url
from registry.views.web.delivery import VARY, shared
from registry.views.web.downloads import as_attachment
from registry.views.web.runtime import catalogue, filters, policy, read_while_sent, session
from registry.views.web.shelf import Body, best_coding

blueprint = Blueprint("files", __name__)
BLOCK = 64 * 1024
QUALITY = 4
"""Of brotli while a file goes out: more would keep the reader waiting."""


@blueprint.get("/projects.csv")
@policy(Permission.PUBLIC_READ)
def projects_csv() -> Response:
    """The whole selection as csv."""
    return _file("csv", "text/csv", lambda export: _stream(csv_lines(export), "text/csv"))


@blueprint.get("/projects.geojson")
@policy(Permission.PUBLIC_READ)
def projects_geojson() -> Response:
    """The whole selection as GeoJSON."""

    def make(export: Export) -> Response:
        about = _about()
        members = {
            "title": _names()[export.filters.rows],
            "filter": in_words(export.filters, catalogue().lists, language()),
            "generated_at": datetime.now(BEIJING).isoformat(timespec="seconds"),
            "source": about.source,
            "licence": about.licence or None,
        }
        return _stream(geojson_parts(export, members), GEOJSON)

    return _file("geojson", GEOJSON, make)


@blueprint.get("/projects.xlsx")
@policy(Permission.PUBLIC_READ)
def projects_xlsx() -> Response:
    """The whole selection as a workbook for people."""
    now = datetime.now(BEIJING)

    def make(export: Export) -> Response:
        return _built(
            ".xlsx", XLSX, lambda path: write_workbook(export, path, about=_about(), now=now, language=language())
        )

    return _file("xlsx", XLSX, make)


@blueprint.get("/projects.gpkg")
@policy(Permission.PUBLIC_READ)
def projects_gpkg() -> Response:
    """The whole selection as GeoPackage."""

    def make(export: Export) -> Response:
        # Whatever a row is elsewhere, the package has a layer of projects and one of titles.
        export, about = replace(export, filters=export.filters.but(rows="projects")), _about()
        parts = (
            in_words(export.filters, catalogue().lists, language()),
            f"{datetime.now(BEIJING):%Y-%m-%d %H:%M}",
            about.source,
            about.licence or _("未声明许可"),
        )
        names = (_("认定项目"), _("认定"))
        return _built(
            ".gpkg",
            GEOPACKAGE,
            lambda path: write_geopackage(export, path, description="；".join(parts), identifiers=names),
        )

    return _file("gpkg", GEOPACKAGE, make)


@blueprint.get("/projects.csv-metadata.json")
@policy(Permission.PUBLIC_READ)
def csv_metadata() -> Response:
    """What the columns of the csv are (CSV on the Web)."""
    wanted = filters(strict=True, known=ONE)
    stated = origin()

    def make() -> Body:
        found = csv_description(
            catalogue().lists,
            url=site_url("files.projects_csv", lang=None),
            title=_names()["projects"],
            source=stated.source,
            licence=stated.licence_url or stated.licence,
        )
        return Body(orjson.dumps(found), CSVM)

    return shared(wanted, make, revision=catalogue().revision)


def _names() -> dict[str, str]:
    """What a file of each kind of rows holds."""
    return {
        "projects": _("智能制造示范项目"),
        "recognitions": _("智能制造认定名单"),
        "enterprises": _("智能制造示范企业"),
    }


def _about() -> About:
    stated = origin()
    licence = " ".join(part for part in (stated.licence, stated.licence_url) if part)
    return About(source=stated.source, licence=licence)


def _file(suffix: str, kind: str, make: Callable[[Export], Response]) -> Response:
    """The file of this request: a word that the reader has it, its headers alone, or the whole."""
    wanted = filters(strict=True)
    etag = _etag(wanted)
    g.is_shared = True
    if parse_etags(request.headers.get("If-None-Match")).contains_weak(etag):
        response = Response(status=304)
    elif request.method == "HEAD":
        response = Response(mimetype=kind)
    else:
        response = make(make_export(session(), catalogue(), wanted, row_links()))
    scope = in_short(wanted, catalogue().lists, language())
    as_attachment(response, _names()[wanted.rows], scope, suffix=suffix, plain=wanted.rows)
    response.set_etag(etag, weak=True)
    response.headers["Vary"] = VARY
    return response


def _etag(wanted: Filters) -> str:
    parts = (
        catalogue().revision,
        request.base_url,
        language(),
        wanted.query(page=1),
        f"{datetime.now(BEIJING):%Y%m%d}",
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def _built(suffix: str, kind: str, write: Callable[[Path], None]) -> Response:
    """A file that is built in a temporary place and sent from there."""
    handle, name = tempfile.mkstemp(suffix=suffix)
    os.close(handle)
    path = Path(name)
    try:
        write(path)
        file = path.open("rb")
    finally:
        path.unlink()
    response = Response(iter(lambda: file.read(BLOCK), b""), mimetype=kind)
    response.call_on_close(file.close)
    return response


def _stream(parts: Iterator[bytes], kind: str) -> Response:
    """Rows as they are read, compressed on the way for a reader who takes it."""
    coding = best_coding(request.headers.get("Accept-Encoding", ""))
    blocks = _compressed(_blocks(parts), coding) if coding else _blocks(parts)
    response = Response(stream_with_context(blocks), mimetype=kind)
    if coding:
        response.headers["Content-Encoding"] = coding
    return read_while_sent(response)


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


def _compressed(blocks: Iterator[bytes], coding: str) -> Iterator[bytes]:
    """The blocks in a content coding."""
    if coding == "br":
        brotlied = brotli.Compressor(quality=QUALITY)
        yield from filter(None, map(brotlied.process, blocks))
        yield brotlied.finish()
        return
    zipped = zlib.compressobj(6, zlib.DEFLATED, 31)
    yield from filter(None, map(zipped.compress, blocks))
    yield zipped.flush()
