"""English is complete: every message, the same placeholders, no Chinese left on an English page's frame."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask

from registry import wording
from registry.event_actions import EVENT_ACTIONS
from registry.queries.catalogue.dimensions import GROUPINGS, SELECTS
from registry.statuses import ACTIONS, STATUSES
from tests.browser import Browser
from tests.english.reading import chinese

ROOT = Path(__file__).resolve().parents[2]
PO = ROOT / "registry" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}|%%")
CHINESE = re.compile(r"[\u3400-\u9fff]")


def extracted() -> set[str]:
    """All message ids of templates, pages, form labels and the sentences of rules."""
    found = set()
    keywords = {"_": None, "N_": None, "Message": None, "Said": None}
    places = (("templates", "**.html", "jinja2"), ("registry", "**.py", "python"), ("geo", "**.py", "python"))
    for folder, pattern, method in places:
        for _file, _line, message, *_rest in extract_from_dir(ROOT / folder, [(pattern, method)], keywords=keywords):
            found.add(message)
    found |= {caption for _name, caption in GROUPINGS}
    found |= {text for _dimension, select in SELECTS for text in (select.label, select.all)}
    found |= set(EVENT_ACTIONS.values())
    found |= {facts.waiting for facts in STATUSES.values()}
    found |= {
        sentence
        for facts in ACTIONS.values()
        for sentence in (facts.timeline, facts.message, facts.following)
        if sentence
    }
    return found


def catalogue() -> Catalog:
    """The English catalogue."""
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def entries() -> dict[str, tuple[str, ...]]:
    """Message id → its English, in the singular and the plural where it has both."""
    found = {}
    for message in catalogue():
        is_several = isinstance(message.id, tuple)
        if message.id and all(message.string if is_several else (message.string,)):
            found[message.id[0] if is_several else message.id] = message.string if is_several else (message.string,)
    return found


def test_every_message_is_translated_and_none_is_left_over() -> None:
    translated = entries()
    assert extracted() - set(translated) == set()
    assert set(translated) - extracted() == set()


def test_placeholders_are_the_same() -> None:
    for message, told in entries().items():
        # Values are put into templates as escaped text, which has no other form.
        assert not re.search(r"%\(\w+\)[^s]", message), message
        for text in told:
            assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(message))
            assert not CHINESE.search(text), message


def test_a_colon_keeps_its_distance_from_what_follows() -> None:
    """A Chinese colon is as wide as a sign, an English one is not: `Last time (2020):7365` reads as one word."""
    asked = {message: told for message, told in entries().items() if message.endswith("：")}
    assert len(asked) > 10
    assert [told for told in asked.values() if any(text.endswith(":") for text in told)] == []


def test_one_is_told_in_the_singular() -> None:
    several = {message: told for message, told in entries().items() if len(told) == 2}
    assert len(several) > 20
    assert all("%(n)s" in message and one != many for message, (one, many) in several.items())
    assert wording.sentence("项目 %(n)s 个", "en", 1) == "%(n)s project"
    assert wording.sentence("项目 %(n)s 个", "en", 2) == "%(n)s projects"
    assert wording.sentence("项目 %(n)s 个", "zh", 1) == "项目 %(n)s 个"
    assert wording.sentence("第 %(n)s 版", "en", 1) == "Version %(n)s"


@pytest.mark.parametrize("path", ["/", "/projects", "/statistics", "/announcements", "/about", "/projects?page=99"])
def test_an_english_page_speaks_english(demo_app: Flask, path: str) -> None:
    """Some pages, for the quick check; `tests/english` walks all of them."""
    page = Browser(demo_app).get(path + ("&" if "?" in path else "?") + "lang=en")
    assert chinese(page) == []
    assert page.text(page.all("title")[0]).endswith("Registry of Smart Manufacturing Pilot Projects")


def test_links_keep_the_language(demo_app: Flask) -> None:
    page = Browser(demo_app).get("/projects?lang=en")
    for link in page.all("a"):
        href = link.get("href") or ""
        if href.startswith(("#", "http")) or link.get("hreflang"):
            continue
        assert "lang=en" in href, href
