"""The KPI inputs of a form: years, values, derived figures; the checks are those of every way in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from registry.application_form import Form, KpiPart, kpi_field
from registry.declaration.reading import Reading
from registry.indicators import derive, round_half_up, verb
from registry.reference import kpi
from registry.terms import KpiKind
from registry.values import plain
from registry.values.kpi_checks import PERCENT, WHOLE, Gravity, KpiInput, Part, check_values, with_shares

_FIRST_YEAR = 2000
_DISAGREEMENT = Fraction(1, 2)


def derived(form: Form, answers: Mapping[str, str], *, today: date) -> dict[str, str]:
    """What follows from the typed KPI inputs, as a sentence part by KPI code: `下降 21.1%`, `93.6%`, `不可比`."""
    reading = KpiReading(form, answers, today)
    reading.kpis()
    found = {}
    for code in form.rules.kpis:
        item, value = kpi(code), reading.declared.kpis.get(code)
        if value is None or item.kind not in (KpiKind.CHANGE, KpiKind.SHARE):
            continue
        rate = derive(item.kind, baseline=value.baseline, current=value.current)
        if rate is None:
            found[code] = "不可比"
        elif item.kind == KpiKind.SHARE:
            found[code] = f"{round_half_up(rate)}%"
        else:
            worse, word = verb(item.direction, rate)
            found[code] = f"{'变差：' if worse else ''}{word} {abs(round_half_up(rate))}%"
    return found


class KpiReading(Reading):
    """Reads the KPI section."""

    def kpis(self) -> None:
        """Years and KPI inputs, with the checks that every way into the registry shares."""
        for name in ("baseline_year", "report_year"):
            if name in self.form.by_name:
                found = self.parse(name, lambda text: plain.year(text, first=_FIRST_YEAR, last=self.today.year))
                setattr(self.declared, name, found)
        before, after = self.declared.baseline_year, self.declared.report_year
        if before is not None and after is not None and before >= after:
            self.fault("baseline_year", f"应早于报告期年份 {after}；请核对两个年份")
        typed = {code: value for code in self.form.rules.kpis if (value := self._kpi(code)) is not None}
        self.declared.kpis = with_shares(typed)
        for doubt in check_values(self.declared.kpis):
            tell = self.fault if doubt.gravity == Gravity.ERROR else self.doubt
            tell(self.field_of(doubt.kpi, doubt.part), f"{doubt.reason}；{doubt.way_out}")
        self._stated()

    def _kpi(self, code: str) -> KpiInput | None:
        item = kpi(code)
        if item.numerator is not None:
            return None
        current, rated = self._figure(code, KpiPart.CURRENT)
        if item.kind == KpiKind.SHARE:
            return (
                None if current is None else KpiInput(baseline=WHOLE, current=current, measure=PERCENT, as_rate=rated)
            )
        if item.kind != KpiKind.CHANGE:
            return None if current is None else KpiInput(current=current, as_rate=rated)
        baseline, _ = self._figure(code, KpiPart.BASELINE)
        if baseline is None or current is None:
            # A missing half is a fault of its own field already.
            return None
        measure = self.text(kpi_field(code, KpiPart.MEASURE))
        return KpiInput(baseline=baseline, current=current, measure="" if measure == item.unit else measure)

    def _figure(self, code: str, part: KpiPart) -> tuple[Decimal | None, bool]:
        """(number, whether it was typed with a % sign)."""
        takes_percent = kpi(code).unit in (PERCENT, "")

        def read(text: str) -> tuple[Decimal, bool]:
            return plain.percentage(text) if takes_percent else (plain.number(text), False)

        return self.parse(kpi_field(code, part), read) or (None, False)

    def field_of(self, code: str, part: Part) -> str:
        """The field that a finding about a KPI input belongs to; that of a derived share is its numerator."""
        item = kpi(code)
        return kpi_field(item.numerator or code, KpiPart.CURRENT if item.numerator else KpiPart(part.value))

    def _stated(self) -> None:
        for code in self.form.rules.kpis:
            value = self.declared.kpis.get(code)
            name = kpi_field(code, KpiPart.STATED)
            if name not in self.form.by_name:
                continue
            stated = self.parse(name, plain.percentage)
            rate = derive(KpiKind.SHARE, baseline=value.baseline, current=value.current) if value else None
            if stated is not None and rate is not None and abs(rate - Fraction(stated[0])) > _DISAGREEMENT:
                self.doubt(name, f"与台数算得的 {round_half_up(rate)}% 不一致；以台数为准，请核对")
