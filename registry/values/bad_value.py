"""A typed value that cannot be taken."""

from __future__ import annotations


class BadValue(Exception):
    """A cell cannot be taken: the reason, and the way out."""

    def __init__(self, reason: str, way_out: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.way_out = way_out
