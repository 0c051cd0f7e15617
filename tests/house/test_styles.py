"""Who loads which rules: the map's page all.css, every other page pages.css beside it, who is signed in desk.css too.

The first view of the site pays for what all.css says, so rules of other pages must not come back into it, and nobody
loads rules that no page uses. A rule is told by the classes that it names, a page by its templates and scripts.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from registry.views.web.assets import JOINED, STATIC

ROOT = STATIC.parent
TEMPLATES = ROOT / "templates"
MAP = ("map-first.js", "map-page.js", "size.js")
DESK = ("applications", "attention", "evaluation", "imports", "inspection", "recognition", "review")
"""Folders of templates that only people who are signed in are shown."""
BUILT = re.compile(r"(leaflet|folium)-|(shade|sw|cl)-\w+$")
"""Classes that Leaflet makes, or that a template ends with a number or a tier."""


def named(sheet: str) -> set[str]:
    """The classes that the rules of a style sheet name."""
    text = re.sub(
        r"/\*.*?\*/|\"[^\"]*\"|url\([^)]*\)", "", (STATIC / sheet).read_text(encoding="utf-8"), flags=re.DOTALL
    )
    selectors = " ".join(re.findall(r"([^{};]+)\{", text))
    return {name for name in re.findall(r"\.([A-Za-z][\w-]*)", selectors) if not BUILT.match(name)}


def words(*files: Path) -> set[str]:
    """Everything in these files that could be a class: `review.queue` is none."""
    return {word for file in files for word in re.split(r"[\s\"'`<>={}%]+", file.read_text(encoding="utf-8"))}


def made_of(template: str, found: set[str]) -> set[str]:
    """A template and those that it extends, includes and takes macros from."""
    if template not in found:
        found.add(template)
        for other in re.findall(r"\"([\w/]+\.html)\"", (TEMPLATES / template).read_text(encoding="utf-8")):
            made_of(other, found)
    return found


def test_the_first_view_loads_no_rule_of_another_page() -> None:
    templates = [TEMPLATES / name for name in made_of("record/map.html", set())]
    scripts = [STATIC / part for name in MAP for part in JOINED[name]]
    unused = (named("site.css") | named("map.css")) - words(*templates, *scripts)
    assert not unused, f"no page of the map has {sorted(unused)}: such rules stand in pages.css or desk.css"


def test_rules_for_people_who_are_signed_in_stand_in_their_own_sheet() -> None:
    open_to_all = [path for path in TEMPLATES.rglob("*.html") if path.relative_to(TEMPLATES).parts[0] not in DESK]
    code = [*(ROOT / "registry/views").rglob("*.py"), *(ROOT / "geo").rglob("*.py"), STATIC / "embed.js"]
    unused = named("pages.css") - words(*open_to_all, *code)
    assert not unused, f"only people who are signed in see {sorted(unused)}: such rules stand in desk.css"


@pytest.mark.parametrize("sheet", sorted(path.name for path in STATIC.glob("*.css")))
def test_every_rule_is_for_something(sheet: str) -> None:
    code = [*(ROOT / "registry/views").rglob("*.py"), *(ROOT / "geo").rglob("*.py")]
    unused = named(sheet) - words(*TEMPLATES.rglob("*.html"), *STATIC.glob("*.js"), *code)
    assert not unused, f"no page has {sorted(unused)}"
