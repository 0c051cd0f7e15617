"""Whether a rule of a call was waived for an enterprise."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Application, Waiver
from registry.terms import CallRule


def is_waived(session: Session, application: Application, rule: CallRule) -> bool:
    """Whether an officer waived a rule of the call for this enterprise."""
    return (
        session.scalar(
            select(Waiver.id).where(
                Waiver.call_id == application.call_id,
                Waiver.enterprise_id == application.enterprise_id,
                Waiver.rule == rule.value,
            )
        )
        is not None
    )
