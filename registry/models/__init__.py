"""All tables. Services and queries import the classes from here."""

from registry.models.people import Enterprise, EnterpriseHonor, EnterpriseName
from registry.models.projects import (
    Document,
    KpiReport,
    KpiValue,
    Project,
    ProjectName,
    ProjectSearch,
    Recognition,
)
from registry.models.records import Counter, Event
from registry.models.reference import Category, Division, Industry, Kpi, ReportingUnit

__all__ = [
    "Category",
    "Counter",
    "Division",
    "Document",
    "Enterprise",
    "EnterpriseHonor",
    "EnterpriseName",
    "Event",
    "Industry",
    "Kpi",
    "KpiReport",
    "KpiValue",
    "Project",
    "ProjectName",
    "ProjectSearch",
    "Recognition",
    "ReportingUnit",
]
