"""Which names may be one: rules for enterprises and for workshops of one enterprise. A person decides."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from registry.names import name_key

_LEAST_LENGTH = 4
_WORKSHOP_LIKE = 0.8
_LEGAL = re.compile(r"(?:集团)?(?:股份)?(?:有限)?(?:责任)?公司$")
_GENERIC = ("智能", "数字化", "示范", "生产", "车间", "工厂", "项目")
_COUNTING = frozenset("0123456789abcdefghijklmnopqrstuvwxyz〇零一二三四五六七八九十甲乙丙丁戊己庚辛壬癸")
_MOST_ALIKE = 40
"""So many names that differ in the same place are kept for comparison: a question with more could not be answered."""
_PAIR_LIMIT = 400
"""So many names of one enterprise are compared one by one; beyond that only those that are equal when folded."""


Places = tuple[str, ...]
"""Names of places with which a name may begin, the longest first (`City.places`)."""


@lru_cache(maxsize=65536)
def enterprise_core(name: str, places: Places) -> str:
    """A name without place, brackets and legal form."""
    core = name_key(name)
    for place in places:
        core = core.replace(f"({place})", "")
    core = core.replace("(", "").replace(")", "")
    shortened = True
    while shortened:
        shortened = False
        for place in places:
            if core.startswith(place) and len(core) > len(place):
                core, shortened = core[len(place) :], True
                break
    return _LEGAL.sub("", core) or core


def similar_enterprises(one: str, other: str, places: Places) -> bool:
    """Whether two names may be one enterprise."""
    first, second = enterprise_core(one, places), enterprise_core(other, places)
    if counting(first) != counting(second):
        return False
    if first == second:
        return True
    return min(len(first), len(second)) >= _LEAST_LENGTH and _one_off(first, second)


def similar_workshops(one: str, other: str) -> bool:
    """Whether two names may be one workshop of the same enterprise."""
    first, second = name_key(one), name_key(other)
    if counting(first) != counting(second):
        return False
    bare = _without_generic(first)
    return (bool(bare) and bare == _without_generic(second)) or dice(first, second) >= _WORKSHOP_LIKE


def counting(name: str) -> str:
    """The numbers and letters of a name: where they differ, two names are two things (一号, 二号)."""
    return "".join(character for character in name if character in _COUNTING)


def dice(one: str, other: str) -> float:
    """Share of pairs of neighbouring characters that two texts have in common."""
    first, second = _pairs(one), _pairs(other)
    if not first or not second:
        return float(one == other)
    return 2 * len(first & second) / (len(first) + len(second))


@lru_cache(maxsize=65536)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[start : start + 2] for start in range(len(text) - 1))


@lru_cache(maxsize=65536)
def _without_generic(key: str) -> str:
    for word in _GENERIC:
        key = key.replace(word, "")
    return key


def _one_off(one: str, other: str) -> bool:
    """Whether one character more, less or other makes the texts equal."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    return one[start + (len(one) >= len(other)) :] == other[start + (len(other) >= len(one)) :]


class EnterpriseIndex:
    """Names in the order they were added, found again by what they look like; a name costs some twenty entries."""

    def __init__(self, names: Iterable[str], places: Places) -> None:
        self._places = places
        self._near: dict[str, list[str]] = defaultdict(list)
        self._known: dict[str, int] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Add a name."""
        if name in self._known:
            return
        self._known[name] = len(self._known)
        for key in _deletions(enterprise_core(name, self._places)):
            if len(self._near[key]) < _MOST_ALIKE:
                self._near[key].append(name)

    def like(self, name: str) -> list[str]:
        """The names that may be the same enterprise, in the order in which they were added."""
        found = {
            other
            for key in _deletions(enterprise_core(name, self._places))
            for other in self._near.get(key, ())
            if other != name and similar_enterprises(name, other, self._places)
        }
        return sorted(found, key=self._known.__getitem__)


def _deletions(core: str) -> Iterator[str]:
    """The text, and the text without one character: two texts that are one character apart share one of these."""
    yield core
    if len(core) >= _LEAST_LENGTH:
        for position in range(len(core)):
            yield core[:position] + core[position + 1 :]


def workshops_like(name: str, others: Iterable[str]) -> list[str]:
    """Those of `others` that may be the same workshop."""
    key = name_key(name)
    same = [other for other in others if name_key(other) != key and counting(name_key(other)) == counting(key)]
    if len(same) > _PAIR_LIMIT:
        same = [other for other in same if _without_generic(name_key(other)) == _without_generic(key)]
    return [other for other in same if similar_workshops(name, other)]
