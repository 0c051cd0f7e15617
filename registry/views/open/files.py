"""Downloads of the selection: `/projects.csv`, `.xlsx`, `.geojson`, `.gpkg`. Unknown parameters are refused.

What takes seconds is made once for all readers, and handed out with a tag (`whole_files`).
"""

from __future__ import annotations

import os
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import brotli
import orjson
from flask import Blueprint, Response, g, request

from registry.i18n import _, language
from registry.permissions import Permission
from registry.queries.catalogue.description import in_short, in_words
from registry.queries.open.csv_metadata import csv_metadata as csv_description
from registry.queries.open.operations import CSVM, GEOJSON, GEOPACKAGE, XLSX
from registry.queries.open.parameters import ONE
from registry.queries.record.files import Export, csv_lines, geojson_parts, make_export
from registry.queries.record.geopackage import write_geopackage
from registry.queries.record.workbook import About, write_workbook
from registry.terms import BEIJING
from registry.views.web.addresses import site_url
from registry.views.web.delivery import VARY, shared
from registry.views.web.downloads import as_attachment
from registry.views.web.operation.whole_files import Wanted, made_file
from registry.views.web.runtime import catalogue, filters, policy, session
from registry.views.web.shelf import Body, best_coding
from registry.views.web.sources import origin, row_links

blueprint = Blueprint("files", __name__)
BLOCK = 64 * 1024
TEXTS = ("text/csv", GEOJSON)
"""Kinds that go compressed; workbooks and packages are packed already."""
QUALITY = 4
"""Of brotli while a file goes out: more would keep the reader waiting."""


@blueprint.get("/projects.csv")
@policy(Permission.PUBLIC_READ)
def projects_csv() -> Response:
    """The whole selection as csv."""
    return _file("csv", "text/csv", csv_lines)


@blueprint.get("/projects.geojson")
@policy(Permission.PUBLIC_READ)
def projects_geojson() -> Response:
    """The whole selection as GeoJSON."""

    def parts(export: Export) -> Iterator[bytes]:
        about = _about()
        members = {
            "title": _names()[export.filters.rows],
            "filter": in_words(export.filters, catalogue().lists, language()),
            "generated_at": datetime.now(BEIJING).isoformat(timespec="seconds"),
            "source": about.source,
            "licence": about.licence or None,
        }
        return geojson_parts(export, members)

    return _file("geojson", GEOJSON, parts)


@blueprint.get("/projects.xlsx")
@policy(Permission.PUBLIC_READ)
def projects_xlsx() -> Response:
    """The whole selection as a workbook for people."""

    def parts(export: Export) -> Iterator[bytes]:
        now = datetime.now(BEIJING)
        return _built(".xlsx", lambda path: write_workbook(export, path, about=_about(), now=now, language=language()))

    return _file("xlsx", XLSX, parts)


@blueprint.get("/projects.gpkg")
@policy(Permission.PUBLIC_READ)
def projects_gpkg() -> Response:
    """The whole selection as GeoPackage."""

    def parts(export: Export) -> Iterator[bytes]:
        # Whatever a row is elsewhere, the package has a layer of projects and one of titles.
        export, about = replace(export, filters=export.filters.but(rows="projects")), _about()
        said = (
            in_words(export.filters, catalogue().lists, language()),
            f"{datetime.now(BEIJING):%Y-%m-%d %H:%M}",
            about.source,
            about.licence or _("未声明许可"),
        )
        names = (_("认定项目"), _("认定"))
        return _built(
            ".gpkg",
            lambda path: write_geopackage(export, path, description="；".join(said), identifiers=names),
        )

    return _file("gpkg", GEOPACKAGE, parts)


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

    return shared(wanted, make)


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


def _file(suffix: str, kind: str, parts: Callable[[Export], Iterable[bytes]]) -> Response:
    """The file of this request: a word that the reader has it, its headers alone, or the whole."""
    wanted, lists = filters(strict=True), catalogue().lists
    g.is_shared = True

    def named(response: Response) -> Response:
        if response.status_code == 200 and request.method == "GET":
            response = _packed(response, kind)
        response.headers["Vary"] = VARY
        title, scope = _names()[wanted.rows], in_short(wanted, lists, language())
        return as_attachment(response, title, scope, suffix=suffix, plain=wanted.rows)

    def made() -> Iterable[bytes]:
        return parts(make_export(session(), catalogue(), wanted, row_links()))

    return made_file(lambda: Wanted(wanted.but(page=1), made, kind, named, is_shelved=kind in TEXTS))


def _built(suffix: str, write: Callable[[Path], None]) -> Iterator[bytes]:
    """A file that is built in a temporary place, in blocks."""
    handle, name = tempfile.mkstemp(suffix=suffix)
    os.close(handle)
    path = Path(name)
    try:
        write(path)
        file = path.open("rb")
    finally:
        path.unlink()
    with file:
        while block := file.read(BLOCK):
            yield block


def _packed(response: Response, kind: str) -> Response:
    """The text of a file compressed on the way for a reader who takes it."""
    coding = best_coding(request.headers.get("Accept-Encoding", "")) if kind in TEXTS else ""
    if coding:
        response.headers.pop("Content-Length", None)
        response.response = _compressed(response.iter_encoded(), coding)
        response.headers["Content-Encoding"] = coding
    return response


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
