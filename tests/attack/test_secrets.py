"""What is not public stands on no public surface: pages, files, map, API, announcements, calls; nor in a mail's link.

The city of `world.py` has a secret in every field, number, note, remark, name of a draft, mail address and check code.
One of its applications is recognised: its project is public, its contacts and absolute values are not.
"""

from __future__ import annotations

import io
import itertools
import json
import re
import zipfile
from collections.abc import Iterable, Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from registry.models import (
    Account,
    Application,
    Assignment,
    Attachment,
    Call,
    ChangeRequest,
    Document,
    Enterprise,
    ErrorReport,
    ImportJob,
    Inspection,
    InspectionDraw,
    Notice,
    Objection,
    Panel,
    Project,
    Publication,
)
from tests import people
from tests.attack.stage import Stage
from tests.attack.world import PRIVATE, SECRET, World
from tests.browser import Browser, Page

HIDDEN = ("contact_", "check_code", "totp")
QUERIES = (
    "",
    "?lang=en",
    "?q=机密",
    "?measure=total_investment&method=pooled",
    "?has=operating_cost",
    "?rows=recognitions",
)
"""Read where they are known; a refusal must not quote a secret that the question did not hold."""
IDS = {
    "account_id": Account.id,
    "application_id": Application.id,
    "assignment_id": Assignment.id,
    "attachment_id": Attachment.id,
    "call_id": Call.id,
    "document_id": Document.id,
    "draw_id": InspectionDraw.id,
    "enterprise_id": Enterprise.id,
    "job_id": ImportJob.id,
    "notice_id": Notice.id,
    "objection_id": Objection.id,
    "panel_id": Panel.id,
    "photo_id": Attachment.id,
    "publication_id": Publication.id,
    "report_id": ErrorReport.id,
    "request_id": ChangeRequest.id,
    "visit_id": Inspection.id,
}
SURFACES = (
    "/", "/projects", "/projects/CZ-000001", "/projects/CZ-000001/report", "/projects/CZ-000001/qr.svg", "/projects.csv",
    "/projects.geojson", "/projects.gpkg", "/projects.xlsx", "/statistics", "/statistics.docx", "/statistics.xlsx",
    "/announcements/1", "/announcements/1.xlsx", "/enterprises/3", "/honors", "/suppliers", "/embed", "/share",
    "/feed.xml", "/notices", "/notices/1", "/notices/1.xlsx", "/notices/1/object", "/objections",
    "/calls/1", "/calls/1/form", "/calls/1/check", "/calls/1.ics", "/api/v1/projects", "/api/v1/projects/CZ-000001",
    "/api/v1/statistics", "/api/v1/notices/1", "/api/openapi.json", "/ogc", "/ogc/collections/projects/items",
    "/catalog.jsonld", "/card.png", "/sitemap.xml", "/robots.txt", "/map/points.json", "/map/labels.json", "/readyz",
)  # fmt: skip
"""One address of each kind of thing that the public is given."""


def values_of(app: Flask, world: World) -> dict[str, list[object]]:
    """What stands in addresses: every id that the city has of a kind, and one that it does not have."""
    with app.extensions["registry"].read() as session:
        found: dict[str, list[object]] = {
            name: [*range(1, (session.scalar(select(func.max(column))) or 0) + 2)] for name, column in IDS.items()
        }
        codes: list[object] = [*session.scalars(select(Project.code))]
    return found | {
        "code": [*codes, "CZ-000099"],
        "division": ["320402", "999999"],
        "number": [1],
        "kind": ["projects"],
    }


def paths_of(app: Flask, world: World) -> Iterator[str]:
    """Addresses of every route that can be asked for, whoever may open it, for every id that the city has."""
    values = values_of(app, world)
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        names = sorted(rule.arguments)
        for given in itertools.product(*(values.get(name, ()) for name in names)):
            with app.test_request_context():
                yield app.url_for(rule.endpoint, **dict(zip(names, given, strict=True)))


def text_of(data: bytes) -> str:
    """All text of an answer: parts of office files unpacked, escapes of JSON undone."""
    if data.startswith(b"PK"):
        package = zipfile.ZipFile(io.BytesIO(data))
        return "\n".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())
    text = data.decode("utf-8", "replace")
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        return text


def crawl(browser: Browser, paths: Iterable[str], queries: tuple[str, ...] = ("",)) -> dict[str, str]:
    """Text by address, of what this browser is given: every address with every question, and what its pages link to.

    What does not exist as an address is not asked about again with questions.
    """
    found, asked = dict[str, str](), set[str]()
    waiting = [*paths]
    while waiting:
        path = waiting.pop()
        if path in asked or path.startswith("/static/"):
            continue
        asked.add(path)
        response = browser.client.get(path)
        if response.status_code in (200, 400, 404):
            found[path] = text_of(response.data)
        if response.status_code == 200 and "?" not in path:
            waiting += [path + query for query in queries if query]
        if response.status_code == 200 and response.mimetype == "text/html" and len(found) < 250 and len(queries) > 1:
            links = (link.get("href") or "" for link in Page(response).all("a"))
            waiting += [link.split("#")[0] for link in links if link.startswith("/") and not link.startswith("//")]
        response.close()
    return found


