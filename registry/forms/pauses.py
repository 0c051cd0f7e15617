"""The form of a pause of a step."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import SelectField
from wtforms.validators import ValidationError

from registry.forms.base import BaseForm
from registry.forms.inputs import Printable, Required, TextLine, TypedField
from registry.i18n import N_
from registry.services.calls.pauses import PauseText
from registry.values import plain
from registry.wording import Message


class PlannedDayField(TypedField):
    """A day, past or to come."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, lambda text: plain.day(text, today=date.max)[0], date.isoformat, **options)


class PauseForm(BaseForm):
    """Which step rests, where, from when to when, and why."""

    status = SelectField(N_("步骤"), validate_choice=False)
    unit = SelectField(N_("板块"), validate_choice=False)
    first_day = PlannedDayField(N_("从哪一天起"), validators=[Required()])
    last_day = PlannedDayField(N_("到哪一天止"), validators=[Required()])
    text = TextLine(N_("原因"), [Required(), Printable(200)])

    def validate_status(self, field: SelectField) -> None:
        """One of the steps on offer."""
        if field.data not in {option[0] for option in field.iter_choices()} - {""}:
            raise ValidationError(Message("没有选择哪一步暂停；请选择"))

    @property
    def pause(self) -> PauseText:
        """What was typed, once the form is valid."""
        return PauseText(
            status=self.status.data,
            unit=self.unit.data or "",
            first_day=self.first_day.data,
            last_day=self.last_day.data,
            text=self.text.data or "",
        )
