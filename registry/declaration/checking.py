"""The check of a whole form at submission, section by section."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import phonenumbers

from registry.application_form import Criterion, CriterionKind, Form, FormField, Kind, criterion_field
from registry.declaration.kpis import KpiReading
from registry.declaration.reading import Choices, Declared, Fault, FaultKind
from registry.indicators import derive, plain, round_half_up
from registry.kpi_definitions import kpi
from registry.purposes import CallPurpose
from registry.reference.rows import Facts
from registry.terms import CoordinateOrigin
from registry.values import plain as values
from registry.values.bad_value import BadValue, finding
from registry.values.coordinates import degrees
from registry.values.kpi_checks import Part
from registry.values.places import WHERE_DRAWN, PlaceDoubt, place, place_doubt
from registry.wording import Message

_CLASS = re.compile(r"C?(1[3-9]|[23]\d|4[0-3])\d{2}", re.ASCII)
_FIRST_DAY = date(1900, 1, 1)
_EXTENSION = re.compile(r"(?<=\d{7})\s*(?:-|转|分机)\s*\d{1,5}$", re.ASCII)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")


@dataclass
class Checked:
    """The outcome of a check."""

    faults: list[Fault]
    doubts: list[Fault]
    declared: Declared

    @property
    def is_complete(self) -> bool:
        """Whether the form may be submitted as far as its own fields are concerned."""
        return not self.faults


def check(
    form: Form,
    answers: Mapping[str, str],
    files: Mapping[str, int],
    choices: Choices,
    *,
    today: date,
    batch: int | None = None,
) -> Checked:
    """Check a whole form. `files` counts the attachments by kind; `batch` is the year of the call."""
    return _Check(form, answers, files, choices, today, batch).run()


class _Check(KpiReading):
    """One run over a form."""

    def __init__(
        self,
        form: Form,
        answers: Mapping[str, str],
        files: Mapping[str, int],
        choices: Choices,
        today: date,
        batch: int | None,
    ) -> None:
        super().__init__(form, answers, today, batch)
        self.files, self.choices = files, choices

    def run(self) -> Checked:
        """All sections, faults in the order of the form."""
        for item in self.form.fields:
            self._one(item)
        self._place()
        self.kpis()
        self._criteria()
        order = {item.name: position for position, item in enumerate(self.form.fields)}
        self.faults.sort(key=lambda fault: order.get(fault.field, 0))
        return Checked(self.faults, self.doubts, self.declared)

    def _one(self, item: FormField) -> None:
        """Presence, length and the kinds that need no other field."""
        if item.kind == Kind.FILE:
            there = self.files.get(item.name.removeprefix("file-"), 0)
            if there < item.at_least:
                self.fault(
                    item.name,
                    Message("至少 %(at_least)s 份，现有 %(there)s 份；请上传", at_least=item.at_least, there=there),
                )
            return
        text = self.text(item.name)
        if not text:
            if item.required:
                wanted = Message("请勾选承诺") if item.kind == Kind.CHECK else Message("没有填写，这一栏是必填的")
                self.fault(item.name, wanted, FaultKind.MISSING)
            return
        if len(text) > item.longest:
            self.fault(
                item.name, Message("有 %(n)s 个字，最多 %(longest)s 个；请缩短", n=len(text), longest=item.longest)
            )
            return
        self.declared.texts[item.name] = text
        special = {
            Kind.DAY: self._day,
            Kind.CHOICE: self._choice,
            Kind.PHONE: self._phone,
            Kind.EMAIL: self._email,
        }.get(item.kind)
        if special is not None:
            special(item, text)
        elif item.name == "industry_class":
            self._industry_class(item, text)

    def _day(self, item: FormField, text: str) -> None:
        found = self.parse(item.name, lambda typed: _day(typed, self.today))
        if item.name == "established_on":
            self.declared.established_on = found

    def _choice(self, item: FormField, text: str) -> None:
        known: Any = {
            "units": self.choices.units,
            "industries": self.choices.industries,
            "systems": {origin.value for origin in CoordinateOrigin},
        }[item.choices]
        if text not in known:
            self.fault(item.name, Message("不在可选的范围内；请重新选择"))
        elif item.choices == "units":
            self.declared.unit = text
        elif item.choices == "industries":
            self.declared.industry = text

    def _industry_class(self, item: FormField, text: str) -> None:
        if not _CLASS.fullmatch(text):
            self.fault(item.name, Message("应为四位数字（可在前面写 C），如 3484"))
        elif self.text("industry") and text.removeprefix("C")[:2] != self.text("industry"):
            self.fault(item.name, Message("前两位与行业大类 %(text)s 不一致；请核对", text=self.text("industry")))

    def _phone(self, item: FormField, text: str) -> None:
        # An office number may have an extension behind it, which no rule can judge.
        facts = self.choices.city.facts
        if not _is_phone(text, facts) and not _is_phone(_EXTENSION.sub("", text), facts):
            example = facts.phone_example
            self.fault(
                item.name,
                Message("不是可用的电话号码；请只填一个手机号，或区号和座机号，如 %(example)s", example=example),
            )

    def _email(self, item: FormField, text: str) -> None:
        if not _EMAIL.fullmatch(text):
            self.fault(item.name, Message("不是邮箱地址；应如 name@example.com"))

    def _place(self) -> None:
        lon, lat = self.parse("lon", degrees), self.parse("lat", degrees)
        system = self.text("system")
        if lon is None or lat is None or system not in {origin.value for origin in CoordinateOrigin}:
            return
        try:
            point = place(lon, lat, system, self.choices.city.boundary)
        except BadValue as error:
            self.fault("lon", error.sentence)
            return
        self.declared.point = point
        division = self.choices.units.get(self.text("unit"))
        if division is None:
            return
        doubt = place_doubt(point, division)
        if doubt is not None:
            effect = Message("按申报板块计") if doubt is PlaceDoubt.NEAR_LINE else WHERE_DRAWN
            self.doubt("lon", finding(doubt.value, effect))

    def _criteria(self) -> None:
        for item in self.form.rules.criteria:
            name = criterion_field(item.code)
            if item.kind == CriterionKind.YES_NO:
                if self.text(name) not in ("", "yes", "no"):
                    self.fault(name, Message("请选择是或否"))
                elif self.text(name) == "no":
                    self._unmet(name, Message("不符合这一条件，不能申报；如有特殊情况，请联系所在板块"))
            else:
                self._threshold(item, name)

    def _unmet(self, name: str, sentence: str) -> None:
        """A criterion that is not met keeps from applying; a re-evaluation wants to hear of it and goes on."""
        if self.form.purpose is CallPurpose.RE_EVALUATION:
            self.doubt(name, Message("现在不符合这一条件，请如实填写，由板块和市局核对"))
        else:
            self.fault(name, sentence)

    def _threshold(self, item: Criterion, name: str) -> None:
        if item.kind == CriterionKind.KPI:
            value = self.declared.kpis.get(item.kpi)
            found = derive(kpi(item.kpi).kind, baseline=value.baseline, current=value.current) if value else None
            name = self.field_of(item.kpi, Part.CURRENT)
        else:
            typed = self.parse(name, values.number)
            found = None if typed is None else Fraction(typed)
        if found is not None and item.threshold is not None and found < Fraction(item.threshold):
            shown = plain(round_half_up(found))
            unit = item.unit if item.unit in ("", "%") else f" {item.unit}"
            self._unmet(
                name,
                Message(
                    "%(text)s：%(shown)s（要求不低于 %(threshold)s）",
                    text=item.text,
                    shown=f"{shown}{unit}",
                    threshold=f"{plain(item.threshold)}{unit}",
                ),
            )


def _is_phone(text: str, facts: Facts) -> bool:
    digits = re.sub(r"\D", "", text)
    local = f"{facts.area_code}{digits}" if len(digits) == facts.local_digits and not text.startswith("+") else text
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(local, "CN"))
    except phonenumbers.NumberParseException:
        return False


def _day(text: str, today: date) -> date:
    found, is_serial = values.day(text, today=today, earliest=_FIRST_DAY)
    if is_serial:
        raise BadValue(Message("不是日期"), Message("请写成 2012-03-18 的样子"))
    return found
