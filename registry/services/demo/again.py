"""A re-evaluation of the demo whose outcomes are on public notice: one excellent, one passed, one failed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form import Rules
from registry.db import city_of
from registry.models import Account, Call, CallSubject, Enterprise, Project
from registry.permissions import Actor
from registry.purposes import CallPurpose, Outcome
from registry.services.calls import managing
from registry.services.demo.casework import Case
from registry.services.demo.notices import CONTACT, put_on_notice
from registry.services.demo.stock import Stock
from registry.services.notices.preparing import NoticeText
from registry.services.review.needs import StepInput
from registry.terms import Role

OUTCOMES = (Outcome.EXCELLENT, Outcome.PASS, Outcome.FAIL)


def rules_of(session: Session, text: managing.CallText) -> Rules | None:
    """The usual rules of a later call; the outcomes of a re-evaluation are put on notice."""
    if text.purpose is not CallPurpose.RE_EVALUATION:
        return None
    return replace(managing.usual_rules(session, text.category, text.purpose), notice_days=5)


def load_again(session: Session, stock: Stock, staff: dict[Role | str, Actor], call: Call, *, now: datetime) -> None:
    """Bring three of those who are asked to an outcome, and open the notice of these."""
    random = Random(stock.seed + 2)  # noqa: S311  (repeatable)
    found = _asked(session, call)
    if len(found) < len(OUTCOMES):
        # A small stock has nobody left whose title is old enough.
        return
    applications = []
    for outcome, (project, enterprise) in zip(OUTCOMES, found, strict=False):
        at = now - timedelta(days=6)
        case = Case(session, stock, random, call, enterprise, staff, now=at, project=project)
        case.come_to(
            StepInput(outcome=outcome.value, reason="关键设备已停用（演示）。" if outcome is Outcome.FAIL else "")
        )
        applications.append(case.application)
    text = NoticeText(
        title=f"{call.year}年{call.category.name}复核结论公示（演示）",
        organ=city_of(session).facts.owner,
        contact=CONTACT,
    )
    put_on_notice(session, staff, call, text, applications, now - timedelta(days=1), 1)


def _asked(session: Session, call: Call) -> list[tuple[Project, Enterprise]]:
    """Projects that are asked for, of enterprises for whom nobody acts yet, one project each."""
    rows = session.execute(
        select(Project, Enterprise)
        .join(CallSubject, CallSubject.project_id == Project.id)
        .join(Enterprise, Enterprise.id == Project.enterprise_id)
        .where(
            CallSubject.call_id == call.id,
            Enterprise.uscc.is_not(None),
            Enterprise.id.not_in(select(Account.enterprise_id).where(Account.enterprise_id.is_not(None))),
        )
        .order_by(CallSubject.project_id)
    )
    found: dict[int, tuple[Project, Enterprise]] = {}
    for project, enterprise in rows.all():
        found.setdefault(enterprise.id, (project, enterprise))
    return list(found.values())
