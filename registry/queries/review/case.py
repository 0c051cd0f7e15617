"""One application as an officer sees it: what was submitted, what changed, what was said and done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from registry import declaration
from registry.application_form import Form, FormField, file_field
from registry.application_form.window import beijing_day
from registry.declaration import Fault
from registry.models import Account, Application, Attachment, Event, InternalNote, ReleasedPhoto, Remark, Seen, Snapshot
from registry.permissions import Actor
from registry.queries.applications.access import count_files, form_for, visible
from registry.queries.applications.returned import is_overdue
from registry.queries.calls.waived import is_waived
from registry.queries.inspection.standing import verified_inputs
from registry.queries.review.clock import Limit, Pause, load_clock
from registry.queries.review.duplicates import Duplicate, find_duplicates
from registry.queries.review.quota import recommended_count
from registry.queries.review.sheets import SheetRow, Tally, sheet_rows, tally
from registry.queries.review.sheltered import is_shown, since_shown, status_shown
from registry.statuses import HELD_STATUSES, blurred, shown_to
from registry.terms import ApplicationStatus, CallRule, Role
from registry.values.kpi_checks import KpiInput


@dataclass(frozen=True, kw_only=True)
class Change:
    """A field that differs between two submitted versions; texts as typed, file names for files."""

    field: FormField
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Differences:
    """What the latest version changed against an earlier one (`since` its number)."""

    since: int
    changes: list[Change]


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One line of the history; `actor` is empty for the operator and the public."""

    at: datetime
    action: str
    actor_id: int | None
    actor_role: str
    actor: str
    before: str
    after: str
    note: str


@dataclass(frozen=True, kw_only=True)
class File:
    """A file of the latest version."""

    id: int
    kind: str
    filename: str
    caption: str
    size: int
    released: str | None = None
    """The caption under which the public sees it; None when it does not."""
    alt: str = ""


@dataclass(frozen=True, kw_only=True)
class Case:
    """Everything of the detail page. `answers` are those last submitted, with contacts for who looks at them."""

    application: Application
    reader: Role | None
    form: Form
    snapshot: Snapshot
    answers: Mapping[str, str]
    hidden: frozenset[str]
    """Personal fields that are filled in and not in `answers`: looking at them is an event."""
    derived: Mapping[str, str]
    declared: Mapping[str, KpiInput]
    verified: Mapping[str, KpiInput]
    sheet: list[SheetRow]
    files: list[File]
    doubts: list[Fault]
    remarks: list[Remark]
    notes: list[InternalNote]
    is_seen: bool
    since_seen: Differences | None
    since_return: Differences | None
    duplicates: list[Duplicate]
    history: list[Happening]
    days: int
    limit: Limit
    due: date | None
    is_overdue: bool
    """Whether the promised days of this step, or the time for the correction, are over."""
    pauses: list[Pause]
    today: date
    used: int
    quota: int | None
    is_quota_waived: bool

    @property
    def status(self) -> ApplicationStatus:
        """The state as the reader knows it."""
        return shown_to(self.reader, ApplicationStatus(self.application.status))

    @property
    def tally(self) -> Tally:
        """How far the criteria sheet is."""
        return tally([row.answer for row in self.sheet])

    @property
    def has_quota_left(self) -> bool:
        """Whether the unit may recommend one more."""
        return self.quota is None or self.is_quota_waived or self.used < self.quota


