"""How a scope is said in a sentence: its time, its place, what else restricts it, and what it counts.

Both the sentence under the filters and the summary paragraph begin with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.catalogue.description import LABELS, value_label
from registry.queries.catalogue.dimensions import BY_NAME
from registry.queries.catalogue.filters import Filters
from registry.queries.statistics.counted import kind_of, named_years, span, year_end
from registry.terms import CountKind, RecognitionStatus

WHOLE = "全市"
_SAID_ELSEWHERE = ("tier", "category", "unit", "division", "year", "year_from", "year_to", "status", "as_of")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@dataclass(frozen=True)
class Lead:
    """The parts of a sentence about a scope, in Chinese or English; '' where there is nothing to say."""

    kind: CountKind | None
    time: str
    years: str
    place: str
    conditions: str


def lead_of(filters: Filters, lists: CodeLists, language: str = "zh") -> Lead:
    """The lead of these filters."""
    between = "; " if language == "en" else "，"
    kind, years = kind_of(filters), years_words(filters, language)
    return Lead(
        kind=kind,
        time=years if kind == CountKind.NEW else _stock(filters, language),
        years="" if kind == CountKind.NEW else years,
        place=_place(filters, lists, language),
        conditions=between.join(_conditions(filters, lists, language)),
    )


def day_words(day: date, language: str) -> str:
    """A day as it stands in a sentence: 2020年末, 2020年6月30日; end of 2020, 30 June 2020."""
    if year_end(day) is not None:
        return f"end of {day.year}" if language == "en" else f"{day.year}年末"
    if language == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def years_words(filters: Filters, language: str) -> str:
    """The batch years of a scope; '' for all of them."""
    first, last = span(filters)
    english = language == "en"
    if first is None and last is None:
        stated = [str(year) for year in named_years(filters)]
        return (", ".join(stated) if english else "、".join(stated) + "年") if stated else ""
    if first is None:
        return f"up to {last}" if english else f"{last}年及以前"
    if last is None:
        return f"since {first}" if english else f"{first}年以来"
    if first == last:
        return str(first) if english else f"{first}年"
    return f"{first} to {last}" if english else f"{first}至{last}年"


def _stock(filters: Filters, language: str) -> str:
    if filters.as_of is None:
        return "to date" if language == "en" else "目前"
    day = day_words(filters.as_of, language)
    return (f"by {day}" if day[:1].isdigit() else f"by the {day}") if language == "en" else f"截至{day}"


def _place(filters: Filters, lists: CodeLists, language: str) -> str:
    names = [value_label("unit", code, lists, language) for code in filters.unit]
    names += [
        value_label("division", code, lists, language) + (" (on the map)" if language == "en" else "（按行政区划）")
        for code in filters.division
    ]
    if not names:
        return lists.city.facts.label(language) if language == "en" else WHOLE
    return (", " if language == "en" else "、").join(names)


def _conditions(filters: Filters, lists: CodeLists, language: str) -> Iterator[str]:
    """Every further condition, named: 企业性质民营."""
    english = language == "en"
    for name, labels in LABELS.items():
        given = getattr(filters, name)
        # Years without titles of a known year in them are a condition that is named, no time.
        if not given or (name in _SAID_ELSEWHERE and (name != "year" or named_years(filters))):
            continue
        if name == "bbox":
            yield "inside a box on the map" if english else "地图框选范围内"
        elif name == "q":
            yield f"found by “{given}”" if english else f"检索“{given}”"
        else:
            words = (", " if english else "、").join(_word(name, code, lists, language) for code in given)
            yield f"{labels[1]}: {words}" if english else f"{labels[0]}：{words}"


def _word(name: str, code: str, lists: CodeLists, language: str) -> str:
    """A value as a sentence says it: without the code that a list shows in front."""
    word = value_label(name, code, lists, language)
    return word.removeprefix(f"{code} ") if name in BY_NAME and BY_NAME[name].shows_code else word


def status_words(filters: Filters, language: str) -> str:
    """The states of a scope that is none of the three kinds."""
    return (", " if language == "en" else "、").join(RecognitionStatus(code).label(language) for code in filters.status)
