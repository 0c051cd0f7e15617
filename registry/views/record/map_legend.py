"""The legend of the map: what shades the districts, its classes in words, and each district with its figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from registry import indicators
from registry.i18n import _, language
from registry.measures import Measure
from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.catalogue.filters import measures
from registry.queries.catalogue.kpi_columns import Figure
from registry.queries.catalogue.selection import Selection
from registry.queries.record.points import division_counts
from registry.queries.statistics.measures import COUNT, DENSITY, EMPTY, HATCHED, WORSE, Shading
from registry.queries.statistics.workbook import unit_of_figure
from registry.terms import Direction, KpiKind
from registry.views.record.figure_cells import figure_cell
from registry.views.web.page import verb_word, view_url
from registry.views.web.runtime import catalogue


@dataclass(frozen=True)
class DistrictRow:
    """A district, or a zone inside it, as legend and script need it; `text` stands under its name on the map."""

    code: str
    name: str
    n: int
    text: str
    href: str
    is_current: bool
    shade: int = 0
    is_zone: bool = False

    @property
    def shade_name(self) -> str:
        """The class of the style sheet."""
        return "none" if self.shade == EMPTY else str(self.shade)


@dataclass(frozen=True)
class ClassRow:
    """One line of the key: class of the style sheet, its range in words, districts in it."""

    shade: str
    words: str
    count: int


@dataclass(frozen=True)
class Measured:
    """The mean or sum of the selection, as the list column says it."""

    name: str
    text: str
    note: str


def measure_options() -> list[tuple[str, str]]:
    """(code, words) of all measures: count, density, and every KPI that can be aggregated."""
    lists, words = catalogue().lists, {COUNT: _("项目数"), DENSITY: _("每千平方公里项目数")}
    return [(code, words.get(code) or lists.kpis[code].label(language())) for code in measures(lists)]


def district_rows(selection: Selection, shades: Shading) -> list[DistrictRow]:
    """The districts in their order, each followed by the zones inside it."""
    found = []
    lists, filters = catalogue().lists, selection.filters
    for code, shade in shades.shades.items():
        found.append(
            DistrictRow(
                code=code,
                name=lists.divisions[code].label(language()),
                n=shade.figure.n,
                text=figure_text(shades.measure, shade.figure),
                href=view_url("home.map_page", filters, division=(code,), page=1),
                is_current=code in filters.division,
                shade=shade.level,
            )
        )
        for zone in lists.zones:
            if zone.division == code:
                figure = shades.zones[zone.code]
                found.append(
                    DistrictRow(
                        code=zone.code,
                        name=zone.label(language()),
                        n=figure.n,
                        text=figure_text(shades.measure, figure),
                        href=view_url("home.map_page", filters, division=(), unit=(zone.code,), page=1),
                        is_current=zone.code in filters.unit,
                        is_zone=True,
                    )
                )
    return found


def figure_text(measure: str, figure: Figure) -> str:
    """A district's figure as the map writes it under the name."""
    if measure in (COUNT, DENSITY):
        if figure.value is None:
            return _("没有项目")
        return _("%(n)s 个", n=figure.value) if measure == COUNT else indicators.plain(figure.value)
    cell = figure_cell(measure, figure, None)
    return cell.muted or f"{cell.before} {cell.figure}".strip()


def zone_sentences(selection: Selection, lists: CodeLists) -> list[str]:
    """How many of a district's projects a zone inside it reports."""
    found = []
    for code, (count, zone_count) in division_counts(selection).items():
        inside = [zone for zone in lists.zones if zone.division == code]
        if zone_count and inside:
            names = "、".join(zone.short for zone in inside)
            if language() != "zh":
                names = ", ".join(zone.label(language()) for zone in inside)
            found.append(
                _(
                    "%(district)s %(n)s 个，其中%(zones)s %(zone)s 个。",
                    district=lists.divisions[code].label(language()),
                    n=count,
                    zones=names,
                    zone=zone_count,
                )
            )
    return found


def method_words(method: str) -> str:
    """What was done with the values of the projects."""
    return {"mean": _("简单平均"), "pooled": _("加权平均（按总量）"), "median": _("中位数"), "sum": _("合计")}[method]


