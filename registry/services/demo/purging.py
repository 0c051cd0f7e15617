"""Taking the demo data out again, and telling demo records from real ones."""

from __future__ import annotations

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from registry import wording
from registry.errors import Conflict
from registry.models import (
    Account,
    Application,
    Assignment,
    Attachment,
    CalendarDay,
    CalendarYear,
    Call,
    CallExtension,
    CallFile,
    CallForm,
    CallSubject,
    ChangeJournal,
    ChangeRequest,
    Counter,
    Document,
    DuplicateAnswer,
    Enterprise,
    EnterpriseHonor,
    EnterpriseName,
    ErrorReport,
    Event,
    Expert,
    ExpertConflict,
    ExpertField,
    FormerCode,
    ImportJob,
    Inspection,
    InspectionDraw,
    InspectionMember,
    InspectionPhoto,
    InspectionPick,
    InternalNote,
    KpiReport,
    KpiValue,
    LoginSession,
    MailProof,
    Message,
    NameMatch,
    Notice,
    NoticeItem,
    NoticeNote,
    Objection,
    ObjectionFile,
    OneTimeToken,
    OtherName,
    Panel,
    PanelItem,
    PanelResult,
    Project,
    ProjectLink,
    ProjectName,
    ProjectSearch,
    ProjectStory,
    Publication,
    PublicChange,
    Recognition,
    ReEvaluation,
    ReleasedPhoto,
    Remark,
    Seen,
    ServiceEvent,
    Snapshot,
    SupplierProfile,
    Throttle,
    VoidTitle,
    Waiver,
)
from registry.models.triggers import drop_append_only, install_triggers
from registry.permissions import Actor
from registry.services.events import Entry, record

MARKED = (Enterprise, Project, Document, Account, Call, Application)
DEPENDENTS = (
    PanelResult,
    Assignment,
    PanelItem,
    Panel,
    ExpertConflict,
    ExpertField,
    Expert,
    ImportJob,
    ChangeJournal,
    ReleasedPhoto,
    ChangeRequest,
    ErrorReport,
    ObjectionFile,
    Objection,
    NoticeNote,
    NoticeItem,
    Notice,
    CalendarDay,
    CalendarYear,
    VoidTitle,
    FormerCode,
    InspectionPhoto,
    InspectionMember,
    Inspection,
    InspectionPick,
    InspectionDraw,
    Message,
    ProjectLink,
    ProjectStory,
    ServiceEvent,
    SupplierProfile,
    MailProof,
    Remark,
    InternalNote,
    Seen,
    DuplicateAnswer,
    Attachment,
    Snapshot,
    CallSubject,
    Application,
    Waiver,
    CallExtension,
    CallFile,
    Publication,
    NameMatch,
    CallForm,
    Call,
    LoginSession,
    OneTimeToken,
    Throttle,
    Account,
    KpiValue,
    KpiReport,
    ProjectSearch,
    ProjectName,
    OtherName,
    ReEvaluation,
    Recognition,
    Project,
    EnterpriseHonor,
    EnterpriseName,
    Enterprise,
    Document,
    Event,
)
"""Children first, so that no foreign key stands in the way."""


def has_real_records(session: Session) -> bool:
    """Whether any enterprise, project, document, account, call or application is not demo data."""
    return any(
        session.scalar(select(func.count()).select_from(model).where(model.is_demo.is_(False))) for model in MARKED
    )


def is_empty(session: Session) -> bool:
    """Whether there is no enterprise, project, document, call or application; an account may be there already."""
    return not any(session.scalar(select(func.count()).select_from(model)) for model in MARKED if model is not Account)


def stored_photos(session: Session) -> list[str]:
    """Storage names of the files that `demo load` made, to be discarded once the rows are gone."""
    return list(session.scalars(select(InspectionPhoto.storage_name)))


def purge_demo(session: Session, actor: Actor) -> int:
    """Return the database to its state after init, with a new audit chain that says so.

    Returns the number of projects removed; raises Conflict when a real record exists.
    """
    if has_real_records(session):
        raise Conflict(
            wording.Message("数据库中已有真实记录，不能清除演示数据。请改用新的数据目录，或先备份后另建数据库。")
        )
    projects = session.scalar(select(func.count()).select_from(Project)) or 0
    connection = session.connection()
    drop_append_only(connection)
    session.execute(update(Project).values(parent_id=None, merged_into_id=None))
    session.execute(update(Enterprise).values(merged_into_id=None))
    for model in DEPENDENTS:
        session.execute(delete(model))
    for name in ("application_", "change_", "report_", "objection_"):
        session.execute(delete(Counter).where(Counter.name.startswith(name)))
    session.execute(update(Counter).where(Counter.name != "revision").values(value=0))
    # One row says that everything changed, in the place of one for each project that was.
    session.execute(delete(PublicChange))
    revision = session.scalar(select(Counter.value).where(Counter.name == "revision")) or 0
    session.add(PublicChange(project_id=0, revision=revision))
    install_triggers(connection)
    session.expire_all()
    record(
        session,
        actor,
        Entry(
            action="demo.purge",
            subject_type="registry",
            note=f"清除演示数据：{projects} 个项目；办理记录从此重新开始。",
        ),
    )
    return projects
