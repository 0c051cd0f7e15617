"""What an import would do, row by row: the outcome that reports show and that applying writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from registry.services.imports.columns import Layout
from registry.services.imports.drafts import ProjectDraft, TitleDraft
from registry.services.imports.findings import Level, Outcome, RowFinding
from registry.services.imports.rows import ListedTitle
from registry.spreadsheets import Table
from registry.values.bad_value import BadValue

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many rows are done, and how many there are."""


@dataclass(slots=True)
class RowPlan:
    """What becomes of one row. `changes` maps a field to (before, after); `title` is None when refused."""

    number: int
    findings: list[RowFinding] = field(default_factory=list)
    is_new: bool = False
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    listed: ListedTitle | None = None
    title: TitleDraft | None = None

    @property
    def refused(self) -> bool:
        """Whether a finding refuses the row."""
        return any(finding.level == Level.ERROR for finding in self.findings)

    @property
    def outcome(self) -> Outcome:
        """New, changed, unchanged or refused."""
        if self.refused:
            return Outcome.REFUSED
        if self.is_new:
            return Outcome.NEW
        return Outcome.CHANGED if self.changes else Outcome.UNCHANGED

    def refuse(self, column: str, value: str, error: BadValue) -> None:
        """Refuse the row for a reason that only shows beside other rows or the database."""
        self.findings.append(
            RowFinding(row=self.number, column=column, value=value, reason=error.reason, way_out=error.way_out)
        )


@dataclass
class Plan:
    """The whole import: rows in file order and notices about the file."""

    table: Table
    layout: Layout
    rows: list[RowPlan]
    notices: list[str]
    projects: list[ProjectDraft] = field(default_factory=list)
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Names by code of units, divisions and industries, for reports."""

    @property
    def counts(self) -> Counter[Outcome]:
        """How many rows of each outcome."""
        return Counter(row.outcome for row in self.rows)

    @property
    def refused(self) -> bool:
        """Whether anything is refused; then nothing may be applied."""
        return any(row.refused for row in self.rows)

    def summary(self) -> str:
        """The last line: `new=… changed=… unchanged=… refused=…`."""
        counts = self.counts
        names = {Outcome.NEW: "new", Outcome.CHANGED: "changed", Outcome.UNCHANGED: "unchanged"}
        parts = [f"{name}={counts[outcome]}" for outcome, name in names.items()]
        return " ".join([*parts, f"refused={counts[Outcome.REFUSED]}"])
