"""Forms of the code lists that administrators edit."""

from __future__ import annotations

import re

from wtforms import HiddenField, SelectField

from registry.forms.base import BaseForm, LineField
from registry.forms.inputs import Printable, Required, WholeField
from registry.i18n import N_


class UnitForm(BaseForm):
    """Names of a unit; `seen` is the state that the page showed."""

    name = LineField(N_("名称"), [Required(), Printable(40)])
    name_en = LineField(N_("英文名称"), [Required(), Printable(80)])
    aliases = LineField(N_("别名"), [Printable(400)])
    seen = HiddenField()

    @property
    def names(self) -> tuple[str, ...]:
        """The other names, one by one."""
        return tuple(part.strip() for part in re.split("[、;；,，]", self.aliases.data or "") if part.strip())


class CategoryForm(BaseForm):
    """Name, years and note of a category."""

    name = LineField(N_("名称"), [Required(), Printable(60)])
    name_en = LineField(N_("英文名称"), [Required(), Printable(120)])
    valid_from = WholeField(N_("起始年份"), least=1949, most=2100)
    valid_to = WholeField(N_("终止年份"), least=1949, most=2100)
    valid_years = WholeField(N_("有效年数"), least=1, most=50)
    note = LineField(N_("备注"), [Printable(400)])
    seen = HiddenField()


class TownForm(BaseForm):
    """A town and its unit."""

    town = LineField(N_("镇（街道）"), [Required(), Printable(40)])
    unit = SelectField(N_("板块"), validate_choice=False)
