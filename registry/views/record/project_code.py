"""The code of a project's permanent address as a picture: for print, plaques and certificates."""

from __future__ import annotations

import io

import segno
from flask import Blueprint, redirect, url_for
from werkzeug import Response

from registry.permissions import Permission
from registry.queries.record import pages
from registry.views.web.addresses import site_url
from registry.views.web.delivery import shared
from registry.views.web.runtime import catalogue, policy, session
from registry.views.web.shelf import Body

blueprint = Blueprint("project_code", __name__)
SCALE = 8
"""Pixels of a module of the PNG: sharp on paper at three centimetres."""


@blueprint.get("/projects/<code>/qr.svg", endpoint="svg")
@policy(Permission.PUBLIC_READ)
def qr_svg(code: str) -> Response:
    """As a drawing."""
    return _picture(code, "svg")


@blueprint.get("/projects/<code>/qr.png", endpoint="png")
@policy(Permission.PUBLIC_READ)
def qr_png(code: str) -> Response:
    """As pixels."""
    return _picture(code, "png")


def _picture(code: str, kind: str) -> Response:
    successor = pages.moved_to(session(), catalogue(), code)
    if successor is not None:
        return redirect(url_for(f"project_code.{kind}", code=successor, lang=None), 301)

    def make() -> Body:
        made = segno.make(site_url("public.project", code=code, lang=None), error="m", micro=False)
        target = io.BytesIO()
        made.save(target, kind=kind, border=4, **({"scale": SCALE} if kind == "png" else {}))
        return Body(target.getvalue(), "image/svg+xml" if kind == "svg" else "image/png")

    return shared(kind, make)
