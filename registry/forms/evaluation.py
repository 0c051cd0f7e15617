"""Forms of the experts' round: the pool, panels, what is done to one expert's seat, the chair's ruling."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField, TextAreaField

from registry.application_form.scoring_rules import MOST_EXPERTS
from registry.evaluation.terms import Decision
from registry.forms.base import BaseForm, VersionedForm
from registry.forms.inputs import MomentField, NumberField, Printable, Required, TextLine, WholeField, visible
from registry.i18n import N_
from registry.services.evaluation.deciding import Ruling
from registry.services.evaluation.holding import LONGEST_REASON
from registry.services.evaluation.panels import LONGEST_NAME, PanelInput
from registry.services.evaluation.pool import ExpertInput
from registry.values.row_ids import row_id


def number_of(text: Any) -> int | None:
    """An id that was chosen, or None."""
    return row_id(str(text or ""))


class ExpertForm(VersionedForm):
    """What the pool knows of an expert."""

    employer = TextLine(N_("工作单位"), [Required(), Printable(200)])
    employer_uscc = TextLine(N_("工作单位的统一社会信用代码"), [Printable(40)])
    title = TextLine(N_("职称或职务"), [Printable(60)])
    languages = TextLine(N_("外语"), [Printable(100)])
    industries = SelectMultipleField(N_("熟悉的行业"), validate_choice=False)
    active = BooleanField(N_("参加抽取"))

    @property
    def given(self) -> ExpertInput:
        """The texts for the service."""
        return ExpertInput(
            employer=self.employer.data or "",
            employer_uscc=self.employer_uscc.data or "",
            title=self.title.data or "",
            languages=self.languages.data or "",
            industries=tuple(self.industries.data or ()),
            active=bool(self.active.data),
        )


class ConflictForm(BaseForm):
    """An enterprise that an expert must not judge."""

    enterprise = TextLine(N_("企业名称或统一社会信用代码"), [Required(), Printable(200)])
    reason = TextLine(N_("原因"), [Required(), Printable(LONGEST_REASON)])


class PanelForm(VersionedForm):
    """A panel; the applications are ticked."""

    name = TextLine(N_("评审组名称"), [Required(), Printable(LONGEST_NAME)])
    closes_at = MomentField(N_("评审截止时间"), validators=[Required()])
    per_application = WholeField(N_("每份申报的专家人数"), least=1, most=MOST_EXPERTS, validators=[Required()])
    chair = SelectField(N_("组长"), validate_choice=False)
    applications = SelectMultipleField(N_("申报"), validate_choice=False)

    @property
    def given(self) -> PanelInput:
        """What was typed, once the form is valid."""
        ids = (number_of(text) for text in self.applications.data or ())
        return PanelInput(
            name=self.name.data or "",
            closes_at=self.closes_at.data,
            per_application=self.per_application.data,
            chair_id=number_of(self.chair.data),
            applications=tuple(key for key in ids if key is not None),
        )


class ReasonForm(VersionedForm):
    """A step that asks for a reason."""

    reason = TextLine(N_("原因"), [Printable(LONGEST_REASON)])


class ExtendForm(ReasonForm):
    """More time."""

    closes_at = MomentField(N_("新的截止时间"), validators=[Required()])


class SeatForm(ReasonForm):
    """Something about one expert at one application; `expert` is the successor that the officer names, `seen` the state
    in which he saw the place."""

    seen = HiddenField()
    expert = SelectField(N_("专家"), validate_choice=False)


class DecideForm(BaseForm):
    """What the chair says; `seen` names the figures that were looked at."""

    decision = RadioField(N_("组长意见"), validate_choice=False)
    points = NumberField(N_("另定的分数"))
    place = WholeField(N_("同分次序"), least=1, most=999)
    reason = TextLine(N_("理由"), [Required(), Printable(LONGEST_REASON)])
    seen = HiddenField()

    @property
    def ruling(self) -> Ruling | None:
        """What was said, once the form is valid; None without a choice."""
        if self.decision.data not in {term.value for term in Decision}:
            return None
        return Ruling(
            decision=Decision(self.decision.data),
            reason=self.reason.data or "",
            points=self.points.data,
            place=self.place.data,
        )


class DeclareForm(BaseForm):
    """无利害关系 or 需要回避."""

    answer = RadioField(N_("利害关系"), validate_choice=False)
    reason = TextAreaField(N_("回避原因"), filters=[visible])
