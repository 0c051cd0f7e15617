"""What the Chinese and the English paragraph share: names and order of the KPIs, the figures that a scope has."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from registry.indicators import LEVEL, verb
from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.catalogue.filters import Filters
from registry.queries.catalogue.kpi_columns import Figure
from registry.queries.statistics.scope import Statistics
from registry.terms import ProjectType

RATES = ("smart_equipment_rate", "equipment_networking_rate")
ROBOTS = "industrial_robot_count"
CHANGES = ("operating_cost", "production_efficiency", "defect_rate", "energy_utilization", "resource_utilization")
PAIR = ("energy_utilization", "resource_utilization")
"""Two changes that documents state in one breath, where both go the same way."""
NAMES = {
    "smart_equipment_rate": ("自动化、智能化设备使用率", "smart equipment rate"),
    "equipment_networking_rate": ("智能设备联网率", "equipment networking rate"),
    "operating_cost": ("生产运营成本", "production operating cost"),
    "production_efficiency": ("生产效率", "production efficiency"),
    "defect_rate": ("产品不良品率", "defect rate"),
    "energy_utilization": ("能源利用率", "energy utilisation"),
    "resource_utilization": ("资源利用率", "resource utilisation"),
}
METHOD_WORDS = {
    "mean": ("简单平均", "simple mean over projects"),
    "pooled": ("加权平均（按总量）", "pooled mean, weighted by volume"),
    "median": ("中位数", "median over projects"),
}
AVERAGE = {
    "mean": ("平均", "on average"),
    "pooled": ("加权平均", "on weighted average"),
    "median": ("按中位数", "in the median"),
}


@dataclass(frozen=True)
class Piece:
    """A stretch of text; `filters` is the list behind it when it is a figure."""

    text: str
    filters: Filters | None = None


def method_note(statistics: Statistics, language: str = "zh") -> str:
    """Which method and coverage the figures have."""
    ns = {figure.n for figure in statistics.kpis.values() if figure.value is not None}
    word = METHOD_WORDS[statistics.filters.method][language == "en"]
    if not ns:
        return word
    coverage, of = str(max(ns)) if len(ns) == 1 else f"{min(ns)}–{max(ns)}", statistics.projects
    return f"{word}, n = {coverage} of {of}" if language == "en" else f"{word}，n = {coverage} / {of}"


def list_of(statistics: Statistics, code: str) -> Filters | None:
    """The list behind the figure of a KPI; None where no list holds exactly the projects that were weighed."""
    if statistics.kpis[code].left_out:
        # No list holds exactly the projects that were weighed.
        return None
    has = (*statistics.filters.has, code)
    return statistics.filters.but(rows="projects", page=1, has=tuple(dict.fromkeys(has)))


def given(statistics: Statistics, code: str) -> Figure | None:
    """The figure of a KPI, None where it is withheld."""
    figure = statistics.kpis.get(code)
    return figure if figure is not None and figure.value is not None else None


def value_of(figure: Figure) -> Decimal:
    """The value of a figure that has one."""
    assert figure.value is not None
    return figure.value


def verb_of(lists: CodeLists, code: str, figure: Figure) -> tuple[bool, str]:
    """(worse, word) of a change."""
    return verb(lists.kpis[code].direction, Fraction(value_of(figure)), code)


def changes_of(found: Statistics, lists: CodeLists) -> list[tuple[tuple[str, Figure], ...]]:
    """The changes that have a figure, each alone but for the pair."""
    stated = [(code, figure) for code in CHANGES if (figure := given(found, code))]
    last = tuple(part for part in stated if part[0] in PAIR)
    verbs = {verb_of(lists, *part)[1] for part in last}
    if len(last) == len(PAIR) and len(verbs) == 1 and LEVEL not in verbs:
        return [*((part,) for part in stated if part[0] not in PAIR), last]
    return [(part,) for part in stated]


def rates_of(statistics: Statistics) -> list[tuple[str, Figure]]:
    """The shares and the robots that have a figure."""
    return [(code, figure) for code in (*RATES, ROBOTS) if (figure := given(statistics, code))]


def are_workshops(statistics: Statistics, lists: CodeLists) -> bool:
    """Whether a scope is about workshops alone."""
    chosen = statistics.filters.category
    return bool(chosen) and {lists.categories[code].type for code in chosen} == {ProjectType.WORKSHOP.value}


def made_of(figures: list[Figure], language: str = "zh") -> str:
    """Over how many projects the figures of a sentence go, where not all have them."""
    if all(figure.n == figure.of for figure in figures):
        return ""
    low, high = min(figure.n for figure in figures), max(figure.n for figure in figures)
    if language == "en":
        return f" (of {low} projects)" if low == high else f" (of {low} to {high} projects)"
    return f"（按{low}个项目计）" if low == high else f"（按{low}至{high}个项目计）"
