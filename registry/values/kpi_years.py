"""The years of a set of KPI inputs: one rule for every way in. The gravity is that of `kpi_checks`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from registry.spreadsheets import Value
from registry.values.kpi_checks import Gravity
from registry.values.plain import year
from registry.wording import Message

FIRST_YEAR = 2000


class YearPart(StrEnum):
    """Which of the two years is meant; the values name the fields of form and list."""

    BASELINE = "baseline_year"
    REPORT = "report_year"


@dataclass(frozen=True, kw_only=True)
class YearDoubt:
    """A finding about one year: reason and way out in Chinese."""

    gravity: Gravity
    part: YearPart
    reason: str
    way_out: str


def read_year(value: Value, *, today: date) -> int:
    """A year that KPI values may belong to; BadValue for any other."""
    return year(value, first=FIRST_YEAR, last=today.year)


def check_years(baseline: int | None, report: int | None, *, batch: int | None = None) -> list[YearDoubt]:
    """All findings about the two years of a set. `batch`: year of the title or call, None for a yearly report.

    A baseline behind the report is refused. Equal years, and a report behind the batch, happen and are rare:
    a person is asked.
    """
    found = []
    if baseline is not None and report is not None and baseline >= report:
        is_equal = baseline == report
        found.append(
            YearDoubt(
                gravity=Gravity.QUESTION if is_equal else Gravity.ERROR,
                part=YearPart.BASELINE,
                reason=Message("与报告期年份 %(report)s 相同", report=report)
                if is_equal
                else Message("晚于报告期年份 %(report)s", report=report),
                way_out=Message("改造前后在同一年的，可以不改；否则请核对两个年份")
                if is_equal
                else Message("请核对两个年份"),
            )
        )
    if report is not None and batch is not None and report > batch:
        found.append(
            YearDoubt(
                gravity=Gravity.QUESTION,
                part=YearPart.REPORT,
                reason=Message("晚于批次年份 %(batch)s", batch=batch),
                way_out=Message("认定时的数据一般不晚于批次年份，请核对"),
            )
        )
    return found
