"""Later forms for tests: yearly reports and re-evaluations, brought about by the commands that people use."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form import Rules
from registry.models import Account, Application, Call, CallSubject
from registry.permissions import Actor
from registry.purposes import CallPurpose
from registry.queries.applications.access import form_for
from registry.services.applications import drafts
from registry.services.calls import managing
from registry.services.review import steps
from registry.services.review.needs import StepInput
from registry.terms import Action, Role
from tests import people
from tests.applicants import CATEGORY, complete_answers, rules_without_files
from tests.titles.makers import Holders

AGAIN = datetime(2028, 3, 1, 2, 0, tzinfo=UTC)
"""Ten in the morning in Beijing, two years after the titles of `holders`, inside the window of `later_call`."""
CLOSED = AGAIN + timedelta(days=61)
"""The day after the deadline of `later_call`."""


def later_call(session: Session, purpose: CallPurpose, *, rules: Rules | None = None, **text: Any) -> Call:
    """A published call of a purpose that asks the titles of 2026, open for two months from `AGAIN`."""
    city = people.actor_of(people.staff(session, Role.MUNICIPAL_REVIEWER))
    given: dict[str, Any] = {
        "category": CATEGORY,
        "year": 2027 if purpose is CallPurpose.YEARLY else 2028,
        "title": f"关于开展{purpose.zh}的通知（演示）",
        "document_number": "演示〔2028〕3号",
        "opens_at": AGAIN - timedelta(days=1),
        "closes_at": AGAIN + timedelta(days=60),
        "purpose": purpose,
    }
    wanted = managing.CallText(**(given | text))
    call = managing.create_call(session, city, wanted, now=AGAIN - timedelta(days=2), rules=rules)
    return managing.publish_call(session, city, call.id, seen_version=call.version, now=AGAIN - timedelta(days=2))


def second_member(session: Session, owner: Actor) -> Actor:
    """Somebody else of the same enterprise, who confirms."""
    found = session.scalars(
        select(Account).where(Account.enterprise_id == owner.enterprise_id, Account.id != owner.id).order_by(Account.id)
    ).first()
    assert found is not None
    return people.actor_of(found)


def sent(session: Session, call: Call, made: Holders, place: int = 0, **changes: str) -> Application:
    """The form of one of the holders, filled in, confirmed and submitted."""
    owner = made.owners[place]
    application = drafts.begin(session, owner, call.id, project_id=made.projects[place].id, now=AGAIN)
    typed = complete_answers(form_for(application).rules, **({"baseline_year": "2023"} | changes))
    if call.purpose == CallPurpose.RE_EVALUATION:
        typed |= {"report_year": "2027"}
    application = drafts.save_answers(
        session, owner, application.id, typed, seen_version=application.version, now=AGAIN
    )
    checker = second_member(session, owner)
    drafts.confirm(session, checker, application.id, seen_version=application.version, now=AGAIN)
    return take(session, application, owner, Action.SUBMIT)


def take(
    session: Session, application: Application, actor: Actor, action: Action, given: StepInput | None = None
) -> Application:
    """One step at the version that stands."""
    return steps.perform(
        session, actor, application.id, action, seen_version=application.version, given=given, now=AGAIN
    )


def subject_at(session: Session, call: Call, made: Holders, place: int = 0) -> CallSubject:
    """The row of one of the holders."""
    statement = select(CallSubject).where(
        CallSubject.call_id == call.id, CallSubject.project_id == made.projects[place].id
    )
    return session.scalars(statement).one()


def proposed_again(
    session: Session, call: Call, made: Holders, place: int, outcome: str, *, reason: str = "", **changes: str
) -> Application:
    """A re-evaluation with its outcome."""
    application = sent(session, call, made, place, **changes)
    sheet = {item.code: "yes" for item in form_for(application).rules.criteria}
    take(session, application, made.district, Action.RECOMMEND, StepInput(criteria=sheet))
    take(session, application, made.city, Action.ACCEPT)
    return take(session, application, made.city, Action.PROPOSE, StepInput(outcome=outcome, reason=reason))


def again_with_notice(session: Session) -> Call:
    """A re-evaluation whose outcomes are put on notice for five working days."""
    return later_call(session, CallPurpose.RE_EVALUATION, rules=rules_without_files(notice_days=5))
