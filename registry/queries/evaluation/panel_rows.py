"""Rows of the pages of panels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registry.application_form import Rules
from registry.evaluation.terms import AssignmentOrigin, AssignmentState, PanelState
from registry.queries.evaluation.outcomes import Outcome
from registry.queries.evaluation.shown import OtherSheet
from registry.terms import ApplicationStatus


@dataclass(frozen=True, kw_only=True)
class PanelRow:
    """One line of the list."""

    id: int
    name: str
    call: str
    state: PanelState
    closes_at: datetime
    items: int
    complete: int
    flagged: int


@dataclass(frozen=True, kw_only=True)
class CallToScore:
    """A call with experts, and how many of its applications are in no panel yet."""

    id: int
    title: str
    waiting: int


@dataclass(frozen=True, kw_only=True)
class Choice:
    """An application that can go into a panel."""

    id: int
    number: str
    project: str
    enterprise: str
    unit: str
    industry: str


@dataclass(frozen=True, kw_only=True)
class Seat:
    """One expert at one application. `is_in`: the sheet counts; `sheet` is None until then."""

    id: int
    expert_id: int
    name: str
    employer: str
    origin: AssignmentOrigin
    state: AssignmentState
    reason: str
    is_in: bool
    is_cleared: bool
    total: str
    sheet: OtherSheet | None


@dataclass(frozen=True, kw_only=True)
class Item:
    """One application of a panel with its experts, those who left it apart."""

    id: int
    number: str
    project: str
    enterprise: str
    unit: str
    industry: str
    status: ApplicationStatus
    rules: Rules
    outcome: Outcome
    seats: Sequence[Seat]
    gone: Sequence[Seat]


@dataclass(frozen=True, kw_only=True)
class PanelPage:
    """One panel. Names stand in it only for those who may know them; experts are numbered per application."""

    id: int
    version: int
    call_id: int
    call: str
    name: str
    chair_id: int | None
    chair: str
    per_application: int
    closes_at: datetime
    state: PanelState
    draws: Sequence[Mapping[str, Any]]
    items: Sequence[Item]
    shows_names: bool

    @property
    def most_seats(self) -> int:
        """The largest number of experts of an application."""
        return max((len(item.seats) for item in self.items), default=0)

    @property
    def has_sheets(self) -> bool:
        """Whether some expert has submitted."""
        return any(seat.total for item in self.items for seat in item.seats)
