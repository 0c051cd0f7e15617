"""A typed value that cannot be taken."""

from __future__ import annotations

from collections.abc import Mapping

from registry.wording import Message

SHOWN = 40
"""How much of a typed text a sentence repeats."""


class BadValue(Exception):
    """A cell cannot be taken: the reason, and the way out."""

    def __init__(self, reason: str, way_out: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.way_out = way_out

    @property
    def sentence(self) -> Message:
        """Reason and way out in one."""
        return finding(self.reason, self.way_out)

    def of(self, typed: str) -> Message:
        """The same about a typed text, which is named."""
        return Message("“%(typed)s”%(finding)s", typed=typed[:SHOWN], finding=self.sentence)


def finding(reason: str, way_out: str) -> Message:
    """What is wrong, and what can be done about it."""
    return Message("%(reason)s；%(way_out)s", reason=reason, way_out=way_out)


class Several(BadValue):
    """A text that may mean several things; `candidates` maps the code of each to its name."""

    def __init__(self, reason: str, way_out: str, candidates: Mapping[str, str]) -> None:
        super().__init__(reason, way_out)
        self.candidates = dict(candidates)
