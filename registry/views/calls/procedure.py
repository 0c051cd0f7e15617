"""What an application goes through, as its call says it: only the parts that the call has."""

from __future__ import annotations

from collections.abc import Iterator

from registry.application_form import Rules
from registry.i18n import _
from registry.purposes import CallPurpose
from registry.terms import Tier

WHOLE = 100


def procedure(rules: Rules, purpose: CallPurpose, tier: Tier) -> list[str]:
    """The parts of the procedure in their order, each in a sentence."""
    if purpose is CallPurpose.YEARLY:
        return [_("企业填报。"), _("所在板块核对后归档。")]
    return [_("企业申报。"), _("所在板块初审。"), *_round(rules), *_ending(rules, purpose, tier)]


def _round(rules: Rules) -> Iterator[str]:
    yield _("市工业和信息化局形式审查。")
    if rules.experts:
        yield _("专家评审：每份申报由 %(n)s 位专家打分，有利害关系的回避。", n=rules.experts)
    if rules.inspection_share == WHOLE:
        yield _("现场核查：逐项到现场核对。")
    elif rules.inspection_share:
        yield _("现场核查：在每个板块的申报中抽取 %(n)s%% 到现场核对。", n=rules.inspection_share)


def _ending(rules: Rules, purpose: CallPurpose, tier: Tier) -> Iterator[str]:
    if rules.has_notice and rules.notice_unit == "working":
        yield _("公示 %(n)s 个工作日，公示期内可以提出异议。", n=rules.notice_days)
    elif rules.has_notice:
        yield _("公示 %(n)s 天，公示期内可以提出异议。", n=rules.notice_days)
    if purpose is CallPurpose.RE_EVALUATION:
        yield _("发文公布复核结论。")
    elif tier is Tier.MUNICIPAL:
        yield _("发文认定。")
    else:
        yield _("上报上级部门。")
