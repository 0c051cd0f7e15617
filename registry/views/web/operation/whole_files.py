"""Handing out files that take seconds to make (see `made_files`): csv, GeoJSON, workbooks and documents of a scope.

A file has a weak ETag of what it is made from (state of the record, parameters, language, day), so that whoever has it
already is told so without any work; HEAD says what would come and builds nothing.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import Response, request

from registry.db import take_time
from registry.i18n import language
from registry.terms import BEIJING
from registry.views.web.addresses import home
from registry.views.web.delivery import SHELVED, Shelved, is_known
from registry.views.web.operation.made_files import MadeFile
from registry.views.web.runtime import catalogue, let_go, runtime, session
from registry.views.web.shelf import Body

MAKING_SECONDS = 120
"""Seconds that one question to the database may take for a file."""
MOST_SHELVED = 2 * 1024 * 1024
"""Bytes of a file that is kept in memory."""
PATIENCE = 10.0
"""Seconds that somebody waits for a turn."""


@dataclass(frozen=True)
class Wanted:
    """A file as one request wants it: the known parameters of its address, how it is made of the state that this
    request sees, and how it is named. `is_shelved`: it is a text that follows from the address, the state of the
    public record and the day, so that `front` may hand it out again."""

    what: Hashable
    parts: Callable[[], Iterable[bytes]]
    mimetype: str
    named: Callable[[Response], Response]
    is_shelved: bool = False


def made_file(read: Callable[[], Wanted]) -> Response:
    """Hand out the file that `read` describes, made now or found made.

    `read` looks at the record. It is asked again after each wait, since the record may have moved meanwhile and the
    file must be of one state.
    """
    files = runtime().made_files
    until = time.monotonic() + PATIENCE
    while True:
        wanted = read()
        # A file says on which day it was made, so it lasts for that day; else as an answer of `delivery.shared`.
        day = datetime.now(BEIJING).date()
        place = (catalogue().revision, day, home(), language(), request.path, wanted.what)
        # The tag says from what a file is made: its bytes hold the second in which a process made it.
        etag = hashlib.sha256(repr(place).encode()).hexdigest()[:24]
        is_there = is_known(etag, request.environ)
        if is_there or request.method == "HEAD":
            let_go()
            return wanted.named(_tagged(Response(status=304 if is_there else 200, mimetype=wanted.mimetype), etag))
        file = files.find(place)
        if file is None:
            seen = files.begin(place)
            if seen is not None:
                let_go()
                files.wait(place, seen, until)
                continue
            take_time(session(), MAKING_SECONDS)
            file = files.make(place, wanted.parts)
        let_go()
        response = Response(file.blocks(), mimetype=wanted.mimetype)
        response.content_length = file.size
        response = wanted.named(_tagged(response, etag))
        if wanted.is_shelved and file.size <= MOST_SHELVED:
            _shelve(("file", *place), file, response, Shelved(place[0], ("file", *place), day=day))
        return response


def _shelve(place: Hashable, file: MadeFile, response: Response, shelved: Shelved) -> None:
    """Lay a small file on the shelf too, where it is compressed once and handed out without asking a view."""
    tag, _is_weak = response.get_etag()
    runtime().shelf.get(place, lambda: Body(b"".join(file.blocks()), str(response.mimetype), quality=5, etag=str(tag)))
    request.environ[SHELVED] = shelved


def _tagged(response: Response, etag: str) -> Response:
    response.set_etag(etag, weak=True)
    return response
