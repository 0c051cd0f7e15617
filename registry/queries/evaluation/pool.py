"""The pool of experts as its page lists it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from registry.models import Account, Expert
from registry.queries.evaluation.facts import loads
from registry.queries.evaluation.own import conflicts_of
from registry.terms import AccountStanding, Role


@dataclass(frozen=True, kw_only=True)
class PoolRow:
    """One expert; an account that nobody entered into the pool yet has no employer. `load`: open applications."""

    id: int
    name: str
    email: str
    standing: AccountStanding
    employer: str
    title: str
    languages: str
    employer_uscc: str
    industries: tuple[str, ...]
    is_active: bool
    is_entered: bool
    conflicts: int
    load: int
    version: int


@dataclass(frozen=True, kw_only=True)
class ConflictRow:
    """One enterprise that an expert must not judge."""

    enterprise_id: int
    enterprise: str
    source: str
    reason: str
    at: datetime


def pool_rows(session: Session) -> list[PoolRow]:
    """All accounts of the role, those in the pool and active first."""
    accounts = session.scalars(select(Account).where(Account.role == Role.EXPERT.value).order_by(Account.id)).all()
    experts = {
        row.account_id: row
        for row in session.scalars(select(Expert).options(selectinload(Expert.fields), selectinload(Expert.conflicts)))
    }
    carried = loads(session)
    rows = [_row(account, experts.get(account.id), carried.get(account.id, 0)) for account in accounts]
    return sorted(rows, key=lambda row: (not row.is_active, not row.is_entered, row.id))


def by_industry(rows: list[PoolRow]) -> dict[str, int]:
    """How many active experts know each industry."""
    return Counter(code for row in rows if row.is_active for code in row.industries)


def conflict_rows(session: Session, expert_id: int) -> list[ConflictRow]:
    """The conflicts of one expert."""
    return [
        ConflictRow(
            enterprise_id=row.enterprise_id,
            enterprise=row.enterprise.name,
            source=row.source,
            reason=row.reason,
            at=row.noted_at,
        )
        for row in conflicts_of(session, expert_id)
    ]


def _row(account: Account, expert: Expert | None, load: int) -> PoolRow:
    return PoolRow(
        id=account.id,
        name=account.name,
        email=account.email,
        standing=AccountStanding(account.standing),
        employer=expert.employer if expert else "",
        title=expert.title if expert else "",
        languages=expert.languages if expert else "",
        employer_uscc=expert.employer_uscc if expert else "",
        industries=tuple(field.industry_code for field in expert.fields) if expert else (),
        is_active=bool(expert and expert.active and account.standing == AccountStanding.ACTIVE),
        is_entered=expert is not None,
        conflicts=len(expert.conflicts) if expert else 0,
        load=load,
        version=expert.version if expert else 0,
    )
