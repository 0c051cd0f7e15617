"""An objection comes in: through the site within the period, or on paper, entered by an officer."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form.window import beijing_day
from registry.errors import Conflict, InvalidInput, NotFound
from registry.models import Account, Application, Notice, NoticeItem, Objection, ObjectionFile
from registry.names import has_control_characters, tidy
from registry.notices import Channel, NoticeState, ObjectionState, ObjectorKind
from registry.permissions import PUBLIC, Actor, Permission, require
from registry.services import uploads
from registry.services.accounts import messages, throttling
from registry.services.accounts.links import Target, path_to
from registry.services.events import Entry, record
from registry.services.notices.identity import Identity, IdentityKey
from registry.services.record import codes
from registry.services.review import prepared
from registry.services.uploads import Examined
from registry.storage import Storage
from registry.terms import AccountStanding, ApplicationStatus, Role
from registry.values.real_names import is_no_name, is_no_organisation
from registry.values.row_ids import LARGEST_ID
from registry.wording import Message

SHORTEST, LONGEST, MOST_FILES = 20, 4000, 5
A_DAY = 5
"""Objections of one network address on one day."""
_PHONE = re.compile(r"[0-9+\-() ]{7,25}", re.ASCII)
_MAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]{1,120}\.[^@\s,;<>\".]{2,60}")
_NO_ITEM = Message("请选择对哪个项目提出异议。")
_PAPER_TYPES = ("application/pdf", "image/jpeg", "image/png", "image/webp")


@dataclass(frozen=True, kw_only=True)
class Given:
    """What somebody sends. `item` is the line of the notice."""

    item: int
    kind: str
    name: str
    phone: str
    mail: str
    facts: str


class ObjectionFaults(InvalidInput):
    """Everything that is wrong with what was entered: (field, sentence)."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        super().__init__(faults[0][1], field=faults[0][0])
        self.faults = list(faults)


@dataclass(frozen=True, kw_only=True)
class Means:
    """What receiving needs beside the database: the key, the folder of files, and the address it comes from.

    Without a key nobody is kept as the one who objects: that is for demo data.
    """

    key: IdentityKey | None
    folder: Storage
    address: str | None = None


def receive(
    session: Session, notice_id: int, given: Given, files: Sequence[Examined], means: Means, *, now: datetime
) -> tuple[Objection, str]:
    """Write an objection of the site down. Returns it with the code that opens its answer.

    Raises ObjectionFaults at the fields, Conflict outside of the period, TooManyAttempts for an address that sends
    many, OperatorError while identities cannot be encrypted.
    """
    _hold_application(session, given.item)
    notice, today = _opened(session, notice_id), beijing_day(now)
    _require_running(notice, today)
    item = _checked(session, notice, given, files)
    throttling.take_of_day(session, "objection", means.address, day=today, most=A_DAY, now=now)
    return _written(session, PUBLIC, notice, item, given, files, means, Channel.SITE, today, now)


def require_ready(session: Session, notice_id: int, given: Given, address: str | None, *, now: datetime) -> None:
    """Raise what is known to stand against an objection of the site before its files are looked into, and count the
    attempt: decoding takes the server seconds, and nobody has signed in for it. The caller commits."""
    notice = _opened(session, notice_id)
    _require_running(notice, beijing_day(now))
    faults = [*_wrong_words(given)]
    item = session.get(NoticeItem, given.item) if 0 < given.item <= LARGEST_ID else None
    if item is None or item.notice_id != notice.id:
        faults.insert(0, ("item", _NO_ITEM))
    if faults:
        raise ObjectionFaults(faults)
    throttling.begin(session, throttling.paper_attempt(address), now=now)


def enter_paper(
    session: Session,
    actor: Actor,
    notice_id: int,
    given: Given,
    files: Sequence[Examined],
    means: Means,
    *,
    received_on: date | None,
    now: datetime,
) -> tuple[Objection, str]:
    """Enter an objection that came in on paper in time, also when the period is over by now."""
    require(actor, Permission.OBJECTION_HANDLE)
    _hold_application(session, given.item)
    notice, today = _opened(session, notice_id), beijing_day(now)
    if notice.state != NoticeState.OPEN or notice.opened_at is None or notice.last_day is None:
        raise Conflict(closed(notice))
    if received_on is None:
        raise InvalidInput(Message("请填写收到的日期。"), field="received_on")
    if not beijing_day(notice.opened_at) <= received_on <= min(today, notice.last_day):
        raise InvalidInput(
            Message(
                "收到的日期应在公示期内：%(first)s 至 %(last)s。",
                first=beijing_day(notice.opened_at).isoformat(),
                last=min(today, notice.last_day).isoformat(),
            ),
            field="received_on",
        )
    item = _checked(session, notice, given, files, on_paper=True)
    return _written(session, actor, notice, item, given, files, means, Channel.PAPER, received_on, now)


def hash_of(code: str) -> str:
    """SHA-256 (hex) under which a code is stored."""
    return hashlib.sha256(code.strip().lower().encode()).hexdigest()


def closed(notice: Notice) -> Message:
    """Why nobody can object any more."""
    if notice.state != NoticeState.OPEN or notice.last_day is None:
        return Message("公示已撤回，不再接收异议。")
    return Message("公示期已于 %(day)s 24:00 结束，不再接收异议。", day=notice.last_day.isoformat())


def _require_running(notice: Notice, today: date) -> None:
    if notice.state != NoticeState.OPEN or notice.last_day is None or today > notice.last_day:
        raise Conflict(closed(notice))


