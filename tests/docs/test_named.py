"""What the papers name can be typed: commands and their options, targets, modules, settings, addresses, names of the code."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from flask import Flask
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import MapAdapter, RequestRedirect

from app import create_app
from registry.config import SETTINGS, Settings
from registry.services.imports.asking.questions import QuestionKind
from registry.services.imports.result import ListKind
from tests.docs.test_paths import PAPERS, ROOT

CODE = sorted(path for top in ("registry", "geo", "tests", "bench") for path in (ROOT / top).rglob("*.py"))
SOURCES = [*PAPERS, *(path for path in (ROOT / "deploy").iterdir() if path.is_file())]
FLASK = re.compile(
    r"(?:flask(?: --app app)?|(?m:^)registry|`registry) ([a-z]+)(?: ([a-z-]+(?:\|[a-z-]+)*))?([^`|;；。\n]*)"
)
"""A command as papers write it: of the program, or `registry` as deploy/registry.sh installs it."""
OPTION = re.compile(r"(?<![\w-])--[a-z-]+")
SERVERS = ("app", "run", "shell", "routes")
PLACES = ("/opt/", "/etc/", "/var/", "/tmp/", "/srv/", "/smart/", "/metrics", "/api/v2")  # noqa: S108 - told of, not written to
"""Folders of a machine, an address that a setting opens, and one that would come with a second version of the interface."""
NAME = re.compile(r"`(?!REGISTRY_)((?:[A-Za-z_]+\.)*[A-Za-z]+_[A-Za-z_]+|[A-Z][A-Za-z]+\.[a-z_]+)(?:\([^`]*\))?`")


@pytest.fixture(scope="module")
def app() -> Flask:
    """The program with its commands and addresses; no database is opened."""
    return create_app(Settings(data_dir=ROOT / "instance", secret_key="d" * 32))


def commands_in(text: str) -> list[tuple[str, list[str], list[str]]]:
    """Each command that a text names: its first word, the words after it (`show|load` are two), its options."""
    return [
        (first, rest.split("|") if rest else [], OPTION.findall(tail))
        for first, rest, tail in FLASK.findall(text)
        if first not in SERVERS
    ]


def unknown(app: Flask, first: str, rest: list[str], options: list[str]) -> list[str]:
    """What of one named command the program does not know."""
    command = app.cli.commands.get(first)
    if command is None:
        return [first]
    found = [command]
    if isinstance(command, click.Group):
        missing = [f"{first} {word}" for word in rest if word not in command.commands]
        if missing or not rest:
            return missing
        found = [command.commands[word] for word in rest]
    known = {option for each in found for parameter in each.params for option in parameter.opts} | {"--help"}
    return [f"{first} {option}" for option in options if option not in known]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_commands_exist_with_their_options(path: Path, app: Flask) -> None:
    named = commands_in(path.read_text(encoding="utf-8"))
    assert [fault for command in named for fault in unknown(app, *command)] == []


def test_a_command_that_does_not_exist_is_found(app: Flask) -> None:
    text = "`flask users create A --rolle x`, `flask user list`, `flask audit show|verify`, `registry back up`"
    faults = [fault for command in commands_in(text) for fault in unknown(app, *command)]
    assert faults == ["users --rolle", "user", "audit show", "back"]


def test_the_page_of_imports_names_every_question_and_option(app: Flask) -> None:
    """An officer who meets `ditto` in a file of questions finds what it means."""
    page = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")
    group = app.cli.commands["import"]
    assert isinstance(group, click.Group)
    options = {option for parameter in group.commands["kpis"].params for option in parameter.opts if option[0] == "-"}
    assert {kind for kind in QuestionKind if f"`{kind}`" not in page} == set()
    assert {kind for kind in ListKind if f"import {kind}" not in page} == set()
    assert {option for option in options if option not in page} == set()


def test_targets_and_modules_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    text = "\n".join(path.read_text(encoding="utf-8") for path in (*SOURCES, *CODE, ROOT / "pyproject.toml"))
    targets = set(re.findall(r"[`（(]make ([a-z-]+)|^make ([a-z-]+) +#", text, re.MULTILINE))
    modules = set(re.findall(r"python -m ((?:registry|tests|bench)[\w.]*\w)", text))
    names = {first or second for first, second in targets}
    assert {name for name in names if not re.search(rf"^{name}:", makefile, re.MULTILINE)} == set()
    assert {name for name in modules if not _runs(name)} == set()
    assert names >= {"run", "check", "faults"}
    assert "tests.same_pages" in modules


def _runs(module: str) -> bool:
    path = ROOT / module.replace(".", "/")
    return path.with_suffix(".py").is_file() or (path / "__main__.py").is_file()


def test_settings_exist() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    named = set(re.findall(r"\bREGISTRY_([A-Z_]*[A-Z])", text))
    assert named == {name for name, _, _ in SETTINGS}


@pytest.mark.parametrize("path", PAPERS, ids=lambda path: path.name)
def test_addresses_exist(path: Path, app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    rules = [rule.rule for rule in app.url_map.iter_rules()]
    named = set(re.findall(r"`(/[a-z][^` …]*)", path.read_text(encoding="utf-8")))
    asked = {each: re.sub(r"<[a-z]+>", "1", each).partition("?")[0] for each in named if not each.startswith(PLACES)}
    assert [each for each, plain in asked.items() if not _is_answered(adapter, rules, plain)] == []


def _is_answered(adapter: MapAdapter, rules: list[str], address: str) -> bool:
    """Whether an address, or addresses below it, lead to a view."""
    try:
        adapter.match(address)
    except (MethodNotAllowed, RequestRedirect):
        return True
    except NotFound:
        return any(rule.startswith(f"{address.rstrip('/')}/") for rule in rules)
    return True


def test_comments_name_places_that_exist() -> None:
    """A module that moved takes the comments along that send a reader to it; `a/b` without an ending is one too."""
    place = re.compile(r"`((?:registry|queries|services|views|models|changes|values|cli|forms)/[a-z_/]+)(?:\.py)?`")
    named = {(path, name) for path in CODE for name in place.findall(path.read_text(encoding="utf-8"))}
    gone = [
        f"{path.relative_to(ROOT)}: {name}"
        for path, name in named
        if not any((ROOT / top / f"{name}{end}").exists() for top in ("", "registry") for end in ("", ".py"))
    ]
    assert gone == []
    assert len(named) > 10


DOTTED = re.compile(
    r"`((?:services|queries|views|models|values|changes|forms|cli|declaration|storage)(?:\.\w+)+)(?:\(\))?`"
)


def test_comments_name_modules_and_their_parts() -> None:
    """`services.review.steps.perform` is a module that exists, and the word stands in it."""
    named = {(path, name) for path in CODE for name in DOTTED.findall(path.read_text(encoding="utf-8"))}
    assert [f"{path.relative_to(ROOT)}: {name}" for path, name in sorted(named) if not _is_part(name)] == []
    assert len(named) > 30


def _is_part(name: str) -> bool:
    place, words = ROOT / "registry", name.split(".")
    while words and (place / words[0]).is_dir():
        place /= words.pop(0)
    if words and (place / f"{words[0]}.py").is_file():
        place /= f"{words.pop(0)}.py"
    text = (place if place.is_file() else place / "__init__.py").read_text(encoding="utf-8")
    return all(re.search(rf"\b{word}\b", text) for word in words)


def test_names_of_the_code_exist() -> None:
    files = (*CODE, *(ROOT / "static").glob("*.js"), *(ROOT / "registry").rglob("*.csv"))
    words = {word for path in files for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))}
    named = {(paper.name, name) for paper in PAPERS for name in NAME.findall(paper.read_text(encoding="utf-8"))}
    assert {each for each in named if not set(each[1].split(".")) <= words} == set()
    assert ("design.md", "public_change") in named


def test_sentences_that_an_operator_looks_for_are_those_of_the_program() -> None:
    """「…」 quotes what a page or a command says, with … for what stands in between."""
    own = (path for path in CODE if path.is_relative_to(ROOT / "registry"))
    files = (*own, *(ROOT / "deploy").iterdir(), *(ROOT / "templates").rglob("*.html"))
    said = re.sub(r'"\s*"', "", "".join(path.read_text(encoding="utf-8") for path in files))
    quoted = {
        part.strip()
        for paper in PAPERS
        for each in re.findall("「([^」]+)」", paper.read_text(encoding="utf-8"))
        for part in each.split("…")
    }
    assert {part for part in quoted if part not in said} == set()
    assert "系统繁忙，请稍后再试。" in quoted
