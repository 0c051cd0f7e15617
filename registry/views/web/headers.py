"""Security headers of every response."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from registry.config import Settings
from registry.permissions import Permission
from registry.views.web.operation.log import note
from registry.views.web.runtime import request_id


def content_security_policy(settings: Settings, *, frames: str = "'none'") -> str:
    """The strict policy: own host only; images may also come from the configured base map."""
    images = "'self' data: blob:"
    if settings.basemap:
        parts = urlsplit(settings.basemap.replace("{s}", "*"))
        images += f" {parts.scheme}://{parts.netloc}"
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src {images}",
            "font-src 'self'",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            f"frame-ancestors {frames}",
        )
    )


OPEN = ("/api/", "/ogc", "/map/", "/static/")
"""Addresses below these are for programs of any site."""
OPEN_FILES = (".csv", ".xlsx", ".docx", ".geojson", ".gpkg", ".json", ".jsonld", ".xml", ".ics")
"""So are public files."""
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Link, ETag, Content-Disposition, Retry-After",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "If-None-Match, Accept",
    "Access-Control-Max-Age": "86400",
}


def _is_open() -> bool:
    """Whether scripts of other sites may read the answer: what everybody gets without a cookie."""
    if request.path.startswith(OPEN):
        return True
    return request.path.endswith(OPEN_FILES) and g.get("permission") == Permission.PUBLIC_READ


def init_headers(app: Flask, settings: Settings) -> None:
    """Install the headers."""
    strict = content_security_policy(settings)
    framed = content_security_policy(settings, frames=" ".join(settings.embed_ancestors) or "'none'")

    @app.after_request
    def protect(response: Response) -> Response:
        embedded = bool(g.get("embeddable", False) and settings.embed_ancestors)
        response.headers.setdefault("Content-Security-Policy", framed if embedded else strict)
        if not embedded:
            response.headers["X-Frame-Options"] = "DENY"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        position = "self" if g.get("asks_position", False) else ""
        response.headers["Permissions-Policy"] = f"geolocation=({position}), camera=(), microphone=()"
        if not g.get("is_shared", False):
            # A page about its reader keeps its window from whoever opened it. One that many readers share (see
            # delivery.answer) has nothing to keep, and a browser would begin it in a new process, 40 ms later.
            response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if _is_open():
            response.headers.update(CORS)
            if request.method == "OPTIONS" and response.status_code == 200:
                # What a browser asks before it lets a script of another site ask.
                response.headers.update(PREFLIGHT)
                response.status_code = 204
        response.headers["X-Request-Id"] = request_id()
        note()
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response
