"""Who may do what: pure predicates that explain themselves.

`can(actor, permission, scope) -> Verdict`. A permission is named `resource:action`; pages show the
verdict's reason beside a control that is not available.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from registry.terms import Role


class Permission(StrEnum):
    """Every policy a route may declare."""

    PUBLIC_READ = "public:read"
    HEALTH_READ = "health:read"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts: a signed-in user, the operator at the command line (`system`) or the public."""

    id: int | None = None
    role: Role | None = None
    enterprise_id: int | None = None
    unit: str | None = None
    system: bool = False

    @property
    def role_name(self) -> str:
        """The word written into events: the role, `operator` or `public`."""
        if self.role is not None:
            return self.role.value
        return "operator" if self.system else "public"


PUBLIC = Actor()
OPERATOR = Actor(system=True)


@dataclass(frozen=True)
class Verdict:
    """The answer of a predicate; `reason` is a Chinese sentence when it is no."""

    allowed: bool
    reason: str = ""


def can(actor: Actor, permission: Permission) -> Verdict:
    """Whether `actor` has `permission` at all; scope on records is narrowed by each command."""
    if permission in (Permission.PUBLIC_READ, Permission.HEALTH_READ):
        return Verdict(True)
    return Verdict(False, "没有此项权限。")
