"""Serving under a URL prefix of the bureau's site (`REGISTRY_BASE_PATH`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from registry.wording import Message

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def under_prefix(application: Wsgi, prefix: str) -> Wsgi:
    """A WSGI application that answers only below `prefix` and builds its addresses with it."""
    if not prefix:
        return application

    # Werkzeug's DispatcherMiddleware does the same by cutting the path at each of its slashes in turn: a path of
    # 200 000 slashes keeps it busy for seconds.

    def mounted(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == prefix or path.startswith(prefix + "/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + prefix
            environ["PATH_INFO"] = path[len(prefix) :] or "/"
            return application(environ, start_response)
        start_response("404 Not Found", [("Content-Type", "text/plain; charset=utf-8")])
        return [Message("此地址不属于本站。").encode()]

    return mounted
