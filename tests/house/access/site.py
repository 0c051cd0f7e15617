"""Routes of what the site says of itself, of what may be shared and embedded, and of a colleague who joins."""

from __future__ import annotations

from registry.permissions import Permission

PUBLIC = Permission.PUBLIC_READ
OWN_APPLICATION = Permission.APPLICATION_OWN
SITE_ROUTES = {
    "maintenance.notices": ("/admin/maintenance", ("GET", "POST"), Permission.REFERENCE_MANAGE),
    "maintenance.remove": ("/admin/maintenance/<int:notice_id>/remove", ("POST",), Permission.REFERENCE_MANAGE),
    "embed.embed": ("/embed", ("GET",), PUBLIC),
    "embed.share": ("/share", ("GET",), PUBLIC),
    "project_code.svg": ("/projects/<code>/qr.svg", ("GET",), PUBLIC),
    "project_code.png": ("/projects/<code>/qr.png", ("GET",), PUBLIC),
    "catalog.catalog": ("/catalog.jsonld", ("GET",), PUBLIC),
    "feed.feed": ("/feed.xml", ("GET",), PUBLIC),
    "pictures.card": ("/card.png", ("GET",), PUBLIC),
    "pictures.favicon": ("/favicon.ico", ("GET",), PUBLIC),
    "pictures.touch_icon": ("/icon-180.png", ("GET",), PUBLIC),
    "robots.robots": ("/robots.txt", ("GET",), PUBLIC),
    "robots.sitemap": ("/sitemap.xml", ("GET",), PUBLIC),
    "robots.sitemap_part": ("/sitemap-<int:number>.xml", ("GET",), PUBLIC),
    "texts.privacy": ("/privacy", ("GET",), PUBLIC),
    "texts.accessibility": ("/accessibility", ("GET",), PUBLIC),
    "texts.guide": ("/help", ("GET",), PUBLIC),
    "texts.contact": ("/contact", ("GET",), PUBLIC),
    "joining.join": ("/join/<token>", ("GET", "POST"), Permission.SIGN_IN),
    "enterprise.second_person": (
        "/enterprise/applications/<int:application_id>/second-person",
        ("GET",),
        OWN_APPLICATION,
    ),
    "enterprise.hand_link": (
        "/enterprise/applications/<int:application_id>/colleague-link",
        ("POST",),
        OWN_APPLICATION,
    ),
}
