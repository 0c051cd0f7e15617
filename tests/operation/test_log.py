"""What stands in a server's log, and what it says about itself before and while it serves."""

from __future__ import annotations

import io
import json
import logging
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask

from registry.cli.serving import _make_room
from registry.errors import OperatorError
from registry.views.web import health
from registry.views.web.operation import log
from tests.browser import Browser


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """The log of this process, begun as a server begins it and taken back after the test."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level, access = root.handlers[:], root.level, log.access.level
    monkeypatch.setattr("sys.stdout", stream)
    log.begin_log("json")
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    log.access.setLevel(access)


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    """What was written, one object a line."""
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_error_has_one_line_and_tokens_of_links_none(app: Flask, written: io.StringIO) -> None:
    browser = Browser(app)
    browser.get("/reset/a-secret-token", 404)
    browser.raw("/projects?page=x")
    browser.raw("/projects?q=somebody")
    browser.raw("/projects?q=somebody")
    assert [(line["path"], line["status"], line["role"]) for line in lines(written)] == [
        ("/reset/<token>", 404, "public"),
        ("/projects", 400, "public"),
        ("/projects", 200, "public"),
        ("/projects", 200, "public"),
    ]
    assert len({line["request"] for line in lines(written)}) == 4
    assert "somebody" not in written.getvalue()


def test_a_traceback_is_written_once_in_a_while(written: io.StringIO) -> None:
    logger = logging.getLogger("app")

    def fail(text: str) -> None:
        try:
            raise RuntimeError(text)
        except RuntimeError:
            logger.exception("request %s failed", "0123")

    for text in ("first", "second\nline"):
        fail(text)
    first, second = lines(written)
    assert "RuntimeError: first" in str(first["traceback"])
    assert (second["message"], "traceback" in second) == ("request 0123 failed: RuntimeError: second", False)


def test_no_address_makes_a_line_of_its_own() -> None:
    record = logging.LogRecord("registry.access", logging.INFO, "", 0, "", (), None)
    record.facts = {
        "request": "0123",
        "method": "GET",
        "path": "/a\n2026 ERROR",
        "status": 404,
        "ms": 1.0,
        "role": "public",
    }
    assert log._Text().format(record).endswith("INFO 0123 GET /a\\n2026 ERROR 404 1.0ms public")


class Usage(NamedTuple):
    """What the system says about a disk."""

    total: int
    used: int
    free: int


def test_readiness_names_what_is_missing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    app.extensions["registry"].files.root.mkdir(parents=True, exist_ok=True)
    monkeypatch.setattr(health.shutil, "disk_usage", lambda folder: Usage(1 << 30, 0, 150 << 20))
    monkeypatch.setattr(health, "missing_assets", lambda: ["vendor/leaflet.js"])
    answer = Browser(app).raw("/readyz")
    assert (answer.status_code, answer.json) == (
        503,
        {
            "ready": False,
            "faults": ["缺少前端资源 vendor/leaflet.js，请运行 make setup。", "剩余空间只有 150 MB，应不少于 200 MB。"],
        },
    )


def test_a_socket_that_a_killed_server_left_makes_room_and_one_in_use_does_not(tmp_path: Path) -> None:
    path = tmp_path / "registry.sock"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        with pytest.raises(OperatorError, match="已被占用"):
            _make_room(path)
    _make_room(path)
    assert not path.exists()
    path.write_text("a file of somebody's")
    with pytest.raises(OperatorError, match="已被占用"):
        _make_room(path)
    with pytest.raises(OperatorError, match="不存在"):
        _make_room(tmp_path / "none" / "registry.sock")
