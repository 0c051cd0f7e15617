"""What the styles of a workbook say that its values do not: percent signs, texts struck through, colours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from xml.etree import ElementTree

_OFF = ("0", "false")
_WHITE = {("rgb", "FFFFFFFF"), ("rgb", "00FFFFFF"), ("theme", "0"), ("indexed", "9"), ("indexed", "64")}
_RED = {("rgb", "FFFF0000"), ("indexed", "10")}


@dataclass(frozen=True)
class Styles:
    """The style numbers of cells that show a percent sign, are struck through, or have a fill or red letters."""

    percents: frozenset[str] = frozenset()
    struck: frozenset[str] = frozenset()
    coloured: frozenset[str] = frozenset()


def styles_of(tree: ElementTree.Element) -> Styles:
    """The styles of an xlsx package, from its part `styles.xml`."""
    formats = {"9": "0%", "10": "0.00%"}
    formats |= {each.get("numFmtId", ""): each.get("formatCode", "") for each in tree.iter() if _name(each) == "numFmt"}
    fonts, fills, cells = (list(_children(tree, name)) for name in ("fonts", "fills", "cellXfs"))
    struck = {str(number) for number, font in enumerate(fonts) if _is_struck(font)}
    red = {str(number) for number, font in enumerate(fonts) if _colours(font, "color") & _RED}
    filled = {str(number) for number, fill in enumerate(fills) if _is_filled(fill)}
    numbered = [(str(number), cell.get) for number, cell in enumerate(cells)]
    return Styles(
        frozenset(number for number, get in numbered if is_percent_format(formats.get(get("numFmtId", "0"), ""))),
        frozenset(number for number, get in numbered if get("fontId") in struck),
        frozenset(number for number, get in numbered if get("fontId") in red or get("fillId") in filled),
    )


@lru_cache(maxsize=256)
def is_percent_format(number_format: str) -> bool:
    """Whether a number format shows hundredths with a percent sign (a quoted or escaped one is only text)."""
    code, quoted, escaped = [], False, False
    for character in number_format.split(";")[0]:
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == '"':
            quoted = not quoted
        elif not quoted:
            code.append(character)
    return "%" in code


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _children(tree: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    for element in tree:
        if _name(element) == name:
            yield from element


def _is_struck(font: ElementTree.Element) -> bool:
    return any(_name(each) == "strike" and each.get("val", "1") not in _OFF for each in font)


def _is_filled(fill: ElementTree.Element) -> bool:
    patterns = [each.get("patternType", "none") for each in fill if _name(each) == "patternFill"]
    return "solid" in patterns and not _colours(fill, "fgColor") & _WHITE


def _colours(element: ElementTree.Element, name: str) -> set[tuple[str, str]]:
    return {pair for each in element.iter() if _name(each) == name for pair in each.items()}
