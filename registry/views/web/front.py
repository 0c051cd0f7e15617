"""In front of the framework: finished public answers, handed out again while the record stands still.

A view that is equal for every reader says which revision of the public record it shows (`delivery.answer`).
The next request for the same address reads the revision, one row, and gets the same bytes without Flask,
routing or templates; after any public change the revision differs and the view is asked again. So an
answer costs the same however large the record is, and is exact on the very next request, on every worker.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any, cast

from flask import Flask
from flask.blueprints import BlueprintSetupState
from sqlalchemy import Engine

from registry.views.web.delivery import LASTING, REVISION
from registry.views.web.prefix import Wsgi

LIMIT_BYTES = 64 * 1024 * 1024
Headers = list[tuple[str, str]]
_OF_THE_BODY = ("content-length", "content-encoding", "content-type")
_REQUEST_ID = "X-Request-Id"


@dataclass(frozen=True)
class Finished:
    """An answer of 200: `headers` lack the request id, `bare` are those of a 304."""

    revision: int
    etag: str
    headers: Headers
    bare: Headers
    body: bytes


class Front:
    """A WSGI application around another; thread-safe, bounded in bytes, the least used goes first."""

    def __init__(self, application: Wsgi, engine: Engine, limit_bytes: int = LIMIT_BYTES) -> None:
        self._application = application
        self._engine = engine
        self._limit, self._size = limit_bytes, 0
        self._lock = threading.Lock()
        self._finished: OrderedDict[Hashable, Finished] = OrderedDict()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        key = _key(environ)
        with self._lock:
            found = self._finished.get(key)
            if found is not None:
                self._finished.move_to_end(key)
        if found is not None and (found.revision == LASTING or found.revision == self._revision()):
            return _hand_out(found, environ, start_response)
        return self._ask(key, environ, start_response)

    def _revision(self) -> int | None:
        """The revision in force, or None when the database does not answer: then the view says so."""
        try:
            connection = self._engine.raw_connection()
            try:
                cursor = connection.cursor()
                cursor.execute("SELECT value FROM counter WHERE name = 'revision'")
                [value] = cursor.fetchone() or (None,)
                cursor.close()
            finally:
                connection.close()
        except Exception:
            # Whatever it is, the request that now goes to the view meets it again and reports it.
            return None
        return value if isinstance(value, int) else None

    def _ask(self, key: Hashable, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        begun: list[tuple[str, Headers]] = []

        def note(status: str, headers: Headers, *rest: Any) -> Any:
            begun.append((status, headers))
            return start_response(status, headers, *rest)

        body = self._application(environ, note)
        revision = environ.get(REVISION)
        if revision is None or key is None or not begun or not _is_lasting(*begun[-1]):
            return body
        try:
            whole = b"".join(body)
        finally:
            getattr(body, "close", lambda: None)()
        self._keep(key, _finish(revision, begun[-1][1], whole))
        return [whole]

    def _keep(self, key: Hashable, finished: Finished) -> None:
        with self._lock:
            before = self._finished.pop(key, None)
            self._size += len(finished.body) - (len(before.body) if before else 0)
            self._finished[key] = finished
            while self._size > self._limit and self._finished:
                _, dropped = self._finished.popitem(last=False)
                self._size -= len(dropped.body)


def _key(environ: dict[str, Any]) -> Hashable | None:
    """What an answer depends on; None for requests that change something or ask for parts."""
    if environ["REQUEST_METHOD"] != "GET" or "HTTP_RANGE" in environ:
        return None
    names = ("wsgi.url_scheme", "HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING")
    return (*(environ.get(name, "") for name in names), environ.get("HTTP_ACCEPT_ENCODING", ""))


def _is_lasting(status: str, headers: Headers) -> bool:
    return status.startswith("200") and not any(name.lower() == "set-cookie" for name, _ in headers)


def _finish(revision: int, headers: Headers, body: bytes) -> Finished:
    kept = [(name, value) for name, value in headers if name != _REQUEST_ID]
    etag = next((value for name, value in kept if name.lower() == "etag"), "")
    return Finished(revision, etag, kept, [pair for pair in kept if pair[0].lower() not in _OF_THE_BODY], body)


def _hand_out(found: Finished, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    same = found.etag and found.etag in environ.get("HTTP_IF_NONE_MATCH", "")
    own = [(_REQUEST_ID, secrets.token_hex(8))]
    if same:
        start_response("304 NOT MODIFIED", found.bare + own)
        return []
    start_response("200 OK", found.headers + own)
    return [found.body]


def install(state: BlueprintSetupState) -> None:
    """Put the front before an application; for `Blueprint.record_once`."""
    app = cast(Flask, state.app)
    app.wsgi_app = Front(app.wsgi_app, app.extensions["registry"].engine)  # type: ignore[method-assign]
