"""A form by which officers change a row carries what its page showed of it, so that the later of two sees the other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

VIEWS = Path(__file__).resolve().parents[2] / "registry" / "views"
OF_OFFICERS = ("/review", "/admin", "/publications")
SEEN = re.compile(r"\bseen|version\b")
MAKES = "makes a row of its own, which nobody has seen yet"
ENDS = "takes one row away or ends it; the second press finds it gone and says so"
LOOKS = "shows something and writes an event"
OWN = "belongs to the officer alone"
SWITCH = "sets one thing to what its button says, whatever it was before; nothing that was typed is lost"
BELOW = "carries it: another module reads it"
CAPTION = "the caption stands beside its button; of two at once the later stands, and each is an event"
SUPPLIER = "links, services and stories are rows of their own; the form of a supplier begins empty and says all anew"
NEEDS_NONE: dict[str, str] = {
    "accounts/admin.change": SWITCH,
    "accounts/admin.link": MAKES,
    "accounts/lists.remove_town": ENDS,
    "accounts/team.make_owner": SWITCH,
    "accounts/team.end_owner": SWITCH,
    "accounts/team.approve_membership": SWITCH,
    "accounts/team.decline_membership": SWITCH,
    "calls/exceptions.waivers": MAKES,
    "calls/exceptions.end_waiver": ENDS,
    "calls/pauses.pauses": MAKES,
    "calls/pauses.end": ENDS,
    "evaluation/panels.new": MAKES,
    "evaluation/pool.end_conflict": ENDS,
    "imports/pages.imports": MAKES,
    "imports/pages.answer": BELOW,
    "inspection/desk.draw": MAKES,
    "inspection/desk.add": MAKES,
    "inspection/desk.drop": ENDS,
    "inspection/photos.add": MAKES,
    "inspection/photos.remove": ENDS,
    "notices/desk.new": MAKES,
    "notices/objections.identity": LOOKS,
    "notices/objections.file": LOOKS,
    "notices/objections.paper": MAKES,
    "recognition/documents.new": MAKES,
    "recognition/ladder.ladder": MAKES,
    "recognition/ladder.remove": ENDS,
    "recognition/ladder.convert": MAKES,
    "recognition/outside_titles.outside": MAKES,
    "recognition/re_evaluation.new": MAKES,
    "review/bulk.plan": LOOKS,
    "review/photos.release": CAPTION,
    "review/photos.withdraw": ENDS,
    "review/phrases.add": MAKES,
    "review/phrases.remove": ENDS,
    "review/phrases.move": SWITCH,
    "review/saved.keep": OWN,
    "review/saved.remove": OWN,
    "review/sheet_files.chosen": LOOKS,
    "review/sheet_upload.preview": BELOW,
    "review/sheet_upload.apply": BELOW,
    "review/sheets.sheets": LOOKS,
    "review/steps.seen": OWN,
    "review/steps.contacts": LOOKS,
    "review/steps.duplicate": SWITCH,
    "site/maintenance.notices": MAKES,
    "site/maintenance.remove": ENDS,
    "titles/desk.new": MAKES,
    "titles/desk.edit": BELOW,
    "titles/desk.step": BELOW,
    "titles/relations.add": SUPPLIER,
    "titles/relations.end": ENDS,
}


def test_forms_that_change_a_row_carry_its_version() -> None:
    without = {name for name, source in _posts() if not SEEN.search(source)}
    assert without == set(NEEDS_NONE)


def _posts() -> Iterator[tuple[str, str]]:
    """Every view of officers that takes a POST, by module and name, with the functions of its module that it uses."""
    for path in sorted(VIEWS.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        for name, node in functions.items():
            if any(_takes_posts(each) for each in node.decorator_list):
                yield f"{path.parent.name}/{path.stem}.{name}", "\n".join(_used(name, functions, set()))


def _takes_posts(decorator: ast.expr) -> bool:
    if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute):
        return False
    address = "".join(
        each.value
        for argument in decorator.args
        for each in ast.walk(argument)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    )
    is_post = decorator.func.attr == "post" or "POST" in ast.unparse(decorator)
    return is_post and address.startswith(OF_OFFICERS)


def _used(name: str, functions: dict[str, ast.FunctionDef], done: set[str]) -> Iterator[str]:
    done.add(name)
    body = ast.Module([*functions[name].body], [])
    # Sentences and docstrings say nothing about what is compared.
    yield " ".join(
        part
        for each in ast.walk(body)
        for part in (
            [each.id]
            if isinstance(each, ast.Name)
            else [each.attr]
            if isinstance(each, ast.Attribute)
            else [each.arg or ""]
            if isinstance(each, ast.keyword)
            else []
        )
    )
    for each in ast.walk(body):
        if isinstance(each, ast.Name) and each.id in functions and each.id not in done:
            yield from _used(each.id, functions, done)
