"""A public notice on its way: prepared by a municipal reviewer, cancelled by whoever prepares or opens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form import Rules
from registry.errors import Conflict, InvalidInput, NotAllowed, NotFound
from registry.models import Account, Application, Call, Notice, NoticeItem
from registry.names import has_control_characters, tidy
from registry.notices import NoticeKind, NoticeState
from registry.permissions import Actor, Permission, can, require
from registry.purposes import CallPurpose
from registry.queries.notices.text import CONTACTS
from registry.services.accounts import messages
from registry.services.accounts.links import Target, path_to
from registry.services.events import Entry, record
from registry.services.notices.checking import Item, check_batch
from registry.services.review import prepared
from registry.terms import AccountStanding, CallState, Role, Tier
from registry.values.row_ids import LARGEST_ID
from registry.wording import Message

MOST = 1000
"""Lines of one notice: what a person can check on a page, and what one transaction moves."""
_LONGEST = {"title": 200, "organ": 100, "remark": 1000}
_NAMES = {"title": Message("公示标题"), "organ": Message("公示机关")}
LONGEST_CONTACT, LONGEST_REASON = 100, 400


@dataclass(frozen=True, kw_only=True)
class NoticeText:
    """What is entered about a notice; `contact` by name of `queries.notices.text.CONTACTS`;
    `show_scores`: the experts' scores stand beside the lines."""

    title: str
    organ: str
    remark: str = ""
    contact: Mapping[str, str] = field(default_factory=dict)
    show_scores: bool = False


class NoticeFaults(InvalidInput):
    """Everything that is wrong with what was entered: (field, sentence)."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        super().__init__(faults[0][1], field=faults[0][0])
        self.faults = list(faults)


def prepare(
    session: Session, actor: Actor, call_id: int, text: NoticeText, chosen: Mapping[int, str], *, now: datetime
) -> Notice:
    """Enter the notice of these proposed applications of a call (id → why a red mark does not keep it out, or '').

    Raises NoticeFaults at the fields (`override-12` for an item), Conflict for what is proposed no longer.
    """
    require(actor, Permission.NOTICE_PREPARE)
    call = session.get(Call, call_id, with_for_update=True) if call_id <= LARGEST_ID else None
    if call is None or call.state != CallState.PUBLISHED:
        raise NotFound(Message("没有这个申报通知。"))
    items = {item.application_id: item for item in check_batch(session, call.id, now=now)}
    gone = [application_id for application_id in chosen if application_id not in items]
    if gone:
        raise Conflict(Message("选中的申报有 %(n)s 项已不是拟认定，请刷新后再选。", n=len(gone)))
    picked = [(item, tidy(chosen[item.application_id])) for item in items.values() if item.application_id in chosen]
    text = NoticeText(
        title=tidy(text.title),
        organ=tidy(text.organ),
        remark=text.remark.strip(),
        contact={name: tidy(text.contact.get(name, "")) for name in CONTACTS},
        show_scores=text.show_scores,
    )
    faults = [*_text_faults(text), *_item_faults(picked)]
    if faults:
        raise NoticeFaults(faults)
    length = _length(session, [item for item, _reason in picked])
    notice = Notice(
        kind=kind_of(call).value,
        call_id=call.id,
        title=text.title,
        remark=text.remark,
        organ=text.organ,
        contact={name: value for name, value in text.contact.items() if value},
        days=length.notice_days,
        unit=length.notice_unit,
        count_first=length.count_first_day,
        show_scores=text.show_scores,
        state=NoticeState.PREPARED.value,
        prepared_by=actor.id,
        prepared_at=now,
        items=[
            NoticeItem(application_id=item.application_id, position=position, override=reason if item.is_red else "")
            for position, (item, reason) in enumerate(picked, start=1)
        ],
    )
    session.add(notice)
    session.flush()
    overridden = sum(1 for item, _reason in picked if item.is_red)
    changes = {"items": (0, len(picked)), "overridden": (0, overridden)}
    record(
        session,
        actor,
        Entry(action="notice.prepare", subject_type="notice", subject_id=notice.id, changes=changes),
        at=now,
    )
    publishers = select(Account.id).where(
        Account.role == Role.PUBLISHER.value, Account.standing == AccountStanding.ACTIVE.value
    )
    messages.notify(
        session,
        session.scalars(publishers.order_by(Account.id)).all(),
        subject=Message("公示“%(title)s”等待公开", title=notice.title),
        body=Message("共 %(n)s 项。请在“公示”中核对后公开，公示期从公开之日起算。", n=len(picked)),
        link=path_to(Target.NOTICE, notice.id),
        now=now,
    )
    return notice


def kind_of(call: Call) -> NoticeKind:
    """What is to happen to the things of a call once their notice is over."""
    if call.purpose == CallPurpose.RE_EVALUATION:
        return NoticeKind.RE_EVALUATION
    return NoticeKind.RECOGNITION if call.category.tier == Tier.MUNICIPAL else NoticeKind.FORWARD


def cancel(session: Session, actor: Actor, notice_id: int, *, reason: str, seen_version: int, now: datetime) -> Notice:
    """Take a prepared notice back; its applications stay proposed."""
    verdicts = [can(actor, right) for right in (Permission.NOTICE_PREPARE, Permission.NOTICE_CONFIRM)]
    if not any(verdict.allowed for verdict in verdicts):
        raise NotAllowed(verdicts[0].reason)
    hold_items(session, notice_id)
    notice = held(session, notice_id, seen_version=seen_version, state=NoticeState.PREPARED)
    end(notice, NoticeState.CANCELLED, checked_reason(reason), now)
    session.flush()
    _ended(session, actor, notice, "notice.cancel", NoticeState.PREPARED, now)
    return notice


def end(notice: Notice, state: NoticeState, reason: str, now: datetime) -> None:
    """End a notice before its time: its lines stand in no notice any more."""
    # Read before anything is written, since state and reason have to reach the database together.
    items = list(notice.items)
    notice.state, notice.reason, notice.ended_at = state.value, reason, now
    for item in items:
        item.live = False


def hold_items(session: Session, notice_id: int) -> list[Application]:
    """The applications that stand in a notice, held before the notice itself (see `prepared.hold`)."""
    if notice_id > LARGEST_ID:
        return []
    ids = select(NoticeItem.application_id).where(
        NoticeItem.notice_id == notice_id, NoticeItem.live, NoticeItem.application_id.is_not(None)
    )
    return prepared.hold(session, [each for each in session.scalars(ids) if each is not None])


def held(session: Session, notice_id: int, *, seen_version: int, state: NoticeState) -> Notice:
    """A notice in this state, held to the transaction's end; Conflict when it is in another one or was changed."""
    known = notice_id <= LARGEST_ID
    notice = session.get(Notice, notice_id, with_for_update=True, populate_existing=True) if known else None
    if notice is None:
        raise NotFound(Message("没有这份公示。"))
    if notice.state != state:
        raise Conflict(
            Message("“%(title)s”现在是“%(state)s”，不能办理。", title=notice.title, state=NoticeState(notice.state))
        )
    if notice.version != seen_version:
        raise Conflict(Message("“%(title)s”在您打开之后有改动，请核对后再办理。", title=notice.title))
    return notice


