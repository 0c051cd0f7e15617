"""What one header says: a field, a KPI with its half and unit, or something that only looks like one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache

from registry.errors import InvalidInput
from registry.kpi_definitions import KpiDefinition, kpi, kpis
from registry.reference.wordings import wordings
from registry.services.imports.sheets.columns import KpiColumn, ListColumn, fold_header, known_headers
from registry.terms import KpiKind
from registry.values import quantities
from registry.values.kpi_checks import PERCENT, Part
from registry.values.similar import dice
from registry.wording import Message, Named

BEFORE, AFTER = "改造前", "改造后"
LIKE = 0.6
LONGEST = 200
"""Signs of a header that are looked at: no known one has half as many, and brackets in brackets take time."""
_LAST_BRACKET = re.compile(r"(.+?)[(\[]([^()\[\]]*(?:\([^()]*\)[^()\[\]]*)?)[)\]]")
_RATE = re.compile(r"降低|下降|提升|提高|增长|减少|上升|变化|增幅|降幅|幅度|缩短|升幅|增加")
_UNIT_PARTS = {BEFORE: Part.BASELINE, AFTER: Part.CURRENT, "单位": Part.MEASURE}


@dataclass(frozen=True)
class Words:
    """A header taken apart: the name, the half it is about, and the unit in its brackets."""

    name: str
    half: Part | None
    unit: str


def words_of(header: str) -> Words:
    """改造前运营成本（万元）, 生产效率（改造前）, 运营成本-改造前(万元/年) alike."""
    rest, half, units = fold_header(header)[:LONGEST], None, []
    for text, part in _halves():
        if text in rest:
            # 运营成本-改造前(万元): the name before the half may have lost its dash, not its brackets.
            rest, half = rest.replace(f"-{text}", "", 1).replace(text, "", 1).replace("()", ""), part
            break
    rest = rest.strip("-:_·")
    if half is None and rest.endswith("-单位"):
        rest, half = rest.removesuffix("-单位"), Part.MEASURE
    while (match := _LAST_BRACKET.fullmatch(rest)) is not None:
        rest = match[1]
        units.append(match[2])
    return Words(rest.strip("-:_·/ "), half, units[-1] if units else "")


@cache
def _halves() -> tuple[tuple[str, Part], ...]:
    found = [(fold_header(each.text), _UNIT_PARTS[each.targets[0]]) for each in wordings("half")]
    return tuple(sorted(found, key=lambda pair: -len(pair[0])))


def half_of(cell: object) -> str:
    """`改造前` or `改造后` where a cell of the second header row says nothing else."""
    folded = fold_header(cell if isinstance(cell, str) else None)
    folded = folded.partition("(")[0]
    for text, part in _halves():
        if folded in (text, f"{text}值"):
            return BEFORE if part is Part.BASELINE else AFTER
    return ""


def kpi_names() -> dict[str, KpiDefinition]:
    """KPI by folded name: of the definition, of the template, and in use."""
    return _kpi_names(kpis())


@lru_cache(4)
def _kpi_names(definitions: tuple[KpiDefinition, ...]) -> dict[str, KpiDefinition]:
    found: dict[str, KpiDefinition] = {}
    for definition in definitions:
        for name in (definition.list_column, definition.name):
            folded = fold_header(name)
            if folded:
                found[folded] = found[_without_unit(folded, definition)] = definition
    for wording in wordings("header"):
        definition_of = found.get(fold_header(wording.targets[0]))
        if definition_of is not None:
            found.setdefault(fold_header(wording.text), definition_of)
    return found


def _without_unit(folded: str, definition: KpiDefinition) -> str:
    return folded.removesuffix(f"({fold_header(definition.unit)})")


def field_of(header: str, columns: tuple[ListColumn, ...]) -> str | None:
    """The field that a header names, its last brackets left out if need be."""
    known = known_headers(columns)
    folded = fold_header(header)
    if folded in known:
        return known[folded]
    match = _LAST_BRACKET.fullmatch(folded)
    if match is None or half_of(match[2]) or match[1] in kpi_names():
        return None
    return known.get(match[1])


def kpi_of(header: str, index: int, *, as_written: str = "") -> KpiColumn | None:
    """The KPI column that a header names; None for a change without its half. InvalidInput for another unit.

    `as_written` is the header in the file, where a person said what it means.
    """
    words = words_of(header)
    definition = kpi_names().get(words.name) or kpi_names().get(f"{words.name}({words.unit})")
    if definition is None:
        return None
    part = words.half or Part.CURRENT
    if part is not Part.MEASURE and (words.half is not None) != (definition.kind == KpiKind.CHANGE):
        return None
    unit = words_of(as_written).unit if as_written else words.unit
    if part is Part.MEASURE or not unit or unit == fold_header(definition.unit):
        return KpiColumn(definition.code, part, "", index)
    factor = quantities.factor(unit, definition.unit)
    if factor is not None:
        return KpiColumn(definition.code, part, "", index, factor)
    if definition.kind == KpiKind.CHANGE:
        # A change is declared in its own measure; all other figures are added up and need one unit.
        return KpiColumn(definition.code, part, unit, index)
    raise InvalidInput(
        Message(
            "表头“%(header)s”的单位是 %(unit)s，这一列应以 %(right)s 计：请换算后再导入。",
            header=as_written or header,
            unit=unit,
            right=definition.unit,
        ),
        field="file",
    )


def in_money(column: KpiColumn, header: str, money: str) -> KpiColumn:
    """The column as the titles of a list say how amounts are counted; a unit of its own header goes before that."""
    stated = quantities.factor(money, kpi(column.kpi).unit) if money and column.part is not Part.MEASURE else None
    return column if stated is None or words_of(header).unit else replace(column, factor=stated)


def converted(column: KpiColumn, header: str) -> str:
    """What to say about a column whose numbers are turned into another unit; '' for the usual case."""
    if column.factor == Decimal(1):
        return ""
    return Message(
        "“%(header)s”的数已换算为 %(unit)s（乘以 %(factor)s）。",
        header=header,
        unit=kpi(column.kpi).unit,
        factor=f"{column.factor.normalize():f}",
    )


@dataclass(frozen=True)
class Alike:
    """What an unread header resembles: template headers, and whether it is a rate of change."""

    headers: tuple[str, ...]
    is_rate: bool


def alike(header: str, columns: tuple[ListColumn, ...]) -> Alike | None:
    """What a header that was not read contains or resembles; None when it resembles nothing."""
    folded = fold_header(header)
    words = words_of(header)
    if not words.name:
        return None
    scores: dict[str, tuple[float, int]] = {}
    is_rate = False
    for name, definition in kpi_names().items():
        score = _score(folded, words.name, name)
        if score is None:
            continue
        if definition.kind == KpiKind.CHANGE and words.half is None:
            if _RATE.search(folded) or words.unit == PERCENT:
                is_rate = True
                continue
            suggested = [template_header(definition, Part.BASELINE), template_header(definition, Part.CURRENT)]
        elif definition.kind == KpiKind.CHANGE:
            suggested = [template_header(definition, words.half or Part.CURRENT)]
        else:
            suggested = [template_header(definition, Part.CURRENT)]
        for each in suggested:
            scores[each] = max(scores.get(each, score), score)
    if is_rate:
        return Alike((), True)
    headers = {column.field: column.header for column in columns}
    for name, field_name in known_headers(columns).items():
        score = _score(folded, words.name, name)
        if score is not None and field_name in headers and field_name != "position":
            scores[headers[field_name]] = max(scores.get(headers[field_name], score), score)
    if not scores:
        return None
    return Alike(tuple(sorted(scores, key=lambda each: scores[each], reverse=True)), False)


def _score(folded: str, bare: str, name: str) -> tuple[float, int] | None:
    """How much a header is like a name: contained, or in common pairs of characters."""
    share = dice(bare, name)
    if name in folded:
        return max(share, LIKE), len(name)
    return (share, len(name)) if share >= LIKE else None


def template_header(definition: KpiDefinition, part: Part) -> str:
    """A KPI's header in the template."""
    name = definition.list_column or definition.name
    if definition.kind == KpiKind.CHANGE or part is Part.MEASURE:
        unit = f"({definition.unit})" if definition.unit == PERCENT and part is not Part.MEASURE else ""
        return part_header(Named(name, definition.name_en), part, unit)
    return Named(name, definition.name_en)


def part_header(name: Named, part: Part, unit: str = "") -> Message:
    """The header of one half of a KPI, or of its unit."""
    if part is Part.MEASURE:
        return Message("%(name)s-单位", name=name)
    if part is Part.BASELINE:
        return Message("%(name)s-改造前%(unit)s", name=name, unit=unit)
    return Message("%(name)s-改造后%(unit)s", name=name, unit=unit)
