"""Verified inputs as they are stored when a visit is signed, and the figures that follow from inputs."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from registry.indicators import derive, plain, round_half_up
from registry.kpi_definitions import kpi
from registry.terms import KpiKind
from registry.values.kpi_checks import KpiInput, with_shares


def rates(inputs: Mapping[str, KpiInput]) -> dict[str, str]:
    """Shares and changes that follow from inputs, by KPI: `91.3%`, `−21.1%`; the page adds the verbs."""
    found = {}
    for code, value in with_shares(inputs).items():
        definition = kpi(code)
        if definition.kind in (KpiKind.SHARE, KpiKind.CHANGE):
            rate = derive(definition.kind, baseline=value.baseline, current=value.current)
            found[code] = "" if rate is None else f"{plain(round_half_up(rate))}%".replace("-", "−")
    return found


def stored(verified: Mapping[str, KpiInput]) -> dict[str, dict[str, str | None]]:
    """Verified inputs as they are kept with the signature."""
    return {
        code: {
            "baseline": None if value.baseline is None else str(value.baseline),
            "current": None if value.current is None else str(value.current),
            "measure": value.measure,
        }
        for code, value in sorted(verified.items())
    }


def restored(kept: Mapping[str, Mapping[str, str | None]]) -> dict[str, KpiInput]:
    """The inputs that `stored` kept."""
    return {
        code: KpiInput(
            baseline=None if item["baseline"] is None else Decimal(item["baseline"]),
            current=None if item["current"] is None else Decimal(item["current"]),
            measure=item["measure"] or "",
        )
        for code, item in kept.items()
    }


def fingerprint(declared: KpiInput | None) -> str:
    """What a statement about a declared value was made of: the value itself, in one text."""
    if declared is None:
        return ""
    return "|".join(("" if part is None else plain(part)) for part in (declared.baseline, declared.current))
