"""Random scopes of a random record: up to three conditions, any of the three kinds of counting, perhaps a day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from random import Random
from typing import Any

from registry.queries.catalogue.filters import ALL_STATUS, METHODS, Filters
from tests.answers.expected import DIMENSIONS
from tests.answers.record import KINDS, Title


def batch_scopes(titles: Sequence[Title], draw: Random) -> Iterator[Filters]:
    """Each batch as it is answered for: new titles of a category in a year."""
    for category, year in dict.fromkeys((one.category, one.year) for one in titles):
        yield Filters(
            category=(category,), status=ALL_STATUS, year_from=year, year_to=year, method=draw.choice(METHODS)
        )


def random_scopes(titles: Sequence[Title], draw: Random, count: int) -> Iterator[Filters]:
    """So many scopes that some title may satisfy."""
    for _ in range(count):
        chosen: dict[str, Any] = {}
        for name in draw.sample(sorted(DIMENSIONS), draw.randint(0, 3)):
            found = {DIMENSIONS[name](draw.choice(titles)) or "none" for _ in range(draw.randint(1, 4))}
            chosen[name] = tuple(sorted(found))
        if draw.random() < 0.25:
            chosen["honor"] = tuple(sorted(draw.sample([*KINDS, "none"], draw.randint(1, 2))))
        first, last = sorted(draw.randint(2010, 2099) for _ in range(2))
        span = draw.choice([(None, None), (None, None), (first, None), (None, last), (first, last)])
        yield Filters(
            **chosen,
            status=draw.choice([("valid",), ALL_STATUS, ALL_STATUS, ("revoked",), ("valid", "expired")]),
            year_from=span[0],
            year_to=span[1],
            as_of=draw.choice([None, None, date(draw.randint(2015, 2099), 12, 31), date(2050, 6, 30)]),
            method=draw.choice(METHODS),
        )
