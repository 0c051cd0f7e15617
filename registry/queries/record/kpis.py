"""KPI values as the public may see them: derived percentages, levels and counts, never absolute values."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from registry import indicators
from registry.kpi_definitions import kpi
from registry.terms import Basis, KpiKind
from registry.values.kpi_checks import KpiInput


@dataclass(frozen=True, kw_only=True)
class PublicKpi:
    """One public value. `exact` is unrounded (percent for shares and changes), None where not comparable."""

    code: str
    kind: KpiKind
    exact: Fraction | None
    unit: str
    measure: str
    baseline_year: int | None
    report_year: int | None
    basis: Basis

    @property
    def value(self) -> Decimal | None:
        """The figure rounded once, half away from zero, to one place (counts: whole)."""
        if self.exact is None:
            return None
        places = 0 if self.kind in (KpiKind.COUNT, KpiKind.ORDINAL) else 1
        return indicators.round_half_up(self.exact, places)


@dataclass(frozen=True, slots=True)
class Source:
    """Where an input comes from."""

    basis: Basis
    baseline_year: int | None
    report_year: int | None


def is_public(code: str) -> bool:
    """Whether single values of this KPI may be shown."""
    return kpi(code).public_alone


def public_kpi(code: str, value: KpiInput, source: Source) -> PublicKpi:
    """Derive the public value from stored inputs (share: `current` / `baseline` as numerator and denominator)."""
    definition = kpi(code)
    return PublicKpi(
        code=code,
        kind=definition.kind,
        exact=indicators.derive(definition.kind, baseline=value.baseline, current=value.current),
        unit="%" if definition.kind in (KpiKind.SHARE, KpiKind.CHANGE) else definition.unit,
        measure=value.measure,
        baseline_year=source.baseline_year,
        report_year=source.report_year,
        basis=source.basis,
    )
