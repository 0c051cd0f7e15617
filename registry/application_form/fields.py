"""The fields of an application form, derived from the rules of its call. Pure.

One table drives the form page, the checks at submission, the printed form, the differences between
snapshots and the fields that a reviewer may mark. Answers are texts as typed, by field name; names
are also the ids of the controls: `kpi-operating_cost-baseline`, `criterion-storage`, `file-photo`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from registry.application_form.later import YEARLY_FIELDS
from registry.application_form.rules import Criterion, CriterionKind, RequiredFile, Rules
from registry.kpi_definitions import KpiDefinition, kpis
from registry.measures import Measure
from registry.purposes import CallPurpose
from registry.terms import KpiKind, Term
from registry.wording import Message


class Section(Term):
    """部分 of the form, in order."""

    ENTERPRISE = "enterprise", "企业信息", "Enterprise"
    PROJECT = "project", "项目信息", "Project"
    PLACE = "place", "建设地点", "Place"
    KPIS = "kpis", "设备与指标", "Equipment and KPIs"
    CRITERIA = "criteria", "认定条件", "Criteria"
    FILES = "files", "附件", "Files"
    COMMITMENT = "commitment", "承诺", "Commitment"


class Kind(StrEnum):
    """How a field is typed and checked."""

    LINE = "line"
    TEXT = "text"
    DAY = "day"
    YEAR = "year"
    NUMBER = "number"
    CHOICE = "choice"
    YES_NO = "yes_no"
    CHECK = "check"
    PHONE = "phone"
    EMAIL = "email"
    FILE = "file"


class KpiPart(StrEnum):
    """Which input of a KPI a field holds; `stated` is the enterprise's own figure of a derived share."""

    BASELINE = "baseline"
    CURRENT = "current"
    MEASURE = "measure"
    STATED = "stated"


@dataclass(frozen=True, kw_only=True)
class FormField:
    """One field. `choices` names a code list (units, industries, systems, towns: of these any other text is taken as well); `kpi` and `part` a KPI input.

    `personal`: erased after the retention time and never in events. `group` fields open together when
    a reviewer marks one of them.
    """

    name: str
    section: Section
    label: str
    kind: Kind = Kind.LINE
    required: bool = True
    longest: int = 200
    help: str = ""
    unit: str = ""
    choices: str = ""
    personal: bool = False
    kpi: str = ""
    part: KpiPart | None = None
    criterion: str = ""
    at_least: int = 0
    group: str = ""


BASIC: tuple[FormField, ...] = (
    FormField(name="legal_representative", section=Section.ENTERPRISE, label=Message("法定代表人"), longest=60, personal=True),
    FormField(name="established_on", section=Section.ENTERPRISE, label=Message("成立日期"), kind=Kind.DAY, help=Message("营业执照上的日期，如 2012-03-18")),
    FormField(name="registered_address", section=Section.ENTERPRISE, label=Message("注册地址")),
    FormField(name="contact_name", section=Section.ENTERPRISE, label=Message("联系人"), longest=60, personal=True),
    FormField(name="contact_phone", section=Section.ENTERPRISE, label=Message("联系电话"), kind=Kind.PHONE, longest=40, personal=True),
    FormField(name="contact_email", section=Section.ENTERPRISE, label=Message("联系邮箱"), kind=Kind.EMAIL, required=False, personal=True),
    FormField(name="project_name", section=Section.PROJECT, label=Message("车间或工厂名称"), help=Message("一般写作“企业简称 + 产品或工序 + 车间”")),
    FormField(name="products", section=Section.PROJECT, label=Message("主要产品"), help=Message("用顿号隔开")),
    FormField(name="industry", section=Section.PROJECT, label=Message("行业大类"), kind=Kind.CHOICE, choices="industries", help=Message("GB/T 4754-2017")),
    FormField(name="industry_class", section=Section.PROJECT, label=Message("行业小类代码"), required=False, longest=5, help=Message("四位数字，如 3484；前两位与行业大类一致")),
    FormField(name="summary", section=Section.PROJECT, label=Message("项目简介"), kind=Kind.TEXT, longest=2000, help=Message("建设内容、智能化做法和成效，认定后公开")),
    FormField(name="unit", section=Section.PLACE, label=Message("申报板块"), kind=Kind.CHOICE, choices="units"),
    FormField(name="town", section=Section.PLACE, label=Message("镇（街道）"), longest=60, choices="towns"),
    FormField(name="address", section=Section.PLACE, label=Message("详细地址")),
    FormField(name="system", section=Section.PLACE, label=Message("坐标从哪里来"), kind=Kind.CHOICE, choices="systems", group="point"),
    FormField(name="lon", section=Section.PLACE, label=Message("经度"), kind=Kind.NUMBER, longest=20, group="point"),
    FormField(name="lat", section=Section.PLACE, label=Message("纬度"), kind=Kind.NUMBER, longest=20, group="point"),
)  # fmt: skip

COMMITMENT: tuple[FormField, ...] = (
    FormField(
        name="commitment",
        section=Section.COMMITMENT,
        label=Message("我单位承诺：申报内容和所附材料真实、准确、完整，愿意承担由此产生的责任"),
        kind=Kind.CHECK,
    ),
)
BASELINE_YEAR = FormField(
    name="baseline_year",
    section=Section.KPIS,
    label=Message("基期年份"),
    kind=Kind.YEAR,
    longest=10,
    help=Message("改造前的那一年"),
)
REPORT_YEAR = FormField(name="report_year", section=Section.KPIS, label=Message("报告期年份"), kind=Kind.YEAR, longest=10, help=Message("改造后、数据完整的那一年"))  # fmt: skip


