"""A returned application: who returned it, until when it may be corrected, what may still be done to it.

Each rule returns the sentence that forbids a step, '' when nothing does; buttons and commands use the same rules.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from registry.application_form import Rules
from registry.models import Application, Attachment
from registry.queries.applications.access import form_for
from registry.terms import AfterCorrection, ApplicationStatus, Role
from registry.wording import Message
from registry.workflow import Need, Transition, holder


def desk_of(application: Application) -> Role | None:
    """The desk that returned an application and gets it back; None while it is not returned."""
    return holder(ApplicationStatus(application.return_to)) if application.return_to else None


def is_overdue(application: Application, today: date) -> bool:
    """Whether the last day for the correction is over."""
    return application.due_on is not None and today > application.due_on


def has_lapsed(application: Application, rules: Rules, today: date) -> bool:
    """Whether the correction can no longer be handed in."""
    return rules.after_correction is AfterCorrection.LAPSE and is_overdue(application, today)


def too_late(application: Application, rules: Rules, today: date) -> str:
    """Why a correction can no longer be handed in, as a sentence; '' while it can. What was typed stays."""
    if application.due_on is None or not has_lapsed(application, rules, today):
        return ""
    return Message(
        "补正期限 %(day)s 已过，不能再提交。填写的内容仍然保留；确需继续的，请联系%(desk)s延长期限。",
        day=application.due_on.isoformat(),
        desk=desk_of(application) or Role.MUNICIPAL_REVIEWER,
    )


def against(session: Session, application: Application, step: Transition, *, today: date) -> str:
    """What stands against a step at a returned application, as a sentence; '' when nothing does."""
    if not step.needs & {Need.LAPSED, Need.UNTOUCHED}:
        return ""
    desk = desk_of(application)
    if desk not in step.roles:
        return Message("这份申报由%(desk)s退回，请由其办理。", desk=desk or Role.MUNICIPAL_REVIEWER)
    if Need.UNTOUCHED in step.needs:
        return _touched(session, application)
    rules = form_for(application).rules
    if has_lapsed(application, rules, today):
        return ""
    if rules.after_correction is not AfterCorrection.LAPSE:
        return Message("本通知没有规定逾期未补正即终止；企业重新提交后再办理。")
    if application.due_on is None:
        return Message("这份申报没有补正期限；企业重新提交后再办理。")
    return Message("补正期限 %(day)s 还没有过，不能以逾期未补正终止。", day=application.due_on.isoformat())


def _touched(session: Session, application: Application) -> str:
    """An undone return must not take away what the enterprise has begun."""
    files = select(Attachment.id).where(
        Attachment.application_id == application.id,
        or_(Attachment.created_at > application.step_since, Attachment.removed_at > application.step_since),
    )
    if application.typed_by or application.confirmed_by or session.scalar(files.limit(1)) is not None:
        return Message("企业已经开始补正，退回不能再撤销；请等企业重新提交。")
    return ""
