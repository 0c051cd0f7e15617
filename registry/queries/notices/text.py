"""The text of a public notice in the official form. It names only steps that took place. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from registry.notices import NoticeKind, NoticeUnit

CONTACTS = {
    "room": "受理处室",
    "phone": "受理电话",
    "mail": "电子邮箱",
    "address": "通信地址",
    "supervision": "监督电话",
}
"""What a notice says about where to object, by name, in the order in which it is printed."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the text of a notice is made of; `document_number` is that of the call, '' when it has none."""

    kind: NoticeKind
    call: str
    document_number: str
    steps: Sequence[str]
    count: int
    year: int
    category: str


def introduction(facts: Facts) -> str:
    """Why the list is what it is: 根据…要求，经…等程序，拟认定 n 个项目为…，现予公示。"""
    number = f"（{facts.document_number}）" if facts.document_number else ""
    steps = "、".join(facts.steps)
    if facts.kind is NoticeKind.RE_EVALUATION:
        done = f"{facts.year}年{facts.category}复核，{facts.count}个项目的复核结论拟定如下，现予公示。"
        return f"根据《{facts.call}》{number}要求，经{steps}等程序，{done}"
    what = "拟推荐{n}个项目申报" if facts.kind is NoticeKind.FORWARD else "拟认定{n}个项目为"
    return (
        f"根据《{facts.call}》{number}要求，经{steps}等程序，"
        f"{what.format(n=facts.count)}{facts.year}年{facts.category}，现予公示。"
    )


def period(first: date, last: date, days: int | None, unit: NoticeUnit) -> str:
    """公示时间：2026年9月30日至2026年10月12日（5个工作日）。`days` is None for one that was lengthened."""
    counted = f"{days}个工作日" if unit is NoticeUnit.WORKING else f"{days}天"
    return f"公示时间：{_day(first)}至{_day(last)}（{'已延长' if days is None else counted}）。"


def how_to_object(organ: str) -> str:
    """Who may object and how."""
    return (
        "如有异议，请在公示期内书面反映并提供依据和联系方式；单位加盖公章，个人签署真实姓名。"
        f"{organ}对异议人身份保密，匿名异议不予受理。"
    )


def contacts(contact: Mapping[str, str]) -> str:
    """受理处室：…；受理电话：…; only what was given, '' for nothing."""
    given = [f"{label}：{contact[name]}" for name, label in CONTACTS.items() if contact.get(name)]
    return "；".join(given) + "。" if given else ""


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
