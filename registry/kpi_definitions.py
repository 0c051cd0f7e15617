"""The KPI definitions in force: what forms, checks, files, figures and texts follow.

They are rows of the database. Rules are pure functions that have no session, so whoever begins a piece of work (a
request, a command) says once where the definitions come from, and they are read when somebody asks for one. Code
that runs outside such a piece of work gets an error instead of the definitions of another installation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from registry.terms import Direction, KpiKind


@dataclass(frozen=True, kw_only=True, slots=True)
class KpiDefinition:
    """指标: unit ('' = declared with the value, mostly in the `usual_unit`), kind, direction, limits and warnings.

    `numerator` and `denominator` are the counts that a share follows from. `hard_min` is excluded when `min_open`;
    warnings concern the derived value in %, the amount itself for amounts. `list_column` is the name in lists.
    `public_alone`: shown for a single project; otherwise only in sums and means.
    """

    code: str
    name: str
    name_en: str
    unit: str
    usual_unit: str
    kind: KpiKind
    direction: Direction | None
    numerator: str | None
    denominator: str | None
    hard_min: Decimal
    min_open: bool
    hard_max: Decimal | None
    warn_below: Decimal | None
    warn_above: Decimal | None
    list_column: str
    in_template: bool
    in_new_calls: bool
    in_batch_files: bool
    public_alone: bool

    def label(self, language: str = "zh") -> str:
        """Name in `zh` or `en`."""
        return self.name_en if language == "en" else self.name


Definitions = Mapping[str, KpiDefinition]
"""Code → definition, in the order of forms and tables."""

_source: ContextVar[Callable[[], Definitions]] = ContextVar("kpi_definitions")


def use(read: Callable[[], Definitions]) -> None:
    """From now on definitions come from `read`, which is asked at most once."""
    _source.set(cache(read))


def definitions() -> Definitions:
    """All definitions in force; LookupError where nobody said where they come from."""
    return _source.get()()


def kpis() -> tuple[KpiDefinition, ...]:
    """The definitions in the order of forms and tables."""
    return tuple(definitions().values())


def kpi(code: str) -> KpiDefinition:
    """The definition of one KPI; KeyError for an unknown code."""
    return definitions()[code]
