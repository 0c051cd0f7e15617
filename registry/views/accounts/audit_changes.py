"""The record in words: what was changed and what it was about, as an officer would say it.

A code without a word stays as it was written: the record is never shortened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from markupsafe import Markup, escape

from registry.application_form import default_rules, form_of
from registry.i18n import _, filled, in_words, language
from registry.kinds import LinkKind, ServiceKind
from registry.marking import zh
from registry.notices import Channel, Finding, NoticeState, ObjectionState
from registry.purposes import CallPurpose, Outcome
from registry.queries.catalogue.code_lists import CodeLists
from registry.terms import (
    BEIJING,
    AccountStanding,
    ApplicationStatus,
    CallRule,
    CallState,
    Precision,
    PublicationState,
    Role,
    Term,
)
from registry.wording import Message

Data = Callable[[str], str]
"""What is done to a text of the record: nothing, or `zh` on a page."""
_TERMS: dict[str, tuple[type[Term], ...]] = {
    "status": (ApplicationStatus,),
    "standing": (AccountStanding,),
    "role": (Role,),
    "state": (CallState, PublicationState, NoticeState, ObjectionState),
    "finding": (Finding,),
    "channel": (Channel,),
    "precision": (Precision,),
    "purpose": (CallPurpose,),
    "outcome": (Outcome,),
}
_LISTS = {
    "unit": "units",
    "unit_code": "units",
    "division_code": "divisions",
    "category": "categories",
    "recognition.category": "categories",
    "industry_code": "industries",
}
_MOMENTS = frozenset({"opens_at", "closes_at"})


def subjects() -> dict[str, str]:
    """Kinds of things that the record is about: code → word."""
    return {
        "application": _("申报"),
        "account": _("账户"),
        "call": _("申报通知"),
        "enterprise": _("企业"),
        "project": _("项目"),
        "publication": _("认定文件"),
        "panel": _("评审组"),
        "assignment": _("评分表"),
        "expert": _("专家"),
        "notice": _("公示"),
        "objection": _("异议"),
        "calendar": _("工作日历"),
        "mapping": _("类别对应"),
        "document": _("公布文件"),
        "change_request": _("变更申请"),
        "error_report": _("纠错"),
        "import": _("导入"),
        "export": _("导出"),
        "phrase": _("审核常用语"),
        "list": _("代码表"),
        "event": _("办理记录"),
        "attachment": _("附件"),
        "registry": _("整个登记"),
    }


def subject_name(code: str) -> str:
    """The kind of thing in words; its code where there is none."""
    return subjects().get(code, code)


def changes_in_words(changes: Mapping[str, Any], lists: CodeLists) -> str:
    """`推荐顺序：– → 2；…`: every change of an event, `changes` being field → [before, after]."""
    lines = [_line(name, pair, lists, str) for name, pair in changes.items()]
    return _("；").join(lines)


def changes_as_html(changes: Mapping[str, Any], lists: CodeLists) -> str:
    """The same for a page: what was typed says in which language it is."""
    lines = [escape(_line(name, pair, lists, zh)) for name, pair in changes.items()]
    return Markup(_("；")).join(lines)  # noqa: S704 (the catalogue is ours)


def _line(name: str, pair: Any, lists: CodeLists, data: Data) -> str:
    return _("%(field)s：%(change)s", field=_field(name, lists), change=_pair(name, pair, lists, data))


def _pair(name: str, pair: Any, lists: CodeLists, data: Data) -> str:
    if name == "open_fields":
        # Written as (None, fields); no fields means that everything may be changed.
        return _("整张表") if pair[1] is None else _value(name, pair[1], lists, data)
    return filled(
        "%(before)s → %(after)s", before=_value(name, pair[0], lists, data), after=_value(name, pair[1], lists, data)
    )


def _field(name: str, lists: CodeLists) -> str:
    first, _dot, rest = name.partition(".")
    if rest and (composed := _composed(lists).get(first)):
        return composed(rest)
    return _fields().get(name) or _form_labels().get(name, name)


def _composed(lists: CodeLists) -> dict[str, Callable[[str], str]]:
    return {
        "extension": lambda unit: _("截止时间（%(unit)s）", unit=_listed(lists.units, unit)),
        "waiver": lambda rule: _("豁免：%(rule)s（企业序号）", rule=_term((CallRule,), rule)),
        "kpi": lambda code: _listed(lists.kpis, code.split(".")[0]),
        "rules": lambda name: _("规则：%(name)s", name=_rules().get(name, name)),
    }


def _value(name: str, value: Any, lists: CodeLists, data: Data) -> str:
    if value is None or value == "" or value == []:
        return "–"
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        labels = _form_labels() if name == "open_fields" else {}
        return data(_("、").join(in_words(labels[str(item)]) if str(item) in labels else str(item) for item in value))
    text = str(value)
    if name in _MOMENTS or name.startswith("extension."):
        return _moment(text)
    if name in _TERMS:
        return _term(_TERMS[name], text)
    if name in _LISTS:
        return _listed(getattr(lists, _LISTS[name]), text)
    if name in _form_labels() and text in ("yes", "no"):
        return _("符合") if text == "yes" else _("不符合")
    return data(text)


def _term(terms: tuple[type[Term], ...], code: str) -> str:
    return next((item.label(language()) for term in terms for item in term if item.value == code), code)


def _listed(items: Mapping[str, Any], code: str) -> str:
    return items[code].label(language()) if code in items else code


def _moment(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{moment.astimezone(BEIJING) if moment.tzinfo else moment:%Y-%m-%d %H:%M:%S}"


def _form_labels() -> dict[str, str]:
    """Labels of the form's fields and criteria by code, as the usual rules have them."""
    rules = default_rules("")
    found = {item.name: item.label for item in form_of(rules).fields}
    return found | {item.code: Message("%(text)s", text=item) for item in rules.criteria}