def find_case(
    session: Session, actor: Actor, application_id: int, *, now: datetime, with_contacts: bool = False
) -> Case:
    """The case; NotFound out of the actor's scope. The number of queries does not depend on what it holds.

    `with_contacts` is for who has said that he looks at them (`services.review.casework.look_at_contacts`)."""
    application = visible(session, actor, application_id)
    snapshots = list(
        session.scalars(select(Snapshot).where(Snapshot.application_id == application.id).order_by(Snapshot.number))
    )
    newest = snapshots[-1]
    form = form_for(application)
    personal = {item.name for item in form.fields if item.personal}
    contacts = {name: text for name, text in application.answers.items() if name in personal and text}
    answers = newest.answers | contacts
    today = beijing_day(now)
    checked = declaration.check(
        form,
        answers,
        count_files(session, application.id),
        declaration.load_choices(session),
        today=today,
        batch=application.call.year,
    )
    verified = verified_inputs(session, application.id)
    rows = session.execute(
        select(ReleasedPhoto.attachment_id, ReleasedPhoto.caption, ReleasedPhoto.alt)
        .join(Attachment, Attachment.id == ReleasedPhoto.attachment_id)
        .where(Attachment.application_id == application.id)
    )
    released = {row.attachment_id: (row.caption, row.alt) for row in rows}
    remarks = list(
        session.scalars(
            select(Remark)
            .where(Remark.application_id == application.id)
            .order_by(Remark.id.desc())
            .options(joinedload(Remark.author))
        )
    )
    notes = session.scalars(
        select(InternalNote)
        .where(InternalNote.application_id == application.id)
        .order_by(InternalNote.id.desc())
        .options(joinedload(InternalNote.author))
    )
    seen = session.scalar(
        select(Seen.snapshot_id).where(Seen.account_id == actor.id, Seen.application_id == application.id)
    )
    by_id = {snapshot.id: snapshot for snapshot in snapshots}
    returned = next((by_id.get(remark.snapshot_id) for remark in remarks), None)
    unit = application.unit_code or ""
    real, clock = ApplicationStatus(application.status), load_clock(session, now=now)
    status = shown_to(actor.role, real)
    since = since_shown(session, actor.role, {application.id: real}).get(application.id, application.step_since)
    place = application.call_form_id, status, application.unit_code
    with_officers = status in HELD_STATUSES
    return Case(
        application=application,
        reader=actor.role,
        form=form,
        snapshot=newest,
        answers=answers if with_contacts else newest.answers,
        hidden=frozenset(() if with_contacts else contacts),
        derived=declaration.derived(form, answers, today=today),
        declared=checked.declared.kpis,
        verified=verified,
        sheet=sheet_rows(application, form, answers, checked.declared.kpis, verified),
        files=[_file(item, released) for item in newest.files],
        doubts=checked.doubts,
        remarks=remarks,
        notes=list(notes),
        is_seen=seen == newest.id,
        since_seen=_differences(form, by_id.get(seen or 0), newest),
        since_return=_differences(form, returned, newest),
        duplicates=find_duplicates(session, actor, application),
        history=_history(session, actor, application.id),
        days=clock.elapsed(*place, since),
        limit=clock.limit(application.call_form_id, status),
        due=clock.due(*place, since) if with_officers else application.due_on,
        is_overdue=(
            status not in blurred(actor.role) and clock.is_late(*place, since)
            if with_officers
            else is_overdue(application, today)
        ),
        pauses=[pause for pause in clock.pauses_of(*place) if pause.last_day >= today] if with_officers else [],
        today=today,
        used=recommended_count(session, application.call_id, unit),
        quota=form.rules.quotas.get(unit),
        is_quota_waived=is_waived(session, application, CallRule.QUOTA),
    )


def compare(form: Form, before: Snapshot, after: Snapshot) -> list[Change]:
    """Fields that differ between two versions, in the order of the form."""
    found = []
    files_before, files_after = _file_names(before), _file_names(after)
    for item in form.fields:
        old = before.answers.get(item.name, "") or files_before.get(item.name, "")
        new = after.answers.get(item.name, "") or files_after.get(item.name, "")
        if old != new:
            found.append(Change(field=item, before=old, after=new))
    return found


def _differences(form: Form, before: Snapshot | None, after: Snapshot) -> Differences | None:
    if before is None or before.id == after.id:
        return None
    return Differences(since=before.number, changes=compare(form, before, after))


def _file_names(snapshot: Snapshot) -> dict[str, str]:
    names: dict[str, list[str]] = {}
    for item in snapshot.files:
        # The digest shows that a file of the same name is another one.
        text = f"{item['filename']}（{item['sha256'][:8]}）" + (f"：{item['caption']}" if item["caption"] else "")
        names.setdefault(file_field(item["kind"]), []).append(text)
    return {name: "\n".join(texts) for name, texts in names.items()}


def _file(item: Mapping[str, object], released: Mapping[int, tuple[str, str]]) -> File:
    caption, alt = released.get(int(str(item["id"])), (None, ""))
    return File(
        id=int(str(item["id"])),
        kind=str(item["kind"]),
        filename=str(item["filename"]),
        caption=str(item["caption"]),
        size=int(str(item["size"])),
        released=caption,
        alt=alt,
    )


def _history(session: Session, actor: Actor, application_id: int) -> list[Happening]:
    statement = (
        select(Event.at, Event.action, Event.actor_id, Event.actor_role, Account.name, Event.changes, Event.note)
        .outerjoin(Account, Account.id == Event.actor_id)
        .where(Event.subject_type == "application", Event.subject_id == application_id)
        .order_by(Event.id.desc())
    )
    return [
        Happening(
            at=at,
            action=action,
            actor_id=actor_id,
            actor_role=role,
            actor=name or "",
            before=status_shown(actor.role, str((changes.get("status") or ("", ""))[0] or "")),
            after=status_shown(actor.role, str((changes.get("status") or ("", ""))[1] or "")),
            note=note,
        )
        for at, action, actor_id, role, name, changes, note in session.execute(statement)
        if is_shown(actor.role, changes.get("status"))
    ]


def last_happening(session: Session, actor: Actor, application_id: int) -> Happening | None:
    """What happened to an application last, as far as a reader may know: who did what, when."""
    return next(iter(_history(session, actor, application_id)), None)


__all__ = ["Case", "Change", "Differences", "File", "Happening", "compare", "find_case", "last_happening"]
