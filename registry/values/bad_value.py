"""A typed value that cannot be taken."""

from __future__ import annotations

from collections.abc import Mapping


class BadValue(Exception):
    """A cell cannot be taken: the reason, and the way out."""

    def __init__(self, reason: str, way_out: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.way_out = way_out


class Several(BadValue):
    """A text that may mean several things; `candidates` maps the code of each to its name."""

    def __init__(self, reason: str, way_out: str, candidates: Mapping[str, str]) -> None:
        super().__init__(reason, way_out)
        self.candidates = dict(candidates)


def said(template: str, **values: object) -> str:
    """A sentence with its values: one template with `%(name)s`, so that it can be told in another language."""
    return template % values
