"""Synthetic names, codes and texts for the demo stock; all draw from one seeded generator."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from random import Random
from typing import Any

from stdnum.cn import uscc

from registry.reference import FOLDER
from registry.reference.city import City

Words = dict[str, Any]

_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def load_words(city: City) -> dict[str, Any]:
    """The word lists: the city's own where it has some, else those that come with the program."""
    own = city.folder / "demo" / "words.toml"
    with (own if own.is_file() else FOLDER / "demo_words.toml").open("rb") as file:
        return tomllib.load(file)


def demo_code(division: str, serial: int) -> str:
    """A unified social credit code whose body DEM… cannot exist though both check digits are right."""
    body = f"DEM{serial:05d}"
    total = sum(_ALPHABET.index(char) * weight for char, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    check = "0X"[11 - total % 11 == 10] if 11 - total % 11 >= 10 else str(11 - total % 11)
    stem = f"91{division}{body}{check}"
    return stem + str(uscc.calc_check_digit(stem))


@dataclass(frozen=True)
class Line:
    """What a workshop makes and how."""

    industry: str
    product: str
    process: str


def draw_line(random: Random, words: Words) -> Line:
    """An industry by its weight, a product of it and a process."""
    weights = words["weights"]
    industry = random.choices(list(weights), weights=list(weights.values()))[0]
    return Line(industry, random.choice(words["products"][industry]), random.choice(words["processes"]))


def enterprise_name(random: Random, words: Words, line: Line, taken: set[str]) -> str:
    """A name that begins with 演示 and is not yet taken."""
    while True:
        name = f"演示{random.choice(words['brands'])}{line.product}有限公司"
        if name not in taken:
            taken.add(name)
            return name
        # The stem is taken: another brand of the list, or a numbered works of the same brand.
        name = f"演示{random.choice(words['brands'])}{line.product}{random.choice('一二三四五')}厂有限公司"
        if name not in taken:
            taken.add(name)
            return name


def summary(random: Random, words: Words, line: Line) -> str:
    """Two sentences about the workshop."""
    first = random.choice(words["summaries"]).format(product=line.product, process=line.process)
    return str(first + random.choice(words["endings"]))
