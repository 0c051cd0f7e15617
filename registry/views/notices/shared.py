"""What all public answers about notices share: they are valid for a day, so the day is part of their key."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import UTC, date, datetime

from flask import Response, g, request

from registry.application_form.window import beijing_day
from registry.i18n import language
from registry.queries.catalogue.filters import MOST_PAGES, Reader
from registry.views.web.delivery import from_shelf
from registry.views.web.runtime import catalogue
from registry.views.web.shelf import Body


def today() -> date:
    """The day in the city, whatever the server's clock is set to."""
    return beijing_day(datetime.now(UTC))


def shared_today(what: Hashable, make: Callable[[], Body]) -> Response:
    """An answer that is equal for every reader on one day, kept until the public record changes or the day ends.

    It is not told to `front`, which compares revisions only: a notice ends by the clock, and no revision moves.
    """
    state = (catalogue().revision, g.get("data_as_of"))
    place = ("notices", today(), state, request.root_url, language(), request.path, what)
    return from_shelf(place, make, revision=None)


def page_number() -> int:
    """The parameter `page`; it is known, so links repeat it."""
    number = Reader(request.args.to_dict(flat=False)).integer("page", 1, MOST_PAGES, 1)
    g.known_parameters = [("page", str(number))] if number != 1 else []
    return number
