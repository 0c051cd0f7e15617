"""What a recognition document may take: proposed applications, or those whose public notice is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from registry.models import Application, Call, Category
from registry.purposes import CallPurpose
from registry.queries.notices.standing import forms_with_notice, standings
from registry.terms import ApplicationStatus, Tier

S = ApplicationStatus


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An application that a document may name, or may name once `hindrance` is gone."""

    application_id: int
    call_id: int
    hindrance: str = ""


def waiting(session: Session, *, today: date, call_id: int | None = None) -> list[Waiting]:
    """All that waits for a document, of one call or of all of them.

    Without a public notice in its rules an application waits as proposed, with one as noticed.
    """
    statement = (
        select(Application.id, Application.call_id, Application.call_form_id, Application.status)
        .join(Call, Call.id == Application.call_id)
        .join(Category, Category.code == Call.category_code)
        .where(
            or_(
                Application.status == S.PROPOSED.value,
                (Application.status == S.NOTICED.value) & (Category.tier == Tier.MUNICIPAL.value),
            ),
            Call.purpose == CallPurpose.TITLE.value,
        )
        .order_by(Application.call_id, Application.id)
    )
    if call_id is not None:
        statement = statement.where(Application.call_id == call_id)
    rows = session.execute(statement).all()
    with_notice = forms_with_notice(session) if rows else set()
    stand = standings(session, [row.id for row in rows if row.status == S.NOTICED])
    found = []
    for row in rows:
        if row.status == S.PROPOSED:
            if row.call_form_id not in with_notice:
                found.append(Waiting(application_id=row.id, call_id=row.call_id))
        elif row.id in stand:
            found.append(Waiting(application_id=row.id, call_id=row.call_id, hindrance=stand[row.id].hindrance(today)))
    return found


def free(session: Session, *, today: date, call_id: int) -> set[int]:
    """The applications of a call that a document may name today."""
    return {each.application_id for each in waiting(session, today=today, call_id=call_id) if not each.hindrance}
