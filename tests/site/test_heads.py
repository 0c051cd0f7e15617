"""What programs that look at pages are told: titles, descriptions, addresses, the map of the site, pictures, data sets."""

from __future__ import annotations

import io
import json
import shutil
import struct
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from flask import Flask
from PIL import Image

from registry.views.site import robots
from registry.views.site.robots import index, urlset
from registry.views.web.head import LONGEST, SHORTEST, fitted
from tests.browser import Browser, Page

PAGES = (
    "/", "/projects", "/projects?unit=WJQ", "/projects?unit=WJQ&page=2", "/projects/CZ-000001", "/enterprises/1",
    "/statistics", "/statistics?tier=provincial", "/calls", "/calls/1", "/notices", "/announcements",
    "/announcements/1", "/honors", "/honors?year=2019", "/suppliers", "/suppliers?kind=software", "/about", "/privacy", "/accessibility", "/help", "/contact",
)  # fmt: skip
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def meta(page: Page, name: str) -> str:
    """The content of a meta element by name or property; '' where there is none."""
    found = [each.get("content") for each in page.all("meta") if name in (each.get("name"), each.get("property"))]
    assert len(found) <= 1, f"{name}: {found}"
    return (found[0] or "") if found else ""


def linked(page: Page, rel: str) -> list[tuple[str, str]]:
    """(hreflang or type, address) of the links of a kind in the head."""
    links = [each for each in page.all("link") if each.get("rel") == rel]
    return [(each.get("hreflang") or each.get("type") or "", each.get("href") or "") for each in links]


@pytest.mark.parametrize("parts", [("短。",), ("长" * 200,), ("中" * 60, "中" * 70), ("甲" * 45, "乙" * 40, "丙" * 40)])
def test_a_description_is_neither_short_nor_long(parts: tuple[str, ...]) -> None:
    text = fitted(parts, ("本站登记试点示范项目的位置、认定和成效。" * 3, "更多。" * 20))
    assert SHORTEST <= len(text) <= LONGEST
    assert text.startswith(parts[0][: LONGEST - 1])


