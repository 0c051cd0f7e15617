"""The map for pages of others, the address of a view, the code of a project."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import Flask
from PIL import Image

from registry.config import Settings
from registry.errors import OperatorError
from registry.views.record.embed import frame_code
from tests.browser import Browser


def test_the_frame_is_open_to_others_and_nothing_else_is(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    framed = browser.raw("/embed?unit=WJQ&list=1&utm_source=x")
    assert "frame-ancestors *" in framed.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed.headers
    assert "Set-Cookie" not in framed.headers
    for path in ("/", "/share", "/projects"):
        shown = browser.raw(path).headers
        assert shown["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in shown["Content-Security-Policy"]
    page = browser.get("/embed?unit=WJQ&list=1")
    total = browser.raw("/api/v1/projects?unit=WJQ&per_page=1").json["total"]
    assert f"项目 {total} 个" in page.text()
    assert len(page.all("li")) == 20
    # Everything leads out of the frame into a window of its own.
    links = page.all("a") + [each for each in page.root.iter() if str(each.tag).endswith("}a")]
    assert links
    assert all(each.get("target") == "_blank" for each in links)
    assert page.links()["在全站中打开"] == "/?unit=WJQ"
    bare = browser.get("/embed?legend=0&list=0")
    assert "区域底色" not in bare.text()
    assert bare.all("li") == []
    assert browser.client.get("/embed?list=2").status_code == 400


def test_all_projects_stand_in_the_frame_once_from_afar(demo_app: Flask) -> None:
    page = Browser(demo_app).get("/embed")
    spots = [each for each in page.root.iter() if (each.get("class") or "").split()[:1] == ["spot"]]
    heaps = [int("".join(each.itertext()).strip()) for each in spots if "heap" in (each.get("class") or "")]
    codes = {(each.get("href") or "") for each in spots if "heap" not in (each.get("class") or "")}
    located = Browser(demo_app).raw("/map/points.json").json["count"]
    assert len(codes) == located, "one by one"
    far = len([each for each in spots if "heap" not in (each.get("class") or "")]) - located
    assert sum(heaps) + far == located, "and gathered"


@pytest.mark.parametrize(("text", "expected"), [("*", ("*",)), ("none", ()), ("", ("*",)),
                                                ("https://a.example, http://b.example:81", ("https://a.example", "http://b.example:81"))])  # fmt: skip
def test_who_may_embed_is_a_setting(text: str, expected: tuple[str, ...]) -> None:
    assert Settings.from_environ({"REGISTRY_EMBED_ANCESTORS": text}).embed_ancestors == expected


@pytest.mark.parametrize("text", ["example.org", "https://a.example/path", "https://a.example; script-src *", "'self'"])
def test_an_origin_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(OperatorError, match="REGISTRY_EMBED_ANCESTORS"):
        Settings.from_environ({"REGISTRY_EMBED_ANCESTORS": text})


def test_a_site_that_is_closed_says_so(make_app: Callable[..., Flask], sqlite_url: str) -> None:
    closed = Browser(make_app(sqlite_url, embed_ancestors=()))
    assert closed.raw("/embed").headers["X-Frame-Options"] == "DENY"
    assert "本站没有开放嵌入。" in closed.get("/share").text()
    named = Browser(make_app(sqlite_url, embed_ancestors=("https://a.example",)))
    assert "frame-ancestors https://a.example" in named.raw("/embed").headers["Content-Security-Policy"]
    assert "只允许这些网站嵌入：https://a.example。" in named.get("/share").text()


def test_what_is_shared_is_the_view_and_its_code_is_safe(demo_app: Flask) -> None:
    page = Browser(demo_app).get("/share?unit=WJQ&year=2020&q=机器人")
    assert "http://localhost/?unit=WJQ&year=2020&q=" in page.text(page.one("p", id="share-address"))
    code = page.text(page.one("pre", id="share-code"))
    assert code.startswith('<iframe src="http://localhost/embed?unit=WJQ&amp;year=2020&amp;q=')
    assert 'loading="lazy" sandbox="allow-scripts allow-popups"' in code
    assert '"' not in frame_code('https://x/"><script>', '"t"').split('src="')[1].split('" title')[0]


def test_the_code_of_a_project_is_its_permanent_address(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    drawing = browser.raw("/projects/CZ-000001/qr.svg")
    assert drawing.mimetype == "image/svg+xml"
    picture = Image.open(io.BytesIO(browser.raw("/projects/CZ-000001/qr.png").data))
    side = picture.size[0]
    assert side == picture.size[1] >= 200
    grey = picture.convert("L")
    border = 4 * 8
    assert all(grey.getpixel((at, border // 2)) == 255 for at in range(side)), "a quiet border"
    assert browser.client.get("/projects/CZ-999999/qr.svg").status_code == 404


def test_a_project_and_an_enterprise_are_described_for_machines(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    page = browser.get("/projects/CZ-000001")
    [block] = [each for each in page.all("script") if each.get("type") == "application/ld+json"]
    data = json.loads(block.text or "")
    assert data["@type"] == "Place"
    assert data["name"] == page.h1
    assert {"geo", "address", "award"} <= set(data)
    assert "containedInPlace" not in data
    whose = browser.get(next(urlsplit(href).path for href in page.links().values() if "/enterprises/" in href))
    [block] = [each for each in whose.all("script") if each.get("type") == "application/ld+json"]
    described = json.loads(block.text or "")
    assert described["@type"] == "Organization"
    assert data["url"] in [each["url"] for each in described["location"]]
