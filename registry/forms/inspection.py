"""The plan of a visit as people type it."""

from __future__ import annotations

import re
from datetime import date

from wtforms import HiddenField, SelectField, SelectMultipleField

from registry.forms.base import BaseForm
from registry.forms.inputs import Required, TypedField
from registry.i18n import N_
from registry.services.inspection.planning import Planning
from registry.values.bad_value import BadValue
from registry.values.row_ids import row_id, seen_version
from registry.wording import Message

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _any_day(text: str) -> date:
    try:
        if _ISO.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        raise BadValue(Message("没有这一天"), Message("请核对年、月、日")) from None
    raise BadValue(Message("不是日期"), Message("请写成 2026-05-18 的样子"))


class PlanForm(BaseForm):
    """Day and team of a visit; `version` is that of the open visit, '' where there is none."""

    version = HiddenField()
    day = TypedField(N_("核查日期"), _any_day, date.isoformat, validators=[Required()])
    members = SelectMultipleField(N_("核查组"), validate_choice=False)
    lead = SelectField(N_("组长"), validate_choice=False)

    @property
    def seen_version(self) -> int | None:
        """The version that the page showed; -1, which no visit has, for one that cannot be read."""
        return seen_version(self.version.data) if self.version.data else None

    @property
    def planning(self) -> Planning:
        """The visit as typed, once the form is valid."""
        members = [row_id(text) or -1 for text in self.members.data or ()]
        return Planning(self.day.data, members, row_id(self.lead.data) or -1)
