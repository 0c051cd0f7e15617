"""Names that look alike: pairs of neighbouring characters in common (Dice), found through an index of pairs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

LEAST = 0.6
"""Share of pairs in common from which two names are worth a question."""


class SimilarNames:
    """An index over names by id; built once for many questions (10 000 names take about 0.1 s)."""

    def __init__(self, names: Mapping[int, str]) -> None:
        self._sizes: dict[int, int] = {}
        self._having: dict[str, list[int]] = defaultdict(list)
        for identifier, name in names.items():
            pairs = set(_pairs(name))
            self._sizes[identifier] = len(pairs)
            for pair in pairs:
                self._having[pair].append(identifier)

    def closest(self, name: str, most: int) -> list[int]:
        """Ids of the names most like `name`, the closest first."""
        pairs = set(_pairs(name))
        common: Counter[int] = Counter()
        for pair in pairs:
            common.update(self._having.get(pair, ()))
        scored = (
            (2 * count / (len(pairs) + self._sizes[identifier]), identifier) for identifier, count in common.items()
        )
        good = sorted((-score, identifier) for score, identifier in scored if score >= LEAST)
        return [identifier for _, identifier in good[:most]]


def _pairs(name: str) -> Iterator[str]:
    for start in range(len(name) - 1):
        yield name[start : start + 2]
