"""The selects of a filter bar: names, words and options in display order; hidden inputs for all other conditions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from registry.i18n import _, language
from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.catalogue.description import value_label
from registry.queries.catalogue.dimensions import NONE, SELECTS
from registry.queries.catalogue.filters import Filters

KEPT = ("division", "honor", "year_from", "year_to", "has", "ladder", "grade", "bbox", "as_of")
"""Conditions that have no select in a filter bar and travel as hidden inputs."""


@dataclass(frozen=True)
class FacetSelect:
    """One select; `options` are (code, label), its counts come from `Selection.facets`."""

    name: str
    label: str
    all: str
    options: list[tuple[str, str]]

    def shown(self, chosen: Sequence[str], counts: Mapping[str, int]) -> list[tuple[str, str, bool]]:
        """(code, label with its count, whether the select stands on it) of the values that find something or are
        chosen. A select shows one value, the last."""
        found = [(code, label, counts.get(code, 0)) for code, label in self.options]
        return [
            (code, f"{label} ({count})", code in chosen[-1:]) for code, label, count in found if count or code in chosen
        ]


def hidden_inputs(filters: Filters, controls: Collection[str] = ()) -> list[tuple[str, str]]:
    """Hidden inputs for every parameter of the address that has no control in the form, except the number of the
    page: a changed condition begins on the first one."""
    return [pair for pair in filters.pairs() if pair[0] not in controls and pair[0] != "page"]


def facet_selects(lists: CodeLists, years: tuple[str, ...] = ()) -> list[FacetSelect]:
    """The selects in the order of the bar; `years` are those of the record, the newest first."""
    made = []
    for dimension, select in SELECTS:
        codes = list(dimension.words(lists)) if dimension.words else [year for year in years if year != NONE]
        if select.is_reversed:
            codes.reverse()
        if select.offers_none:
            codes.append(NONE)
        options = [(code, value_label(dimension.name, code, lists, language())) for code in codes]
        made.append(FacetSelect(dimension.name, _(select.label), _(select.all), options))
    return made
