"""The summary paragraph in English; it is no translation, and says the same."""

from __future__ import annotations

from collections.abc import Iterator

from registry.indicators import LEVEL
from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.statistics.lead import lead_of, status_words
from registry.queries.statistics.sentences import (
    AVERAGE,
    NAMES,
    ROBOTS,
    Piece,
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


def _several(number: int, one: str) -> str:
    return f"{number} {one}" if number == 1 else f"{number} {one}s"


def english(found: Summary, lists: CodeLists) -> Iterator[Piece]:
    """The pieces of the paragraph."""
    statistics, filters = found.statistics, found.statistics.filters
    lead, average = lead_of(filters, lists, "en"), AVERAGE[filters.method][1]
    is_new = lead.kind == CountKind.NEW
    time = f"In {lead.time}" if is_new and lead.time[:1].isdigit() else lead.time[:1].upper() + lead.time[1:]
    conditions = f" ({lead.conditions})" if lead.conditions else ""
    since = f", awarded {lead.years}" if lead.years else ""
    where = " and ".join(lead.place.rsplit(", ", 1))
    is_several = where != lead.place
    yield Piece(f"{time}, {where}{conditions} " if time else f"{where}{conditions} ")
    words = {
        CountKind.NEW: ("gained", "title"),
        CountKind.CUMULATIVE: ("have been awarded" if is_several else "has been awarded", "title"),
        CountKind.VALID: ("hold" if is_several else "holds", "valid title"),
        None: ("have" if is_several else "has", f"title ({status_words(filters, 'en').lower()})"),
    }
    says, noun = words[lead.kind]
    if not statistics.recognitions:
        yield Piece("gained no titles." if is_new else f"{'have' if is_several else 'has'} no such titles{since}.")
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
    investment = given(statistics, "total_investment")
    if investment:
        yield Piece(". The total investment of these projects is " if found.newest else ", with a total investment of ")
        yield Piece(f"CNY {value_of(investment) / 10:.2f} billion", list_of(statistics, "total_investment"))
        yield Piece(made_of([investment], "en"))
    rates = rates_of(statistics)
    for place, (code, figure) in enumerate(rates):
        if code == ROBOTS:
            yield Piece("; " if place else ". ")
            yield Piece(_several(int(value_of(figure)), "industrial robot"), list_of(statistics, code))
            yield Piece((" is" if value_of(figure) == 1 else " are") + " in use")
            continue
        yield Piece((", the " if place else f". {average.capitalize()}, the ") + f"{NAMES[code][1]} is ")
        yield Piece(f"{value_of(figure)}%", list_of(statistics, code))
    yield Piece(made_of([figure for _code, figure in rates], "en"))
    changes = changes_of(statistics, lists)
    for place, parts in enumerate(changes):
        worse, said = verb_of(lists, *parts[0])
        yield Piece(f". Compared with the state before, {average} " if place == 0 else ", ")
        yield Piece(" and ".join(NAMES[code][1] for code, _ in parts))
        if said == LEVEL:
            yield Piece(" stayed level")
            continue
        yield Piece(" rose by " if value_of(parts[0][1]) > 0 else " fell by ")
        for number, (code, figure) in enumerate(parts):
            yield Piece(" and " if number else "")
            yield Piece(f"{abs(value_of(figure))}%", list_of(statistics, code))
        yield Piece((" respectively" if len(parts) > 1 else "") + (" (worse)" if worse else ""))
    yield Piece(made_of([figure for parts in changes for _code, figure in parts], "en"))
    yield Piece(".")


def _items_en(items: tuple[Counted, ...]) -> Iterator[Piece]:
    for place, item in enumerate(items):
        yield Piece((", " if place else "") + item.name_en + " ")
        yield Piece(str(item.count), item.filters)
