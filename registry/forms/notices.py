"""Forms of public notices: preparing, opening, noting, ending."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, TextAreaField

from registry.errors import RegistryError
from registry.forms.base import BaseForm, LineField
from registry.forms.inputs import TypedField, visible
from registry.i18n import N_
from registry.queries.notices.text import CONTACTS
from registry.services.notices.preparing import NoticeFaults, NoticeText
from registry.values.written_days import day_ahead


class NoticeForm(BaseForm):
    """Title, organ and where to object; what goes into the list are ticks and reasons beside it."""

    title = LineField(N_("公示标题"))
    organ = LineField(N_("公示机关"))
    remark = TextAreaField(N_("补充说明"), filters=[visible])
    room = LineField(N_("受理处室"))
    phone = LineField(N_("受理电话"))
    mail = LineField(N_("电子邮箱"))
    address = LineField(N_("通信地址"))
    supervision = LineField(N_("监督电话"))
    show_scores = BooleanField(N_("公示专家评审得分"))

    @property
    def text(self) -> NoticeText:
        """What was typed; the rules say what is wrong with it."""
        return NoticeText(
            title=self.title.data or "",
            organ=self.organ.data or "",
            remark=self.remark.data or "",
            contact={name: self._fields[name].data or "" for name in CONTACTS},
            show_scores=bool(self.show_scores.data),
        )

    def absorb(self, error: RegistryError) -> int:
        """Put every fault at its field, those of items at the head of the form. Returns the status to answer."""
        if not isinstance(error, NoticeFaults):
            return super().absorb(error)
        for name, sentence in error.faults:
            field = self._fields.get(name)
            if field is None:
                self.form_errors.append(sentence)
            else:
                field.errors = [*field.errors, sentence]
        return error.status


class OpenForm(BaseForm):
    """The publisher's act; the tick is asked for while the free days are only guessed."""

    version = HiddenField()
    calendar_checked = BooleanField(N_("已核对放假安排，起止日期无误"))


class EndForm(BaseForm):
    """Why a notice is cancelled or withdrawn."""

    version = HiddenField()
    reason = LineField(N_("原因"))


class NoteForm(BaseForm):
    """A correction, and a later last day if there is one."""

    version = HiddenField()
    text = TextAreaField(N_("更正说明"), filters=[visible])
    until = TypedField(N_("公示延长到"), day_ahead)


class CalendarForm(BaseForm):
    """The days of a year on which offices do not do what the weekday says."""

    seen = HiddenField()
    free = TextAreaField(N_("放假的日子（周一至周五）"), filters=[visible])
    made_up = TextAreaField(N_("调休上班的日子（周六、周日）"), filters=[visible])
