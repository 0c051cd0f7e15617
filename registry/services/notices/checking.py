"""The check of a batch before its public notice: a red item is taken out, or overridden with a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload

from registry.application_form import Rules
from registry.application_form.inspection import VisitState
from registry.evaluation.terms import AssignmentState
from registry.models import Application, Assignment, Enterprise, Inspection, ReportingUnit, Snapshot
from registry.notices import NoticeKind
from registry.queries.evaluation.outcomes import outcome_of
from registry.queries.evaluation.stage import missing_scores
from registry.queries.inspection import standing as inspection
from registry.services.applications.snapshots import latest
from registry.services.calls.eligibility import eligibility
from registry.services.review import prepared
from registry.terms import ApplicationStatus
from registry.wording import Message


@dataclass(frozen=True)
class Doubt:
    """Something to look at; a red one keeps the item out unless somebody says why not."""

    text: str
    is_red: bool = True


@dataclass(frozen=True, kw_only=True)
class Item:
    """One proposed application with its doubts; `other` is the prepared or open notice that it stands in already."""

    application_id: int
    number: str
    name: str
    enterprise: str
    unit: str
    rank: int | None
    doubts: tuple[Doubt, ...]
    other: str = ""

    @property
    def is_red(self) -> bool:
        """Whether it needs a decision."""
        return any(doubt.is_red for doubt in self.doubts)


Check = Callable[[Session, Application, Snapshot, datetime], Iterator[Doubt]]


def _files(session: Session, application: Application, snapshot: Snapshot, now: datetime) -> Iterator[Doubt]:
    sent = Counter(str(item["kind"]) for item in snapshot.files)
    for file in Rules.from_json(application.call_form.rules).files:
        if sent[file.kind.value] < file.at_least:
            yield Doubt(
                Message(
                    "%(kind)s应有 %(n)s 份，现有 %(sent)s 份",
                    kind=file.kind,
                    n=file.at_least,
                    sent=sent[file.kind.value],
                )
            )


def _rules(session: Session, application: Application, snapshot: Snapshot, now: datetime) -> Iterator[Doubt]:
    typed = snapshot.answers.get("established_on", "")
    try:
        established = date.fromisoformat(typed) if typed else None
    except ValueError:
        # Typed in one of the other ways that the form takes; it was checked when it was sent.
        established = None
    for obstacle in eligibility(
        session,
        call=application.call,
        rules=Rules.from_json(application.call_form.rules),
        enterprise_id=application.enterprise_id,
        project_id=application.project_id,
        established_on=established,
        now=now,
        counted_application_id=application.id,
    ):
        if obstacle.waived:
            yield Doubt(Message("已豁免：%(rule)s", rule=obstacle.rule), is_red=False)
        else:
            yield Doubt(obstacle.sentence)


def _sheet(session: Session, application: Application, snapshot: Snapshot, now: datetime) -> Iterator[Doubt]:
    criteria = Rules.from_json(application.call_form.rules).criteria
    refused = [item for item in criteria if application.criteria.get(item.code) == "no"]
    if refused:
        yield Doubt(Message("条件审核为不符合：%(items)s", items=refused))


def _scores(session: Session, application: Application, snapshot: Snapshot, now: datetime) -> Iterator[Doubt]:
    missing = missing_scores(session, application)
    if missing is not None:
        yield Doubt(missing)
    outcome = outcome_of(session, application.id)
    if outcome is not None and outcome.decision is not None:
        yield Doubt(
            Message("组长裁定：%(decision)s（%(reason)s）", decision=outcome.decision, reason=outcome.reason),
            is_red=False,
        )


def _inspection(session: Session, application: Application, snapshot: Snapshot, now: datetime) -> Iterator[Doubt]:
    against = inspection.obstacle(session, application)
    if against:
        yield Doubt(against)


CHECKS: tuple[Check, ...] = (_files, _rules, _sheet, _scores, _inspection)
"""What is looked at for each item, in this order."""


def _scored(session: Session, ids: Sequence[int]) -> bool:
    submitted = exists().where(Assignment.application_id.in_(ids), Assignment.state == AssignmentState.SUBMITTED.value)
    return bool(session.scalar(select(submitted)))


def _inspected(session: Session, ids: Sequence[int]) -> bool:
    signed = exists().where(Inspection.application_id.in_(ids), Inspection.state == VisitState.SIGNED.value)
    return bool(session.scalar(select(signed)))


def _declared(session: Session, ids: Sequence[int]) -> bool:
    return bool(ids)


_OF_UNIT, _OF_UNIT_AGAIN = Message("板块推荐"), Message("板块核对")
"""What the unit did; nobody is recommended in a re-evaluation, it passes on what it found."""
PROCEDURE: tuple[tuple[str, Callable[[Session, Sequence[int]], bool]], ...] = (
    (Message("企业申报"), _declared),
    (_OF_UNIT, _declared),
    (Message("市级审核"), _declared),
    (Message("专家评审"), _scored),
    (Message("现场核查"), _inspected),
)
"""Steps that the text of a notice may name, and whether they took place for these applications: every one of them
was submitted, recommended and checked; experts and inspections are named once one has given a sheet or was signed."""


def steps_taken(session: Session, ids: Sequence[int], kind: NoticeKind = NoticeKind.RECOGNITION) -> list[str]:
    """The steps that took place, in order, as the official text names them."""
    is_again = kind is NoticeKind.RE_EVALUATION
    taken = [name for name, took_place in PROCEDURE if took_place(session, ids)]
    return [str(_OF_UNIT_AGAIN if is_again and name is _OF_UNIT else name) for name in taken]


def check_batch(session: Session, call_id: int, *, now: datetime) -> list[Item]:
    """The proposed applications of a call whose rules ask for a notice, by unit and rank, with their doubts."""
    statement = (
        select(Application)
        .join(ReportingUnit, ReportingUnit.code == Application.unit_code)
        .where(Application.call_id == call_id, Application.status == ApplicationStatus.PROPOSED.value)
        .order_by(ReportingUnit.position, Application.rank.is_(None), Application.rank, Application.id)
        .options(joinedload(Application.call_form), joinedload(Application.enterprise))
    )
    return [
        _item(session, application, now)
        for application in session.scalars(statement)
        if Rules.from_json(application.call_form.rules).has_notice
    ]


def _item(session: Session, application: Application, now: datetime) -> Item:
    snapshot = latest(session, application.id)
    enterprise: Enterprise = application.enterprise
    standing = prepared.live_item(session, application.id)
    return Item(
        application_id=application.id,
        number=application.number or "",
        name=snapshot.answers.get("project_name", application.project_name),
        enterprise=enterprise.name,
        unit=application.unit_code or "",
        rank=application.rank,
        doubts=tuple(doubt for check in CHECKS for doubt in check(session, application, snapshot, now)),
        other=standing.notice.title if standing else "",
    )
