"""The one cache of finished bodies: bounded in bytes, the least recently used go first.

The key of a body holds everything that it was made from (see `delivery.shared`), the revision of the public record
included. So no outdated body is ever found, and no reader gets what only another one asked for.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import lru_cache

import brotli
from cachetools import LRUCache
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

COMPRESSIBLE = 600
"""Bodies below this many bytes are sent as they are."""
LONGEST_ACCEPT = 200
"""Characters of an Accept-Encoding header that is read; browsers send about twenty."""
QUICK, THOROUGH, PATIENT, STRONGEST = 3, 7, 10, 11
"""Qualities of Brotli. Most pages are read once, and compressing them well took a tenth of the time of making them;
what never changes is worth the strongest from the start."""
LIMIT_BYTES = 64 * 1024 * 1024


@dataclass
class Body:
    """A finished body and its compressed forms (made on first use; with Brotli again when it is asked for again)."""

    raw: bytes
    mimetype: str
    quality: int = THOROUGH
    forms: dict[str, bytes] = field(default_factory=dict)
    etag: str = ""
    is_quick: bool = False

    def __post_init__(self) -> None:
        self.etag = self.etag or hashlib.sha256(self.raw).hexdigest()[:24]

    @property
    def size(self) -> int:
        """Bytes in memory, with room for the compressed forms, which come later."""
        return 2 * len(self.raw)

    def coding(self, accepted: str) -> str:
        """The best content coding for a reader who accepts these (`br`, `gzip` or empty)."""
        if self.mimetype == "image/jpeg" or len(self.raw) < COMPRESSIBLE:
            return ""
        return best_coding(accepted)

    def encoded(self, coding: str) -> bytes:
        """The body in a content coding."""
        if coding not in self.forms or (coding == "br" and self.is_quick):
            if coding == "br":
                self.is_quick = coding not in self.forms and self.quality < STRONGEST
                self.forms[coding] = brotli.compress(self.raw, quality=QUICK if self.is_quick else self.quality)
            elif coding == "gzip":
                self.forms[coding] = gzip.compress(self.raw, compresslevel=6, mtime=0)
            else:
                self.forms[coding] = self.raw
        return self.forms[coding]


def best_coding(accepted: str) -> str:
    """The best content coding for a reader who accepts these (`br`, `gzip` or empty)."""
    return "" if len(accepted) > LONGEST_ACCEPT else _best_coding(accepted)


@lru_cache(maxsize=256)
def _best_coding(accepted: str) -> str:
    # Browsers send a handful of values of this header, and reading one takes longer than handing out a page.
    codings = parse_accept_header(accepted, Accept)
    return next((coding for coding in ("br", "gzip") if codings[coding] > 0 and coding in codings.values()), "")


class Shelf:
    """Bodies by key; thread-safe."""

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self._lock = threading.Lock()
        self._bodies: LRUCache[Hashable, Body] = LRUCache(limit_bytes, getsizeof=lambda body: body.size)

    def find(self, key: Hashable) -> Body | None:
        """The body under `key`, if it is there."""
        with self._lock:
            return self._bodies.get(key)

    def get(self, key: Hashable, make: Callable[[], Body]) -> Body:
        """The body under `key`, made if it is not there."""
        body = self.find(key)
        if body is not None:
            return body
        body = make()
        with self._lock:
            if body.size <= self._bodies.maxsize:
                self._bodies[key] = body
        return body
