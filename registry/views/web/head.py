"""What programs read in the head of a public page: what it is about, where it stands, in which languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Flask, g, request
from markupsafe import Markup

from registry.i18n import HTML_LANG, _, language
from registry.permissions import Permission
from registry.queries.catalogue.description import conditions
from registry.queries.catalogue.filters import Filters
from registry.views.web.addresses import repeated, site_url
from registry.views.web.runtime import catalogue, runtime

SHORTEST, LONGEST = 50, 120
"""Characters of a description: fewer say too little, more are cut by those who show it."""
VIEWING = frozenset(("sort", "per_page", "measure", "method", "group", "rows", "list", "legend"))
"""Parameters that show the same content in another way: no address of its own."""
MOST_FILTERS = 1
"""A page with more filters is one of endlessly many, which nobody needs to find."""
MOST_TITLED = 4
"""Conditions that a title names."""


@dataclass(frozen=True)
class Head:
    """The addresses of a public page: its own, and the same page in each language."""

    canonical: str
    alternates: tuple[tuple[str, str], ...]
    is_indexed: bool


def page_head() -> Head | None:
    """The addresses of this page; None for a page that is nobody's to find."""
    if g.get("permission") is not Permission.PUBLIC_READ or not request.endpoint:
        return None
    known = [(name, value) for name, value in g.get("known_parameters", []) if name not in (*VIEWING, "lang")]
    own = repeated(known)
    path = site_url(request.endpoint, **((request.view_args or {}) | {"lang": None}))
    addresses = {code: _address(path, own, code) for code in HTML_LANG}
    narrowing = [name for name, _value in known if name != "page"]
    return Head(
        canonical=addresses[language()],
        alternates=(*((HTML_LANG[code], href) for code, href in addresses.items()), ("x-default", addresses["zh"])),
        # Where parameters did not fit into its canonical address, that is the address of another page.
        is_indexed=len(narrowing) <= MOST_FILTERS and len(own) == len(known),
    )


def _address(path: str, pairs: list[tuple[str, str]], code: str) -> str:
    wanted = pairs if code == "zh" else [*pairs, ("lang", code)]
    return f"{path}?{urlencode(wanted)}" if wanted else path


def page_description(*parts: str) -> str:
    """What a page is about, from its own sentences; what the site is follows where they say too little."""
    site = runtime().site.told(language())
    fillers = (
        _("%(name)s：市级、省级和国家级认定的地图、名单、统计和公布文件。", name=site.name),
        _("每个项目都有位置、历次认定、公布文号和改造成效。"),
    )
    texts = [_plain(part) for part in parts]
    return fitted([text for text in texts if text], fillers, " " if language() == "en" else "")


def fitted(parts: Iterable[str], fillers: Iterable[str], between: str = "") -> str:
    """The parts that fit one after another; the first is cut when it is too long, and fillers make up for few words."""
    text = ""
    for part in parts:
        longer = f"{text}{between}{part}" if text else part
        if len(longer) <= LONGEST:
            text = longer
        elif not text:
            text = _cut(part)
    for filler in fillers:
        if len(text) < SHORTEST:
            text = _cut(f"{text}{between}{filler}" if text else filler)
    return text


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _plain(text: str) -> str:
    """The words of a text that may be HTML, in one line, without signs that no attribute shows."""
    words = text.striptags() if isinstance(text, Markup) else text
    return "".join(sign for sign in " ".join(str(words).split()) if sign.isprintable())


def titled(name: str, filters: Filters) -> str:
    """The title of a list with its conditions and its page in words, so that two of them differ."""
    values = [each.value for each in conditions(filters, catalogue().lists, language())]
    return titled_by(name, values, filters.page)


def titled_by(name: str, values: Sequence[str], page: int = 1) -> str:
    """The same for a list with conditions of its own; empty ones are none."""
    said = [value for value in values if value]
    if len(said) > MOST_TITLED:
        said = [*said[:MOST_TITLED], "…"]
    title = _("%(title)s：%(scope)s", title=name, scope=_("、").join(said)) if said else name
    return _("%(title)s（第 %(n)s 页）", title=title, n=page) if page > 1 else title


def init_heads(app: Flask) -> None:
    """Give the templates what their heads say."""
    app.jinja_env.globals.update(
        page_head=page_head, page_description=page_description, titled=titled, titled_by=titled_by
    )
