"""Values of the field table: what stands in one cell or item for a program, and for a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from registry.queries.catalogue.code_lists import CodeLists, Item
from registry.queries.record.kpis import PublicKpi
from registry.queries.record.rows import ProjectRow, TitleRow
from registry.terms import KpiKind, RecognitionStatus, Sector

WHOLE = (KpiKind.COUNT, KpiKind.ORDINAL)
"""KPIs whose values are whole numbers."""


def name_of(items: Mapping[str, Item], code: str | None, language: str = "zh") -> str | None:
    """The name of a code, None where there is none."""
    return items[code].label(language) if code is not None and code in items else None


def sector(row: ProjectRow, lists: CodeLists) -> str | None:
    """The sector that the project's industry belongs to."""
    return lists.industries[row.industry].sector if row.industry else None


def sector_name(row: ProjectRow, lists: CodeLists, language: str) -> str | None:
    """The same in words."""
    code = sector(row, lists)
    return Sector(code).label(language) if code else None


def categories(row: ProjectRow) -> list[str]:
    """Codes of the categories of which the project has a title."""
    return list(dict.fromkeys(title.category for title in row.titles))


def listed(texts: Iterable[str], language: str) -> str:
    """Several texts in one cell for a person."""
    return ("; " if language == "en" else "；").join(texts)


def title_words(title: TitleRow, lists: CodeLists, language: str) -> str:
    """A title as a person writes it, e.g. 市级示范智能车间，2020 年，某工信发〔2020〕1号，有效."""
    category = lists.categories[title.category].label(language)
    unknown, year = ("year not known", str(title.year)) if language == "en" else ("年份不详", f"{title.year} 年")
    status = RecognitionStatus(title.status).label(language)
    parts = (category, year if title.year else unknown, title.document_number, status)
    return (", " if language == "en" else "，").join(part for part in parts if part)


def title_item(title: TitleRow) -> dict[str, Any]:
    """One item of `recognitions`."""
    return {
        "category": title.category,
        "tier": title.tier,
        "name_awarded": title.name_awarded,
        "enterprise_awarded": title.enterprise_awarded,
        "year": title.year,
        "document_number": title.document_number,
        "announced_on": title.announced_on.isoformat() if title.announced_on else None,
        "stage": title.stage,
        "status": title.status,
    }


def title_text(title: TitleRow) -> str:
    """A title in one csv cell, in codes."""
    parts = (title.category, str(title.year or ""), title.document_number, title.status)
    return "|".join(parts)


def kpi_item(kpi: PublicKpi) -> dict[str, Any]:
    """One value of `kpis`; `value` is null where before and after cannot be compared."""
    value = kpi.value
    return {
        "value": None if value is None else (int(value) if kpi.kind in WHOLE else float(value)),
        "unit": kpi.unit,
        "baseline_year": kpi.baseline_year,
        "report_year": kpi.report_year,
        "basis": kpi.basis.value,
    }
