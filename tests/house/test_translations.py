"""English is complete: every message, the same placeholders, no Chinese left on an English page's frame."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask

from registry.event_actions import EVENT_ACTIONS
from registry.queries.catalogue.dimensions import GROUPINGS, SELECTS
from registry.statuses import ACTIONS, STATUSES
from tests.browser import XHTML, Browser

ROOT = Path(__file__).resolve().parents[2]
PO = ROOT / "registry" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}|%%")
CHINESE = re.compile(r"[\u3400-\u9fff]")
RECORD_TEXT = ("演示", "全省第三", "常工信复", "常州市工业和信息化局", "智能制造试点示范项目登记", "审图号", "中文")


def extracted() -> set[str]:
    """All message ids of templates, views and form labels."""
    found = set()
    keywords = {"_": None, "N_": None}
    for folder, method in (("templates", "jinja2"), ("registry/views", "python"), ("registry/forms", "python")):
        for _file, _line, message, *_rest in extract_from_dir(ROOT / folder, [("**", method)], keywords=keywords):
            found.add(message)
    found |= {caption for _name, caption in GROUPINGS}
    found |= {text for _dimension, select in SELECTS for text in (select.label, select.all)}
    found |= set(EVENT_ACTIONS.values())
    found |= {facts.waiting for facts in STATUSES.values()}
    found |= {facts.timeline for facts in ACTIONS.values() if facts.timeline}
    return found


def catalogue() -> Catalog:
    """The English catalogue."""
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def test_every_message_is_translated_and_none_is_left_over() -> None:
    translated = {message.id: message.string for message in catalogue() if message.id and message.string}
    assert extracted() - set(translated) == set()
    assert set(translated) - extracted() == set()


def test_placeholders_are_the_same() -> None:
    for message in catalogue():
        if message.id:
            assert sorted(PLACEHOLDER.findall(str(message.string))) == sorted(PLACEHOLDER.findall(str(message.id)))
            assert not CHINESE.search(str(message.string)), message.id


@pytest.mark.parametrize("path", ["/", "/projects", "/statistics", "/announcements", "/about", "/projects?page=99"])
def test_an_english_page_speaks_english(demo_app: Flask, path: str) -> None:
    page = Browser(demo_app).get(path + ("&" if "?" in path else "?") + "lang=en")
    for element in page.root.iter():
        text = (element.text or "").strip()
        if element.tag in (XHTML + "script", XHTML + "title") or not CHINESE.search(text):
            continue
        assert any(word in text for word in RECORD_TEXT) or _of_a_record(text), f"{path}: {text}"


def _of_a_record(text: str) -> bool:
    """Names of the four national facts and the institutions behind them."""
    return any(word in text for word in ("戚墅堰", "万帮", "达实久信", "国家地理信息"))


def test_links_keep_the_language(demo_app: Flask) -> None:
    page = Browser(demo_app).get("/projects?lang=en")
    for link in page.all("a"):
        href = link.get("href") or ""
        if href.startswith(("#", "http")) or link.get("hreflang"):
            continue
        assert "lang=en" in href, href
