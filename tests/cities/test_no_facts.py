"""No fact of a city stands in code, templates, scripts or messages: the folder is the only place that knows them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cities.words import facts_of_shipped, said_in

ROOT = Path(__file__).resolve().parents[2]
SEARCHED = ("registry", "geo", "templates", "static", "app.py")
KINDS = (".py", ".html", ".js", ".css", ".txt", ".po", ".csv", ".toml", ".svg")
LEFT_OUT = ("registry/reference/cities", "static/vendor")
WAY_OUT = (
    "A fact of the shipped city stands outside of its folder. Ask the city for it: `city_of(session)` where there is a "
    "session, `catalogue().lists.city` or `runtime().city` in a view; a new fact is a key of city.toml (docs/city.md)."
)


def sources() -> list[Path]:
    """The files that are searched."""
    found = []
    for name in SEARCHED:
        path = ROOT / name
        found += [path] if path.is_file() else [item for item in sorted(path.rglob("*")) if item.suffix in KINDS]
    return [path for path in found if not str(path.relative_to(ROOT)).startswith(LEFT_OUT)]


def places(paths: list[Path]) -> list[str]:
    """Where a fact was found: file, row, what."""
    one = re.compile("|".join(f"(?:{pattern})" for pattern in facts_of_shipped()))
    found = []
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = one.search(line)
            if match:
                found.append(f"{path.name}:{number}: {match[0]}")
    return found


def test_no_fact_of_the_shipped_city_stands_in_the_program() -> None:
    assert len(sources()) > 400
    assert places(sources()) == [], WAY_OUT


@pytest.mark.parametrize(
    "line",
    [
        'unit == "JKQ"',
        "f'CZ-{number}'",
        'local = f"0519{digits}"',
        "经开区的镇",
        "LATITUDE = 31.6;",
        "320412",
        "Wujin",
        "约 119 到 120",
        "如 119.95",
    ],
)
def test_a_planted_fact_is_found(tmp_path: Path, line: str) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(f"first = 1\n{line}\n", encoding="utf-8")
    assert [place.rpartition(":")[0] for place in places([planted])] == ["planted.py:2"]


@pytest.mark.parametrize("fact", ["常州", "CHANGZHOU", "CZ-7", "0519", "TNQ", "320412", "32.062", "nat_demo_factory"])
def test_a_fact_on_a_page_is_found(fact: str) -> None:
    assert said_in(f"<p>{fact}</p>")
    assert not said_in("<p>云杉市 YS-7 0888 990103</p>")
