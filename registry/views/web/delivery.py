"""Bytes that many readers share: made once per public revision, compressed once, answered by ETag."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

import brotli
from flask import Response, g, request

REVISION = "registry.revision"
"""Name in the request's environment under which an answer says which state of the record it shows."""
LASTING = -1
"""The revision of what never changes: its address carries its hash."""
COMPRESSIBLE = 600
"""Bodies below this many bytes are sent as they are."""


@dataclass
class Body:
    """A finished body and its compressed forms (made on first use)."""

    raw: bytes
    mimetype: str
    quality: int = 5
    forms: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.etag = hashlib.sha256(self.raw).hexdigest()[:24]

    def encoded(self, coding: str) -> bytes:
        """The body in a content coding (`br`, `gzip` or empty)."""
        if coding not in self.forms:
            if coding == "br":
                self.forms[coding] = brotli.compress(self.raw, quality=self.quality)
            elif coding == "gzip":
                self.forms[coding] = gzip.compress(self.raw, compresslevel=6, mtime=0)
            else:
                self.forms[coding] = self.raw
        return self.forms[coding]


class Shelf:
    """A small cache of bodies; the key holds the revision, so nothing stale is ever found."""

    def __init__(self, limit_bytes: int = 64 * 1024 * 1024) -> None:
        self._limit = limit_bytes
        self._size = 0
        self._lock = threading.Lock()
        self._bodies: OrderedDict[Hashable, Body] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Body]) -> Body:
        """The body under `key`, made if it is not there."""
        with self._lock:
            body = self._bodies.get(key)
            if body is not None:
                self._bodies.move_to_end(key)
                return body
        body = make()
        with self._lock:
            if key not in self._bodies:
                self._bodies[key] = body
                self._size += len(body.raw)
            while self._size > self._limit and len(self._bodies) > 1:
                _, dropped = self._bodies.popitem(last=False)
                self._size -= len(dropped.raw)
        return body


def answer(body: Body, *, cache_control: str = "no-cache", status: int = 200, revision: int | None = None) -> Response:
    """A response with ETag, conditional answer and the best content coding.

    What comes from here tells nothing about its reader: it goes without the opener policy (see `headers`).
    With `revision` the body is equal for every reader and follows from the address and that state of
    the public record alone; `front` then hands it out again without asking the view.
    """
    if revision is not None:
        request.environ[REVISION] = revision
    g.is_shared = True
    etag = f'"{body.etag}"'
    if status == 200 and etag in (request.headers.get("If-None-Match") or "").replace("W/", ""):
        response = Response(status=304)
    else:
        coding = _coding(len(body.raw))
        response = Response(body.encoded(coding), status=status, mimetype=body.mimetype)
        if coding:
            response.headers["Content-Encoding"] = coding
    response.headers["ETag"] = etag
    response.headers["Vary"] = "Accept-Encoding, Cookie"
    response.headers["Cache-Control"] = cache_control
    return response


def _coding(size: int) -> str:
    if size < COMPRESSIBLE:
        return ""
    accepted = request.accept_encodings
    return next(
        (coding for coding in ("br", "gzip") if accepted[coding] > 0 and coding in accepted.values()),
        "",
    )
