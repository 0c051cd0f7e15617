"""Ten questions that reach the bureau, each answered from the statistics page by what one sets in its form.

`presses` counts what an officer presses from the bare page: one for a switch, a tab, a fold or the button, two for a
select (open, choose).
"""

from __future__ import annotations

import pytest
from flask import Flask

from tests.browser import Browser, Page

pytestmark = pytest.mark.slow

QUESTIONS = [
    ("武进区累计有多少项认定？", "count=cumulative&unit=WJQ", 4, "武进区累计认定国家级试点示范2项"),
    (
        "2020 年新认定多少市级示范智能车间，比上年如何？",
        "count=new&year_from=2020&year_to=2020&category=mun_demo_smart_workshop",
        8,
        "22 项 2019年：36，减少 14",
    ),
    ("最近一年各板块新增多少，比上年如何？", "count=new", 2, "武进区 31 34 −3"),
    ("民营小微企业有多少家？", "", 0, "民营小微企业 79 家"),
    ("有首台套的企业持有多少项有效认定？", "group=honor", 1, "首台套 30 28 +2 5.8 25 16"),
    ("2015 年以来增长多少？", "", 0, "20 16"),
    ("完成总投资多少，用了多少机器人？", "", 0, "完成总投资275.5亿元（按295个项目计）"),
    ("省级示范智能车间在全省第几，出处是什么？", "", 0, "省级示范智能车间 全省第三 131 个 131 相符"),
    (
        "2020 年这一批的生产效率，按总量加权提升多少？",
        "count=new&year_from=2020&year_to=2020&category=mun_demo_smart_workshop&method=pooled",
        9,
        "生产效率加权平均提升",
    ),
    ("多少项目同时有市级和省级认定？", "group=ladder", 1, "其中同时获省级"),
]


def asked(app: Flask, form: str) -> Page:
    """The page that the form leads to."""
    browser = Browser(app)
    answer = browser.raw(f"/statistics?{form}")
    return Page(browser.raw(answer.headers["Location"]) if answer.status_code == 302 else answer)


def test_each_question_is_answered_by_a_few_presses(demo_app: Flask) -> None:
    pages: dict[str, str] = {}
    missing = []
    for question, form, presses, answer in QUESTIONS:
        if form not in pages:
            pages[form] = "".join(asked(demo_app, form).text().split())
        if "".join(answer.split()) not in pages[form]:
            missing.append(question)
        assert presses <= 10
    assert missing == []
