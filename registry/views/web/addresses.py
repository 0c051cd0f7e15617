"""Addresses: what no table can hold as an id is one that does not exist, and complete ones have one beginning."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from flask import Flask, has_request_context, request, url_for
from werkzeug.routing import IntegerConverter

from registry.i18n import language
from registry.values.row_ids import LARGEST_ID
from registry.views.web.runtime import runtime

_PLACE = 1_987_654_321
"""Stands in an address for the value that is to come."""

REMEMBERED = 4096
"""Addresses that are built once. A page names its frame, its units and its categories again and again."""
MOST_REPEATED = 2000
"""Characters of parameters that a page repeats in its own addresses; no filter that somebody chose comes near it."""


class Identifier(IntegerConverter):
    """`<int:…>` of a route, from 0 to `LARGEST_ID`, in ASCII digits: `９` is no second address of 9."""

    regex = "[0-9]+"

    def __init__(self, map: Any, **options: Any) -> None:
        super().__init__(map, **({"max": LARGEST_ID} | options))


def home() -> str:
    """What complete addresses of this site begin with, for this request."""
    return runtime().settings.public_url or request.root_url.rstrip("/")


def site_url(endpoint: str, **values: Any) -> str:
    """A complete address of this site, as files, programs and search engines need it.

    It begins with `REGISTRY_PUBLIC_URL`, otherwise with the host that was asked for, which is one of the site's own:
    the framework has compared it with `TRUSTED_HOSTS`.
    """
    return home() + url_for(endpoint, **values).removeprefix(request.script_root)


def repeated(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The parameters that a page repeats in addresses of itself: those that fit into `MOST_REPEATED`.

    A head names its own address half a dozen times, so that a long question would have an answer many times as long.
    """
    kept, left = [], MOST_REPEATED
    for name, value in pairs:
        size = len(name) + len(value)
        if size <= left:
            kept.append((name, value))
            left -= size
    return kept


def links_to(endpoint: str, name: str, **values: Any) -> Callable[[object], str]:
    """The address of an endpoint as a function of one value of its path, for a table of many rows.

    The value is an id or a code: what would have to be escaped in an address is none.
    """
    before, _, after = url_for(endpoint, **(values | {name: _PLACE})).partition(str(_PLACE))
    return lambda value: f"{before}{value}{after}"


def _remember(app: Flask) -> None:
    """Build an address once: it follows from the endpoint, its values, the prefix of the site and the language."""
    build = app.url_for

    @lru_cache(maxsize=REMEMBERED, typed=True)
    def path(root: str, method: str, spoken: str, endpoint: str, /, **values: Any) -> str:
        return build(endpoint, **values)

    def remembered(endpoint: str, **values: Any) -> str:
        # Views ask through Flask's own function, which names every option that it has, most of them as None.
        values = {name: value for name, value in values.items() if value is not None or name[0] != "_"}
        is_plain = not endpoint.startswith(".") and not any(isinstance(value, list) for value in values.values())
        if is_plain and has_request_context() and "_external" not in values and "_scheme" not in values:
            environ = request.environ
            return path(environ.get("SCRIPT_NAME", ""), environ["REQUEST_METHOD"], language(), endpoint, **values)
        return build(endpoint, **values)

    app.url_for = remembered  # type: ignore[method-assign]
    app.jinja_env.globals["url_for"] = remembered


def init_addresses(app: Flask) -> None:
    """Use identifiers for every route that is added from now on, and complete addresses in templates."""
    app.url_map.converters["int"] = Identifier
    _remember(app)
    app.jinja_env.globals.update(site_url=site_url, links_to=links_to)
