"""Who may do what: pure predicates that explain themselves.

`can(actor, permission) -> Verdict` decides by role; `in_scope(actor, …)` decides whether an
application exists for somebody at all (what is out of scope answers 404 on every surface). A
permission is named `resource:action`; pages show the verdict's reason beside a control that is not
available.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from registry.errors import NotAllowed, NotFound
from registry.terms import ApplicationStatus, Role
from registry.wording import Message


class Permission(StrEnum):
    """Every policy a route may declare."""

    PUBLIC_READ = "public:read"
    HEALTH_READ = "health:read"
    SIGN_IN = "account:sign_in"
    ACCOUNT_OWN = "account:own"
    MESSAGE_OWN = "message:own"
    APPLICATION_OWN = "application:own"
    TEAM_MANAGE = "team:manage"
    MEMBERSHIP_APPROVE = "membership:approve"
    REVIEW = "application:review"
    FILE_READ = "file:read"
    CALL_MANAGE = "call:manage"
    PHOTO_RELEASE = "photo:release"
    PUBLICATION_READ = "publication:read"
    PUBLICATION_PREPARE = "publication:prepare"
    PUBLICATION_CONFIRM = "publication:confirm"
    NOTICE_READ = "notice:read"
    NOTICE_PREPARE = "notice:prepare"
    NOTICE_CONFIRM = "notice:confirm"
    OBJECTION_SEND = "objection:send"
    OBJECTION_HANDLE = "objection:handle"
    OBJECTION_IDENTITY = "objection:identity"
    CALENDAR_MANAGE = "calendar:manage"
    ACCOUNT_MANAGE = "account:manage"
    REFERENCE_MANAGE = "reference:manage"
    AUDIT_READ = "audit:read"
    LIST_IMPORT = "list:import"
    RECORD_CHANGE = "record:change"
    CHANGE_OWN = "change:own"
    CHANGE_REVIEW = "change:review"
    REPORT_SEND = "error_report:send"
    REPORT_ANSWER = "error_report:answer"
    EXPERT_MANAGE = "expert:manage"
    EXPERT_SCORE = "expert:score"
    PANEL_MANAGE = "panel:manage"
    PANEL_READ = "panel:read"
    INSPECT = "inspection:do"
    RELATION_KEEP = "relation:keep"


OPEN_TO_ALL = frozenset(
    (
        Permission.PUBLIC_READ,
        Permission.HEALTH_READ,
        Permission.SIGN_IN,
        Permission.REPORT_SEND,
        Permission.OBJECTION_SEND,
    )
)
STAFF = frozenset(role for role in Role if role is not Role.ENTERPRISE)
REVIEWERS = frozenset((Role.DISTRICT_REVIEWER, Role.MUNICIPAL_REVIEWER, Role.PUBLISHER))

HOLDERS: dict[Permission, frozenset[Role]] = {
    Permission.ACCOUNT_OWN: frozenset(Role),
    Permission.MESSAGE_OWN: frozenset(Role),
    Permission.APPLICATION_OWN: frozenset((Role.ENTERPRISE,)),
    Permission.TEAM_MANAGE: frozenset((Role.ENTERPRISE,)),
    Permission.MEMBERSHIP_APPROVE: frozenset((Role.MUNICIPAL_REVIEWER, Role.ADMINISTRATOR)),
    Permission.REVIEW: REVIEWERS,
    Permission.FILE_READ: REVIEWERS | {Role.ENTERPRISE},
    Permission.CALL_MANAGE: frozenset((Role.MUNICIPAL_REVIEWER, Role.ADMINISTRATOR)),
    Permission.PHOTO_RELEASE: frozenset((Role.MUNICIPAL_REVIEWER, Role.PUBLISHER)),
    Permission.PUBLICATION_READ: frozenset((Role.MUNICIPAL_REVIEWER, Role.PUBLISHER)),
    Permission.PUBLICATION_PREPARE: frozenset((Role.MUNICIPAL_REVIEWER,)),
    Permission.PUBLICATION_CONFIRM: frozenset((Role.PUBLISHER,)),
    Permission.NOTICE_READ: frozenset((Role.MUNICIPAL_REVIEWER, Role.PUBLISHER)),
    Permission.NOTICE_PREPARE: frozenset((Role.MUNICIPAL_REVIEWER,)),
    Permission.NOTICE_CONFIRM: frozenset((Role.PUBLISHER,)),
    Permission.OBJECTION_HANDLE: frozenset((Role.MUNICIPAL_REVIEWER,)),
    Permission.OBJECTION_IDENTITY: frozenset((Role.MUNICIPAL_REVIEWER,)),
    Permission.CALENDAR_MANAGE: frozenset((Role.MUNICIPAL_REVIEWER,)),
    Permission.ACCOUNT_MANAGE: frozenset((Role.ADMINISTRATOR,)),
    Permission.REFERENCE_MANAGE: frozenset((Role.ADMINISTRATOR,)),
    Permission.AUDIT_READ: frozenset((Role.AUDITOR, Role.ADMINISTRATOR)),
    Permission.LIST_IMPORT: frozenset((Role.MUNICIPAL_REVIEWER, Role.PUBLISHER, Role.ADMINISTRATOR)),
    Permission.RECORD_CHANGE: REVIEWERS,
    Permission.CHANGE_OWN: frozenset((Role.ENTERPRISE,)),
    Permission.CHANGE_REVIEW: REVIEWERS,
    Permission.REPORT_ANSWER: frozenset((Role.DISTRICT_REVIEWER, Role.MUNICIPAL_REVIEWER)),
    Permission.EXPERT_MANAGE: frozenset((Role.MUNICIPAL_REVIEWER, Role.ADMINISTRATOR)),
    Permission.EXPERT_SCORE: frozenset((Role.EXPERT,)),
    Permission.PANEL_MANAGE: frozenset((Role.MUNICIPAL_REVIEWER,)),
    Permission.PANEL_READ: frozenset((Role.MUNICIPAL_REVIEWER, Role.PUBLISHER)),
    Permission.INSPECT: frozenset((Role.DISTRICT_REVIEWER, Role.MUNICIPAL_REVIEWER, Role.EXPERT)),
    Permission.RELATION_KEEP: frozenset((Role.DISTRICT_REVIEWER, Role.MUNICIPAL_REVIEWER)),
}
"""Role by role: the documentation's table and the matrix test are read from here."""


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts: a signed-in account, the operator at the command line (`system`) or the public.

    `limited` is the sentence that keeps a signed-in account to its own account pages: membership not
    approved yet, or a second factor that staff must set up first. `may_see_objectors` is given by an administrator.
    """

    id: int | None = None
    role: Role | None = None
    enterprise_id: int | None = None
    unit: str | None = None
    is_owner: bool = False
    may_see_objectors: bool = False
    limited: str = ""
    system: bool = False

    @property
    def role_name(self) -> str:
        """The word written into events: the role, `operator` or `public`."""
        if self.role is not None:
            return self.role.value
        return "operator" if self.system else "public"


OPERATOR_HAS = frozenset(
    (
        Permission.ACCOUNT_MANAGE,
        Permission.LIST_IMPORT,
        Permission.RECORD_CHANGE,
        Permission.CALENDAR_MANAGE,
        Permission.RELATION_KEEP,
    )
)
"""What the operator may do at the command line through the services that officers use."""

PUBLIC = Actor()
OPERATOR = Actor(system=True)


@dataclass(frozen=True)
class Verdict:
    """The answer of a predicate; `reason` is the sentence when it is no."""

    allowed: bool
    reason: str = ""


YES = Verdict(True)


class Scoped(Protocol):
    """What `in_scope` asks of a record: an application."""

    @property
    def enterprise_id(self) -> int:
        """Whose it is."""

    @property
    def unit_code(self) -> str | None:
        """The reporting unit it goes to."""

    @property
    def status(self) -> str:
        """Its state."""


def can(actor: Actor, permission: Permission) -> Verdict:
    """Whether `actor` has `permission` at all; which records it concerns is `in_scope`."""
    if permission in OPEN_TO_ALL:
        return YES
    if actor.system and permission in OPERATOR_HAS:
        return YES
    if actor.role is None:
        return Verdict(False, Message("请先登录。"))
    if actor.limited and permission is not Permission.ACCOUNT_OWN:
        # Messages of staff tell of others; whoever waits to join an enterprise has only what concerns himself.
        own = permission is Permission.MESSAGE_OWN and actor.role not in STAFF
        return YES if own else Verdict(False, actor.limited)
    if actor.role not in HOLDERS[permission]:
        return Verdict(False, Message("%(role)s没有此项权限。", role=actor.role))
    if permission is Permission.TEAM_MANAGE and not actor.is_owner:
        return Verdict(False, Message("只有企业账户的管理员可以批准成员。"))
    if permission is Permission.OBJECTION_IDENTITY and not actor.may_see_objectors:
        return Verdict(False, Message("查看异议人身份须由系统管理员授权。"))
    return YES


def require(actor: Actor, permission: Permission, record: Scoped | None = None) -> None:
    """Raise NotAllowed with the reason without the permission, NotFound for a record out of scope."""
    verdict = can(actor, permission)
    if not verdict.allowed:
        raise NotAllowed(verdict.reason)
    if record is not None and not in_scope(
        actor, enterprise_id=record.enterprise_id, unit=record.unit_code, status=record.status
    ):
        raise NotFound(Message("没有这份申报，或不在您的办理范围内。"))


def in_scope(actor: Actor, *, enterprise_id: int, unit: str | None, status: str) -> bool:
    """Whether an application exists for this actor.

    A draft exists for its enterprise only; a district reviewer sees the own reporting unit, the city
    and the publisher every unit. What was withdrawn before submission stays with its enterprise.
    """
    if actor.role is Role.ENTERPRISE:
        return enterprise_id == actor.enterprise_id and not actor.limited
    if actor.role not in REVIEWERS or actor.limited or status == ApplicationStatus.DRAFT or unit is None:
        return False
    return actor.role is not Role.DISTRICT_REVIEWER or unit == actor.unit
