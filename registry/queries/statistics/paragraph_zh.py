"""The summary paragraph in Chinese, with the verbs of public documents and without blanks round figures."""

from __future__ import annotations

from collections.abc import Iterator

from registry.indicators import LEVEL
from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.statistics.lead import WHOLE, lead_of, status_words
from registry.queries.statistics.sentences import (
    AVERAGE,
    NAMES,
    RATES,
    Piece,
    are_workshops,
    changes_of,
    given,
    list_of,
    made_of,
    rates_of,
    value_of,
    verb_of,
)
from registry.queries.statistics.summary import Counted, Summary
from registry.terms import CountKind


def chinese(found: Summary, lists: CodeLists) -> Iterator[Piece]:
    """The pieces of the paragraph."""
    statistics, filters = found.statistics, found.statistics.filters
    lead, average = lead_of(filters, lists), AVERAGE[filters.method][0]
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
    investment = given(statistics, "total_investment")
    if investment:
        yield Piece("。上述项目完成总投资" if found.newest else "，完成总投资")
        yield Piece(f"{value_of(investment)}亿元", list_of(statistics, "total_investment"))
        yield Piece(made_of([investment]))
    rates = rates_of(statistics)
    for place, (code, figure) in enumerate(rates):
        shop = "车间" if are_workshops(statistics, lists) and code in RATES else ""
        words = f"{NAMES[code][0]}{average}达" if code in RATES else "使用工业机器人"
        yield Piece(("，" if place else f"；{shop}") + words)
        yield Piece(f"{value_of(figure)}" + ("%" if code in RATES else "台（套）"), list_of(statistics, code))
    yield Piece(made_of([figure for _code, figure in rates]))
    changes = changes_of(statistics, lists)
    for place, parts in enumerate(changes):
        worse, said = verb_of(lists, *parts[0])
        yield Piece(("。与改造前相比，" if place == 0 else "，") + "、".join(NAMES[code][0] for code, _ in parts))
        if said == LEVEL:
            yield Piece(LEVEL)
            continue
        yield Piece(("分别" if len(parts) > 1 else "") + average + said)
        for number, (code, figure) in enumerate(parts):
            yield Piece("、" if number else "")
            yield Piece(f"{abs(value_of(figure))}%", list_of(statistics, code))
        yield Piece("（变差）" if worse else "")
    yield Piece(made_of([figure for parts in changes for _code, figure in parts]))
    yield Piece("。")


def _items(items: tuple[Counted, ...]) -> Iterator[Piece]:
    for place, item in enumerate(items):
        yield Piece(("、" if place else "") + item.name)
        yield Piece(f"{item.count}{item.unit}", item.filters)
