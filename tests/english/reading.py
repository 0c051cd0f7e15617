"""What of a page is Chinese and not said to be: text nodes and attributes outside elements with `lang="zh"`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from xml.etree import ElementTree

from babel.messages.pofile import read_po

from registry import terms
from registry.measures import MEASURES
from registry.terms import Term
from registry.wording import TRANSLATIONS
from tests.browser import XHTML, Page

CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uff5e]")
"""Han characters, and the punctuation that belongs to them."""
ADDRESSES = ("href", "src", "action", "datetime", "d", "srcset")
"""Attributes that nobody reads."""
NAMES = frozenset({"中文"})
"""Words of the site that stay Chinese: the way back to the Chinese page."""
UNSEEN = ("hidden", "checkbox", "radio")
"""Kinds of inputs whose value nobody sees."""
SILENT = (XHTML + "script", XHTML + "style")


@dataclass(frozen=True, order=True)
class Found:
    """A Chinese text and where it stands: the path of elements, with the attribute where it is one."""

    text: str
    place: str


def chinese(page: Page, quoted: Iterable[str] = ()) -> list[Found]:
    """Every Chinese string of a page that a reader of English is not warned of, and every word of the site itself
    that is shown as if it were a name of the record."""
    return list(_of_element(page.root, "", "", own_words() - NAMES - set(quoted)))


@cache
def own_words() -> frozenset[str]:
    """What the site says in Chinese: message ids and the words of its terms."""
    with (TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        ids = {message.id for message in read_po(file, locale="en") if isinstance(message.id, str) and message.id}
    found = [term for term in vars(terms).values() if isinstance(term, type) and issubclass(term, Term)]
    return frozenset(ids | {member.zh for vocabulary in found for member in vocabulary} | set(MEASURES))


def _of_element(element: ElementTree.Element, above: str, language: str, own: frozenset[str]) -> Iterator[Found]:
    if not isinstance(element.tag, str):
        return
    place = f"{above}/{_name(element)}"
    language = element.get("lang") or language
    if language.startswith("zh") and (element.text or "").strip() in own:
        yield Found(f"a word of the site: {_folded(element.text or '')}", place)
    if not language.startswith("zh"):
        for name, value in element.attrib.items():
            if name not in ADDRESSES and not _is_hidden(element, name) and CHINESE.search(value):
                yield Found(_folded(value), f"{place}@{name}")
        if element.text and element.tag not in SILENT and CHINESE.search(element.text):
            yield Found(_folded(element.text), place)
    for child in element:
        yield from _of_element(child, place, language, own)
        if child.tail and not language.startswith("zh") and CHINESE.search(child.tail):
            yield Found(_folded(child.tail), f"{place} (after {_name(child)})")


def _is_hidden(element: ElementTree.Element, attribute: str) -> bool:
    """Whether it is what a form carries along, which nobody sees."""
    return attribute == "value" and (element.get("type") in UNSEEN or element.tag != XHTML + "input")


def _name(element: ElementTree.Element) -> str:
    tag = str(element.tag).rpartition("}")[2]
    mark = element.get("id") or (element.get("class") or "").split(" ")[0]
    return f"{tag}.{mark}" if mark else tag


def _folded(text: str) -> str:
    return " ".join(text.split())
