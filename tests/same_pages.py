"""Whether a change of the code changes a public page: answers of two states of the code, byte by byte.

`python -m tests.same_pages write FOLDER --data-dir DATA` asks every kind of public address of one demo database (made
by `flask init` and `flask demo load`) and stores what it answers. `python -m tests.same_pages compare A B` says what
differs between two such folders, and exits 1 if anything does. The clock stands still and the database is a copy, so
two runs of the same code store the same bytes. The addresses are found in the site itself and in its routes: a new
page, file or filter is asked without a line here. Addresses of assets hold hashes of their content; they are compared
as they are, and the report counts pages in which nothing else differs.
"""

from __future__ import annotations

import argparse
import html
import re
import shutil
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import time_machine
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from app import create_app
from registry.config import Settings
from tests.page_stock import Answer, Comparison, compare, load, store

MOMENT = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
OPEN = ("public:read", "health:read", "account:sign_in", "error_report:send", "objection:send")
"""Policies of routes that answer everybody."""
CHANGING = ("X-Request-Id", "Date", "Content-Length")
"""Headers that differ each time, or follow from the body."""
MOST = {"public.project": 200, "public.enterprise": 60}
MOST_OF_A_KIND = 40
"""Addresses of one route that are taken from links."""
LANGUAGES = ("zh", "en")
VIEW = ("lang", "page", "rows", "sort", "per_page", "measure", "method")

# What no link and no list of the site offers: typed text, days, boxes, and the views of a list.
TYPED = (
    *(("q", text) for text in ("演示", "ys", "齿轮 车间", "没有这样的项目", "<b>&amp;")),
    *(("as_of", day) for day in ("2014-12-31", "2018-06-30", "2020-12-31")),
    ("bbox", "119.5,31.6,119.9,31.9"),
    ("bbox", "0,0,1,1"),
    *((name, "none") for name in ("division", "industry", "sector", "year")),
    *(("status", status) for status in ("valid", "revoked", "expired")),
    *(("rows", rows) for rows in ("projects", "recognitions", "enterprises")),
    *(("sort", order + name) for name in ("code", "name", "enterprise", "unit", "level", "year", "updated") for order in ("", "-")),
    *(("method", method) for method in ("mean", "pooled", "median")),
    *(("ladder", tiers) for tiers in ("municipal", "provincial", "national", "municipal-provincial", "provincial-national")),
    *(("grade", str(grade)) for grade in range(1, 6)),
    ("page", "2"),
    ("page", "999"),
    ("per_page", "200"),
)  # fmt: skip
WRONG = (
    "/no-such-page",
    "/projects/CZ-999999",
    "/enterprises/999999",
    "/announcements/999999",
    "/calls/999999",
    "/projects?year=x",
    "/projects.csv?unit=x",
    "/api/v1/projects?no_such=1",
    "/api/v1/projects/CZ-999999",
    "/map/page-0.js",
    "/static/no-such.js",
    "/?lang=fr",
)
_TOKEN = re.compile(rb'(name="csrf_token" value=")[^"]+')
_ADDRESS = re.compile(r"""(?<=["'\s(])(?:https?://localhost)?(/[^"'\s<>()\\]*)""")
_SELECT = re.compile(r'<select[^>]* name="(\w+)"[^>]*>(.*?)</select>', re.DOTALL)
_CHOICE = re.compile(r'<input[^>]* name="(\w+)"[^>]* value="([^"]+)"')
_OPTION = re.compile(r'<option[^>]* value="([^"]+)"')


