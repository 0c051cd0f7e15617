"""`/robots.txt` and `/sitemap.xml`: what search engines may ask for, and what there is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from xml.sax.saxutils import escape

from flask import Blueprint, Response, current_app, request

from registry.errors import NotFound
from registry.permissions import Permission
from registry.queries.site.addresses import PublicAddress, address_mark, public_addresses
from registry.views.web.addresses import home, site_url
from registry.views.web.delivery import answer, from_shelf
from registry.views.web.runtime import catalogue, policy, session
from registry.views.web.shelf import Body
from registry.wording import Message

blueprint = Blueprint("robots", __name__)
MOST = 40_000
"""Addresses of one map of the site: 50 000 and 10 MB are allowed, and a long host name is a part of each."""
SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
PAGES = (
    "home.map_page", "public.projects", "statistics.page", "honors.honors", "suppliers.suppliers", "calls.calls",
    "notices.notices", "public.announcements", "public.about", "texts.privacy", "texts.accessibility",
    "texts.guide", "texts.contact",
)  # fmt: skip
"""Pages that stand once."""
PLACES = {
    "project": ("public.project", "code"),
    "enterprise": ("public.enterprise", "enterprise_id"),
    "announcement": ("public.announcement", "document_id"),
    "call": ("calls.call", "call_id"),
    "notice": ("notices.notice", "notice_id"),
}
HIDDEN = ("map",)
"""Data of pages, which nobody looks for."""


@blueprint.get("/robots.txt")
@policy(Permission.PUBLIC_READ)
def robots() -> Response:
    """What programs that walk the site leave alone. Under a prefix the host's own file has to say the same."""
    root = request.script_root
    lines = ["User-agent: *"]
    for name in private_places():
        # `/enterprise` must not stand for `/enterprises` as well.
        lines += [f"Disallow: {root}/{name}/", f"Disallow: {root}/{name}$"]
    lines += ["", f"Sitemap: {site_url('robots.sitemap', lang=None)}", ""]
    return answer(Body("\n".join(lines).encode(), "text/plain"))


def private_places() -> list[str]:
    """First parts of addresses below which nothing is public, from the table of routes."""
    public: dict[str, bool] = dict.fromkeys(HIDDEN, False)
    for rule in current_app.url_map.iter_rules():
        place = rule.rule.strip("/").split("/")[0]
        is_public = getattr(current_app.view_functions[rule.endpoint], "policy", None) is Permission.PUBLIC_READ
        if place and place not in HIDDEN:
            public[place] = public.get(place, False) or is_public
    return sorted(place for place, is_public in public.items() if not is_public)


@blueprint.get("/sitemap.xml")
@policy(Permission.PUBLIC_READ)
def sitemap() -> Response:
    """Every public page, or the parts of the list where it is long."""

    def make() -> Body:
        pages = _pages()
        return Body(
            urlset(map(_entry, pages)) if len(pages) <= MOST else index(_part_urls(len(pages))), "application/xml"
        )

    return _shared(None, make)


@blueprint.get("/sitemap-<int:number>.xml")
@policy(Permission.PUBLIC_READ)
def sitemap_part(number: int) -> Response:
    """One part of a long list, counted from 1."""

    def make() -> Body:
        pages = _pages()
        if not 1 <= number <= -(-len(pages) // MOST):
            raise NotFound(Message("这个地址没有内容，可能已经移动或输入有误。"))
        # Only these: a million addresses take fifteen seconds to write.
        return Body(urlset(map(_entry, pages[(number - 1) * MOST : number * MOST])), "application/xml")

    return _shared(number, make)


def urlset(entries: Iterable[tuple[str, str]]) -> bytes:
    """Addresses with the day of their last change ('' for one that nobody knows)."""
    lines = [f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{SPACE}">']
    for href, day in entries:
        changed = f"<lastmod>{day}</lastmod>" if day else ""
        lines.append(f"<url><loc>{escape(href)}</loc>{changed}</url>")
    return "\n".join([*lines, "</urlset>\n"]).encode()


def index(parts: Sequence[str]) -> bytes:
    """The addresses of the parts of a long list."""
    lines = [f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="{SPACE}">']
    lines += [f"<sitemap><loc>{escape(href)}</loc></sitemap>" for href in parts]
    return "\n".join([*lines, "</sitemapindex>\n"]).encode()


def _part_urls(total: int) -> list[str]:
    return [site_url("robots.sitemap_part", number=number, lang=None) for number in range(1, -(-total // MOST) + 1)]


def _pages() -> list[PublicAddress]:
    """All public pages; those that stand once have no key."""
    return [*(PublicAddress(endpoint, "") for endpoint in PAGES), *public_addresses(session(), catalogue())]


def _entry(page: PublicAddress) -> tuple[str, str]:
    endpoint, name = PLACES.get(page.kind, (page.kind, ""))
    href = site_url(endpoint, **({name: page.key} if name else {}), lang=None)
    return href, page.changed_on.isoformat() if page.changed_on else ""


def _shared(what: int | None, make: Callable[[], Body]) -> Response:
    revision, mark = catalogue().revision, address_mark(session())
    return from_shelf(("sitemap", revision, mark, home(), what), make, revision=revision, mark=mark)
