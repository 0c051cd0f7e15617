"""A sentence of a rule is Chinese text for programs, and is told in the language of who reads it."""

from __future__ import annotations

import copy
import pickle

import orjson
import pytest
from flask import Flask, render_template_string

from registry.errors import NotAllowed
from registry.i18n import speak
from registry.permissions import Actor, Permission, require
from registry.terms import Role
from registry.wording import Message, as_message, together, told

REFUSED = Message("%(role)s没有此项权限。", role=Role.EXPERT)
SIGN_IN = Message("请先登录。")


def test_a_message_is_its_chinese_sentence() -> None:
    assert REFUSED == "专家没有此项权限。"
    assert orjson.loads(orjson.dumps({"detail": REFUSED})) == {"detail": "专家没有此项权限。"}
    assert f"{REFUSED}" == str(REFUSED) == "专家没有此项权限。"


def test_it_is_told_in_english_with_its_terms() -> None:
    assert told(REFUSED, "en") == "Your role (Expert) does not include this permission."
    assert told("武进", "en") == "武进"


def test_messages_lists_and_names_inside_a_message() -> None:
    both = Message("%(label)s：%(message)s", label=[Role.EXPERT, Role.AUDITOR, "常州"], message=SIGN_IN)
    assert both == "专家、审计员、常州：请先登录。"
    assert told(both, "en") == "Expert, Auditor, 常州: Please sign in first."


def test_sentences_stand_together() -> None:
    assert together(SIGN_IN, REFUSED, SIGN_IN) == "请先登录。专家没有此项权限。请先登录。"
    assert told(together(SIGN_IN, SIGN_IN), "en") == "Please sign in first. Please sign in first."
    assert told(as_message("100 %"), "en") == "100 %"


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda message: pickle.loads(pickle.dumps(message))])  # noqa: S301
def test_a_copy_can_still_be_told(copied) -> None:
    assert told(copied(REFUSED), "en") == told(REFUSED, "en")


def test_a_page_tells_it_and_marks_the_names_in_it(app: Flask) -> None:
    named = Message("%(label)s：%(message)s", label="常州<b>“1”", message=SIGN_IN)
    template = "{{ message }}|{{ message|marked }}"
    with app.test_request_context("/"):
        speak("en")
        assert render_template_string(template, message=named) == (
            '常州&lt;b&gt;“1”: Please sign in first.|<span lang="zh">常州&lt;b&gt;“1”</span>: Please sign in first.'
        )
        speak("zh")
        assert render_template_string(template, message=named).count("常州&lt;b&gt;“1”：请先登录。") == 2


def test_a_refusal_explains_itself_in_english() -> None:
    with pytest.raises(NotAllowed) as caught:
        require(Actor(id=1, role=Role.EXPERT), Permission.AUDIT_READ)
    assert caught.value.message == "专家没有此项权限。"
    assert told(caught.value.message, "en") == "Your role (Expert) does not include this permission."
