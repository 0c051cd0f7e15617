"""The answers of the self-check: each rule of a call against what was typed and what is public."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from registry.application_form import Criterion, CriterionKind, criterion_field
from registry.application_form.eligibility import obstacles
from registry.application_form.window import Phase, beijing_day
from registry.forms.calls import SelfCheckForm
from registry.i18n import _, language
from registry.indicators import plain
from registry.marking import zh_list
from registry.measures import Measure
from registry.queries.calls.listing import CallPage
from registry.queries.calls.self_check import PublicStanding
from registry.terms import CallRule
from registry.views.web.page import moment


class Sign(StrEnum):
    """Outcome of one rule."""

    YES = "yes"
    NO = "no"
    OPEN = "open"


@dataclass(frozen=True)
class Answer:
    """One rule: its name, the outcome and the reason."""

    name: str
    sign: Sign
    reason: str


def answers(page: CallPage, form: SelfCheckForm, found: PublicStanding, *, now: datetime) -> list[Answer]:
    """All rules of the call in order, then its criteria."""
    against = {item.rule: item.sentence for item in obstacles(page.rules, found.standing, today=beijing_day(now))}
    rows = [_deadline(page, now)]
    for rule, passed in _rules(page, form, found):
        if rule in against:
            rows.append(Answer(rule.label(language()), Sign.NO, against[rule]))
        else:
            rows.append(Answer(rule.label(language()), *passed))
    return rows + [_criterion(item, form) for item in page.rules.criteria]


def verdict(rows: list[Answer]) -> Sign:
    """NO when a rule stands against it, OPEN when something was not checked, YES otherwise."""
    signs = {row.sign for row in rows}
    return Sign.NO if Sign.NO in signs else Sign.OPEN if Sign.OPEN in signs else Sign.YES


def _deadline(page: CallPage, now: datetime) -> Answer:
    row = page.row
    name = CallRule.DEADLINE.label(language())
    if row.phase == Phase.UPCOMING:
        return Answer(name, Sign.NO, _("还没有开始，%(moment)s 起受理", moment=moment(row.window.opens_at)))
    if row.window.is_open(None, now):
        return Answer(name, Sign.YES, _("现在可以申报，%(moment)s 截止", moment=moment(row.window.closes_at)))
    if row.phase == Phase.OPEN:
        return Answer(name, Sign.OPEN, _("通知的截止时间已过，只有延期的板块还可以申报"))
    return Answer(name, Sign.NO, _("已于 %(moment)s 截止", moment=moment(row.window.last)))


def _rules(page: CallPage, form: SelfCheckForm, found: PublicStanding) -> Iterator[tuple[CallRule, tuple[Sign, str]]]:
    """Each rule of the call that counts, and the answer unless something public stands against it."""
    rules = page.rules
    unknown = _no_title(form, found)
    if rules.per_enterprise:
        yield (
            CallRule.PER_ENTERPRISE,
            (
                Sign.OPEN,
                _("每家企业在本通知下限报 %(n)s 项；已提交的申报不公开，登录后核对", n=rules.per_enterprise),
            ),
        )
    if rules.excludes:
        yield CallRule.EXCLUSION, unknown or _exclusion(page, form, found)
    if rules.most_titles:
        yield CallRule.MOST_TITLES, unknown or (Sign.YES, _("少于 %(n)s 项", n=rules.most_titles))
    if rules.cool_down_years:
        yield CallRule.COOL_DOWN, unknown or (Sign.YES, _("近 %(n)s 年没有被撤销的认定", n=rules.cool_down_years))
    if rules.least_age_years:
        if form.established_on.data is None:
            yield CallRule.AGE, (Sign.OPEN, _("没有填写成立日期，没有核对；应满 %(n)s 年", n=rules.least_age_years))
        else:
            yield CallRule.AGE, (Sign.YES, _("成立已满 %(n)s 年", n=rules.least_age_years))


def _no_title(form: SelfCheckForm, found: PublicStanding) -> tuple[Sign, str] | None:
    if not form.enterprise.data:
        return Sign.OPEN, _("没有填写企业，没有核对")
    if not found.names:
        return Sign.YES, _("公开名单中没有这家企业的认定；请确认名称或代码没有写错")
    return None


def _exclusion(page: CallPage, form: SelfCheckForm, found: PublicStanding) -> tuple[Sign, str]:
    held = dict.fromkeys(
        title.project_name
        for title in found.standing.titles
        if title.revoked_on is None and title.category in page.rules.excludes
    )
    if form.project.data or not held:
        return Sign.YES, _("这个项目没有同级或更高的认定") if form.project.data else _("没有同级或更高的认定")
    return Sign.OPEN, _("这些项目不能再报，其他项目可以：%(names)s", names=zh_list(held))


def _spaced(unit: str) -> str:
    """A unit behind its figure; a per cent sign stands close."""
    return unit if unit in ("", "%") else f" {unit}"


def _criterion(item: Criterion, form: SelfCheckForm) -> Answer:
    typed = form[criterion_field(item.code)].data
    if item.kind == CriterionKind.YES_NO:
        reasons = {"yes": (Sign.YES, _("您回答是")), "no": (Sign.NO, _("您回答否；不符合这一条件不能申报"))}
        sign, reason = reasons.get(typed or "", (Sign.OPEN, _("没有回答")))
        return Answer(item.label(language()), sign, reason)
    threshold = item.threshold or Decimal(0)
    unit = Measure(item.unit).label(language())
    limit = f"{plain(threshold)}{_spaced(unit)}"
    if typed is None:
        return Answer(item.label(language()), Sign.OPEN, _("请填写，要求不低于 %(limit)s", limit=limit))
    shown = f"{plain(typed)}{_spaced(unit)}"
    if typed < threshold:
        return Answer(
            item.label(language()), Sign.NO, _("%(shown)s（要求不低于 %(limit)s，未达到）", shown=shown, limit=limit)
        )
    return Answer(item.label(language()), Sign.YES, _("%(shown)s（要求不低于 %(limit)s）", shown=shown, limit=limit))
