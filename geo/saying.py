"""What this library says to people: Chinese, with its parts apart, so that whoever uses it can say it in English."""

from __future__ import annotations

from collections.abc import Mapping


class Said(str):
    """A Chinese clause with `%(name)s` for its values; as a string it is the whole clause in Chinese."""

    msgid: str
    values: Mapping[str, object]

    def __new__(cls, msgid: str, /, **values: object) -> Said:
        """The clause; without values a per cent sign stands for itself."""
        clause = super().__new__(cls, msgid % values if values else msgid)
        clause.msgid, clause.values = msgid, values
        return clause
