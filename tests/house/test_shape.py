"""Folders, modules and templates keep the shape that `tests.house.shape` measures, and it sees each way to break it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house import shape


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small tree that keeps every limit exactly."""
    for folder in ("registry/queries", "geo", "tests/record", "bench", "templates/record"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "app.py").write_text("x\n")
    (tmp_path / "registry" / "queries" / "__init__.py").write_text('"""Reads."""\n')
    for number in range(shape.MOST_MODULES - 1):
        (tmp_path / "registry" / "queries" / f"m{number}.py").write_text("x = 1\n")
    (tmp_path / "geo" / "maps.py").write_text("x\n" * shape.LONGEST)
    (tmp_path / "tests" / "record" / "test_a.py").write_text("x\n" * shape.LONGEST)
    (tmp_path / "templates" / "record" / "map.html").write_text("字" * shape.WIDEST + "\n")
    return tmp_path


def test_the_repository_keeps_its_shape() -> None:
    assert shape.report() == []


def test_the_limits_themselves_are_kept(tree: Path) -> None:
    assert shape.report(tree) == []


def test_a_crowded_folder_is_named(tree: Path) -> None:
    (tree / "registry" / "queries" / "one_more.py").write_text("x = 1\n")
    assert shape.report(tree) == ["registry/queries/ holds 26 modules"]


@pytest.mark.parametrize("path", ["app.py", "registry/queries/m3.py", "geo/maps.py", "tests/conftest.py", "bench/x.py"])
def test_a_long_module_is_named_wherever_it_lies(tree: Path, path: str) -> None:
    (tree / path).write_text("x\n" * (shape.LONGEST + 1))
    assert shape.report(tree) == [f"{path} has 351 lines"]


def test_a_wide_line_is_named_with_its_number(tree: Path) -> None:
    (tree / "templates" / "layout.html").write_text("<p>\n" + "x" * (shape.WIDEST + 1))
    assert shape.report(tree) == ["templates/layout.html:2 has 161 characters"]


def test_many_modules_of_middling_length_are_too_many(tree: Path) -> None:
    for number in range(20):
        (tree / "registry" / "queries" / f"m{number}.py").write_text("x\n" * (shape.NINETIETH + 1))
    assert [line.split("(")[0].split() for line in shape.report(tree)] == [
        ["lines", "of", "the", "median", "module", "251"],
        ["lines", "that", "nine", "of", "ten", "modules", "keep", "to", "251"],
    ]


def test_percentiles_are_values_that_occur() -> None:
    sizes = list(range(1, 11))
    assert (shape.nearest_rank(sizes, 0.5), shape.nearest_rank(sizes, 0.9), shape.nearest_rank([], 0.9)) == (5, 9, 0)
