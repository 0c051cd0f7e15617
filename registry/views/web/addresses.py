"""Numbers in addresses: what no table can hold as an id is an address that does not exist."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter

LARGEST_ID = 2**31 - 1
"""The largest id that every database of the registry can be asked for."""


class Identifier(IntegerConverter):
    """`<int:…>` of a route, from 0 to `LARGEST_ID`, in ASCII digits: `９` is no second address of 9."""

    regex = "[0-9]+"

    def __init__(self, map: Any, **options: Any) -> None:
        super().__init__(map, **({"max": LARGEST_ID} | options))


def init_addresses(app: Flask) -> None:
    """Use it for every route that is added from now on."""
    app.url_map.converters["int"] = Identifier
