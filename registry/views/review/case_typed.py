"""What was typed for a step that somebody else has closed meanwhile: nothing of it is lost."""

from __future__ import annotations

from registry.forms.review import REMARK, SHEET, WHY, Typed
from registry.i18n import _
from registry.queries.review.case import Case
from registry.views.review.case_rows import Line


def typed_lines(case: Case, typed: Typed) -> list[Line]:
    """Everything that was typed for a step that is not open any more, to be copied from the page."""
    return [
        Line(label=_typed_label(case, name), text=_typed_text(name, text))
        for name, text in typed.texts.items()
        if text and name != "action"
    ]


def _typed_label(case: Case, name: str) -> str:
    if name.startswith(SHEET):
        code = name.removeprefix(SHEET)
        return next((item.text for item in case.form.rules.criteria if item.code == code), name)
    if name.startswith(WHY):
        code = name.removeprefix(WHY)
        item = next((item for item in case.form.rules.criteria if item.code == code), None)
        return _("不符合的原因：%(name)s", name=item.text if item else code)
    field = case.form.by_name.get(name.removeprefix(REMARK)) if name.startswith(REMARK) else None
    if field is not None:
        return field.label
    labels = {
        "message": _("给企业的说明"),
        "reason": _("原因"),
        "rank": _("推荐顺序"),
        "letter_number": _("推荐函文号"),
    }
    return labels.get(name, name)


def _typed_text(name: str, text: str) -> str:
    answers = {"yes": _("符合"), "no": _("不符合")}
    return answers.get(text, text) if name.startswith(SHEET) else text
