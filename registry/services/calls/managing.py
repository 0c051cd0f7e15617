"""Calls for applications: making, changing and publishing them, and when they are open.

Every command holds the call's row, compares the version that the actor saw and moves the version on,
also where only rules, extensions or waivers change.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from registry.application_form import Rules, default_rules
from registry.application_form.eligibility import Obstacle
from registry.application_form.later import suited
from registry.application_form.window import Window, beijing_day
from registry.errors import Conflict, InvalidInput, NotFound
from registry.models import Application, Call, CallForm, Category, Event
from registry.permissions import Actor, Permission, require
from registry.purposes import LATER_PURPOSES, CallPurpose
from registry.services.calls.eligibility import eligibility, waived_rules
from registry.services.calls.subjects import freeze
from registry.services.calls.text import CallFaults, CallText, checked_text, require_sound
from registry.services.events import Entry, record
from registry.terms import BEIJING, CallState
from registry.wording import Message

__all__ = [
    "CallFaults",
    "CallText",
    "Obstacle",
    "create_call",
    "eligibility",
    "find_call",
    "is_open",
    "last_deadline",
    "publish_call",
    "revise_rules",
    "rules_of",
    "update_call",
    "waived_rules",
    "window",
]

_LABELS = {
    "category": Message("类别"),
    "year": Message("年度"),
    "title": Message("标题"),
    "document_number": Message("文号"),
    "introduction": Message("说明"),
    "opens_at": Message("开始时间"),
    "closes_at": Message("截止时间"),
    "state": Message("状态"),
    "rules": Message("申报规则"),
    "extension": Message("延期"),
    "waiver": Message("豁免"),
    "pause": Message("暂停"),
}


def window(call: Call) -> Window:
    """The window of a call with the later deadlines of its units."""
    return Window(call.opens_at, call.closes_at, {item.unit_code: item.closes_at for item in call.extensions})


def is_open(call: Call, unit: str | None, now: datetime) -> bool:
    """Whether an application of `unit` (code; None: of no unit yet) is in time; the last second counts."""
    return window(call).is_open(unit, now)


def last_deadline(call: Call) -> datetime:
    """The latest deadline of all units."""
    return window(call).last


def rules_of(call: Call) -> Rules:
    """The rules in force: those of applications that begin now."""
    return Rules.from_json(call.form.rules)


def usual_rules(session: Session, category: str, purpose: CallPurpose = CallPurpose.TITLE) -> Rules:
    """The usual rules of a category: holders of a title of the same subject and of no lower rank do not apply.

    A yearly report asks all projects of the kind that the category is about, a re-evaluation titles of two years.
    """
    own = session.get(Category, category)
    if purpose is CallPurpose.YEARLY and own is not None:
        kind = select(Category.code).where(Category.type == own.type).order_by(Category.position, Category.code)
        return replace(default_rules(category), files=(), covers=tuple(session.scalars(kind)))
    if purpose is CallPurpose.RE_EVALUATION:
        return replace(default_rules(category), files=(), covers=(category,), interval_years=2)
    if own is None or own.rank is None:
        return default_rules(category)
    same = select(Category.code).where(Category.type == own.type, Category.rank >= own.rank)
    return default_rules(category, tuple(session.scalars(same.order_by(Category.position, Category.code))))


def create_call(session: Session, actor: Actor, text: CallText, *, now: datetime, rules: Rules | None = None) -> Call:
    """Make a draft, by default with the usual rules of its category.

    Raises CallFaults.
    """
    require(actor, Permission.CALL_MANAGE)
    wanted = checked_text(session, text)
    chosen = suited(rules or usual_rules(session, wanted.category, wanted.purpose), wanted.purpose)
    require_sound(session, chosen)
    call = Call(
        category_code=wanted.category,
        year=wanted.year,
        title=wanted.title,
        document_number=wanted.document_number,
        introduction=wanted.introduction,
        opens_at=wanted.opens_at,
        closes_at=wanted.closes_at,
        state=CallState.DRAFT.value,
        purpose=wanted.purpose.value,
        created_at=now,
        forms=[CallForm(number=1, rules=chosen.to_json(), created_at=now)],
    )
    session.add(call)
    session.flush()
    changes = {name: (None, after) for name, after in _values(call).items() if after}
    record(session, actor, Entry(action="call.create", subject_type="call", subject_id=call.id, changes=changes))
    return call


def update_call(session: Session, actor: Actor, call_id: int, text: CallText, *, seen_version: int) -> Call:
    """Change what is written about a call, drafts and published ones alike.

    Category and year of a published call stay: they say what is applied for.
    """
    call = held(session, actor, call_id, seen_version=seen_version)
    wanted = checked_text(session, text, call=call)
    before = _values(call)
    call.category_code, call.year, call.title = wanted.category, wanted.year, wanted.title
    call.document_number, call.introduction = wanted.document_number, wanted.introduction
    call.opens_at, call.closes_at = wanted.opens_at, wanted.closes_at
    after = _values(call)
    changes = {name: (before[name], after[name]) for name in after if before[name] != after[name]}
    if changes:
        session.flush()
        record(session, actor, Entry(action="call.update", subject_type="call", subject_id=call.id, changes=changes))
    return call


def revise_rules(
    session: Session, actor: Actor, call_id: int, rules: Rules, *, seen_version: int, now: datetime
) -> CallForm:
    """Put other rules in force for applications that begin from now on.

    Applications keep the version they were begun with: once one uses the last version a new one is
    added, otherwise the last one is replaced. Raises CallFaults.
    """
    call = held(session, actor, call_id, seen_version=seen_version)
    rules = suited(rules, CallPurpose(call.purpose))
    require_sound(session, rules)
    # Held before counting: the foreign key of an application that is being begun waits for it.
    form = session.scalars(
        select(CallForm).where(CallForm.id == call.form.id).with_for_update().execution_options(populate_existing=True)
    ).one()
    # As they come back from the database: lists, not tuples; a version from before a rule was known has its default.
    before, after = (json.loads(json.dumps(each.to_json())) for each in (Rules.from_json(form.rules), rules))
    if before == after:
        return form
    used = session.scalar(select(Application.id).where(Application.call_form_id == form.id).limit(1)) is not None
    if used:
        form = CallForm(number=form.number + 1, rules=after, created_at=now)
        call.forms.append(form)
    else:
        form.rules, form.created_at = after, now
    move_on(call)
    session.flush()
    changes = {f"rules.{name}": (before.get(name), after[name]) for name in after if before.get(name) != after[name]}
    note = f"第 {form.number} 版"
    record(
        session, actor, Entry(action="call.rules", subject_type="call", subject_id=call.id, changes=changes, note=note)
    )
    return form


def publish_call(session: Session, actor: Actor, call_id: int, *, seen_version: int, now: datetime) -> Call:
    """Make a draft public. Raises InvalidInput while the number is missing or the deadline is over."""
    call = held(session, actor, call_id, seen_version=seen_version)
    if call.state == CallState.PUBLISHED:
        raise Conflict(Message("这个通知已经发布。"))
    if not call.document_number:
        raise InvalidInput(Message("还没有填写文号，发布前请补上。"), field="document_number")
    if last_deadline(call) <= now:
        raise InvalidInput(Message("截止时间已经过去，发布前请改为以后的时间。"), field="closes_at")
    call.state = CallState.PUBLISHED.value
    changes: dict[str, tuple[object, object]] = {"state": (CallState.DRAFT.value, CallState.PUBLISHED.value)}
    if call.purpose in LATER_PURPOSES:
        if call.year > beijing_day(now).year:
            raise InvalidInput(
                Message("%(year)s 年还没有到，不能复核或填报；请更正年度。", year=call.year), field="year"
            )
        changes["subjects"] = (0, freeze(session, call, rules_of(call), now=now))
    session.flush()
    record(session, actor, Entry(action="call.publish", subject_type="call", subject_id=call.id, changes=changes))
    return call


def find_call(session: Session, call_id: int, *, lock: bool = False) -> Call:
    """A call, draft or published; NotFound when there is none. `lock` holds it to the transaction's end."""
    statement = select(Call).where(Call.id == call_id)
    if lock:
        statement = statement.with_for_update(of=Call).execution_options(populate_existing=True)
    call = session.scalars(statement).one_or_none()
    if call is None:
        raise NotFound(Message("没有这个申报通知。"))
    return call


