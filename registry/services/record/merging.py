"""Two records that are one: everything of the other goes to the survivor, and its address leads there."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput
from registry.models import (
    Application,
    ChangeRequest,
    ErrorReport,
    KpiReport,
    NameMatch,
    Project,
    ProjectName,
    Recognition,
    ReleasedPhoto,
    VoidTitle,
)
from registry.models.life import OPEN
from registry.permissions import Actor, Permission, require
from registry.services.events import Entry, record
from registry.services.record import other_names, search_index, subjects, titles
from registry.services.record.checks import require_past
from registry.services.record.projects import held
from registry.services.record.relation_merging import hand_over_relations
from registry.terms import ReportKind
from registry.wording import Message


def merge_projects(
    session: Session, actor: Actor, survivor: Project, other: Project, *, document: str = "", on: date, now: datetime
) -> Project:
    """Let `survivor` take over titles, figures, photos, names, applications and the code of `other`.

    A title that both hold by the same document was entered twice: that of `other` becomes void. Raises
    Conflict naming titles or yearly reports of both that contradict each other; nothing is lost silently.
    """
    require(actor, Permission.RECORD_CHANGE)
    if survivor.id == other.id:
        raise InvalidInput(Message("不能把项目并入它自己。"), field="other")
    # Always locked in the order of their ids, so that two mergers at once wait for each other in turn.
    for project_id in sorted((survivor.id, other.id)):
        held(session, project_id)
    require_past(on, now=now)
    _require_no_open_request(session, other)
    twice = _entered_twice(session, survivor, other)
    _require_other_years(session, survivor, other)
    if twice:
        for title, kept in twice:
            subjects.follow_title(session, title.id, kept.id)
            session.execute(
                update(Application).where(Application.recognition_id == title.id).values(recognition_id=kept.id)
            )
        reason = str(Message("与 %(code)s 重复登记", code=survivor.code))
        titles.void(session, actor, [title for title, _kept in twice], reason=reason, now=now)
    moved = list(session.scalars(select(Recognition).where(Recognition.project_id == other.id)))
    subjects.follow_merge(session, survivor, other)
    _hand_over(session, survivor, other)
    titles.report_moved(session, actor, moved, of=other.code, to=survivor.code)
    _hand_over_names(survivor, other, until=on - timedelta(days=1))
    other_names.hand_over(session, survivor, other)
    other.merged_into_id, other.updated_at, survivor.updated_at = survivor.id, now, now
    for earlier in session.scalars(select(Project).where(Project.merged_into_id == other.id)):
        # One step from every old code to where it leads now.
        earlier.merged_into_id = survivor.id
    session.flush()
    search_index.refresh(session, [survivor.id, other.id])
    changes = {"merged": (other.code, survivor.code), "on": (None, on.isoformat())}
    for project in (survivor, other):
        entry = Entry(
            action="project.merge", subject_type="project", subject_id=project.id, changes=changes, note=document
        )
        record(session, actor, entry, at=now)
    return survivor


def _entered_twice(session: Session, survivor: Project, other: Project) -> list[tuple[Recognition, Recognition]]:
    """(title of `other`, the one of `survivor` by the same document); Conflict where the documents differ."""
    own = {_key(title): title for title in survivor.recognitions}
    twice = []
    for title in other.recognitions:
        same = own.get(_key(title))
        if same is None:
            continue
        if same.document_id != title.document_id:
            raise Conflict(
                Message(
                    "%(code)s 和 %(other_code)s 有同一类认定（%(year)s），文号不同（%(numbers)s），"
                    "可能是两个车间；如是登记差错，请先在登记维护中办理“登记差错作废”。",
                    code=survivor.code,
                    other_code=other.code,
                    year=title.year or Message("年份不详"),
                    numbers=[same.document.number, title.document.number],
                ),
                field="other",
            )
        twice.append((title, same))
    return twice


def _key(title: Recognition) -> tuple[str, int, str]:
    return title.category_code, title.year or 0, title.stage or ""


def _require_other_years(session: Session, survivor: Project, other: Project) -> None:
    """Two yearly reports of one year cannot both stand."""

    def years(project: Project) -> set[tuple[int | None, str]]:
        rows = session.execute(
            select(KpiReport.report_year, KpiReport.basis).where(
                KpiReport.project_id == project.id, KpiReport.kind == ReportKind.YEARLY.value
            )
        )
        return {(row.report_year, row.basis) for row in rows}

    both = sorted({year or 0 for year, _basis in years(survivor) & years(other)})
    if both:
        raise Conflict(
            Message(
                "%(code)s 和 %(other_code)s 都有 %(listed)s 年的年度报告，请先更正其中一份。",
                code=survivor.code,
                other_code=other.code,
                listed=both,
            ),
            field="other",
        )


def _require_no_open_request(session: Session, other: Project) -> None:
    statement = select(ChangeRequest.number).where(ChangeRequest.project_id == other.id, text(OPEN))
    number = session.scalar(statement.order_by(ChangeRequest.id))
    if number is not None:
        raise Conflict(
            Message("%(code)s 还有变更申请 %(number)s 没有办结，请先办结。", code=other.code, number=number),
            field="other",
        )


def _hand_over(session: Session, survivor: Project, other: Project) -> None:
    hand_over_relations(session, survivor, other)
    for model in (Recognition, KpiReport, ReleasedPhoto, Application, NameMatch, VoidTitle, ErrorReport, ChangeRequest):
        session.execute(
            update(model).where(model.project_id == other.id).values(project_id=survivor.id),
            execution_options={"synchronize_session": "fetch"},
        )
    session.execute(update(Project).where(Project.parent_id == other.id).values(parent_id=survivor.id))
    if survivor.parent_id in (other.id, survivor.id):
        survivor.parent_id = None
    session.flush()
    session.expire(other, ["recognitions"])
    session.expire(survivor, ["recognitions"])


def _hand_over_names(survivor: Project, other: Project, *, until: date) -> None:
    known = {survivor.name_key, *(former.name_key for former in survivor.former_names)}
    for former in [*other.former_names, ProjectName(name=other.name, name_key=other.name_key, until=until)]:
        if former.name_key not in known:
            known.add(former.name_key)
            survivor.former_names.append(ProjectName(name=former.name, name_key=former.name_key, until=former.until))
