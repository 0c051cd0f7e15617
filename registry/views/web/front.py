"""In front of the framework: finished public answers are given again as long as the record has not changed.

A view whose answer is equal for every reader states the revision of the public record that it shows and the key of its
body in `shelf` (`delivery.from_shelf`). The next request for the same address reads the revision (one row) and gets the
same bytes without Flask, routing or templates. After any public change the revision differs and the view is called
again. So an answer costs the same however large the record is, and is right with the next request on every worker. This
module stores no bodies, only what it knows of addresses.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, cast

from cachetools import LRUCache
from flask import Flask
from flask.blueprints import BlueprintSetupState
from sqlalchemy import Engine

from registry.queries.site.addresses import MARK
from registry.views.web.delivery import LASTING, SHELVED, Shelved, is_known, today, wants_html
from registry.views.web.prefix import Wsgi
from registry.views.web.shelf import Body, Shelf

LIMIT_BYTES = 16 * 1024 * 1024
LONGEST_ADDRESS = 4000
"""Characters of an address that is remembered; a longer one goes to the view each time."""
HEAD_BYTES = 3000
"""About what an address takes in memory beside its own characters: a dozen headers."""
Headers = list[tuple[str, str]]
Address = tuple[str, ...]
_PARTS = ("wsgi.url_scheme", "HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING")
NEGOTIATED = "/ogc"
"""Addresses below this one may answer by `Accept`."""
_REQUEST_ID = "X-Request-Id"
_OF_THE_BODY = ("content-length", "content-encoding", "content-type")


@dataclass(frozen=True)
class Seen:
    """What is known of an address that answered 200. `headers` lack the request id and those of the body."""

    shelved: Shelved
    content_type: str
    headers: Headers
    size: int


class Front:
    """A WSGI application around another; thread-safe, bounded in bytes, the least used goes first."""

    def __init__(self, application: Wsgi, engine: Engine, shelf: Shelf, limit_bytes: int = LIMIT_BYTES) -> None:
        self._application = application
        self._engine = engine
        self._shelf = shelf
        self._lock = threading.Lock()
        self._seen: LRUCache[Address, Seen] = LRUCache(limit_bytes, getsizeof=lambda seen: seen.size)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        address = _address(environ)
        if address is None:
            return self._application(environ, start_response)
        with self._lock:
            seen = self._seen.get(address)
        if seen is not None and self._holds(seen.shelved):
            body = self._shelf.find(seen.shelved.place)
            if body is not None:
                return _hand_out(seen, body, environ, start_response)
        return self._ask(address, environ, start_response)

    def _holds(self, shelved: Shelved) -> bool:
        """Whether everything that the answer was made from is as it was."""
        if shelved.day is not None and shelved.day != today():
            return False
        if shelved.revision == LASTING:
            return True
        return self._state(shelved.mark is not None) == (shelved.revision, shelved.mark)

    def _state(self, is_marked: bool) -> tuple[int, tuple[int, ...] | None] | None:
        """The revision in force and, where it is asked for, the mark of calls and notices; None when the database does
        not answer: then the view says so."""
        try:
            connection = self._engine.raw_connection()
            try:
                cursor = connection.cursor()
                cursor.execute("SELECT value FROM counter WHERE name = 'revision'")
                [value] = cursor.fetchone() or (None,)
                mark = None
                if is_marked:
                    cursor.execute(MARK)
                    mark = tuple(cursor.fetchone() or ())
                cursor.close()
            finally:
                connection.close()
        except Exception:
            # Whatever it is, the request that now goes to the view meets it again and reports it.
            return None
        return (value, mark) if isinstance(value, int) else None

    def _ask(self, address: Address, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def note(status: str, headers: Headers, *rest: Any) -> Any:
            if SHELVED in environ and status.startswith("200") and not _sets_cookie(headers):
                self._remember(address, environ[SHELVED], headers)
            return start_response(status, headers, *rest)

        return self._application(environ, note)

    def _remember(self, address: Address, shelved: Shelved, headers: Headers) -> None:
        kept = [(name, value) for name, value in headers if name.lower() not in _OF_THE_BODY and name != _REQUEST_ID]
        kind = next(value for name, value in headers if name.lower() == "content-type")
        size = HEAD_BYTES + sum(map(len, address))
        with self._lock:
            if size <= self._seen.maxsize:
                self._seen[address] = Seen(shelved, kind, kept, size)


def _address(environ: dict[str, Any]) -> Address | None:
    """All that an answer may depend on beside the coding; None for requests that change something or ask for parts."""
    if environ["REQUEST_METHOD"] != "GET" or "HTTP_RANGE" in environ:
        return None
    address = tuple([environ.get(name, "") for name in _PARTS])
    if environ.get("PATH_INFO", "").startswith(NEGOTIATED):
        # There a browser gets a page where a program gets JSON (see `delivery.wants_html`).
        address = (*address, "html" if wants_html(environ) else "")
    return address if sum(map(len, address)) <= LONGEST_ADDRESS else None


def _sets_cookie(headers: Headers) -> bool:
    return any(name.lower() == "set-cookie" for name, _ in headers)


def _hand_out(seen: Seen, body: Body, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    headers = [*seen.headers, (_REQUEST_ID, secrets.token_hex(8))]
    if is_known(body.etag, environ):
        start_response("304 NOT MODIFIED", headers)
        return []
    coding = body.coding(environ.get("HTTP_ACCEPT_ENCODING", ""))
    content = body.encoded(coding)
    headers += [("Content-Type", seen.content_type), ("Content-Length", str(len(content)))]
    if coding:
        headers.append(("Content-Encoding", coding))
    start_response("200 OK", headers)
    return [content]


def install(state: BlueprintSetupState) -> None:
    """Put the front before an application; for `Blueprint.record_once`."""
    app = cast(Flask, state.app)
    parts = app.extensions["registry"]
    app.wsgi_app = Front(app.wsgi_app, parts.engine, parts.shelf)  # type: ignore[method-assign]
