"""The selects of a filter bar: names, words and options in display order."""

from __future__ import annotations

from dataclasses import dataclass

from registry.i18n import _, language
from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.catalogue.description import value_label
from registry.queries.catalogue.dimensions import NONE, SELECTS

KEPT = ("division", "honor", "year_from", "year_to", "has", "ladder", "grade")
"""Conditions that have no select in a filter bar and travel as hidden inputs."""


@dataclass(frozen=True)
class FacetSelect:
    """One select; `options` are (code, label), its counts come from `Selection.facets`."""

    name: str
    label: str
    all: str
    options: list[tuple[str, str]]


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
