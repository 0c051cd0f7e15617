"""What all public answers about notices share: they are valid for a day, so the day is part of their key."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from flask import Response, g, request

from registry.i18n import language
from registry.queries.catalogue.filters import MOST_PAGES, Reader
from registry.queries.site.addresses import address_mark
from registry.views.web.delivery import from_shelf, today
from registry.views.web.runtime import catalogue, session
from registry.views.web.shelf import Body


def shared_today(what: Hashable, make: Callable[[], Body]) -> Response:
    """An answer that is equal for every reader on one day, stored until the public record or a call changes, or the day
    ends. `front` does not get it, because it compares revisions only: a notice ends by the clock, which changes no
    revision."""
    # A notice names its call, whose title may be corrected without a change of the record.
    state = (catalogue().revision, address_mark(session()), g.get("data_as_of"))
    place = ("notices", today(), state, request.root_url, language(), request.path, what)
    return from_shelf(place, make, revision=None)


def page_number() -> int:
    """The parameter `page`; it is known, so links repeat it."""
    number = Reader(request.args.to_dict(flat=False)).integer("page", 1, MOST_PAGES, 1)
    g.known_parameters = [("page", str(number))] if number != 1 else []
    return number
