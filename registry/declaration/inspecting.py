"""The sheet of a visit compared with what was declared: what is blank, what is wrong, which values count.

A sheet takes any text while it is filled in, also offline; the signature asks for everything at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from registry.application_form.inspection import (
    Answer,
    Conclusion,
    Seen,
    Sheet,
    SheetField,
    SheetKind,
    check_field,
    found_field,
    note_field,
    parts_of,
    seen_field,
)
from registry.declaration.reading import Fault, FaultKind
from registry.kpi_definitions import kpi, kpis
from registry.terms import KpiKind
from registry.values import plain as values
from registry.values.bad_value import BadValue, finding
from registry.values.kpi_checks import PERCENT, WHOLE, Gravity, KpiInput, check_values, with_shares
from registry.wording import Message

_EARLIEST = date(2000, 1, 1)


@dataclass
class VisitChecked:
    """`faults` refuse the signature; `verified` holds the inputs that the team saw, by KPI, and `merged` all that
    hold with them: verified ones over declared ones."""

    faults: list[Fault] = field(default_factory=list)
    verified: dict[str, KpiInput] = field(default_factory=dict)
    merged: dict[str, KpiInput] = field(default_factory=dict)
    conclusion: Conclusion | None = None
    fix_by: date | None = None

    @property
    def blanks(self) -> int:
        """How many fields nobody has filled in yet."""
        return sum(1 for fault in self.faults if fault.kind is FaultKind.MISSING)


def check_visit(
    sheet: Sheet, answers: Mapping[str, str], declared: Mapping[str, KpiInput], *, today: date
) -> VisitChecked:
    """Check a whole sheet; `declared` are the inputs of the last submitted version."""
    return _Check(sheet, answers, declared, today).run()


class _Check:
    def __init__(self, sheet: Sheet, answers: Mapping[str, str], declared: Mapping[str, KpiInput], today: date) -> None:
        self.sheet, self.answers, self.declared, self.today = sheet, answers, declared, today
        self.fields = sheet.by_name
        self.found = VisitChecked()

    def run(self) -> VisitChecked:
        """Checklist, values, conclusion; faults in the order of the sheet."""
        for item in self.sheet.fields:
            self._length(item)
        for line in self.sheet.rules.inspection_list:
            self._line(line.code)
        for code in self.sheet.rules.inspection_kpis:
            self._kpi(code)
        self._order()
        self._conclusion()
        places = {item.name: place for place, item in enumerate(self.sheet.fields)}
        self.found.faults.sort(key=lambda fault: places[fault.field])
        return self.found

    def _text(self, name: str) -> str:
        return self.answers.get(name, "").strip()

    def _fault(self, name: str, message: str, kind: FaultKind = FaultKind.WRONG) -> None:
        self.found.faults.append(Fault(name, self.fields[name].label, message, kind))

    def _length(self, item: SheetField) -> None:
        text = self._text(item.name)
        if item.kind in (SheetKind.TEXT, SheetKind.LINE) and len(text) > item.longest:
            sentence = Message("有 %(n)s 个字，最多 %(longest)s 个；请缩短", n=len(text), longest=item.longest)
            self._fault(item.name, sentence)

    def _line(self, code: str) -> None:
        answer = self._text(check_field(code))
        if not answer:
            self._fault(check_field(code), Message("没有填写；请选择是、否或不适用"), FaultKind.MISSING)
        elif answer == Answer.NO and not self._text(note_field(code)):
            self._fault(note_field(code), Message("答“否”要写明看到了什么；请填写"), FaultKind.MISSING)

    def _kpi(self, code: str) -> None:
        seen, declared = self._text(seen_field(code)), self.declared.get(code)
        if not seen:
            self._fault(
                seen_field(code), Message("没有核查；请选择与申报一致、另填核查值或未能核查"), FaultKind.MISSING
            )
        elif seen == Seen.SAME:
            if declared is None:
                self._fault(seen_field(code), Message("企业没有申报这一项；请另填核查值，或选未能核查"))
            else:
                self.found.verified[code] = declared
        elif seen == Seen.INPUTS:
            inputs = [self._figure(code, part) for part in parts_of(code)]
            if None not in inputs:
                self.found.verified[code] = self._input(code, [value for value in inputs if value is not None])

    def _figure(self, code: str, part: str) -> Decimal | None:
        name = found_field(code, part)
        text = self._text(name)
        if not text:
            self._fault(name, Message("没有填写核查值；请填写"), FaultKind.MISSING)
            return None
        try:
            return values.percentage(text)[0] if kpi(code).unit in (PERCENT, "") else values.number(text)
        except BadValue as error:
            self._fault(name, error.of(text))
            return None

    def _input(self, code: str, inputs: list[Decimal]) -> KpiInput:
        definition, declared = kpi(code), self.declared.get(code)
        if definition.kind is KpiKind.CHANGE:
            # The team reads the same meter as the enterprise: its figures are in the measure that was declared.
            return KpiInput(baseline=inputs[0], current=inputs[1], measure=declared.measure if declared else "")
        if definition.kind is KpiKind.SHARE:
            return KpiInput(baseline=WHOLE, current=inputs[0], measure=PERCENT, as_rate=True)
        return KpiInput(current=inputs[0])

    def _order(self) -> None:
        """What cannot be true of the merged inputs, at the field that the team can change."""
        shares = {item.code for item in kpis() if item.numerator}
        counted = {code: value for code, value in self.declared.items() if code not in shares}
        self.found.merged = with_shares({**counted, **self.found.verified})
        rules = self.sheet.rules.inspection_kpis
        for doubt in check_values(self.found.merged):
            if doubt.gravity is not Gravity.ERROR:
                continue
            pair = [code for code in (doubt.kpi, *_LARGER.get(doubt.kpi, ())) if code in rules]
            if pair:
                part = doubt.part.value if doubt.part.value in parts_of(pair[0]) else "current"
                typed = self._text(seen_field(pair[0])) == Seen.INPUTS
                name = found_field(pair[0], part) if typed else seen_field(pair[0])
                self._fault(name, finding(doubt.reason, doubt.way_out))

    def _conclusion(self) -> None:
        text, fixes, day = self._text("conclusion"), self._text("fixes"), self._text("fix_by")
        if not text:
            self._fault("conclusion", Message("没有填写；请选择核查结论"), FaultKind.MISSING)
            return
        self.found.conclusion = Conclusion(text)
        if self.found.conclusion is not Conclusion.FIX:
            return
        if not fixes:
            self._fault("fixes", Message("结论是整改，要写明整改什么（企业会看到）；请填写"), FaultKind.MISSING)
        if not day:
            self._fault("fix_by", Message("结论是整改，要写明期限；请填写日期"), FaultKind.MISSING)
            return
        try:
            self.found.fix_by = date.fromisoformat(day)
        except ValueError:
            self._fault("fix_by", Message("不是日期；请写成 2026-05-18 的样子"))
            return
        if self.found.fix_by < self.today:
            self._fault("fix_by", Message("这一天已经过去；请写今天以后的日期"))


_LARGER = {
    "networked_equipment_count": ("smart_equipment_count",),
    "smart_equipment_count": ("equipment_count",),
}
"""The count that must not be smaller: its field takes the sentence where the other one is not verified."""
