"""The frame of signed-in pages: who is asking, the entries of the role, unread messages."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from flask import g, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from registry.i18n import N_, _
from registry.permissions import PUBLIC, STAFF, Actor, Permission, can
from registry.queries.accounts.inbox import head_of
from registry.terms import Role
from registry.views.web.runtime import runtime, session

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("核查与评审"), ("inspections.inspections", "panels.panel_list")),
    (N_("通知与公示"), ("calls_admin.calls", "notice_desk.notices", "publications.publications")),
    (N_("登记维护"), ("upkeep.search", "changes.queue", "report_desk.queue", "imports.imports", "team.memberships")),
)
"""Entries that share one place in the header, so that it keeps to one row; what stands in no group stands alone.
A group of which a person may open one page only is that page's own entry."""


@dataclass(frozen=True)
class Place:
    """One place in the header: an entry, or a group with its entries (label, endpoint, whether it is here)."""

    label: str
    endpoint: str
    is_here: bool
    inside: tuple[tuple[str, str, bool], ...] = ()


@dataclass(frozen=True)
class Office:
    """What the header says about who is signed in; `mail` is the address that is written to, if mail is sent;
    `waits`: the account may not act yet, `is_new`: it was made by the request before."""

    name: str
    mail: str
    desk: str
    unread: int
    is_staff: bool
    inspects: bool
    waits: bool
    is_new: bool


def signed_in() -> Actor | None:
    """Who is signed in on this page; None on pages that are the same for everybody."""
    if g.get("permission") in (Permission.PUBLIC_READ, Permission.HEALTH_READ):
        return None
    who: Actor = g.get("actor", PUBLIC)
    return who if who.role is not None else None


def office() -> Office | None:
    """The header of a signed-in page (one query)."""
    who = signed_in()
    if who is None:
        return None
    name, email, unread = "", "", 0
    if not g.get("is_outage"):
        # The page that reports a broken database must not fail on it a second time.
        with suppress(SQLAlchemyError), session().no_autoflush:
            name, email, unread = head_of(session(), who.id or 0)
    desk = _("专家评审") if who.role is Role.EXPERT else _("审核工作台")
    mail = email if runtime().settings.mail_url else ""
    return Office(
        name=name,
        mail=mail,
        desk=desk,
        unread=unread,
        is_staff=who.role in STAFF,
        inspects=can(who, Permission.INSPECT).allowed,
        waits=bool(who.limited),
        is_new=request.args.get("registered") == "1",
    )


def entries(who: Actor) -> list[tuple[str, str, bool]]:
    """(label, endpoint, whether it is here) of the pages this person may open."""
    wanted = (
        (_("申报首页"), "enterprise.dashboard", Permission.APPLICATION_OWN),
        (_("企业与成员"), "team.team", Permission.TEAM_MANAGE),
        (_("申报通知"), "calls.calls", Permission.APPLICATION_OWN),
        (_("今天要办"), "today.today", Permission.REVIEW),
        (_("待办"), "review.queue", Permission.REVIEW),
        (_("现场核查"), "inspections.inspections", Permission.INSPECT),
        (_("通知管理"), "calls_admin.calls", Permission.CALL_MANAGE),
        (_("专家评审"), "panels.panel_list", Permission.PANEL_READ),
        (_("我的评审"), "expert.assignments", Permission.EXPERT_SCORE),
        (_("评审说明"), "expert.guide", Permission.EXPERT_SCORE),
        (_("公示"), "notice_desk.notices", Permission.NOTICE_READ),
        (_("认定文件"), "publications.publications", Permission.PUBLICATION_READ),
        (_("名单导入"), "imports.imports", Permission.LIST_IMPORT),
        (_("登记维护"), "upkeep.search", Permission.CHANGE_REVIEW),
        (_("变更与更正"), "changes.queue", Permission.CHANGE_REVIEW),
        (_("纠错"), "report_desk.queue", Permission.REPORT_ANSWER),
        (_("变更申请"), "own_changes.changes", Permission.CHANGE_OWN),
        (_("成员审批"), "team.memberships", Permission.MEMBERSHIP_APPROVE),
        (_("账户管理"), "admin.accounts", Permission.ACCOUNT_MANAGE),
        (_("代码表"), "lists.overview", Permission.REFERENCE_MANAGE),
        (_("维护通知"), "maintenance.notices", Permission.REFERENCE_MANAGE),
        (_("操作记录"), "admin.audit", Permission.AUDIT_READ),
    )
    found = []
    for label, endpoint, permission in wanted:
        if can(who, permission).allowed:
            found.append((label, endpoint, url_for(endpoint, lang=None).removeprefix(request.script_root)))
    # The page belongs to the entry with the longest address above it: /enterprise/team is not /enterprise.
    above = [path for _label, _endpoint, path in found if f"{request.path}/".startswith(f"{path}/")]
    here = max(above, key=len, default="")
    return [(label, endpoint, path == here) for label, endpoint, path in found]


def places(who: Actor) -> list[Place]:
    """The entries as the header shows them: a group stands where its first entry would, and leads to it."""
    found = entries(who)
    inside = {
        label: tuple(entry for endpoint in endpoints for entry in found if entry[1] == endpoint)
        for label, endpoints in GROUPS
    }
    group_of = {entry[1]: label for label, several in inside.items() if len(several) > 1 for entry in several}
    made: dict[str, Place] = {}
    for label, endpoint, is_here in found:
        group = group_of.get(endpoint)
        if group is None:
            made[endpoint] = Place(label, endpoint, is_here)
        elif group not in made:
            several = inside[group]
            made[group] = Place(_(group), several[0][1], any(here for _label, _endpoint, here in several), several)
    return list(made.values())
