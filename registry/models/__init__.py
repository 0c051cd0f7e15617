"""All tables. Services and queries import the classes from here."""

from registry.models.accounts import Account, LoginSession, OneTimeToken, Throttle
from registry.models.applications import (
    Application,
    Attachment,
    Call,
    CallExtension,
    CallForm,
    DuplicateAnswer,
    InternalNote,
    Phrase,
    ReleasedPhoto,
    Remark,
    Seen,
    Snapshot,
    Waiver,
)
from registry.models.correspondence import Message, NameMatch, Publication
from registry.models.imports import ImportJob
from registry.models.later import CallSubject, CategoryMapping, ReEvaluation
from registry.models.life import ChangeRequest, ErrorReport, FormerCode, VoidTitle
from registry.models.naming import NameDecision
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
from registry.models.records import Counter, Event, PublicChange
from registry.models.reference import (
    Category,
    Division,
    Industry,
    InstalledCity,
    Kpi,
    PublishedTotal,
    ReportingUnit,
    Town,
    UnitAlias,
)

__all__ = [
    "Account",
    "Application",
    "Attachment",
    "Call",
    "CallExtension",
    "CallForm",
    "CallSubject",
    "Category",
    "CategoryMapping",
    "ChangeRequest",
    "Counter",
    "Division",
    "Document",
    "DuplicateAnswer",
    "Enterprise",
    "EnterpriseHonor",
    "EnterpriseName",
    "ErrorReport",
    "Event",
    "FormerCode",
    "ImportJob",
    "Industry",
    "InstalledCity",
    "InternalNote",
    "Kpi",
    "KpiReport",
    "KpiValue",
    "LoginSession",
    "Message",
    "NameDecision",
    "NameMatch",
    "OneTimeToken",
    "Phrase",
    "Project",
    "ProjectName",
    "ProjectSearch",
    "PublicChange",
    "Publication",
    "PublishedTotal",
    "ReEvaluation",
    "Recognition",
    "ReleasedPhoto",
    "Remark",
    "ReportingUnit",
    "Seen",
    "Snapshot",
    "Throttle",
    "Town",
    "UnitAlias",
    "VoidTitle",
    "Waiver",
]
