"""The form as its page shows it: sections, fields with what was said about them, KPI rows, criteria."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from registry.application_form import (
    Criterion,
    CriterionKind,
    Form,
    FormField,
    Kind,
    KpiPart,
    Section,
    criterion_field,
)
from registry.declaration import Fault
from registry.i18n import _, in_words, language
from registry.kpi_definitions import kpi
from registry.measures import Measure
from registry.queries.applications.own import Said
from registry.queries.catalogue.code_lists import CodeLists
from registry.terms import CoordinateOrigin, KpiKind
from registry.views.web.answers import help_of, shown

COUNTS = (KpiKind.AMOUNT, KpiKind.COUNT)


@dataclass(frozen=True, kw_only=True)
class FormContent:
    """All that a form's page is made of. `errors` and `doubts` by field; `opened`: names that may change;
    `before`: what was reported last, beside the empty fields of a later form."""

    form: Form
    answers: Mapping[str, str]
    files: Mapping[str, int]
    derived: Mapping[str, str]
    faults: list[Fault]
    doubts: list[Fault]
    remarks: Mapping[str, Said]
    opened: Collection[str]
    lists: CodeLists
    shows_missing: bool
    before: Mapping[str, str] = field(default_factory=dict)

    def is_missing(self, fault: Fault) -> bool:
        """Whether a fault is no more than something not filled in yet."""
        return not self.answers.get(fault.field)

    @property
    def shown_faults(self) -> list[Fault]:
        """Faults that this page shows: in a form that is still being filled in, not what is merely missing."""
        return [fault for fault in self.faults if self.shows_missing or not self.is_missing(fault)]


@dataclass(frozen=True, kw_only=True)
class FieldView:
    """One field: typed text, the text as read, what was said about it, whether it may change."""

    item: FormField
    label: str
    help: str
    value: str
    shown: str
    choices: list[tuple[str, str]]
    errors: list[str]
    doubts: list[str]
    remark: Said | None
    is_locked: bool

    @property
    def name(self) -> str:
        """Name of the field and id of its control."""
        return self.item.name

    @property
    def has_notes(self) -> bool:
        """Whether anything was found or said about it."""
        return bool(self.errors or self.doubts or self.remark)

    @property
    def described(self) -> str:
        """Ids of the texts that belong to the control."""
        parts = [f"{self.name}-help"] if self.help else []
        parts += [f"{self.name}-remark"] if self.remark else []
        return " ".join([*parts, f"{self.name}-err", f"{self.name}-doubt"])


@dataclass(frozen=True, kw_only=True)
class KpiView:
    """A row of the KPI table; `derived` is what follows from its inputs ('' before there is anything)."""

    code: str
    name: str
    unit: str
    kind: KpiKind
    parts: dict[KpiPart, FieldView]
    derived: str

    @property
    def is_locked(self) -> bool:
        """Whether nothing of it may change."""
        return all(view.is_locked for view in self.parts.values())

    @property
    def is_derived(self) -> bool:
        """Whether the row has a derived value."""
        return self.kind in (KpiKind.CHANGE, KpiKind.SHARE)


@dataclass(frozen=True, kw_only=True)
class CriterionView:
    """A criterion: its answer and evidence, or the KPI that answers it."""

    criterion: Criterion
    answer: FieldView | None
    evidence: FieldView | None
    derived: str = ""


@dataclass(frozen=True, kw_only=True)
class SectionView:
    """One section with everything in it."""

    section: Section
    title: str
    fields: list[FieldView] = field(default_factory=list)
    counts: list[KpiView] = field(default_factory=list)
    changes: list[KpiView] = field(default_factory=list)
    others: list[KpiView] = field(default_factory=list)
    criteria: list[CriterionView] = field(default_factory=list)

    def field(self, name: str) -> FieldView | None:
        """A field of the section that is no KPI input."""
        return next((view for view in self.fields if view.name == name), None)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """A line of the progress list: `state` is ok, back or '' (something is missing)."""

    section: Section
    title: str
    number: int
    state: str
    note: str


def section_view(given: FormContent, section: Section) -> SectionView:
    """A section with its fields, KPI rows or criteria."""
    views = {item.name: _field(given, item) for item in given.form.section(section)}
    made = SectionView(section=section, title=section.label(language()))
    if section is Section.CRITERIA:
        made.criteria.extend(_criterion(given, item, views) for item in given.form.rules.criteria)
        return made
    rows: dict[str, dict[KpiPart, FieldView]] = {}
    for view in views.values():
        if view.item.kpi and view.item.part is not None:
            rows.setdefault(view.item.kpi, {})[view.item.part] = view
        else:
            made.fields.append(view)
    for code, parts in rows.items():
        row = _kpi(given, code, parts)
        (made.counts if row.kind in COUNTS else made.changes if row.kind == KpiKind.CHANGE else made.others).append(row)
    return made


def progress(given: FormContent) -> list[Progress]:
    """The sections with what is still to be done in each."""
    found = []
    for number, section in enumerate(given.form.sections, start=1):
        names = {item.name for item in given.form.section(section)}
        faults = sum(fault.field in names for fault in given.faults)
        marked = sum(name in names for name in given.remarks)
        if marked:
            state, note = "back", _("退回 %(n)s 处", n=marked)
        elif faults:
            state, note = "", _("缺 %(n)s 处", n=faults)
        else:
            state, note = "ok", _("已填")
        found.append(Progress(section=section, title=section.label(language()), number=number, state=state, note=note))
    return found


def _field(given: FormContent, item: FormField) -> FieldView:
    value = given.answers.get(item.name, "")
    text = shown(item, value, given.lists)
    if item.kind == Kind.FILE:
        count = given.files.get(item.name.removeprefix("file-"), 0)
        text = _("%(n)s 个文件", n=count) if count else ""
    return FieldView(
        item=item,
        label=item.label,
        help=given.before.get(item.name) or help_of(item, given.lists),
        value=value,
        shown=text,
        choices=_choices(item, given.lists),
        errors=[fault.message for fault in given.shown_faults if fault.field == item.name],
        doubts=[doubt.message for doubt in given.doubts if doubt.field == item.name],
        remark=given.remarks.get(item.name),
        is_locked=item.name not in given.opened,
    )


def _choices(item: FormField, lists: CodeLists) -> list[tuple[str, str]]:
    if item.choices == "units":
        return [(code, unit.label(language())) for code, unit in lists.units.items()]
    if item.choices == "industries":
        return [(code, f"{code} {industry.label(language())}") for code, industry in lists.industries.items()]
    if item.choices == "systems":
        return [(origin.value, origin.label(language())) for origin in CoordinateOrigin]
    return [("yes", _("是")), ("no", _("否"))] if item.kind == Kind.YES_NO else []


def _kpi(given: FormContent, code: str, parts: dict[KpiPart, FieldView]) -> KpiView:
    definition = kpi(code)
    return KpiView(
        code=code,
        name=definition.label(language()),
        unit=Measure(definition.unit).label(language()),
        kind=definition.kind,
        parts=parts,
        derived=in_words(given.derived.get(code, "")),
    )


def _criterion(given: FormContent, item: Criterion, views: Mapping[str, FieldView]) -> CriterionView:
    if item.kind == CriterionKind.KPI:
        return CriterionView(
            criterion=item, answer=None, evidence=None, derived=in_words(given.derived.get(item.kpi, ""))
        )
    name = criterion_field(item.code)
    return CriterionView(criterion=item, answer=views[name], evidence=views.get(f"{name}-evidence"))
