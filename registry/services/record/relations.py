"""What officers enter beside a project: what a supplier offers, who built it, its zone.

Each verb is one event. None of it counts anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput, NotFound
from registry.kinds import LinkKind, SupplierKind
from registry.models import Project, ProjectLink, SupplierProfile
from registry.names import has_control_characters
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
    project = kept(session, actor, project)
    if project.type != ProjectType.SUPPLIER:
        raise InvalidInput(Message("%(code)s 不是服务机构，不能填写服务能力。", code=project.code), field="kinds")
    wanted = set(kinds)
    chosen = [kind.value for kind in SupplierKind if kind.value in wanted]
    if not chosen or len(chosen) != len(wanted):
        raise InvalidInput(Message("请至少选择一种服务类型。"), field="kinds")
    text = checked_text(capabilities, longest=1000, field="capabilities", needed=False)
    profile = session.get(SupplierProfile, project.id)
    if profile is None:
        profile = SupplierProfile(project_id=project.id, kinds=[], capabilities="")
        session.add(profile)
    changes = {"kinds": (", ".join(profile.kinds), ", ".join(chosen))}
    profile.kinds, profile.capabilities = chosen, text
    report(session, actor, "supplier.describe", project, changes, now)
    return profile


def link(
    session: Session, actor: Actor, project: Project, kind: LinkKind, other_code: str, *, since: date | None,
    now: datetime,
) -> ProjectLink:  # fmt: skip
    """Say who built a project or which zone it belongs to; raises InvalidInput at `other` or `since`."""
    project = kept(session, actor, project)
    other = named(session, other_code, _OTHERS[kind], field="other")
    if other.id == project.id:
        raise InvalidInput(Message("不能关联到它自己。"), field="other")
    if since is not None:
        require_past(since, now=now, field="since")
    wanted = (ProjectLink.project_id == project.id, ProjectLink.other_id == other.id, ProjectLink.kind == kind.value)
    if session.scalars(select(ProjectLink).where(*wanted)).first() is not None:
        raise Conflict(Message("这项关联已经登记：%(code)s。", code=other.code), field="other")
    made = ProjectLink(project_id=project.id, other_id=other.id, kind=kind.value, since=since)
    session.add(made)
    report(session, actor, "project.link", project, {kind.value: (None, other.code)}, now)
    return made


def end_link(session: Session, actor: Actor, project: Project, link_id: int, *, until: date, now: datetime) -> None:
    """Say until when a link held; raises InvalidInput at `until`."""
    project = kept(session, actor, project)
    found = session.get(ProjectLink, link_id)
    if found is None or found.project_id != project.id:
        raise NotFound(Message("没有这项关联，请刷新后查看。"))
    require_past(until, now=now, field="until")
    if found.since is not None and until < found.since:
        raise InvalidInput(Message("结束的日期早于开始的 %(on)s。", on=found.since), field="until")
    changes = {"until": (found.until.isoformat() if found.until else None, until.isoformat())}
    found.until = until
    report(session, actor, "project.unlink", project, changes, now)


def kept(session: Session, actor: Actor, project: Project) -> Project:
    """The project, locked, for somebody who may enter what stands beside it."""
    require(actor, Permission.RELATION_KEEP)
    return held(session, project.id)


def named(session: Session, code: str, types: tuple[ProjectType, ...], *, field: str) -> Project:
    """The project with a code, of one of these types; raises InvalidInput at `field`."""
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


def checked_text(text: str, *, longest: int, field: str, needed: bool = True) -> str:
    """A text as it is stored; raises InvalidInput at `field`."""
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


def report(session: Session, actor: Actor, action: str, project: Project, changes: Changes, now: datetime) -> None:
    """Write the event of a verb."""
    session.flush()
    entry = Entry(action=action, subject_type="project", subject_id=project.id, changes=changes)
    record(session, actor, entry, at=now)
