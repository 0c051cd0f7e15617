"""What is refused on an English page is refused in English: every form sent empty and sent wrong, every error page.

Chinese may stand in a sentence only as text of the record, and says there that it is Chinese.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from flask import Flask
from sqlalchemy import delete
from werkzeug.datastructures import MultiDict

from registry.models import Throttle
from tests.attack.forms import FORMS
from tests.attack.stage import Stage
from tests.attack.test_bad_input import fill
from tests.browser import XHTML, Browser, Page

CHINESE = re.compile(r"[\u3400-\u9fff]")
TAKEN_ANYHOW = ("/review/phrases/{phrase}/move", "/review/{submitted}/contacts")
"""Forms whose one field has a value of its own for whatever else is sent, or that have no field at all."""
WRONG = ("-1", "9" * 40, "a\u0001b", "2026-13-45", "x" * 3000, "不对")


def spoken(element: ElementTree.Element) -> str:
    """What an element says to a reader of English: its text outside of elements with `lang="zh…"`."""

    def parts(inner: ElementTree.Element) -> list[str]:
        if (inner.get("lang") or "").startswith("zh"):
            return []
        return [inner.text or "", *(text for child in inner for text in (*parts(child), child.tail or ""))]

    return " ".join("".join(parts(element)).split())


def english(path: str) -> str:
    """The address of the English page."""
    return f"{path}{'&' if '?' in path else '?'}lang=en"


def sentences(page: Page) -> Iterator[str]:
    """The error sentences of a page: the summary, those at the fields, or the text of an error page."""
    for element in page.root.iter():
        classes = (element.get("class") or "").split()
        if element.get("id") == "errors" or "err" in classes or "doubt" in classes:
            yield spoken(element)
    if page.status >= 400 and page.all("main"):
        prose = [box for box in page.all("div") if box.get("class") == "prose" and box.find(XHTML + "h1") is not None]
        yield from (spoken(part) for box in prose for part in box.iter() if part.tag in (XHTML + "h1", XHTML + "p"))


def problems(path: str, answer_type: str, status: int, text: str, page: Page | None) -> list[str]:
    """Chinese sentences of an answer."""
    if "json" in answer_type:
        data = json.loads(text)
        found = [data.get("title", ""), data.get("detail", ""), *(item["label"] for item in data.get("changed", ()))]
    else:
        found = list(sentences(page)) if page else [text if answer_type == "text/plain" else ""]
    return [f"{path} {status}: {sentence}" for sentence in found if CHINESE.search(sentence)]


def posted(app: Flask, browser: Browser, path: str, fields: MultiDict[str, str]) -> tuple[int, list[str], int]:
    """Send a form to its English page. Returns the status, the Chinese sentences and the number of sentences."""
    with app.extensions["registry"].write() as session:
        session.execute(delete(Throttle))
        session.commit()
    with browser.client.post(english(path), data=fields) as answer:
        page = Page(answer) if answer.mimetype == "text/html" else None
        text = answer.get_data(as_text=True)
    told = len(list(sentences(page))) if page else 1
    return answer.status_code, problems(path, answer.mimetype, answer.status_code, text, page), told


@pytest.mark.parametrize("path", FORMS)
def test_a_form_sent_empty_or_wrong_answers_in_english(stage: Stage, path: str) -> None:
    person, given = FORMS[path]
    app, world = stage.app, stage.world
    browser = world.browser(app, person)
    token = browser.token()
    right = {name: fill(value, world) for name, value in given.items()}
    versions = {name: value for name, value in right.items() if name in ("version", "seen", "rows", "call")}
    sent = [{}, versions, *({**right, name: text} for name in right for text in WRONG)]
    chinese, told = [], 0
    for fields in sent:
        status, found, count = posted(app, browser, fill(path, world), MultiDict({**fields, "csrf_token": token}))
        assert status < 500, (path, fields)
        chinese += found
        told += count if status >= 400 else 0
        if status < 400:
            stage.put_back()
    assert sorted(set(chinese)) == []
    assert told or path in TAKEN_ANYHOW, "nothing was refused"
