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
TESTS = sorted(path for top in ("tests", "bench") for path in (ROOT / top).rglob("*.py") if path != Path(__file__))
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


def test_no_control_is_there_only_to_be_refused() -> None:
    """What cannot be done now is a sentence that says why; a button that cannot be pressed says nothing."""
    control = re.compile(r"<(?:button|input|select|textarea)\b[^>]*\sdisabled\b")
    assert [path.name for path in TEMPLATES if control.search(path.read_text(encoding="utf-8"))] == []


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


def test_pages_look_into_files_at_one_place() -> None:
    """That place lets go of the write lock first: nobody could save anything for as long as a file takes."""
    views = [path for path in PYTHON if "registry/views/" in path.as_posix()]
    assert [path.name for path in views if "uploads.examine(" in path.read_text(encoding="utf-8")] == ["received.py"]


def _module(path: Path) -> str:
    return str(path.relative_to(ROOT).with_suffix("")).removeprefix("registry/")


def test_only_one_module_moves_an_application() -> None:
    """`.status = …` of an application stands in `services/review/steps` alone, of a title in `services/record/titles`;
    the demo ends its own titles."""
    writers = set()
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            targets = node.targets if isinstance(node, ast.Assign) else []
            targets = [node.target] if isinstance(node, ast.AnnAssign | ast.AugAssign) else targets
            flat = [leaf for target in targets for leaf in ast.walk(target)]
            if any(_is_status_of_record(leaf) for leaf in flat):
                writers.add(_module(path))
    assert writers == {"services/review/steps", "services/record/titles", "services/demo/histories"}


def _is_status_of_record(leaf: ast.AST) -> bool:
    """An attribute `status` that is set; HTTP errors and responses have one of their own."""
    return isinstance(leaf, ast.Attribute) and leaf.attr == "status" and isinstance(leaf.ctx, ast.Store)


def test_what_leaves_the_process_waits_for_the_commit_at_one_place() -> None:
    """A letter or a woken thread that goes before the commit tells of what may never be stored."""
    posts = re.compile(r"\bmailer\(\)\.(?:post|kick)\b|setdefault\(.after_commit|\bworker\(\)\.wake\b")
    found = {str(path.relative_to(ROOT)) for path in PYTHON if posts.search(path.read_text(encoding="utf-8"))}
    # The page of an import that works wakes the thread that a stopped server left: nothing is told by that.
    assert found == {
        "registry/views/web/runtime.py", "registry/views/imports/worker.py", "registry/views/imports/pages.py",
    }  # fmt: skip


def test_titles_are_written_in_three_places() -> None:
    """A Recognition is made, inserted or updated by list import, demo data and `services/recognition` only."""
    allowed = ("services/imports/", "services/demo/", "services/recognition/")
    verbs = {"Recognition", "insert", "update", "delete", "insert_drafts", "update_draft"}
    writers = set()
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in verbs:
                continue
            named = [node.func.id, *(each.id for each in node.args if isinstance(each, ast.Name))]
            if "Recognition" in named:
                writers.add(_module(path))
    assert {name for name in writers if not name.startswith(allowed)} == set()
    of_documents = {name for name in writers if name.startswith("services/recognition")}
    assert of_documents == {"services/recognition/confirming", "services/recognition/mapping"}


def test_third_party_code_is_not_committed() -> None:
    ignored = (ROOT / ".gitignore").read_text()
    assert "static/vendor/" in ignored
    assert [path.name for path in (ROOT / "static").glob("*.min.js")] == []


def test_no_rule_reads_a_sentence_and_no_page_asks_whether_a_page_exists() -> None:
    """Sentences are for people and change with the wording; an installation has all pages."""
    reads_a_sentence = re.compile(r"[\"'] in \w+\.(?:message|reason|sentence)\b")
    asks_for_a_page = re.compile(r" in (?:current_)?app\.view_functions|has_page\(|has_endpoint")
    for path in (*PYTHON, *TEMPLATES):
        text = path.read_text(encoding="utf-8")
        assert not reads_a_sentence.search(text), path
        assert not asks_for_a_page.search(text), path


def test_no_day_is_taken_from_a_moment_of_another_zone() -> None:
    """From midnight to eight in the morning the day in UTC is still the one before: `beijing_day` alone knows it."""
    day_in_utc = re.compile(r"\b(?:now|moment|\w+_at|now\(UTC\))\.(?:date\(\)|year\b)|date\.today\(\)")
    assert day_in_utc.search("today=datetime.now(UTC).date()")
    found = [path for path in PYTHON if day_in_utc.search(path.read_text(encoding="utf-8"))]
    assert [_module(path) for path in found] == []
    # Nor by a test, which would fail between midnight and eight: there a fixed moment may have a day of its own.
    of_now = re.compile(r"\bnow(?:\(UTC\))?\.(?:date\(\)|year\b)|date\.today\(\)")
    assert [path.name for path in TESTS if of_now.search(path.read_text(encoding="utf-8"))] == []


def test_no_journey_waits_for_a_page_that_has_not_begun_to_come() -> None:
    """After a press the page that stands here has long been loaded: `press` of the journeys waits for the next one, and
    `Traffic` for what a script asks for."""
    waits = re.compile(r"wait_for_load_state|networkidle\"")
    journeys = [path for path in TESTS if path.parent.name in ("journeys", "axe")]
    assert len(journeys) > 20
    assert [path.name for path in journeys if waits.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("written", "room"),
    [
        (r"Content-Disposition\"\]|as_attachment=True|download_name=", "views/web/downloads"),
        (r"(?<![\w.])Workbook\(", "spreadsheets/writing"),
        (r"2\*\*31(?: - 1)?$|isdigit\(\) and len\(\w+\) <=? (?:9|10)\b", "values/row_ids"),
    ],
    ids=["the name of a file", "an empty workbook", "the number of a row"],
)
def test_what_holds_for_all_of_a_kind_is_said_in_one_place(written: str, room: str) -> None:
    """A download is named by what it holds and the day, a workbook names no tool as its author, and a number that no
    row can have is refused before a database is asked."""
    pattern = re.compile(written, re.MULTILINE)
    assert [_module(path) for path in PYTHON if pattern.search(path.read_text(encoding="utf-8"))] == [room]
