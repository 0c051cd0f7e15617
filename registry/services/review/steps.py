"""The steps of an application: `perform` is the only writer of its status.

A step is found in `workflow.TRANSITIONS`; what it needs is checked here, then status, event, messages
and snapshot are written together. Everything ends in `flush()`: the database's constraints speak
last, and the caller commits or nothing happened.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry import workflow
from registry.application_form.window import beijing_day
from registry.declaration import Declared, Fault
from registry.declaration.reading import FaultKind
from registry.errors import Conflict, InvalidInput, NotAllowed
from registry.models import Application, Project, Remark
from registry.names import document_number
from registry.permissions import Actor
from registry.purposes import CallPurpose, Outcome
from registry.queries.applications.access import form_for, has_notice, visible
from registry.queries.applications.returned import too_late
from registry.queries.notices.calendar import office_days
from registry.services.applications.drafts import hold_enterprise, project_key, require_version
from registry.services.applications.readiness import TOO_LATE, readiness
from registry.services.applications.snapshots import freeze, latest
from registry.services.record.codes import draw_application_number
from registry.services.review import prepared
from registry.services.review.filing import clear_outcome, file_figures, take_figures, write_outcome
from registry.services.review.needs import StepInput, require_given
from registry.services.review.reporting import report
from registry.services.review.sheet_rules import sheet_after
from registry.statuses import FINAL_STATUSES, shown_to
from registry.terms import Action, ApplicationStatus, Role, Tier
from registry.values.working_days import add_working_days
from registry.wording import Message
from registry.workflow import Need, Transition

S = ApplicationStatus


class Incomplete(InvalidInput):
    """A form cannot be submitted: every fault at its field."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(Message("有 %(n)s 处需要更正，还没有提交。", n=len(faults)))
        self.faults = faults


def perform(
    session: Session,
    actor: Actor,
    application_id: int,
    action: Action,
    *,
    seen_version: int,
    given: StepInput | None = None,
    now: datetime,
) -> Application:
    """Take one step. Raises NotFound out of scope, Stale (409) when it changed since it was read,
    NotAllowed when the role may not take the step now, InvalidInput at the field that is missing."""
    given = given or StepInput()
    application = visible(session, actor, application_id, lock=True)
    require_version(session, application, seen_version)
    step = require_step(actor, application, action)
    if step.needs & workflow.BY_PAPER:
        raise Conflict(Message("“%(action)s”随公示或文件一并办理，不能在这里单独办理。", action=action))
    if action is Action.UNDO:
        prepared.require_in_none(session, application)
    given = _taken(step, given)
    if action in (Action.SUBMIT, Action.RESUBMIT):
        if refusal := too_late(application, form_for(application).rules, beijing_day(now)):
            raise NotAllowed(refusal)
        declared = _require_complete(session, actor, application, step, now=now)
        _settle_declaration(session, actor, application, declared, now=now)
    else:
        require_given(session, application, step, given, today=beijing_day(now))
    before, letter = S(application.status), (application.rank, application.letter_number)
    after = step.target or workflow_target(application, action)
    if action is Action.UNDO and after is S.NOTICED and not prepared.put_back(session, application):
        # Its notice was withdrawn meanwhile, so it waits for a new one like the others of that list.
        after = S.PROPOSED
    # Columns that constrain one another change together; a query in between must not write half of them.
    with session.no_autoflush:
        _write_given(session, actor, application, action, given, now=now)
        remembered = _remembered(application, actor, action, before)
        _move(application, actor, before, after, now=now)
        application.previous_status = remembered
    try:
        session.flush()
    except IntegrityError as error:
        raise _clash(error) from error
    _write_besides(session, actor, application, step, before, given, now=now)
    if action in (Action.SUBMIT, Action.RESUBMIT):
        freeze(session, actor, application, now=now)
    report(session, actor, application, action, before, given, letter=letter, now=now)
    if action in (Action.REJECT, Action.WITHDRAW):
        prepared.take_out(session, actor, application, now=now)
    session.flush()
    return application


