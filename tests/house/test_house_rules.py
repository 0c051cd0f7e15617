"""Rules of the house that a reader would otherwise have to remember."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sorted([ROOT / "app.py", *(path for top in ("registry", "geo") for path in (ROOT / top).rglob("*.py"))])
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
CHINESE = re.compile(r"[\u3400-\u9fff]")
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc"}
LONGEST = 350


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_raw_chinese(path: Path) -> None:
    """Every Chinese text of a page is a message, so that English can be complete."""
    tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(path.read_text(encoding="utf-8"))
    raw = [data.data.strip() for data in tree.find_all(nodes.TemplateData) if CHINESE.search(data.data)]
    messages = {id(argument) for call in tree.find_all(nodes.Call) if _is_message(call) for argument in call.args}
    literals = [
        constant.value
        for constant in tree.find_all(nodes.Const)
        if isinstance(constant.value, str) and CHINESE.search(constant.value) and id(constant) not in messages
    ]
    assert raw + literals == []


def _is_message(call: nodes.Call) -> bool:
    return isinstance(call.node, nodes.Name) and call.node.name in ("_", "gettext", "ngettext")


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_are_short_named_and_explained(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= LONGEST
    assert path.stem not in VAGUE
    tree = ast.parse(source)
    assert ast.get_docstring(tree), "module without a docstring"
    missing = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert missing == []


def test_nothing_names_a_machine_or_an_index() -> None:
    words = re.compile(r"/(?:home|root|Users)/\w|--index-url|extra-index-url")
    for path in (*PYTHON, *TEMPLATES, ROOT / "Makefile", ROOT / "pyproject.toml", *ROOT.glob("requirements*.txt")):
        assert not words.search(path.read_text(encoding="utf-8")), path


def test_only_one_module_writes_a_status() -> None:
    """`Recognition.status` is written where titles are made and ended, nowhere else."""
    allowed = {"services/imports", "services/demo", "services/recognition"}
    writers = set()
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            targets = node.targets if isinstance(node, ast.Assign) else []
            flat = [leaf for target in targets for leaf in ast.walk(target)]
            if any(isinstance(leaf, ast.Attribute) and leaf.attr == "status" for leaf in flat):
                writers.add(
                    str(path.relative_to(ROOT / "registry").parent if path.parent.name != "services" else path.stem)
                )
    assert writers - {name for name in writers if any(name.startswith(good) for good in allowed)} == set()


def test_third_party_code_is_not_committed() -> None:
    ignored = (ROOT / ".gitignore").read_text()
    assert "static/vendor/" in ignored
    assert [path.name for path in (ROOT / "static").glob("*.min.js")] == []
