"""Forms of the ladder: a row of it, and the document that converts titles."""

from __future__ import annotations

from collections.abc import Mapping

from wtforms import BooleanField, SelectField

from registry.forms.base import BaseForm
from registry.forms.inputs import DayField, Printable, Required, TextLine, WholeField
from registry.forms.recognition import DocumentForm
from registry.i18n import N_
from registry.purposes import MappingMode
from registry.services.recognition.mapping import MappingText


class LadderForm(BaseForm):
    """What follows on which category, by which document."""

    from_code = SelectField(N_("原类别"), validate_choice=False)
    to_code = SelectField(N_("对应到"), validate_choice=False)
    mode = SelectField(N_("方式"), validate_choice=False, default=MappingMode.DIRECT.value)
    keeps_old = BooleanField(N_("原认定继续有效"))
    document = TextLine(N_("依据的文号"), [Required(), Printable(60)])
    decided_on = DayField(N_("文件日期"))

    def offer(self, categories: Mapping[str, str], modes: Mapping[str, str], blank: str) -> None:
        """Offer these categories and ways."""
        self.from_code.choices = self.to_code.choices = {"": blank, **categories}
        self.mode.choices = dict(modes)

    @property
    def text(self) -> MappingText:
        """What was typed, once the form is valid."""
        known = {mode.value: mode for mode in MappingMode}
        return MappingText(
            from_code=self.from_code.data or "",
            to_code=self.to_code.data or "",
            mode=known.get(self.mode.data or "", MappingMode.DIRECT),
            keeps_old=bool(self.keeps_old.data),
            document=self.document.data or "",
            decided_on=self.decided_on.data,
        )


class ConversionForm(DocumentForm):
    """The document that converts titles, and the year of the new ones."""

    year = WholeField(N_("新认定的年份"), least=2010, most=2100, validators=[Required()])
