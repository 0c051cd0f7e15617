"""What a visitor looks for first: a call with real demands, with its files, a re-evaluation and a yearly report in
work, photos.

Made by the real commands, except that a photo is released to a project whose title came with the stock: no
application of the demo has been recognised. Photos and files are made by the program and come only where a folder for
them is given.
"""

from __future__ import annotations

import io
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form import Rules
from registry.db import city_of
from registry.errors import InvalidInput
from registry.models import Account, Application, Call, CallSubject, Project, Recognition, ReleasedPhoto
from registry.permissions import Actor
from registry.purposes import CallPurpose
from registry.services import uploads
from registry.services.applications import attachments, drafts
from registry.services.calls import managing
from registry.services.demo import again
from registry.services.demo.drawing import workshop_jpeg
from registry.services.demo.papers import add_papers
from registry.services.demo.people import demo_actor
from registry.services.demo.stock import Stock
from registry.storage import Storage
from registry.terms import BEIJING, ApplicationStatus, AttachmentKind, RecognitionStatus, Role

Staff = dict[Role | str, Actor]
SHOTS = ("装配线全景（示意图）", "立体仓库（示意图）", "检测工位（示意图）")
MOST_PHOTOGRAPHED = 6
"""Projects with photos."""
ASKED = 3
"""Forms that are begun in each of the later calls."""


def load_shown(session: Session, stock: Stock, staff: Staff, *, now: datetime, folder: Storage | None) -> None:
    """Add all of it; a small stock has less."""
    city = staff[Role.MUNICIPAL_REVIEWER]
    demanding = _demanding(session, stock, city, now)
    for purpose, number in ((CallPurpose.RE_EVALUATION, 94), (CallPurpose.YEARLY, 95)):
        call = _later(session, stock, city, purpose, number, now)
        if call is not None and purpose is CallPurpose.RE_EVALUATION:
            again.load_again(session, stock, staff, call, now=now)
    if folder is not None:
        add_papers(session, city, demanding, folder=folder, now=now)
        _photographs(session, staff[Role.PUBLISHER], folder, now)


def _demanding(session: Session, stock: Stock, city: Actor, now: datetime) -> Call:
    """A call as bureaus write them: every file of the usual rules is asked for."""
    taken = stock.call_category
    rows = [row for row in city_of(session).categories if row.valid_to is None]
    tier = next((row.tier for row in rows if row.code == taken), None)
    other = next((row for row in rows if row.code != taken and row.tier == tier), None)
    category = other.code if other else taken
    name = next(row.name for row in rows if row.code == category)
    year = now.astimezone(BEIJING).year
    title = f"关于组织申报{year}年{name}的通知（演示，须交齐附件）"
    introduction = "本通知仅供试用，不是真实的申报通知。申报须交齐列出的附件，由本企业两人填写和核对。"
    text = _text(category, title, year, 93, now, introduction=introduction)
    return _published(session, city, text, now)


def _later(
    session: Session, stock: Stock, city: Actor, purpose: CallPurpose, number: int, now: datetime
) -> Call | None:
    """A call to those who have titles, and a few forms begun by their enterprises."""
    year = now.astimezone(BEIJING).year - (1 if purpose is CallPurpose.YEARLY else 0)
    title = f"关于开展{year}年度{purpose.zh.removeprefix('年度')}的通知（演示）"
    text = _text(stock.call_category, title, year, number, now, purpose=purpose)
    try:
        with session.begin_nested():
            call = _published(session, city, text, now, again.rules_of(session, text))
    except InvalidInput:
        # A small stock has nobody who would have to send one.
        return None
    asked = session.execute(
        select(CallSubject.project_id, Account)
        .join(Project, Project.id == CallSubject.project_id)
        .join(Account, Account.enterprise_id == Project.enterprise_id)
        .where(CallSubject.call_id == call.id, Account.is_owner)
        .order_by(CallSubject.project_id)
        .limit(ASKED)
    )
    for project_id, owner in asked.all():
        drafts.begin(session, demo_actor(owner), call.id, project_id=project_id, now=now)
    return call


def _text(
    category: str,
    title: str,
    year: int,
    number: int,
    now: datetime,
    *,
    introduction: str = "本通知仅供试用，不是真实的通知。",
    purpose: CallPurpose = CallPurpose.TITLE,
) -> managing.CallText:
    today = now.astimezone(BEIJING).replace(minute=0, second=0, microsecond=0)
    return managing.CallText(
        category=category,
        year=year,
        title=title,
        document_number=f"演示〔{today.year}〕{number}号",
        introduction=introduction,
        opens_at=(today - timedelta(days=10)).replace(hour=9),
        closes_at=(today + timedelta(days=35)).replace(hour=17),
        purpose=purpose,
    )


def _published(
    session: Session, city: Actor, text: managing.CallText, now: datetime, rules: Rules | None = None
) -> Call:
    call = managing.create_call(session, city, text, now=now, rules=rules)
    call.is_demo = True
    session.flush()
    return managing.publish_call(session, city, call.id, seen_version=call.version, now=now)


def _photographs(session: Session, publisher: Actor, folder: Storage, now: datetime) -> None:
    """Three photos for the projects of enterprises that have a draft which takes photos."""
    rows = session.execute(
        select(Application, Account, Project.id)
        .join(Call, Call.id == Application.call_id)
        .join(Account, Account.enterprise_id == Application.enterprise_id)
        .join(Project, Project.enterprise_id == Application.enterprise_id)
        .join(Recognition, Recognition.project_id == Project.id)
        .where(
            Application.status == ApplicationStatus.DRAFT.value,
            Call.purpose == CallPurpose.TITLE.value,
            Account.is_owner,
            Recognition.status == RecognitionStatus.VALID.value,
        )
        .order_by(Application.id, Project.id)
    )
    photographed: set[int] = set()
    for application, owner, project_id in rows.all():
        if project_id in photographed or len(photographed) == MOST_PHOTOGRAPHED:
            continue
        photographed.add(project_id)
        for place, caption in enumerate(SHOTS):
            number = project_id * len(SHOTS) + place
            data = io.BytesIO(workshop_jpeg(number, place))
            with uploads.examine(data, f"{place}.jpg", kind=AttachmentKind.PHOTO) as examined:
                made = attachments.add_attachment(
                    session, demo_actor(owner), application.id, kind=AttachmentKind.PHOTO, examined=examined,
                    caption=caption, folder=folder, now=now,
                )  # fmt: skip
            session.add(
                ReleasedPhoto(
                    attachment_id=made.id,
                    project_id=project_id,
                    caption=caption,
                    released_by=publisher.id or 0,
                    released_at=now,
                )
            )
    session.flush()
