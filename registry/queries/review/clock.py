"""How long an application may stand at a step: promised days, pauses, and what is late.

The same rule gives the number of one row and the condition by which the database finds the late rows of a
queue, so that a count and its list cannot disagree. A step with working days of its own (`Rules.step_days`)
is counted in them; the others are counted in calendar days, as their call has promised. Days of a pause are
no handling time. The day on which a step begins is not counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from registry.application_form import Rules
from registry.application_form.window import beijing_day
from registry.models import Application, CallForm, StepPause
from registry.queries.notices.calendar import office_days
from registry.statuses import HELD_STATUSES, for_applicant
from registry.terms import BEIJING, ApplicationStatus
from registry.values.working_days import DAY, LONGEST, IsWorking, first_in_time


@dataclass(frozen=True, kw_only=True)
class Pause:
    """Days on which a step of a call rests, in one unit (code) or in all (None)."""

    id: int
    call_id: int
    status: ApplicationStatus
    unit: str | None
    first_day: date
    last_day: date
    text: str

    def holds(self, day: date) -> bool:
        """Whether the step rests on a day."""
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True)
class Limit:
    """Promised days of a step, working days or calendar days."""

    days: int
    in_working_days: bool


@dataclass(frozen=True, kw_only=True)
class Clock:
    """What time means for the steps of all calls on one day."""

    today: date
    forms: Mapping[int, Rules]
    calls: Mapping[int, int]
    """The call of each version of rules."""
    pauses: Sequence[Pause]
    is_working: IsWorking

    def limit(self, form_id: int, status: ApplicationStatus) -> Limit:
        """The promised days of a step under a version of rules."""
        rules = self.forms[form_id]
        own = rules.step_days.get(status.value)
        return Limit(rules.handling_days, False) if own is None else Limit(own, True)

    def pauses_of(self, form_id: int, status: ApplicationStatus, unit: str | None) -> list[Pause]:
        """The pauses of a step in a unit, past and to come."""
        return [
            pause
            for pause in self.pauses
            if pause.call_id == self.calls[form_id] and pause.status is status and pause.unit in (None, unit)
        ]

    def elapsed(self, form_id: int, status: ApplicationStatus, unit: str | None, since: datetime) -> int:
        """Days that a step has taken so far, in the days of its limit."""
        counts, begun = self._counts(form_id, status, unit), beijing_day(since)
        return sum(1 for number in range(1, (self.today - begun).days + 1) if counts(begun + number * DAY))

    def due(self, form_id: int, status: ApplicationStatus, unit: str | None, since: datetime) -> date:
        """The last day of a step."""
        counts, left = self._counts(form_id, status, unit), self.limit(form_id, status).days
        begun = day = beijing_day(since)
        while left > 0 and (day - begun).days < LONGEST:
            day += DAY
            left -= counts(day)
        return day

    def is_late(self, form_id: int, status: ApplicationStatus, unit: str | None, since: datetime) -> bool:
        """Whether the promised days of a step are over."""
        return since < self._moment(form_id, status, unit, self.limit(form_id, status).days)

    def late(self, statuses: Iterable[ApplicationStatus] = HELD_STATUSES) -> ColumnElement[bool]:
        """The applications at these steps whose promised days are over."""
        return self._begun_before(statuses, 0)

    def soon(self, statuses: Iterable[ApplicationStatus] = HELD_STATUSES) -> ColumnElement[bool]:
        """Those whose last day is this one or the next that counts."""
        return and_(self._begun_before(statuses, 2), ~self.late(statuses))

    def _counts(self, form_id: int, status: ApplicationStatus, unit: str | None) -> IsWorking:
        resting = self.pauses_of(form_id, status, unit)
        in_working_days = self.limit(form_id, status).in_working_days

        def counts(day: date) -> bool:
            return not any(pause.holds(day) for pause in resting) and (not in_working_days or self.is_working(day))

        return counts

    def _moment(self, form_id: int, status: ApplicationStatus, unit: str | None, limit: int) -> datetime:
        """The moment before which a step must have begun to have taken more than `limit` days by now."""
        day = first_in_time(self._counts(form_id, status, unit), self.today, limit)
        return datetime.combine(day, time(), tzinfo=BEIJING)

    def _begun_before(self, statuses: Iterable[ApplicationStatus], earlier: int) -> ColumnElement[bool]:
        """The applications that have taken more than their limit less `earlier` days. Rules that agree in the
        moment share one condition."""
        found: dict[tuple[ApplicationStatus, datetime, str | None, frozenset[str]], list[int]] = defaultdict(list)
        for form_id in self.forms:
            for status in statuses:
                limit = self.limit(form_id, status).days - earlier
                own = frozenset(
                    pause.unit
                    for pause in self.pauses
                    if pause.unit and pause.call_id == self.calls[form_id] and pause.status is status
                )
                found[status, self._moment(form_id, status, None, limit), None, own].append(form_id)
                for unit in own:
                    found[status, self._moment(form_id, status, unit, limit), unit, frozenset()].append(form_id)
        return or_(false(), *(_begun(*key, forms) for key, forms in found.items()))


def _begun(
    status: ApplicationStatus, moment: datetime, unit: str | None, without: frozenset[str], forms: list[int]
) -> ColumnElement[bool]:
    found = [
        Application.status == status.value,
        Application.step_since < moment,
        Application.call_form_id.in_(forms),
    ]
    if unit is not None:
        found.append(Application.unit_code == unit)
    if without:
        found.append(Application.unit_code.not_in(sorted(without)))
    return and_(*found)


def load_clock(session: Session, *, now: datetime) -> Clock:
    """The clock of this moment's day: the rules of all versions of all calls, and all pauses (two queries)."""
    forms = session.execute(select(CallForm.id, CallForm.call_id, CallForm.rules)).all()
    return Clock(
        today=beijing_day(now),
        forms={row.id: Rules.from_json(row.rules) for row in forms},
        calls={row.id: row.call_id for row in forms},
        pauses=load_pauses(session),
        is_working=office_days(session).is_working,
    )


def pauses_for_applicant(
    session: Session, call_id: int, status: ApplicationStatus, unit: str | None, *, today: date
) -> list[Pause]:
    """Pauses, present and to come, of the step at which its enterprise sees an application."""
    shown = for_applicant(status)
    return [
        pause
        for pause in load_pauses(session, call_id)
        if pause.status is shown and pause.unit in (None, unit) and pause.last_day >= today
    ]


def load_pauses(session: Session, call_id: int | None = None) -> list[Pause]:
    """Pauses of all calls or of one, by their first day."""
    statement = select(StepPause).order_by(StepPause.first_day, StepPause.id)
    if call_id is not None:
        statement = statement.where(StepPause.call_id == call_id)
    return [
        Pause(
            id=row.id,
            call_id=row.call_id,
            status=ApplicationStatus(row.status),
            unit=row.unit_code,
            first_day=row.first_day,
            last_day=row.last_day,
            text=row.text,
        )
        for row in session.scalars(statement)
    ]
