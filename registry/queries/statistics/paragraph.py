"""The summary paragraph: the figures of a scope in the order and with the verbs of public documents.

Each piece carries the list behind its figure, so that a page can link it; the plain text is the pieces joined, without
blanks round Chinese figures. Chinese and English are written separately, not translated word by word. A figure that
is withheld is left out, never guessed, and one that not all projects have says how many it is made of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from registry.indicators import LEVEL, verb
from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.catalogue.filters import Filters
from registry.queries.catalogue.kpi_columns import Figure
from registry.queries.statistics.lead import WHOLE, lead_of, status_words
from registry.queries.statistics.scope import Statistics
from registry.queries.statistics.summary import Counted, Summary
from registry.terms import CountKind, ProjectType

RATES = ("smart_equipment_rate", "equipment_networking_rate")
ROBOTS = "industrial_robot_count"
CHANGES = ("operating_cost", "production_efficiency", "defect_rate", "energy_utilization", "resource_utilization")
PAIR = ("energy_utilization", "resource_utilization")
"""Two changes that documents state in one breath, where both go the same way."""
_NAMES = {
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
_AVERAGE = {
    "mean": ("平均", "on average"),
    "pooled": ("加权平均", "on weighted average"),
    "median": ("按中位数", "in the median"),
}


@dataclass(frozen=True)
class Piece:
    """A stretch of text; `filters` is the list behind it when it is a figure."""

    text: str
    filters: Filters | None = None


def pieces(found: Summary, lists: CodeLists, language: str = "zh") -> list[Piece]:
    """The paragraph of a scope in `zh` or `en`."""
    return [piece for piece in (_english if language == "en" else _chinese)(found, lists) if piece.text]


def text(found: list[Piece]) -> str:
    """The paragraph as plain text."""
    return "".join(piece.text for piece in found)


def method_note(statistics: Statistics, language: str = "zh") -> str:
    """Which method and coverage the figures have."""
    ns = {figure.n for figure in statistics.kpis.values() if figure.value is not None}
    word = METHOD_WORDS[statistics.filters.method][language == "en"]
    if not ns:
        return word
    coverage, of = str(max(ns)) if len(ns) == 1 else f"{min(ns)}–{max(ns)}", statistics.projects
    return f"{word}, n = {coverage} of {of}" if language == "en" else f"{word}，n = {coverage} / {of}"


def _list(statistics: Statistics, code: str) -> Filters | None:
    if statistics.kpis[code].left_out:
        # No list holds exactly the projects that were weighed.
        return None
    has = (*statistics.filters.has, code)
    return statistics.filters.but(rows="projects", page=1, has=tuple(dict.fromkeys(has)))


def _given(statistics: Statistics, code: str) -> Figure | None:
    figure = statistics.kpis.get(code)
    return figure if figure is not None and figure.value is not None else None


def _value(figure: Figure) -> Decimal:
    assert figure.value is not None
    return figure.value


def _verb(lists: CodeLists, code: str, figure: Figure) -> tuple[bool, str]:
    return verb(lists.kpis[code].direction, Fraction(_value(figure)), code)


def _changes(found: Statistics, lists: CodeLists) -> list[tuple[tuple[str, Figure], ...]]:
    """The changes that have a figure, each alone but for the pair."""
    given = [(code, figure) for code in CHANGES if (figure := _given(found, code))]
    last = tuple(part for part in given if part[0] in PAIR)
    verbs = {_verb(lists, *part)[1] for part in last}
    if len(last) == len(PAIR) and len(verbs) == 1 and LEVEL not in verbs:
        return [*((part,) for part in given if part[0] not in PAIR), last]
    return [(part,) for part in given]


def _chinese(found: Summary, lists: CodeLists) -> Iterator[Piece]:
    statistics, filters = found.statistics, found.statistics.filters
    lead, average = lead_of(filters, lists), _AVERAGE[filters.method][0]
    is_new = lead.kind == CountKind.NEW
    where = "" if is_new and lead.place == WHOLE and not lead.conditions else lead.place
    verbs = {CountKind.NEW: "新增", CountKind.CUMULATIVE: "累计认定", CountKind.VALID: "有效的认定有"}
    yield Piece(f"{lead.time}{'' if is_new else '，'}{where}" + (f"（{lead.conditions}）" if lead.conditions else ""))
    if not statistics.recognitions:
        yield Piece("没有新增认定。" if is_new else f"{lead.years}没有符合条件的认定。")
        return
    yield Piece(lead.years + (verbs[lead.kind] if lead.kind else f"{status_words(filters, 'zh')}的认定有"))
    yield from _items(found.items)
    if len(found.items) > 1:
        yield Piece("，合计认定")
        yield Piece(f"{statistics.recognitions}项", filters.but(rows="recognitions", page=1))
    if {statistics.recognitions} != {statistics.projects, statistics.enterprises}:
        yield Piece("，涉及项目")
        yield Piece(f"{statistics.projects}个", filters.but(rows="projects", page=1))
        yield Piece("、企业")
        yield Piece(f"{statistics.enterprises}家", filters.but(rows="enterprises", page=1))
    if found.newest:
        yield Piece(f"；其中{found.year}年新增")
        yield from _items(found.newest)
    investment = _given(statistics, "total_investment")
    if investment:
        yield Piece("。上述项目完成总投资" if found.newest else "，完成总投资")
        yield Piece(f"{_value(investment)}亿元", _list(statistics, "total_investment"))
        yield Piece(_of([investment]))
    rates = _rates(statistics)
    for place, (code, figure) in enumerate(rates):
        shop = "车间" if _are_workshops(statistics, lists) and code in RATES else ""
        words = f"{_NAMES[code][0]}{average}达" if code in RATES else "使用工业机器人"
        yield Piece(("，" if place else f"；{shop}") + words)
        yield Piece(f"{_value(figure)}" + ("%" if code in RATES else "台（套）"), _list(statistics, code))
    yield Piece(_of([figure for _code, figure in rates]))
    changes = _changes(statistics, lists)
    for place, parts in enumerate(changes):
        worse, said = _verb(lists, *parts[0])
        yield Piece(("。与改造前相比，" if place == 0 else "，") + "、".join(_NAMES[code][0] for code, _ in parts))
        if said == LEVEL:
            yield Piece(LEVEL)
            continue
        yield Piece(("分别" if len(parts) > 1 else "") + average + said)
        for number, (code, figure) in enumerate(parts):
            yield Piece("、" if number else "")
            yield Piece(f"{abs(_value(figure))}%", _list(statistics, code))
        yield Piece("（变差）" if worse else "")
    yield Piece(_of([figure for parts in changes for _code, figure in parts]))
    yield Piece("。")


def _items(items: tuple[Counted, ...]) -> Iterator[Piece]:
    for place, item in enumerate(items):
        yield Piece(("、" if place else "") + item.name)
        yield Piece(f"{item.count}{item.unit}", item.filters)


def _rates(statistics: Statistics) -> list[tuple[str, Figure]]:
    """The shares and the robots that have a figure."""
    return [(code, figure) for code in (*RATES, ROBOTS) if (figure := _given(statistics, code))]


def _are_workshops(statistics: Statistics, lists: CodeLists) -> bool:
    chosen = statistics.filters.category
    return bool(chosen) and {lists.categories[code].type for code in chosen} == {ProjectType.WORKSHOP.value}


def _of(figures: list[Figure], language: str = "zh") -> str:
    """Over how many projects the figures of a sentence go, where not all have them."""
    if all(figure.n == figure.of for figure in figures):
        return ""
    low, high = min(figure.n for figure in figures), max(figure.n for figure in figures)
    if language == "en":
        return f" (of {low} projects)" if low == high else f" (of {low} to {high} projects)"
    return f"（按{low}个项目计）" if low == high else f"（按{low}至{high}个项目计）"


def _several(number: int, one: str) -> str:
    return f"{number} {one}" if number == 1 else f"{number} {one}s"


def _english(found: Summary, lists: CodeLists) -> Iterator[Piece]:
    statistics, filters = found.statistics, found.statistics.filters
    lead, average = lead_of(filters, lists, "en"), _AVERAGE[filters.method][1]
    is_new = lead.kind == CountKind.NEW
    time = f"In {lead.time}" if is_new and lead.time[:1].isdigit() else lead.time[:1].upper() + lead.time[1:]
    conditions = f" ({lead.conditions})" if lead.conditions else ""
    since = f", awarded {lead.years}" if lead.years else ""
    yield Piece(f"{time}, {lead.place}{conditions} ")
    words = {
        CountKind.NEW: ("gained", "title"),
        CountKind.CUMULATIVE: ("has been awarded", "title"),
        CountKind.VALID: ("holds", "valid title"),
        None: ("has", f"title ({status_words(filters, 'en').lower()})"),
    }
    says, noun = words[lead.kind]
    if not statistics.recognitions:
        yield Piece("gained no titles." if is_new else f"has no such titles{since}.")
        return
    count = _several(statistics.recognitions, noun.split(" (")[0]) + noun[len(noun.split(" (")[0]) :]
    yield Piece(f"{says} ")
    yield Piece(count, filters.but(rows="recognitions", page=1))
    if len(found.items) == 1:
        yield Piece(f" of {found.items[0].name_en}{since}")
    else:
        yield Piece(f"{since}: ")
        yield from _items_en(found.items)
    if {statistics.recognitions} != {statistics.projects, statistics.enterprises}:
        yield Piece(", held by ")
        yield Piece(_several(statistics.projects, "project"), filters.but(rows="projects", page=1))
        yield Piece(" of ")
        yield Piece(_several(statistics.enterprises, "enterprise"), filters.but(rows="enterprises", page=1))
    if found.newest:
        yield Piece(f"; new in {found.year}: ")
        yield from _items_en(found.newest)
    investment = _given(statistics, "total_investment")
    if investment:
        yield Piece(". The total investment of these projects is " if found.newest else ", with a total investment of ")
        yield Piece(f"CNY {_value(investment) / 10:.2f} billion", _list(statistics, "total_investment"))
        yield Piece(_of([investment], "en"))
    rates = _rates(statistics)
    for place, (code, figure) in enumerate(rates):
        if code == ROBOTS:
            yield Piece("; " if place else ". ")
            yield Piece(_several(int(_value(figure)), "industrial robot"), _list(statistics, code))
            yield Piece((" is" if _value(figure) == 1 else " are") + " in use")
            continue
        yield Piece((", the " if place else f". {average.capitalize()}, the ") + f"{_NAMES[code][1]} is ")
        yield Piece(f"{_value(figure)}%", _list(statistics, code))
    yield Piece(_of([figure for _code, figure in rates], "en"))
    changes = _changes(statistics, lists)
    for place, parts in enumerate(changes):
        worse, said = _verb(lists, *parts[0])
        yield Piece(f". Compared with the state before, {average} " if place == 0 else ", ")
        yield Piece(" and ".join(_NAMES[code][1] for code, _ in parts))
        if said == LEVEL:
            yield Piece(" stayed level")
            continue
        yield Piece(" rose by " if _value(parts[0][1]) > 0 else " fell by ")
        for number, (code, figure) in enumerate(parts):
            yield Piece(" and " if number else "")
            yield Piece(f"{abs(_value(figure))}%", _list(statistics, code))
        yield Piece((" respectively" if len(parts) > 1 else "") + (" (worse)" if worse else ""))
    yield Piece(_of([figure for parts in changes for _code, figure in parts], "en"))
    yield Piece(".")


def _items_en(items: tuple[Counted, ...]) -> Iterator[Piece]:
    for place, item in enumerate(items):
        yield Piece((", " if place else "") + item.name_en + " ")
        yield Piece(str(item.count), item.filters)
