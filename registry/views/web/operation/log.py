"""The log of a server: one line a request, as text or as JSON, on standard output; no query, no address of a person.

`Requests` stands around the application and times it; what the application knows of a request (its rule, who asked,
why it failed) it notes in the request's environment (`note`). Commands and tests have no such log.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g, request

from registry.permissions import PUBLIC
from registry.terms import BEIJING
from registry.views.web.operation.metrics import Metrics
from registry.views.web.prefix import Wsgi

access = logging.getLogger("registry.access")
_NOTED = "registry.noted"
QUIET_SECONDS = 60
"""An error of the same kind and place has one traceback in this time, and a line each time."""
LONGEST_PATH = 200


@dataclass
class Noted:
    """What the application says about a request."""

    place: str
    endpoint: str
    role: str
    why: str = ""


def note(why: str = "") -> None:
    """Note what is known of this request. The rule stands for an address that holds a token."""
    rule = request.url_rule
    place = rule.rule if rule is not None and "token" in rule.arguments else request.path
    role = g.get("actor", PUBLIC).role
    earlier = request.environ.get(_NOTED)
    why = why or (earlier.why if earlier else "")
    request.environ[_NOTED] = Noted(place, request.endpoint or "none", role.value if role else "public", why)


def is_logged() -> bool:
    """Whether each request has its line, so that an error needs none of its own."""
    return access.isEnabledFor(logging.INFO)


class Requests:
    """A WSGI application around another that writes a line for each request and counts it."""

    def __init__(self, application: Wsgi, metrics: Metrics | None) -> None:
        self._application, self._metrics = application, metrics

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if self._metrics is None and not is_logged():
            return self._application(environ, start_response)
        began = time.perf_counter()
        said: dict[str, str] = {}

        def hear(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            said["status"] = status[:3]
            said["id"] = next((value for name, value in headers if name == "X-Request-Id"), "")
            return start_response(status, headers, *rest)

        body = self._application(environ, hear)
        seconds = time.perf_counter() - began
        noted: Noted = environ.get(_NOTED) or Noted(environ.get("PATH_INFO", ""), "shelf", "public")
        status = said.get("status", "500")
        if self._metrics is not None:
            self._metrics.count(noted.endpoint, status, seconds)
        if is_logged():
            facts = {
                "request": said.get("id", ""),
                "method": environ["REQUEST_METHOD"],
                "path": noted.place.encode("latin-1", "replace").decode("utf-8", "replace")[:LONGEST_PATH]
                if noted.endpoint == "shelf"
                else noted.place[:LONGEST_PATH],
                "status": int(status),
                "ms": round(seconds * 1000, 1),
                "role": noted.role,
            }
            if noted.why:
                facts["why"] = noted.why
            level = logging.ERROR if status >= "500" else logging.INFO
            access.log(level, "", extra={"facts": facts})
        return body


def begin_log(kind: str) -> None:
    """Have this process write its log to standard output, `text` or `json`."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_Json() if kind == "json" else _Text())
    handler.addFilter(_Sparing())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    access.setLevel(logging.INFO)
    # How many requests wait is a figure of `/metrics`, and no line each time.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)


class _Sparing(logging.Filter):
    """Drops a traceback that has just been written, and turns it into one line."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[tuple[str, str, int], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Never drops a record, only what is repeated of it."""
        if not isinstance(record.exc_info, tuple) or record.exc_info[1] is None:
            return True
        error, place = record.exc_info[1], record.exc_info[2]
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        kind = (
            type(error).__name__,
            place.tb_frame.f_code.co_filename if place else "",
            place.tb_lineno if place else 0,
        )
        now = time.monotonic()
        if now - self._seen.get(kind, -QUIET_SECONDS) < QUIET_SECONDS:
            record.msg = f"{record.getMessage()}: {kind[0]}: {(str(error).splitlines() or [''])[0][:200]}"
            record.args, record.exc_info, record.exc_text = (), None, None
        else:
            self._seen[kind] = now
        return True


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, BEIJING).isoformat(timespec="milliseconds")


class _Text(logging.Formatter):
    """Time, level, facts; a blank or a line break in a value cannot make another line of it."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and the traceback where there is one."""
        facts = getattr(record, "facts", None)
        if facts is None:
            words = f"{record.name} {_plain(record.getMessage())}"
        else:
            request_id, method, path, status, ms, role, *why = facts.values()
            words = " ".join([request_id, method, _plain(path), str(status), f"{ms}ms", role, *map(_plain, why)])
        line = f"{_moment(record)} {record.levelname} {words}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class _Json(logging.Formatter):
    """One object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record with all that it holds."""
        found = {"time": _moment(record), "level": record.levelname, "logger": record.name}
        found |= getattr(record, "facts", None) or {"message": record.getMessage()}
        if record.exc_info:
            found["traceback"] = self.formatException(record.exc_info)
        return json.dumps(found, ensure_ascii=False)


def _plain(text: str) -> str:
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)
