"""Numbers of rows and versions as addresses and forms hold them."""

from __future__ import annotations

LARGEST_ID = 2**31 - 1
"""The largest number that every database of the registry can be asked for."""


def row_id(text: str | None) -> int | None:
    """The number that a text is, in ASCII digits; None for any other text and for one that no row can have.

    How long it is comes first: Python refuses to read an integer of thousands of digits.
    """
    typed = text or ""
    known = len(typed) <= 10 and typed.isascii() and typed.isdigit() and int(typed) <= LARGEST_ID
    return int(typed) if known else None
