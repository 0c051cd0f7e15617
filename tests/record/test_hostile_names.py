"""Text of a project is text everywhere: HTML-escaped or JSON, never part of a script."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import text

from registry.services.record import search_index
from tests.browser import Browser

NAMES = ("${alert(1)}", "<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "`+alert(1)+`", "{{7*7}}")


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_is_only_text(demo_app: Flask, name: str) -> None:
    runtime = demo_app.extensions["registry"]
    with runtime.write() as session:
        session.execute(
            text("UPDATE project SET name = :name, summary = :name WHERE code = 'CZ-000001'"), {"name": name}
        )
        session.execute(text("UPDATE enterprise SET name = :name WHERE id = 1"), {"name": name})
        search_index.refresh(session, [1])
        session.commit()
    browser = Browser(demo_app)
    assert browser.get("/projects/CZ-000001").h1 == " ".join(name.split())
    for path in (
        "/?year=2020&category=mun_demo_smart_workshop",
        "/projects?sort=code",
        "/enterprises/1",
        "/announcements/1",
    ):
        page = browser.get(path)
        for script in page.all("script"):
            if script.get("type") == "application/ld+json":
                # Data for search engines, which no browser runs: it stays JSON and ends no script.
                assert json.loads(script.text or "")
                assert "<" not in (script.text or "")
            else:
                assert name not in (script.text or "")
    script = next(link.get("src") for link in browser.get("/").all("script") if "/map/" in (link.get("src") or ""))
    assert name not in browser.raw(script or "").get_data(as_text=True)
    assert name not in browser.raw("/map/points.json").get_data(as_text=True)
    labels = browser.raw("/map/labels.json?codes=CZ-000001").json
    assert labels["items"][0]["name"] == name
