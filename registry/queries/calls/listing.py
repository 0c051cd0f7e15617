"""Reads of calls: what the public sees of published ones, what officers see of all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from registry.application_form import Form, Rules, form_of
from registry.application_form.window import Phase, Window, days_left
from registry.errors import NotFound
from registry.models import Account, Application, Call, CallForm, Enterprise, Event, Waiver
from registry.purposes import LATER_PURPOSES, CallPurpose
from registry.terms import ApplicationStatus, CallState
from registry.wording import Message


@dataclass(frozen=True, kw_only=True)
class Extension:
    """A later deadline of a unit, with its reason."""

    unit: str
    closes_at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class CallRow:
    """A call as lists show it. `days` are those to the common deadline, 0 today, negative over."""

    id: int
    title: str
    category: str
    tier: str
    year: int
    document_number: str
    introduction: str
    window: Window
    extensions: tuple[Extension, ...]
    phase: Phase
    days: int
    is_last_day: bool
    """Whether the common deadline is today and still to come."""
    state: CallState
    version: int
    purpose: CallPurpose = CallPurpose.TITLE

    @property
    def is_draft(self) -> bool:
        """Whether only officers may see it."""
        return self.state == CallState.DRAFT

    @property
    def is_later(self) -> bool:
        """Whether it asks projects that have a title: a re-evaluation or a yearly report."""
        return self.purpose in LATER_PURPOSES


@dataclass(frozen=True, kw_only=True)
class CallPage:
    """A call with the rules in force and the form that follows from them."""

    row: CallRow
    rules: Rules
    form: Form
    form_number: int


@dataclass(frozen=True, kw_only=True)
class ManagedRow:
    """A call in the officers' list: drafts that enterprises began, and applications that were submitted."""

    row: CallRow
    begun: int
    submitted: int


@dataclass(frozen=True, kw_only=True)
class FormVersion:
    """A version of the rules and how many applications were begun with it."""

    number: int
    created_at: datetime
    applications: int


@dataclass(frozen=True, kw_only=True)
class WaiverRow:
    """A rule waived for an enterprise, by whom and when."""

    id: int
    enterprise: str
    rule: str
    reason: str
    author: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class ManagedCall:
    """All that an officer sees of one call."""

    page: CallPage
    begun: int
    submitted: int
    versions: tuple[FormVersion, ...]
    waivers: tuple[WaiverRow, ...]


def public_calls(session: Session, *, now: datetime) -> dict[Phase, list[CallRow]]:
    """Published calls by phase: open ones by deadline, upcoming ones by start, closed ones newest first."""
    rows = [_row(call, now) for call in _calls(session, published=True)]
    found: dict[Phase, list[CallRow]] = {phase: [] for phase in (Phase.OPEN, Phase.UPCOMING, Phase.CLOSED)}
    for row in sorted(rows, key=lambda row: (row.window.last, row.id)):
        found[row.phase].append(row)
    found[Phase.UPCOMING].sort(key=lambda row: (row.window.opens_at, row.id))
    found[Phase.CLOSED].reverse()
    return found


def public_call(session: Session, call_id: int, *, now: datetime) -> CallPage:
    """A published call; raises NotFound, for drafts too."""
    call = _find(session, call_id)
    if call.state != CallState.PUBLISHED:
        raise NotFound(Message("没有这个申报通知。"))
    return _page(call, now)


def changed_at(session: Session, call_id: int) -> datetime:
    """When a call was last changed."""
    latest = select(func.max(Event.at)).where(Event.subject_type == "call", Event.subject_id == call_id)
    return session.scalar(latest) or _find(session, call_id).created_at


def managed_calls(session: Session, *, now: datetime) -> list[ManagedRow]:
    """All calls, drafts first, then the latest deadline first (three queries)."""
    counts = _counts(session)
    rows = [_row(call, now) for call in _calls(session, published=False)]
    rows.sort(key=lambda row: (not row.is_draft, -row.window.last.timestamp(), -row.id))
    return [ManagedRow(row=row, begun=counts[row.id][0], submitted=counts[row.id][1]) for row in rows]


