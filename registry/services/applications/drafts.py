"""An enterprise's side of an application: beginning, typing, confirming. Submission itself is a step
of the workflow (`services.review.steps.perform`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import declaration
from registry.application_form import KpiPart, kpi_field
from registry.application_form.later import fixed_fields
from registry.errors import Conflict, InvalidInput, NotAllowed, NotFound
from registry.indicators import plain
from registry.models import Account, Application, Call, KpiReport, Project
from registry.names import name_key
from registry.permissions import Actor, Permission, require
from registry.purposes import LATER_PURPOSES, CallPurpose
from registry.queries.applications.access import check_application, form_for, visible
from registry.services.applications.later import asked_kpis, require_asked
from registry.services.applications.readiness import TOO_LATE, is_late
from registry.services.calls.managing import is_open
from registry.services.events import Entry, record
from registry.services.record import enterprises
from registry.statuses import EDITABLE_STATUSES, for_applicant
from registry.terms import BEIJING, ApplicationStatus, Basis, CallState
from registry.wording import Message

DRAFTS_PER_CALL = 20
"""An enterprise keeps at most this many drafts in a call, so that a stuck button fills no table."""
_CARRIED = (
    "legal_representative", "established_on", "registered_address", "contact_name", "contact_phone", "contact_email",
)  # fmt: skip


class Stale(Conflict):
    """The application changed since the page was read; `changed` names fields that differ now."""

    def __init__(self, message: str, *, application: Application, changed: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.application = application
        self.changed = changed


def begin(session: Session, actor: Actor, call_id: int, *, project_id: int | None = None, now: datetime) -> Application:
    """Begin a draft in an open call, for a new project or one of the enterprise's own.

    An untouched draft of the same kind is opened again, so that a double click makes one. What the
    enterprise stated in its last application, and the public record of the project, stand in it.
    """
    require(actor, Permission.APPLICATION_OWN)
    call = session.get(Call, call_id)
    if call is None or call.state != CallState.PUBLISHED:
        raise NotFound(Message("没有这个申报通知。"))
    if now < call.opens_at:
        raise NotAllowed(Message("这个申报通知还没有开始受理。"))
    units = [None, *(extension.unit_code for extension in call.extensions)]
    if not any(is_open(call, unit, now) for unit in units):
        raise NotAllowed(Message("这个申报通知已经截止。"))
    project = _own_project(session, actor, project_id)
    is_later = call.purpose in LATER_PURPOSES
    if project is not None and project.type != call.category.type and not is_later:
        raise InvalidInput(Message("这个项目的主体类型与通知的类别不同，请作为新项目申报。"), field="project_id")
    hold_enterprise(session, actor.enterprise_id)
    subject, begun = require_asked(session, call, project) if is_later else (None, None)
    if begun is not None:
        return begun
    drafts = session.scalars(
        select(Application).where(
            Application.call_id == call_id,
            Application.enterprise_id == actor.enterprise_id,
            Application.status == ApplicationStatus.DRAFT.value,
        )
    ).all()
    untouched = (draft for draft in drafts if draft.project_id == project_id and draft.version == 1)
    again = next(untouched, None) if subject is None else None
    if again is not None:
        return again
    if len(drafts) >= DRAFTS_PER_CALL and subject is None:
        raise InvalidInput(Message("这个通知下已有 %(n)s 份草稿，请先撤回不需要的。", n=len(drafts)))
    application = Application(
        call_id=call.id,
        call_form_id=call.form.id,
        enterprise_id=actor.enterprise_id,
        project_id=project.id if project else None,
        project_name=project.name if project else "",
        status=ApplicationStatus.DRAFT.value,
        step_since=now,
        answers=_first_answers(session, actor, project, call),
        created_by=actor.id,
        is_demo=call.is_demo,
        created_at=now,
        updated_at=now,
    )
    session.add(application)
    session.flush()
    if subject is not None:
        subject.application_id = application.id
    entry = Entry(action="application.begin", subject_type="application", subject_id=application.id)
    record(session, actor, entry, at=now)
    return application


def hold_enterprise(session: Session, enterprise_id: int | None) -> None:
    """Lock the row of an enterprise, so that of two writers at once each counts the other's applications. Raises
    Conflict where it was merged into another while this one waited."""
    if enterprise_id is not None:
        enterprises.held_as_it_is(session, enterprise_id)


def _own_project(session: Session, actor: Actor, project_id: int | None) -> Project | None:
    if project_id is None:
        return None
    project = session.get(Project, project_id)
    if project is None or project.enterprise_id != actor.enterprise_id or project.merged_into_id is not None:
        raise NotFound(Message("没有这个项目，或不属于本企业。"))
    return project


def _first_answers(session: Session, actor: Actor, project: Project | None, call: Call) -> dict[str, str]:
    last = session.scalars(
        select(Application)
        .where(Application.enterprise_id == actor.enterprise_id, Application.submitted_at.is_not(None))
        .order_by(Application.id.desc())
        .limit(1)
    ).one_or_none()
    answers = {name: last.answers[name] for name in _CARRIED if last and last.answers.get(name)}
    if "contact_name" not in answers:
        # Whoever begins is the contact until another one is named; his telephone is not known.
        person = session.get_one(Account, actor.id)
        answers |= {"contact_name": person.name, "contact_email": person.email}
    if project is None:
        return answers
    answers |= {
        "project_name": project.name,
        "products": "、".join(project.products.splitlines()),
        "industry": project.industry_code or "",
        "industry_class": project.industry_class,
        "summary": project.summary,
        "unit": project.unit_code,
        "town": project.town,
        "address": project.address,
        "lon": "" if project.typed_lon is None else str(project.typed_lon),
        "lat": "" if project.typed_lat is None else str(project.typed_lat),
        "system": project.typed_system or "",
        **(
            asked_kpis(session, call, project.id) if call.purpose in LATER_PURPOSES else _last_kpis(session, project.id)
        ),
    }
    return {name: text for name, text in answers.items() if text}


def _last_kpis(session: Session, project_id: int) -> dict[str, str]:
    """The declared inputs of the project's latest report, for the enterprise to bring up to date."""
    report = session.scalars(
        select(KpiReport)
        .where(KpiReport.project_id == project_id, KpiReport.basis == Basis.DECLARED.value)
        .order_by(KpiReport.report_year.desc().nulls_last(), KpiReport.id.desc())
        .limit(1)
    ).one_or_none()
    if report is None:
        return {}
    found = {"baseline_year": str(report.baseline_year or ""), "report_year": str(report.report_year or "")}
    for value in report.values:
        found[kpi_field(value.kpi_code, KpiPart.CURRENT)] = "" if value.current is None else plain(value.current)
        found[kpi_field(value.kpi_code, KpiPart.BASELINE)] = "" if value.baseline is None else plain(value.baseline)
        found[kpi_field(value.kpi_code, KpiPart.MEASURE)] = value.measure
    return found


