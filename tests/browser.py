"""The linting client: every page it reads must be sound HTML, labelled, local and free of inline code."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, cast
from urllib.parse import urlsplit
from xml.etree import ElementTree

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.parsing import XHTML, parse

DATA_BLOCKS = ("application/json", "application/ld+json")
CONTROLS = ("input", "select", "textarea")
HEADINGS = {f"{XHTML}h{level}" for level in range(1, 7)}
STATEMENTS = "statements_of_tests"
USED = "UPDATE login_session SET used_at="
FORM_TOKEN = re.compile(r'<input type="hidden" name="csrf_token" value="([^"]+)">')


class Page:
    """A parsed page: text, links, tables, forms."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.source = response.get_data(as_text=True)
        self.root, self.errors = parse(self.source)

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

    def forms(self) -> list[ElementTree.Element]:
        """The POST forms of the page, that of signing out in the frame left out."""
        posts = [form for form in self.all("form") if (form.get("method") or "get").lower() == "post"]
        return [form for form in posts if not (form.get("action") or "").split("?")[0].endswith("/sign-out")]

    def form(self, action: str | None = None) -> ElementTree.Element:
        """The POST form whose address (its query left out) ends with `action`; without one the only form."""
        wanted = [
            form for form in self.forms() if action is None or (form.get("action") or "").split("?")[0].endswith(action)
        ]
        assert len(wanted) == 1, f"{len(wanted)} forms for {action}: {[form.get('action') for form in self.forms()]}"
        return wanted[0]

    @property
    def errors_shown(self) -> list[str]:
        """Sentences of the error summary, in order."""
        summary = [element for element in self.all("div") if element.get("id") == "errors"]
        return [self.text(line) for box in summary for line in box.iter(XHTML + "li")]


def _statements_of(app: Flask) -> list[str]:
    """What an application has asked its database since somebody cleared the list, which all its browsers share: one
    more listener for each browser would slow down every statement."""
    if STATEMENTS in app.extensions:
        return cast("list[str]", app.extensions[STATEMENTS])
    found: list[str] = app.extensions.setdefault(STATEMENTS, [])

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN")):
            found.append(statement)

    event.listen(app.extensions["registry"].engine, "before_cursor_execute", note)
    return found


