"""What an officer states about the columns of a list: which field a column is read as, or that it is not read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from registry.kpi_definitions import kpis
from registry.services.imports.asking.questions import WrongAnswer
from registry.services.imports.sheets.columns import YEAR_COLUMNS, ListColumn, fold_header
from registry.services.imports.sheets.header_words import field_of, kpi_of, template_header
from registry.terms import KpiKind
from registry.values.kpi_checks import Part
from registry.wording import Message

NOT_READ = "ignore"
"""The word for a column that shall not be read; the same as in an answer to a question about a header."""
_NO_TARGETS = ("position", "own", "difference")
"""Fields that say nothing: a running number, and what follows from other columns."""


class Targets(NamedTuple):
    """What a column may be read as: template headers of fields, and of figures."""

    fields: tuple[str, ...]
    figures: tuple[str, ...]


def targets(columns: Iterable[ListColumn], *, has_figures: bool) -> Targets:
    """All that a column of a list may be read as, in the order of the template."""
    known = list(columns)
    if has_figures:
        known += [column for column in YEAR_COLUMNS if column.field not in {each.field for each in known}]
    return Targets(
        tuple(column.header for column in known if column.field not in _NO_TARGETS),
        tuple(_figures()) if has_figures else (),
    )


def _figures() -> Iterable[str]:
    for definition in kpis():
        parts: tuple[Part, ...] = (Part.CURRENT,)
        if definition.kind == KpiKind.CHANGE:
            parts = (Part.BASELINE, Part.CURRENT, Part.MEASURE)
        for part in parts:
            yield template_header(definition, part)


def column_keys(texts: Mapping[int, str]) -> dict[int, str]:
    """The name by which a person refers to each column: its header; a header that comes again is numbered (`#2`)."""
    seen: Counter[str] = Counter()
    keys: dict[int, str] = {}
    for index in sorted(texts):
        folded = fold_header(texts[index])
        seen[folded] += 1
        keys[index] = texts[index] if seen[folded] == 1 else f"{texts[index]}#{seen[folded]}"
    return keys


def folded_targets(told: Iterable[tuple[str, str]], columns: tuple[ListColumn, ...]) -> dict[str, str]:
    """The stated targets by folded header; raises WrongAnswer for a target that this kind of list does not have."""
    found = {fold_header(header): target for header, target in told if target}
    for header, target in told:
        known = (NOT_READ, "")
        if target in known or field_of(target, columns) is not None or kpi_of(target, 0) is not None:
            continue
        sentence = Message(
            "“%(header)s”不能读作“%(target)s”：名单模板里没有这一列。请填模板的表头，或填 ignore 表示不读。",
            header=header,
            target=target,
        )
        raise WrongAnswer(sentence, field="columns")
    return found