def require_step(actor: Actor, application: Application, action: Action) -> Transition:
    """The step, or NotAllowed with the reason."""
    status = S(application.status)
    call = application.call
    step = workflow.find(
        action,
        status,
        actor.role,
        Tier(call.category.tier),
        CallPurpose(call.purpose),
        noticed=has_notice(application),
    )
    if step is None:
        standing = shown_to(actor.role, status)
        raise NotAllowed(
            Message(
                "现在是“%(standing)s”，%(role)s不能“%(action)s”。",
                standing=standing,
                role=actor.role or Message("未登录者"),
                action=action,
            )
        )
    if actor.role is not Role.ENTERPRISE and actor.id in (application.created_by, application.submitted_by):
        raise NotAllowed(Message("自己提交的申报由他人办理。"))
    return step


def _taken(step: Transition, given: StepInput) -> StepInput:
    """What a step takes of what was entered: a proposal must not carry a message to the applicant."""
    if Need.REMARKS in step.needs:
        return given
    return replace(given, remarks={}, message=given.message if Need.MESSAGE in step.needs else "")


def _write_besides(
    session: Session,
    actor: Actor,
    application: Application,
    step: Transition,
    before: ApplicationStatus,
    given: StepInput,
    *,
    now: datetime,
) -> None:
    """What a step of a later form leaves elsewhere: figures, the outcome of a re-evaluation."""
    if Need.OUTCOME in step.needs:
        write_outcome(session, actor, application, Outcome(given.outcome), reason=given.reason, now=now)
    elif application.call.purpose == CallPurpose.RE_EVALUATION and before in (S.PROPOSED, S.NOTICED):
        clear_outcome(session, application)
    elif step.action is Action.FILE:
        file_figures(session, application, now=now)
    elif step.action is Action.UNDO and before is S.FILED:
        take_figures(session, application, now=now)


def workflow_target(application: Application, action: Action) -> ApplicationStatus:
    """Where a step leads whose target the application remembers."""
    remembered = application.return_to if action is Action.RESUBMIT else application.previous_status
    if remembered is None:
        raise NotAllowed(Message("没有可以撤销的上一步。"))
    return S(remembered)


def settle_recognised(
    session: Session, actor: Actor, application: Application, recognition_id: int, *, now: datetime
) -> None:
    """The end of a document's confirmation (`services.recognition`): the title exists, the application is decided."""
    step = require_step(actor, application, Action.RECOGNISE)
    before = S(application.status)
    application.recognition_id = recognition_id
    _move(application, actor, before, step.target or S.RECOGNISED, now=now)
    session.flush()
    report(session, actor, application, Action.RECOGNISE, before, StepInput(), now=now)


def settle_notice(
    session: Session, actor: Actor, application: Application, action: Action, *, reason: str = "", now: datetime
) -> None:
    """An application enters a notice that is opened, or leaves one that is withdrawn (`services.notices`)."""
    step = require_step(actor, application, action)
    before = S(application.status)
    _move(application, actor, before, step.target or S.PROPOSED, now=now)
    if action is Action.CLOSE_NOTICE:
        # What was decided before the notice can be undone again, not the notice itself.
        application.previous_status = S.CHECKING.value
    session.flush()
    report(session, actor, application, action, before, StepInput(reason=reason), now=now)


def settle_filed(session: Session, actor: Actor, application: Application, *, message: Message, now: datetime) -> None:
    """The end of a re-evaluation: its document is in force (`services.recognition`), and `message` says the outcome."""
    step = require_step(actor, application, Action.FILE)
    before = S(application.status)
    _move(application, actor, before, step.target or S.FILED, now=now)
    session.flush()
    report(session, actor, application, Action.FILE, before, StepInput(message=message), now=now)


def settle_void(session: Session, actor: Actor, application: Application, *, now: datetime) -> None:
    """The title of an application is void, or the document that filed it withdrawn (`services.titles`): it is proposed
    again.

    Undoing that brings it back to the check, since the recognition before it does not stand any more.
    """
    step = require_step(actor, application, Action.REOPEN)
    before = S(application.status)
    with session.no_autoflush:
        application.recognition_id = None
        _move(application, actor, before, step.target or S.PROPOSED, now=now)
        application.previous_status = S.CHECKING.value if step.target is S.PROPOSED else None
    session.flush()
    report(session, actor, application, Action.REOPEN, before, StepInput(), now=now)


def _require_complete(
    session: Session, actor: Actor, application: Application, step: Transition, *, now: datetime
) -> Declared:
    rules = form_for(application).rules
    hold_enterprise(session, application.enterprise_id)
    ready = readiness(session, application, now=now)
    faults = list(ready.faults)
    if Need.WINDOW in step.needs and ready.is_late:
        raise NotAllowed(TOO_LATE)
    if rules.second_person and application.confirmed_by in (None, actor.id):
        message = (
            Message("须由本企业另一位成员核对确认后才能提交")
            if application.confirmed_by is None
            else Message("确认人不能自己提交，请由另一位成员提交")
        )
        faults.append(Fault("commitment", Message("确认"), message, FaultKind.UNCONFIRMED))
    if faults:
        raise Incomplete(faults)
    return ready.declared