def managed_call(session: Session, call_id: int, *, now: datetime) -> ManagedCall:
    """One call with its versions, extensions and waivers; raises NotFound."""
    call = _find(session, call_id)
    begun, submitted = _counts(session, call_id)[call_id]
    counted = session.execute(
        select(Application.call_form_id, func.count())
        .where(Application.call_id == call_id)
        .group_by(Application.call_form_id)
    )
    used = {form_id: number for form_id, number in counted}  # noqa: C416
    waivers = session.execute(
        select(Waiver.id, Enterprise.name, Waiver.rule, Waiver.reason, Account.name, Waiver.created_at)
        .join(Enterprise, Enterprise.id == Waiver.enterprise_id)
        .join(Account, Account.id == Waiver.author_id)
        .where(Waiver.call_id == call_id)
        .order_by(Waiver.id.desc())
    )
    return ManagedCall(
        page=_page(call, now),
        begun=begun,
        submitted=submitted,
        versions=tuple(
            FormVersion(number=form.number, created_at=form.created_at, applications=used.get(form.id, 0))
            for form in reversed(call.forms)
        ),
        waivers=tuple(
            WaiverRow(id=row[0], enterprise=row[1], rule=row[2], reason=row[3], author=row[4], created_at=row[5])
            for row in waivers
        ),
    )


def _calls(session: Session, *, published: bool) -> Iterable[Call]:
    statement = select(Call).options(selectinload(Call.extensions), selectinload(Call.category)).order_by(Call.id)
    if published:
        statement = statement.where(Call.state == CallState.PUBLISHED.value)
    return session.scalars(statement).all()


def _find(session: Session, call_id: int) -> Call:
    call = session.scalars(
        select(Call)
        .where(Call.id == call_id)
        .options(selectinload(Call.extensions), selectinload(Call.category), selectinload(Call.forms))
    ).one_or_none()
    if call is None:
        raise NotFound(Message("没有这个申报通知。"))
    return call


def _row(call: Call, now: datetime) -> CallRow:
    extensions = tuple(
        Extension(unit=item.unit_code, closes_at=item.closes_at, reason=item.reason)
        for item in sorted(call.extensions, key=lambda item: item.unit_code)
    )
    window = Window(call.opens_at, call.closes_at, {item.unit: item.closes_at for item in extensions})
    return CallRow(
        id=call.id,
        title=call.title,
        category=call.category_code,
        tier=call.category.tier,
        year=call.year,
        document_number=call.document_number,
        introduction=call.introduction,
        window=window,
        extensions=extensions,
        phase=window.phase(now),
        days=days_left(window.closes_at, now),
        is_last_day=days_left(window.closes_at, now) == 0 and window.is_open(None, now),
        state=CallState(call.state),
        version=call.version,
        purpose=CallPurpose(call.purpose),
    )


def _page(call: Call, now: datetime) -> CallPage:
    newest: CallForm = call.form
    rules = Rules.from_json(newest.rules)
    return CallPage(
        row=_row(call, now), rules=rules, form=form_of(rules, CallPurpose(call.purpose)), form_number=newest.number
    )


def _counts(session: Session, call_id: int | None = None) -> dict[int, tuple[int, int]]:
    """(begun and not submitted, submitted) by call; withdrawn drafts count nowhere."""
    numbered = Application.number.is_not(None)
    # States first, as the index of the queue has them: from the index of calls SQLite would read every row.
    statement = select(Application.call_id, Application.status, numbered, func.count()).group_by(
        Application.status, Application.call_id, numbered
    )
    if call_id is not None:
        statement = statement.where(Application.call_id == call_id)
    found: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for call, status, has_number, number in session.execute(statement):
        begun, submitted = found[call]
        if has_number:
            submitted += number
        elif status == ApplicationStatus.DRAFT:
            begun += number
        found[call] = (begun, submitted)
    return found
