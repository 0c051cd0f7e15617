"""Whether an enterprise may apply in a call: the rules that follow from what is already on record. Pure.

`obstacles` is asked at submission (with the enterprise's applications) and by the public self-check
(with public titles only), so that both give the same answer to the same facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from registry.application_form.rules import Rules
from registry.terms import CallRule
from registry.wording import Message


@dataclass(frozen=True)
class Held:
    """A title on record: category and its name, name of the project, and since when it is revoked (None: valid).

    `cool_down_years` is the waiting time that the revocation itself brought, None: as the call says.
    """

    category: str
    category_name: str
    project_name: str
    revoked_on: date | None = None
    cool_down_years: int | None = None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is on record: titles of the same project, titles of the enterprise, numbers of its applications."""

    category: str
    category_name: str
    project_titles: Sequence[Held] = ()
    titles: Sequence[Held] = ()
    applications: Sequence[str] = ()
    established_on: date | None = None


@dataclass(frozen=True)
class Obstacle:
    """A rule of the call that stands against an application, in a sentence that quotes it."""

    rule: CallRule
    sentence: str
    waived: bool = False


def obstacles(rules: Rules, standing: Standing, *, today: date) -> list[Obstacle]:
    """All rules that stand against an application, in the order of the rules. Nothing is waived here."""
    found = [
        (CallRule.PER_ENTERPRISE, _per_enterprise(rules, standing)),
        (CallRule.EXCLUSION, _exclusion(rules, standing)),
        (CallRule.MOST_TITLES, _most_titles(rules, standing)),
        (CallRule.COOL_DOWN, _cool_down(rules, standing, today)),
        (CallRule.AGE, _age(rules, standing, today)),
    ]
    return [Obstacle(rule, sentence) for rule, sentence in found if sentence]


def years_after(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _per_enterprise(rules: Rules, standing: Standing) -> str:
    if not rules.per_enterprise or len(standing.applications) < rules.per_enterprise:
        return ""
    return Message(
        "每家企业在本通知下限报 %(per_enterprise)s 项，您已提交 %(applications)s",
        per_enterprise=rules.per_enterprise,
        applications=list(standing.applications),
    )


def _exclusion(rules: Rules, standing: Standing) -> str:
    held = [title for title in standing.project_titles if title.revoked_on is None and title.category in rules.excludes]
    if not held:
        return ""
    names = list(dict.fromkeys(title.category_name for title in held))
    return Message(
        "已获同级或更高认定的项目不能再申报，“%(project_name)s”已是%(names)s",
        project_name=held[0].project_name,
        names=names,
    )


def _most_titles(rules: Rules, standing: Standing) -> str:
    held = [title for title in standing.titles if title.revoked_on is None and title.category == standing.category]
    if not rules.most_titles or len(held) < rules.most_titles:
        return ""
    return Message(
        "每家企业最多有 %(most)s 项有效的%(category_name)s，您已有 %(n)s 项",
        most=rules.most_titles,
        category_name=standing.category_name,
        n=len(held),
    )


def _cool_down(rules: Rules, standing: Standing, today: date) -> str:
    waits = [
        (years_after(title.revoked_on, years), years, title.revoked_on)
        for title in standing.titles
        if title.revoked_on is not None and title.category == standing.category
        for years in (rules.cool_down_years if title.cool_down_years is None else title.cool_down_years,)
    ]
    again, years, revoked_on = max(waits, default=(today, 0, today))
    if again <= today:
        return ""
    return Message(
        "%(category_name)s被撤销后 %(cool_down_years)s 年内不能申报，您于 %(last)s 被撤销，%(again)s 起可以申报",
        category_name=standing.category_name,
        cool_down_years=years,
        last=revoked_on.isoformat(),
        again=again.isoformat(),
    )


def _age(rules: Rules, standing: Standing, today: date) -> str:
    since = standing.established_on
    if since is None or not rules.least_age_years or years_after(since, rules.least_age_years) <= today:
        return ""
    return Message(
        "企业成立应满 %(least_age_years)s 年，您的成立日期是 %(since)s，%(again)s 起可以申报",
        least_age_years=rules.least_age_years,
        since=since.isoformat(),
        again=years_after(since, rules.least_age_years).isoformat(),
    )
