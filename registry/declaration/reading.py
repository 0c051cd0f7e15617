"""Reading the typed texts of a form: one object that collects faults and doubts at their fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from registry.application_form import Form
from registry.reference.city import City
from registry.values.bad_value import BadValue
from registry.values.kpi_checks import KpiInput
from registry.values.places import Point

Parsed = TypeVar("Parsed")


class FaultKind(StrEnum):
    """What is the matter with a field."""

    MISSING = "missing"
    WRONG = "wrong"
    UNCONFIRMED = "unconfirmed"  # a second person has not confirmed the form


@dataclass(frozen=True)
class Fault:
    """A sentence about one field: what is wrong and the way out. Rules read the kind, people the sentence."""

    field: str
    label: str
    message: str
    kind: FaultKind = FaultKind.WRONG


@dataclass(frozen=True)
class Choices:
    """Codes that may be chosen: unit → its division, industries; and the city in which places and numbers lie."""

    units: Mapping[str, str]
    industries: frozenset[str]
    city: City = field(default_factory=City)


@dataclass
class Declared:
    """The values of a form that passed; what is missing or wrong is absent."""

    texts: dict[str, str] = field(default_factory=dict)
    unit: str | None = None
    industry: str | None = None
    established_on: date | None = None
    point: Point | None = None
    kpis: dict[str, KpiInput] = field(default_factory=dict)
    baseline_year: int | None = None
    report_year: int | None = None


class Reading:
    """The typed texts of one form, and what was found about them so far."""

    def __init__(self, form: Form, answers: Mapping[str, str], today: date, batch: int | None = None) -> None:
        self.form, self.answers, self.today, self.batch = form, answers, today, batch
        self.faults: list[Fault] = []
        self.doubts: list[Fault] = []
        self.declared = Declared()

    def text(self, name: str) -> str:
        """The typed text of a field; '' when there is none."""
        return self.answers.get(name, "")

    def fault(self, name: str, message: str, kind: FaultKind = FaultKind.WRONG) -> None:
        """Refuse a field."""
        item = self.form.by_name.get(name)
        self.faults.append(Fault(name, item.label if item else name, message, kind))

    def doubt(self, name: str, message: str) -> None:
        """Show a sentence about a field; it refuses nothing."""
        item = self.form.by_name.get(name)
        self.doubts.append(Fault(name, item.label if item else name, message))

    def parse(self, name: str, read: Callable[[str], Parsed]) -> Parsed | None:
        """The parsed text, or None when it is empty or wrong (then with a fault)."""
        text = self.text(name)
        if not text:
            return None
        try:
            return read(text)
        except BadValue as error:
            self.fault(name, error.of(text))
            return None
