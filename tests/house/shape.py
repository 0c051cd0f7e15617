"""The shape of the repository in numbers: `python -m tests.house.shape` prints it and exits 1 where it breaks.

A folder that one look takes in, modules that one sitting reads, templates whose lines fit a window: each limit
stands here once, so that the command and the test of `make check` cannot disagree.
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

MOST_MODULES = 25
"""Python files in one folder, the mark of a package among them."""
MEDIAN, NINETIETH, LONGEST = 100, 250, 350
"""Lines of a module: half of them, nine of ten, and each."""
WIDEST = 160
"""Characters in a line of a template."""

SHIPPED = ("registry", "geo")
TRIED = ("tests", "bench")


@dataclass(frozen=True)
class Measure:
    """One figure with its limit; `breaks` names whatever goes beyond it."""

    name: str
    value: int
    limit: int
    breaks: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the figure keeps its limit."""
        return self.value <= self.limit

    def __str__(self) -> str:
        return f"{self.name:<44} {self.value:>5}  (limit {self.limit})"


def modules(root: Path, tops: Iterable[str]) -> Iterator[Path]:
    """Python files below these folders, in order."""
    for top in tops:
        yield from sorted((root / top).rglob("*.py"))


def length(path: Path) -> int:
    """Lines of a text file."""
    return len(path.read_text(encoding="utf-8").splitlines())


def nearest_rank(values: list[int], share: float) -> int:
    """The smallest value that `share` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0


def crowding(root: Path) -> Measure:
    """Modules in the fullest folder."""
    counts = Counter(path.parent for path in modules(root, (*SHIPPED, "tests")))
    crowded = tuple(
        f"{folder.relative_to(root)}/ holds {count} modules"
        for folder, count in sorted(counts.items())
        if count > MOST_MODULES
    )
    return Measure("modules in the fullest folder", max(counts.values(), default=0), MOST_MODULES, crowded)


def _longest(root: Path, name: str, sizes: dict[Path, int]) -> Measure:
    long = tuple(f"{path.relative_to(root)} has {size} lines" for path, size in sizes.items() if size > LONGEST)
    return Measure(name, max(sizes.values(), default=0), LONGEST, long)


def lengths(root: Path) -> list[Measure]:
    """Median, ninetieth percentile and longest of what is shipped, and the longest of what tries it."""
    shipped = {path: length(path) for path in [root / "app.py", *modules(root, SHIPPED)] if path.is_file()}
    tried = {path: length(path) for path in modules(root, TRIED)}
    sizes = list(shipped.values())
    return [
        Measure("lines of the median module", nearest_rank(sizes, 0.5), MEDIAN),
        Measure("lines that nine of ten modules keep to", nearest_rank(sizes, 0.9), NINETIETH),
        _longest(root, "lines of the longest module", shipped),
        _longest(root, "lines of the longest module of tests, bench", tried),
    ]


def width(root: Path) -> Measure:
    """Lines of templates that do not fit a window."""
    wide = tuple(
        f"{path.relative_to(root)}:{number} has {len(line)} characters"
        for path in sorted((root / "templates").rglob("*"))
        if path.is_file()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > WIDEST
    )
    return Measure(f"lines of templates over {WIDEST} characters", len(wide), 0, wide)


def measures(root: Path = ROOT) -> list[Measure]:
    """All figures of a tree."""
    return [crowding(root), *lengths(root), width(root)]


def report(root: Path = ROOT) -> list[str]:
    """What breaks the shape, one line each: the figure, or each file that is beyond it."""
    return [line for measure in measures(root) if not measure.holds for line in (measure.breaks or (str(measure),))]


def main() -> int:
    """Print the folders and the figures; 1 and the names of what breaks them, else 0."""
    counts = Counter(path.parent for path in modules(ROOT, (*SHIPPED, "tests")))
    for folder, count in sorted(counts.items()):
        print(f"{folder.relative_to(ROOT)!s:<44} {count:>5}")
    print()
    for measure in measures():
        print(measure)
    broken = report()
    for line in broken:
        print(f"breaks the shape: {line}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
