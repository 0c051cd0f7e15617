"""What the detail page of an application says in words: the facts at its head, and its changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.i18n import _
from registry.marking import zh
from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.evaluation.result import Result
from registry.queries.review.case import Case, Differences
from registry.queries.review.queue import Person
from registry.views.web.answers import change_lines
from registry.views.web.page import day


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """The facts under the title that need more than a look at one value; `due` is '' where nothing is promised,
    `result` where the experts have found nothing that this reader may know."""

    quota: str
    waiting: str
    due: str
    rank: str
    handler: str
    result: str


@dataclass(frozen=True, kw_only=True)
class ChangePart:
    """A table of changes: against which version, and (label, before, after) a line."""

    title: str
    since: int
    lines: list[tuple[str, str, str]]


def case_facts(case: Case, people: Sequence[Person], result: Result | None) -> CaseFacts:
    """The facts of a case; `people` are the officers whose names may be told, `result` what the experts came to."""
    if case.quota is None:
        quota = _("不限，已用 %(used)s", used=case.used)
    else:
        quota = _("%(quota)s，已用 %(used)s", quota=case.quota, used=case.used)
    if case.is_quota_waived:
        quota += _("（本企业已豁免名额）")
    application = case.application
    return CaseFacts(
        quota=quota,
        waiting=_waiting(case),
        due=_due(case),
        rank=_("第 %(n)s 位，%(letter)s", n=application.rank, letter=zh(application.letter_number)),
        handler=_handler(application.assignee_id, people),
        result=_result(result),
    )


def _result(result: Result | None) -> str:
    if result is None:
        return ""
    if result.rank is None:
        return _("%(score)s 分", score=result.score)
    if result.is_shared:
        return _("%(score)s 分，组内第 %(rank)s 名（并列）", score=result.score, rank=result.rank)
    return _("%(score)s 分，组内第 %(rank)s 名", score=result.score, rank=result.rank)


def _waiting(case: Case) -> str:
    days = _("%(n)s 个工作日", n=case.days) if case.limit.in_working_days else _("%(n)s 天", n=case.days)
    if not case.is_overdue:
        return days
    # At a returned application it is the enterprise that is late.
    late = _("补正已逾期") if case.application.due_on else _("已超期")
    return _("%(days)s，%(late)s", days=days, late=late)


def _due(case: Case) -> str:
    if case.due is None:
        return ""
    if case.application.due_on:
        return _("，请于 %(day)s 前补正", day=day(case.due))
    return _("，承诺 %(day)s 前办理", day=day(case.due))


def _handler(assignee: int | None, people: Sequence[Person]) -> str:
    if assignee is None:
        return _("未分派")
    return next((zh(person.name) for person in people if person.id == assignee), _("其他审核员"))


def change_parts(case: Case, lists: CodeLists) -> list[ChangePart]:
    """What changed since the reader's last look and since the last return; one table where both are the same."""
    parts = []
    if case.since_seen:
        parts.append(_part(_("我上次看过之后的变化"), case.since_seen, lists))
    if case.since_return and not (case.since_seen and case.since_seen.since == case.since_return.since):
        parts.append(_part(_("上次退回之后的变化"), case.since_return, lists))
    return parts


def _part(title: str, found: Differences, lists: CodeLists) -> ChangePart:
    return ChangePart(title=title, since=found.since, lines=change_lines(found.changes, lists))
