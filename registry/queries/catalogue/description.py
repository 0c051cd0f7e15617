"""A selection in words: for chips, file cover sheets and page titles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from registry import reference
from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.catalogue.dimensions import BY_NAME, DIMENSIONS, NONE
from registry.queries.catalogue.filters import DEFAULT_STATUS, LADDER, Filters
from registry.terms import RecognitionStatus

LABELS: dict[str, tuple[str, str]] = {
    **{dimension.name: (dimension.zh, dimension.en) for dimension in DIMENSIONS},
    "honor": ("企业荣誉", "Honour of enterprise"),
    "year_from": ("起始年份", "From year"),
    "year_to": ("截止年份", "To year"),
    "q": ("搜索", "Search"),
    "bbox": ("范围", "Box"),
    "as_of": ("截至", "As of"),
    "has": ("有可比数值", "With value"),
    "ladder": ("持有有效认定", "Holding valid titles"),
    "grade": ("成熟度", "Maturity"),
}


MOST_IN_SHORT = 3
"""Values that a file name holds."""


def honor_label(kind: str, language: str = "zh") -> str:
    """The name of a kind of honour; one that a list brought has its Chinese name only."""
    if language != "en":
        return kind
    return next((known.name_en for known in reference.honors() if known.name == kind), kind)


@dataclass(frozen=True)
class Condition:
    """One active condition; `without` are the filters once it is removed."""

    name: str
    label: str
    value: str
    without: Filters


def value_label(name: str, code: str, lists: CodeLists, language: str = "zh") -> str:
    """The word for one value of a filter."""
    if code == NONE and name == "honor":
        return "None" if language == "en" else "没有荣誉记录"
    if code == NONE:
        return "Not stated" if language == "en" else "未注明"
    if name in BY_NAME:
        return BY_NAME[name].label(code, lists, language)
    if name == "has":
        return lists.kpis[code].label(language)
    if name == "ladder":
        return (" and " if language == "en" else "和").join(tier.label(language) for tier in LADDER[code])
    if name == "honor":
        return honor_label(code, language)
    if name == "grade":
        return f"level {code}" if language == "en" else f"{code} 级"
    return code


def conditions(filters: Filters, lists: CodeLists, language: str = "zh") -> Iterator[Condition]:
    """The active conditions, one for each value, in the order of the parameters."""
    for name, labels in LABELS.items():
        given: Any = getattr(filters, name)
        label = labels[1] if language == "en" else labels[0]
        if not given or (name == "status" and given == DEFAULT_STATUS):
            continue
        if not isinstance(given, tuple) or name == "bbox":
            text = ", ".join(f"{number:g}" for number in given) if name == "bbox" else str(given)
            yield Condition(
                name,
                label,
                text,
                filters.but(page=1, **{name: "" if name == "q" else None}),
            )
            continue
        for code in given:
            rest = tuple(other for other in given if other != code)
            if name == "status":
                rest = rest or DEFAULT_STATUS
            yield Condition(
                name,
                label,
                value_label(name, code, lists, language),
                filters.but(page=1, **{name: rest}),
            )


def in_words(filters: Filters, lists: CodeLists, language: str = "zh") -> str:
    """The selection as one line, e.g. 级别：省级；认定年份：2020."""
    parts: dict[str, list[str]] = {}
    for condition in conditions(filters, lists, language):
        parts.setdefault(condition.label, []).append(condition.value)
    if "status" not in {condition.name for condition in conditions(filters, lists)}:
        status = RecognitionStatus.VALID.label(language)
        parts["Status" if language == "en" else "状态"] = [status]
    separator, colon, comma = ("; ", ": ", ", ") if language == "en" else ("；", "：", "、")
    return separator.join(label + colon + comma.join(values) for label, values in parts.items())


def in_short(filters: Filters, lists: CodeLists, language: str = "zh") -> str:
    """The selection as a part of a file name, e.g. 某某区-2020; the first few values stand for many."""
    values = [condition.value for condition in conditions(filters, lists, language)]
    if len(values) <= MOST_IN_SHORT:
        return "-".join(values)
    return "-".join(values[:MOST_IN_SHORT]) + (" and more" if language == "en" else "等")
