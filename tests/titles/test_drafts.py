"""Requests that an enterprise has begun: kept as typed, seen by nobody else, checked when they are sent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from registry.models import ChangeRequest, Event
from tests.titles.makers import Holders, holders, writing
from tests.titles.test_requests import NEW, browser, scan, send

NEW_PATH = "/enterprise/changes/new?kind=rename_enterprise"


@pytest.fixture
def app(make_app: Callable[..., Flask], sqlite_url: str) -> Flask:
    """An application on one kind of database: what is asked here is the same on both."""
    return make_app(sqlite_url)


@pytest.fixture
def made(app: Flask) -> Holders:
    """Two enterprises with a public project each."""
    with writing(app) as session:
        return holders(session)


def stored(app: Flask) -> list[Path]:
    """The files that lie in the data directory."""
    return [path for path in (app.extensions["registry"].settings.data_dir / "files").glob("*/*") if path.is_file()]


def test_a_draft_is_kept_as_typed_taken_up_again_and_sent(app: Flask, made: Holders) -> None:
    owner = browser(app, made.owners[0])
    kept = send(owner, NEW_PATH, keep="1", effective_on="", reason="", **{"f-name": NEW})
    assert "草稿已保存" in kept.text()
    listed = owner.get("/enterprise/changes")
    assert "草稿 1 份" in listed.text()
    page = owner.get(listed.links()["BG-2026-0001"])
    assert page.one("input", id="f-name").get("value") == NEW
    for actor in (made.district, made.city, made.publisher, made.owners[1]):
        desk = browser(app, actor)
        home = "enterprise" if actor is made.owners[1] else "review"
        assert desk.client.get(f"/{home}/changes/1").status_code == 404
        assert "BG-2026-0001" not in desk.get(f"/{home}/changes").text()
    assert "BG-2026" not in browser(app, made.city).get(f"/review/record/enterprises/{made.enterprises[0].id}").text()
    # What is missing is said when it is sent, and the draft is still there.
    refused = owner.submit(owner.get("/enterprise/changes/1/edit"), {"reason": "按通知书"}, status=422)
    assert refused.errors_shown == ["从哪一天起：请填写从哪一天起。"]
    sent = send(owner, "/enterprise/changes/1/edit", file=scan())
    assert "待板块核对" in sent.text()
    assert "BG-2026-0001" in browser(app, made.district).get("/review/changes").text()
    with app.extensions["registry"].read() as session:
        actions = [each.action for each in session.query(Event).filter_by(subject_type="change_request")]
        assert actions == ["change.enter"]


def test_a_draft_is_deleted_with_its_file_and_a_replaced_file_goes_too(app: Flask, made: Holders) -> None:
    owner = browser(app, made.owners[0])
    before = stored(app)
    send(owner, NEW_PATH, keep="1", **{"f-name": NEW, "file": scan()})
    send(owner, "/enterprise/changes/1/edit", keep="1", file=scan())
    assert len(stored(app)) == len(before) + 1
    page = owner.get("/enterprise/changes/1/edit")
    version = str(page.one("input", name="version").get("value"))
    owner.post("/enterprise/changes/1/drop", {"version": version})
    assert stored(app) == before
    with app.extensions["registry"].read() as session:
        assert session.query(ChangeRequest).all() == []


def test_a_draft_about_what_is_open_already_is_refused_naming_it(app: Flask, made: Holders) -> None:
    owner = browser(app, made.owners[0])
    send(owner, NEW_PATH, keep="1", **{"f-name": NEW})
    send(owner, NEW_PATH, **{"f-name": NEW, "file": scan()})
    refused = send(owner, "/enterprise/changes/1/edit", 409, file=scan())
    assert "已有同样的变更申请 BG-2026-0002" in refused.errors_shown[0]
