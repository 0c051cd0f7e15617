"""Answers in JSON: sentences of rules are in the language of the request, as on pages."""

from __future__ import annotations

import orjson

from registry.i18n import in_words


def as_json(data: object) -> bytes:
    """The data as JSON; each `Message` in it is put into the language of the request."""
    return orjson.dumps(data, default=_told, option=orjson.OPT_PASSTHROUGH_SUBCLASS)


def _told(value: object) -> str:
    if isinstance(value, str):
        return str(in_words(value))
    raise TypeError(f"{type(value).__name__} has no form in JSON")