def test_every_public_page_says_what_it_is_in_both_languages(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    for english in (False, True):
        titles: Counter[str] = Counter()
        for path in PAGES:
            asked = path + (("&" if "?" in path else "?") + "lang=en" if english else "")
            page = browser.get(asked)
            titles[page.text(page.all("title")[0])] += 1
            said = meta(page, "description")
            assert SHORTEST <= len(said) <= LONGEST, f"{asked}: {len(said)} {said}"
            assert meta(page, "og:description") == said
            assert meta(page, "og:title"), asked
            [(_, own)] = linked(page, "canonical")
            assert meta(page, "og:url") == own == f"http://localhost{asked}"
            addresses = dict(linked(page, "alternate"))
            assert addresses["zh-CN"] == addresses["x-default"] == f"http://localhost{path}"
            assert addresses["en"] == f"http://localhost{path}{'&' if '?' in path else '?'}lang=en"
            for trace in ("${", "{{", "None<", '"None"', "undefined"):
                assert trace not in page.source, f"{asked}: {trace}"
        assert [title for title, count in titles.items() if count > 1] == []


def test_two_filters_and_pages_of_one_reader_are_not_indexed(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    assert meta(browser.get("/projects?unit=WJQ&utm_source=x"), "robots") == ""
    for path in ("/projects?unit=WJQ&year=2020", "/?unit=JKQ&unit=WJQ", "/statistics?tier=national&q=机器人"):
        assert meta(browser.get(path), "robots") == "noindex,follow", path
    for path in ("/sign-in", "/register"):
        assert meta(browser.get(path), "robots") == "noindex", path
    missing = browser.get("/projects/CZ-999999", 404)
    assert meta(missing, "robots") == "noindex"
    assert linked(missing, "canonical") == []
    # How a list is sorted gives it no second address.
    [(_, own)] = linked(browser.get("/projects?unit=WJQ&sort=name&per_page=20"), "canonical")
    assert own == "http://localhost/projects?unit=WJQ"


def test_the_card_is_an_opaque_picture_and_icons_are_there(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    address = meta(browser.get("/projects/CZ-000001"), "og:image")
    card = Image.open(io.BytesIO(browser.raw(urlsplit(address).path).data))
    assert (card.format, card.mode) == ("PNG", "RGB")
    assert min(card.size) >= 300
    assert len(card.getcolors(1_000_000) or ()) > 50, "an empty sheet"
    icon = browser.raw("/favicon.ico")
    assert icon.mimetype == "image/vnd.microsoft.icon"
    assert struct.unpack("<HHH", icon.data[:6]) == (0, 1, 3)
    assert Image.open(io.BytesIO(browser.raw("/icon-180.png").data)).size == (180, 180)


def test_robots_leave_private_places_alone_and_the_map_of_the_site_is_whole(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    lines = browser.raw("/robots.txt").get_data(as_text=True).splitlines()
    forbidden = {line.removeprefix("Disallow: ") for line in lines if line.startswith("Disallow: ")}
    assert {"/review/", "/admin/", "/enterprise/", "/account/", "/map/"} <= forbidden
    assert not any("/enterprises/CZ".startswith(each) or "/projects/CZ".startswith(each) for each in forbidden)
    assert "Sitemap: http://localhost/sitemap.xml" in lines
    root = ElementTree.fromstring(browser.raw("/sitemap.xml").data)  # noqa: S314 (our own)
    found = {each.findtext(f"{SITEMAP}loc"): each.findtext(f"{SITEMAP}lastmod") for each in root}
    assert len(found) == len(root), "an address twice"
    public = {urlsplit(str(href)).path for href in found}
    everything = browser.raw("/api/v1/projects?status=valid&status=revoked&status=expired&per_page=1").get_json()[
        "total"
    ]
    assert sum(path.startswith("/projects/") for path in public) == everything > 300
    assert {"/", "/projects", "/privacy", "/enterprises/1", "/announcements/1", "/calls/1"} <= public
    assert not any(path.startswith(tuple(forbidden - {"/enterprise$"})) for path in public)
    for path in sorted(public)[::40]:
        browser.get(path)
    assert found["http://localhost/projects/CZ-000001"]


def test_a_long_map_of_the_site_comes_in_parts(demo_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Browser(demo_app)
    whole = [ElementTree.tostring(each) for each in ElementTree.fromstring(browser.raw("/sitemap.xml").data)]  # noqa: S314 (our own)
    monkeypatch.setattr(robots, "MOST", 200)
    pieces = [browser.raw(f"/sitemap-{number}.xml").data for number in range(1, -(-len(whole) // 200) + 1)]
    found = [list(ElementTree.fromstring(piece)) for piece in pieces]  # noqa: S314 (our own)
    assert [len(piece) for piece in found[:-1]] == [200] * (len(found) - 1)
    assert [ElementTree.tostring(each) for piece in found for each in piece] == whole
    assert browser.raw(f"/sitemap-{len(found) + 1}.xml").status_code == 404
    entries = [(f"https://example.org/projects/CZ-{n:06d}?a&b", "2026-11-29") for n in range(3)]
    part = ElementTree.fromstring(urlset(entries))  # noqa: S314 (our own)
    assert [each.findtext(f"{SITEMAP}loc") for each in part] == [href for href, _day in entries]
    parts = ElementTree.fromstring(index(["https://example.org/sitemap-1.xml"]))  # noqa: S314 (our own)
    assert parts.tag == f"{SITEMAP}sitemapindex"
    assert parts[0].findtext(f"{SITEMAP}loc") == "https://example.org/sitemap-1.xml"


def test_everything_stands_under_a_prefix_and_a_public_address(
    make_app: Callable[..., Flask], demo_file: Path, tmp_path: Path
) -> None:
    shutil.copyfile(demo_file, tmp_path / "demo.db")
    url = f"sqlite:///{tmp_path / 'demo.db'}"
    app = make_app(url, base_path="/smart", public_url="https://example.gov.cn/smart")
    browser = Browser(app)
    page = browser.get("/smart/projects/CZ-000001")
    home = "https://example.gov.cn/smart"
    assert linked(page, "canonical") == [("", f"{home}/projects/CZ-000001")]
    assert meta(page, "og:image") == f"{home}/card.png"
    lines = browser.raw("/smart/robots.txt").get_data(as_text=True).splitlines()
    assert f"Sitemap: {home}/sitemap.xml" in lines
    assert "Disallow: /smart/admin/" in lines
    root = ElementTree.fromstring(browser.raw("/smart/sitemap.xml").data)  # noqa: S314 (our own)
    assert all(str(each.findtext(f"{SITEMAP}loc")).startswith(f"{home}/") for each in root)
    catalog = json.loads(browser.raw("/smart/catalog.jsonld").data)
    assert catalog["@id"] == f"{home}/catalog.jsonld"


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib uses its own old name
def test_the_catalogue_is_read_offline(demo_app: Flask) -> None:
    from rdflib import DCAT, DCTERMS, Graph, URIRef

    graph = Graph().parse(data=Browser(demo_app).raw("/catalog.jsonld").data, format="json-ld")
    [found] = graph.objects(URIRef("http://localhost/catalog.jsonld"), DCAT.dataset)
    kinds = {str(graph.value(each, DCAT.mediaType)) for each in graph.objects(found, DCAT.distribution)}
    assert {"text/csv", "application/geo+json"} <= kinds
    assert graph.value(found, DCTERMS.modified)
    assert graph.value(found, DCTERMS.license) is None
    page = Browser(demo_app).get("/about")
    [block] = [each for each in page.all("script") if each.get("type") == "application/ld+json"]
    data = json.loads(block.text or "")
    assert data["@type"] == "Dataset"
    assert "license" not in data
    assert "未声明许可" in page.text()
