"""What an enterprise declared as its experts read it: the last submitted version, without the people behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from registry import declaration
from registry.application_form import Form, FormField, Kind, KpiPart, Section
from registry.i18n import _, in_words, language
from registry.kpi_definitions import kpi
from registry.queries.catalogue.code_lists import CodeLists
from registry.views.web.answers import shown

_AT_SIGHT = (Section.PROJECT, Section.KPIS)


@dataclass(frozen=True, kw_only=True)
class Part:
    """A section: (label, text) a row. `is_open`: experts need it at first sight."""

    title: str
    is_open: bool
    rows: list[tuple[str, str]]


def declared_parts(form: Form, answers: Mapping[str, str], lists: CodeLists, *, today: date) -> list[Part]:
    """All sections that hold something; files stand apart, personal fields nowhere."""
    derived = declaration.derived(form, answers, today=today)
    parts = []
    for section in form.sections:
        fields = [
            item for item in form.section(section) if not item.personal and item.kind not in (Kind.FILE, Kind.CHECK)
        ]
        rows = []
        for _group, items in groupby(fields, key=lambda item: item.group or item.name):
            row = _row(list(items), answers, derived, lists)
            if row[1]:
                rows.append(row)
        if rows:
            parts.append(Part(title=section.label(language()), is_open=section in _AT_SIGHT, rows=rows))
    return parts


def _row(
    items: list[FormField], answers: Mapping[str, str], derived: Mapping[str, str], lists: CodeLists
) -> tuple[str, str]:
    first = items[0]
    measure = next((answers.get(item.name, "") for item in items if item.part == KpiPart.MEASURE), "")
    texts = []
    for item in items:
        text = answers.get(item.name, "")
        if not text or item.part == KpiPart.MEASURE:
            continue
        told = shown(item, text, lists, unit=measure)
        part = _part(item) if len(items) > 1 else ""
        texts.append(f"{part} {told}" if part else told)
    if first.kpi:
        change = in_words(derived.get(first.kpi, ""))
        return kpi(first.kpi).label(language()), _("；").join([*texts, change] if change else texts)
    label = first.label if len(items) == 1 or first.criterion else _("坐标")
    return in_words(label), _("；").join(texts)


def _part(item: FormField) -> str:
    if item.part == KpiPart.BASELINE:
        return _("改造前")
    return _("改造后") if item.part == KpiPart.CURRENT else ""
