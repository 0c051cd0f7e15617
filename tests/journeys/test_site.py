"""The map in another site's page, sandboxed; text pages and the page for sharing under the rules of axe, on a phone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser as Chromium

from registry.views.record.embed import frame_code

PAGES = ("/privacy", "/accessibility", "/help", "/contact", "/about", "/share?unit=WJQ", "/embed?list=1", "/register",
         "/projects/CZ-000001")  # fmt: skip
LISTENER = """
<p id="height">?</p>
<script>
  addEventListener('message', (event) => {
    if (event.data.type === 'registry:height') document.getElementById('height').textContent = event.data.height;
  });
</script>
"""


@pytest.fixture
def foreign(site: str) -> Iterator[str]:
    """A page of another site, with the map in a frame as the page for sharing writes it."""
    body = f"<!doctype html><title>x</title>{frame_code(f'{site}/embed?unit=WJQ#12/31.6/119.9', 'map')}{LISTENER}"

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.2", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.2:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_the_map_works_in_a_sandboxed_frame_of_another_site(chromium: Chromium, site: str, foreign: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(foreign)
    page.wait_for_function("Number(document.getElementById('height').textContent) > 200")
    frame = next(each for each in page.frames if each.url.startswith(site))
    assert frame.locator(".spot").count() > 10
    before = frame.locator("svg[role=group]").get_attribute("viewBox")
    # The address in the frame chooses what is seen; the buttons change it.
    assert before is not None
    assert not before.startswith("0 0")
    frame.click("[data-zoom=out]")
    assert frame.locator("svg[role=group]").get_attribute("viewBox") != before
    assert context.cookies() == []
    assert faults == []
    paths = {urlsplit(url).path for url in asked if url.startswith(site)}
    assert all(path == "/embed" or path.startswith("/static/") for path in paths), paths
    with context.expect_page() as opened:
        frame.click("text=在全站中打开")
    opened.value.wait_for_url(f"{site}/?unit=WJQ")
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_accessible_and_fit_a_phone(path: str, audit: Any, visit: Any) -> None:
    assert audit(path) == []
    page = visit(path, width=360, height=740)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
