"""The quick reading of pages finds what the slow one finds, however many pages it has seen."""

from __future__ import annotations

import html5lib
import pytest
from flask import Flask

from tests import parsing
from tests.browser import Browser
from tests.parsing import parse

FRAME = '<!doctype html>\n<html lang="en"><head><title>t</title></head><body><main>{}</main></body></html>'
SOUND = (
    '<p class="a">x <b>y</b></p><ul><li><a href="/">1</a></li><li>2</li></ul><table><tbody><tr><td>1</td></tr></tbody>'
    '</table><svg viewBox="0 0 9 9"><path d="M0 0"></path></svg><div><p>a</p></div><input type="text" name="q" value=""><textarea>\n a</textarea>'
)
BROKEN = (
    "<div><p>a</p>",
    "<p>a</p></div>",
    "<p><div>a</div></p>",
    "<ul><p>a</p></ul><table><p>a</p></table>",
    '<p class="a" class="b">x</p>',
    "<ul><li><a href='/'>1<a href='/'>2</a></a></li></ul>",
    "<b><p>a</b></p>",
    '<input type="text" name="q" value="" "">',
    "<p>a & <p",
)


@pytest.mark.parametrize("broken", BROKEN)
def test_a_fault_is_found_after_any_number_of_sound_pages(broken: str) -> None:
    for number in range(3):
        assert parse(FRAME.format(SOUND * (number + 1))).errors == []
    assert parse(FRAME.format(SOUND + broken)).errors != []
    assert parse(FRAME.format(broken + SOUND)).errors != []


def test_both_readers_make_the_same_tree_of_the_pages_of_the_site(demo_app: Flask) -> None:
    client = Browser(demo_app)
    for path in ("/", "/projects", "/statistics", "/projects/CZ-000001", "/calls", "/sign-in", "/?lang=en"):
        source = client.raw(path).get_data(as_text=True)
        strict = html5lib.HTMLParser(namespaceHTMLElements=True).parse(source)
        client.get(path)
        again = parse(source)
        assert parsing._written(again.root) == parsing._written(strict)
        assert again.root is not strict
