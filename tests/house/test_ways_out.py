"""Every sentence of the product that names a way out leads to it: a command, a setting, a paper, a page, a button,
a kind of change. A sentence that sends people somewhere unknown fails here until the place exists or is named below."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

from registry.changes import CHANGES, ChangeKind, may_start
from registry.config import SETTINGS
from registry.permissions import HOLDERS, Permission
from registry.terms import Role
from tests import people
from tests.house.test_translations import entries
from tests.people import signed_in

ROOT = Path(__file__).resolve().parents[2]
UPKEEP = "登记维护"
COMMAND = re.compile(r"flask ((?:[a-z]+(?:-[a-z]+)*)(?: [a-z]+(?:-[a-z]+)*)*)")
SETTING = re.compile(r"REGISTRY_([A-Z_]+)")
PAPER = re.compile(r"docs/[a-z-]+\.md")
TARGET = re.compile(r"make ([a-z]+)")
QUOTED = re.compile(r"(?:在|到|按|从|用|办理|选|见|勾选)“([^”%{]+)”")
"""What stands in quotation marks after a word of going or pressing is a label of the product."""
SENT = re.compile(r"(?:请|先|可)(?:先|再|另)?(?:在|到|从|去)([^，。；：“”]{1,8}?)(?:中|页面?|里|上|部分|窗口|选择)")
CHANGES_THERE = re.compile(r"登记维护中(?:办理|另办|给那一家)“?([\u4e00-\u9fff]+?)(?:[”，。；、]|$|后)")

PLACES = {
    "变更申请": "own_changes.changes",
    "待办": "review.queue",
    "登记维护": "upkeep.search",
    "类别表": "lists.overview",
    "申报表的附件": "enterprise.application",
    "名单": "public.projects",
    "申报规则": "calls_admin.rules",
    "应报的项目": "enterprise.dashboard",
}
"""Places of the product that sentences name without quotation marks → the endpoint."""
OUTSIDE = {
    "表格软件": "the program in which a list was written",
    "服务器日志": "the log of the machine",
    "备份": "what the operator keeps",
    "手机": "the phone that took the photo",
    "浏览器的网站设置": "the browser, which may be asked for the place",
    "新": "another window of the browser",
    "保存后重新": "when, not where",
    "掉密码后再": "when, not where",
    "列表": "the control beside the sentence",
    "必填指标": "the group of the same form",
    "核查组": "the field of the same form",
    "申报": "the applications of the panel, on the same page",
    "指标": "the group of the same form",
    "至少一个栏目旁写明意见，或写一段总的说明": "the fields of the same form",
    "至少一个": "the fields of the same form",
    "答复": "the question on the same page",
    "那": "the record that the sentence has just named",
}
ALSO = {"登记代码": ChangeKind.USCC, "项目合并": ChangeKind.MERGE_PROJECTS}
"""Shorter words for a kind of change."""


def found(pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """(what is named, the sentence) for each sentence of the product."""
    for sentence in entries():
        for match in pattern.findall(sentence):
            yield match, sentence


@pytest.fixture
def bare(make_app: Callable[..., Flask], sqlite_url: str) -> Flask:
    """An application whose commands and routes are looked at."""
    return make_app(sqlite_url)


def test_commands_exist(bare: Flask) -> None:
    named = list(found(COMMAND))
    assert len(named) >= 10
    for words, sentence in named:
        command: click.Command | None = bare.cli
        for word in words.split():
            command = command.get_command(click.Context(command), word) if isinstance(command, click.Group) else None
            assert command is not None, sentence


def test_settings_papers_and_targets_exist() -> None:
    known = {name for name, _default, _meaning in SETTINGS}
    assert [pair for pair in found(SETTING) if pair[0] not in known] == []
    assert [pair for pair in found(PAPER) if not (ROOT / pair[0]).is_file()] == []
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert [pair for pair in found(TARGET) if pair[0] not in targets] == []


def test_what_is_quoted_is_a_label_of_the_product() -> None:
    kinds = {kind.zh for kind in ChangeKind}
    # A label may explain itself in brackets behind the words that are quoted.
    labels = {label.split("（")[0] for label in entries()} | kinds
    code = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "registry").rglob("*.py")))
    named = list(found(QUOTED))
    assert len(named) >= 15
    assert [pair for pair in named if pair[0] not in labels and f'"{pair[0]}"' not in code] == []


def test_each_place_is_known(bare: Flask) -> None:
    served = {rule.endpoint for rule in bare.url_map.iter_rules()}
    assert [place for place, endpoint in PLACES.items() if endpoint not in served] == []
    named = list(found(SENT))
    assert [pair for pair in named if pair[0] not in PLACES and pair[0] not in OUTSIDE] == []
    words = {pair[0] for pair in named}
    assert words.issuperset(PLACES)


def test_changes_named_in_the_upkeep_can_be_begun_there() -> None:
    kinds = {kind.zh: kind for kind in ChangeKind} | ALSO
    named = list(found(CHANGES_THERE))
    assert len(named) >= 10
    for name, sentence in named:
        assert name in kinds, sentence
        assert may_start(Role.MUNICIPAL_REVIEWER, CHANGES[kinds[name]]), sentence


def test_officers_have_the_upkeep_in_their_navigation(bare: Flask) -> None:
    with bare.extensions["registry"].write() as session:
        officers = [
            people.staff(session, Role.DISTRICT_REVIEWER, "TNQ").id,
            people.staff(session, Role.MUNICIPAL_REVIEWER).id,
        ]
        session.commit()
    for officer in officers:
        browser = signed_in(bare, officer)
        page = browser.get(browser.get("/review").links()[UPKEEP])
        assert page.h1 == UPKEEP
    assert Role.DISTRICT_REVIEWER in HOLDERS[Permission.CHANGE_REVIEW]
