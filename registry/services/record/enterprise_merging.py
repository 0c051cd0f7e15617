"""Two enterprises on record that are one, or one that another took over."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput
from registry.models import (
    Account,
    Application,
    ChangeRequest,
    Enterprise,
    EnterpriseHonor,
    EnterpriseName,
    ExpertConflict,
    FormerCode,
    Project,
    Waiver,
)
from registry.models.life import OPEN
from registry.permissions import Actor, Permission, require
from registry.services.events import Entry, record
from registry.services.record import other_names, search_index
from registry.services.record.checks import require_past
from registry.services.record.enterprises import held
from registry.statuses import REFUSED_STATUSES
from registry.wording import Message


def merge_enterprises(
    session: Session,
    actor: Actor,
    survivor: Enterprise,
    other: Enterprise,
    *,
    document: str = "",
    on: date,
    now: datetime,
) -> Enterprise:
    """Let `survivor` take over names, code, projects, accounts, applications and honours of `other`.

    Its code and names go on finding the survivor. Raises Conflict naming two projects of one name, two
    applications of one project in one call, or a change request of `other` that is not decided.
    """
    require(actor, Permission.RECORD_CHANGE)
    if survivor.id == other.id:
        raise InvalidInput(Message("不能把企业并入它自己。"), field="other")
    for enterprise_id in sorted((survivor.id, other.id)):
        held(session, enterprise_id)
    require_past(on, now=now)
    _require_no_open_request(session, other)
    projects = _projects(session, survivor, other)
    _applications(session, survivor, other)
    for project in projects:
        project.enterprise_id, project.updated_at = survivor.id, now
    _people(session, survivor, other)
    _honours_and_waivers(session, survivor, other)
    _names(session, survivor, other, until=on - timedelta(days=1))
    other_names.hand_over(session, survivor, other)
    other_names.complete(survivor, other)
    _code(session, survivor, other, until=on - timedelta(days=1))
    for request in session.scalars(select(ChangeRequest).where(ChangeRequest.enterprise_id == other.id)):
        request.enterprise_id = survivor.id
    for earlier in session.scalars(select(Enterprise).where(Enterprise.merged_into_id == other.id)):
        earlier.merged_into_id = survivor.id
    survivor.chain_leader = survivor.chain_leader or other.chain_leader
    other.merged_into_id, other.updated_at, survivor.updated_at = survivor.id, now, now
    session.flush()
    own = session.scalars(select(Project.id).where(Project.enterprise_id == survivor.id))
    search_index.refresh(session, list(own))
    changes = {"merged": (other.id, survivor.id), "projects": (0, len(projects)), "on": (None, on.isoformat())}
    for enterprise in (survivor, other):
        entry = Entry(
            action="enterprise.merge",
            subject_type="enterprise",
            subject_id=enterprise.id,
            changes=changes,
            note=document,
        )
        record(session, actor, entry, at=now)
    return survivor


def _require_no_open_request(session: Session, other: Enterprise) -> None:
    subject = f"enterprise:{other.id}"
    statement = select(ChangeRequest.number).where(ChangeRequest.subject == subject, text(OPEN))
    number = session.scalar(statement.order_by(ChangeRequest.id))
    if number is not None:
        raise Conflict(
            Message("“%(name)s”还有变更申请 %(number)s 没有办结，请先办结。", name=other.name, number=number),
            field="other",
        )


def _projects(session: Session, survivor: Enterprise, other: Enterprise) -> list[Project]:
    """The projects that change hands. One that was merged earlier stays behind where its name is taken: it is
    an address only."""

    def of(enterprise: Enterprise) -> list[Project]:
        statement = select(Project).where(Project.enterprise_id == enterprise.id).order_by(Project.id)
        return list(session.scalars(statement.with_for_update(of=Project)))

    own = {project.name_key: project for project in of(survivor)}
    found = []
    for project in of(other):
        rival = own.get(project.name_key)
        if rival is None:
            found.append(project)
        elif project.merged_into_id is None:
            raise Conflict(
                Message(
                    "两家企业都有名为“%(name)s”的项目（%(code)s、%(project_code)s）；如是同一个项目，"
                    "请先在登记维护中办理“项目合并登记”，如不是，请先办理“项目更名”。",
                    name=project.name,
                    code=rival.code,
                    project_code=project.code,
                ),
                field="other",
            )
    return found


def _applications(session: Session, survivor: Enterprise, other: Enterprise) -> None:
    own = {
        (row.call_id, row.project_key): row.number or Message("草稿")
        for row in session.scalars(select(Application).where(Application.enterprise_id == survivor.id))
        if row.project_key and row.status not in REFUSED_STATUSES
    }
    moved = session.scalars(
        select(Application).where(Application.enterprise_id == other.id).with_for_update(of=Application)
    )
    for application in moved.all():
        rival = own.get((application.call_id, application.project_key))
        if rival is not None and application.status not in REFUSED_STATUSES:
            raise Conflict(
                Message(
                    "两家企业在同一个通知下都申报了“%(project_name)s”（%(rival)s、%(number)s），请先撤回其中一份。",
                    project_name=application.project_name,
                    rival=rival,
                    number=application.number or Message("草稿"),
                ),
                field="other",
            )
        application.enterprise_id = survivor.id


def _people(session: Session, survivor: Enterprise, other: Enterprise) -> None:
    for account in session.scalars(select(Account).where(Account.enterprise_id == other.id)):
        account.enterprise_id = survivor.id
        if account.claimed_uscc in (other.uscc, survivor.uscc):
            account.claimed_uscc = None


def _honours_and_waivers(session: Session, survivor: Enterprise, other: Enterprise) -> None:
    held_honours = {(honor.kind, honor.level, honor.year) for honor in survivor.honors}
    for honor in session.scalars(select(EnterpriseHonor).where(EnterpriseHonor.enterprise_id == other.id)):
        if (honor.kind, honor.level, honor.year) in held_honours:
            session.delete(honor)
        else:
            honor.enterprise_id = survivor.id
    held_waivers = {
        (waiver.call_id, waiver.rule)
        for waiver in session.scalars(select(Waiver).where(Waiver.enterprise_id == survivor.id))
    }
    for waiver in session.scalars(select(Waiver).where(Waiver.enterprise_id == other.id)):
        if (waiver.call_id, waiver.rule) in held_waivers:
            session.delete(waiver)
        else:
            waiver.enterprise_id = survivor.id
    barred = {row.expert_id for row in session.scalars(_conflicts_of(survivor))}
    for conflict in session.scalars(_conflicts_of(other)):
        if conflict.expert_id in barred:
            session.delete(conflict)
        else:
            conflict.enterprise_id = survivor.id
    session.flush()
    session.expire(other, ["honors"])
    session.expire(survivor, ["honors"])


def _conflicts_of(enterprise: Enterprise) -> Select[Any]:
    return select(ExpertConflict).where(ExpertConflict.enterprise_id == enterprise.id)


def _names(session: Session, survivor: Enterprise, other: Enterprise, *, until: date) -> None:
    known = {survivor.name_key, *(former.name_key for former in survivor.former_names)}
    last = EnterpriseName(name=other.name, name_key=other.name_key, until=until)
    for former in [*other.former_names, last]:
        if former.name_key not in known:
            known.add(former.name_key)
            survivor.former_names.append(EnterpriseName(name=former.name, name_key=former.name_key, until=former.until))


def _code(session: Session, survivor: Enterprise, other: Enterprise, *, until: date) -> None:
    """The survivor takes the code where it has none, otherwise it becomes a former one of its own."""
    code = other.uscc
    other.uscc, other.verified = None, False
    session.flush()
    for former in session.scalars(select(FormerCode).where(FormerCode.enterprise_id == other.id)):
        former.enterprise_id = survivor.id
    if code is not None and survivor.uscc is None:
        survivor.uscc, survivor.verified = code, True
    elif code is not None:
        session.add(FormerCode(uscc=code, enterprise_id=survivor.id, until=until))
    session.flush()
