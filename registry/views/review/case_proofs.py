"""What a criterion rests on, as links from the sheet: the files that its sentence names, and the field of the form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.application_form import CriterionKind
from registry.declaration.criteria import Found
from registry.kpi_definitions import kpi
from registry.queries.review.case import Case, File
from registry.terms import AttachmentKind
from registry.views.review.case_kpis import KpiLine

SHORTEST = 3
"""Characters of a caption or a file's name that may be looked for: shorter ones stand in sentences about anything."""


@dataclass(frozen=True, kw_only=True)
class Proof:
    """`files` open the attachments; `anchor` is the id of the row on this page, '' where the page shows none."""

    files: tuple[File, ...]
    anchor: str


def proofs(case: Case, lines: Sequence[KpiLine], *, is_form: bool) -> dict[str, Proof]:
    """By criterion. `is_form`: the page shows the whole form with its fields (`case_form.html`), not the figures."""
    shown = {line.name for line in lines}
    return {
        row.code: Proof(
            files=tuple(
                file for file in case.files if is_named(file.kind, file.filename, file.caption, row.found.evidence)
            ),
            anchor=_anchor(row.found, shown, is_form=is_form),
        )
        for row in case.sheet
    }


def is_named(kind: str, filename: str, caption: str, sentence: str) -> bool:
    """Whether a sentence names a file: by its kind, by its name without the ending, or by its caption."""
    if kind != AttachmentKind.OTHER and AttachmentKind(kind).zh in sentence:
        return True
    return any(len(name) >= SHORTEST and name in sentence for name in (filename.rpartition(".")[0], caption))


def _anchor(found: Found, shown: set[str], *, is_form: bool) -> str:
    if is_form:
        return f"row-{found.field}" if found.field else ""
    if found.item.kind is not CriterionKind.KPI:
        return ""
    # A share stands in the line of the count that it is known by.
    name = f"kpi-{kpi(found.item.kpi).numerator or found.item.kpi}"
    return f"row-{name}" if name in shown else ""
