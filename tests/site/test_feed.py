"""The feed: what is new, for everybody and for programs that are strict, and nothing before its publication."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from registry.models import Call, Notice
from tests.browser import Browser
from tests.notices.makers import OPENED, Desk, desk
from tests.titles.makers import writing

HOSTILE = "<b>公示</b> & \u000b\u202e ]]> \ud83d\ude00 “引号” \ufffe"
"""Markup, a control character that no XML may hold, a sign that turns text round, an emoji, a sign that is none."""


@pytest.fixture
def made(app: Flask, tmp_path: Path) -> Desk:
    """Two proposed applications in a call with a notice that waits to be opened."""
    with time_machine.travel(OPENED, tick=False), writing(app) as session:
        found = desk(session, tmp_path)
        found.prepare(session)
        return found


def read(app: Flask, query: str = "") -> feedparser.FeedParserDict:
    """The feed as a strict reader takes it."""
    found = feedparser.parse(Browser(app).raw(f"/feed.xml{query}").data)
    assert not found.bozo, found.get("bozo_exception")
    return found


def test_each_kind_begins_with_its_publication_and_survives_hostile_names(app: Flask, made: Desk) -> None:
    assert [entry.category for entry in read(app).entries] == ["call"]
    assert "拟认定" not in Browser(app).raw("/feed.xml").get_data(as_text=True)
    with writing(app) as session:
        notice = session.scalars(select(Notice)).one()
        made.open(session, notice, now=OPENED)
        session.execute(update(Notice).values(title=HOSTILE.encode("utf-16", "surrogatepass").decode("utf-16")))
        session.execute(update(Call).values(title="通知 & <i>规则</i>\x07"))
    feed = read(app)
    assert {entry.category for entry in feed.entries} == {"call", "notice"}
    [entry] = read(app, "?kind=notice").entries
    assert entry.title.startswith("<b>公示</b> &")
    assert not any(sign in entry.title for sign in "\u000b\u202e\ufffe")
    assert entry.published == "2026-11-24T10:00:00+08:00"
    assert "公示 2 项" in entry.summary
    assert entry.id.startswith("urn:uuid:")
    assert entry.link == "http://localhost/notices/1"
    with writing(app) as session:
        made.withdraw(session, session.scalars(select(Notice)).one(), now=OPENED + timedelta(hours=1))
    [gone] = read(app, "?kind=notice").entries
    assert gone.title.endswith("（已撤回）")
    assert gone.id == entry.id
    assert gone.updated > entry.updated
    assert "机密撤回原因" not in Browser(app).raw("/feed.xml").get_data(as_text=True)


def test_a_seen_feed_asks_no_view_on_either_database(make_app: Callable[..., Flask], database_url: str) -> None:
    app = make_app(database_url)
    browser = Browser(app)
    for path in ("/feed.xml", "/sitemap.xml"):
        first = browser.raw(path)
        assert (browser.raw(path).data, browser.statements) == (first.data, []), path


def test_documents_come_by_unit_and_language(demo_app: Flask) -> None:
    everything = read(demo_app)
    assert 0 < len(everything.entries) <= 50
    assert [entry.published for entry in everything.entries] == sorted(
        (entry.published for entry in everything.entries), reverse=True
    )
    own = read(demo_app, "?kind=announcement&unit=JKQ")
    assert own.entries
    for entry in own.entries[:3]:
        rows = Browser(demo_app).get(urlsplit(entry.link).path).rows()
        assert any("常州经开区" in cell for row in rows for cell in row), entry.title
    assert len(own.entries) < len(read(demo_app, "?kind=announcement").entries)
    english = read(demo_app, "?kind=announcement&lang=en")
    assert "titles given" in english.entries[0].summary or "title given" in english.entries[0].summary
    assert english.feed.links[0].href == "http://localhost/feed.xml?lang=en&kind=announcement"
    assert Browser(demo_app).client.get("/feed.xml?kind=secret").status_code == 400
    assert Browser(demo_app).client.get("/feed.xml?unit=XX").status_code == 400


def test_the_feed_is_announced_on_every_public_page(demo_app: Flask) -> None:
    page = Browser(demo_app).get("/calls")
    assert any(
        each.get("type") == "application/atom+xml" and each.get("href") == "/feed.xml" for each in page.all("link")
    )
