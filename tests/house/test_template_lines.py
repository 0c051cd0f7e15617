"""Templates are written for readers: a line fits on a screen beside another file."""

from __future__ import annotations

from pathlib import Path

from tests.house.test_house_rules import TEMPLATES

LONGEST = 160


def _long_lines(paths: list[Path]) -> list[str]:
    """`file:line (length)` of every line that is too long."""
    return [
        f"{path.parent.name}/{path.name}:{number} ({len(line)})"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST
    ]


def test_no_line_of_a_template_is_too_long() -> None:
    assert TEMPLATES, "no templates found: the folder has moved"
    assert _long_lines(TEMPLATES) == []
