"""What reading a list gives: how it was understood, what is asked, what would change. Frozen, for command and page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from registry.services.imports.asking.questions import Question, Settled
from registry.services.imports.findings import Outcome, RowFinding

if TYPE_CHECKING:
    from registry.services.imports.plan import Plan

NOTHING: Mapping[str, int] = {"new": 0, "changed": 0, "unchanged": 0, "refused": 0}


class ListKind(StrEnum):
    """What the rows of a list are."""

    PROJECTS = "projects"
    KPIS = "kpis"
    HONORS = "honors"
    TOTALS = "totals"
    ENTERPRISES = "enterprises"


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the reader of a list is told beside the file; '' is not told. Texts are as a person writes them.

    The values fill a missing column or an empty cell; what a cell says wins. `kind`, `basis` and `baseline`
    belong to lists of KPI values, where `year` is the year of the report. `columns` are pairs of a header of the file
    and the template column that it is read as (`ignore`: not read); `header_row` is the row where the header begins.
    """

    category: str = ""
    year: str = ""
    document: str = ""
    date: str = ""
    unit: str = ""
    kind: str = ""
    basis: str = ""
    baseline: str = ""
    sheets: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    header_row: str = ""


NO_OPTIONS = Options()


class Understood(StrEnum):
    """What became of a column of the file."""

    READ = "read"
    IGNORED = "ignored"
    UNREAD = "unread"
    ASKED = "asked"


@dataclass(frozen=True, kw_only=True)
class ColumnReading:
    """A column of the file: its header as written, and the template column that it is read as ('' if none).

    `key` is what the column is called where a person tells about it, `samples` are a few of its cells.
    """

    index: int
    header: str
    column: str
    state: Understood
    key: str = ""
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SheetReading:
    """A sheet that was read; `name` is '' where the file has no sheets. `is_own` says that the registry wrote it,
    so that its columns need no explaining."""

    name: str
    header_row: int
    columns: tuple[ColumnReading, ...]
    is_own: bool = False


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A field that a row changes, in words."""

    field: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class RowResult:
    """What becomes of one row of the file, under its own number in its sheet."""

    sheet: str
    row: int
    outcome: Outcome
    differences: tuple[Difference, ...] = ()
    findings: tuple[RowFinding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ListReading:
    """A list as it was understood. Nothing is written yet: `apply_list` takes this and writes it.

    `refusal` is the sentence by which the whole file is refused ('' if it is not); `open` says that questions
    wait. `answered` are the given answers by question id that were used, `settled` the questions that have their
    answers, given or remembered; `plan` is for `apply_list` and reports.
    """

    kind: ListKind
    refusal: str = ""
    sheets: tuple[SheetReading, ...] = ()
    questions: tuple[Question, ...] = ()
    notices: tuple[str, ...] = ()
    rows: tuple[RowResult, ...] = ()
    counts: Mapping[str, int] = field(default_factory=lambda: dict(NOTHING))
    answered: Mapping[str, str] = field(default_factory=dict)
    settled: tuple[Settled, ...] = ()
    plan: Plan | None = field(default=None, repr=False, compare=False)

    @property
    def refused(self) -> bool:
        """Whether the file or one of its rows is refused."""
        return bool(self.refusal) or self.counts["refused"] > 0

    @property
    def applicable(self) -> bool:
        """Whether it may be written: nothing refused, nothing asked."""
        return self.plan is not None and not self.refused and not self.questions

    def summary(self) -> str:
        """The last line of a report: `new=… changed=… unchanged=… refused=… questions=…`."""
        return summary(self.counts, len(self.questions))


def summary(counts: Mapping[str, int], questions: int) -> str:
    """The counts as one line."""
    return " ".join([*(f"{name}={counts[name]}" for name in NOTHING), f"questions={questions}"])
