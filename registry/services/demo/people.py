"""Accounts and enterprises of the demo's casework."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.db import city_of
from registry.models import Account, Enterprise
from registry.permissions import Actor
from registry.terms import AccountStanding, ApplicationStatus, Role

"""A domain that cannot exist (RFC 6761), so that no message ever leaves for it."""
_STATES: tuple[tuple[ApplicationStatus, int], ...] = (
    (ApplicationStatus.SUBMITTED, 14),
    (ApplicationStatus.RETURNED, 4),
    (ApplicationStatus.RECOMMENDED, 6),
    (ApplicationStatus.CHECKING, 4),
    (ApplicationStatus.PROPOSED, 3),
    (ApplicationStatus.NOT_RECOMMENDED, 1),
    (ApplicationStatus.REJECTED, 1),
    (ApplicationStatus.WITHDRAWN, 1),
    (ApplicationStatus.DRAFT, 3),
)
MAIL = "demo.invalid"


def demo_actor(account: Account) -> Actor:
    """The actor that an account stands for."""
    return Actor(
        id=account.id,
        role=Role(account.role),
        enterprise_id=account.enterprise_id,
        unit=account.unit_code,
        is_owner=account.is_owner,
    )


def add_account(
    session: Session,
    now: datetime,
    *,
    email: str,
    name: str,
    role: Role,
    unit: str | None = None,
    enterprise: Enterprise | None = None,
    is_owner: bool = False,
) -> Account:
    """A demo account that may act; it has no password until somebody sets one."""
    address = f"{email}@{MAIL}"
    account = Account(
        email=address,
        email_key=address,
        name=name,
        role=role.value,
        standing=AccountStanding.ACTIVE.value,
        unit_code=unit,
        enterprise_id=enterprise.id if enterprise else None,
        is_owner=is_owner,
        is_demo=True,
        created_at=now,
    )
    session.add(account)
    session.flush()
    return account


def make_staff(session: Session, now: datetime) -> dict[Role | str, Actor]:
    """One account of each role, one district reviewer of each unit; by role and by unit code."""
    found: dict[Role | str, Actor] = {}
    for role, email in (
        (Role.MUNICIPAL_REVIEWER, "shiju"),
        (Role.PUBLISHER, "fabu"),
        (Role.EXPERT, "zhuanjia"),
        (Role.ADMINISTRATOR, "guanli"),
        (Role.AUDITOR, "shenji"),
    ):
        found[role] = demo_actor(add_account(session, now, email=email, name=f"演示{role.zh}", role=role))
    for unit in city_of(session).units:
        name = f"演示审核员（{unit.name}）"
        account = add_account(
            session, now, email=unit.code.lower(), name=name, role=Role.DISTRICT_REVIEWER, unit=unit.code
        )
        found[unit.code] = demo_actor(account)
    return found


def applicants(session: Session, count: int, *, after: int = 0) -> list[Enterprise]:
    """Demo enterprises with a code, those of the 2020 batch last, since they hold the title already."""
    return list(
        session.scalars(
            select(Enterprise)
            .where(Enterprise.is_demo, Enterprise.uscc.is_not(None))
            .order_by(Enterprise.id.desc())
            .limit(count)
            .offset(after)
        )
    )
