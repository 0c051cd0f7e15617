"""The rules of a call as data: what may apply, what must be stated, which files belong to it. Pure.

They are stored as JSON, one row a version (`models.CallForm`); an application keeps the version it
was begun with, so that a later call or a later edit never changes an older record's form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from registry import reference
from registry.application_form.scoring_rules import SHOWN_FILES, ScoreItem, Veto, scoring_from_json
from registry.evaluation.terms import ScoreMethod, VetoRule
from registry.kpi_definitions import kpis
from registry.terms import AfterCorrection, AttachmentKind


class CriterionKind(StrEnum):
    """How a criterion is answered."""

    YES_NO = "yes_no"
    NUMBER = "number"
    KPI = "kpi"


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """认定条件: a question answered by yes or no, a number that must reach `threshold` (in `unit`), or a
    KPI whose derived value must (`kpi`; nothing is typed twice).

    `evidence` asks for a sentence naming the proof.
    """

    code: str
    text: str
    kind: CriterionKind = CriterionKind.YES_NO
    threshold: Decimal | None = None
    unit: str = ""
    kpi: str = ""
    evidence: bool = False

    def label(self, language: str = "zh") -> str:
        """The text; in English that of a shipped criterion. What an officer wrote stays as it is."""
        return reference.criteria_in_english().get(self.text, self.text) if language == "en" else self.text


@dataclass(frozen=True, kw_only=True)
class RequiredFile:
    """An attachment kind with the least number of files (0 = may be added)."""

    kind: AttachmentKind
    at_least: int = 1


@dataclass(frozen=True, kw_only=True)
class InspectionItem:
    """A line of the checklist of a site inspection."""

    code: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Rules:
    """One version of a call's rules.

    per_enterprise: applications of one enterprise in this call, 0 = no limit · excludes: categories
    whose valid holders may not apply with the same project · most_titles: valid titles of an
    enterprise in the call's category from which on it may not apply, 0 = no limit · cool_down_years:
    years after a revocation · quotas: recommendations of a unit, absent = no limit · least_age_years:
    since establishment · handling_days: promised days of a step, the queue's overdue mark ·
    second_person: somebody else of the enterprise confirms before submission · experts: how many score an
    application, 0 = no experts' round · spread_limit: points between highest and lowest total beyond which the
    chair is asked, 0 = never · tie_item: code of the item that decides between equal scores · inspection_share: per
    cent of each unit's applications that are drawn for a site inspection, 0 = none · inspection_list: its checklist ·
    inspection_kpis: declared values that it verifies · notice_days: length of the public notice before recognition,
    0 = none; notice_unit: `working` or `calendar` days; count_first_day: the day of opening is day 1 if it is a
    working day · correction_days: working days to correct a returned application, 0 = no deadline ·
    after_correction: what happens afterwards · step_days: working days of single steps by status; a step without
    its own has `handling_days` · covers, interval_years: a re-evaluation or yearly report asks about valid titles of these categories (none: that of the call) that
    were given or confirmed so many years ago (0: about all).
    """

    per_enterprise: int = 1
    excludes: tuple[str, ...] = ()
    most_titles: int = 0
    cool_down_years: int = 2
    least_age_years: int = 1
    quotas: Mapping[str, int] = field(default_factory=dict)
    criteria: tuple[Criterion, ...] = ()
    kpis: tuple[str, ...] = ()
    files: tuple[RequiredFile, ...] = ()
    handling_days: int = 15
    second_person: bool = True
    experts: int = 0
    score_items: tuple[ScoreItem, ...] = ()
    vetoes: tuple[Veto, ...] = ()
    veto_rule: VetoRule = VetoRule.ANY
    score_method: ScoreMethod = ScoreMethod.MEAN
    score_decimals: int = 2
    spread_limit: int = 20
    tie_item: str = ""
    expert_files: tuple[AttachmentKind, ...] = SHOWN_FILES
    inspection_share: int = 0
    inspection_list: tuple[InspectionItem, ...] = ()
    inspection_kpis: tuple[str, ...] = ()
    notice_days: int = 0
    notice_unit: str = "working"
    count_first_day: bool = True

    @property
    def has_notice(self) -> bool:
        """Whether a public notice comes before recognition."""
        return self.notice_days > 0

    correction_days: int = 10
    after_correction: AfterCorrection = AfterCorrection.WAIT
    step_days: Mapping[str, int] = field(default_factory=dict)
    covers: tuple[str, ...] = ()
    interval_years: int = 0

    def to_json(self) -> dict[str, Any]:
        """Plain data for storing."""
        data = asdict(self)
        data["after_correction"] = self.after_correction.value
        data["quotas"], data["step_days"] = dict(self.quotas), dict(self.step_days)
        for item in data["criteria"]:
            item["threshold"] = None if item["threshold"] is None else str(item["threshold"])
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Rules:
        """The rules that `to_json` wrote. A version from before deadlines for corrections has none."""
        known = {"correction_days": 0, **data}
        known["after_correction"] = AfterCorrection(known.get("after_correction", AfterCorrection.WAIT))
        criteria = tuple(
            Criterion(
                code=item["code"],
                text=item["text"],
                kind=CriterionKind(item["kind"]),
                threshold=None if item["threshold"] is None else Decimal(item["threshold"]),
                unit=item["unit"],
                kpi=item.get("kpi", ""),
                evidence=item["evidence"],
            )
            for item in known.pop("criteria", ())
        )
        files = tuple(
            RequiredFile(kind=AttachmentKind(item["kind"]), at_least=item["at_least"])
            for item in known.pop("files", ())
        )
        excludes, kpis = tuple(known.pop("excludes", ())), tuple(known.pop("kpis", ()))
        scoring = scoring_from_json(known)
        known["inspection_list"] = tuple(InspectionItem(**item) for item in known.pop("inspection_list", ()))
        known["inspection_kpis"] = tuple(known.pop("inspection_kpis", ()))
        known["covers"] = tuple(known.pop("covers", ()))
        return cls(criteria=criteria, files=files, excludes=excludes, kpis=kpis, **scoring, **known)


def default_rules(category: str, excludes: tuple[str, ...] = ()) -> Rules:
    """Rules to start a new call with: the criteria and files usual for smart workshops (domain §3).

    `excludes`: categories whose holders do not apply; at least that of the call.
    """
    return Rules(
        excludes=excludes or (category,),
        criteria=tuple(
            Criterion(
                code=row.code,
                text=row.text,
                kind=CriterionKind(row.kind),
                threshold=row.threshold,
                unit=row.unit,
                kpi=row.kpi,
                evidence=row.evidence,
            )
            for row in reference.criteria()
        ),
        kpis=tuple(item.code for item in kpis() if item.in_new_calls),
        files=(
            RequiredFile(kind=AttachmentKind.BUSINESS_LICENSE),
            RequiredFile(kind=AttachmentKind.AUTHENTICITY_COMMITMENT),
            RequiredFile(kind=AttachmentKind.INVESTMENT_LIST),
            RequiredFile(kind=AttachmentKind.PHOTO, at_least=2),
            RequiredFile(kind=AttachmentKind.OTHER, at_least=0),
        ),
    )
