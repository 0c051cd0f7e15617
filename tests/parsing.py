"""Pages as trees: read by the parser of the HTML standard as often as that can tell something new.

html5lib follows the standard to the letter and names each fault, in twenty milliseconds a page; the tests read many
thousands of pages that come from the same templates. So it reads each page that has a part which it has not seen: an
element with other attributes, an element in or after another one, a tag that is not closed. lxml reads the others, in three
milliseconds, made of parts of pages of which it once made the very same tree.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable
from functools import lru_cache
from typing import Any, NamedTuple
from xml.etree import ElementTree

import html5lib
from html5lib.constants import adjustSVGAttributes, voidElements
from html5lib.html5parser import HTMLParser
from lxml import etree

XHTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
HARMLESS_ERRORS = ("expected-doctype-but-got-",)
_TAG = re.compile(r"<(/?[a-zA-Z][^\s/>]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")
_NAME = re.compile(r"([^\s=\"'/>]+)(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+))?")


class Parsed(NamedTuple):
    """A page's tree in the namespaces of HTML and SVG, and the faults that the standard finds in it."""

    root: ElementTree.Element
    errors: list[Any]


_seen: set[Hashable] = set()
"""Parts of pages in which html5lib found no fault, and of which lxml made the same tree."""


def parse(source: str) -> Parsed:
    """Read a page."""
    quick = _read_quickly(source)
    parts = _parts(source, quick)
    if parts <= _seen:
        return Parsed(quick, [])
    parser: HTMLParser = html5lib.HTMLParser(namespaceHTMLElements=True)
    root = parser.parse(source)
    errors = [error for error in parser.errors if not error[1].startswith(HARMLESS_ERRORS)]
    if not errors and _written(root) == _written(quick):
        _seen.update(parts)
    return Parsed(root, errors)


def _parts(source: str, root: ElementTree.Element) -> set[Hashable]:
    """What decides whether a page is sound: its tags as they are written, and how its elements stand in each other."""
    balance: Counter[str] = Counter()
    written: set[Hashable] = set()
    before = ""
    for name, attributes in _TAG.findall(source):
        balance[name.lower().lstrip("/")] += -1 if name.startswith("/") else 1
        # lxml closes by itself what may not hold the next element, so what follows what is a part as well.
        written.add((name, _names(attributes)))
        written.add((before, "then", name))
        before = name
    unclosed = {(name, count) for name, count in balance.items() if count and name not in voidElements}
    nested = {(parent.tag, parent.get("class"), child.tag) for parent in root.iter() for child in parent}
    return written | unclosed | nested


@lru_cache(maxsize=50_000)
def _names(attributes: str) -> tuple[str, ...]:
    return tuple(_NAME.findall(attributes))


def _written(root: ElementTree.Element) -> list[Any]:
    """A tree as a list that two readers agree on: comments left out, blanks too but where they are text."""
    found = []
    for element in root.iter():
        if isinstance(element.tag, str):
            texts = "".join([element.text or "", *((child.tail or "") for child in element)])
            said = texts if element.tag.endswith(("}textarea", "}pre")) else "".join(texts.split())
            found.append((element.tag, sorted(element.attrib.items()), said))
    return found


def _read_quickly(source: str) -> ElementTree.Element:
    parser = etree.HTMLParser(target=_Builder(), remove_comments=True)
    parser.feed(source)
    root: ElementTree.Element = parser.close()
    return root


class _Builder:
    """Makes the tree that html5lib would make from what lxml reads."""

    def __init__(self) -> None:
        self.tree = ElementTree.TreeBuilder()
        self.drawing = 0
        self.begins = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if self.drawing or tag == "svg":
            self.drawing += 1
            named = {adjustSVGAttributes.get(name, name): value for name, value in attributes.items()}
            self.tree.start(SVG + tag, named)
        else:
            self.tree.start(XHTML + tag, dict(attributes))
            # The standard leaves out a line break right at the beginning of these.
            self.begins = tag in ("textarea", "pre")
            return
        self.begins = False

    def end(self, tag: str) -> None:
        """An element ends."""
        self.tree.end((SVG if self.drawing else XHTML) + tag)
        self.drawing = max(0, self.drawing - 1)

    def data(self, text: str) -> None:
        """Text."""
        self.tree.data(text.removeprefix("\n") if self.begins else text)
        self.begins = False

    def close(self) -> ElementTree.Element:
        """The tree."""
        return self.tree.close()
