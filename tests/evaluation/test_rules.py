"""The experts' part of a call's rules: what is told, what stays, and that rules from before know nothing of it."""

from __future__ import annotations

from dataclasses import replace

from registry.application_form import Rules
from registry.application_form.rule_checks import rule_faults
from registry.application_form.scoring_rules import SHOWN_FILES, ScoreItem, Veto
from registry.evaluation.terms import ScoreMethod, VetoRule
from registry.models import Call, CallForm
from registry.services.calls import managing
from tests.applicants import NOW
from tests.evaluation.conftest import Office, Site
from tests.evaluation.makers import ITEMS, rules


def faults(given: Rules) -> list[tuple[str, str]]:
    return rule_faults(given, units=(), categories=(*given.excludes,))


def test_points_make_a_hundred() -> None:
    short = rules(score_items=ITEMS[:2], tie_item="")
    assert faults(short) == [("score_items", "各项满分合计 70 分，应为 100 分；请调整各项的满分")]
    assert faults(rules()) == []


def test_what_does_not_fit_together_is_told_at_its_place() -> None:
    assert faults(rules(score_items=(), tie_item="")) == [
        ("score_items", "设了专家评审就要有评分项；请填写评分项，或把专家人数改为 0")
    ]
    assert faults(rules(tie_item="gone")) == [("tie_item", "所选的评分项已经删除；请重新选择")]
    twice = rules(vetoes=(Veto(code="a", text="不实"), Veto(code="b", text="不实")))
    assert [name for name, _ in faults(twice)] == ["vetoes-0", "vetoes-1"]
    nothing = rules(score_items=(*ITEMS, ScoreItem(code="x", text="", points=0)))
    assert [name for name, _ in faults(nothing)] == ["score_items-3", "score_items-3"]


def test_rules_come_back_as_they_were_stored() -> None:
    given = rules(score_method=ScoreMethod.MEDIAN, veto_rule=VetoRule.MAJORITY, score_decimals=1, spread_limit=15)
    assert Rules.from_json(given.to_json()) == given


def test_a_version_from_before_has_no_experts_and_saving_it_unchanged_makes_no_new_one(office: Office) -> None:
    call = office.session.get_one(Call, office.round.call)
    known = rules(experts=0, score_items=(), vetoes=(), tie_item="")
    old = {
        name: value
        for name, value in known.to_json().items()
        if name not in ("experts", "score_items", "vetoes", "veto_rule", "score_method", "score_decimals",
                        "spread_limit", "tie_item", "expert_files")
    }  # fmt: skip
    call.form.rules = old
    office.session.flush()
    assert Rules.from_json(old) == known
    assert Rules.from_json(old).expert_files == SHOWN_FILES
    before = call.form.number
    form: CallForm = managing.revise_rules(
        office.session, office.round.city, call.id, known, seen_version=call.version, now=NOW
    )
    assert form.number == before
    assert form.rules.keys() == old.keys()


def test_applications_keep_the_version_they_were_begun_with(office: Office) -> None:
    call = office.session.get_one(Call, office.round.call)
    changed = replace(managing.rules_of(call), experts=5, score_method=ScoreMethod.MEDIAN)
    managing.revise_rules(
        office.session, office.round.city, call.id, changed, seen_version=call.version,
        now=NOW,
    )  # fmt: skip
    assert call.form.number == 2
    assert Rules.from_json(call.forms[0].rules).experts == 3


def test_the_editor_tells_the_sum_and_keeps_what_was_typed(site: Site) -> None:
    city = site.browser(site.round.city)
    address = f"/admin/calls/{site.round.call}/rules"
    page = city.get(address)
    assert page.one("input", name="score_items-0-text").get("value") == "智能化程度（演示）"
    wrong = city.submit(page, {"score_items-0-points": "35", "vetoes-1-text": "重大安全事故"}, status=422)
    assert wrong.errors_shown == ["评分项：各项满分合计 95 分，应为 100 分；请调整各项的满分"]
    bad = city.submit(wrong, {"score_items-0-points": "四十"}, status=422)
    assert bad.errors_shown == ["评分项第 1 行：“四十”不合要求；请填 1 到 100 的整数"]
    city.submit(bad, {"score_items-0-points": "40", "score_method": "trimmed", "experts": "5", "tie_item": "effect"})
    with site.session() as session:
        stored = managing.rules_of(session.get_one(Call, site.round.call))
    assert (stored.experts, stored.score_method, stored.tie_item) == (5, ScoreMethod.TRIMMED, "effect")
    assert [(item.code, item.points) for item in stored.score_items] == [("smart", 40), ("effect", 30), ("model", 30)]
    assert [veto.text for veto in stored.vetoes] == ["材料不实", "重大安全事故"]
