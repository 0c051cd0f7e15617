"""Answers that many readers share: made once per public revision, compressed once, answered by ETag."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol

from flask import Response, g, request
from werkzeug.http import parse_etags

from registry.application_form.window import beijing_day
from registry.i18n import language
from registry.views.web.addresses import home
from registry.views.web.runtime import catalogue, runtime
from registry.views.web.shelf import THOROUGH, Body

SHELVED = "registry.shelved"
"""Name in the request's environment under which an answer says what it is (`Shelved`)."""
LASTING = -1
"""The revision of what never changes: its address carries its hash."""
IMMUTABLE = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Shelved:
    """The state of the record that an answer shows, the key of its body in the shelf, and what else ends it: the day on
    which it was made, or a change of calls and notices (`queries.site.addresses`)."""

    revision: int
    place: Hashable
    day: date | None = None
    mark: tuple[int, ...] | None = None


VARY = "Accept-Encoding"
"""No answer that readers share looks at a cookie."""


def wants_html(environ: Mapping[str, Any]) -> bool:
    """Whether a person's browser asks: it names HTML, while programs name what they read or anything."""
    return "text/html" in environ.get("HTTP_ACCEPT", "").lower()


class Conditions(Hashable, Protocol):
    """What a page is asked for."""

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of its address."""
        ...


def cached_page(wanted: Conditions | None, make: Callable[[], str], *, quality: int = THOROUGH) -> Response:
    """A page that is equal for every reader, stored until the public record changes. `wanted` are the known parameters
    of its address (None for a page without any): they are the key of the page, and its links repeat no other
    parameter."""
    g.known_parameters = wanted.pairs() if wanted else []
    return shared(wanted, lambda: Body(make().encode(), "text/html", quality))


def shared(what: Hashable, make: Callable[[], Body], *, vary: str = VARY) -> Response:
    """An answer that is equal for every reader, kept until the public record changes.

    `what` are the known parameters of the address. With them and what is named here, a body may use of the
    request: the beginning of complete addresses (`addresses.home`), path and language. All else (parameters that
    nobody knows, the method, headers, cookies) must leave no trace in it, since the next reader gets the same bytes.
    """
    revision, as_of = catalogue().revision, g.get("data_as_of")
    place: tuple[Hashable, ...] = (revision, home(), language(), request.path, what, as_of)
    if as_of is not None:
        # A page that says of when its data are is shown for as long as the primary database is away.
        return from_shelf(place, make, revision=None, vary=vary)
    if has_dated_lines():
        # A notice of maintenance begins and ends by the clock, which changes no revision: so the day is part of the
        # key, and `front`, which compares revisions only, does not get the answer.
        return from_shelf((*place, today()), make, revision=None, vary=vary)
    return from_shelf(place, make, revision=revision, vary=vary)


def today() -> date:
    """The day in the city, whatever the server's clock is set to."""
    return beijing_day(datetime.now(UTC))


def has_dated_lines() -> bool:
    """Whether a notice of maintenance is shown today or will be."""
    return any(each.last_day >= today() for each in catalogue().lists.maintenance)


def from_shelf(
    place: Hashable,
    make: Callable[[], Body],
    *,
    revision: int | None,
    mark: tuple[int, ...] | None = None,
    cache_control: str = "no-cache",
    vary: str = VARY,
) -> Response:
    """An answer whose body depends on `place` alone. With `revision` the whole answer follows from the address and that
    state of the public record, and with `mark` from that of calls and notices too; `front` then gives it again without
    calling the view."""
    body = runtime().shelf.get(place, make)
    if revision is not None:
        request.environ[SHELVED] = Shelved(revision, place, mark=mark)
    return answer(body, cache_control=IMMUTABLE if revision == LASTING else cache_control, vary=vary)


def answer(body: Body, *, cache_control: str = "no-cache", status: int = 200, vary: str = VARY) -> Response:
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
    response.headers["Vary"] = vary
    response.headers["Cache-Control"] = cache_control
    return response


def is_known(etag: str, environ: Mapping[str, Any]) -> bool:
    """Whether the reader has the body of this tag already."""
    # Werkzeug's is_resource_modified would take If-Match for a reason to answer 304 as well.
    known: str = environ.get("HTTP_IF_NONE_MATCH") or ""
    # Nearly every reader names the one tag that it has.
    return bool(known) and (known.removeprefix("W/") == f'"{etag}"' or parse_etags(known).contains_weak(etag))
