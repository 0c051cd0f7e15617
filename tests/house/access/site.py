"""Routes of what the site says of itself, of what may be shared and embedded, and of a colleague who joins."""

from __future__ import annotations

from registry.permissions import Permission

PUBLIC = Permission.PUBLIC_READ
OWN_APPLICATION = Permission.APPLICATION_OWN
CALL_MANAGE = Permission.CALL_MANAGE
SITE_ROUTES = {
    "call_files.public": ("/calls/<int:call_id>/files/<int:file_id>", ("GET",), PUBLIC),
    "call_files.file": ("/admin/calls/<int:call_id>/files/<int:file_id>", ("GET",), CALL_MANAGE),
    "call_files.files": ("/admin/calls/<int:call_id>/files", ("GET", "POST"), CALL_MANAGE),
    "call_files.replace": ("/admin/calls/<int:call_id>/files/<int:file_id>/replace", ("POST",), CALL_MANAGE),
    "call_files.remove": ("/admin/calls/<int:call_id>/files/<int:file_id>/remove", ("POST",), CALL_MANAGE),
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
