"""Opens files of every kind as the programs of their readers do, and counts what stands in them."""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Callable

import docx
import icalendar
import openpyxl
import pyogrio
import pypdf
from lxml import etree
from PIL import Image


def _word(body: bytes) -> int:
    document = docx.Document(io.BytesIO(body))
    # Its table is the list, under one line of headings.
    return sum(len(table.rows) - 1 for table in document.tables)


def _workbook(body: bytes) -> int:
    # openpyxl names itself as the author of every book that it opens without one, so the file itself is read.
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        assert b"creator" not in package.read("docProps/core.xml"), "the tool is not the author"
    book = openpyxl.load_workbook(io.BytesIO(body), read_only=True)
    found = sum(1 for sheet in book for _row in sheet.iter_rows())
    book.close()
    return found


def _table(body: bytes) -> int:
    assert body.startswith(b"\xef\xbb\xbf"), "Excel takes a file without this mark for another encoding"
    return len(list(csv.DictReader(io.StringIO(body.decode("utf-8-sig")))))


def _features(body: bytes) -> int:
    found = json.loads(body)
    if found["type"] == "Feature":
        return 1
    assert found["type"] == "FeatureCollection"
    return len(found["features"])


def _package(body: bytes) -> int:
    # GDAL warns of a package whose name has another ending, and bytes have no name.
    with tempfile.NamedTemporaryFile(suffix=".gpkg") as file:
        file.write(body)
        file.flush()
        return int(pyogrio.read_info(file.name, layer="projects", force_feature_count=True)["features"])


def _picture(body: bytes) -> int:
    with Image.open(io.BytesIO(body)) as picture:
        picture.load()
    return 1


def _text(body: bytes) -> int:
    return len(body.decode())


OPENERS: dict[str, Callable[[bytes], int]] = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": _word,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _workbook,
    "text/csv": _table,
    "application/geo+json": _features,
    "application/json": lambda body: len(json.loads(body)),
    "application/csvm+json": lambda body: len(json.loads(body)["tableSchema"]["columns"]),
    "application/geopackage+sqlite3": _package,
    "application/vnd.oai.openapi+json": lambda body: len(json.loads(body)["paths"]),
    "application/ld+json": lambda body: len(json.loads(body)),
    "application/zip": lambda body: len(zipfile.ZipFile(io.BytesIO(body)).namelist()),
    "application/xml": lambda body: len(etree.fromstring(body)),
    "application/pdf": lambda body: len(pypdf.PdfReader(io.BytesIO(body)).pages),
    "image/jpeg": _picture,
    "image/png": _picture,
    "image/vnd.microsoft.icon": _picture,
    "image/x-icon": _picture,
    "image/svg+xml": lambda body: len(etree.fromstring(body)),
    "image/webp": _picture,
    "text/javascript": _text,
    "text/css": _text,
    "text/calendar": lambda body: len(icalendar.Calendar.from_ical(body).events),
    "application/atom+xml": lambda body: len(etree.fromstring(body)),
    "text/plain": _text,
    # A list as somebody sent it: what it is, is not known before it is read.
    "application/octet-stream": len,
}
"""Media type → what opens it; a file of another type fails until its way of opening stands here."""


def opened(media_type: str, body: bytes) -> int | str:
    """How many rows, features, pages … a file has, or why it does not open."""
    if media_type not in OPENERS:
        return f"nothing opens {media_type}"
    try:
        return OPENERS[media_type](body)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
