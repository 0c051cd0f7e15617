"""The public page of a call says which parts of the procedure it has, and no others."""

from __future__ import annotations

import pytest
from flask import Flask

from registry.purposes import CallPurpose
from registry.terms import Tier
from registry.views.calls.procedure import procedure
from tests.applicants import open_call
from tests.browser import Browser
from tests.evaluation.makers import rules
from tests.titles.makers import writing

ALWAYS = ["企业申报。", "所在板块初审。", "市工业和信息化局形式审查。"]
EXPERTS = "专家评审：每份申报由 3 位专家打分，有利害关系的回避。"


@pytest.mark.parametrize(
    ("given", "purpose", "tier", "said"),
    [
        ({}, CallPurpose.TITLE, Tier.MUNICIPAL, [*ALWAYS, EXPERTS, "发文认定。"]),
        ({"experts": 0}, CallPurpose.TITLE, Tier.NATIONAL, [*ALWAYS, "上报上级部门。"]),
        (
            {"experts": 0, "inspection_share": 50, "notice_days": 5},
            CallPurpose.TITLE,
            Tier.MUNICIPAL,
            [
                *ALWAYS, "现场核查：在每个板块的申报中抽取 50% 到现场核对。",
                "公示 5 个工作日，公示期内可以提出异议。", "发文认定。",
            ],
        ),
        (
            {"inspection_share": 100, "notice_days": 7, "notice_unit": "calendar"},
            CallPurpose.RE_EVALUATION,
            Tier.MUNICIPAL,
            [
                *ALWAYS, EXPERTS, "现场核查：逐项到现场核对。", "公示 7 天，公示期内可以提出异议。",
                "发文公布复核结论。",
            ],
        ),
        ({}, CallPurpose.YEARLY, Tier.MUNICIPAL, ["企业填报。", "所在板块核对后归档。"]),
    ],
)  # fmt: skip
def test_only_what_a_call_has_is_said(
    app: Flask, given: dict[str, object], purpose: CallPurpose, tier: Tier, said: list[str]
) -> None:
    with app.test_request_context():
        assert procedure(rules(**given), purpose, tier) == said


def test_it_stands_on_the_page_of_the_call(app: Flask) -> None:
    with writing(app) as session:
        call = open_call(session, rules=rules(notice_days=5))
    page = Browser(app).get(f"/calls/{call.id}")
    said = [page.text(line) for line in page.all("li")]
    assert EXPERTS in said
    assert "公示 5 个工作日，公示期内可以提出异议。" in said