def checked_reason(text: str) -> str:
    """A reason as it is stored; InvalidInput at `reason`."""
    reason = tidy(text)
    if not reason:
        raise InvalidInput(Message("请写明原因。"), field="reason")
    if len(reason) > LONGEST_REASON:
        raise InvalidInput(
            Message("原因有 %(n)s 个字，最多 %(most)s 个；请缩短。", n=len(reason), most=LONGEST_REASON), field="reason"
        )
    if has_control_characters(reason):
        raise InvalidInput(Message("含有看不见的控制字符；请重新键入。"), field="reason")
    return reason


def _text_faults(text: NoticeText) -> Iterator[tuple[str, str]]:
    for name, longest in _LONGEST.items():
        value: str = getattr(text, name)
        if not value and name != "remark":
            yield name, Message("请填写%(label)s", label=_NAMES[name])
        elif len(value) > longest:
            yield name, Message("有 %(n)s 个字，最多 %(longest)s 个；请缩短", n=len(value), longest=longest)
        elif any(has_control_characters(line) for line in value.splitlines()):
            yield name, Message("含有看不见的控制字符；请重新键入")
    for name, value in text.contact.items():
        if len(value) > LONGEST_CONTACT:
            yield name, Message("有 %(n)s 个字，最多 %(longest)s 个；请缩短", n=len(value), longest=LONGEST_CONTACT)
        elif has_control_characters(value):
            yield name, Message("含有看不见的控制字符；请重新键入")
    if not any(text.contact.get(name) for name in ("phone", "mail", "address")):
        yield "phone", Message("受理异议的电话、邮箱、地址至少填写一项")


def _item_faults(picked: Sequence[tuple[Item, str]]) -> Iterator[tuple[str, str]]:
    if not picked:
        yield "items", Message("没有选择要公示的项目，请至少勾选一项。")
    if len(picked) > MOST:
        yield "items", Message("一份公示最多 %(most)s 项，现有 %(n)s 项。", most=MOST, n=len(picked))
    for item, reason in picked:
        field_name = f"override-{item.application_id}"
        if item.other:
            yield (
                field_name,
                Message("%(number)s 已在公示“%(other)s”中；请去掉这一项", number=item.number, other=item.other),
            )
        elif item.is_red and not reason:
            yield (
                field_name,
                Message("%(number)s 有标红的问题：请去掉这一项，或写明仍然公示的理由", number=item.number),
            )
        elif len(reason) > LONGEST_REASON or has_control_characters(reason):
            yield (
                field_name,
                Message("理由最多 %(most)s 个字，不能含有控制字符；请改正", most=LONGEST_REASON),
            )


def _length(session: Session, items: Sequence[Item]) -> Rules:
    """The rules by which the notice is counted: the longest period that an application of it was begun under."""
    ids = [item.application_id for item in items]
    applications = session.scalars(select(Application).where(Application.id.in_(ids)).order_by(Application.id))
    return max(
        (Rules.from_json(each.call_form.rules) for each in applications),
        key=lambda rules: (rules.notice_days, rules.notice_unit == "working"),
    )


def _ended(session: Session, actor: Actor, notice: Notice, action: str, before: NoticeState, now: datetime) -> None:
    entry = Entry(
        action=action,
        subject_type="notice",
        subject_id=notice.id,
        changes={"state": (before.value, notice.state)},
        note=notice.reason,
    )
    record(session, actor, entry, at=now)
