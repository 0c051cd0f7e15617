"""The sheet in words: lines of the checklist, declared values beside verified ones, what the device says."""

from __future__ import annotations

from dataclasses import dataclass

from registry.application_form.inspection import (
    Answer,
    Conclusion,
    Seen,
    check_field,
    found_field,
    note_field,
    parts_of,
    seen_field,
)
from registry.declaration.verified import rates
from registry.i18n import _, language
from registry.indicators import plain
from registry.kpi_definitions import kpi
from registry.measures import Measure
from registry.queries.inspection.visit import Visit
from registry.terms import KpiKind, Term
from registry.values.kpi_checks import KpiInput


@dataclass(frozen=True, kw_only=True)
class CheckLine:
    """A line of the checklist with the names of its two controls."""

    text: str
    check: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Input:
    """One input that the team may enter; `declared` is what the enterprise stated, '' for nothing."""

    name: str
    label: str
    declared: str


@dataclass(frozen=True, kw_only=True)
class ValueRow:
    """A declared KPI and the inputs of its verification; `seen` names the form field of the team's finding about it."""

    code: str
    name: str
    unit: str
    seen: str
    inputs: tuple[Input, ...]


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A share or a change that the verified inputs move."""

    name: str
    declared: str
    verified: str


@dataclass(frozen=True, kw_only=True)
class SheetParts:
    """What the page of a sheet shows."""

    lines: list[CheckLine]
    values: list[ValueRow]
    rates: list[Rate]


def sheet_parts(visit: Visit) -> SheetParts:
    """The parts of a sheet in the language of the page."""
    rules = visit.sheet.rules
    return SheetParts(
        lines=[
            CheckLine(text=item.text, check=check_field(item.code), note=note_field(item.code))
            for item in rules.inspection_list
        ],
        values=[_value(code, visit.declared.get(code)) for code in rules.inspection_kpis],
        rates=_rates(visit),
    )


def _value(code: str, declared: KpiInput | None) -> ValueRow:
    definition = kpi(code)
    written = declared.measure if declared and declared.measure else definition.unit
    labels = {"baseline": _("改造前"), "current": _("改造后")}
    inputs = [
        Input(
            name=found_field(code, part),
            label=labels[part] if definition.kind is KpiKind.CHANGE else _("核查值"),
            declared=_figure(declared, part),
        )
        for part in parts_of(code)
    ]
    return ValueRow(
        code=code,
        name=definition.label(language()),
        unit=Measure(written).label(language()),
        seen=seen_field(code),
        inputs=tuple(inputs),
    )


def _figure(declared: KpiInput | None, part: str) -> str:
    value = getattr(declared, part) if declared is not None else None
    return "" if value is None else plain(value)


def _rates(visit: Visit) -> list[Rate]:
    """Shares and changes that come out otherwise than declared."""
    if not any(text == Seen.INPUTS for text in visit.answers.values()):
        return []
    before, after = rates(visit.declared), rates(visit.checked.merged)
    return [
        Rate(name=kpi(code).label(language()), declared=before.get(code, "–") or "–", verified=after[code] or "–")
        for code in after
        if after[code] != before.get(code)
    ]


def choices() -> dict[str, list[tuple[str, str]]]:
    """What can be chosen, in the language of the page: answers, statements about a value, conclusions."""
    kinds: tuple[tuple[str, type[Term]], ...] = (("check", Answer), ("seen", Seen), ("conclusion", Conclusion))
    return {name: [(item.value, item.label(language())) for item in terms] for name, terms in kinds}


def word_of(name: str, value: str) -> str:
    """An answer as a person reads it."""
    terms: type[Term] | None = Conclusion if name == "conclusion" else None
    terms = Answer if name.startswith("check-") else Seen if name.startswith("seen-") else terms
    return terms(value).label(language()) if terms is not None and value else value
