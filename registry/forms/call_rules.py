"""The form of a call's rules: numbers, quotas, exclusions, criteria in rows, KPIs and files as check lists."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, FieldList, FormField, HiddenField, SelectField, SelectMultipleField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.validators import ValidationError

from registry.application_form import Criterion, CriterionKind, InspectionItem, RequiredFile, Rules
from registry.application_form.rule_checks import LARGEST, LARGEST_QUOTA, MOST_CRITERIA, MOST_FILES
from registry.errors import InvalidInput
from registry.forms.base import FormError, VersionedForm, at_label, label_of
from registry.forms.inputs import NumberField, Printable, Required, TextLine, WholeField, visible
from registry.forms.scoring_rules import ScoringFields, fresh_codes, typed_scoring
from registry.i18n import N_, language
from registry.kpi_definitions import kpi
from registry.purposes import CallPurpose
from registry.services.calls.managing import CallFaults
from registry.statuses import HELD_STATUSES
from registry.terms import AfterCorrection, AttachmentKind, KpiKind
from registry.wording import Message

BLANK_ROWS = 2
_KPI, _STEP_DAYS = "kpi-", "step_days-"
_NUMERALS = (
    "per_enterprise",
    "most_titles",
    "cool_down_years",
    "least_age_years",
    "handling_days",
    "correction_days",
    "inspection_share",
    "notice_days",
    "interval_years",
)
_OF_TITLES = (
    "per_enterprise",
    "most_titles",
    "cool_down_years",
    "least_age_years",
    "excludes",
    "notice_days",
    "notice_unit",
    "count_first_day",
)
_NOT_ASKED = {
    CallPurpose.TITLE: ("interval_years", "covers"),
    CallPurpose.RE_EVALUATION: _OF_TITLES,
    CallPurpose.YEARLY: (*_OF_TITLES, "interval_years"),
}
"""Fields that a purpose has no use for (`application_form.later.suited`)."""
_ROWS = {
    "criteria": N_("条件第 %(number)s 行：%(message)s"),
    "score_items": N_("评分项第 %(number)s 行：%(message)s"),
    "vetoes": N_("否决情形第 %(number)s 行：%(message)s"),
}
"""Lists of rows with the words that name one of them in the summary."""


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


class RulesForm(ScoringFields, VersionedForm):
    """The rules; `rules_form` adds the quotas (`quotas-TNQ`) and files (`files-photo`, `files-photo-least`)."""

    per_enterprise = _numeral("per_enterprise", N_("每家企业最多申报（项）"))
    most_titles = _numeral("most_titles", N_("已有几项有效认定就不能申报（项）"))
    cool_down_years = _numeral("cool_down_years", N_("撤销后几年内不能申报（年）"))
    least_age_years = _numeral("least_age_years", N_("成立至少（年）"))
    interval_years = _numeral("interval_years", N_("认定或上次复核后满几年（年）"))
    handling_days = _numeral("handling_days", N_("每一步的承诺时限（天）"), least=1)
    correction_days = _numeral("correction_days", N_("退回后补正期限（工作日）"))
    after_correction = SelectField(N_("逾期未补正"), validate_choice=False, default=AfterCorrection.WAIT.value)
    second_person = BooleanField(N_("提交前须由企业另一人确认"))
    inspection_share = _numeral("inspection_share", N_("现场核查抽取百分比"))
    inspection_list = TextAreaField(N_("现场核查内容（每行一条）"), filters=[visible])
    inspection_kpis = SelectMultipleField(N_("现场核查的指标"), validate_choice=False)
    notice_days = _numeral("notice_days", N_("认定前公示（天）"))
    notice_unit = SelectField(N_("公示期按"), validate_choice=False, default="working")
    count_first_day = BooleanField(N_("公开当天是工作日的，算公示第一天"))
    excludes = SelectMultipleField(N_("已有这些认定的项目不能申报"), validate_choice=False)
    covers = SelectMultipleField(N_("包括哪些有效认定"), validate_choice=False)
    criteria = FieldList(FormField(CriterionRow), N_("认定条件"), max_entries=MOST_CRITERIA + BLANK_ROWS)
    kpis = SelectMultipleField(N_("必填指标"), validate_choice=False)
    kept: list[int]

    def bind(self, kinds: Mapping[str, str]) -> None:
        """Offer these ways of judging a criterion (yes_no, number, `kpi-` and a code → words)."""
        for row in self.criteria.entries:
            row.form.kind.choices = dict(kinds)
        self.bind_scoring()
        self.after_correction.choices = {item.value: item.label(language()) for item in AfterCorrection}

    def add_rows(self, number: int = BLANK_ROWS) -> None:
        """Blank rows at the end, up to the limit."""
        for _ in range(min(number, MOST_CRITERIA + BLANK_ROWS - len(self.criteria.entries))):
            self.criteria.append_entry()
        self.add_scoring_rows()

    def validate_criteria(self, field: FieldList[Any]) -> None:
        """Kinds must be among those on offer."""
        for row in field.entries:
            if row.form.kind.data not in (row.form.kind.choices or ()):
                row.form.kind.errors = [Message("没有选择怎样判断；请选择")]
                raise ValidationError(Message("有一条没有选择怎样判断"))

    def validate_after_correction(self, field: SelectField) -> None:
        """One of the ways on offer."""
        if field.data not in set(AfterCorrection):
            raise ValidationError(Message("没有选择逾期未补正怎样处理；请选择"))

    def rules(self) -> Rules:
        """The rules as typed, once the form is valid."""
        self.kept = [place for place, row in enumerate(self.criteria.entries) if not row.form.is_blank]
        rows = [self.criteria.entries[place].form for place in self.kept]
        codes = fresh_codes([row.code.data or "" for row in rows], "c")
        return Rules(
            **{name: self[name].data for name in _NUMERALS if name in self},
            excludes=tuple(self.excludes.data or ()) if "excludes" in self else (),
            covers=tuple(self.covers.data or ()) if "covers" in self else (),
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
            second_person=bool(self.second_person.data),
            **self.scoring(),
            inspection_list=_inspected(self.inspection_list.data or ""),
            inspection_kpis=tuple(self.inspection_kpis.data or ()),
            **self._notice(),
            after_correction=AfterCorrection(self.after_correction.data),
            step_days={
                name.removeprefix(_STEP_DAYS): field.data
                for name, field in self._fields.items()
                if name.startswith(_STEP_DAYS) and field.data is not None
            },
        )

    def _notice(self) -> dict[str, Any]:
        """How days of a public notice are counted, where the purpose has one."""
        if "notice_days" not in self:
            return {}
        return {
            "notice_unit": str(self.notice_unit.data or ""),
            "count_first_day": bool(self.count_first_day.data),
        }

    def absorb_all(self, error: CallFaults) -> int:
        """Put every fault at its field. Returns the status to answer."""
        for name, sentence in error.faults:
            if name.startswith("criteria-"):
                row = self.criteria.entries[self.kept[int(name.removeprefix("criteria-"))]].form
                row.text.errors = [*row.text.errors, sentence]
            elif name.startswith(("score_items-", "vetoes-")):
                rows, _, place = name.partition("-")
                row = self._fields[rows].entries[self.kept_rows[rows][int(place)]].form
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
            if name not in _ROWS:
                found += [FormError(field.id, at_label(label_of(field), message)) for message in field.errors]
                continue
            # The errors of a list of rows are those of its rows, unless a rule said something of the whole.
            found += [
                FormError(field.id, at_label(label_of(field), message))
                for message in field.errors
                if isinstance(message, str) and name != "criteria"
            ]
            for number, row in enumerate(field.entries, start=1):
                for cell in row.form:
                    found += [
                        FormError(cell.id, Message(_ROWS[name], number=number, message=message))
                        for message in cell.errors
                    ]
        return found


def rules_form(units: Mapping[str, str], purpose: CallPurpose = CallPurpose.TITLE) -> type[RulesForm]:
    """The form for these reporting units (code → name); what does not hold for the purpose is not asked."""
    fields: dict[str, Any] = dict.fromkeys(_NOT_ASKED[purpose])
    if purpose is CallPurpose.TITLE:
        fields |= {f"quotas-{code}": WholeField(name, least=0, most=LARGEST_QUOTA) for code, name in units.items()}
    for status in HELD_STATUSES:
        fields[f"{_STEP_DAYS}{status.value}"] = WholeField(
            status.label(language()), least=1, most=LARGEST["handling_days"]
        )
    for kind in AttachmentKind:
        fields[f"files-{kind.value}"] = BooleanField(kind.zh)
        fields[f"files-{kind.value}-least"] = WholeField(Message("%(kind)s至少", kind=kind), least=0, most=MOST_FILES)
    return type("BoundRulesForm", (RulesForm,), fields)


def typed_rules(rules: Rules) -> dict[str, Any]:
    """The rules as data of the form."""
    data: dict[str, Any] = {name: getattr(rules, name) for name in _NUMERALS}
    data |= {"second_person": rules.second_person, "excludes": list(rules.excludes), "kpis": list(rules.kpis)}
    data["covers"] = list(rules.covers)
    data["inspection_list"] = "\n".join(item.text for item in rules.inspection_list)
    data["inspection_kpis"] = list(rules.inspection_kpis)
    data |= {name: getattr(rules, name) for name in ("notice_unit", "count_first_day")}
    data["after_correction"] = rules.after_correction.value
    data |= {f"{_STEP_DAYS}{status}": days for status, days in rules.step_days.items()}
    data |= {f"quotas-{code}": quota for code, quota in rules.quotas.items()}
    for file in rules.files:
        data[f"files-{file.kind.value}"] = True
        data[f"files-{file.kind.value}-least"] = file.at_least
    data |= typed_scoring(rules)
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
