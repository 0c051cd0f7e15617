"""The form of a notice of maintenance."""

from __future__ import annotations

from registry.forms.base import BaseForm
from registry.forms.inputs import Printable, Required, TextLine
from registry.forms.pauses import PlannedDayField
from registry.i18n import N_
from registry.services.attention.maintenance import LONGEST, NoticeText


class MaintenanceForm(BaseForm):
    """What happens, and on which days the line is shown."""

    text = TextLine(N_("内容"), [Required(), Printable(LONGEST)])
    text_en = TextLine(N_("英文"), [Printable(LONGEST)])
    first_day = PlannedDayField(N_("从哪一天起"), validators=[Required()])
    last_day = PlannedDayField(N_("到哪一天止"), validators=[Required()])

    @property
    def given(self) -> NoticeText:
        """What was typed, once the form is valid."""
        return NoticeText(
            text=self.text.data or "",
            text_en=self.text_en.data or "",
            first_day=self.first_day.data,
            last_day=self.last_day.data,
        )
