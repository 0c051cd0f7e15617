"""Text pages: privacy, accessibility, help and contact. What is not known is said to be so; nothing is invented."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request, url_for

from registry.i18n import _, language
from registry.keeping import ANONYMOUS, KEPT, NOTICE_VERSION, Kept
from registry.permissions import Permission
from registry.views.web.delivery import cached_page
from registry.views.web.page import Entry
from registry.views.web.runtime import policy, runtime
from registry.wording import Message, told

blueprint = Blueprint("texts", __name__)


@dataclass(frozen=True)
class KeptRow:
    """One row of the privacy notice in words."""

    what: str
    purpose: str
    until: str


@dataclass(frozen=True, kw_only=True)
class OwnerContact:
    """What is known of the owner's contacts; an empty one is said to be unknown."""

    phone: str = ""
    email: str = ""
    address: str = ""
    hours: str = ""


@blueprint.app_template_global("text_pages")
def text_pages() -> list[Entry]:
    """All text pages, in the order in which they are listed."""
    pages = (
        (_("隐私说明"), "texts.privacy"),
        (_("无障碍说明"), "texts.accessibility"),
        (_("使用帮助"), "texts.guide"),
        (_("联系我们"), "texts.contact"),
        (_("数据来源与方法"), "public.about"),
    )
    return [Entry(label, url_for(endpoint), endpoint == request.endpoint) for label, endpoint in pages]


def owner_contact() -> OwnerContact:
    """How the owner can be reached: the settings go before the city's folder."""
    site = runtime().site
    stated = {"phone": site.phone, "address": site.address}
    known = dict(runtime().city.facts.contact) | {name: value for name, value in stated.items() if value}
    return OwnerContact(**known)


@blueprint.get("/privacy")
@policy(Permission.PUBLIC_READ)
def privacy() -> Response:
    """What is kept of people, why and how long, from the table that the rules use."""
    rows = [_row(kind, kept) for kind, kept in KEPT.items()]
    return _page("site/privacy.html", rows=rows, version=NOTICE_VERSION, basemap=runtime().settings.basemap)


@blueprint.get("/accessibility")
@policy(Permission.PUBLIC_READ)
def accessibility() -> Response:
    """What was tested, what is known to be missing, where to turn."""
    return _page("site/accessibility.html", version=NOTICE_VERSION)


@blueprint.get("/help")
@policy(Permission.PUBLIC_READ)
def guide() -> Response:
    """How to find, to apply, to report a fault."""
    return _page("site/help.html")


@blueprint.get("/contact")
@policy(Permission.PUBLIC_READ)
def contact() -> Response:
    """Whom to ask, as far as it is known, and the ways that the site has itself."""
    return _page("site/contact.html", known=owner_contact())


def _row(kind: str, kept: Kept) -> KeptRow:
    days = runtime().settings.retention_days if kind == ANONYMOUS else kept.days
    until = kept.until if days is None else Message(kept.until.msgid, n=days)
    return KeptRow(*(told(text, language()) for text in (kept.what, kept.purpose, until)))


def _page(template: str, **values: object) -> Response:
    return cached_page(None, lambda: render_template(template, **values))
