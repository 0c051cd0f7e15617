"""The form of a call's rules: numbers, quotas, exclusions, criteria in rows, KPIs and files as check lists."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, FieldList, FormField, HiddenField, SelectField, SelectMultipleField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.validators import ValidationError

from registry.application_form import Criterion, CriterionKind, InspectionItem, RequiredFile, Rules
from registry.application_form.rule_checks import LARGEST, LARGEST_QUOTA, MOST_CRITERIA, MOST_FILES
from registry.errors import InvalidInput
from registry.forms.base import FormError, at_label, label_of
from registry.forms.calls import VersionedForm
from registry.forms.inputs import NumberField, Printable, Required, TextLine, WholeField, visible
from registry.i18n import N_
from registry.kpi_definitions import kpi
from registry.services.calls.managing import CallFaults
from registry.terms import AttachmentKind, KpiKind
from registry.wording import Message

BLANK_ROWS = 2
_KPI = "kpi-"
_NUMERALS = ("per_enterprise", "most_titles", "cool_down_years", "least_age_years", "handling_days")


def _numeral(name: str, label: str, least: int = 0) -> WholeField:
    return WholeField(label, least=least, most=LARGEST[name], validators=[Required()])


class CriterionRow(PlainForm):
    """One criterion. `kind` is yes_no, number or `kpi-` and the code of a KPI. A row without text is left out."""

    code = HiddenField()
    text = TextLine(N_("条件"), [Printable(100)])
    kind = SelectField(N_("怎样判断"), validate_choice=False, default=CriterionKind.YES_NO.value)
    threshold = NumberField(N_("不低于"), unit="%")
    unit = TextLine(N_("单位"), [Printable(20)])
    evidence = BooleanField(N_("要写说明"))
    remove = BooleanField(N_("删除"))

    @property
    def is_blank(self) -> bool:
        """Whether the row is to be left out: removed, or nothing was typed."""
        return bool(self.remove.data) or not (self.text.data or self.threshold.typed or self.unit.data)

    def criterion(self, code: str) -> Criterion:
        """The criterion of this row."""
        kind = str(self.kind.data or "")
        by_kpi = kind.startswith(_KPI)
        definition = kpi(kind.removeprefix(_KPI)) if by_kpi else None
        unit = self.unit.data or ""
        if definition is not None:
            unit = "%" if definition.kind in (KpiKind.SHARE, KpiKind.CHANGE) else definition.unit
        return Criterion(
            code=code,
            text=self.text.data or "",
            kind=CriterionKind.KPI if by_kpi else CriterionKind(kind),
            threshold=self.threshold.data,
            unit=unit if by_kpi or kind == CriterionKind.NUMBER else "",
            kpi=kind.removeprefix(_KPI) if by_kpi else "",
            evidence=bool(self.evidence.data),
        )


class RulesForm(VersionedForm):
    """The rules; `rules_form` adds the quotas (`quotas-TNQ`) and files (`files-photo`, `files-photo-least`)."""

    per_enterprise = _numeral("per_enterprise", N_("每家企业最多申报（项）"))
    most_titles = _numeral("most_titles", N_("已有几项有效认定就不能申报（项）"))
    cool_down_years = _numeral("cool_down_years", N_("撤销后几年内不能申报（年）"))
    least_age_years = _numeral("least_age_years", N_("成立至少（年）"))
    handling_days = _numeral("handling_days", N_("每一步的承诺时限（天）"), least=1)
    second_person = BooleanField(N_("提交前须由企业另一人确认"))
    inspection_share = _numeral("inspection_share", N_("现场核查抽取百分比"))
    inspection_list = TextAreaField(N_("现场核查内容（每行一条）"), filters=[visible])
    inspection_kpis = SelectMultipleField(N_("现场核查的指标"), validate_choice=False)
    excludes = SelectMultipleField(N_("已有这些认定的项目不能申报"), validate_choice=False)
    criteria = FieldList(FormField(CriterionRow), N_("认定条件"), max_entries=MOST_CRITERIA + BLANK_ROWS)
    kpis = SelectMultipleField(N_("必填指标"), validate_choice=False)
    kept: list[int]

    def bind(self, kinds: Mapping[str, str]) -> None:
        """Offer these ways of judging a criterion (yes_no, number, `kpi-` and a code → words)."""
        for row in self.criteria.entries:
            row.form.kind.choices = dict(kinds)

    def add_rows(self, number: int = BLANK_ROWS) -> None:
        """Blank rows at the end, up to the limit."""
        for _ in range(min(number, MOST_CRITERIA + BLANK_ROWS - len(self.criteria.entries))):
            self.criteria.append_entry()

    def validate_criteria(self, field: FieldList[Any]) -> None:
        """Kinds must be among those on offer."""
        for row in field.entries:
            if row.form.kind.data not in (row.form.kind.choices or ()):
                row.form.kind.errors = [Message("没有选择怎样判断；请选择")]
                raise ValidationError(Message("有一条没有选择怎样判断"))

    def rules(self) -> Rules:
        """The rules as typed, once the form is valid."""
        self.kept = [place for place, row in enumerate(self.criteria.entries) if not row.form.is_blank]
        rows = [self.criteria.entries[place].form for place in self.kept]
        codes = _codes([row.code.data or "" for row in rows])
        return Rules(
            per_enterprise=self.per_enterprise.data,
            excludes=tuple(self.excludes.data or ()),
            most_titles=self.most_titles.data,
            cool_down_years=self.cool_down_years.data,
            least_age_years=self.least_age_years.data,
            quotas={
                name.removeprefix("quotas-"): field.data
                for name, field in self._fields.items()
                if name.startswith("quotas-") and field.data is not None
            },
            criteria=tuple(row.criterion(code) for row, code in zip(rows, codes, strict=True)),
            kpis=tuple(self.kpis.data or ()),
            files=tuple(
                RequiredFile(kind=kind, at_least=self._fields[f"files-{kind.value}-least"].data or 0)
                for kind in AttachmentKind
                if self._fields[f"files-{kind.value}"].data
            ),
            handling_days=self.handling_days.data,
            second_person=bool(self.second_person.data),
            inspection_share=self.inspection_share.data,
            inspection_list=_inspected(self.inspection_list.data or ""),
            inspection_kpis=tuple(self.inspection_kpis.data or ()),
        )

    def absorb_all(self, error: CallFaults) -> int:
        """Put every fault at its field. Returns the status to answer."""
        for name, sentence in error.faults:
            if name.startswith("criteria-"):
                row = self.criteria.entries[self.kept[int(name.removeprefix("criteria-"))]].form
                row.text.errors = [*row.text.errors, sentence]
            else:
                known = f"{name}-least" if name.startswith("files-") else name
                self.absorb(InvalidInput(sentence, field=known))
        return error.status

    @property
    def summary(self) -> list[FormError]:
        """All errors in field order; those of criteria name their row."""
        found = [FormError("", message) for message in self.form_errors]
        for name, field in self._fields.items():
            if name != "criteria":
                found += [FormError(field.id, at_label(label_of(field), message)) for message in field.errors]
                continue
            for number, row in enumerate(self.criteria.entries, start=1):
                for cell in row.form:
                    found += [
                        FormError(cell.id, Message("条件第 %(number)s 行：%(message)s", number=number, message=message))
                        for message in cell.errors
                    ]
        return found


def rules_form(units: Mapping[str, str]) -> type[RulesForm]:
    """The form for these reporting units (code → name)."""
    fields: dict[str, Any] = {
        f"quotas-{code}": WholeField(name, least=0, most=LARGEST_QUOTA) for code, name in units.items()
    }
    for kind in AttachmentKind:
        fields[f"files-{kind.value}"] = BooleanField(kind.zh)
        fields[f"files-{kind.value}-least"] = WholeField(Message("%(kind)s至少", kind=kind), least=0, most=MOST_FILES)
    return type("BoundRulesForm", (RulesForm,), fields)


def typed_rules(rules: Rules) -> dict[str, Any]:
    """The rules as data of the form."""
    data: dict[str, Any] = {name: getattr(rules, name) for name in (*_NUMERALS, "inspection_share")}
    data["inspection_list"] = "\n".join(item.text for item in rules.inspection_list)
    data["inspection_kpis"] = list(rules.inspection_kpis)
    data |= {"second_person": rules.second_person, "excludes": list(rules.excludes), "kpis": list(rules.kpis)}
    data |= {f"quotas-{code}": quota for code, quota in rules.quotas.items()}
    for file in rules.files:
        data[f"files-{file.kind.value}"] = True
        data[f"files-{file.kind.value}-least"] = file.at_least
    data["criteria"] = [
        {
            "code": item.code,
            "text": item.text,
            "kind": f"{_KPI}{item.kpi}" if item.kind == CriterionKind.KPI else item.kind.value,
            "threshold": item.threshold,
            "unit": item.unit,
            "evidence": item.evidence,
        }
        for item in rules.criteria
    ]
    return data


def _inspected(text: str) -> tuple[InspectionItem, ...]:
    """The checklist, one line each. A line has its code from its words, so that it keeps it wherever it stands."""
    lines = filter(None, (" ".join(line.split()) for line in text.splitlines()))
    return tuple(InspectionItem(code=f"i{hashlib.sha256(line.encode()).hexdigest()[:8]}", text=line) for line in lines)


def _codes(given: Sequence[str]) -> list[str]:
    """Codes of the rows: the given ones once each and only if they are plain, new ones otherwise."""
    found: list[str] = []
    for code in given:
        fresh = code if code.isidentifier() and code.isascii() and len(code) <= 40 and code not in found else ""
        number = 1
        while not fresh:
            candidate = f"c{number}"
            fresh = "" if candidate in found or candidate in given else candidate
            number += 1
        found.append(fresh)
    return found
