"""The selects of a filter bar: names, words and options in display order."""

from __future__ import annotations

from dataclasses import dataclass

from registry.i18n import _, language
from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.catalogue.description import value_label
from registry.queries.catalogue.filters import ALL_STATUS, NONE
from registry.terms import ProjectType, Sector, Tier

KEPT = ("division", "has", "ladder", "grade")
"""Conditions that have no select in a filter bar and travel as hidden inputs."""


@dataclass(frozen=True)
class FacetSelect:
    """One select; `options` are (code, label), its counts come from `Selection.facets`."""

    name: str
    label: str
    all: str
    options: list[tuple[str, str]]


def facet_selects(lists: CodeLists, years: tuple[str, ...] = ()) -> list[FacetSelect]:
    """Selects for tier, category, unit, industry, sector, year, type and status."""
    codes: list[tuple[str, str, str, list[str]]] = [
        ("tier", _("级别"), _("全部级别"), [tier.value for tier in reversed(Tier)]),
        ("category", _("类别"), _("全部类别"), list(lists.categories)),
        ("unit", _("板块"), _("全部板块"), list(lists.units)),
        ("industry", _("行业"), _("全部行业"), [*lists.industries, NONE]),
        (
            "sector",
            _("行业板块"),
            _("全部行业板块"),
            [*(sector.value for sector in Sector), NONE],
        ),
        (
            "year",
            _("年份"),
            _("全部年份"),
            [*(year for year in years if year != NONE), NONE],
        ),
        ("type", _("主体类型"), _("全部主体"), [kind.value for kind in ProjectType]),
        ("status", _("状态"), _("有效（默认）"), list(ALL_STATUS)),
    ]
    return [
        FacetSelect(
            name,
            label,
            every,
            [(code, value_label(name, code, lists, language())) for code in options],
        )
        for name, label, every, options in codes
    ]
