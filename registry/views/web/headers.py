"""Security headers of every response."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from registry.config import Settings
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


def init_headers(app: Flask, settings: Settings) -> None:
    """Install the headers."""
    strict = content_security_policy(settings)
    framed = content_security_policy(settings, frames="*")

    @app.after_request
    def protect(response: Response) -> Response:
        embedded = bool(g.get("embeddable", False))
        response.headers.setdefault("Content-Security-Policy", framed if embedded else strict)
        if not embedded:
            response.headers["X-Frame-Options"] = "DENY"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "geolocation=(), camera=(), microphone=()"
        if not g.get("is_shared", False):
            # A page about its reader keeps its window from whoever opened it. One that many readers share (see
            # delivery.answer) has nothing to keep, and a browser would begin it in a new process, 40 ms later.
            response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["X-Request-Id"] = request_id()
        note()
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response