def stands_in(word: str, text: str) -> bool:
    """A word anywhere; a number only as a number of its own, since a clock's seconds hold every short one: 08:14:26.501."""
    if word not in text or not word.replace(".", "").isdigit():
        return word in text
    return re.search(rf"(?<![\d.:]){re.escape(word)}(?!\d)", text) is not None


def leaks_of(pages: dict[str, str], words: Iterable[str]) -> set[tuple[str, str]]:
    """Where a secret stands: (address, word)."""
    return {(path, word) for path, text in pages.items() for word in words if stands_in(word, text)}


@pytest.mark.parametrize("text", ["得分 26.50 分", '"points": 26.50,', "<td>26.50</td>", "0,26.50\n"])
def test_a_number_is_found_where_it_stands_and_not_in_a_clock(text: str) -> None:
    assert stands_in("26.50", text)
    assert not stands_in("26.50", "2026-01-05T08:14:26.501Z 126.50 26.507")


@pytest.mark.slow
def test_no_public_surface_holds_a_secret(stage: Stage) -> None:
    app, world = stage.app, stage.world
    pages = crawl(Browser(app), paths_of(app, world), QUERIES)
    assert sum("演示公开车间" in text for text in pages.values()) > 12
    assert len(pages) > 150
    given = {path.partition("?")[0] for path in pages}
    assert {path for path in SURFACES if path not in given} == set(), "the crawl comes by every kind of surface"
    # Photos have no text: of all the files there are, one is handed out, under its own project.
    shown = {path.partition("?")[0] for path, text in pages.items() if "/photos/" in path and text.startswith("\ufffd")}
    assert shown == {f"/projects/CZ-000001/photos/{world.ids['public_photo']}"}
    assert leaks_of(pages, [*world.planted, *HIDDEN]) == set()
    told = {path for path, text in pages.items() if SECRET in text and "机密" not in path and "%E6%9C%BA" not in path}
    assert told == set()


@pytest.mark.slow
def test_a_foreign_enterprise_is_given_no_secret_and_an_expert_no_contact(stage: Stage) -> None:
    """Signed in, every address is asked for: a foreign enterprise reads what the public reads, an expert the
    declarations that he judges and nobody's address, no objector and no colleague's name."""
    app, world = stage.app, stage.world
    with app.extensions["registry"].write() as session:
        stranger = people.enterprise_account(session, "演示外来有限公司").id
        session.commit()
    paths = [*paths_of(app, world)]
    pages = crawl(people.signed_in(app, stranger), paths)
    assert any("演示外来有限公司" in text for path, text in pages.items() if path.startswith("/enterprise")), (
        "signed in"
    )
    assert leaks_of(pages, [*world.planted, *HIDDEN, SECRET]) == set()
    own = crawl(world.browser(app, "expert"), paths)
    assert "机密评审车间" in "".join(own.values())
    private = [text for name, text in PRIVATE.items() if name.startswith(("contact_", "legal_"))]
    assert (
        leaks_of(own, [*private, "secret-objector@example.com", "0519-70707073", "机密异议单位", "机密专家2"]) == set()
    )


def test_what_may_be_known_of_the_recognised_project(attacked: tuple[Flask, World]) -> None:
    """The derived change of a KPI whose two absolute values are secret: (60002.83 − 73519.27) / 73519.27 = −18.4 %."""
    app, _world = attacked
    found = Browser(app).raw("/api/v1/projects/CZ-000001").json
    text = json.dumps(found, ensure_ascii=False)
    assert "-18.4" in text
    assert "73519" not in text
    assert "60002" not in text
    assert "91357" not in text


def test_the_self_check_finds_public_titles_only(stage: Stage) -> None:
    app, world = stage.app, stage.world
    call = world.ids["call"]
    known = Browser(app).get(f"/calls/{call}/check?enterprise=演示公开丙有限公司&project=&established_on=2008-03-15")
    assert "演示公开丙有限公司" in known.text()
    told = []
    for enterprise in ("演示机密甲有限公司", "演示没有这家有限公司"):
        for project in ("机密待定车间", "没有这个车间"):
            page = Browser(app).get(
                f"/calls/{call}/check?enterprise={enterprise}&project={project}&established_on=2008-03-15"
            )
            told.append(page.text().replace(enterprise, "").replace(project, ""))
    assert len(set(told)) == 1
