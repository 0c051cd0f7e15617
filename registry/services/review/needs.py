"""What a step asks of the person who takes it: remarks, a reason, the criteria sheet, a letter, a quota."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput, NotAllowed, RegistryError
from registry.models import Application, ReportingUnit
from registry.purposes import Outcome
from registry.queries.applications.access import form_for
from registry.queries.calls.waived import is_waived
from registry.queries.review.guards import hindrance
from registry.queries.review.quota import HIGHEST_RANK, rank_holder, recommended_count
from registry.services.review.filing import PROPOSED_OUTCOMES
from registry.services.review.sheet_rules import sheet_after
from registry.terms import CallRule
from registry.wording import Message, full
from registry.workflow import Need, Transition

LONGEST = 1000
_REFUSED: dict[Need, type[RegistryError]] = {
    Need.LAPSED: NotAllowed,
    Need.UNTOUCHED: NotAllowed,
    Need.SCORES: InvalidInput,
    Need.INSPECTION: InvalidInput,
    Need.NOTICE_OVER: Conflict,
}
"""How a step is refused whose need the record does not meet."""
LONGEST_OUTCOME = 300


@dataclass(frozen=True, kw_only=True)
class StepInput:
    """What the person taking a step enters.

    remarks: sentence by field name · message: to the applicant · reason: among officers · open_all:
    the whole form may be changed · rank, letter_number: of a recommendation · criteria: the reviewer's
    answer by criterion code (`yes`, `no`), added to those already saved · criteria_reasons: why one is not met ·
    outcome: of a re-evaluation.
    """

    remarks: Mapping[str, str] = field(default_factory=dict)
    message: str = ""
    reason: str = ""
    open_all: bool = False
    rank: int | None = None
    letter_number: str = ""
    criteria: Mapping[str, str] = field(default_factory=dict)
    criteria_reasons: Mapping[str, str] = field(default_factory=dict)
    outcome: str = ""


def require_given(
    session: Session, application: Application, step: Transition, given: StepInput, *, today: date
) -> None:
    """Raise the error of `_REFUSED` for what is on record against a step, InvalidInput at the first field that a
    step needs and does not have."""
    if found := hindrance(session, application, step, today=today):
        need, said = found
        raise _REFUSED[need](said)
    checks: dict[Need, Callable[[], object]] = {
        Need.REMARKS: partial(_check_remarks, application, given),
        Need.MESSAGE: partial(_check_text, given.message, "message", Message("请写明给企业的说明")),
        Need.REASON: partial(_check_text, given.reason, "reason", Message("请写明原因")),
        Need.CRITERIA: partial(_check_criteria, application, given),
        Need.SHEET: partial(_check_reasons, application, given),
        Need.OUTCOME: partial(_check_outcome, given),
        Need.LETTER: partial(_check_letter, session, application, given),
        Need.QUOTA: partial(_check_quota, session, application),
    }
    if Need.LETTER in step.needs or Need.QUOTA in step.needs:
        _hold_unit(session, application)
    # In the order of the vocabulary, so that the same fault is reported first every time.
    for need in Need:
        if need in step.needs and need in checks:
            checks[need]()


def _check_text(text: str, name: str, sentence: str) -> None:
    if not text.strip():
        raise InvalidInput(full(sentence), field=name)
    if len(text) > LONGEST:
        raise InvalidInput(
            Message("有 %(n)s 个字，最多 %(longest)s 个；请缩短。", n=len(text), longest=LONGEST), field=name
        )


def _check_remarks(application: Application, given: StepInput) -> None:
    known = form_for(application).by_name
    for name, text in given.remarks.items():
        if name not in known:
            raise InvalidInput(Message("标出的栏目不在这份申报表中，请重新选择。"), field="remarks")
        _check_text(text, f"remark-{name}", Message("请写明意见"))
    if not given.remarks and not given.message.strip():
        raise InvalidInput(Message("请在至少一个栏目旁写明意见，或写一段总的说明。"), field="message")
    if not given.remarks and not given.open_all:
        raise InvalidInput(Message("没有标出栏目：请标出要修改的栏目，或勾选“开放整张表”。"), field="open_all")
    if given.message:
        _check_text(given.message, "message", Message("请写明说明"))


def _check_outcome(given: StepInput) -> None:
    if given.outcome not in PROPOSED_OUTCOMES:
        raise InvalidInput(Message("请选择复核结论：优秀、合格或不合格。"), field="outcome")
    if given.outcome == Outcome.FAIL:
        _check_text(given.reason, "reason", Message("请写明不合格的原因，它会随文件公布"))
    if len(given.reason) > LONGEST_OUTCOME:
        raise InvalidInput(
            Message("有 %(n)s 个字，最多 %(longest)s 个；请缩短。", n=len(given.reason), longest=LONGEST_OUTCOME),
            field="reason",
        )


def _check_sheet(application: Application, given: StepInput) -> dict[str, str]:
    """The whole sheet; InvalidInput while criteria are unanswered."""
    sheet = {**application.criteria, **given.criteria}
    rules = form_for(application).rules
    missing = [item.text for item in rules.criteria if sheet.get(item.code) not in ("yes", "no")]
    if missing:
        raise InvalidInput(
            Message("条件审核表还有 %(n)s 项没有填：%(missing)s。", n=len(missing), missing=list(missing[:3])),
            field="criteria",
        )
    return sheet


def _check_reasons(application: Application, given: StepInput) -> None:
    """The whole sheet, where criteria that are not met do not stand in the way but need their reasons."""
    _check_sheet(application, given)
    sheet_after(application, given.criteria, given.criteria_reasons)


def _check_criteria(application: Application, given: StepInput) -> None:
    sheet = _check_sheet(application, given)
    rules = form_for(application).rules
    refused = [item.text for item in rules.criteria if sheet[item.code] == "no"]
    if refused:
        raise InvalidInput(
            Message("审核为不符合的条件：%(refused)s；不符合条件的不能推荐。", refused=list(refused[:3])),
            field="criteria",
        )


def _hold_unit(session: Session, application: Application) -> None:
    """Put the recommendations of one unit in line, so that two officers at once see each other's rank and quota."""
    unit = select(ReportingUnit.code).where(ReportingUnit.code == application.unit_code)
    session.execute(unit.with_for_update(key_share=True))


def _check_letter(session: Session, application: Application, given: StepInput) -> None:
    if given.rank is None or not 1 <= given.rank <= HIGHEST_RANK:
        raise InvalidInput(Message("请填写推荐顺序，从 1 开始的整数。"), field="rank")
    if not given.letter_number.strip():
        raise InvalidInput(Message("请填写推荐函的文号。"), field="letter_number")
    if len(given.letter_number) > 60:
        raise InvalidInput(Message("文号最多 60 个字，请核对。"), field="letter_number")
    other = rank_holder(session, application, given.rank)
    if other is not None:
        raise InvalidInput(
            Message(
                "推荐顺序 %(rank)s 已经给了 %(number)s“%(project_name)s”，请另填一个。",
                rank=given.rank,
                number=other.number,
                project_name=other.project_name,
            ),
            field="rank",
        )


def _check_quota(session: Session, application: Application) -> None:
    quota = form_for(application).rules.quotas.get(application.unit_code or "")
    if quota is None or is_waived(session, application, CallRule.QUOTA):
        return
    used = recommended_count(session, application.call_id, application.unit_code or "")
    if used >= quota:
        raise InvalidInput(
            Message("本板块推荐名额 %(quota)s 个，已用 %(used)s 个；确需增加请联系市局。", quota=quota, used=used)
        )