def held(
    session: Session,
    actor: Actor,
    call_id: int,
    *,
    seen_version: int | None = None,
    way_out: str = Message("请核对后再保存，您填写的内容都还在"),
) -> Call:
    """The call, held for this transaction; Conflict with a way out when it is not the version that the actor saw."""
    require(actor, Permission.CALL_MANAGE)
    call = find_call(session, call_id, lock=True)
    if seen_version is not None and call.version != seen_version:
        raise Conflict(
            Message(
                "这个通知已被他人更新：%(change)s。%(way_out)s。",
                change=_last_change(session, call_id),
                way_out=way_out,
            )
        )
    return call


def move_on(call: Call) -> None:
    """Raise the version of a call after a change of its rules, extensions or waivers."""
    flag_modified(call, "introduction")


def _last_change(session: Session, call_id: int) -> str:
    event = session.scalars(
        select(Event)
        .where(Event.subject_type == "call", Event.subject_id == call_id)
        .order_by(Event.id.desc())
        .limit(1)
    ).one_or_none()
    if event is None:
        return Message("内容有变")
    names = dict.fromkeys(_LABELS.get(name.split(".")[0], name) for name in event.changes)
    return Message("%(at)s 改了%(names)s", at=f"{event.at.astimezone(BEIJING):%m-%d %H:%M}", names=list(names))


def _values(call: Call) -> dict[str, str]:
    return {
        "purpose": call.purpose if call.purpose in LATER_PURPOSES else "",
        "category": call.category_code,
        "year": str(call.year),
        "title": call.title,
        "document_number": call.document_number,
        "introduction": call.introduction,
        "opens_at": call.opens_at.astimezone(BEIJING).isoformat(),
        "closes_at": call.closes_at.astimezone(BEIJING).isoformat(),
    }
