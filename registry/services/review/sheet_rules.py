"""What a criteria sheet becomes when answers are entered, and what is refused of them."""

from __future__ import annotations

from collections.abc import Mapping

from registry.errors import InvalidInput
from registry.models import Application
from registry.queries.applications.access import form_for
from registry.wording import Message

LONGEST_REASON = 1000
"""A reason becomes a remark when the application is returned, and a remark is no longer."""


def sheet_after(
    application: Application, sheet: Mapping[str, str], reasons: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """(answers, reasons) of a sheet once these are entered; raises InvalidInput for what is none, and at
    `reason-<code>` for a criterion that is not met without a reason."""
    items = {item.code: item for item in form_for(application).rules.criteria}
    if set(sheet) - set(items) or not set(sheet.values()) <= {"yes", "no", ""}:
        raise InvalidInput(Message("条件审核表中有不认识的项目，请刷新后再填。"), field="criteria")
    answers = {code: answer for code, answer in (application.criteria | dict(sheet)).items() if answer}
    why = {}
    for code, item in items.items():
        if answers.get(code) != "no":
            continue
        text = reasons.get(code, application.criteria_reasons.get(code, "")).strip()
        # A sheet from before reasons were asked for stays as it is until somebody changes that answer.
        if not text and (code in reasons or application.criteria.get(code) != "no"):
            raise InvalidInput(Message("请写明“%(text)s”不符合的原因。", text=item), field=f"reason-{code}")
        if len(text) > LONGEST_REASON:
            raise InvalidInput(
                Message("有 %(n)s 个字，最多 %(longest)s 个；请缩短。", n=len(text), longest=LONGEST_REASON),
                field=f"reason-{code}",
            )
        if text:
            why[code] = text
    return answers, why
