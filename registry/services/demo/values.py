"""Plausible KPI inputs: levels follow the published national means, a few worsen, a few lack a baseline."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from random import Random

from registry import indicators
from registry.kpi_definitions import kpi
from registry.models import KpiReport, KpiValue, Recognition
from registry.terms import Basis, KpiKind, ReportKind

CHANGES: dict[str, tuple[float, float, float, float, str]] = {
    # code: mean change %, spread, lowest and highest baseline, unit text
    "operating_cost": (-21, 7, 800, 11000, "万元/年"),
    "production_efficiency": (42, 18, 35, 300, "件/人·班"),
    "defect_rate": (-38, 15, 0.8, 4.5, "%"),
    "energy_utilization": (19, 9, 13, 37, "万元/吨标煤"),
    "resource_utilization": (18, 9, 52, 70, "%"),
    "product_development_cycle": (-29, 8, 60, 400, "天"),
}


def draw_values(random: Random) -> dict[str, tuple[Decimal | None, Decimal | None, str]]:
    """code → (baseline or denominator, current or numerator, unit text) of one workshop."""
    total = random.randint(30, 210)
    smart = min(total, round(total * random.uniform(0.72, 1.0)))
    networked = min(smart, round(smart * random.uniform(0.74, 1.0)))
    values: dict[str, tuple[Decimal | None, Decimal | None, str]] = {
        "total_investment": (None, Decimal(random.randint(1500, 18000)), ""),
        "equipment_count": (None, Decimal(total), ""),
        "smart_equipment_count": (None, Decimal(smart), ""),
        "networked_equipment_count": (None, Decimal(networked), ""),
        "industrial_robot_count": (None, Decimal(random.randint(0, min(smart, 24))), ""),
        "smart_equipment_rate": (Decimal(total), Decimal(smart), ""),
        "equipment_networking_rate": (Decimal(smart), Decimal(networked), ""),
    }
    for code, (mean, spread, low, high, measure) in CHANGES.items():
        if code == "product_development_cycle" and random.random() < 0.6:
            continue
        change = random.gauss(mean, spread)
        baseline = Decimal(str(round(random.uniform(low, high), 2)))
        current = (baseline * Decimal(str(round(1 + max(change, -90) / 100, 4)))).quantize(Decimal("0.001"))
        if code in ("defect_rate", "resource_utilization"):
            current = min(current, Decimal(100))
        missing = random.random() < 0.03
        values[code] = (None if missing else baseline, current, measure)
    if random.random() < 0.35:
        values["maturity_level"] = (None, Decimal(random.choice((2, 3, 3, 3, 4))), "")
    return values


def make_report(
    title: Recognition,
    values: dict[str, tuple[Decimal | None, Decimal | None, str]],
    *,
    basis: Basis,
    years: tuple[int, int],
    at: datetime,
) -> KpiReport:
    """A recognition report with these values."""
    report = KpiReport(
        project_id=title.project_id,
        recognition_id=title.id,
        kind=ReportKind.RECOGNITION.value,
        basis=basis.value,
        baseline_year=years[0],
        report_year=years[1],
        created_at=at,
    )
    for code, (baseline, current, measure) in values.items():
        kind: KpiKind = kpi(code).kind
        report.values.append(
            KpiValue(
                kpi_code=code,
                baseline=baseline,
                current=current,
                measure=measure,
                comparable=indicators.comparable(kind, baseline=baseline, current=current),
            )
        )
    return report


def verified(
    random: Random, values: dict[str, tuple[Decimal | None, Decimal | None, str]]
) -> dict[str, tuple[Decimal | None, Decimal | None, str]]:
    """What an inspection found: the same baseline, the current value a little less favourable."""
    found = {}
    for code, (baseline, current, measure) in values.items():
        if code in CHANGES and current is not None and baseline is not None:
            factor = Decimal(str(round(random.uniform(0.97, 1.01), 3)))
            current = (current * factor).quantize(Decimal("0.001"))
        found[code] = (baseline, current, measure)
    return found
