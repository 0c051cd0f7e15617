"""The papers name files that exist: a module that moved takes its sentences along."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAPERS = sorted((*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")))
NAMED = re.compile(r"`([a-z_]+(?:/[a-z_]+)*/(?:[A-Za-z0-9_-]+\.(?:py|js|css|html|csv|toml|po))?)`")
BARE = re.compile(r"`([a-z_-]+\.(?:py|js|css|csv|toml|html|sh|conf|service|timer))`")
UNDER = ("", "registry", "templates", "registry/reference/cities/changzhou", "registry/services/imports")
"""Folders that papers leave out of a path."""


def named(paper: Path) -> list[str]:
    """The paths of files and folders that a paper names."""
    return NAMED.findall(paper.read_text(encoding="utf-8"))


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_a_paper_names_what_exists(paper: Path) -> None:
    assert [path for path in named(paper) if not any((ROOT / folder / path).exists() for folder in UNDER)] == []


def test_a_file_that_is_named_without_its_folder_exists_somewhere() -> None:
    tops = ("registry", "static", "templates", "deploy", "geo", "tests", "bench")
    files = {path.name for top in tops for path in (ROOT / top).rglob("*")} | {path.name for path in ROOT.iterdir()}
    bare = {(paper.name, name) for paper in PAPERS for name in BARE.findall(paper.read_text(encoding="utf-8"))}
    assert {each for each in bare if each[1] not in files} == set()
    assert ("operation.md", "registry-mail.timer") in bare


def test_paths_are_found_in_the_papers() -> None:
    assert "views/web/runtime.py" in named(ROOT / "docs" / "design.md")
    assert sum(len(named(paper)) for paper in PAPERS) > 30
