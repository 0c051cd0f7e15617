"""The draw of the applications that are visited: from a seed, so that anybody can repeat it. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping


def lot(seed: str, number: str) -> str:
    """The lot of an application: whoever has the seed and the numbers can draw again and compare."""
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()


def draw(pool: Mapping[str, Collection[str]], share: int, seed: str) -> dict[str, list[str]]:
    """The numbers drawn by unit: of each unit `share` per cent, rounded up, in the order of their lots."""
    drawn = {}
    for unit, numbers in sorted(pool.items()):
        wanted = -(-share * len(numbers) // 100)
        drawn[unit] = sorted(numbers, key=lambda number: lot(seed, number))[:wanted]
    return drawn
