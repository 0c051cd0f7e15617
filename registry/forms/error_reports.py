"""Forms of readers' reports: sending one, looking for its answer, answering."""

from __future__ import annotations

from wtforms import HiddenField, SelectField, TextAreaField

from registry.changes import ReportState, ReportTopic
from registry.forms.base import BaseForm, LineField
from registry.forms.inputs import visible
from registry.i18n import N_
from registry.wording import Message


class ReportForm(BaseForm):
    """What is wrong, in a reader's words."""

    topic = SelectField(N_("哪里有误"), validate_choice=False)
    text = TextAreaField(N_("哪里不对，应是什么"), filters=[visible])
    contact = LineField(N_("联系方式"))

    def offer(self, language: str) -> None:
        """Fill the topics in."""
        self.topic.choices = {"": Message("请选择")} | {topic.value: topic.label(language) for topic in ReportTopic}


class LookForm(BaseForm):
    """Number and code of a report that was sent."""

    number = LineField(N_("编号"))
    code = LineField(N_("查询码"))


class ReportAnswerForm(BaseForm):
    """How a report ends, and a sentence for whoever sent it."""

    version = HiddenField()
    state = SelectField(N_("核实结果"), validate_choice=False)
    answer = TextAreaField(N_("答复（读者凭查询码看到）"), filters=[visible])

    def offer(self, language: str) -> None:
        """Fill the outcomes in."""
        states = (ReportState.CORRECTED, ReportState.CONFIRMED)
        self.state.choices = {"": Message("请选择")} | {state.value: state.label(language) for state in states}
