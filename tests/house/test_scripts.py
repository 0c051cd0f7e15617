"""The scripts of pages: the linter of `make check` finds nothing, and would find each way to run or mark up typed text."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
LINTER = Path(sys.executable).parent / "oxlint"


def complaints(folder: Path) -> list[tuple[str, str]]:
    """(file, rule) of everything that the linter says about a folder."""
    done = subprocess.run(
        [LINTER, folder, "--deny-warnings", "--report-unused-disable-directives", "--format", "unix"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    found = re.findall(r"^(.+?):\d+:\d+: .*\[\w+/?(.*)\]$", done.stdout, re.MULTILINE)
    assert done.returncode == (1 if found else 0), done.stdout + done.stderr
    return [(Path(name).name, rule) for name, rule in found]


def test_the_scripts_are_clean() -> None:
    assert complaints(STATIC) == []


PLANTED = [
    ("spot.innerHTML = text;", "no-restricted-properties"),
    ("spot.innerHTML += text;", "no-restricted-properties"),
    ("spot['innerHTML'] = text;", "no-restricted-properties"),
    ("spot.outerHTML = text;", "no-restricted-properties"),
    ("spot.srcdoc = text;", "no-restricted-properties"),
    ("spot.setHTMLUnsafe(text);", "no-restricted-properties"),
    ("spot.insertAdjacentHTML('beforeend', text);", "no-restricted-properties"),
    ("document.createRange().createContextualFragment(text);", "no-restricted-properties"),
    ("document.write(text);", "no-restricted-properties"),
    ("window.document.write(text);", "no-restricted-properties"),
    ("document.writeln(text);", "no-restricted-properties"),
    ("eval(text);", "no-eval"),
    ("window.eval(text);", "no-eval"),
    ("new Function(text)();", "no-new-func"),
    ("window.setTimeout('run()', 1);", "no-implied-eval"),
    ("spot.href = 'javascript:run()';", "no-script-url"),
    ("document.cookie = text;", "no-document-cookie"),
    ("nowhere(text);", "no-undef"),
    ("const unread = text;", "no-unused-vars"),
    ("console.log(text);", "no-console"),
]


@pytest.mark.parametrize(("line", "rule"), PLANTED, ids=[line for line, _ in PLANTED])
def test_a_planted_fault_is_found(tmp_path: Path, line: str, rule: str) -> None:
    shutil.copy(STATIC / ".oxlintrc.json", tmp_path)
    (tmp_path / "page.js").write_text(
        f"(() => {{\n  const spot = document.body;\n  const text = spot.dataset.typed;\n  spot.append(text);\n  {line}\n}})();\n"
    )
    found = complaints(tmp_path)
    assert found
    assert all(name == "page.js" and said.endswith(f"({rule})") for name, said in found), found


def test_only_the_marks_of_the_map_are_written_as_markup() -> None:
    """The one exception is stated at its line; it writes what `map-marks.js` makes of numbers."""
    exceptions = [
        (path.name, line.strip())
        for path in sorted(STATIC.glob("*.js"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if "lint-disable" in line
    ]
    assert [name for name, _ in exceptions] == ["sketch.js"]
    assert "no-restricted-properties -- " in exceptions[0][1]


def test_the_linter_is_pinned_and_no_part_of_running() -> None:
    pinned = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")
    assert re.search(r"^oxlint==[\d.]+ \\$", pinned, re.MULTILINE)
    assert "oxlint" not in (ROOT / "requirements.txt").read_text(encoding="utf-8")
