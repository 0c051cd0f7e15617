"""What must be true of the rules of a call before anybody applies under them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from registry.application_form.rules import Criterion, CriterionKind, Rules
from registry.application_form.scoring_rules import scoring_faults
from registry.kpi_definitions import kpis
from registry.names import has_control_characters
from registry.wording import Message

LARGEST = {
    "per_enterprise": 50,
    "most_titles": 100,
    "cool_down_years": 20,
    "least_age_years": 50,
    "handling_days": 365,
    "inspection_share": 100,
    "notice_days": 60,
    "correction_days": 365,
    "interval_years": 20,
}
NOTICE_UNITS = ("working", "calendar")
LARGEST_QUOTA = 1000
MOST_FILES = 20
MOST_CRITERIA = 40
MOST_INSPECTED = 40


def rule_faults(rules: Rules, *, units: Collection[str], categories: Collection[str]) -> list[tuple[str, str]]:
    """(field, sentence) of everything that is wrong; `criteria-2` is the third criterion. Empty when sound.

    `units` and `categories` are the codes in force.
    """
    return [
        *_numbers(rules),
        *_codes(rules, units, categories),
        *_criteria(rules),
        *_kpis(rules),
        *_files(rules),
        *scoring_faults(rules),
        *_inspection(rules),
    ]


def _numbers(rules: Rules) -> Iterator[tuple[str, str]]:
    for name, largest in LARGEST.items():
        value = getattr(rules, name)
        if not 0 <= value <= largest:
            yield name, Message("应在 0 到 %(largest)s 之间；请更正", largest=largest)
    if rules.handling_days == 0:
        yield "handling_days", Message("至少 1 天；请更正")
    if rules.notice_unit not in NOTICE_UNITS:
        yield "notice_unit", Message("请选择工作日或自然日")
    for status, days in rules.step_days.items():
        if not 1 <= days <= LARGEST["handling_days"]:
            yield (
                f"step_days-{status}",
                Message("应在 1 到 %(largest)s 之间，不填按承诺时限；请更正", largest=LARGEST["handling_days"]),
            )
    for unit, quota in rules.quotas.items():
        if not 0 <= quota <= LARGEST_QUOTA:
            yield (
                f"quotas-{unit}",
                Message("应在 0 到 %(largest_quota)s 之间，不填表示不限；请更正", largest_quota=LARGEST_QUOTA),
            )


def _codes(rules: Rules, units: Collection[str], categories: Collection[str]) -> Iterator[tuple[str, str]]:
    if set(rules.quotas) - set(units):
        yield "quotas", Message("所选板块不在板块表中；请重新选择")
    if set(rules.excludes) - set(categories):
        yield "excludes", Message("所选类别不在类别表中；请重新选择")
    if set(rules.covers) - set(categories):
        yield "covers", Message("所选类别不在类别表中；请重新选择")


def _criteria(rules: Rules) -> Iterator[tuple[str, str]]:
    if len(rules.criteria) > MOST_CRITERIA:
        yield "criteria", Message("有 %(n)s 条，最多 %(most)s 条；请合并", n=len(rules.criteria), most=MOST_CRITERIA)
    codes = Counter(item.code for item in rules.criteria)
    texts = Counter(item.text for item in rules.criteria)
    for position, item in enumerate(rules.criteria):
        sentence = _criterion(item, rules)
        if codes[item.code] > 1 or texts[item.text] > 1:
            sentence = sentence or Message("与另一条相同；请改写或删除其中一条")
        if sentence:
            yield f"criteria-{position}", sentence


def _criterion(item: Criterion, rules: Rules) -> str:
    if not item.text:
        return Message("没有写条件的内容；请填写，或删除这一条")
    if len(item.text) > 100:
        return Message("有 %(n)s 个字，最多 100 个；请缩短", n=len(item.text))
    if has_control_characters(item.text + item.unit):
        return Message("含有看不见的控制字符；请重新键入")
    if len(item.unit) > 20:
        return Message("单位有 %(n)s 个字，最多 20 个；请缩短", n=len(item.unit))
    if item.kind == CriterionKind.KPI and item.kpi not in rules.kpis:
        return Message("所用指标不在本通知要求填写的指标中；请在指标中勾选，或改用别的条件")
    if item.kind != CriterionKind.YES_NO and item.threshold is None:
        return Message("按数值判断的条件要有最低值；请填写")
    if item.kind == CriterionKind.YES_NO and item.threshold is not None:
        return Message("回答“是”或“否”的条件不设最低值；请清空，或改为按数值判断")
    return ""


def _kpis(rules: Rules) -> Iterator[tuple[str, str]]:
    definitions = {item.code: item for item in kpis()}
    if set(rules.kpis) - definitions.keys():
        yield "kpis", Message("所选指标不在指标表中；请重新选择")
        return
    for code in rules.kpis:
        item = definitions[code]
        missing = [needed for needed in (item.numerator, item.denominator) if needed and needed not in rules.kpis]
        if missing:
            names = [definitions[needed] for needed in missing]
            yield "kpis", Message("%(item)s由台数计算，要同时填写%(names)s；请一并勾选", item=item, names=names)


def _files(rules: Rules) -> Iterator[tuple[str, str]]:
    for item in rules.files:
        if not 0 <= item.at_least <= MOST_FILES:
            yield (
                f"files-{item.kind.value}",
                Message("应在 0 到 %(most)s 之间，0 表示选交；请更正", most=MOST_FILES),
            )


def _inspection(rules: Rules) -> Iterator[tuple[str, str]]:
    texts = [item.text for item in rules.inspection_list]
    if len(texts) > MOST_INSPECTED:
        yield "inspection_list", Message("有 %(n)s 条，最多 %(most)s 条；请合并", n=len(texts), most=MOST_INSPECTED)
    for number, text in enumerate(texts, start=1):
        if len(text) > 100:
            yield (
                "inspection_list",
                Message("第 %(number)s 条有 %(n)s 个字，最多 100 个；请缩短", number=number, n=len(text)),
            )
        elif texts.count(text) > 1 and texts.index(text) == number - 1:
            yield "inspection_list", Message("“%(text)s”写了不止一次；请删去重复的", text=text)
    if rules.inspection_share and not rules.inspection_list and not rules.inspection_kpis:
        yield "inspection_list", Message("要抽取现场核查，就要写明核查什么；请至少写一条，或把比例改为 0")
    definitions = {item.code: item for item in kpis()}
    unknown = [code for code in rules.inspection_kpis if code not in rules.kpis]
    derived = [code for code in rules.inspection_kpis if code in definitions and definitions[code].numerator]
    if unknown:
        names = [definitions.get(code, code) for code in unknown]
        yield (
            "inspection_kpis",
            Message("%(names)s不在本通知要求填写的指标中；请在必填指标中勾选，或不核查", names=names),
        )
    if derived:
        names = [definitions[code] for code in derived]
        yield "inspection_kpis", Message("%(names)s由台数计算；请改为核查台数", names=names)
