"""Every page of every person in English, and what is Chinese on it.

`python -m tests.english.crawl` prints each Chinese string with the number of states it was met in, and a page and a
place where it stands. A state is an address as one person sees it, or what is answered to one person's form.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import create_app
from registry.config import Settings
from registry.models import Account
from tests import people
from tests.attack.world import PEOPLE, World, build
from tests.browser import Browser, Page, check_page
from tests.english.reading import Found, chinese
from tests.house.access.all import GET, POST
from tests.house.access.table import rows
from tests.parsing import XHTML

BESIDES = (
    *(f"/enterprise/applications/{{{name}}}?section={section}{check}"
      for name in ("draft", "returned")
      for section in ("enterprise", "project", "place", "kpis", "criteria", "files", "commitment")
      for check in ("", "&check=1")),
    "/enterprise/applications/{returned}/review-page", "/enterprise/applications/{returned}/print",
    "/enterprise/applications/{returned}/withdraw", "/enterprise/applications/{recognised}",
    *(f"/review/{{{name}}}?step={step}"
      for name in ("submitted", "returned", "proposed", "recognised", "abroad")
      for step in ("return", "recommend", "not_recommend", "accept", "propose", "reject", "undo", "forward")),
    *(f"/review?tab={tab}" for tab in ("mine", "district", "city", "returned", "passed", "closed", "all", "x")),
    "/review?unit=x", "/review?page=x", "/review?missing=files", "/review?q=%E6%9C%BA%E5%AF%86&tab=all", "/review?done=3",
    *(f"/review/{{submitted}}?done={what}" for what in ("seen", "sheet", "note", "assign", "duplicate", "return")),
    "/publications/{in_force}", "/publications/{publication}?done=confirmed", "/publications?page=x",
    "/calls/{call}/check?enterprise=%E6%BC%94%E7%A4%BA%E5%85%AC%E5%BC%80%E4%B8%99%E6%9C%89%E9%99%90%E5%85%AC%E5%8F%B8",
    "/calls/{call}/check?established_on=x&criterion-storage=no", "/calls/{call}/check?criterion-storage=yes&project=x",
    "/account?done=password", "/account?done=second_factor", "/admin/accounts?q=zzz", "/admin/accounts?role=x",
    "/admin/audit?action=application", "/admin/audit?account=zzz", "/admin/audit?since=x", "/admin/audit?id=SB-2",
    "/projects/CZ-000001?x=1", "/enterprise/begin?call=x", "/enterprise/begin?call=999", "/inbox?before=x",
    "/admin/lists?done=1", "/admin/lists/units/JKQ", "/admin/lists/units/x", "/admin/lists/categories/x",
    "/notices/{notice}?page=x", "/notices?page=x", "/review/notices/{notice}", "/review/notices/{waiting_notice}?done=open",
    "/review/objections?tab=done", "/review/objections/{objection}?done=admit&code=x", "/admin/calendar?year=2027",
    "/admin/calls/{call}/publish", "/admin/calls/{call}?done=x", "/enterprise/place?system=x",
)  # fmt: skip
"""Further states of the pages in the tables: parts of the form, steps that are opened, filters, faults in addresses."""
MOST_OF_A_KIND = 4
"""Pages of one kind of address that one person opens."""
WRONG = (
    "/no-such-page", "/projects?year=x", "/projects?unit=x", "/projects?tier=x&sort=x", "/?bbox=1,2", "/?as_of=x",
    "/projects?page=0", "/projects?q=%E6%BC%94%E7%A4%BA", "/?q=%E5%BC%A0%E4%B8%89", "/projects?page=99",
    "/projects?rows=x", "/statistics?measure=x", "/statistics?method=x", "/statistics?status=revoked",
    "/statistics?tier=national", "/?measure=operating_cost", "/?measure=density", "/?year=none",
    "/projects?grade=3", "/projects?has=operating_cost", "/projects?rows=recognitions", "/projects?rows=enterprises",
)  # fmt: skip


_DRAWN = re.compile(rb'name="csrf_token" value="[^"]+"')
"""What of a page is drawn by lot, beside the number of the request."""


@dataclass(frozen=True)
class Held:
    """What a page holds: its Chinese strings, where it leaves English (empty: nowhere), and its links."""

    strings: list[Found]
    left: str
    links: list[str]


@dataclass
class Report:
    """States that were seen, and the Chinese strings of each."""

    states: dict[str, list[Found]] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)
    """State → a link, form or redirect of it that leaves English."""
    _read: dict[bytes, Held] = field(default_factory=dict)
    """Pages by their bytes: many people are refused with the same page, which is read once."""

    def read(self, state: str, response: TestResponse) -> list[str]:
        """Note what a page holds; the links on it, none of what is no page."""
        assert response.status_code < 500, f"{state}: {response.status_code}"
        if response.mimetype != "text/html" or state in self.states:
            return []
        body = _DRAWN.sub(b"", response.get_data()).replace(response.headers["X-Request-Id"].encode(), b"")
        if body not in self._read:
            self._read[body] = _held(state, response)
        held = self._read[body]
        self.states[state] = held.strings
        if held.left:
            self.lost[state] = held.left
        return held.links

    def by_text(self) -> dict[str, list[tuple[str, str]]]:
        """Text → (state, place) of each."""
        found = defaultdict(list)
        for state, strings in self.states.items():
            for string in strings:
                found[string.text].append((state, string.place))
        return dict(found)


def _held(state: str, response: TestResponse) -> Held:
    page = Page(response)
    check_page(page, state)
    links = [link.get("href") or "" for link in page.all("a") if not link.get("hreflang")]
    return Held(chinese(page), next(_leaving(page), ""), links)


def _leaving(page: Page) -> Iterator[str]:
    """Links and forms of an English page that lead to a Chinese one."""
    if page.all("html")[0].get("lang") != "en":
        yield "the page itself is Chinese"
    for tag, name in (("a", "href"), ("form", "action")):
        for element in page.all(tag):
            address = element.get(name)
            if (
                address is None
                or _is_picture(element, address)
                or element.get("hreflang")
                or not urlsplit(address).path
                or urlsplit(address).netloc
            ):
                continue
            fields = {(item.get("name"), item.get("value")) for item in element.iter()} if tag == "form" else set()
            if "lang=en" not in address and ("lang", "en") not in fields and not address.startswith("/static/"):
                yield address


def _is_picture(element: ElementTree.Element, address: str) -> bool:
    """Whether a link leads to a picture, which has no language: a file by its name, or the very one that it shows."""
    return address.endswith((".png", ".svg")) or any(
        item.tag == XHTML + "img" and item.get("src") == address for item in element.iter()
    )


def english(path: str) -> str:
    """An address for a reader of English."""
    return path if "lang=" in path else path + ("&" if "?" in path else "?") + "lang=en"


def crawl_city(app: Flask, world: World, report: Report, put_back: object = None) -> None:
    """All addresses and all forms of the access tables, as each person of the city."""
    for person in PEOPLE:
        browser = world.browser(app, person)
        token = browser.token()
        for path in [*(path for _endpoint, path, _fields, _statuses in rows(GET)), *BESIDES]:
            address = english(path.format(**world.ids))
            with browser.client.get(address) as response:
                response.get_data()
                report.read(f"{person} GET {address}", response)
        for _endpoint, path, fields, _statuses in rows(POST):
            address = english(path.format(**world.ids))
            form = {name: value.format(**world.ids) for name, value in fields.items()}
            with browser.client.post(address, data=form | {"csrf_token": token}) as response:
                state = f"{person} POST {address} {form or ''}"
                report.read(state, response)
                location = response.headers.get("Location")
            if location and "lang=en" not in location:
                report.lost[state] = f"redirect to {location}"
            if response.status_code < 400 and callable(put_back):
                put_back()
                browser = world.browser(app, person)
                token = browser.token()


def crawl_stock(app: Flask, report: Report) -> None:
    """The demo stock: from the desk of each kind of person along all links, a few of each kind of address."""
    with app.extensions["registry"].read() as session:
        accounts = session.execute(select(Account.role, Account.unit_code, Account.id).order_by(Account.id)).all()
    first = {(role, unit if role == "district_reviewer" else None): number for role, unit, number in accounts[::-1]}
    walk(app, "demo public", Browser(app), report, [*WRONG, "/"])
    for (role, unit), number in first.items():
        walk(app, f"demo {role} {unit or ''}".strip(), people.signed_in(app, number), report, ["/account"])


def walk(app: Flask, who: str, browser: Browser, report: Report, starts: list[str]) -> None:
    """Follow links, a few of each kind of address."""
    routes = app.url_map.bind("localhost")
    waiting, seen, asked = [english(path) for path in starts], set(), defaultdict(int)
    given = len(waiting)
    while waiting:
        address = waiting.pop(0)
        given -= 1
        try:
            endpoint = str(routes.match(urlsplit(address).path, method="GET")[0])
        except Exception:
            endpoint = "none"
        if address in seen or (given < 0 and asked[endpoint] >= MOST_OF_A_KIND) or endpoint == "static":
            continue
        seen.add(address)
        asked[endpoint] += 1
        with browser.client.get(address) as response:
            response.get_data()
            links = report.read(f"{who} GET {address}", response)
        waiting += [link.split("#")[0] for link in links if link.startswith("/")]


def everything(folder: Path, template: Path, stock: Path) -> Report:
    """Read the attacked city and the demo stock, each on a database of its own."""
    report = Report()
    (folder / "city").mkdir()
    built, path = folder / "city" / "built.db", folder / "city" / "registry.db"
    shutil.copyfile(template, built)
    settings = {"secret_key": "k" * 32, "data_dir": folder / "city"}
    app = create_app(Settings(database_url=f"sqlite:///{built}", **settings))  # type: ignore[arg-type]
    world = build(app, folder / "city" / "files")
    app.extensions["registry"].engine.dispose()
    shutil.copyfile(built, path)
    app = create_app(Settings(database_url=f"sqlite:///{path}", staff_second_factor=True, **settings))  # type: ignore[arg-type]

    def put_back() -> None:
        app.extensions["registry"].engine.dispose()
        for suffix in ("-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(built, path)

    crawl_city(app, world, report, put_back)
    app.extensions["registry"].engine.dispose()
    copy = folder / "stock.db"
    shutil.copyfile(stock, copy)
    app = create_app(Settings(database_url=f"sqlite:///{copy}", **settings))  # type: ignore[arg-type]
    crawl_stock(app, report)
    app.extensions["registry"].engine.dispose()
    return report


def main() -> int:
    """Print what is found; 1 if anything is."""
    from tests.conftest import initialise, load_stock  # It also makes templates strict.

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        template, stock = folder / "template.db", folder / "demo.db"
        initialise(f"sqlite:///{template}")
        shutil.copyfile(template, stock)
        load_stock(f"sqlite:///{stock}")
        report = everything(folder, template, stock)
    found = report.by_text()
    for text, places in sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        state, place = places[0]
        print(f"{len(places):5} {text[:100]}\n        {state}\n        {place}")
    for state, left in report.lost.items():
        print(f"LOST {state}\n        {left}")
    count = sum(map(len, report.states.values()))
    print(
        f"{len(report.states)} states, {count} Chinese strings, {len(found)} different ones, {len(report.lost)} states lose English"
    )
    return 1 if found or report.lost else 0


if __name__ == "__main__":
    sys.exit(main())