class Reader:
    """Asks addresses of an application, each once, and notes what they lead to."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.answers: dict[str, Answer] = {}
        self.addresses: dict[str, None] = {}
        self.values: dict[tuple[str, str], None] = dict.fromkeys(TYPED)
        self.routes = app.url_map.bind("localhost")

    def ask(self, address: str) -> Answer:
        """What an address answers to somebody who comes for the first time."""
        if address not in self.answers:
            with self.app.test_client(use_cookies=False).get(address) as response:
                # What is drawn by lot for each request says nothing about the code.
                body = _TOKEN.sub(rb"\1*", response.get_data()).replace(response.headers["X-Request-Id"].encode(), b"*")
                headers = {name: value for name, value in response.headers if name not in CHANGING}
            if "Set-Cookie" in headers:
                headers["Set-Cookie"] = re.sub(r"=[^;]*", "=*", headers["Set-Cookie"], count=1)
            self.answers[address] = Answer(response.status_code, headers, body)
            self._note(self.answers[address])
        return self.answers[address]

    def _note(self, answer: Answer) -> None:
        """Keep the addresses that an answer names, and the values that its filters offer."""
        if answer.kind not in ("text/html", "application/json"):
            return
        # JSON within a page escapes what HTML would read as its own.
        source = html.unescape(answer.body.decode().replace("\\u0026", "&"))
        for address in _ADDRESS.findall(source):
            self.addresses.setdefault(address.partition("#")[0])
            for pair in parse_qsl(urlsplit(address).query):
                self._offer(pair)
        for name, options in _SELECT.findall(source):
            for value in _OPTION.findall(options):
                self._offer((name, value))
        for pair in _CHOICE.findall(source):
            self._offer(pair)

    def _offer(self, pair: tuple[str, str]) -> None:
        if pair[0] not in ("lang", "v", "page", "bbox", "as_of", "q", "csrf_token", "codes", "call", "done"):
            self.values.setdefault(pair)

    def route_of(self, address: str) -> str | None:
        """The open route of an address, or None."""
        try:
            endpoint, _ = self.routes.match(urlsplit(address).path, method="GET")
        except (HTTPException, RequestRedirect):
            return None
        return endpoint if endpoint in self.open_routes() else None

    def open_routes(self) -> set[str]:
        """Routes that answer everybody."""
        views = self.app.view_functions.items()
        return {endpoint for endpoint, view in views if str(getattr(view, "policy", "")) in OPEN}

    def follow(self, share: int = 1) -> None:
        """Ask what the answers so far lead to, up to a number of each route (or a `share`-th of it)."""
        asked = Counter(self.route_of(address) for address in self.answers)
        for address in list(self.addresses):
            route = self.route_of(address)
            if (
                route is not None
                and address not in self.answers
                and asked[route] < MOST.get(route, MOST_OF_A_KIND) / share
            ):
                asked[route] += 1
                self.ask(address)


def plain_paths(reader: Reader) -> list[str]:
    """Open addresses without an argument, from the table of routes."""
    rules = [rule for rule in reader.app.url_map.iter_rules() if rule.endpoint in reader.open_routes()]
    return sorted(rule.rule for rule in rules if not rule.arguments and "GET" in (rule.methods or ()))


def read_site(app: Flask, most_values: int | None = None) -> dict[str, Answer]:
    """Answers of every kind of public address, in both languages, with every value (or so many) of every filter."""
    reader = Reader(app)
    paths = plain_paths(reader)
    for path in paths:
        for language in LANGUAGES:
            reader.ask(path if language == "zh" else f"{path}?lang={language}")
    # Where a condition changes nothing, or is refused, no other value is tried either.
    selecting = [path for path in paths if _selects(reader, path)]
    for page in ("1", "2"):
        reader.ask(f"/projects?{urlencode({'sort': 'code', 'per_page': '200', 'page': page})}")
    for _ in range(2):
        reader.follow(1 if most_values is None else 8)
    tried: Counter[str] = Counter()
    for name, value in list(reader.values):
        tried[name] += 1
        if most_values is not None and tried[name] > most_values:
            continue
        for path in selecting:
            query, is_page = urlencode({name: value}), reader.answers[path].kind == "text/html"
            # To be quick, every fourth filter stands for all of them in a file, which takes long to make.
            if most_values is not None and not is_page and len(tried) % 4:
                continue
            reader.ask(f"{path}?{query}")
            if name not in VIEW and is_page:
                reader.ask(f"{path}?{query}&lang=en")
    projects = [address for address in reader.answers if reader.route_of(address) == "public.project"]
    deeper = [address for address in reader.answers if address.count("/") == 2 and not address.startswith("/projects/")]
    for address in (*projects[::4], *deeper):
        if "?" not in address:
            reader.ask(f"{address}?lang=en")
    for address in WRONG:
        reader.ask(address)
    return reader.answers


def _selects(reader: Reader, path: str) -> bool:
    """Whether an address shows another part of the record when a unit is chosen, its own links left out."""
    plain, chosen = reader.ask(path), reader.ask(f"{path}?unit=TNQ")
    bodies = {re.sub(rb"unit=TNQ|[?&]|amp;", b"", answer.body) for answer in (plain, chosen)}
    return (plain.status, chosen.status) == (200, 200) and len(bodies) == 2


def write(folder: Path, data_dir: Path, most_values: int | None = None) -> None:
    """Store the answers of the site on a copy of a database."""
    if not (data_dir / "registry.db").is_file():
        raise SystemExit(f"{data_dir} holds no registry.db: make it with flask init and flask demo load.")
    with tempfile.TemporaryDirectory() as place, time_machine.travel(MOMENT, tick=False):
        copy = Path(place) / "data"
        shutil.copytree(data_dir, copy)
        app = create_app(Settings(data_dir=copy))
        answers = read_site(app, most_values)
        reader = Reader(app)
        missing = sorted(reader.open_routes() - {reader.route_of(address) for address in answers})
        app.extensions["registry"].engine.dispose()
    store(folder, answers)
    print(f"{len(answers)} addresses, {sum(len(answer.body) for answer in answers.values()) / 1e6:.0f} MB")
    print(
        "by status:",
        *(f"{status}×{count}" for status, count in sorted(Counter(a.status for a in answers.values()).items())),
    )
    if missing:
        print("routes without an address:", ", ".join(missing))


def tell(found: Comparison) -> int:
    """Print a comparison; 1 if the folders differ."""
    for difference in found.different:
        print(difference)
    for address in found.missing:
        print(f"{address}\n  only in the first")
    for address in found.added:
        print(f"{address}\n  only in the second")
    for address in found.blanks:
        print(f"{address}\n  the same but for a blank between inline elements, which a reader may see")
    hashes = sum(difference.only_hashes for difference in found.different)
    print(
        f"same {found.same}, different {len(found.different)} (of which {hashes} in hashes of assets only), "
        f"only in the first {len(found.missing)}, only in the second {len(found.added)}"
    )
    return 0 if found.is_same else 1


def main(arguments: list[str] | None = None) -> int:
    """Write or compare."""
    parser = argparse.ArgumentParser(prog="python -m tests.same_pages", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    writing = commands.add_parser("write", help="store the answers of this code")
    writing.add_argument("folder", type=Path)
    writing.add_argument("--data-dir", type=Path, required=True, help="made by flask init and flask demo load")
    writing.add_argument(
        "--values",
        type=int,
        metavar="N",
        help="ask only N values of each filter, an eighth of the pages and a fourth of the files, to be quick",
    )
    comparing = commands.add_parser("compare", help="say what differs between two folders")
    comparing.add_argument("one", type=Path)
    comparing.add_argument("other", type=Path)
    comparing.add_argument("--ignore-space", action="store_true", help="blanks between tags do not count")
    given = parser.parse_args(arguments)
    if given.command == "write":
        write(given.folder, given.data_dir.resolve(), given.values)
        return 0
    return tell(compare(load(given.one), load(given.other), ignore_space=given.ignore_space))


if __name__ == "__main__":
    sys.exit(main())