def direction_words(shades: Shading) -> str:
    """How to read the shades; '' where more is simply darker."""
    if shades.measure in (COUNT, DENSITY):
        return ""
    kpi, method = catalogue().lists.kpis[shades.measure], method_words(shades.method)
    if kpi.kind == KpiKind.CHANGE:
        return _("与改造前相比的%(method)s，颜色越深改善越大。", method=method)
    unit = Measure(unit_of_figure(kpi)).label(language())
    if shades.sign < 0:
        return _("%(method)s（%(unit)s），颜色越深数值越低。", method=method, unit=unit)
    return _("%(method)s（%(unit)s），颜色越深数值越高。", method=method, unit=unit)


def class_rows(shades: Shading) -> list[ClassRow]:
    """The classes, the darkest first, then what has no figure."""
    levels = [shade.level for shade in shades.shades.values()]
    found = [ClassRow(str(level), words, levels.count(level)) for level, words in _classes(shades)]
    if shades.measure not in (COUNT, DENSITY):
        found.append(ClassRow("hatch", _("样本不足（n < 3）"), levels.count(HATCHED)))
    if EMPTY in levels or found[-1].shade == "hatch":
        found.append(ClassRow("none", _("没有项目"), levels.count(EMPTY)))
    return found


def _classes(shades: Shading) -> Iterator[tuple[int, str]]:
    kpi = catalogue().lists.kpis.get(shades.measure)
    if kpi is not None and kpi.kind == KpiKind.CHANGE:
        yield from _classes_of_change(shades)
        return
    limits = shades.limits
    for level in range(len(limits), 0, -1):
        low = indicators.plain(shades.sign * limits[level - 1])
        high = indicators.plain(shades.sign * limits[level]) if level < len(limits) else ""
        if not high:
            yield level, _("%(low)s 及以上", low=low) if shades.sign > 0 else _("%(low)s 及以下", low=low)
        elif shades.measure == COUNT:
            most = int(limits[level]) - 1
            yield level, low if most <= int(low) else f"{low}–{most}"
        else:
            yield level, _("%(low)s 至不足 %(high)s", low=low, high=high) if shades.sign > 0 else f"{high}–{low}"


def _classes_of_change(shades: Shading) -> Iterator[tuple[int, str]]:
    direction, code = catalogue().lists.kpis[shades.measure].direction, shades.measure
    rise, fall = (verb_word(indicators.verb(direction, Fraction(sign), code)[1]) for sign in (1, -1))
    better, worse = (fall, rise) if direction == Direction.LOW else (rise, fall)
    limits = [indicators.plain(limit) for limit in shades.limits]
    if len(limits) == 1:
        yield WORSE + 1, better
    for place in range(len(limits) - 1, 0, -1):
        if place == len(limits) - 1:
            yield WORSE + 1 + place, _("%(verb)s %(low)s%% 及以上", verb=better, low=limits[place])
        else:
            yield (
                WORSE + 1 + place,
                _("%(verb)s %(low)s–%(high)s%%", verb=better, low=limits[place], high=limits[place + 1]),
            )
    if len(limits) > 1:
        yield WORSE + 1, _("%(verb)s不到 %(high)s%%", verb=better, high=limits[1])
    yield WORSE, _("变差：%(change)s", change=worse)


def measured(selection: Selection, shades: Shading) -> Measured | None:
    """The selection under the measure; None for counts, which stand above it anyway."""
    if shades.measure in (COUNT, DENSITY):
        return None
    figure, kpi = shades.chosen, catalogue().lists.kpis[shades.measure]
    name = kpi.label(language())
    if figure.method != "sum":
        name = _("%(measure)s平均", measure=name) if figure.method != "median" else _("%(measure)s中位数", measure=name)
    note = _("n = %(n)s / %(of)s，%(method)s", n=figure.n, of=figure.of, method=method_words(figure.method))
    if selection.filters.division and shades.city.value is not None:
        note += _("；全市%(figure)s", figure=figure_text(shades.measure, shades.city))
    return Measured(name, figure_text(shades.measure, figure), note)