def editable(session: Session, actor: Actor, application_id: int, *, field: str | None = None) -> Application:
    """The enterprise's own application while it may change (`field`: while that field may).

    Raises NotFound for others' applications, NotAllowed once it is submitted or the field is locked.
    """
    require(actor, Permission.APPLICATION_OWN)
    application = visible(session, actor, application_id, lock=True)
    if application.status not in EDITABLE_STATUSES:
        raise NotAllowed(Message("申报已经提交，现在不能修改。需要修改请联系所在板块退回。"))
    if field is not None and not may_change(application, field):
        raise NotAllowed(Message("审核员没有开放这一项，不能修改。"))
    return application


def may_change(application: Application, field: str) -> bool:
    """Whether a field is open now: everything in a draft, the marked fields in a returned application. What
    follows from the record is never typed."""
    if field in fixed_fields(CallPurpose(application.call.purpose)):
        return False
    return application.status in EDITABLE_STATUSES and (
        application.open_fields is None or field in application.open_fields
    )


def save_answers(
    session: Session,
    actor: Actor,
    application_id: int,
    typed: Mapping[str, str],
    *,
    seen_version: int,
    seen: Mapping[str, str] | None = None,
    now: datetime,
) -> Application:
    """Store typed texts; anything may be missing or wrong. Writes no event.

    Fields that are locked or unknown are passed over. Raises Stale when somebody else saved since
    `seen_version` and a typed text differs from what is stored now. `seen` are the texts from which the
    typing began: a field that still holds that text is nobody else's change, and a typed text that is still the
    one that was seen is no change of the actor's, so that colleagues can fill different fields of one part at the
    same time. A change takes the second person's confirmation back.
    """
    application = editable(session, actor, application_id)
    form = form_for(application)
    stored = application.answers
    # Read like the typing itself, so that a tidied text is not taken for somebody else's.
    seen = None if seen is None else declaration.clean(form, seen)
    changes = {
        name: text
        for name, text in declaration.clean(form, typed).items()
        if text != stored.get(name, "") and may_change(application, name) and not _is_untouched(name, text, seen)
    }
    if not changes:
        return application
    clashing = [name for name in changes if seen is None or seen.get(name) != stored.get(name, "")]
    if application.version != seen_version and clashing:
        labels = [form.by_name[name].label for name in clashing[:5]]
        raise Stale(
            Message(
                "这份申报已在别处保存过（%(at)s），以下栏目与您填写的不同：%(labels)s。您填写的内容都还在，"
                "请选择用哪一份。",
                at=f"{application.updated_at.astimezone(BEIJING):%H:%M}",
                labels=labels,
            ),
            application=application,
            changed=tuple(clashing),
        )
    application.answers = {name: text for name, text in (stored | changes).items() if text}
    application.project_name = application.answers.get("project_name", "")[:200]
    application.confirmed_by = application.confirmed_at = None
    application.typed_by, application.updated_at = actor.id, now
    session.flush()
    return application


