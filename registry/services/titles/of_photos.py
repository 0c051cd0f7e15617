"""A photo is shown on the page of a project, or withdrawn from it, because somebody asked for it.

The file of the request is the photo: it stays with the request, and the public meets it only by the row of a release.
"""

from __future__ import annotations

from hashlib import blake2b

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.changes import ChangeKind
from registry.errors import Conflict, InvalidInput
from registry.models import Project, ReleasedPhoto
from registry.queries.titles.photos import photos_of
from registry.services.applications.attachments import checked_alt, checked_caption
from registry.services.events import Entry, record
from registry.services.titles.effects import Doing, Effect, Typed, Values
from registry.services.titles.of_projects import project_of
from registry.services.titles.subjects import Subject
from registry.terms import AttachmentKind
from registry.values.row_ids import row_id
from registry.wording import Message


def photo_key(subject: Subject, wanted: Values) -> str:
    """What a request is about: photos under different captions may wait side by side."""
    return f"{subject.key}:{blake2b(wanted['caption'].encode(), digest_size=8).hexdigest()}"


def _read(session: Session, subject: Subject, typed: Typed) -> Values:
    shown = {photo.id for photo in photos_of(session, project_of(subject).id)}
    chosen = [number for each in typed.get("withdraw", ()) if (number := row_id(str(each))) is not None]
    caption, alt, photo = str(typed.get("caption", "")), str(typed.get("alt", "")), str(typed.get("file", ""))
    if not photo and (caption.strip() or alt.strip() or not chosen):
        raise InvalidInput(Message("请选择要公开的照片；只撤下照片的，勾选要撤下的，说明留空。"), field="file")
    if not shown.issuperset(chosen):
        raise InvalidInput(Message("选中的照片有的已不再公开，请刷新后再选。"), field="withdraw")
    if photo:
        caption, alt = checked_caption(AttachmentKind.PHOTO, caption), checked_alt(alt)
    return {"caption": caption if photo else "", "alt": alt if photo else "", "withdraw": sorted(set(chosen))}


def _shown_now(session: Session, subject: Subject, wanted: Typed) -> Values:
    photos = photos_of(session, project_of(subject).id)
    return {"withdraw": [[photo.id, photo.caption, photo.alt] for photo in photos]}


def _apply(doing: Doing, wanted: Typed) -> None:
    session, project = doing.session, project_of(doing.subject)
    leaving = list(
        session.scalars(
            select(ReleasedPhoto).where(
                ReleasedPhoto.id.in_(wanted["withdraw"]), ReleasedPhoto.project_id == project.id
            )
        )
    )
    if len(leaving) != len(wanted["withdraw"]):
        raise Conflict(Message("要撤下的照片有的已不再公开，请退回修改。"), field="withdraw")
    for photo in leaving:
        session.delete(photo)
        _report(doing, project, "photo.withdraw")
    # A request that is only tried has no file yet: what it says has been checked when it was read.
    if wanted["caption"] and doing.request is not None:
        shown = ReleasedPhoto(
            request_id=doing.request.id,
            project_id=project.id,
            caption=wanted["caption"],
            alt=wanted["alt"],
            released_by=doing.actor.id or 0,
            released_at=doing.now,
        )
        session.add(shown)
        _report(doing, project, "photo.release")
    session.flush()


def _report(doing: Doing, project: Project, action: str) -> None:
    # No captions: people write names of persons into them.
    record(
        doing.session, doing.actor, Entry(action=action, subject_type="project", subject_id=project.id), at=doing.now
    )


EFFECTS = {ChangeKind.PHOTOS: Effect(read=_read, apply=_apply, current=_shown_now)}
