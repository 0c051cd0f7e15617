"""How lists in use write headers, categories and units: data, so that another wording is another row.

`wordings.csv` beside this module holds what is said in any city; the names of one city are in its folder.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from registry.reference import FOLDER


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
    """All wordings of a kind that any city uses: `header`, `half`, in file order."""
    with (FOLDER / "wordings.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == kind]
    return tuple(Wording(kind, (row["target"],), row["wording"]) for row in rows)
