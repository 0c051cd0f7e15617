"""What is not public stands on no public surface: pages, files, map, API, announcements, calls; nor in a mail's link.

The city of `world.py` has a secret in every field, number, note, remark, name of a draft, mail address and check code.
One of its applications is recognised: its project is public, its contacts and absolute values are not.
"""

from __future__ import annotations

import io
import itertools
import json
import zipfile
from collections.abc import Iterator

import pytest
from flask import Flask

from registry.permissions import Permission
from tests.attack.conftest import Stage
from tests.attack.world import SECRET, World
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


def public_paths(app: Flask, world: World) -> Iterator[str]:
    """Addresses of every public route, for every id that the city has, and some more."""
    values = {
        "code": [f"CZ-{number:06d}" for number in range(1, 4)],
        "document_id": range(1, 4),
        "enterprise_id": range(1, 6),
        "call_id": range(1, 4),
        "photo_id": range(1, 9),
        "notice_id": range(1, 4),
        "division": ("320402", "999999"),
    }
    for rule in app.url_map.iter_rules():
        policy = getattr(app.view_functions[rule.endpoint], "policy", None)
        if policy not in (Permission.PUBLIC_READ, Permission.HEALTH_READ) or rule.endpoint == "static":
            continue
        if not rule.arguments:
            yield rule.rule
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


def crawl(app: Flask, world: World) -> dict[str, str]:
    """Text by address: every public address with every question, and all that their pages link to."""
    browser, found = Browser(app), dict[str, str]()
    waiting = [path + query for path in public_paths(app, world) for query in QUERIES]
    while waiting:
        path = waiting.pop()
        if path in found or path.startswith("/static/"):
            continue
        response = browser.client.get(path)
        if response.status_code not in (200, 400, 404):
            response.close()
            continue
        found[path] = text_of(response.data)
        response.close()
        if response.mimetype == "text/html" and len(found) < 250:
            links = (link.get("href") or "" for link in Page(response).all("a"))
            waiting += [link.split("#")[0] for link in links if link.startswith("/") and not link.startswith("//")]
    return found


@pytest.mark.slow
def test_no_public_surface_holds_a_secret(stage: Stage) -> None:
    app, world = stage.app, stage.world
    pages = crawl(app, world)
    assert sum("演示公开车间" in text for text in pages.values()) > 12
    assert len(pages) > 150
    # Photos have no text: of all the files there are, one is handed out, under its own project.
    shown = {path.partition("?")[0] for path, text in pages.items() if "/photos/" in path and text.startswith("\ufffd")}
    assert shown == {f"/projects/CZ-000001/photos/{world.ids['released_photo']}"}
    assert (
        world.ids["released_photo"] < max(world.ids["unreleased_photo"], world.ids["file"], world.ids["draft_file"]) < 9
    )
    planted = [*world.planted, *HIDDEN]
    leaks = {(path, word) for path, text in pages.items() for word in planted if word in text}
    assert leaks == set()
    told = {path for path, text in pages.items() if SECRET in text and "机密" not in path and "%E6%9C%BA" not in path}
    assert told == set()


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
