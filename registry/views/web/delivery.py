"""Answers that many readers share: made once per public revision, compressed once, answered by ETag."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from flask import Response, g, request
from werkzeug.http import parse_etags

from registry.i18n import language
from registry.views.web.addresses import home
from registry.views.web.runtime import runtime
from registry.views.web.shelf import Body

SHELVED = "registry.shelved"
"""Name in the request's environment under which an answer says (which state of the record it shows, where its
body lies on the shelf)."""
LASTING = -1
"""The revision of what never changes: its address carries its hash."""


def shared(what: Hashable, make: Callable[[], Body], *, revision: int) -> Response:
    """An answer that is equal for every reader, kept until the public record changes.

    `what` are the known parameters of the address. With them and what is named here, a body may use of the
    request: the beginning of complete addresses (`addresses.home`), path and language. All else (parameters that
    nobody knows, the method, headers, cookies) must leave no trace in it, since the next reader gets the same bytes.
    """
    as_of = g.get("data_as_of")
    place = (revision, home(), language(), request.path, what, as_of)
    # A page that says of when its data are is shown for as long as the primary database is away.
    return from_shelf(place, make, revision=revision if as_of is None else None)


def from_shelf(
    place: Hashable,
    make: Callable[[], Body],
    *,
    revision: int | None,
    cache_control: str = "no-cache",
) -> Response:
    """An answer whose body depends on `place` alone.

    With `revision` the whole answer follows from the address and that state of the public record; `front`
    then hands it out again without asking the view.
    """
    body = runtime().shelf.get(place, make)
    if revision is not None:
        request.environ[SHELVED] = (revision, place)
    return answer(body, cache_control=cache_control)


def answer(body: Body, *, cache_control: str = "no-cache", status: int = 200) -> Response:
    """A response with ETag, conditional answer and the best content coding.

    What comes from here tells nothing about its reader: it goes without the opener policy (see `headers`).
    """
    g.is_shared = True
    if status == 200 and is_known(body.etag, request.environ):
        response = Response(status=304)
    else:
        coding = body.coding(request.headers.get("Accept-Encoding", ""))
        response = Response(body.encoded(coding), status=status, mimetype=body.mimetype)
        if coding:
            response.headers["Content-Encoding"] = coding
    response.set_etag(body.etag)
    response.headers["Vary"] = "Accept-Encoding, Cookie"
    response.headers["Cache-Control"] = cache_control
    return response


def is_known(etag: str, environ: Mapping[str, Any]) -> bool:
    """Whether the reader says that he has the body of this tag already."""
    # Werkzeug's is_resource_modified would take If-Match for a reason to answer 304 as well.
    known = environ.get("HTTP_IF_NONE_MATCH")
    return bool(known) and parse_etags(known).contains_weak(etag)
