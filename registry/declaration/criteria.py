"""The criteria of a call for one application: the value of each, where it comes from, and whether it suffices.

Pure. A verified input counts before the declared one, and shares follow from the inputs that count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from registry.application_form import Criterion, CriterionKind, Form, KpiPart, criterion_field, kpi_field
from registry.indicators import derive, plain, round_half_up
from registry.kpi_definitions import kpi
from registry.terms import KpiKind
from registry.values import plain as values
from registry.values.bad_value import BadValue
from registry.values.kpi_checks import WHOLE, KpiInput, with_shares


class Source(StrEnum):
    """Where a value comes from."""

    DECLARED = "declared"
    VERIFIED = "verified"


@dataclass(frozen=True, kw_only=True)
class Found:
    """What is known of one criterion.

    said: the applicant's own answer · value: the figure that is compared · counts: the counts that a share
    follows from · is_met: whether the threshold is reached, None where there is none · evidence: the sentence
    that names the proof · field: where a remark to the applicant goes, '' for nowhere.
    """

    item: Criterion
    said: str
    value: Fraction | None
    counts: tuple[Decimal, Decimal] | None
    source: Source
    is_met: bool | None
    evidence: str
    field: str

    @property
    def figure(self) -> str:
        """The value in figures with one decimal, a whole number without; '' for none."""
        return "" if self.value is None else plain(round_half_up(self.value))


def findings(
    form: Form, answers: Mapping[str, str], declared: Mapping[str, KpiInput], verified: Mapping[str, KpiInput]
) -> list[Found]:
    """The criteria of a form in their order."""
    inputs = with_shares({**declared, **verified})
    return [_found(form, item, answers, inputs, verified) for item in form.rules.criteria]


def _found(
    form: Form,
    item: Criterion,
    answers: Mapping[str, str],
    inputs: Mapping[str, KpiInput],
    verified: Mapping[str, KpiInput],
) -> Found:
    said = answers.get(criterion_field(item.code), "")
    value, counts, source, field = None, None, Source.DECLARED, criterion_field(item.code)
    if item.kind == CriterionKind.KPI:
        definition, given = kpi(item.kpi), inputs.get(item.kpi)
        if given is not None:
            value = derive(definition.kind, baseline=given.baseline, current=given.current)
            counts = _counts(definition.kind, given)
        parts = {item.kpi, definition.numerator, definition.denominator}
        source = Source.VERIFIED if parts & set(verified) else Source.DECLARED
        field = kpi_field(definition.numerator or item.kpi, KpiPart.CURRENT)
    elif item.kind == CriterionKind.NUMBER:
        value = _number(said)
    return Found(
        item=item,
        said=said,
        value=value,
        counts=counts,
        source=source,
        is_met=_is_met(item, value, said),
        evidence=answers.get(f"{criterion_field(item.code)}-evidence", ""),
        field=field if field in form.by_name else "",
    )


def _is_met(item: Criterion, value: Fraction | None, said: str) -> bool | None:
    """A figure that is missing does not reach its threshold, and a criterion that the applicant denies is not met."""
    if item.threshold is not None:
        return value is not None and value >= Fraction(item.threshold)
    return False if said == "no" else None


def _counts(kind: KpiKind, given: KpiInput) -> tuple[Decimal, Decimal] | None:
    if kind != KpiKind.SHARE or given.current is None or given.baseline in (None, WHOLE):
        return None
    return given.current, given.baseline or WHOLE


def _number(text: str) -> Fraction | None:
    try:
        return Fraction(values.number(text)) if text else None
    except BadValue:
        return None