def _fields() -> dict[str, str]:
    return {
        "status": _("状态"),
        "state": _("状态"),
        "standing": _("账户状态"),
        "role": _("角色"),
        "unit": _("板块"),
        "unit_code": _("板块"),
        "enterprise": _("企业序号"),
        "uscc": _("统一社会信用代码"),
        "size": _("企业规模"),
        "ownership": _("企业性质"),
        "short": _("简称"),
        "printed": _("文件印作"),
        "rank": _("推荐顺序"),
        "letter_number": _("推荐函文号"),
        "open_fields": _("开放修改的栏目"),
        "assignee_id": _("经办人（账户序号）"),
        "second_factor": _("第二因子"),
        "may_see_objectors": _("可查看异议人身份"),
        "uses_keys": _("使用单个字母的快捷键"),
        "query": _("筛选条件"),
        "first_day": _("公示第一天"),
        "last_day": _("公示最后一天"),
        "overridden": _("标红仍列入的项目数"),
        "application": _("申报（序号）"),
        "item": _("公示中的项目（序号）"),
        "channel": _("方式"),
        "finding": _("核实结论"),
        "inquiry": _("已函询企业"),
        "free_days": _("放假的工作日"),
        "made_up_days": _("调休上班的周末"),
        "category": _("申报类别"),
        "recognition.category": _("申报类别"),
        "year": _("年份"),
        "recognition.year": _("年份"),
        "title": _("标题"),
        "document_number": _("文号"),
        "number": _("文号"),
        "document": _("文号"),
        "recognition.document": _("文号"),
        "announced_on": _("公布日期"),
        "items": _("项目数"),
        "introduction": _("说明"),
        "opens_at": _("开始时间"),
        "closes_at": _("截止时间"),
        "rows": _("行数"),
        "filters": _("筛选条件"),
        "text": _("句子"),
        "document_id": _("公布文件序号"),
        "name": _("名称"),
        "name_en": _("英文名称"),
        "aliases": _("别名"),
        "valid_from": _("起始年份"),
        "valid_to": _("终止年份"),
        "remark": _("备注"),
        "purpose": _("用于"),
        "subjects": _("应报项目"),
        "project": _("项目"),
        "outcome": _("结论"),
        "valid_years": _("有效年数"),
        "town": _("镇（街道）"),
        "address": _("详细地址"),
        "division_code": _("行政区划"),
        "industry_code": _("行业"),
        "point": _("坐标"),
        "precision": _("位置精度"),
        "chain_leader": _("链主企业"),
        "kinds": _("服务类型"),
        "successor": _("承继的企业（序号）"),
        "undone": _("撤销哪一份变更"),
        **{term.value: term.label(language()) for term in (*LinkKind, *ServiceKind)},
    }


def _rules() -> dict[str, str]:
    return {
        "criteria": _("认定条件"),
        "kpis": _("指标"),
        "files": _("附件"),
        "quotas": _("推荐名额"),
        "per_enterprise": _("每家企业的申报数"),
        "most_titles": _("已有认定数"),
        "excludes": _("不得已有的认定"),
        "second_person": _("须另一人复核"),
        "cool_down_years": _("撤销后的等待期"),
        "least_age_years": _("成立年限"),
        "handling_days": _("办理时限（天）"),
        "notice_days": _("认定前公示（天）"),
        "notice_unit": _("公示期按"),
        "count_first_day": _("公开当天是工作日的，算公示第一天"),
        "interval_years": _("间隔年数"),
        "covers": _("包括的认定"),
    }
