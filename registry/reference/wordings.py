"""How lists in use write headers, categories and units: data, so that another wording is another row.

`wordings.csv` holds what is said in any city, `city_wordings.csv` the names of this one.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from registry.reference import FOLDER

_FILES = ("wordings.csv", "city_wordings.csv")
_SEVERAL = "?"


@dataclass(frozen=True)
class Wording:
    """One wording: what it stands for, or several `targets` between which a person decides."""

    kind: str
    targets: tuple[str, ...]
    text: str

    @property
    def asked(self) -> bool:
        """Whether the wording alone does not decide."""
        return len(self.targets) > 1


@cache
def wordings(kind: str) -> tuple[Wording, ...]:
    """All wordings of a kind: `header`, `half`, `category`, `unit`, `place`, in file order."""
    return tuple(wording for wording in _all() if wording.kind == kind)


@cache
def _all() -> tuple[Wording, ...]:
    found = []
    for name in _FILES:
        with (FOLDER / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                targets = row["target"].removeprefix(_SEVERAL).split(";")
                found.append(Wording(row["kind"], tuple(targets), row["wording"]))
    return tuple(found)
