"""Where Chinese may stand in the code: in sentences that can be told in English, and in the data named here."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile(r"[\u3400-\u9fff]")
TOLD = ("Message", "Said", "_", "N_")
"""What is given to these is told in the language of the reader."""
READERS = ("compile", "sub", "fullmatch")
"""Patterns of what people type."""

DATA = {
    "registry/terms.py": "terms carry both languages",
    "registry/kinds.py": "terms carry both languages",
    "registry/purposes.py": "terms carry both languages",
    "registry/statuses.py": "message ids of states and steps",
    "registry/event_actions.py": "message ids of events",
    "registry/evaluation/terms.py": "terms carry both languages",
    "registry/changes": "kinds of change and their fields carry both languages",
    "registry/notices.py": "terms carry both languages",
    "registry/views/open/document.py": "descriptions of the interface carry both languages",
    "registry/values/real_names.py": "what people write in the place of a name",
    "registry/values/written_days.py": "words between two days as people write them",
    "registry/config/__init__.py": "names of settings for the generated docs, and the default names of site and owner",
    "registry/indicators.py": "message ids of the verbs of a change",
    "registry/application_form/fields.py": "labels of the form",
    "registry/application_form/inspection.py": "terms carry both languages",
    "registry/measures.py": "units of measurement in both languages",
    "registry/names.py": "forms of company as names are compared",
    "registry/services/uploads/names.py": "the name of a file that came without one",
    "registry/assets.py": "said by make when the environment is incomplete",
    "registry/reference/city.py": "the endings of places' names, which names of enterprises leave out",
    "geo/locator.py": "both languages of the name of a drawing",
    "geo/maps.py": "the name of the map's background, which the page does not show",
    "registry/services/record/readings.py": "characters that are read in several ways",
    "registry/queries": "labels, file headings and both languages of the paragraph",
    "registry/services/imports/findings.py": "terms carry both languages",
    "registry/services/imports/enterprises": "other wordings of headers, and words of cells",
    "registry/services/imports/honors/columns.py": "other wordings of headers, and examples in the template",
    "registry/services/imports/jobs/managing.py": "the name of a file that came without one",
    "registry/services/imports/jobs/templates.py": "words of an empty list",
    "registry/services/imports/kpis/rows.py": "other wordings of headers, and examples in the template",
    "registry/services/imports/own": "headers of files that the site exports",
    "registry/services/imports/report.py": "the name of a sheet",
    "registry/services/imports/row_places.py": "marks of degrees as people write them",
    "registry/services/imports/sheet_rows.py": "words of sums as people write them",
    "registry/services/imports/sheets": "words of lists as people write them",
    "registry/services/imports/template.py": "words of an empty list",
    "registry/services/imports/totals/rows.py": "other wordings of headers, and words of cells",
    "registry/services/demo": "invented data",
    "registry/services/applications/attachments.py": "the note of an event, which is stored",
    "registry/services/calls/managing.py": "the note of an event, which is stored",
    "registry/services/inspection": "the note of an event, which is stored",
    "registry/services/review/photos.py": "the note of an event, which is stored",
    "registry/spreadsheets/writing.py": "the name of a sheet",
    "registry/values/kpi_checks.py": "a unit as people write it",
    "registry/values/honors.py": "levels as people write them",
    "registry/values/naming.py": "marks of nothing and of ditto as people write them",
    "registry/values/quantities.py": "units and words beside numbers as people write them",
    "registry/values/similar.py": "words that say little in a name",
    "registry/values/written.py": "Chinese numerals",
    "registry/values/plain.py": "the suffix of a year as people write it",
    "registry/views/recognition/annex.py": "names of files",
    "registry/views/review/queue.py": "the title of a workbook",
    "registry/views/web/page.py": "the name of the language and the direction of a change",
}
"""File or folder → why Chinese stands there outside of a sentence. A refusal may stand in none of them."""
REFUSALS = ("Error", "InvalidInput", "NotAllowed", "NotFound", "Conflict", "BadParameter", "TooManyAttempts", "Refused",
            "BadValue", "Verdict", "StopValidation", "Fault", "unreadable")  # fmt: skip


def name_of(call: ast.Call) -> str:
    """The last name of what is called."""
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def untold(node: ast.AST) -> Iterator[ast.Constant]:
    """Chinese texts below a node that nobody can tell in English; docstrings left out."""
    if isinstance(node, ast.Call) and name_of(node) in TOLD + READERS:
        return
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str) and CHINESE.search(node.value):
            yield node
        return
    for child in ast.iter_child_nodes(node):
        is_text = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
        if not is_text:
            yield from untold(child)


def trees() -> Iterator[tuple[str, ast.Module]]:
    """Path and code of each module."""
    for folder in ("registry", "geo"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def lies_in(path: str, places: tuple[str, ...]) -> bool:
    """Whether a file is one of these or lies in one."""
    return any(path == place or path.startswith(f"{place}/") for place in places)


def test_chinese_stands_in_sentences_or_in_named_data() -> None:
    found = {path: [node.lineno for node in untold(tree)] for path, tree in trees()}
    stray = {path: lines for path, lines in found.items() if lines and not lies_in(path, tuple(DATA))}
    assert stray == {}
    idle = [place for place in DATA if not any(lines for path, lines in found.items() if lies_in(path, (place,)))]
    assert idle == [], "named without need"


def test_a_refusal_is_a_sentence_wherever_it_stands() -> None:
    stray = []
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and name_of(node).endswith(REFUSALS):
                stray += [f"{path}:{text.lineno} {text.value}" for text in untold(node)]
    assert stray == []


def test_a_sentence_loses_nothing_by_being_put_together() -> None:
    """An f-string or a `+` makes plain text of a message, which stays Chinese for every reader."""
    stray = []
    for path, tree in trees():
        for node in ast.walk(tree):
            parts = [node.left, node.right] if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) else []
            parts += (
                [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
                if isinstance(node, ast.JoinedStr)
                else []
            )
            if any(isinstance(part, ast.Call) and name_of(part) in ("Message", "Said") for part in parts):
                stray.append(f"{path}:{node.lineno}")
    assert stray == []
