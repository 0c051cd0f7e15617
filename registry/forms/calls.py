"""Forms about calls: the text, exceptions from the rules, files, and the public self-check."""

from __future__ import annotations

from typing import Any

from wtforms import FileField, SelectField, TextAreaField
from wtforms.validators import ValidationError

from registry.application_form import CriterionKind, Rules, criterion_field
from registry.errors import InvalidInput
from registry.forms.base import BaseForm, VersionedForm
from registry.forms.inputs import DayField, MomentField, NumberField, Printable, Required, TextLine, WholeField, visible
from registry.i18n import N_
from registry.kinds import CallFileKind
from registry.measures import Measure
from registry.purposes import CallPurpose
from registry.services.calls.managing import CallFaults, CallText
from registry.wording import Message

_UNKNOWN = Message("没有这个选项；请重新选择")
_NO_SUCH_CHOICE: dict[str, Any] = {"invalid_value_message": _UNKNOWN, "invalid_choice_message": _UNKNOWN}
"""Options that the type stubs of WTForms do not know yet."""


class CallTextForm(VersionedForm):
    """What is written about a call."""

    category = SelectField(N_("类别"), validate_choice=False)
    year = WholeField(N_("年度"), least=2010, most=2100, validators=[Required()])
    title = TextLine(N_("标题"), [Required(), Printable(200)])
    document_number = TextLine(N_("文号"), [Printable(60)])
    opens_at = MomentField(N_("开始时间"), validators=[Required()])
    closes_at = MomentField(N_("截止时间"), validators=[Required()])
    introduction = TextAreaField(N_("通知说明"), filters=[visible])

    def validate_category(self, field: SelectField) -> None:
        """One of the categories on offer."""
        if field.data not in {option[0] for option in field.iter_choices()} - {""}:
            raise ValidationError(Message("没有选择类别；请选择"))

    def absorb_all(self, error: CallFaults) -> int:
        """Put every fault at its field. Returns the status to answer."""
        for field, sentence in error.faults:
            self.absorb(InvalidInput(sentence, field=field))
        return error.status

    @property
    def call_text(self) -> CallText:
        """What was typed, once the form is valid."""
        return CallText(
            category=self.category.data,
            year=self.year.data,
            title=self.title.data or "",
            document_number=self.document_number.data or "",
            introduction=self.introduction.data or "",
            opens_at=self.opens_at.data,
            closes_at=self.closes_at.data,
            purpose=CallPurpose(self["purpose"].data) if "purpose" in self else CallPurpose.TITLE,
        )


class NewCallForm(CallTextForm):
    """A new call; `rules_from` is the id of a call whose rules it takes over, 0 for the usual ones."""

    purpose = SelectField(
        N_("用于"),
        default=CallPurpose.TITLE.value,
        **_NO_SUCH_CHOICE,
    )

    rules_from = SelectField(
        N_("申报规则"),
        coerce=int,
        default=0,
        **_NO_SUCH_CHOICE,
    )


class ExtensionForm(VersionedForm):
    """A later deadline of a reporting unit."""

    unit = SelectField(N_("板块"), validate_choice=False)
    closes_at = MomentField(N_("延期到"), validators=[Required()])
    reason = TextLine(N_("原因"), [Required(), Printable(200)])

    def validate_unit(self, field: SelectField) -> None:
        """One of the units on offer."""
        if field.data not in {option[0] for option in field.iter_choices()} - {""}:
            raise ValidationError(Message("没有选择板块；请选择"))


class WaiverForm(BaseForm):
    """A rule waived for an enterprise, which is named, and chosen by `enterprise_id` when several bear the name."""

    enterprise = TextLine(N_("企业名称或统一社会信用代码"), [Required(), Printable(200)])
    enterprise_id = SelectField(N_("是哪一家"), coerce=int, validate_choice=False, default=0, **_NO_SUCH_CHOICE)
    rule = SelectField(N_("规则"), validate_choice=False)
    reason = TextLine(N_("原因"), [Required(), Printable(400)])

    def validate_rule(self, field: SelectField) -> None:
        """One of the rules."""
        if field.data not in {option[0] for option in field.iter_choices()} - {""}:
            raise ValidationError(Message("没有选择规则；请选择"))


class ConfirmForm(VersionedForm):
    """Nothing but the version that was confirmed."""


class NewFileForm(VersionedForm):
    """A file and what it is; the rules say what is wrong with either."""

    kind = SelectField(N_("附件是什么"), validate_choice=False, default=CallFileKind.NOTICE.value)
    file = FileField(N_("文件"))

    def offer(self, language: str) -> None:
        """Fill the kinds in."""
        self.kind.choices = {kind.value: kind.label(language) for kind in CallFileKind}


class OtherFileForm(VersionedForm):
    """A file that takes the place of another."""

    file = FileField(N_("新的文件"))


class SelfCheckForm(BaseForm):
    """The public self-check: sent by GET, stored nowhere, hence without a token."""

    enterprise = TextLine(N_("企业名称或统一社会信用代码"), [Printable(200)])
    project = TextLine(N_("车间或工厂名称"), [Printable(200)])
    established_on = DayField(N_("成立日期"))

    class Meta:
        """No token: the form changes nothing, and its page sets no cookie."""

        csrf = False


def self_check_form(rules: Rules, words: dict[str, str]) -> type[SelfCheckForm]:
    """The self-check with an input for each criterion. `words` are the labels of the choices '', yes, no."""
    fields: dict[str, Any] = {}
    for item in rules.criteria:
        name = criterion_field(item.code)
        if item.kind == CriterionKind.YES_NO:
            fields[name] = SelectField(Message("%(text)s", text=item), choices=words, validate_choice=False, default="")
        else:
            label = Message("%(text)s", text=item)
            if item.unit:
                label = Message("%(text)s（%(unit)s）", text=item, unit=Measure(item.unit))
            fields[name] = NumberField(label, unit=item.unit)
    return type("BoundSelfCheckForm", (SelfCheckForm,), fields)
