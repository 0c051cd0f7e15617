"""Figures of a document's titles in words: what the public will read, and the sums of the batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from registry.i18n import _, language
from registry.indicators import hundred_million, mean, round_half_up
from registry.kpi_definitions import kpi, kpis
from registry.measures import Measure
from registry.queries.record.kpis import is_public
from registry.queries.review.summary import INVESTMENT, SummaryRow
from registry.terms import KpiKind
from registry.views.web.page import change_text

_HEADLINES = ("smart_equipment_rate", "equipment_networking_rate")


def figure_texts(values: Mapping[str, Fraction]) -> list[tuple[str, str]]:
    """(name, figure) of the KPI values of one title that become public, in the bureau's order."""
    found = []
    for item in kpis():
        value = values.get(item.code)
        if value is None or not is_public(item.code):
            continue
        if item.kind == KpiKind.CHANGE:
            worse, text = change_text(item.direction, value, item.code)
            found.append((item.label(language()), _("变差：%(change)s", change=text) if worse else text))
        elif item.kind in (KpiKind.COUNT, KpiKind.ORDINAL):
            found.append(
                (item.label(language()), f"{round_half_up(value, 0)} {Measure(item.unit).label(language())}".strip())
            )
        else:
            found.append((item.label(language()), f"{round_half_up(value)}%"))
    return found


def batch_figures(rows: Sequence[SummaryRow]) -> list[tuple[str, str, str, str]]:
    """(name, figure, unit, over how many) of the batch: projects, enterprises, investment, two mean shares."""
    found = [
        (_("项目"), str(len(rows)), _("个"), ""),
        (_("企业"), str(len({row.enterprise for row in rows})), _("家"), ""),
    ]
    amounts = [row.values[INVESTMENT] for row in rows if INVESTMENT in row.values]
    if amounts:
        total = round_half_up(hundred_million(sum(amounts, Fraction(0))), 2)
        found.append((_("总投资合计"), str(total), _("亿元"), f"n = {len(amounts)} / {len(rows)}"))
    for code in _HEADLINES:
        values = [row.values[code] for row in rows if code in row.values]
        average = mean(values, of=len(rows))
        if average.exact is not None:
            name = kpi(code).label(language())
            found.append((name, f"{round_half_up(average.exact)}%", "", f"n = {average.n} / {average.of}"))
    return found
