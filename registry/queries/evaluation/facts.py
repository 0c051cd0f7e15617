"""What the draw follows from: experts of the pool, what stands between them and an enterprise, what they carry."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from registry.evaluation.drawing import Candidate, Case
from registry.evaluation.terms import AssignmentState, PanelState
from registry.models import (
    Account,
    Application,
    Assignment,
    Enterprise,
    EnterpriseName,
    Expert,
    ExpertConflict,
    FormerCode,
    Industry,
    Panel,
)
from registry.terms import AccountStanding, Role

ACTIVE = (AssignmentState.ASSIGNED.value, AssignmentState.SUBMITTED.value)
"""States in which an expert carries an application."""


def sectors(session: Session) -> dict[str, str]:
    """Sector by industry."""
    return {row.code: row.sector for row in session.execute(select(Industry.code, Industry.sector))}


def candidates(session: Session) -> list[Candidate]:
    """Experts who can be drawn: in the pool, active there, with an account that may act."""
    sector_of = sectors(session)
    statement = (
        select(Expert)
        .join(Account, Account.id == Expert.account_id)
        .where(
            Expert.active,
            Account.role == Role.EXPERT.value,
            Account.standing == AccountStanding.ACTIVE.value,
        )
        .options(selectinload(Expert.fields))
        .order_by(Expert.account_id)
    )
    return [candidate_of(expert, sector_of) for expert in session.scalars(statement)]


def candidate_of(expert: Expert, sector_of: dict[str, str]) -> Candidate:
    """An expert as the draw sees one."""
    industries = frozenset(field.industry_code for field in expert.fields)
    return Candidate(
        id=expert.account_id,
        employer=expert.employer_key,
        uscc=expert.employer_uscc,
        industries=industries,
        sectors=frozenset(sector_of[code] for code in industries),
    )


def cases(session: Session, applications: Iterable[Application]) -> dict[int, Case]:
    """Applications as the draw sees them, by id (four queries, however many there are)."""
    wanted = list(applications)
    held = {application.enterprise_id for application in wanted}
    enterprises = {row.id: row for row in session.scalars(select(Enterprise).where(Enterprise.id.in_(held)))}
    names: dict[int, set[str]] = {row.id: {row.name_key} for row in enterprises.values()}
    codes: dict[int, set[str]] = {row.id: {row.uscc} if row.uscc else set() for row in enterprises.values()}
    for name in session.scalars(select(EnterpriseName).where(EnterpriseName.enterprise_id.in_(held))):
        names[name.enterprise_id].add(name.name_key)
    for code in session.scalars(select(FormerCode).where(FormerCode.enterprise_id.in_(held))):
        codes[code.enterprise_id].add(code.uscc)
    barred: dict[int, set[int]] = {}
    for row in session.scalars(select(ExpertConflict).where(ExpertConflict.enterprise_id.in_(held))):
        barred.setdefault(row.enterprise_id, set()).add(row.expert_id)
    sector_of = sectors(session)
    return {
        application.id: Case(
            number=application.number or "",
            names=frozenset(names[application.enterprise_id]),
            codes=frozenset(codes[application.enterprise_id]),
            industry=application.industry_code or "",
            sector=sector_of.get(application.industry_code or "", ""),
            conflicts=frozenset(barred.get(application.enterprise_id, ())),
        )
        for application in wanted
    }


def loads(session: Session) -> dict[int, int]:
    """Applications that experts carry in panels that are not closed, by expert."""
    rows = session.execute(
        select(Assignment.expert_id, func.count())
        .join(Panel, Panel.id == Assignment.panel_id)
        .where(Assignment.state.in_(ACTIVE), Panel.state != PanelState.CLOSED.value)
        .group_by(Assignment.expert_id)
    )
    return {expert: count for expert, count in rows}  # noqa: C416


def assignments_of(session: Session, panel_id: int) -> list[Assignment]:
    """Everything that was ever assigned in a panel, by application and the order in which it came."""
    statement = (
        select(Assignment)
        .where(Assignment.panel_id == panel_id)
        .options(joinedload(Assignment.expert).joinedload(Expert.account))
        .order_by(Assignment.application_id, Assignment.id)
    )
    return list(session.scalars(statement))
