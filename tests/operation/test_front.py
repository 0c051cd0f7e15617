"""What was answered once is handed out again as long as the record stands still, and never longer."""

from __future__ import annotations

import json
from datetime import datetime
from itertools import accumulate

import pytest
import time_machine
from cachetools import LRUCache
from flask import Flask, url_for
from sqlalchemy import text

from registry.views.web.front import Front
from tests.browser import Browser

SHARED = (
    "/", "/projects?unit=JKQ", "/projects/CZ-000001", "/enterprises/1", "/announcements", "/statistics?year=2020",
    "/map/points.json", "/api/v1/statistics?unit=JKQ", "/api/v1/projects?per_page=3",
)  # fmt: skip
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
CHANGE = text("UPDATE recognition SET status = 'expired', ended_on = '2020-12-31' WHERE id = 1")


MARKED = ("/feed.xml", "/sitemap.xml", "/projects.csv?unit=JKQ", "/projects.geojson?unit=JKQ")
"""Answers that something else than the revision ends as well: a change of calls and notices, the day."""


@pytest.mark.parametrize("path", [*SHARED, *MARKED])
def test_a_seen_answer_is_the_same_without_asking_the_view(demo_app: Flask, path: str) -> None:
    browser = Browser(demo_app)
    first = browser.raw(path)
    second = browser.raw(path)
    assert browser.statements == []
    assert (second.status_code, second.data) == (200, first.data)
    assert sorted(pair for pair in second.headers if pair[0] != "X-Request-Id") == sorted(
        pair for pair in first.headers if pair[0] != "X-Request-Id"
    )
    assert second.headers["X-Request-Id"] != first.headers["X-Request-Id"]


