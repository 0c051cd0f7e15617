"""Rows that the tests of calls stand on."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from registry.models import Application, Call, Document, Enterprise, Project, Recognition
from registry.names import name_key
from registry.permissions import Actor
from registry.services.calls import managing
from registry.terms import BEIJING, CallState, Role
from tests import people

NOW = datetime(2026, 5, 20, 9, 30, tzinfo=BEIJING)
OPENS = datetime(2026, 5, 1, 9, tzinfo=BEIJING)
CLOSES = datetime(2026, 5, 31, 17, tzinfo=BEIJING)
CATEGORY = "mun_demo_smart_workshop"


def officer(session: Session, role: Role = Role.MUNICIPAL_REVIEWER) -> Actor:
    """A staff account that may act."""
    unit = "TNQ" if role == Role.DISTRICT_REVIEWER else None
    return people.actor_of(people.staff(session, role, unit))


def text(**changes: Any) -> managing.CallText:
    """What an officer types about a call."""
    given: dict[str, Any] = {
        "category": CATEGORY,
        "year": 2026,
        "title": "关于组织申报 2026 年市级示范智能车间的通知",
        "document_number": "常工信〔2026〕12号",
        "opens_at": OPENS,
        "closes_at": CLOSES,
    }
    return managing.CallText(**(given | changes))


def published(session: Session, actor: Actor, **changes: Any) -> Call:
    """A published call."""
    rules = changes.pop("rules", None)
    call = managing.create_call(session, actor, text(**changes), now=NOW, rules=rules)
    # Not by the command, so that calls which closed long ago can be made too.
    call.state = CallState.PUBLISHED.value
    session.flush()
    return call


def enterprise(session: Session, name: str = "演示明远精密传动有限公司", uscc: str | None = None) -> Enterprise:
    """An enterprise without anything."""
    made = Enterprise(
        name=name, name_key=name_key(name), uscc=uscc, verified=False, is_demo=True, created_at=NOW, updated_at=NOW
    )
    session.add(made)
    session.flush()
    return made


def title(
    session: Session,
    holder: Enterprise,
    project: str,
    category: str = CATEGORY,
    revoked_on: date | None = None,
    expired_on: date | None = None,
) -> Project:
    """A project of an enterprise with a title."""
    serial = session.query(Project).count() + 1
    document = Document(
        number=f"常工信〔2021〕{serial}号",
        number_key=f"常工信〔2021〕{serial}号",
        kind="recognition",
        announced_on=date(2021, 3, 1),
        created_at=NOW,
    )
    made = Project(
        code=f"CZ-{serial:06}",
        type="workshop",
        name=project,
        name_key=name_key(project),
        enterprise_id=holder.id,
        unit_code="TNQ",
        division_code="320402",
        is_demo=True,
        created_at=NOW,
        updated_at=NOW,
    )
    session.add_all([document, made])
    session.flush()
    ended = revoked_on or expired_on
    session.add(
        Recognition(
            project_id=made.id,
            category_code=category,
            year=2021,
            document_id=document.id,
            announced_on=date(2021, 3, 1),
            name_awarded=project,
            status="revoked" if revoked_on else "expired" if expired_on else "valid",
            ended_on=ended,
            ending_document_id=document.id if revoked_on else None,
            created_at=NOW,
        )
    )
    session.flush()
    return made


def application(session: Session, call: Call, holder: Enterprise, status: str = "submitted") -> Application:
    """An application of an enterprise in a call."""
    member = people.make_account(session, Role.ENTERPRISE, enterprise=holder)
    serial = session.query(Application).count() + 1
    final = status in ("recognised", "forwarded", "not_recommended", "rejected", "withdrawn")
    made = Application(
        number=None if status == "draft" else f"SB-2026-{serial:04}",
        call_id=call.id,
        call_form_id=call.form.id,
        enterprise_id=holder.id,
        unit_code="TNQ",
        status=status,
        return_to="submitted" if status == "returned" else None,
        step_since=NOW,
        answers={},
        created_by=member.id,
        decided_by=member.id if final else None,
        decided_at=NOW if final else None,
        created_at=NOW,
        updated_at=NOW,
    )
    session.add(made)
    session.flush()
    return made


def later(**parts: int) -> datetime:
    """A moment after NOW."""
    return NOW + timedelta(**parts)
