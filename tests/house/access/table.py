"""Reads the tables of `access/`."""

from __future__ import annotations

from tests.house.access.reading import Table


def rows(table: Table) -> list[tuple[str, str, dict[str, str], tuple[str, ...]]]:
    """(endpoint, path, form, expected statuses) of a table."""
    found = []
    for statuses, lines in table:
        for line in filter(None, map(str.strip, lines.splitlines())):
            endpoint, path, *form = line.split()
            fields = dict(pair.split("=", 1) for pair in form[0].split("&")) if form else {}
            found.append((endpoint, path, fields, tuple(statuses.split())))
    return found
