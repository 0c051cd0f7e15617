"""Forms of recognition documents: the document's text and file, and the list of an outside one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from wtforms import BooleanField, FileField, HiddenField, SelectField

from registry.errors import RegistryError
from registry.forms.base import BaseForm, LineField
from registry.forms.inputs import DayField, WholeField
from registry.i18n import N_
from registry.services.recognition.document_text import DocumentFaults, DocumentText, UnusualNumber
from registry.services.recognition.outside_rows import OutsideRow
from registry.services.recognition.outside_titles import Answer

_PROJECT = re.compile(r"project:(\d{1,9})", re.ASCII)


class DocumentForm(BaseForm):
    """文号, day, organ and title of a document. `asks_number`: its form is unusual and a person must confirm it."""

    number = LineField(N_("文号"))
    number_confirmed = BooleanField(N_("已对照文件，文号就是这样写的"))
    announced_on = DayField(N_("公布日期"))
    title = LineField(N_("文件标题"))
    organ = LineField(N_("发文机关"))
    file = FileField(N_("文件原文（PDF）"))
    asks_number = False

    @property
    def text(self) -> DocumentText:
        """What was typed; the rules say what is wrong with it."""
        return DocumentText(
            number=self.number.data or "",
            title=self.title.data or "",
            organ=self.organ.data or "",
            announced_on=self.announced_on.data,
            number_confirmed=bool(self.number_confirmed.data),
        )

    def absorb(self, error: RegistryError) -> int:
        """Put every fault of the document at its field. Returns the status to answer."""
        self.asks_number = self.asks_number or isinstance(error, UnusualNumber)
        if not isinstance(error, DocumentFaults):
            return super().absorb(error)
        for name, sentence in error.faults:
            field = self._fields[name]
            field.errors = [*field.errors, sentence]
        return error.status


class CancelForm(BaseForm):
    """Why a prepared document is taken back; `version` is the one that was seen."""

    version = HiddenField()
    reason = LineField(N_("取消的原因"))


class OutsideListForm(BaseForm):
    """Which titles a list holds, and the list."""

    category = SelectField(N_("类别"), validate_choice=False)
    batch = WholeField(N_("批次年份"), least=2010, most=2100)
    list = FileField(N_("名单文件（xlsx、xls、csv）"))


class OutsideDocumentForm(DocumentForm):
    """The document of a list whose rows are carried along."""

    category = HiddenField()
    batch = HiddenField()
    rows = HiddenField()

    @property
    def year(self) -> int:
        """The carried batch year; 0 when it did not come back whole."""
        typed = str(self.batch.data or "")
        return int(typed) if re.fullmatch(r"20\d\d", typed, re.ASCII) else 0


def ticked(values: Iterable[str]) -> list[int]:
    """Ids of ticked boxes; what is no id is passed over."""
    return list(dict.fromkeys(int(value) for value in values if re.fullmatch(r"\d{1,9}", value, re.ASCII)))


def answers(typed: Mapping[str, str], rows: Iterable[OutsideRow]) -> dict[int, Answer]:
    """The decision about each row that has one."""
    found = {}
    for row in rows:
        value, unit = typed.get(f"answer-{row.row}", ""), typed.get(f"unit-{row.row}", "")
        if match := _PROJECT.fullmatch(value):
            found[row.row] = Answer(project_id=int(match[1]))
        elif value in ("new", "omit"):
            found[row.row] = Answer(is_new=value == "new", unit=unit[:10])
    return found
