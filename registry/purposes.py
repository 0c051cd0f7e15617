"""Vocabulary of the forms that follow a title: re-evaluation, yearly report, a new ladder."""

from __future__ import annotations

from registry.terms import Term


class CallPurpose(Term):
    """What the form of a call is for: a new title, the re-evaluation of titles, the yearly figures of projects."""

    TITLE = "title", "认定申报", "Application for a title"
    RE_EVALUATION = "re_evaluation", "复核", "Re-evaluation"
    YEARLY = "yearly", "年度报告", "Yearly report"


LATER_PURPOSES = (CallPurpose.RE_EVALUATION, CallPurpose.YEARLY)
"""Forms about titles that are there already: who has to send one is frozen when the call is published."""


class Outcome(Term):
    """What became of a project that a re-evaluation or a yearly report asks."""

    EXCELLENT = "excellent", "优秀", "Excellent"
    PASS = "pass", "合格", "Passed"
    FAIL = "fail", "不合格", "Failed"
    ABSENT = "absent", "未参加", "Absent"
    EXCUSED = "excused", "免予报送", "Excused"


class SubjectState(Term):
    """Where a project stands that a later form asks; what counts follows from it."""

    MISSING = "missing", "缺", "Missing"
    BEGUN = "begun", "填写中", "Begun"
    RETURNED = "returned", "退回修改", "Returned"
    SENT = "sent", "已报", "Sent"
    CHECKED = "checked", "已核", "Checked"
    ABSENT = "absent", "未参加", "Absent"
    EXCUSED = "excused", "免报", "Excused"


class PublicationKind(Term):
    """What an entered document does to titles. It ends titles by a change of the record (`ChangeKind.END_TITLES`)."""

    RECOGNITION = "recognition", "认定", "Recognition"
    RE_EVALUATION = "re_evaluation", "复核", "Re-evaluation"
    MAPPING = "mapping", "对应转换", "Mapping"


class MappingMode(Term):
    """How titles of one category become titles of another."""

    DIRECT = "direct", "直接对应", "Direct"
    REVIEW = "review", "复核后对应", "After a re-evaluation"
