"""The linting client: every page it reads must be sound HTML, labelled, local and free of inline code."""

from __future__ import annotations

import html
import json
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

XHTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
DATA_BLOCKS = ("application/json", "application/ld+json")
CONTROLS = ("input", "select", "textarea")
HARMLESS_ERRORS = ("expected-doctype-but-got-",)


class Page:
    """A parsed page: text, links, tables, forms."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.source = response.get_data(as_text=True)
        parser = html5lib.HTMLParser(namespaceHTMLElements=True)
        self.root: ElementTree.Element = parser.parse(self.source)
        self.errors = parser.errors

    def all(self, tag: str) -> list[ElementTree.Element]:
        """All elements with this HTML tag."""
        return list(self.root.iter(XHTML + tag))

    def one(self, tag: str, **attributes: str) -> ElementTree.Element:
        """The only element with this tag and these attributes."""
        found = [
            element
            for element in self.all(tag)
            if all(element.get(name.rstrip("_").replace("_", "-")) == value for name, value in attributes.items())
        ]
        assert len(found) == 1, f"{len(found)} elements <{tag} {attributes}>"
        return found[0]

    def text(self, element: ElementTree.Element | None = None) -> str:
        """Visible text, blanks folded."""
        return " ".join("".join((element if element is not None else self.root).itertext()).split())

    @property
    def h1(self) -> str:
        """Text of the page's heading."""
        return self.text(self.all("h1")[0])

    def links(self) -> dict[str, str]:
        """Text → href of all links (the last one wins)."""
        return {self.text(link): link.get("href") or "" for link in self.all("a")}

    def rows(self) -> list[list[str]]:
        """Cell texts of all body rows of all tables."""
        return [
            [self.text(cell) for cell in row if cell.tag in (XHTML + "td", XHTML + "th")]
            for body in self.all("tbody")
            for row in body.iter(XHTML + "tr")
        ]

    def data(self, identifier: str) -> Any:
        """A JSON block of the page."""
        return json.loads(self.one("script", id=identifier).text or "")


class Browser:
    """Reads pages of an application and complains about unsound ones."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        self.statements: list[str] = []
        event.listen(app.extensions["registry"].engine, "before_cursor_execute", self._count)

    def _count(self, connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN")):
            self.statements.append(statement)

    def raw(self, path: str, **options: Any) -> TestResponse:
        """GET without the page checks (files, JSON)."""
        self.statements.clear()
        response = self.client.get(path, **options)
        response.get_data()
        response.close()
        check_headers(response)
        writes = [text for text in self.statements if text.split(None, 1)[0] in ("INSERT", "UPDATE", "DELETE")]
        assert writes == [], f"GET {path} writes"
        return response

    def get(self, path: str, status: int = 200) -> Page:
        """GET a page; it must be sound and answer `status`."""
        response = self.raw(path)
        assert response.status_code == status, (
            f"{path}: {response.status_code}\n{response.get_data(as_text=True)[:600]}"
        )
        assert response.mimetype == "text/html"
        page = Page(response)
        check_page(page, path)
        return page


def check_headers(response: TestResponse) -> None:
    """Security headers of every answer; no cookie without a form."""
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in response.headers


def check_page(page: Page, path: str) -> None:
    """All that is asked of every page."""
    errors = [error for error in page.errors if not error[1].startswith(HARMLESS_ERRORS)]
    assert errors == [], f"{path}: invalid HTML {errors[:3]} near {_near(page.source, errors)}"
    assert page.source.lstrip().startswith("<!doctype html>")
    assert page.all("html")[0].get("lang") in ("zh-CN", "en")
    assert len(page.all("h1")) == 1, f"{path}: {len(page.all('h1'))} h1"
    assert page.h1
    assert page.text(page.all("title")[0])
    _check_ids(page, path)
    _check_controls(page, path)
    _check_code(page, path)
    _check_hosts(page, path)
    _check_headings(page, path)


def _near(source: str, errors: list[Any]) -> str:
    if not errors:
        return ""
    line, column = errors[0][0]
    return source.splitlines()[line - 1][max(0, column - 80) : column + 40]


def _check_ids(page: Page, path: str) -> None:
    ids = [element.get("id") for element in page.root.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), f"{path}: repeated id {sorted({i for i in ids if ids.count(i) > 1})}"
    for element in page.root.iter():
        for name in ("for", "aria-labelledby", "aria-describedby"):
            for wanted in (element.get(name) or "").split():
                assert wanted in ids, f"{path}: {name}={wanted} points nowhere"


def _check_controls(page: Page, path: str) -> None:
    labelled = {label.get("for") for label in page.all("label")}
    inside = {id(control) for label in page.all("label") for control in label.iter()}
    for tag in CONTROLS:
        for control in page.all(tag):
            if control.get("type") in ("hidden", "submit", "button"):
                continue
            named = control.get("aria-label") or control.get("id") in labelled or id(control) in inside
            assert named, f"{path}: control {control.attrib} without a label"
    for form in page.all("form"):
        if (form.get("method") or "get").lower() == "post":
            names = {field.get("name") for field in form.iter(XHTML + "input")}
            assert "csrf_token" in names, f"{path}: POST form without CSRF token"
    for button in page.all("button"):
        assert button.get("type") in ("submit", "button"), f"{path}: button without type"
        assert page.text(button) or button.get("aria-label"), f"{path}: button without a name"
    for link in page.all("a"):
        assert page.text(link) or link.get("aria-label"), f"{path}: link {link.attrib} without text"


def _check_code(page: Page, path: str) -> None:
    for element in page.root.iter():
        assert element.get("style") is None, f"{path}: style attribute on {element.tag}"
        handlers = [name for name in element.attrib if isinstance(name, str) and name.lower().startswith("on")]
        assert handlers == [], f"{path}: {handlers}"
    for script in page.all("script"):
        assert script.get("src") or script.get("type") in DATA_BLOCKS, f"{path}: inline script"
    assert page.all("style") == []
    for image in page.all("img"):
        assert image.get("alt") is not None, f"{path}: image without alt"


def _check_hosts(page: Page, path: str) -> None:
    for tag, name in (("script", "src"), ("link", "href"), ("img", "src"), ("form", "action"), ("iframe", "src")):
        for element in page.all(tag):
            address = urlsplit(element.get(name) or "")
            own = address.netloc in ("", "localhost")
            assert own or element.get("rel") == "canonical", f"{path}: foreign host {address.netloc}"


def _check_headings(page: Page, path: str) -> None:
    levels = [int(element.tag[-1]) for element in page.root.iter() if _is_heading(element)]
    for before, after in zip(levels, levels[1:], strict=False):
        assert after <= before + 1, f"{path}: h{before} is followed by h{after}"


def _is_heading(element: ElementTree.Element) -> bool:
    return isinstance(element.tag, str) and element.tag in {f"{XHTML}h{level}" for level in range(1, 7)}


def escaped(text: str) -> str:
    """A text as it must stand in HTML."""
    return html.escape(text)
