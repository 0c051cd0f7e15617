"""What a request's page needs beyond its row: the present values, and what whoever decides should look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from registry.changes import OPEN_STATES, ChangeKind, ChangeState
from registry.models import ChangeJournal, ChangeRequest, Document, Enterprise, Project
from registry.services.titles.kinds import EFFECTS
from registry.services.titles.requests import current, fingerprint
from registry.services.titles.subjects import Subject, of
from registry.wording import Message


@dataclass(frozen=True)
class Present:
    """The record as it is now about the fields of a request; `seen` is what a step carries back."""

    values: dict[str, Any]
    seen: str
    doubts: list[Message]


def present(session: Session, request_id: int, *, today: date) -> Present:
    """The present values of an open request; of one that is over those it replaced."""
    request = session.get_one(ChangeRequest, request_id)
    if ChangeState(request.state) not in OPEN_STATES:
        return Present(request.before, "", [])
    values = current(session, request)
    doubts = EFFECTS[ChangeKind(request.kind)].doubts(
        session, of(session, request), request.wanted, request.effective_on or today, today
    )
    return Present(values, fingerprint(values), doubts)


def may_undo(session: Session, request_id: int) -> bool:
    """Whether what a change did is kept, so that it may be undone; whether it still can is asked when it is tried."""
    return session.get(ChangeJournal, request_id) is not None


def values_of(
    session: Session,
    kind: ChangeKind,
    *,
    project_id: int | None = None,
    enterprise_id: int | None = None,
    document_id: int | None = None,
) -> dict[str, Any]:
    """What stands in the controls of a new request: the present values, where the kind needs no choice first."""
    if document_id is not None:
        return EFFECTS[kind].current(session, Subject(document=session.get(Document, document_id)), {})
    project = session.get(Project, project_id) if project_id is not None else None
    enterprise = session.get(Enterprise, enterprise_id) if enterprise_id is not None else None
    if project is None and enterprise is None:
        return {}
    return EFFECTS[kind].current(session, Subject(enterprise, project, None), {})