class Form:
    """All fields of one version of the rules, in order, with look-ups."""

    def __init__(self, rules: Rules, purpose: CallPurpose = CallPurpose.TITLE) -> None:
        self.rules, self.purpose = rules, purpose
        self.fields: tuple[FormField, ...] = (
            *(item for item in BASIC if purpose is not CallPurpose.YEARLY or item.name in YEARLY_FIELDS),
            *_kpi_fields(rules.kpis),
            *(made for item in rules.criteria if item.kind != CriterionKind.KPI for made in _criterion_fields(item)),
            *(_file_field(item) for item in rules.files),
            *COMMITMENT,
        )
        self.by_name = {item.name: item for item in self.fields}

    def section(self, section: Section) -> list[FormField]:
        """The fields of a section."""
        return [item for item in self.fields if item.section == section]

    @property
    def sections(self) -> list[Section]:
        """Sections that have fields."""
        present = {item.section for item in self.fields}
        return [section for section in Section if section in present]

    def opened(self, marked: Iterable[str]) -> set[str]:
        """Names of the fields that may change when a reviewer marked these."""
        groups = {self.by_name[name].group for name in marked if name in self.by_name} - {""}
        return {item.name for item in self.fields if item.group in groups} | set(marked)


def file_field(kind: str) -> str:
    """Name of the field of an attachment kind."""
    return f"file-{kind}"


def kpi_field(code: str, part: KpiPart) -> str:
    """Name of the field of a KPI input."""
    return f"kpi-{code}-{part.value}"


def criterion_field(code: str) -> str:
    """Name of the field of a criterion; its evidence has `-evidence` behind."""
    return f"criterion-{code}"


def _kpi_fields(codes: tuple[str, ...]) -> list[FormField]:
    definitions = [item for item in kpis() if item.code in codes]
    if not definitions:
        return []
    made = [REPORT_YEAR]
    if any(item.kind == KpiKind.CHANGE for item in definitions):
        made.insert(0, BASELINE_YEAR)
    for item in definitions:
        made += _inputs(item)
    return made


def _inputs(item: KpiDefinition) -> list[FormField]:
    def field(
        part: KpiPart, label: str, *, kind: Kind = Kind.NUMBER, required: bool = True, help: str = ""
    ) -> FormField:
        return FormField(
            name=kpi_field(item.code, part), section=Section.KPIS, label=label, kind=kind, required=required,
            longest=60 if part == KpiPart.MEASURE else 30, unit="" if part == KpiPart.MEASURE else item.unit,
            kpi=item.code, part=part, group=f"kpi-{item.code}", help=help,
        )  # fmt: skip

    if item.kind == KpiKind.CHANGE:
        measure = Message("改造前后用同一口径")
        if item.usual_unit:
            measure = Message("同一口径，如 %(unit)s", unit=Measure(item.usual_unit))
        if item.unit:
            measure = Message("不填按 %(unit)s；另有口径请写明", unit=Measure(item.unit))
        return [
            field(KpiPart.BASELINE, Message("%(kpi)s（改造前）", kpi=item)),
            field(KpiPart.CURRENT, Message("%(kpi)s（改造后）", kpi=item)),
            field(
                KpiPart.MEASURE,
                Message("%(kpi)s的单位或口径", kpi=item),
                kind=Kind.LINE,
                required=not item.unit,
                help=measure,
            ),
        ]
    if item.numerator is not None:
        return [
            field(
                KpiPart.STATED,
                Message("%(kpi)s（自测值）", kpi=item),
                required=False,
                help=Message("由台数计算；如有自测值可填，用于核对"),
            )
        ]
    return [field(KpiPart.CURRENT, Message("%(text)s", text=item))]


def _criterion_fields(item: Criterion) -> list[FormField]:
    name, group = criterion_field(item.code), f"criterion-{item.code}"
    number = item.kind == CriterionKind.NUMBER
    made = [
        FormField(
            name=name, section=Section.CRITERIA, label=Message("%(text)s", text=item), kind=Kind.NUMBER if number else Kind.YES_NO,
            longest=30, unit=item.unit, criterion=item.code, group=group,
            help=_at_least(item) if number and item.threshold is not None else "",
        )
    ]  # fmt: skip
    if item.evidence:
        made.append(
            FormField(
                name=f"{name}-evidence", section=Section.CRITERIA, label=Message("%(criterion)s：说明或证明材料", criterion=item),
                kind=Kind.TEXT, longest=500, criterion=item.code, group=group,
            )
        )  # fmt: skip
    return made


def _at_least(item: Criterion) -> Message:
    if item.unit in ("", "%"):
        return Message("不低于 %(n)s", n=f"{item.threshold}{item.unit}")
    return Message("不低于 %(n)s %(unit)s", n=item.threshold, unit=Measure(item.unit))


def _file_field(item: RequiredFile) -> FormField:
    return FormField(
        name=file_field(item.kind), section=Section.FILES, label=Message("%(text)s", text=item.kind), kind=Kind.FILE,
        required=item.at_least > 0, at_least=item.at_least,
        help=Message("每张照片写一句说明") if item.kind == "photo" else "",
    )  # fmt: skip


@lru_cache(maxsize=64)
def _form(key: str, purpose: CallPurpose) -> Form:
    return Form(Rules.from_json(json.loads(key)), purpose)


def form_of(rules: Rules | Mapping[str, Any], purpose: CallPurpose = CallPurpose.TITLE) -> Form:
    """The form of some rules for a purpose, also of rules as they are stored; made once for each version of them."""
    stored = rules.to_json() if isinstance(rules, Rules) else rules
    return _form(json.dumps(stored, sort_keys=True, ensure_ascii=False), purpose)
