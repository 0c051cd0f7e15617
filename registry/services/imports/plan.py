"""What an import would do, row by row: the outcome that reports show and that applying writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from registry.services.imports.asking.memory import Memory
from registry.services.imports.asking.questions import Question
from registry.services.imports.drafts import EnterpriseDraft, ProjectDraft, TitleDraft
from registry.services.imports.findings import Level, Outcome, RowFinding
from registry.services.imports.listed import ListedTitle, Named
from registry.services.imports.result import NOTHING, summary
from registry.services.imports.sheets.columns import Layout
from registry.spreadsheets import Table, Value
from registry.values.bad_value import BadValue

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many rows are done, and how many there are."""
COUNTED = {Outcome.NEW: "new", Outcome.CHANGED: "changed", Outcome.UNCHANGED: "unchanged", Outcome.REFUSED: "refused"}


@dataclass(slots=True)
class RowPlan:
    """What becomes of one row. `changes` maps a field to (before, after); `title` is None when refused.

    A row that waits for an answer, or is left out by one, counts under none of the outcomes.
    """

    number: int
    findings: list[RowFinding] = field(default_factory=list)
    is_new: bool = False
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    listed: ListedTitle | None = None
    title: TitleDraft | None = None
    waiting: bool = False
    skipped: bool = False
    named: Named | None = None
    layout: Layout | None = None

    @property
    def refused(self) -> bool:
        """Whether a finding refuses the row."""
        return any(finding.level == Level.ERROR for finding in self.findings)

    @property
    def outcome(self) -> Outcome:
        """What becomes of the row; a refusal goes before a question."""
        if self.refused:
            return Outcome.REFUSED
        if self.skipped:
            return Outcome.SKIPPED
        if self.waiting:
            return Outcome.WAITING
        if self.is_new:
            return Outcome.NEW
        return Outcome.CHANGED if self.changes else Outcome.UNCHANGED

    def header(self, name: str) -> str:
        """The file's header of a field."""
        return self.layout.header(name) if self.layout is not None else name

    def refuse(self, column: str, value: str, error: BadValue) -> None:
        """Refuse the row for a reason that only shows beside other rows or the database."""
        self.findings.append(
            RowFinding(row=self.number, column=column, value=value, reason=error.reason, way_out=error.way_out)
        )


@dataclass
class PlannedSheet:
    """A sheet that was read; `filled` are cells that took their value from the row above, by row and column."""

    table: Table
    layout: Layout
    name: str = ""
    position: int = 0
    filled: Mapping[int, Mapping[int, Value]] = field(default_factory=dict)


@dataclass
class Plan:
    """The whole import: rows in file order, notices about the file, and the questions that wait."""

    sheets: list[PlannedSheet]
    rows: list[RowPlan]
    notices: list[str]
    projects: list[ProjectDraft] = field(default_factory=list)
    enterprises: list[EnterpriseDraft] = field(default_factory=list)
    questions: tuple[Question, ...] = ()
    memory: Memory = field(default_factory=Memory)
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

    def named_counts(self) -> dict[str, int]:
        """The counts under the names of the last line."""
        counts = self.counts
        return {name: counts[outcome] for outcome, name in COUNTED.items()} or dict(NOTHING)

    def summary(self) -> str:
        """The last line: `new=… changed=… unchanged=… refused=… questions=…`."""
        return summary(self.named_counts(), len(self.questions))
