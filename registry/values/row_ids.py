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


def seen_version(text: str | None) -> int:
    """The version that a form sends back; -1 when it is no number, which is never the present one."""
    found = row_id(text)
    return -1 if found is None else found
