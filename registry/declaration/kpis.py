"""The KPI inputs of a form: years, values, derived figures; the checks are those of every way in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from registry.application_form import Form, KpiPart, kpi_field
from registry.declaration.reading import Reading
from registry.indicators import LEVEL, derive, round_half_up, verb
from registry.kpi_definitions import kpi
from registry.terms import KpiKind
from registry.values import plain
from registry.values.bad_value import BadValue, finding
from registry.values.kpi_checks import (
    PERCENT,
    WHOLE,
    Gravity,
    KpiInput,
    Part,
    check_stated,
    check_values,
    declared_measure,
    with_shares,
)
from registry.values.kpi_years import check_years, read_year
from registry.wording import Message


def derived(form: Form, answers: Mapping[str, str], *, today: date) -> dict[str, str]:
    """What follows from the typed KPI inputs, as a sentence part by KPI code: `下降 21.1%`, `93.6%`, `不可比`."""
    reading = KpiReading(form, answers, today)
    reading.kpis()
    found: dict[str, str] = {}
    for code in form.rules.kpis:
        item, value = kpi(code), reading.declared.kpis.get(code)
        if value is None or item.kind not in (KpiKind.CHANGE, KpiKind.SHARE):
            continue
        rate = derive(item.kind, baseline=value.baseline, current=value.current)
        if rate is None:
            found[code] = Message("不可比")
        elif item.kind == KpiKind.SHARE:
            found[code] = Message("%(rate)s%%", rate=round_half_up(rate))
        else:
            worse, word = verb(item.direction, rate, code)
            change = Message(word)
            if word != LEVEL:
                change = Message("%(verb)s %(rate)s%%", verb=change, rate=abs(round_half_up(rate)))
            found[code] = Message("变差：%(change)s", change=change) if worse else change
    return found


class KpiReading(Reading):
    """Reads the KPI section."""

    def kpis(self) -> None:
        """Years and KPI inputs, with the checks that every way into the registry shares."""
        for name in ("baseline_year", "report_year"):
            if name in self.form.by_name:
                found = self.parse(name, lambda text: read_year(text, today=self.today))
                setattr(self.declared, name, found)
        for year in check_years(self.declared.baseline_year, self.declared.report_year, batch=self.batch):
            tell = self.fault if year.gravity == Gravity.ERROR else self.doubt
            tell(year.part.value, finding(year.reason, year.way_out))
        typed = {code: value for code in self.form.rules.kpis if (value := self._kpi(code)) is not None}
        self.declared.kpis = with_shares(typed)
        for doubt in check_values(self.declared.kpis):
            tell = self.fault if doubt.gravity == Gravity.ERROR else self.doubt
            tell(self.field_of(doubt.kpi, doubt.part), finding(doubt.reason, doubt.way_out))
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
        baseline, was_rated = self._figure(code, KpiPart.BASELINE)
        if baseline is None or current is None:
            # A missing half is a fault of its own field already.
            return None
        as_rate, written = rated or was_rated, self.text(kpi_field(code, KpiPart.MEASURE))
        try:
            measure = declared_measure(item, written, as_rate=as_rate)
        except BadValue as error:
            self.fault(kpi_field(code, KpiPart.CURRENT), error.sentence)
            return None
        return KpiInput(baseline=baseline, current=current, measure=measure, as_rate=as_rate)

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
            doubt = check_stated(code, stated[0] if stated else None, value)
            if doubt is not None:
                self.doubt(name, finding(doubt.reason, doubt.way_out))
