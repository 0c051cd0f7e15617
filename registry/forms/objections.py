"""Forms of objections: sending one, entering one from paper, looking for its answer, handling it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from wtforms import HiddenField, MultipleFileField, SelectField, TextAreaField

from registry.errors import RegistryError
from registry.forms.base import BaseForm, LineField
from registry.forms.inputs import DayField, visible
from registry.i18n import N_
from registry.notices import Finding, ObjectorKind
from registry.services.notices.objecting import Given, ObjectionFaults
from registry.wording import Message


class ObjectionForm(BaseForm):
    """What somebody has against a line of a notice, and who that is."""

    item = SelectField(N_("对哪个项目"), validate_choice=False)
    facts = TextAreaField(N_("事实、理由和依据"), filters=[visible])
    files = MultipleFileField(N_("材料（PDF 或图片）"))
    kind = SelectField(N_("您以什么名义"), validate_choice=False, default=ObjectorKind.PERSON.value)
    name = LineField(N_("真实姓名或单位全称"))
    phone = LineField(N_("手机或电话"))
    mail = LineField(N_("邮箱"))

    def offer(self, items: Mapping[str, str], language: str) -> None:
        """Fill the lines of the notice and the kinds in."""
        self.item.choices = {"": Message("请选择")} | dict(items)
        self.kind.choices = {kind.value: kind.label(language) for kind in ObjectorKind}

    @property
    def given(self) -> Given:
        """What was typed; the rules say what is wrong with it."""
        item = str(self.item.data or "")
        return Given(
            item=int(item) if re.fullmatch(r"\d{1,9}", item, re.ASCII) else 0,
            kind=str(self.kind.data or ""),
            name=self.name.data or "",
            phone=self.phone.data or "",
            mail=self.mail.data or "",
            facts=self.facts.data or "",
        )

    def absorb(self, error: RegistryError) -> int:
        """Put every fault at its field. Returns the status to answer."""
        if not isinstance(error, ObjectionFaults):
            return super().absorb(error)
        for name, sentence in error.faults:
            field = self._fields[name]
            field.errors = [*field.errors, sentence]
        return error.status


class PaperForm(ObjectionForm):
    """An objection that came in on paper."""

    received_on = DayField(N_("收到的日期"))


class LookObjectionForm(BaseForm):
    """Number and code of an objection."""

    number = LineField(N_("编号"))
    code = LineField(N_("查询码"))


class HandlingForm(BaseForm):
    """What an officer does with an objection; each step takes what it needs of it."""

    version = HiddenField()
    reply = TextAreaField(N_("答复（异议人凭查询码看到）"), filters=[visible])
    inquiry = TextAreaField(N_("请企业说明的事实（用自己的话写，不透露异议人）"), filters=[visible])
    finding = SelectField(N_("核实结论"), validate_choice=False)
    finding_text = TextAreaField(N_("核实的情况（内部）"), filters=[visible])

    def offer(self, language: str) -> None:
        """Fill the findings in."""
        self.finding.choices = {"": Message("请选择")} | {each.value: each.label(language) for each in Finding}
