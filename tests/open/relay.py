"""`python -m tests.open.relay ORIGIN`: stands before a site and, by the first part of the address, makes one fault.

A process of its own, because GDAL keeps the interpreter to itself while it asks. Prints its address.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlencode
from urllib.request import urlopen

PAGE = "100"
"""Features a page at most, so that there is a next one."""
Query = dict[str, str]


def _as_it_is(asked: Query, found: Any) -> Any:
    return found


@dataclass(frozen=True)
class Fault:
    """`ask` changes the question, `tell` the answer to it; `shows` are the faults that GDAL has to show."""

    shows: set[str] = field(default_factory=set)
    ask: Callable[[Query], Query] = lambda asked: asked
    tell: Callable[[Query, Any], Any] = _as_it_is


def _short(asked: Query) -> Query:
    """Pages of a hundred."""
    return asked | ({"limit": PAGE} if int(asked.get("limit", "0")) > int(PAGE) else {})


def _links(found: Any, change: Callable[[dict[str, str]], dict[str, str] | None]) -> Any:
    """Change the links of a page of features; those that come back as None are gone."""
    if "features" not in found:
        return found
    return found | {"links": [kept for each in found["links"] if (kept := change(each))]}


def _forgetful(link: dict[str, str]) -> dict[str, str]:
    """A next page that knows where it begins and not what was asked."""
    if link["rel"] != "next":
        return link
    address, _mark, query = link["href"].partition("?")
    kept = [pair for pair in parse_qsl(query) if pair[0] in ("limit", "offset")]
    return link | {"href": f"{address}?{urlencode(kept)}"}


def _poorest(asked: Query, found: Any) -> Any:
    """The part that was asked for of the whole collection, those with the fewest figures first."""
    if "features" not in found:
        return found
    start = int(asked.get("offset", "0"))
    ordered = sorted(
        found["features"], key=lambda each: sum(value is not None for value in each["properties"].values())
    )
    part = ordered[start : start + int(asked.get("limit", "1000"))]
    return found | {"features": part, "numberReturned": len(part)}


def _second_day(_asked: Query, found: Any) -> Any:
    for each in found.get("features", ()):
        each["properties"]["updated_at"] = "2026-11-29"
    return found


def _whole(asked: Query) -> Query:
    """The question for all pages at once."""
    return {name: value for name, value in asked.items() if name not in ("limit", "offset")}


def _plain(asked: Query) -> Query:
    """The question without its conditions on properties."""
    return {name: value for name, value in asked.items() if name in ("limit", "offset", "bbox", "datetime", "f")}


FAULTS = {
    "none": Fault(),
    "short-pages": Fault(ask=_short),
    "no-next": Fault({"count"}, _short, lambda asked, found: _links(found, lambda each: None if each["rel"] == "next" else each)),
    "forgetful-next": Fault({"since"}, _short, lambda asked, found: _links(found, _forgetful)),
    "poorest-first": Fault({"types"}, _whole, _poorest),
    "wrong-number": Fault({"box"}, tell=lambda asked, found: found | ({"numberMatched": 50} if "features" in found else {})),
    "relative": Fault({"opens"}, tell=lambda asked, found: json.loads(json.dumps(found).replace("http://", "ftp://"))),
    "no-conditions": Fault({"tier", "unit", "year"}, _plain),
    "no-box": Fault({"since"}, lambda asked: {name: value for name, value in asked.items() if name != "datetime"}),
    "second-day": Fault({"days"}, tell=_second_day),
    "small-limit": Fault({"opens"}, lambda asked: asked | ({"limit": "0"} if int(asked.get("limit", "0")) > int(PAGE) else {})),
}  # fmt: skip


class Relay(BaseHTTPRequestHandler):
    """One question handed on."""

    origin = ""

    def do_GET(self) -> None:
        """Ask the origin and hand on what it says, addresses and all."""
        _empty, name, rest = self.path.split("/", 2)
        path, _mark, query = rest.partition("?")
        fault, asked = FAULTS[name], dict(parse_qsl(query, keep_blank_values=True))
        question = fault.ask(asked)
        address = f"{self.origin}/{path}" + (f"?{urlencode(question)}" if question else "")
        try:
            with urlopen(address, timeout=60) as answer:
                status, kind, body = answer.status, answer.headers["Content-Type"], answer.read()
        except HTTPError as refused:
            status, kind, body = refused.code, refused.headers["Content-Type"], refused.read()
        host, port = self.server.server_address[:2]
        if status == 200:
            text = body.decode().replace(self.origin, f"http://{host}:{port}/{name}")
            body = json.dumps(fault.tell(asked, json.loads(text))).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


if __name__ == "__main__":
    Relay.origin = sys.argv[1]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Relay)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