class Browser:
    """Reads pages of an application and complains about unsound ones."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        self.statements = _statements_of(app)

    def raw(self, path: str, *, audited: bool = False, **options: Any) -> TestResponse:
        """GET without the page checks (files, JSON). It writes nothing, except an event where it is `audited`."""
        self.statements.clear()
        response = self.client.get(path, **options)
        response.get_data()
        response.close()
        check_headers(response)
        writes = [text for text in self.statements if text.split(None, 1)[0] in ("INSERT", "UPDATE", "DELETE")]
        # Once a minute the session is noted as in use, which a slow machine reaches within one test.
        writes = [text for text in writes if not text.startswith(USED)]
        allowed = [text for text in writes if text.startswith("INSERT INTO event ")] if audited else []
        assert writes == allowed, f"GET {path} writes"
        assert not audited or allowed, f"GET {path} leaves no event"
        return response

    def get(self, path: str, status: int = 200, *, audited: bool = False) -> Page:
        """GET a page; it must be sound and answer `status`."""
        response = self.raw(path, audited=audited)
        assert response.status_code == status, (
            f"{path}: {response.status_code}\n{response.get_data(as_text=True)[:600]}"
        )
        assert response.mimetype == "text/html"
        page = Page(response)
        check_page(page, path)
        return page

    def token(self) -> str:
        """A form token of this browser, read from a page as a form has it."""
        for path in ("/account", "/sign-in"):
            found = FORM_TOKEN.search(self.client.get(path).get_data(as_text=True))
            if found:
                return html.unescape(found[1])
        raise AssertionError("no page with a form token")

    def post(
        self,
        path: str,
        data: Mapping[str, Any] | MultiDict[str, Any] | None = None,
        status: int = 302,
        *,
        token: str | None = None,
        **options: Any,
    ) -> TestResponse:
        """POST with a form token; values may be lists and files `(stream, name)`. Answers `status`, headers checked."""
        fields: MultiDict[str, Any] = data if isinstance(data, MultiDict) else MultiDict()
        if fields is not data:
            for name, value in (data or {}).items():
                fields.setlist(name, value if isinstance(value, list) else [value])
        if "csrf_token" not in fields:
            fields["csrf_token"] = self.token() if token is None else token
        self.statements.clear()
        response = self.client.post(path, data=fields, **options)
        assert response.status_code == status, (
            f"POST {path}: {response.status_code}\n{response.get_data(as_text=True)[:1200]}"
        )
        check_headers(response, may_set_cookies=True)
        return response

    def submit(
        self,
        page: Page,
        changes: Mapping[str, Any] | None = None,
        *,
        action: str | None = None,
        button: tuple[str, str] | None = None,
        status: int = 302,
    ) -> Page:
        """Fill in a form of a page and send it, as a person without JavaScript does.

        `changes` puts values (or lists of values, None to leave out) over what stands in the form. After a
        redirect the page it leads to is read; otherwise the answer itself, which must be sound as well.
        """
        form = page.form(action)
        own = form.get("id")
        elsewhere = [control for control in page.root.iter() if own and control.get("form") == own]
        fields = standing_values(form, elsewhere)
        for name, value in (changes or {}).items():
            fields.setlist(name, [] if value is None else value if isinstance(value, list) else [value])
        if button:
            fields.add(*button)
        target = form.get("action") or page.response.request.full_path
        response = self.post(target, fields, status)
        if 300 <= status < 400:
            return self.get(_path_of(response.headers["Location"]))
        answer = Page(response)
        check_page(answer, f"POST {target}")
        return answer

    def submit_sign_out(self) -> None:
        """Press the button in the frame."""
        self.post("/sign-out")


def _path_of(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def standing_values(form: ElementTree.Element, elsewhere: Iterable[ElementTree.Element] = ()) -> MultiDict[str, Any]:
    """What a browser would send for a form that nobody touched; submit buttons left out. `elsewhere` are the controls
    of the page that name this form as theirs."""
    fields: MultiDict[str, Any] = MultiDict()
    for control in (*form.iter(), *elsewhere):
        name, kind = control.get("name"), control.get("type") or ""
        if not name or control.get("disabled") is not None:
            continue
        if control.tag == XHTML + "textarea":
            fields.add(name, "".join(control.itertext()))
        elif control.tag == XHTML + "select":
            options = list(control.iter(XHTML + "option"))
            chosen = [option for option in options if option.get("selected") is not None]
            if control.get("multiple") is None:
                chosen = chosen or options[:1]
            for option in chosen:
                value = option.get("value")
                fields.add(name, "".join(option.itertext()).strip() if value is None else value)
        elif control.tag == XHTML + "input" and kind not in ("submit", "button", "file", "image"):
            if kind in ("checkbox", "radio") and control.get("checked") is None:
                continue
            fields.add(name, control.get("value") or ("on" if kind == "checkbox" else ""))
    return fields


def check_headers(response: TestResponse, *, may_set_cookies: bool = False) -> None:
    """Security headers of every answer; no cookie without a form, and then the form's own only."""
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    if response.mimetype == "text/html":
        # A page that is the same for every reader has an ETag; every other one shuts out the window that opened it.
        is_shared = "ETag" in response.headers
        assert response.headers.get("Cross-Origin-Opener-Policy") == (None if is_shared else "same-origin")
    cookies = response.headers.getlist("Set-Cookie")
    if cookies and not may_set_cookies:
        assert b'name="csrf_token"' in response.get_data(), "a cookie without a form"
        assert all(cookie.startswith("registry_form=") for cookie in cookies), cookies


def check_page(page: Page, path: str) -> None:
    """All that is asked of every page."""
    assert page.errors == [], f"{path}: invalid HTML {page.errors[:3]} near {_near(page.source, page.errors)}"
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
    known = set(ids)
    assert len(ids) == len(known), f"{path}: repeated id {sorted({i for i in ids if ids.count(i) > 1})}"
    for element in page.root.iter():
        for name in ("for", "aria-labelledby", "aria-describedby"):
            for wanted in (element.get(name) or "").split():
                assert wanted in known, f"{path}: {name}={wanted} points nowhere"


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
        # What cannot be done is a sentence that says why: a button that cannot be pressed says nothing.
        assert button.get("disabled") is None, f"{path}: button that cannot be pressed"
    for link in page.all("a"):
        pictured = any(picture.get("alt") for picture in link.iter(XHTML + "img"))
        assert page.text(link) or link.get("aria-label") or pictured, f"{path}: link {link.attrib} without text"


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
            assert own or element.get("rel") in ("canonical", "alternate"), f"{path}: foreign host {address.netloc}"


def _check_headings(page: Page, path: str) -> None:
    levels = [int(element.tag[-1]) for element in page.root.iter() if element.tag in HEADINGS]
    for before, after in zip(levels, levels[1:], strict=False):
        assert after <= before + 1, f"{path}: h{before} is followed by h{after}"


def escaped(text: str) -> str:
    """A text as it must stand in HTML."""
    return html.escape(text)
