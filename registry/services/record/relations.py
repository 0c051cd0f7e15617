"""What officers enter beside a project: what a supplier offers, who built it, its zone, services, its story.

Each verb is one event. None of it counts anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput, NotFound
from registry.kinds import LinkKind, ServiceKind, SupplierKind
from registry.models import Enterprise, Project, ProjectLink, ProjectStory, ServiceEvent, SupplierProfile
from registry.names import has_control_characters, tidy
from registry.permissions import Actor, Permission, require
from registry.services.events import Changes, Entry, record
from registry.services.record.checks import require_past
from registry.services.record.projects import held
from registry.terms import ProjectType
from registry.wording import Message

_OTHERS = {
    LinkKind.BUILT_BY: (ProjectType.SUPPLIER,),
    LinkKind.MEMBER_OF: (ProjectType.ZONE, ProjectType.PARK),
}
"""What a project may be linked to."""


def describe_supplier(
    session: Session, actor: Actor, project: Project, *, kinds: Iterable[str], capabilities: str, now: datetime
) -> SupplierProfile:
    """Say what a supplier offers; raises InvalidInput at `kinds` or `capabilities`."""
    project = _kept(session, actor, project, now)
    if project.type != ProjectType.SUPPLIER:
        raise InvalidInput(Message("%(code)s 不是服务机构，不能填写服务能力。", code=project.code), field="kinds")
    wanted = set(kinds)
    chosen = [kind.value for kind in SupplierKind if kind.value in wanted]
    if not chosen or len(chosen) != len(wanted):
        raise InvalidInput(Message("请至少选择一种服务类型。"), field="kinds")
    text = _text(capabilities, longest=1000, field="capabilities", needed=False)
    profile = session.get(SupplierProfile, project.id)
    if profile is None:
        profile = SupplierProfile(project_id=project.id, kinds=[], capabilities="")
        session.add(profile)
    changes = {"kinds": (", ".join(profile.kinds), ", ".join(chosen))}
    profile.kinds, profile.capabilities = chosen, text
    _report(session, actor, "supplier.describe", project, changes, now)
    return profile


def link(
    session: Session, actor: Actor, project: Project, kind: LinkKind, other_code: str, *, since: date | None,
    now: datetime,
) -> ProjectLink:  # fmt: skip
    """Say who built a project or which zone it belongs to; raises InvalidInput at `other` or `since`."""
    project = _kept(session, actor, project, now)
    other = _named(session, other_code, _OTHERS[kind], field="other")
    if other.id == project.id:
        raise InvalidInput(Message("不能关联到它自己。"), field="other")
    if since is not None:
        require_past(since, now=now, field="since")
    wanted = (ProjectLink.project_id == project.id, ProjectLink.other_id == other.id, ProjectLink.kind == kind.value)
    if session.scalars(select(ProjectLink).where(*wanted)).first() is not None:
        raise Conflict(Message("这项关联已经登记：%(code)s。", code=other.code), field="other")
    made = ProjectLink(project_id=project.id, other_id=other.id, kind=kind.value, since=since)
    session.add(made)
    _report(session, actor, "project.link", project, {kind.value: (None, other.code)}, now)
    return made


def end_link(session: Session, actor: Actor, project: Project, link_id: int, *, until: date, now: datetime) -> None:
    """Say until when a link held; raises InvalidInput at `until`."""
    project = _kept(session, actor, project, now)
    found = session.get(ProjectLink, link_id)
    if found is None or found.project_id != project.id:
        raise NotFound(Message("没有这项关联，请刷新后查看。"))
    require_past(until, now=now, field="until")
    if found.since is not None and until < found.since:
        raise InvalidInput(Message("结束的日期早于开始的 %(on)s。", on=found.since), field="until")
    changes = {"until": (found.until.isoformat() if found.until else None, until.isoformat())}
    found.until = until
    _report(session, actor, "project.unlink", project, changes, now)


def record_service(
    session: Session, actor: Actor, project: Project, kind: ServiceKind, *, held_on: date | None, supplier_code: str,
    summary: str, now: datetime,
) -> ServiceEvent:  # fmt: skip
    """Write down a diagnosis, a matchmaking or a visit at a project, of a supplier where one is named."""
    project = _kept(session, actor, project, now)
    if held_on is None:
        raise InvalidInput(Message("请填写活动日期。"), field="held_on")
    require_past(held_on, now=now, field="held_on")
    supplier = _named(session, supplier_code, (ProjectType.SUPPLIER,), field="supplier") if supplier_code else None
    text = _text(summary, longest=1000, field="told")
    is_supplier = project.type == ProjectType.SUPPLIER and supplier is None
    made = ServiceEvent(
        kind=kind.value,
        held_on=held_on,
        supplier_id=project.id if is_supplier else (supplier.id if supplier else None),
        project_id=None if is_supplier else project.id,
        summary=text,
    )
    session.add(made)
    _report(session, actor, "service_event.add", project, {kind.value: (None, held_on.isoformat())}, now)
    return made


def remove_service(session: Session, actor: Actor, project: Project, event_id: int, *, now: datetime) -> None:
    """Take away a service that was entered in error."""
    project = _kept(session, actor, project, now)
    found = session.get(ServiceEvent, event_id)
    if found is None or project.id not in (found.project_id, found.supplier_id):
        raise NotFound(Message("没有这项服务活动，请刷新后查看。"))
    session.delete(found)
    _report(session, actor, "service_event.remove", project, {found.kind: (found.held_on.isoformat(), None)}, now)


def tell_story(
    session: Session, actor: Actor, project: Project, *, title: str, text: str, now: datetime
) -> ProjectStory:
    """Publish a story of a project; raises InvalidInput at `title` or `text`."""
    project = _kept(session, actor, project, now)
    made = ProjectStory(
        project_id=project.id,
        title=_text(title, longest=100, field="title"),
        text=_text(text, longest=4000, field="text"),
        released_by=actor.id,
        released_at=now,
    )
    session.add(made)
    _report(session, actor, "story.publish", project, {}, now)
    return made


def withdraw_story(session: Session, actor: Actor, project: Project, story_id: int, *, now: datetime) -> None:
    """Take a story off the public page."""
    project = _kept(session, actor, project, now)
    story = session.get(ProjectStory, story_id)
    if story is None or story.project_id != project.id or story.withdrawn_at is not None:
        raise NotFound(Message("没有这个案例，或已经撤下。"))
    story.withdrawn_at = now
    _report(session, actor, "story.withdraw", project, {}, now)


def tag_chain_leader(session: Session, actor: Actor, enterprise: Enterprise, chain: str, *, now: datetime) -> None:
    """Name the chain of industry that an enterprise leads; '' takes the tag away."""
    require(actor, Permission.RELATION_KEEP)
    text = tidy(chain)
    if len(text) > 60 or has_control_characters(text):
        raise InvalidInput(Message("最多 60 个字，不能含有控制字符。"), field="chain")
    if text == enterprise.chain_leader:
        raise InvalidInput(Message("填写的内容和登记的相同，没有要更正的。"), field="chain")
    changes = {"chain_leader": (enterprise.chain_leader, text)}
    enterprise.chain_leader, enterprise.updated_at = text, now
    session.flush()
    entry = Entry(
        action="enterprise.chain_leader", subject_type="enterprise", subject_id=enterprise.id, changes=changes
    )
    record(session, actor, entry, at=now)


def _kept(session: Session, actor: Actor, project: Project, now: datetime) -> Project:
    require(actor, Permission.RELATION_KEEP)
    return held(session, project.id)


def _named(session: Session, code: str, types: tuple[ProjectType, ...], *, field: str) -> Project:
    code = code.strip().upper()
    found = session.scalars(select(Project).where(Project.code == code)).one_or_none() if code.isprintable() else None
    words = list(types)
    if found is None or found.merged_into_id is not None:
        raise InvalidInput(
            Message("没有编号为“%(code)s”的%(types)s；请填项目编号。", code=code[:20], types=words), field=field
        )
    if found.type not in types:
        kind = ProjectType(found.type)
        raise InvalidInput(
            Message("%(code)s 是%(kind)s，这里应填%(types)s的编号。", code=code, kind=kind, types=words), field=field
        )
    return found


def _text(text: str, *, longest: int, field: str, needed: bool = True) -> str:
    text = text.replace("\r\n", "\n").strip()
    if needed and not text:
        raise InvalidInput(Message("没有填写。"), field=field)
    if len(text) > longest:
        raise InvalidInput(
            Message("有 %(n)s 个字，最多 %(longest)s 个；请缩短。", n=len(text), longest=longest), field=field
        )
    if any(has_control_characters(line) for line in text.splitlines()):
        raise InvalidInput(Message("含有看不见的控制字符；请重新键入。"), field=field)
    return text


def _report(session: Session, actor: Actor, action: str, project: Project, changes: Changes, now: datetime) -> None:
    session.flush()
    entry = Entry(action=action, subject_type="project", subject_id=project.id, changes=changes)
    record(session, actor, entry, at=now)
