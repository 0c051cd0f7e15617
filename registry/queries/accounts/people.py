"""Accounts as administrators, owners and their holders read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from registry import wording
from registry.errors import NotFound
from registry.models import Account, Application, Enterprise, Event, LoginSession, Message, SavedFilter
from registry.names import fold, name_key
from registry.queries.record.called import called
from registry.terms import AccountStanding, Digest, Role
from registry.values.row_ids import LARGEST_ID

PER_PAGE = 50
MOST_ROWS = 10_000
"""A person's own download holds at most so many rows of each kind."""


@dataclass(frozen=True)
class AccountRow:
    """An account with the name of its enterprise."""

    id: int
    email: str
    name: str
    role: Role
    unit: str | None
    enterprise_id: int | None
    enterprise: str
    enterprise_uscc: str | None
    claimed_uscc: str | None
    claimed_name: str
    is_owner: bool
    may_see_objectors: bool
    standing: AccountStanding
    has_second_factor: bool
    has_password: bool
    language: str
    digest: Digest
    created_at: datetime
    version: int


@dataclass(frozen=True)
class AccountFilters:
    """What the list of accounts shows; empty is everything."""

    q: str = ""
    role: str = ""
    unit: str = ""
    standing: str = ""
    page: int = 1


@dataclass(frozen=True)
class AccountPage:
    """One page of the list."""

    rows: list[AccountRow]
    total: int
    number: int

    @property
    def pages(self) -> int:
        """Number of pages, at least 1."""
        return max(1, -(-self.total // PER_PAGE))


@dataclass(frozen=True)
class SessionRow:
    """A browser that is signed in."""

    created_at: datetime
    used_at: datetime
    expires_at: datetime
    is_this: bool


def _select() -> Any:
    return select(Account, Enterprise.name, Enterprise.uscc).outerjoin(
        Enterprise, Enterprise.id == Account.enterprise_id
    )


def _row(found: Any) -> AccountRow:
    account, enterprise, uscc = found
    return AccountRow(
        id=account.id,
        email=account.email,
        name=account.name,
        role=Role(account.role),
        unit=account.unit_code,
        enterprise_id=account.enterprise_id,
        enterprise=enterprise or "",
        enterprise_uscc=uscc,
        claimed_uscc=account.claimed_uscc,
        claimed_name=account.claimed_name,
        is_owner=account.is_owner,
        may_see_objectors=account.may_see_objectors,
        standing=AccountStanding(account.standing),
        has_second_factor=account.totp_secret is not None,
        has_password=account.password_hash is not None,
        language=account.language,
        digest=Digest(account.digest),
        created_at=account.created_at,
        version=account.version,
    )


def account_row(session: Session, account_id: int) -> AccountRow:
    """One account; NotFound when there is none."""
    found = (
        None if account_id > LARGEST_ID else session.execute(_select().where(Account.id == account_id)).one_or_none()
    )
    if found is None:
        raise NotFound(wording.Message("没有这个账户。"))
    return _row(found)


def list_accounts(session: Session, filters: AccountFilters) -> AccountPage:
    """Accounts by role and mail address, two queries whatever their number."""
    wanted = and_(True, *_conditions(filters))
    total = session.scalar(
        select(func.count())
        .select_from(Account)
        .outerjoin(Enterprise, Enterprise.id == Account.enterprise_id)
        .where(wanted)
    )
    rows = session.execute(
        _select()
        .where(wanted)
        .order_by(Account.role, Account.email_key, Account.id)
        .limit(PER_PAGE)
        .offset((filters.page - 1) * PER_PAGE)
    )
    return AccountPage([_row(row) for row in rows], total or 0, filters.page)


def vacant_posts(session: Session, units: Iterable[str]) -> list[tuple[Role, str | None]]:
    """Desks at which nobody can sign in, so that what is sent to them waits unseen: role and unit (one query)."""
    held = session.execute(
        select(Account.role, Account.unit_code).where(Account.standing == AccountStanding.ACTIVE.value).distinct()
    )
    filled = {(Role(role), unit) for role, unit in held}
    posts = [
        *((Role.DISTRICT_REVIEWER, unit) for unit in units),
        (Role.MUNICIPAL_REVIEWER, None),
        (Role.PUBLISHER, None),
    ]
    return [post for post in posts if post not in filled]


def _conditions(filters: AccountFilters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for column, value in (
        (Account.role, filters.role),
        (Account.unit_code, filters.unit),
        (Account.standing, filters.standing),
    ):
        if value:
            found.append(column == value)
    for term in fold(filters.q).split():
        found.append(
            or_(
                Account.email_key.contains(term, autoescape=True),
                func.lower(Account.name).contains(term, autoescape=True),
                called(term),
            )
        )
    return found


def team(session: Session, enterprise_id: int) -> list[AccountRow]:
    """The people of an enterprise: who waits first, then owners, then members."""
    rows = session.execute(_select().where(Account.enterprise_id == enterprise_id).order_by(Account.id))
    order = {AccountStanding.PENDING: 0, AccountStanding.ACTIVE: 1, AccountStanding.INVITED: 2}
    return sorted((_row(row) for row in rows), key=lambda row: (order.get(row.standing, 3), not row.is_owner, row.id))


def waiting_members(session: Session, *, limit: int = 200) -> list[AccountRow]:
    """Everybody who waits to join an enterprise, the longest first."""
    waiting = _select().where(Account.standing == AccountStanding.PENDING.value)
    return [_row(row) for row in session.execute(waiting.order_by(Account.id).limit(limit))]


def namesakes(session: Session, rows: list[AccountRow]) -> dict[int, list[tuple[int, str]]]:
    """Account → (id, code) of other enterprises on record that are called like the one it waits for."""
    keys = {row.id: name_key(row.enterprise) for row in rows}
    called_so: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for key, enterprise_id, uscc in session.execute(
        select(Enterprise.name_key, Enterprise.id, Enterprise.uscc)
        .where(Enterprise.name_key.in_(set(keys.values())), Enterprise.merged_into_id.is_(None))
        .order_by(Enterprise.id)
    ):
        called_so[key].append((enterprise_id, uscc or ""))
    return {row.id: [each for each in called_so[keys[row.id]] if each[0] != row.enterprise_id] for row in rows}


def members_of(session: Session, text: str, *, limit: int = 100) -> list[AccountRow]:
    """The people of enterprises that a code or a part of a name means, owners first; for the bureau."""
    order = (Enterprise.name_key, Enterprise.id, Account.is_owner.desc(), Account.id)
    return [_row(row) for row in session.execute(_select().where(called(text)).order_by(*order).limit(limit))]


def own_sessions(session: Session, account_id: int, this_hash: str, *, now: datetime) -> list[SessionRow]:
    """The browsers in which an account is signed in, last used first; `this_hash` is that of the browser asking."""
    rows = session.scalars(
        select(LoginSession)
        .where(LoginSession.account_id == account_id, LoginSession.expires_at > now)
        .order_by(LoginSession.used_at.desc(), LoginSession.token_hash)
    )
    return [SessionRow(row.created_at, row.used_at, row.expires_at, row.token_hash == this_hash) for row in rows]


def own_data(session: Session, account_id: int) -> dict[str, Any]:
    """All that is stored about a person under this account, for the download of one's own data."""
    row = account_row(session, account_id)
    messages = session.scalars(
        select(Message).where(Message.account_id == account_id).order_by(Message.id).limit(MOST_ROWS)
    )
    sessions = session.scalars(select(LoginSession).where(LoginSession.account_id == account_id))
    applications = session.scalars(
        select(Application).where(Application.created_by == account_id).order_by(Application.id).limit(MOST_ROWS)
    )
    events = session.scalars(
        select(Event)
        .where(or_(Event.actor_id == account_id, and_(Event.subject_type == "account", Event.subject_id == account_id)))
        .order_by(Event.id)
        .limit(MOST_ROWS)
    )
    return {
        "account": {
            "id": row.id,
            "email": row.email,
            "name": row.name,
            "role": row.role.value,
            "unit": row.unit,
            "enterprise": row.enterprise or None,
            "enterprise_uscc": row.enterprise_uscc,
            "is_owner": row.is_owner,
            "standing": row.standing.value,
            "second_factor": row.has_second_factor,
            "digest": row.digest.value,
            "created_at": row.created_at,
        },
        "sessions": [{"created_at": item.created_at, "used_at": item.used_at} for item in sessions],
        "messages": [
            {"subject": item.subject, "body": item.body, "created_at": item.created_at, "read_at": item.read_at}
            for item in messages
        ],
        "applications": [
            {"id": item.id, "number": item.number, "project_name": item.project_name, "answers": item.answers}
            for item in applications
        ],
        "events": [
            {"at": item.at, "action": item.action, "subject": [item.subject_type, item.subject_id]} for item in events
        ],
    }


def uses_keys(session: Session, account_id: int | None) -> bool:
    """Whether keyboard shortcuts work on the pages of this account."""
    return bool(session.scalar(select(Account.uses_keys).where(Account.id == account_id)))


def saved_filters(session: Session, account_id: int | None) -> list[tuple[int, str, str]]:
    """(id, name, query of the address) of the views of the queue that an account keeps, by name."""
    rows = session.execute(
        select(SavedFilter.id, SavedFilter.name, SavedFilter.query)
        .where(SavedFilter.account_id == account_id)
        .order_by(SavedFilter.name)
    )
    return [(row.id, row.name, row.query) for row in rows]
