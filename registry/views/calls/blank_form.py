"""The empty form of a call as rows to print: one line a field, one line a KPI."""

from __future__ import annotations

from dataclasses import dataclass

from registry import reference
from registry.application_form import Form, FormField, KpiPart, Section
from registry.i18n import language


@dataclass(frozen=True)
class KpiLine:
    """A KPI of the blank form. `derived`: computed from counts; `parts`: the inputs it has."""

    name: str
    unit: str
    parts: frozenset[KpiPart]

    @property
    def is_derived(self) -> bool:
        """Whether the enterprise's own figure is all that can be typed."""
        return self.parts == {KpiPart.STATED}


@dataclass(frozen=True)
class BlankSection:
    """A section: its plain fields, then its KPIs."""

    section: Section
    fields: list[FormField]
    kpis: list[KpiLine]


def blank_sections(form: Form) -> list[BlankSection]:
    """All sections of a form in order."""
    return [_section(form, section) for section in form.sections]


def _section(form: Form, section: Section) -> BlankSection:
    fields = form.section(section)
    parts: dict[str, set[KpiPart]] = {}
    for item in fields:
        if item.kpi and item.part is not None:
            parts.setdefault(item.kpi, set()).add(item.part)
    lines = [
        KpiLine(reference.kpi(code).label(language()), reference.kpi(code).unit, frozenset(found))
        for code, found in parts.items()
    ]
    return BlankSection(section, [item for item in fields if not item.kpi], lines)
