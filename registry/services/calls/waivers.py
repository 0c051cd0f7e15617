"""Exceptions from a call: a later deadline for a reporting unit, a rule waived for an enterprise."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput, NotFound
from registry.models import CallExtension, Enterprise, ReportingUnit, Waiver
from registry.names import has_control_characters, tidy
from registry.permissions import Actor
from registry.services.calls.managing import held, move_on
from registry.services.events import Entry, record
from registry.terms import BEIJING, CallRule
from registry.wording import Message


def extend(
    session: Session,
    actor: Actor,
    call_id: int,
    *,
    unit: str,
    closes_at: datetime,
    reason: str,
    seen_version: int | None = None,
) -> CallExtension:
    """Give one reporting unit a later deadline, or change the one it has.

    Raises InvalidInput at `unit`, `closes_at` (not after the call's own deadline), `reason`, and Conflict when
    the call has changed since.
    """
    call = held(session, actor, call_id, seen_version=seen_version)
    if session.get(ReportingUnit, unit) is None:
        raise InvalidInput(Message("没有这个板块；请重新选择。"), field="unit")
    closes_at = closes_at.replace(microsecond=0)
    if closes_at <= call.closes_at:
        common = call.closes_at.astimezone(BEIJING)
        raise InvalidInput(
            Message("应晚于通知的截止时间 %(closes_at)s。", closes_at=f"{common:%Y-%m-%d %H:%M}"), field="closes_at"
        )
    reason = _reason(reason, longest=200)
    extension = next((item for item in call.extensions if item.unit_code == unit), None)
    before = None if extension is None else _shown(extension.closes_at)
    if extension is None:
        extension = CallExtension(unit_code=unit, closes_at=closes_at, reason=reason)
        call.extensions.append(extension)
    else:
        extension.closes_at, extension.reason = closes_at, reason
    move_on(call)
    session.flush()
    changes = {f"extension.{unit}": (before, _shown(closes_at))}
    entry = Entry(action="call.extend", subject_type="call", subject_id=call.id, changes=changes, note=reason)
    record(session, actor, entry)
    return extension


def end_extension(session: Session, actor: Actor, call_id: int, *, unit: str, seen_version: int | None = None) -> None:
    """Take a unit's later deadline back; the call's own holds again. Raises Conflict when the call has changed."""
    way_out = Message("请核对现在的延期后再取消")
    call = held(session, actor, call_id, seen_version=seen_version, way_out=way_out)
    extension = next((item for item in call.extensions if item.unit_code == unit), None)
    if extension is None:
        raise NotFound(Message("这个板块没有延期。"))
    changes = {f"extension.{unit}": (_shown(extension.closes_at), None)}
    call.extensions.remove(extension)
    move_on(call)
    session.flush()
    record(session, actor, Entry(action="call.end_extension", subject_type="call", subject_id=call.id, changes=changes))


def waive(
    session: Session, actor: Actor, call_id: int, *, enterprise_id: int, rule: CallRule, reason: str, now: datetime
) -> Waiver:
    """Let a rule of a call not hold for one enterprise, with a reason.

    Raises InvalidInput at `enterprise` or `reason`, Conflict when the rule is waived already.
    """
    call = held(session, actor, call_id)
    if session.get(Enterprise, enterprise_id) is None:
        raise InvalidInput(Message("没有这家企业；请核对名称或统一社会信用代码。"), field="enterprise")
    reason = _reason(reason, longest=400)
    there = session.scalars(
        select(Waiver).where(
            Waiver.call_id == call.id, Waiver.enterprise_id == enterprise_id, Waiver.rule == rule.value
        )
    ).one_or_none()
    if there is not None:
        given = there.created_at.astimezone(BEIJING)
        raise Conflict(
            Message(
                "已于 %(given)s 为这家企业豁免“%(rule)s”，原因：%(reason)s。",
                given=f"{given:%Y-%m-%d}",
                rule=rule,
                reason=there.reason,
            )
        )
    waiver = Waiver(
        call_id=call.id,
        enterprise_id=enterprise_id,
        rule=rule.value,
        reason=reason,
        author_id=actor.id,
        created_at=now,
    )
    session.add(waiver)
    move_on(call)
    session.flush()
    changes = {f"waiver.{rule.value}": (None, enterprise_id)}
    entry = Entry(action="call.waive", subject_type="call", subject_id=call.id, changes=changes, note=reason)
    record(session, actor, entry)
    return waiver


def end_waiver(session: Session, actor: Actor, call_id: int, waiver_id: int) -> None:
    """Let the rule hold again; what was submitted meanwhile stays submitted."""
    call = held(session, actor, call_id)
    waiver = session.get(Waiver, waiver_id)
    if waiver is None or waiver.call_id != call.id:
        raise NotFound(Message("没有这项豁免。"))
    changes = {f"waiver.{waiver.rule}": (waiver.enterprise_id, None)}
    session.delete(waiver)
    move_on(call)
    session.flush()
    record(session, actor, Entry(action="call.end_waiver", subject_type="call", subject_id=call.id, changes=changes))


def _reason(text: str, *, longest: int) -> str:
    reason = tidy(text)
    if not reason or len(reason) > longest:
        raise InvalidInput(
            Message("请写明原因（不超过 %(longest)s 个字），它会留在办理记录里。", longest=longest), field="reason"
        )
    if has_control_characters(reason):
        raise InvalidInput(Message("含有看不见的控制字符；请重新键入。"), field="reason")
    return reason


def _shown(moment: datetime) -> str:
    return moment.astimezone(BEIJING).isoformat()
