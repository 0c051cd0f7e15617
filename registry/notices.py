"""公示 and 异议 as vocabulary: kinds, states and findings with their words."""

from __future__ import annotations

from registry.terms import Term


class NoticeKind(Term):
    """What is to happen to the things of a list once its public notice is over."""

    RECOGNITION = "recognition", "拟认定", "To be recognised"
    FORWARD = "forward", "拟推荐", "To be recommended"
    RE_EVALUATION = "re_evaluation", "拟复核", "Re-evaluation"


class NoticeState(Term):
    """State of a public notice; whether an open one is still running is a matter of the day."""

    PREPARED = "prepared", "待公开", "Waiting to be opened"
    OPEN = "open", "已公开", "Opened"
    WITHDRAWN = "withdrawn", "已撤回", "Withdrawn"
    CANCELLED = "cancelled", "已取消", "Cancelled"


class NoticeUnit(Term):
    """What a notice period is counted in."""

    WORKING = "working", "个工作日", "working days"
    CALENDAR = "calendar", "天", "days"


class ObjectorKind(Term):
    """Who objects."""

    PERSON = "person", "个人", "A person"
    UNIT = "unit", "单位", "An organisation"


class Channel(Term):
    """How an objection came in."""

    SITE = "site", "网站", "Web site"
    PAPER = "paper", "书面", "On paper"


class ObjectionState(Term):
    """State of an objection; the first two hold its item."""

    RECEIVED = "received", "已收到", "Received"
    ADMITTED = "admitted", "已受理，核实中", "Admitted, being examined"
    REFUSED = "refused", "不予受理", "Not admitted"
    DECIDED = "decided", "已办结", "Decided"


HOLDING = (ObjectionState.RECEIVED, ObjectionState.ADMITTED)
"""States in which an objection holds its item, and no other."""


class Finding(Term):
    """What the examination of an objection found."""

    UPHELD = "upheld", "成立", "Upheld"
    PARTLY = "partly", "部分成立", "Partly upheld"
    NOT_UPHELD = "not_upheld", "不成立", "Not upheld"
