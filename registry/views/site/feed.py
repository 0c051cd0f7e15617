"""`/feed.xml`: calls, public notices and announcements as an Atom feed."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from urllib.parse import urlencode
from xml.etree import ElementTree

from flask import Blueprint, Response, g, request

from registry.i18n import _, language
from registry.permissions import Permission
from registry.queries.catalogue.filters import Reader
from registry.queries.site.addresses import address_mark
from registry.queries.site.news import News, NewsKind, news
from registry.terms import BEIJING
from registry.views.web.addresses import home, site_url
from registry.views.web.delivery import from_shelf
from registry.views.web.page import name_of
from registry.views.web.runtime import catalogue, policy, runtime, session
from registry.views.web.shelf import Body

blueprint = Blueprint("feed", __name__)
ATOM = "http://www.w3.org/2005/Atom"
NAMES = uuid.UUID("5b0f7c9e-3f0a-5d6b-9a51-2f6f1d0c7e44")
"""The space of our own ids: an entry keeps its id when the site moves to another host."""
PLACES = {
    NewsKind.CALL: ("calls.call", "call_id"),
    NewsKind.NOTICE: ("notices.notice", "notice_id"),
    NewsKind.ANNOUNCEMENT: ("public.announcement", "document_id"),
}


@blueprint.get("/feed.xml")
@policy(Permission.PUBLIC_READ)
def feed() -> Response:
    """The newest 50, of one kind or all, of one reporting unit or all."""
    reader = Reader(request.args.to_dict(flat=False))
    kinds = reader.any_of("kind", [kind.value for kind in NewsKind])
    unit = reader.one_of("unit", catalogue().lists.units, "")
    g.known_parameters = [("kind", kind) for kind in kinds] + ([("unit", unit)] if unit else [])
    revision, mark = catalogue().revision, address_mark(session())
    place = ("feed", revision, mark, home(), language(), kinds, unit)
    return from_shelf(place, lambda: Body(_feed(kinds, unit), "application/atom+xml"), revision=revision, mark=mark)


def _feed(kinds: tuple[str, ...], unit: str) -> bytes:
    rows = news(session(), kinds=[NewsKind(kind) for kind in kinds] or tuple(NewsKind), unit=unit)
    ElementTree.register_namespace("", ATOM)
    root = ElementTree.Element(f"{{{ATOM}}}feed")
    root.set("{http://www.w3.org/XML/1998/namespace}lang", "zh-CN" if language() == "zh" else "en")
    site, asked = runtime().site.told(language()), urlencode(g.known_parameters)
    address = site_url("feed.feed") + (("&" if language() != "zh" else "?") + asked if asked else "")
    scope = [kind_name(NewsKind(kind)) for kind in kinds] + ([name_of("units", unit)] if unit else [])
    _add(root, "title", " – ".join([site.name, *scope]))
    _add(root, "id", _urn("feed", *kinds, unit))
    _add(root, "updated", _beijing(max((row.updated_at for row in rows), default=None)))
    _add(_add(root, "author"), "name", site.owner or site.name)
    _add(root, "link", rel="self", type="application/atom+xml", href=address)
    _add(root, "link", rel="alternate", type="text/html", href=site_url("home.map_page"))
    for row in rows:
        _entry(root, row)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _entry(root: ElementTree.Element, row: News) -> None:
    endpoint, name = PLACES[row.kind]
    entry = _add(root, "entry")
    _add(entry, "id", _urn(row.kind.value, str(row.id)))
    _add(entry, "title", _("%(title)s（已撤回）", title=row.title) if row.is_withdrawn else row.title)
    _add(entry, "published", _beijing(row.published_at))
    _add(entry, "updated", _beijing(row.updated_at))
    _add(entry, "category", term=row.kind.value, label=kind_name(row.kind))
    _add(entry, "link", rel="alternate", type="text/html", href=site_url(endpoint, **{name: row.id}))
    _add(entry, "summary", summary(row))


def kind_name(kind: NewsKind) -> str:
    """What a kind is called on the site's own pages."""
    return {
        NewsKind.CALL: _("申报通知"),
        NewsKind.NOTICE: _("公示"),
        NewsKind.ANNOUNCEMENT: _("公告"),
    }[kind]


def summary(row: News) -> str:
    """A piece of news in one plain sentence: document, days, how many."""
    if row.kind is NewsKind.CALL:
        text = _("申报时间 %(first)s 至 %(last)s。", first=_day(row.first), last=_day(row.last))
    elif row.kind is NewsKind.NOTICE:
        text = _("公示 %(n)s 项，%(first)s 至 %(last)s。", n=row.given, first=_day(row.first), last=_day(row.last))
    elif row.ended:
        text = _("授予认定 %(given)s 项，终止 %(ended)s 项。", given=row.given, ended=row.ended)
    else:
        text = _("授予认定 %(n)s 项。", n=row.given)
    return f"{row.number} {text}" if row.number else text


def _day(moment: datetime | date | None) -> str:
    if isinstance(moment, datetime):
        return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"
    return moment.isoformat() if moment else ""


def _urn(*parts: str) -> str:
    return f"urn:uuid:{uuid.uuid5(NAMES, '/'.join((runtime().city.facts.code_prefix, *parts)))}"


def _beijing(moment: datetime | None) -> str:
    """RFC 3339 in the city's time; the epoch for a feed without an entry."""
    return (moment or datetime.fromtimestamp(0, tz=BEIJING)).astimezone(BEIJING).isoformat(timespec="seconds")


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    shown = {key: _printable(value) for key, value in attributes.items()}
    made = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", shown)
    made.text = _printable(text) or None
    return made


def _printable(text: str) -> str:
    """Without control characters: one of them makes the whole feed unreadable."""
    return "".join(sign for sign in text if sign.isprintable())
