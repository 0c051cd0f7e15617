"""Tests of the tests: each can fail, none is left out, and the tables of the house are asked by `make check`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import StrictUndefined, UndefinedError

from app import create_app
from registry.config import Settings
from tests import conftest

TESTS = Path(__file__).resolve().parents[1]
MODULES = sorted(TESTS.rglob("test_*.py"))
JUDGES = {"expect", "has_effect", "holds"}
"""Calls that assert for a test: Playwright's `expect`, the effect of a setting, which is looked at below, and what a
read list holds."""
LITERAL_TABLES = {
    "house/test_routes.py": "every route with its methods and policy",
    "house/test_access_table.py": "every route × every person",
    "workflow/test_matrix.py": "role × state × step",
    "workflow/test_statuses.py": "the facts of every state",
    "workflow/test_tabs.py": "role × state → tab of the queue",
    "record/test_dimensions.py": "every filter × every value",
}
"""What `make check` must not leave to `make test`."""


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    """All functions of a module."""
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def judges(node: ast.AST) -> bool:
    """Whether a part of a test can make it fail: an assertion about something, `pytest.raises`, or a judge."""
    if isinstance(node, ast.Assert):
        return not isinstance(node.test, ast.Constant)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr == "raises"
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in JUDGES


def test_every_test_asserts_something_itself() -> None:
    """A page that is merely asked for is no assertion: what should stand on it is written in the test."""
    mute = [
        f"{path.relative_to(TESTS)}::{function.name}"
        for path in MODULES
        for function in functions(ast.parse(path.read_text(encoding="utf-8")))
        if function.name.startswith("test_") and not any(judges(node) for node in ast.walk(function))
    ]
    assert mute == []


@pytest.mark.parametrize(
    ("path", "name"), [("cli/test_settings_served.py", "EFFECTS"), ("operation/effects.py", "OPERATION")]
)
def test_every_effect_of_a_setting_asserts_something(path: str, name: str) -> None:
    tree = ast.parse((TESTS / path).read_text(encoding="utf-8"))
    [table] = [
        node.value
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name
    ]
    assert isinstance(table, ast.Dict)
    # A table without a key is another one of these, spread into this one.
    values = [value for key, value in zip(table.keys, table.values, strict=True) if key is not None]
    named = {name.id for value in values for name in ast.walk(value) if isinstance(name, ast.Name)}
    sound = {function.name for function in functions(tree) if any(judges(node) for node in ast.walk(function))}
    assert named
    assert named <= sound


def test_no_test_is_skipped_or_allowed_to_fail() -> None:
    words = {"skip", "skipif", "xfail", "importorskip"}
    found = [
        f"{path.relative_to(TESTS)}:{node.lineno}"
        for path in TESTS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in words
    ]
    assert found == []


@pytest.mark.parametrize("name", LITERAL_TABLES)
def test_the_tables_of_the_house_run_in_make_check(name: str) -> None:
    path = TESTS / name
    assert path.name not in conftest.HEAVY
    assert path.parent.name not in conftest.HEAVY
    marked = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("slow", "journey")
    ]
    assert marked == []


def test_every_application_of_a_test_has_strict_templates(empty_app: Flask) -> None:
    """A name that a page does not get fails, whoever made the application; on a server it is shown as nothing."""
    assert empty_app.jinja_env.undefined is StrictUndefined
    template = empty_app.jinja_env.from_string("{{ a_name_that_nobody_gave }}")
    with pytest.raises(UndefinedError):
        template.render()


@pytest.fixture
def empty_app(tmp_path: Path, sqlite_url: str) -> Iterator[Flask]:
    """An application that is made without the fixtures."""
    app = create_app(Settings(data_dir=tmp_path, database_url=sqlite_url, secret_key="k" * 32))
    yield app
    app.extensions["registry"].engine.dispose()