def _settle_declaration(
    session: Session, actor: Actor, application: Application, declared: Declared, *, now: datetime
) -> None:
    """Bring the columns of the queue up to what is declared."""
    application.project_key = project_key(application)
    application.unit_code = _reporting_unit(session, application) or declared.unit
    application.industry_code = declared.industry
    if declared.point is not None:
        application.lon, application.lat = declared.point.lon, declared.point.lat
    application.submitted_by, application.submitted_at = actor.id, application.submitted_at or now
    if application.number is None:
        application.number = draw_application_number(session, beijing_day(now).year)
        application.is_demo = application.call.is_demo


def _reporting_unit(session: Session, application: Application) -> str | None:
    """The unit of a project that is on record, which may have moved since its form was begun; None for a new one."""
    if application.call.purpose == CallPurpose.TITLE or application.project_id is None:
        return None
    return session.get_one(Project, application.project_id).unit_code


def _write_given(
    session: Session, actor: Actor, application: Application, action: Action, given: StepInput, *, now: datetime
) -> None:
    if action is Action.RETURN:
        marked = form_for(application).opened(given.remarks)
        application.open_fields = None if given.open_all else sorted(marked)
        application.return_to = application.status
        application.due_on = _last_day(session, application, now=now)
        application.confirmed_by = application.confirmed_at = application.typed_by = None
    elif action is Action.RECOMMEND:
        entered = sheet_after(application, given.criteria, given.criteria_reasons)
        application.criteria, application.criteria_reasons = entered
        if application.call.purpose != CallPurpose.TITLE:
            return
        application.rank, application.letter_number = given.rank, document_number(given.letter_number)
    elif action is Action.UNDO and application.status == S.RECOMMENDED.value:
        # The letter no longer names it, and its rank is free for another.
        application.rank, application.letter_number = None, ""
    texts = dict(given.remarks) | ({"": given.message} if given.message.strip() else {})
    if not texts:
        return
    snapshot = latest(session, application.id)
    for name, text in texts.items():
        session.add(
            Remark(
                application_id=application.id,
                snapshot_id=snapshot.id,
                field=name,
                text=text.strip(),
                author_id=actor.id,
                created_at=now,
            )
        )


def _last_day(session: Session, application: Application, *, now: datetime) -> date | None:
    """The last day for a correction that is asked for now; None when its call sets none."""
    days = form_for(application).rules.correction_days
    return add_working_days(office_days(session).is_working, beijing_day(now), days) if days else None


def _remembered(application: Application, actor: Actor, action: Action, before: ApplicationStatus) -> str | None:
    """What an undo of this step restores. One step can be undone: neither one of the enterprise, nor an undo.

    Whoever undoes the end of an application that was not corrected gets it back on the desk: the time that it
    had is over, and another return gives it more.
    """
    if actor.role is Role.ENTERPRISE or action is Action.UNDO:
        return None
    return application.return_to if before is S.RETURNED else before.value


def _move(
    application: Application, actor: Actor, before: ApplicationStatus, after: ApplicationStatus, *, now: datetime
) -> None:
    """The one place that writes a status, with everything that hangs on it."""
    if before is S.RETURNED:
        application.return_to = application.open_fields = application.due_on = None
    application.status = after.value
    application.step_since = application.updated_at = now
    application.previous_status = before.value
    application.proposed_by = actor.id if after is S.PROPOSED and before is S.CHECKING else application.proposed_by
    is_final = after in FINAL_STATUSES
    application.decided_by, application.decided_at = (actor.id, now) if is_final else (None, None)


def _clash(error: IntegrityError) -> Conflict:
    if "project" in str(error.orig):
        return Conflict(Message("本企业在这个通知下已有同名项目的申报，请不要重复提交。"), field="project_name")
    if "rank" in str(error.orig):
        return Conflict(Message("这个推荐顺序刚刚给了本板块的另一份申报，请另填一个。"), field="rank")
    return Conflict(Message("这份申报同时被他人办理，请刷新后再试，您填写的内容都还在。"))