def _hold_application(session: Session, item_id: int) -> None:
    """Hold what the objection is about: whoever recognises it does too, so one of the two sees what the other did."""
    item = session.get(NoticeItem, item_id) if 0 < item_id <= LARGEST_ID else None
    if item is not None and item.application_id is not None:
        prepared.hold(session, [item.application_id])


def _opened(session: Session, notice_id: int) -> Notice:
    known = notice_id <= LARGEST_ID
    notice = session.get(Notice, notice_id, with_for_update={"read": True}) if known else None
    if notice is None or notice.state not in (NoticeState.OPEN, NoticeState.WITHDRAWN):
        raise NotFound(Message("没有这份公示。"))
    return notice


def _checked(
    session: Session, notice: Notice, given: Given, files: Sequence[Examined], *, on_paper: bool = False
) -> NoticeItem:
    faults = [*_faults(given, files, on_paper)]
    item = session.get(NoticeItem, given.item) if 0 < given.item <= LARGEST_ID else None
    if item is None or item.notice_id != notice.id:
        faults.insert(0, ("item", _NO_ITEM))
    elif not item.live:
        faults.insert(0, ("item", Message("这个项目已不再列入公示，不必提出异议。")))
    if faults or item is None:
        raise ObjectionFaults(faults)
    application = session.get(Application, item.application_id)
    if application is not None and application.status != ApplicationStatus.NOTICED:
        status = ApplicationStatus(application.status)
        raise Conflict(Message("这个项目现在是“%(status)s”，不再接收异议。", status=status))
    return item


def _faults(given: Given, files: Sequence[Examined], on_paper: bool) -> Iterator[tuple[str, str]]:
    yield from _wrong_words(given)
    if len(files) > MOST_FILES:
        yield "files", Message("有 %(n)s 个文件，最多 %(most)s 个；请合并。", n=len(files), most=MOST_FILES)
    if any(file.media_type not in _PAPER_TYPES for file in files):
        yield "files", Message("只收 PDF 和图片；请转换后再上传。")
    if given.kind == ObjectorKind.UNIT and not files and not on_paper:
        yield "files", Message("单位提出的，请上传加盖公章的书面材料（PDF 或图片）。")


def _wrong_words(given: Given) -> Iterator[tuple[str, str]]:
    kinds = {kind.value for kind in ObjectorKind}
    name, phone, mail, facts = tidy(given.name), tidy(given.phone), tidy(given.mail), given.facts.strip()
    if given.kind not in kinds:
        yield "kind", Message("请选择个人或单位。")
    is_unit = given.kind == ObjectorKind.UNIT
    if is_no_organisation(name) if is_unit else is_no_name(name):
        yield "name", Message("匿名异议不予受理，请填写真实姓名或单位全称。")
    elif len(name) > 100 or has_control_characters(name):
        yield "name", Message("最多 100 个字，不能含有控制字符；请改正。")
    if not phone and not mail:
        yield "phone", Message("请填写电话或邮箱，以便核实。")
    if phone and (not _PHONE.fullmatch(phone) or sum(sign.isdigit() for sign in phone) < 7):
        yield "phone", Message("不像电话号码；请写成区号-号码或手机号的样子。")
    if mail and (len(mail) > 200 or not _MAIL.fullmatch(mail)):
        yield "mail", Message("不像邮箱地址；请核对。")
    if not SHORTEST <= len(facts) <= LONGEST:
        yield (
            "facts",
            Message(
                "有 %(n)s 个字，应为 %(shortest)s 到 %(longest)s 个；请写明事实、理由和依据。",
                n=len(facts),
                shortest=SHORTEST,
                longest=LONGEST,
            ),
        )
    elif any(has_control_characters(line) for line in facts.splitlines()):
        yield "facts", Message("含有看不见的控制字符；请重新键入。")


def _written(
    session: Session,
    actor: Actor,
    notice: Notice,
    item: NoticeItem,
    given: Given,
    files: Sequence[Examined],
    means: Means,
    channel: Channel,
    received_on: date,
    now: datetime,
) -> tuple[Objection, str]:
    code = secrets.token_hex(8)
    who = Identity(name=tidy(given.name), phone=tidy(given.phone), mail=tidy(given.mail))
    made = Objection(
        number=codes.draw_objection_number(session, beijing_day(now).year),
        notice_item_id=item.id,
        kind=given.kind,
        channel=channel.value,
        facts=given.facts.strip(),
        identity=means.key.seal(session, who) if means.key else None,
        received_on=received_on,
        state=ObjectionState.RECEIVED.value,
        token_hash=hash_of(code),
        entered_by=actor.id,
        created_at=now,
    )
    for file in files:
        name = uploads.store(means.folder, file)
        uploads.take_back_unless_committed(session, means.folder, name)
        made.files.append(
            ObjectionFile(
                filename=file.filename, media_type=file.media_type, size=file.size, storage_name=name, created_at=now
            )
        )
    session.add(made)
    session.flush()
    changes = {"state": (None, made.state), "item": (None, item.id), "channel": (None, channel.value)}
    entry = Entry(action="objection.receive", subject_type="objection", subject_id=made.id, changes=changes)
    record(session, actor, entry, at=now)
    city = select(Account.id).where(
        Account.role == Role.MUNICIPAL_REVIEWER.value, Account.standing == AccountStanding.ACTIVE.value
    )
    messages.notify(
        session,
        session.scalars(city.order_by(Account.id)).all(),
        subject=Message("收到异议 %(number)s", number=made.number),
        body=Message(
            "对公示“%(title)s”中“%(name)s”的异议。请在“异议”中办理；办结之前这一项暂缓，其他项目不受影响。",
            title=notice.title,
            name=item.name,
        ),
        link=path_to(Target.OBJECTION, made.id),
        now=now,
    )
    return made, code
