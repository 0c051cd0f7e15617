"""The summary paragraph: the figures of a scope in the order in which public documents state them.

Each piece carries the list behind its figure, so that a page can link it; the plain text is the
pieces joined. Chinese and English are written separately, not translated word by word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from registry.indicators import verb
from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.catalogue.description import in_words
from registry.queries.catalogue.filters import Filters
from registry.queries.catalogue.kpi_columns import Figure
from registry.queries.statistics.scope import Statistics

CHANGES = (
    "operating_cost",
    "production_efficiency",
    "defect_rate",
    "energy_utilization",
    "resource_utilization",
)
_WORDS = {
    "operating_cost": ("生产运营成本", "production operating cost"),
    "production_efficiency": ("生产效率", "production efficiency"),
    "defect_rate": ("产品不良品率", "defect rate"),
    "energy_utilization": ("能源利用率", "energy utilisation"),
    "resource_utilization": ("资源利用率", "resource utilisation"),
}
_VERBS = {"提高": "rose by", "下降": "fell by", "持平": "stayed level:"}
_METHODS = {
    "mean": ("各项目简单平均", "simple mean over projects"),
    "pooled": ("按总量合并计算", "pooled over projects"),
    "median": ("各项目中位数", "median over projects"),
}


@dataclass(frozen=True)
class Piece:
    """A stretch of text; `filters` is the list behind it when it is a figure."""

    text: str
    filters: Filters | None = None


def pieces(statistics: Statistics, lists: CodeLists, language: str = "zh") -> list[Piece]:
    """The paragraph of a scope in `zh` or `en`; withheld figures are left out, never guessed."""
    return list(_english(statistics, lists) if language == "en" else _chinese(statistics, lists))


def text(found: list[Piece]) -> str:
    """The paragraph as plain text."""
    return "".join(piece.text for piece in found)


def method_note(statistics: Statistics, language: str = "zh") -> str:
    """Which method and coverage the figures have."""
    ns = {figure.n for figure in statistics.kpis.values() if figure.value is not None}
    word = _METHODS[statistics.filters.method][1 if language == "en" else 0]
    of = statistics.projects
    if not ns:
        return word
    coverage = str(max(ns)) if len(ns) == 1 else f"{min(ns)}–{max(ns)}"
    return f"{word}, n = {coverage} of {of}" if language == "en" else f"{word}，n = {coverage} / {of}"


def _list(statistics: Statistics, code: str | None = None) -> Filters:
    has = statistics.filters.has
    if code is None:
        return statistics.filters.but(rows="recognitions", page=1)
    return statistics.filters.but(rows="projects", page=1, has=tuple(dict.fromkeys((*has, code))))


def _given(statistics: Statistics, code: str) -> Figure | None:
    figure = statistics.kpis.get(code)
    return figure if figure is not None and figure.value is not None else None


def _value(figure: Figure) -> Decimal:
    assert figure.value is not None
    return figure.value


def _verb(figure: Figure) -> str:
    """Rise or fall only: a sentence of figures does not judge."""
    return verb(None, Fraction(_value(figure)))[1]


def _chinese(statistics: Statistics, lists: CodeLists) -> Iterator[Piece]:
    yield Piece(f"{in_words(statistics.filters, lists)}。共有认定 ")
    yield Piece(f"{statistics.recognitions} 项", _list(statistics))
    yield Piece("，涉及项目 ")
    yield Piece(f"{statistics.projects} 个", statistics.filters.but(rows="projects", page=1))
    yield Piece("、企业 ")
    yield Piece(f"{statistics.enterprises} 家", statistics.filters.but(rows="enterprises", page=1))
    investment = _given(statistics, "total_investment")
    if investment:
        yield Piece("，完成总投资 ")
        yield Piece(f"{_value(investment)} 亿元", _list(statistics, "total_investment"))
    yield Piece("。")
    rates = [(code, _given(statistics, code)) for code in ("smart_equipment_rate", "equipment_networking_rate")]
    names = {
        "smart_equipment_rate": "自动化、智能化设备使用率",
        "equipment_networking_rate": "智能设备联网率",
    }
    started = False
    for code, figure in rates:
        if figure:
            yield Piece(("，" if started else "") + names[code] + " ")
            yield Piece(f"{_value(figure)}%", _list(statistics, code))
            started = True
    robots = _given(statistics, "industrial_robot_count")
    if robots:
        yield Piece("，使用工业机器人 " if started else "使用工业机器人 ")
        yield Piece(f"{_value(robots)} 台（套）", _list(statistics, "industrial_robot_count"))
        started = True
    if started:
        yield Piece("。")
    changes = [(code, figure) for code in CHANGES if (figure := _given(statistics, code))]
    for place, (code, figure) in enumerate(changes):
        lead = "与改造前相比，" if place == 0 else "，"
        yield Piece(f"{lead}{_WORDS[code][0]}{_verb(figure)} ")
        yield Piece(f"{abs(_value(figure))}%", _list(statistics, code))
    if changes:
        yield Piece("。")


def _several(number: int, one: str) -> str:
    return f"{number} {one}" if number == 1 else f"{number} {one}s"


def _english(statistics: Statistics, lists: CodeLists) -> Iterator[Piece]:
    yield Piece(f"{in_words(statistics.filters, lists, 'en')}. ")
    yield Piece(_several(statistics.recognitions, "recognition"), _list(statistics))
    yield Piece(" is held by " if statistics.recognitions == 1 else " are held by ")
    yield Piece(_several(statistics.projects, "project"), statistics.filters.but(rows="projects", page=1))
    yield Piece(" of ")
    yield Piece(_several(statistics.enterprises, "enterprise"), statistics.filters.but(rows="enterprises", page=1))
    investment = _given(statistics, "total_investment")
    if investment:
        yield Piece(", with a total investment of ")
        yield Piece(f"CNY {_value(investment) / 10:.2f} billion", _list(statistics, "total_investment"))
    yield Piece(". ")
    parts = (
        ("smart_equipment_rate", "smart equipment rate is ", "%"),
        ("equipment_networking_rate", "equipment networking rate is ", "%"),
        ("industrial_robot_count", "number of industrial robots is ", ""),
    )
    started = False
    for code, words, unit in parts:
        figure = _given(statistics, code)
        if figure:
            yield Piece((", the " if started else "The ") + words)
            yield Piece(f"{_value(figure)}{unit}", _list(statistics, code))
            started = True
    if started:
        yield Piece(". ")
    changes = [(code, figure) for code in CHANGES if (figure := _given(statistics, code))]
    for place, (code, figure) in enumerate(changes):
        lead = "Compared with the state before, " if place == 0 else ", "
        yield Piece(f"{lead}{_WORDS[code][1]} {_VERBS[_verb(figure)]} ")
        yield Piece(f"{abs(_value(figure))}%", _list(statistics, code))
    if changes:
        yield Piece(".")
