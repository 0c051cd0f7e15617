"""Every sentence that sends people to the upkeep of the record names a change that exists there, and who reads it gets in."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from flask import Flask

from registry.changes import CHANGES, ChangeKind, may_start
from registry.permissions import HOLDERS, Permission
from registry.terms import Role
from tests import people
from tests.people import signed_in
from tests.titles.makers import writing

ROOT = Path(__file__).resolve().parents[2] / "registry"
PLACE = "登记维护"
NAMED = re.compile(r"登记维护中(?:办理|另办|给那一家)“?(企业更名|项目更名|项目合并|登记差错作废|撤回误登文件|登记代码)")
MEANT = {
    "企业更名": ChangeKind.RENAME_ENTERPRISE,
    "项目更名": ChangeKind.RENAME_PROJECT,
    "撤回误登文件": ChangeKind.WITHDRAW_DOCUMENT,
    "项目合并": ChangeKind.MERGE_PROJECTS,
    "登记差错作废": ChangeKind.VOID_TITLES,
    "登记代码": ChangeKind.USCC,
}


def sentences() -> list[str]:
    """Every text of the commands that names the upkeep."""
    found = []
    for path in (ROOT / "services").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and PLACE in node.value:
                found.append(node.value)
    return found


def test_each_sentence_names_a_change_that_officers_can_begin() -> None:
    told = sentences()
    assert len(told) >= 5
    for sentence in told:
        match = NAMED.search(sentence)
        assert match, sentence
        kind = MEANT[match[1]]
        assert may_start(Role.MUNICIPAL_REVIEWER, CHANGES[kind])


def test_officers_have_the_upkeep_in_their_navigation(app: Flask) -> None:
    with writing(app) as session:
        officers = [
            people.staff(session, Role.DISTRICT_REVIEWER, "TNQ"),
            people.staff(session, Role.MUNICIPAL_REVIEWER),
        ]
    for officer in officers:
        browser = signed_in(app, officer.id)
        page = browser.get(browser.get("/review").links()[PLACE])
        assert page.h1 == PLACE
    assert Role.DISTRICT_REVIEWER in HOLDERS[Permission.CHANGE_REVIEW]