def _is_untouched(name: str, text: str, seen: Mapping[str, str] | None) -> bool:
    """Whether a text is what the page showed when the typing began."""
    return seen is not None and name in seen and seen[name] == text


def confirm(session: Session, actor: Actor, application_id: int, *, seen_version: int, now: datetime) -> Application:
    """A member confirms that the form is right; somebody else then submits it.

    Raises InvalidInput (422) while faults remain, NotAllowed when it comes too late, Stale when it changed since it
    was read.
    """
    application = editable(session, actor, application_id)
    require_version(session, application, seen_version)
    checked = check_application(session, application, now=now)
    if is_late(session, application, checked.declared.unit, now):
        raise NotAllowed(TOO_LATE)
    if checked.faults:
        raise InvalidInput(Message("还有 %(n)s 处没有填好，不能确认。", n=len(checked.faults)))
    application.confirmed_by, application.confirmed_at = actor.id, now
    session.flush()
    entry = Entry(action="application.confirm", subject_type="application", subject_id=application.id)
    record(session, actor, entry, at=now)
    return application


def require_version(session: Session, application: Application, seen_version: int) -> None:
    """Raise Stale when the application is not the one that the actor saw."""
    if application.version != seen_version:
        raise Stale(
            Message(
                "这份申报已被他人更新（%(at)s，现在是“%(standing)s”）。请核对后再办理，您填写的内容都还在。",
                at=f"{application.updated_at.astimezone(BEIJING):%m-%d %H:%M}",
                standing=for_applicant(ApplicationStatus(application.status)),
            ),
            application=application,
        )


def project_key(application: Application) -> str:
    """The key by which two applications of an enterprise are about the same project."""
    return name_key(application.project_name)
