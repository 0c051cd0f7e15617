"""What the product is made of: pinned with hashes, and under licences that are known."""

from __future__ import annotations

import re

import pytest

from tests.docs.licences import ABSENT, ACCEPTED, COPYLEFT, ROOT, licence_of, runtime_packages

FILES = ("requirements.txt", "requirements-server.txt", "requirements-dev.txt")


@pytest.mark.parametrize("name", FILES)
def test_every_package_is_pinned_with_the_hashes_of_its_files(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = [entry for entry in re.split(r"\n(?=\S)", text.strip()) if not entry.startswith("#")]
    loose = [entry.partition(" ")[0] for entry in entries if not re.match(r"[a-z0-9][a-z0-9._-]*==\S+", entry)]
    bare = [entry.partition(" ")[0] for entry in entries if "--hash=sha256:" not in entry]
    assert (loose, bare, len(entries) > 60) == ([], [], True)


def test_the_server_runs_what_the_runtime_pins() -> None:
    pins = [
        set(re.findall(r"^([^\s=]+==\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)) for name in FILES
    ]
    assert pins[0] - pins[1] == set()
    assert pins[0] - pins[2] == set()


def test_no_licence_is_unknown_and_no_copyleft_is_new() -> None:
    said = {name: licence_of(name) for name in runtime_packages()}
    assert [name for name, licence in said.items() if licence in ("", ABSENT)] == []
    assert {name for name, licence in said.items() if COPYLEFT.search(licence)} == set(ACCEPTED)


def test_each_line_of_the_protection_table_names_tests_that_exist() -> None:
    """等保: a line without a test proves nothing."""
    lines = [
        line
        for line in (ROOT / "docs" / "dengbao.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| ")
    ][1:]
    named = [re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", line) for line in lines]
    assert (len(lines) >= 18, [line for line, tests in zip(lines, named, strict=True) if not tests]) == (True, [])
    gone = [
        f"{path}::{test}"
        for tests in named
        for path, test in tests
        if not (ROOT / path).is_file() or (test and f"def {test}(" not in (ROOT / path).read_text(encoding="utf-8"))
    ]
    assert gone == []
