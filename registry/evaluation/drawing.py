"""抽取: who may judge an application, and the draw by lot. Pure: the same facts and seed give the same draw everywhere.

Experts carry as few applications as can be: the draw looks for the smallest number that nobody has to exceed and
places the experts under it by augmenting paths, so that it never gets stuck while there is a way. Among equals the
order is that of SHA-256 over `seed:application number:expert id`.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An active expert of the pool; `employer` is the key of the employer's name, `uscc` its code or ''."""

    id: int
    employer: str = ""
    uscc: str = ""
    industries: frozenset[str] = frozenset()
    sectors: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Case:
    """An application as the draw sees it: keys of the present and former names of its enterprise, its codes, its
    industry and sector, and the experts who must not judge it."""

    number: str
    names: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    industry: str = ""
    sector: str = ""
    conflicts: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Eligible:
    """Who may judge an application. `by_sector`: nobody knows its industry, so those of its sector are asked."""

    ids: tuple[int, ...]
    by_sector: bool = False


@dataclass(frozen=True)
class Place:
    """An application in the draw: the experts who may judge it, how many are wanted, and who judges it already."""

    number: str
    eligible: tuple[int, ...]
    wanted: int
    fixed: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Draw:
    """Drawn experts by application number; `short` names applications that lack some, with how many."""

    chosen: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    short: Mapping[str, int] = field(default_factory=dict)
    most: int = 0


def works_there(candidate: Candidate, case: Case) -> bool:
    """Whether the expert is employed by the enterprise, under its present name, a former one, or a code."""
    return candidate.employer in case.names or (bool(candidate.uscc) and candidate.uscc in case.codes)


def eligible(case: Case, candidates: Iterable[Candidate]) -> Eligible:
    """Who knows the industry of the application and has no tie to its enterprise.

    Where nobody in the whole pool is at home in the industry, those of its sector are asked; an application that
    states no industry is open to all.
    """
    pool = sorted(candidates, key=lambda item: item.id)
    free = [item for item in pool if item.id not in case.conflicts and not works_there(item, case)]
    if not case.industry:
        return Eligible(tuple(item.id for item in free))
    if any(case.industry in item.industries for item in pool):
        return Eligible(tuple(item.id for item in free if case.industry in item.industries))
    return Eligible(tuple(item.id for item in free if case.sector in item.sectors), by_sector=True)


def rank_of(seed: str, number: str, expert: int) -> str:
    """What decides between equals."""
    return hashlib.sha256(f"{seed}:{number}:{expert}".encode()).hexdigest()


def draw(places: Sequence[Place], seed: str, loads: Mapping[int, int] | None = None) -> Draw:
    """Draw for all places at once. `loads`: applications that experts carry already.

    Where some application cannot have its experts, nothing is drawn and all that lack some are named.
    """
    short = {}
    for place in places:
        there = len(set(place.eligible) - place.fixed)
        if there < place.wanted:
            short[place.number] = place.wanted - there
    if short:
        return Draw(short=short)
    carried = dict(loads or {})
    wanted = sum(place.wanted for place in places)
    limit = 0
    while (chosen := _Matching(places, seed, carried, limit).solve()) is None:
        limit += 1
        assert limit <= wanted + max(carried.values(), default=0), "every place has enough experts"
    total: dict[int, int] = defaultdict(int, carried)
    for experts in chosen.values():
        for expert in experts:
            total[expert] += 1
    return Draw(chosen=chosen, most=max(total.values(), default=0))


class _Matching:
    """Experts for all places under one limit; `solve` gives None when there is no way."""

    def __init__(self, places: Sequence[Place], seed: str, loads: Mapping[int, int], limit: int) -> None:
        self.places = sorted(places, key=lambda place: place.number)
        self.order = {
            place.number: sorted(
                set(place.eligible) - place.fixed, key=lambda expert: (rank_of(seed, place.number, expert), expert)
            )
            for place in self.places
        }
        self.seed, self.limit = seed, limit
        self.loads: dict[int, int] = defaultdict(int, loads)
        self.chosen: dict[str, set[int]] = {place.number: set() for place in self.places}

    def solve(self) -> dict[str, tuple[int, ...]] | None:
        """Place one expert after another; each may move earlier ones on along an augmenting path."""
        for place in self.places:
            for _ in range(place.wanted):
                if not self._place(place.number, set()):
                    return None
        return {
            number: tuple(item for item in self.order[number] if item in self.chosen[number]) for number in self.order
        }

    def _place(self, number: str, seen: set[int]) -> bool:
        for expert in self.order[number]:
            if expert in self.chosen[number] or expert in seen:
                continue
            seen.add(expert)
            if self.loads[expert] < self.limit:
                self.loads[expert] += 1
                self.chosen[number].add(expert)
                return True
            for other in self._holders(expert):
                if self._place(other, seen):
                    self.chosen[other].remove(expert)
                    self.chosen[number].add(expert)
                    return True
        return False

    def _holders(self, expert: int) -> list[str]:
        """Who has the expert by this draw, those first whose order puts them last."""
        held = [number for number, experts in self.chosen.items() if expert in experts]
        return sorted(held, key=lambda number: rank_of(self.seed, number, expert), reverse=True)