@pytest.mark.parametrize("path", SHARED)
def test_what_the_reader_has_is_not_sent_again(demo_app: Flask, path: str) -> None:
    browser = Browser(demo_app)
    etag = browser.raw(path).headers["ETag"]
    for wanted in (etag, f"W/{etag}", f'"other", {etag}'):
        again = browser.raw(path, headers={"If-None-Match": wanted})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
        assert "Content-Type" not in again.headers
    assert browser.raw(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_file_of_yesterday_and_a_feed_before_a_change_are_not_handed_out(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    tags = []
    for day in ("2026-11-28T12:00:00+08:00", "2026-11-28T23:59:59+08:00", "2026-11-29T00:00:01+08:00"):
        with time_machine.travel(datetime.fromisoformat(day), tick=False):
            tags.append(browser.raw("/projects.geojson?unit=JKQ").headers["ETag"])
    assert tags[0] == tags[1] != tags[2]
    assert "另一个名称" not in browser.raw("/feed.xml").get_data(as_text=True)
    with demo_app.extensions["registry"].engine.begin() as connection:
        connection.execute(text("UPDATE call SET title = '另一个名称', version = version + 1"))
    assert "另一个名称" in browser.raw("/feed.xml").get_data(as_text=True)


def test_files_under_their_hash_need_no_database(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    page = browser.get("/about")
    [sheet] = [link.get("href") or "" for link in page.all("link") if "all.css?v=" in (link.get("href") or "")]
    first = browser.raw(sheet)
    with demo_app.extensions["registry"].engine.begin() as connection:
        connection.execute(text("ALTER TABLE counter RENAME TO gone"))
    second = browser.raw(sheet)
    assert (second.data, second.headers["Cache-Control"]) == (first.data, "public, max-age=31536000, immutable")
    assert browser.raw(sheet.split("?")[0]).headers["Cache-Control"] == "no-cache"


def test_the_map_page_asks_for_few_files(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    page = browser.get("/?unit=JKQ")
    scripts = [script.get("src") or "" for script in page.all("script") if script.get("src")]
    assert [script.split("?")[0] for script in scripts] == [
        "/static/size.js", "/map/points.js", "/static/map-first.js",
    ]  # fmt: skip
    assert len([link for link in page.all("link") if link.get("rel") == "stylesheet"]) == 1
    [later] = [script.get("data-rest") or "" for script in page.all("script") if script.get("data-rest")]
    assert [path.split("?")[0].rsplit("-", 1)[0] for path in later.split()] == [
        "/static/vendor/leaflet.js",
        "/map/page",
    ]
    for made in map(browser.raw, (scripts[2], *later.split())):
        assert made.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    script = browser.raw(scripts[1]).get_data(as_text=True)
    before, after = "window.registryPoints = JSON.parse('", "');"
    assert (script[: len(before)], script[-len(after) :]) == (before, after)
    assert json.loads(script[len(before) : -len(after)]) == browser.raw("/map/points.json?unit=JKQ").json


def _unpacked(digits: str, count: int) -> list[int]:
    planes = [digits[start : start + count] for start in range(0, len(digits), count)]
    return [
        sum(DIGITS.index(plane[place]) * 64**power for power, plane in enumerate(reversed(planes)))
        for place in range(count)
    ]


def test_points_travel_as_distances_in_base_64(demo_app: Flask) -> None:
    data = Browser(demo_app).raw("/map/points.json").json
    with demo_app.extensions["registry"].engine.connect() as connection:
        rows = connection.execute(text("SELECT code, lon, lat FROM project WHERE lon IS NOT NULL ORDER BY code")).all()
    places = {
        f"CZ-{number:06d}": (data["west"] + x, data["south"] + y)
        for number, x, y in zip(
            accumulate(data["n"]), _unpacked(data["x"], data["count"]), _unpacked(data["y"], data["count"]), strict=True
        )
    }
    shown = {row.code: (round(row.lon * 100_000), round(row.lat * 100_000)) for row in rows if row.code in places}
    assert places == shown
    assert len(places) == data["count"] > 300


def test_every_public_change_shows_at_once(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    path = "/api/v1/statistics"
    before = [browser.raw(path).json["recognitions"] for _ in range(3)]
    with demo_app.extensions["registry"].engine.begin() as connection:
        connection.execute(CHANGE)
    assert [*before, browser.raw(path).json["recognitions"]] == [515, 515, 515, 514]


def test_coding_host_and_scheme_make_answers_of_their_own(demo_app: Flask) -> None:
    demo_app.config["TRUSTED_HOSTS"] = ["localhost", "a.example", "b.example"]
    browser = Browser(demo_app)
    path = "/api/v1/projects/CZ-000001"
    for _ in range(2):
        assert browser.raw(path, headers={"Accept-Encoding": "br"}).headers["Content-Encoding"] == "br"
        assert "Content-Encoding" not in browser.raw(path, headers={"Accept-Encoding": "identity"}).headers
        assert browser.raw(path, base_url="https://a.example").json["url"].startswith("https://a.example/")
        assert browser.raw(path, base_url="http://b.example").json["url"].startswith("http://b.example/")
        assert "Strict-Transport-Security" in browser.raw(path, base_url="https://a.example").headers


def test_pages_that_are_not_shared_and_errors_are_made_anew(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    for path in ("/projects/CZ-999999", "/projects?year=x", "/sign-in", "/projects.csv"):
        ids = []
        for _ in range(2):
            with demo_app.test_client().get(path) as answer:
                ids.append(answer.headers["X-Request-Id"])
        assert ids[0] != ids[1]
    head = browser.client.head("/projects?unit=JKQ")
    assert (head.status_code, head.data) == (200, b"")
    assert browser.raw("/projects?unit=JKQ").data != b""


def test_without_a_database_nothing_old_is_shown(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    assert browser.raw("/statistics").status_code == 200
    with demo_app.extensions["registry"].engine.begin() as connection:
        connection.execute(text("ALTER TABLE counter RENAME TO gone"))
    assert browser.client.get("/statistics").status_code == 500


def test_the_memory_is_bounded(demo_app: Flask) -> None:
    """One store holds the bodies, and beside it stands no more than what the front knows of some addresses."""
    shelf = demo_app.extensions["registry"].shelf
    shelf._bodies = LRUCache(400_000, getsizeof=lambda body: body.size)
    demo_app.wsgi_app = front = Front(demo_app.wsgi_app, demo_app.extensions["registry"].engine, shelf, 10_000)
    browser = Browser(demo_app)
    first = browser.raw("/projects?page=1").data
    for page in range(2, 9):
        browser.raw(f"/projects?page={page}")
    assert 1 <= len(shelf._bodies) < 8
    assert shelf._bodies.currsize == sum(2 * len(body.raw) for body in shelf._bodies.values()) <= 400_000
    assert (len(front._seen), front._seen.currsize <= 10_000) == (3, True)
    assert browser.raw("/projects?page=1").data == first


def test_a_long_address_is_answered_and_not_remembered(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    path = "/projects?" + "unit=JKQ&" * 600
    first = browser.raw(path).data
    assert browser.raw(path).data == first
    assert browser.statements != []
    assert browser.raw("/projects?unit=JKQ").data == first


def test_an_address_that_a_view_asks_for_is_built_once(demo_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Flask's own function, which views ask, names every option it has; each language and prefix has its own."""
    built: list[str] = []
    build = demo_app.url_map.bind("localhost").__class__.build

    def counted(adapter: object, endpoint: str, *values: object, **more: object) -> str:
        built.append(endpoint)
        return build(adapter, endpoint, *values, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("werkzeug.routing.MapAdapter.build", counted)
    for _ in range(2):
        found = []
        for path, root in (("/", ""), ("/", "/prefix"), ("/?lang=en", "")):
            with demo_app.test_request_context(path, environ_overrides={"SCRIPT_NAME": root}):
                demo_app.preprocess_request()
                found.append(url_for("public.project", code="CZ-000007"))
                assert url_for("public.project", code="CZ-000007", _external=True).startswith("http://localhost")
        assert found == ["/projects/CZ-000007", "/prefix/projects/CZ-000007", "/projects/CZ-000007?lang=en"]
    # The complete ones are built each time.
    assert built.count("public.project") == 3 + 6
