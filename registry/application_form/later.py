"""What is special about the later forms of a title: re-evaluation and yearly report. Pure."""

from __future__ import annotations

from dataclasses import replace

from registry.application_form.rules import Rules
from registry.purposes import CallPurpose

YEARLY_FIELDS = frozenset(
    ("contact_name", "contact_phone", "contact_email", "project_name", "unit", "baseline_year", "report_year")
)
"""What a yearly report asks besides KPIs, files and the commitment: the project itself is on record."""
_OF_RECORD = frozenset(("project_name", "unit"))
_FIXED = {
    CallPurpose.TITLE: frozenset[str](),
    CallPurpose.RE_EVALUATION: _OF_RECORD,
    CallPurpose.YEARLY: _OF_RECORD | {"report_year"},
}


def fixed_fields(purpose: CallPurpose) -> frozenset[str]:
    """Fields that follow from the record and the call: shown in the form, changed by nobody in it."""
    return _FIXED[purpose]


def suited(rules: Rules, purpose: CallPurpose) -> Rules:
    """Rules as they can hold for a purpose: nobody competes in a later form, so what limits applications is off.

    A yearly report asks figures alone.
    """
    if purpose is CallPurpose.TITLE:
        return replace(rules, covers=(), interval_years=0)
    open_to_all = replace(
        rules,
        per_enterprise=0,
        excludes=(),
        most_titles=0,
        cool_down_years=0,
        least_age_years=0,
        quotas={},
    )
    if purpose is CallPurpose.RE_EVALUATION:
        return open_to_all
    return replace(open_to_all, criteria=(), interval_years=0, experts=0, inspection_share=0, notice_days=0)


def is_due(since: int | None, *, interval: int, year: int) -> bool:
    """Whether a title of year `since` (or re-evaluated then) is asked about in `year`.

    Without an interval every title is; one whose year is not known is never due by itself.
    """
    return not interval or (since is not None and since + interval <= year)
