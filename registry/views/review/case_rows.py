"""The submitted form as rows that can be read and marked: one row a field, one row a group of fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from registry.application_form import FormField, Kind, KpiPart
from registry.i18n import _, in_words, language
from registry.kpi_definitions import kpi
from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.review.case import Case
from registry.views.web.answers import shown


@dataclass(frozen=True, kw_only=True)
class Line:
    """One value of a row; `label` is empty where the row's own says it all."""

    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class FormRow:
    """A row: `name` is the field that a remark goes to, `remark` the last one that was made there."""

    name: str
    label: str
    lines: list[Line]
    derived: str
    is_file: bool
    is_changed: bool
    remark: str


@dataclass(frozen=True, kw_only=True)
class FormSection:
    """A part of the form with its rows."""

    code: str
    title: str
    rows: list[FormRow]


def form_sections(case: Case, lists: CodeLists) -> list[FormSection]:
    """All parts of the form as it was last submitted."""
    changed = {change.field.name for part in (case.since_seen, case.since_return) if part for change in part.changes}
    newest = max((remark.snapshot_id for remark in case.remarks), default=None)
    remarks = {remark.field: remark.text for remark in case.remarks if remark.snapshot_id == newest and remark.field}
    made = []
    for section in case.form.sections:
        rows = []
        for _group, items in groupby(case.form.section(section), key=lambda item: item.group or item.name):
            rows.append(_row(case, lists, list(items), changed, remarks))
        made.append(FormSection(code=section.value, title=section.label(language()), rows=rows))
    return made


def lacking_files(case: Case, sections: Sequence[FormSection]) -> list[FormRow]:
    """The rows of files of which there is none and nothing else to say: one line names them all."""
    there = {f"file-{file.kind}" for file in case.files}
    rows = (row for section in sections for row in section.rows if row.is_file)
    return [row for row in rows if row.name not in there and not row.is_changed and not row.remark]


def _row(
    case: Case, lists: CodeLists, items: list[FormField], changed: set[str], remarks: Mapping[str, str]
) -> FormRow:
    lead = next((item for item in items if item.part == KpiPart.CURRENT or item.name == "lon"), items[0])
    # A share is derived from its counts; what the enterprise states besides is a part of that row.
    alone = len(items) == 1 and items[0].part != KpiPart.STATED
    # The declared measure stands behind the numbers as their unit.
    measure = next((case.answers.get(item.name, "") for item in items if item.part == KpiPart.MEASURE), "")
    lines = [
        Line(
            label="" if alone else _part_label(item),
            text=_("已隐藏")
            if item.name in case.hidden
            else shown(item, case.answers.get(item.name, ""), lists, unit=measure),
        )
        for item in items
        if alone or (item.part != KpiPart.MEASURE and (case.answers.get(item.name) or item.required))
    ]
    return FormRow(
        name=lead.name,
        label=items[0].label if alone else _group_label(lead),
        lines=lines,
        derived=in_words(case.derived.get(lead.kpi, "")),
        is_file=lead.kind == Kind.FILE,
        is_changed=any(item.name in changed for item in items),
        remark=next((remarks[item.name] for item in items if item.name in remarks), ""),
    )


def _group_label(item: FormField) -> str:
    if item.kpi:
        return kpi(item.kpi).label(language())
    return item.label if item.criterion else _("坐标")


def _part_label(item: FormField) -> str:
    labels = {
        KpiPart.BASELINE: _("改造前"),
        KpiPart.CURRENT: _("改造后"),
        KpiPart.STATED: _("自测值"),
    }
    if item.part in labels:
        return labels[item.part]
    if item.criterion:
        return _("说明") if item.name.endswith("-evidence") else _("申报")
    return item.label
