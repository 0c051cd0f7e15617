"""The filters of the queue as its form shows them, and the chosen ones as chips: both are read off one list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import url_for

from registry.i18n import _, in_words, language
from registry.permissions import Actor
from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.review.queue import CallChoice, Person, QueuePage
from registry.queries.review.queue_filters import QueueFilters
from registry.queries.review.stage_words import NAMES as STAGES
from registry.statuses import shown_to, tabs
from registry.terms import ApplicationStatus, Role
from registry.views.web.page import name_of


@dataclass(frozen=True)
class QueueSelect:
    """One select; it shows the last of `chosen`, the others travel beside it."""

    name: str
    label: str
    all: str
    options: list[tuple[str, str]]
    chosen: tuple[str, ...]


@dataclass(frozen=True)
class Chip:
    """One condition in force; `href` is the queue without it."""

    label: str
    value: str
    href: str


def queue_selects(
    filters: QueueFilters,
    who: Actor,
    page: QueuePage,
    *,
    calls: Sequence[CallChoice],
    people: Sequence[Person],
    lists: CodeLists,
) -> list[QueueSelect]:
    """The selects that this officer has on this page; `people` are those who handle cases."""
    role = who.role or Role.PUBLISHER
    steps = [status for status in tabs(role)[filters.tab] if shown_to(role, status) is status]
    steps += [status for code in filters.step if (status := ApplicationStatus(code)) not in steps]
    materials = [("files", _("缺材料")), ("complete", _("材料齐全")), ("sheet", _("审核表没填完"))]
    # A select that would offer nothing is left out, but not with a condition that the address has.
    units = [(code, name_of("units", code)) for code in lists.units if not who.unit or code in filters.unit]
    has_stages = page.has_stages or filters.stage
    stages = [(code.value, in_words(name)) for code, name in STAGES.items()] if has_stages else []
    offered = [
        ("call", _("申报通知"), _("全部通知"), _call_labels(calls)),
        ("unit", _("板块"), _("全部板块"), units),
        ("step", _("步骤"), _("全部步骤"), [(status.value, status.label(language())) for status in steps]),
        ("stage", _("评审进度"), _("全部进度"), stages),
        ("industry", _("行业"), _("全部行业"), [(c, f"{c} {name_of('industries', c)}") for c in lists.industries]),
        ("missing", _("材料"), _("材料：不限"), materials),
        ("sheet", _("审核表"), _("全部审核表"), list(_sheet_names().items())),
        ("due", _("时限"), _("时限：不限"), list(_due_names().items())),
        (
            "assignee",
            _("经办人"),
            _("全部经办人"),
            [("me", _("我")), ("none", _("未分派")), *((str(each.id), each.name) for each in people)],
        ),
    ]
    given = filters.pairs()
    return [
        QueueSelect(name, label, every, options, tuple(value for key, value in given if key == name))
        for name, label, every, options in offered
        if options
    ]


def chips(filters: QueueFilters, selects: Sequence[QueueSelect]) -> list[Chip]:
    """The conditions in force in words, each with the address without it."""
    found = [
        (select.name, select.label, code, dict(select.options).get(code, code))
        for select in selects
        for code in select.chosen
    ]
    if filters.q:
        found.insert(0, ("q", _("搜索"), filters.q, filters.q))
    pairs, queue = filters.pairs(page=1), url_for("review.queue", lang=None)
    return [
        Chip(label, value, f"{queue}?{urlencode([pair for pair in pairs if pair != (name, code)])}")
        for name, label, code, value in found
    ]


def _call_labels(calls: Sequence[CallChoice]) -> list[tuple[str, str]]:
    """What the filter calls each call: year and category, with the title where several calls share them."""
    short = {call.id: f"{call.year} {name_of('categories', call.category)}" for call in calls}
    shared = Counter(short.values())
    return [
        (str(call.id), f"{short[call.id]} · {call.title}" if shared[short[call.id]] > 1 else short[call.id])
        for call in calls
    ]


def _sheet_names() -> dict[str, str]:
    """What the filter of criteria sheets calls its words."""
    return {"none": _("未填"), "part": _("没有填完"), "refused": _("有不符合"), "met": _("全部符合")}


def _due_names() -> dict[str, str]:
    """What the filter of days calls its words."""
    return {
        "late": _("已超期"),
        "soon": _("今明两天到期"),
        "again": _("补正已交回"),
        "correction_late": _("逾期未补正"),
        "correction_soon": _("补正将到期"),
    }
