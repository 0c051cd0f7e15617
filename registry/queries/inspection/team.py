"""Who may be in the team of a visit."""

from __future__ import annotations

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from registry.models import Account
from registry.terms import AccountStanding, Role


def team_choices(session: Session, unit: str | None) -> list[tuple[int, str, Role]]:
    """(id, name, role) of those who may be in the team of a visit in this unit."""
    rows = session.execute(
        select(Account.id, Account.name, Account.role)
        .where(
            Account.standing == AccountStanding.ACTIVE.value,
            or_(
                and_(Account.role == Role.DISTRICT_REVIEWER.value, Account.unit_code == unit),
                and_(Account.role.in_((Role.MUNICIPAL_REVIEWER.value, Role.EXPERT.value)), Account.unit_code.is_(None)),
            ),
        )
        .order_by(Account.role, Account.name, Account.id)
    )
    return [(identifier, name, Role(role)) for identifier, name, role in rows]
