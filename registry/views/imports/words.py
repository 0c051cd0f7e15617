"""Words of the import pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from registry.i18n import _
from registry.wording import Message

MOST_SPANS = 20


def kind_names() -> dict[str, str]:
    """Kinds of lists by code."""
    return {
        "projects": _("获评项目名单"),
        "kpis": _("指标值"),
        "honors": _("企业荣誉名单"),
        "totals": _("公布数"),
        "enterprises": _("企业情况（规模、性质、简称）"),
    }


def column_states() -> dict[str, str]:
    """What became of a column of the file."""
    return {"read": _("认识"), "asked": _("请确认"), "ignored": _("不导入"), "unread": _("不导入")}


def option_names(kind: str) -> dict[str, str]:
    """Options that may be given with a file, by kind of list: name of the option → label."""
    header_row = {"header_row": _("表头在第几行（留空由系统判断）")}
    if kind == "projects":
        return {
            "category": _("类别"),
            "year": _("批次年份"),
            "document": _("公布文号"),
            "date": _("公布日期"),
            "unit": _("所属板块"),
            **header_row,
        }
    if kind == "kpis":
        return {
            "kind": _("报告类型（年度或认定）"),
            "basis": _("申报或核查"),
            "year": _("报告期年份"),
            "baseline": _("基期年份"),
            **header_row,
        }
    return header_row


def summary_words(summary: str) -> str:
    """The counts of an import in words; `summary` is the last line of a report."""
    counts = dict(part.partition("=")[::2] for part in summary.split())
    names = {
        "new": _("新增"),
        "changed": _("有变化"),
        "unchanged": _("没有变化"),
        "refused": _("不能导入"),
        "questions": _("待答复"),
    }
    found = [f"{label} {counts[name]}" for name, label in names.items() if counts.get(name, "0") != "0"]
    return _("，").join(found) or "–"


def group_sentence(group: Mapping[str, Any]) -> Message:
    """Why rows are refused: column, values, reason and way out."""
    told = Message("%(reason)s。%(way_out)s。", reason=group["reason"], way_out=group["way_out"])
    value = "”“".join(group["values"])
    if group["column"] and value:
        return Message("【%(column)s】“%(value)s”：%(finding)s", column=group["column"], value=value, finding=told)
    if group["column"]:
        return Message("【%(column)s】%(finding)s", column=group["column"], finding=told)
    return Message("“%(value)s”：%(finding)s", value=value, finding=told) if value else told


def ranges(numbers: Iterable[int]) -> str:
    """Row numbers as people write them: 2–23、25."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    shown = [f"{first}–{last}" if last > first else str(first) for first, last in spans[:MOST_SPANS]]
    return _("、").join(shown) + (" …" if len(spans) > MOST_SPANS else "")
