"""The form of a change request, made of the row of its kind: one control a field, the common ones below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, Field, FileField, HiddenField, SelectField, SelectMultipleField, TextAreaField

from registry.changes import Asked, Change, Input
from registry.forms.base import BaseForm
from registry.forms.inputs import DayField, Printable, TextLine, WholeField, visible
from registry.i18n import N_
from registry.wording import Message

Options = Sequence[tuple[str, str]]
PREFIX = "f-"
"""Begins the name of every control of a kind, so that none can meet a common one."""


BOXES = (Input.TITLES, Input.PROJECTS, Input.PHOTOS)
"""Fields of which any number may be ticked."""


class ChangeForm(BaseForm):
    """Reason, day and evidence of any change; the controls of a kind are added by `change_form`."""

    version = HiddenField()
    effective_on = DayField(N_("从哪一天起"))
    reason = TextAreaField(N_("理由和依据"), filters=[visible])
    file = FileField(N_("依据的扫描件（PDF 或图片）"))
    asked: tuple[Asked, ...] = ()

    @property
    def controls(self) -> list[tuple[Asked, Field]]:
        """The fields of the kind with their controls, in order."""
        return [(item, self._fields[PREFIX + item.name]) for item in self.asked]

    @property
    def typed(self) -> dict[str, Any]:
        """What was sent, by field name. A control that did not come is left out, since it states nothing; a
        group of boxes of which none is ticked does not come either, and means none."""
        found = {}
        for item, field in self.controls:
            if field.raw_data or item.input in BOXES or item.input is Input.TICK:
                found[item.name] = field.data
        return found

    def absorb(self, error: Any) -> int:
        """Put the error of a rule at the control of its field. Returns the status to answer."""
        if error.field and PREFIX + error.field in self._fields:
            error.field = PREFIX + error.field
        return super().absorb(error)


class AnswerForm(BaseForm):
    """What a desk says to whoever asked; `seen` is the fingerprint of the values that the page showed."""

    version = HiddenField()
    seen = HiddenField()
    answer = TextAreaField(N_("理由（对方会看到）"), filters=[visible])


def change_form(change: Change, options: Mapping[str, Options], values: Mapping[str, Any], language: str) -> ChangeForm:
    """The form of a kind. `options` are those of the selects that depend on the record, `values` what stands in
    the controls at first."""
    fields = {PREFIX + item.name: _control(item, options, values.get(item.name), language) for item in change.asked}
    made: ChangeForm = type("KindForm", (ChangeForm,), {**fields, "asked": change.asked})()
    return made


def _control(item: Asked, options: Mapping[str, Options], value: Any, language: str) -> Any:
    label = item.label(language)
    if item.input is Input.TICK:
        return BooleanField(label, default=bool(value))
    if item.input is Input.DAY:
        return DayField(label, default=date.fromisoformat(value) if isinstance(value, str) and value else value or None)
    if item.input is Input.YEAR:
        return WholeField(label, least=2010, most=2100, default=value or None)
    if item.input is Input.FIXED:
        return HiddenField(label, default=value)
    if item.input in BOXES:
        chosen = [str(each) for each in value or ()]
        return SelectMultipleField(
            label, choices=dict(options.get(item.name, ())), validate_choice=False, default=chosen
        )
    if item.input is Input.CHOICE and item.choices is not None:
        return _select(
            label, [(term.value, term.label(language)) for term in item.choices], value, optional=item.optional
        )
    if item.input in (Input.UNIT, Input.INDUSTRY, Input.TITLE, Input.KPI):
        return _select(label, options.get(item.name, ()), value, optional=item.optional)
    if item.input is Input.TEXT:
        checks = [_Lines(item.longest)]
        return TextAreaField(label, checks, filters=[visible], default=value)
    return TextLine(label, [Printable(item.longest)], default=value)


def _select(label: str, options: Options, value: Any, *, optional: bool) -> SelectField:
    empty = "–" if optional else Message("请选择")
    return SelectField(
        label,
        choices={"": empty} | dict(options),
        validate_choice=False,
        default="" if value is None else str(value),
    )


class _Lines(Printable):
    """At most so many characters over all lines."""

    def __call__(self, form: Any, field: Field) -> None:
        """Refuse a text that is too long."""
        whole, field.data = field.data, (field.data or "").replace("\r\n", "\n")
        if len(whole or "") > self.longest:
            super().__call__(form, field)
