"""Vocabulary of the experts' round."""

from __future__ import annotations

from registry.terms import Term


class PanelState(Term):
    """State of a panel: its list is made, its experts score, its results stand."""

    DRAFT = "draft", "未抽取", "Not drawn yet"
    SCORING = "scoring", "评审中", "Scoring"
    CLOSED = "closed", "已结束", "Closed"


class AssignmentState(Term):
    """State of one application at one expert."""

    ASSIGNED = "assigned", "待评分", "To be scored"
    CONFLICT = "conflict", "回避", "Stepped back"
    RELEASED = "released", "已撤换", "Released"
    SUBMITTED = "submitted", "已提交", "Submitted"


class AssignmentOrigin(Term):
    """How an expert came to an application."""

    DRAWN = "drawn", "抽取", "Drawn"
    MANUAL = "manual", "指定", "Appointed"
    SUBSTITUTE = "substitute", "递补", "Substitute"


class ConflictSource(Term):
    """Where it is known from that an expert must not judge an enterprise."""

    DECLARED = "declared", "本人申请回避", "Declared by the expert"
    EMPLOYER = "employer", "工作单位", "Employer"
    OFFICER = "officer", "经办人登记", "Entered by an officer"


class ScoreMethod(Term):
    """计分办法: how the totals of the experts become one score."""

    MEAN = "mean", "平均分", "Mean"
    TRIMMED = "trimmed", "去掉一个最高分和一个最低分后平均", "Mean without the highest and the lowest"
    MEDIAN = "median", "中位数", "Median"


class VetoRule(Term):
    """When a 一票否决 raises a flag."""

    ANY = "any", "任何一位专家提出", "Any expert"
    MAJORITY = "majority", "过半数专家提出", "A majority of the experts"


class Flag(Term):
    """What the chair has to look at before a score stands. No flag decides anything."""

    SPREAD = "spread", "分差过大", "Wide spread"
    VETO = "veto", "有否决意见", "Vetoed"
    FEW = "few", "评分人数不足", "Too few sheets"
    TIE = "tie", "并列", "Tie"


class Decision(Term):
    """组长意见: what becomes of a flagged score."""

    ACCEPT = "accept", "采用计算分", "Take the computed score"
    SET = "set", "另定分数", "Set another score"
    ADD = "add", "增加一位专家", "Add an expert"
