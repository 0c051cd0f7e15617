"""Pictures that the program draws itself: the card of a page, and the icons that browsers ask for."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response

from registry.permissions import Permission
from registry.views.web.delivery import from_shelf
from registry.views.web.runtime import policy, runtime
from registry.views.web.shelf import Body

blueprint = Blueprint("pictures", __name__)
TOUCH = 180
"""Pixels that telephones want for their first page."""
A_DAY = "public, max-age=86400"


@blueprint.get("/card.png")
@policy(Permission.PUBLIC_READ)
def card() -> Response:
    """What a messenger shows beside the title of a page."""
    # Slow import: the library of pictures.
    from geo.picture import card_png

    return _picture("card", lambda: card_png(runtime().city.boundary), "image/png")


@blueprint.get("/favicon.ico")
@policy(Permission.PUBLIC_READ)
def favicon() -> Response:
    """The icon for browsers that look for it at this address."""
    from geo.picture import icon_ico

    return _picture("favicon", icon_ico, "image/vnd.microsoft.icon")


@blueprint.get("/icon-180.png")
@policy(Permission.PUBLIC_READ)
def touch_icon() -> Response:
    """The icon on the first page of a telephone."""
    from geo.picture import icon_png

    return _picture("touch", lambda: icon_png(TOUCH), "image/png")


def _picture(name: str, make: Callable[[], bytes], kind: str) -> Response:
    return from_shelf(("picture", name), lambda: Body(make(), kind), revision=None, cache_control=A_DAY)
