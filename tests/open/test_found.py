"""What a search engine, a messenger and a reader of feeds see of one project and of the news, in both languages."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.browser import Page
from tests.open.conftest import Asker

CODE = "CZ-000001"
ATOM = "{http://www.w3.org/2005/Atom}"


def _said(page: Page, name: str) -> str:
    [found] = [each.get("content") for each in page.all("meta") if name in (each.get("name"), each.get("property"))]
    return str(found)


def _linked(page: Page, rel: str) -> dict[str, str]:
    links = [each for each in page.all("link") if each.get("rel") == rel and each.get("hreflang", "x") is not None]
    return {each.get("hreflang") or "": each.get("href") or "" for each in links if not each.get("type")}


def _place(page: Page) -> Any:
    [block] = [each for each in page.all("script") if each.get("type") == "application/ld+json"]
    return json.loads(block.text or "")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_project_is_found_by_what_it_is(asker: Asker, language: str) -> None:
    item = asker.ask(f"/api/v1/projects/{CODE}")
    home = f"{asker.root}/projects/{CODE}"
    own = {"zh": home, "en": f"{home}?lang=en"}
    page = Page(asker.response(own[language]))
    title = page.text(page.all("title")[0])
    assert title.startswith(item["name"])
    assert item["name"] in _said(page, "og:title")
    said = _said(page, "description")
    assert said == _said(page, "og:description")
    assert item["enterprise"]["name"] in said
    assert bool(re.search("[a-z]{3}", said)) == (language == "en"), said
    assert _linked(page, "canonical") == {"": own[language]}
    assert _said(page, "og:url") == own[language]
    assert _linked(page, "alternate") == {"zh-CN": own["zh"], "en": own["en"], "x-default": own["zh"]}
    assert _said(page, "og:locale") == {"zh": "zh_CN", "en": "en"}[language]
    assert asker.response(_said(page, "og:image")).mimetype == "image/png"
    assert "noindex" not in str([each.get("content") for each in page.all("meta") if each.get("name") == "robots"])
    place = _place(page)
    assert (place["@context"], place["@type"], place["name"]) == ("https://schema.org", "Place", item["name"])
    assert (place["url"], place["identifier"]) == (item["url"], CODE)
    assert (place["geo"]["longitude"], place["geo"]["latitude"]) == (item["lon"], item["lat"])
    assert place["award"] == [f"{each['name_awarded']} {each['document_number']}" for each in item["recognitions"]]
    assert place["address"]["addressCountry"] == "CN"


@pytest.mark.parametrize("query", ["", "?kind=announcement", "?kind=announcement&unit=JKQ&lang=en"])
def test_a_feed_has_all_that_atom_asks_for(asker: Asker, query: str) -> None:
    """RFC 4287: what a feed and each of its entries must hold, and ids that no two share."""
    response = asker.response(f"/feed.xml{query}")
    assert response.mimetype == "application/atom+xml"
    feed = ElementTree.fromstring(response.data)  # noqa: S314 (our own)
    for name in ("id", "title", "updated"):
        assert len(feed.findall(f"{ATOM}{name}")) == 1
        assert feed.findtext(f"{ATOM}{name}")
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    links = {each.get("rel"): each.get("href") for each in feed.findall(f"{ATOM}link")}
    assert str(links["self"]).startswith(f"{asker.root}/feed.xml")
    assert asker.response(str(links["self"])).data == response.data
    entries = feed.findall(f"{ATOM}entry")
    assert entries
    ids = [feed.findtext(f"{ATOM}id"), *(each.findtext(f"{ATOM}id") for each in entries)]
    assert len(set(ids)) == len(ids)
    moment = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
    for entry in entries:
        assert all(entry.findtext(f"{ATOM}{name}") for name in ("title", "summary"))
        assert all(moment.fullmatch(entry.findtext(f"{ATOM}{name}") or "") for name in ("published", "updated"))
        [link] = entry.findall(f"{ATOM}link")
        assert (link.get("rel"), str(link.get("href")).startswith(f"{asker.root}/")) == ("alternate", True)
    newest = max(entry.findtext(f"{ATOM}updated") or "" for entry in entries)
    assert feed.findtext(f"{ATOM}updated") == newest
