"""Whether a set of KPI inputs can be true: one set of rules for import, form, reviewer and doctor.

An error refuses the set; a warning or a question never does, a person decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from registry.indicators import derive, plain, round_half_up, share
from registry.reference import KpiDefinition, kpi, kpis
from registry.terms import KpiKind
from registry.values.bad_value import BadValue

PERCENT = "%"
WHOLE = Decimal(100)
"""Denominator of a share that was typed as a rate because its counts are not known."""
MEASURE_LENGTH = 60
_SAME_MEASURE = {"％": PERCENT, "百分比": PERCENT}
_DISAGREEMENT = Fraction(1, 2)
"""A stated share may differ from that of its counts by half a point: it was rounded."""


class Gravity(StrEnum):
    """Error refuses; warning and question are shown."""

    ERROR = "error"
    WARNING = "warning"
    QUESTION = "question"


class Part(StrEnum):
    """Which input of a KPI is meant."""

    BASELINE = "baseline"
    CURRENT = "current"
    MEASURE = "measure"


@dataclass(frozen=True, kw_only=True, slots=True)
class KpiInput:
    """Typed inputs of one KPI, as `KpiValue` stores them; `as_rate` marks a percentage typed as such."""

    baseline: Decimal | None = None
    current: Decimal | None = None
    measure: str = ""
    as_rate: bool = field(default=False, compare=False)


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """A finding about one input: reason and way out in Chinese."""

    gravity: Gravity
    kpi: str
    part: Part
    reason: str
    way_out: str


def declared_measure(definition: KpiDefinition, written: str, *, as_rate: bool) -> str:
    """The measure of an input as it is stored, '' for the unit of its definition; `as_rate`: a % stood at a
    number. BadValue when the two contradict each other, or where only one unit can be added up."""
    if definition.kind != KpiKind.CHANGE and written not in ("", definition.unit):
        raise BadValue(f"这一项以 {definition.unit} 计，才能相加和比较", f"请换算为 {definition.unit}")
    found = _SAME_MEASURE.get(written, written)
    if as_rate and found not in ("", PERCENT):
        raise BadValue(f"数值是百分数，而单位写的是 {found}", "请统一单位")
    found = PERCENT if as_rate else found
    return "" if found == definition.unit else found


def check_stated(code: str, stated: Decimal | None, value: KpiInput | None) -> Doubt | None:
    """A share that was stated beside its counts, against what they give; the counts are taken."""
    rate = share(value.current, value.baseline) if value is not None else None
    if stated is None or rate is None or abs(rate - Fraction(stated)) <= _DISAGREEMENT:
        return None
    figure = plain(round_half_up(rate))
    return Doubt(
        gravity=Gravity.WARNING,
        kpi=code,
        part=Part.CURRENT,
        reason=f"与设备台数算得的 {figure} % 不一致",
        way_out=f"以台数为准，记为 {figure} %；请核对",
    )


def check_values(values: Mapping[str, KpiInput]) -> list[Doubt]:
    """All findings about one set of inputs, errors first, in the order of the definitions."""
    found: list[Doubt] = []
    for definition in kpis():
        value = values.get(definition.code)
        if value is None:
            continue
        errors = _half(definition, value) or _range(definition, value, counted=_is_counted(definition, values))
        found += errors
        if not errors:
            found += _unlikely(definition, value)
    found += _order(values)
    return sorted(found, key=lambda doubt: doubt.gravity != Gravity.ERROR)


def with_shares(values: Mapping[str, KpiInput]) -> dict[str, KpiInput]:
    """The set with the shares that its counts imply; counts win over a typed rate."""
    found = dict(values)
    for definition in kpis():
        if definition.numerator is None or definition.denominator is None:
            continue
        if _is_counted(definition, values):
            numerator, denominator = values[definition.numerator], values[definition.denominator]
            found[definition.code] = KpiInput(baseline=denominator.current, current=numerator.current)
    return found


def _is_counted(definition: KpiDefinition, values: Mapping[str, KpiInput]) -> bool:
    """Whether a share follows from two counts of the set; then these are checked, not the percentage."""
    return definition.numerator in values and definition.denominator in values


def _error(definition: KpiDefinition, part: Part, reason: str, way_out: str) -> Doubt:
    return Doubt(
        gravity=Gravity.ERROR,
        kpi=definition.code,
        part=part,
        reason=reason,
        way_out=way_out,
    )


def _half(definition: KpiDefinition, value: KpiInput) -> list[Doubt]:
    if definition.kind != KpiKind.CHANGE:
        return [] if value.current is not None else [_error(definition, Part.CURRENT, "没有值", "请补填或留空")]
    for part, typed, missing, there in (
        (Part.BASELINE, value.baseline, "改造前", "改造后"),
        (Part.CURRENT, value.current, "改造后", "改造前"),
    ):
        if typed is None:
            reason = f"只有{there}的值，没有{missing}的值"
            return [_error(definition, part, reason, f"请补填{missing}的值，或两项都留空")]
    return []


def _range(definition: KpiDefinition, value: KpiInput, *, counted: bool) -> list[Doubt]:
    """Hard limits of inputs; those of a share concern the percentage, unless its counts are checked."""
    if definition.kind == KpiKind.SHARE:
        return [] if counted else _share_range(definition, value)
    found = []
    for part, typed in ((Part.BASELINE, value.baseline), (Part.CURRENT, value.current)):
        if typed is None or (part == Part.BASELINE and definition.kind != KpiKind.CHANGE):
            continue
        reason = _outside(definition, typed, value.measure)
        if reason:
            found.append(_error(definition, part, reason, "请核对数值和单位"))
    return found


def _outside(definition: KpiDefinition, typed: Decimal, measure: str) -> str:
    if definition.kind in (KpiKind.COUNT, KpiKind.ORDINAL) and typed != typed.to_integral_value():
        return "应为整数"
    if typed < definition.hard_min or (definition.min_open and typed == definition.hard_min):
        relation = "大于" if definition.min_open else "不小于"
        return f"应{relation} {plain(definition.hard_min)}"
    highest = definition.hard_max
    in_percent = measure == PERCENT or (not measure and definition.unit == PERCENT)
    if definition.kind == KpiKind.CHANGE:
        # A change is declared in its own measure; only percentages have a natural ceiling.
        highest = WHOLE if in_percent and definition.code in _CEILED else None
    if highest is not None and typed > highest:
        return f"应不大于 {plain(highest)}"
    return ""


_CEILED = ("defect_rate", "resource_utilization")
"""Changes whose measure, when it is a percentage, cannot exceed 100."""


def _share_range(definition: KpiDefinition, value: KpiInput) -> list[Doubt]:
    rate = derive(KpiKind.SHARE, baseline=value.baseline, current=value.current)
    if rate is not None and not 0 <= rate <= 100:
        return [
            _error(
                definition,
                Part.CURRENT,
                "占比应在 0 到 100 之间",
                "请核对数值，以 % 计",
            )
        ]
    return []


def _order(values: Mapping[str, KpiInput]) -> list[Doubt]:
    """networked ≤ smart ≤ total, with the field that is too large named; robots > smart is a warning."""
    found = []
    for smaller, larger, gravity in (
        ("networked_equipment_count", "smart_equipment_count", Gravity.ERROR),
        ("smart_equipment_count", "equipment_count", Gravity.ERROR),
        ("industrial_robot_count", "smart_equipment_count", Gravity.WARNING),
    ):
        part, whole = values.get(smaller), values.get(larger)
        if part is None or whole is None or part.current is None or whole.current is None:
            continue
        if part.current > whole.current:
            found.append(
                Doubt(
                    gravity=gravity,
                    kpi=smaller,
                    part=Part.CURRENT,
                    reason=f"{kpi(smaller).name} {plain(part.current)} 大于{kpi(larger).name} {plain(whole.current)}",
                    way_out="请核对这两个数",
                )
            )
    return found


def is_fraction(definition: KpiDefinition, typed: Decimal) -> bool:
    """Whether a plain number in a share or level may be meant as a part of 1 (0.211 for 21.1 %)."""
    return definition.kind in (KpiKind.LEVEL, KpiKind.SHARE) and definition.unit == PERCENT and 0 < typed < 1


def _unlikely(definition: KpiDefinition, value: KpiInput) -> list[Doubt]:
    found = []
    typed = value.current
    is_rate = definition.kind == KpiKind.LEVEL or value.baseline == WHOLE
    if is_rate and not value.as_rate and typed is not None and is_fraction(definition, typed):
        found.append(
            Doubt(
                gravity=Gravity.QUESTION,
                kpi=definition.code,
                part=Part.CURRENT,
                reason=f"{plain(typed)} 是指 {plain(typed)} % 还是 {plain(typed * 100)} %",
                way_out=f"现按 {plain(typed)} % 计；如指 {plain(typed * 100)} %，请改填 {plain(typed * 100)}",
            )
        )
    if definition.kind == KpiKind.CHANGE and not value.baseline:
        found.append(_warning(definition, "改造前为 0，变化不可比，不计入平均", "请核对改造前的值"))
    elif definition.warn_below is not None or definition.warn_above is not None:
        found += _beyond(definition, value)
    return found


def _beyond(definition: KpiDefinition, value: KpiInput) -> list[Doubt]:
    """Warnings about a derived value outside of what is usual."""
    if value.current is None:
        return []
    # Compared as products, so that the usual case costs no division: figure = above / below.
    above, below = value.current, Decimal(1)
    if definition.kind in (KpiKind.CHANGE, KpiKind.SHARE):
        if not value.baseline:
            return []
        is_change = definition.kind == KpiKind.CHANGE
        above = (value.current - value.baseline if is_change else value.current) * 100
        below = abs(value.baseline)
    low, high = definition.warn_below, definition.warn_above
    if low is not None and above < low * below:
        reason = f"低于通常的 {plain(low)}"
    elif high is not None and above > high * below:
        reason = f"高于通常的 {plain(high)}"
    else:
        return []
    derived = derive(definition.kind, baseline=value.baseline, current=value.current) or Fraction(0)
    figure = f"{plain(round_half_up(derived))}{'' if definition.kind == KpiKind.AMOUNT else ' %'}"
    return [_warning(definition, f"算得 {figure}，{reason}", "请核对原始值")]


def _warning(definition: KpiDefinition, reason: str, way_out: str) -> Doubt:
    return Doubt(
        gravity=Gravity.WARNING,
        kpi=definition.code,
        part=Part.CURRENT,
        reason=reason,
        way_out=way_out,
    )
