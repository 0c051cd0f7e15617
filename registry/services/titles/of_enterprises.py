"""Changes of an enterprise."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from registry.changes import ChangeKind
from registry.errors import InvalidInput, NotFound
from registry.models import Enterprise
from registry.services.record import enterprise_merging, enterprises
from registry.services.record.checks import checked_code, checked_name
from registry.services.titles.effects import Doing, Effect, Typed, Values
from registry.services.titles.subjects import Subject
from registry.values.row_ids import row_id
from registry.wording import Message

_SOON = timedelta(days=92)
"""A change of name should be reported within three months."""


def enterprise_of(subject: Subject) -> Enterprise:
    """The enterprise that a request is about."""
    if subject.enterprise is None:
        raise NotFound(Message("没有这家企业。"))
    return subject.enterprise


def _read_name(session: Session, subject: Subject, typed: Typed) -> Values:
    return {
        "name": checked_name(typed.get("name", "")),
        "document": typed.get("document", ""),
        "simple": bool(typed.get("simple")),
    }


def _name_doubts(session: Session, subject: Subject, wanted: Typed, on: date, today: date) -> list[Message]:
    found: list[Message] = []
    other = enterprises.namesake(session, enterprise_of(subject), wanted["name"])
    if other is not None:
        found.append(
            Message(
                "“%(name)s”现在也是另一家企业（序号 %(id)s，代码 %(uscc)s）的名称，请核对是不是同一家。",
                name=other.name,
                id=other.id,
                uscc=other.uscc or Message("未登记"),
            )
        )
    if not wanted.get("simple"):
        found.append(Message("没有声明“只改名称”：可能涉及合并、分立或重大变化，请核对认定能否保留。"))
    if today - on > _SOON:
        found.append(Message("距变更已超过三个月。"))
    return found


def _rename(doing: Doing, wanted: Typed) -> None:
    # Whoever decides has seen the namesake on the page.
    enterprises.rename(
        doing.session, doing.actor, enterprise_of(doing.subject), name=wanted["name"], document=doing.basis,
        on=doing.on, now=doing.now, namesake_confirmed=True,
    )  # fmt: skip


def _give_code(doing: Doing, wanted: Typed) -> None:
    enterprise = enterprise_of(doing.subject)
    enterprises.give_code(
        doing.session, doing.actor, enterprise, uscc=wanted["uscc"], document=doing.basis, now=doing.now
    )


def read_other(session: Session, subject: Subject, typed: Typed) -> Values:
    """The enterprise that a code, a name or a number names; doubt names all that are meant."""
    text = str(typed.get("other", "")).strip()
    if not text:
        raise InvalidInput(Message("请填写另一家企业：代码、全称或序号。"), field="other")
    found = _named(session, text)
    if len(found) > 1:
        listed = [
            Message(
                "序号 %(id)s（%(name)s，代码 %(uscc)s）",
                id=each.id,
                name=each.name,
                uscc=each.uscc or Message("未登记"),
            )
            for each in found
        ]
        raise InvalidInput(Message("“%(text)s”可能是 %(listed)s；请填序号。", text=text, listed=listed), field="other")
    if not found:
        raise InvalidInput(Message("登记中没有“%(text)s”；请核对代码、全称或序号。", text=text[:60]), field="other")
    other = found[0]
    return {"other": other.id, "other_name": other.name, "document": typed.get("document", "")}


def _named(session: Session, text: str) -> list[Enterprise]:
    if (identifier := row_id(text)) is not None:
        found = session.get(Enterprise, identifier)
        return [found] if found is not None and found.merged_into_id is None else []
    coded = enterprises.by_code(session, text.upper())
    return [coded] if coded is not None else enterprises.named(session, text)


def _merge(doing: Doing, wanted: Typed) -> None:
    other = doing.session.get_one(Enterprise, wanted["other"])
    enterprise_merging.merge_enterprises(
        doing.session,
        doing.actor,
        enterprise_of(doing.subject),
        other,
        document=doing.basis,
        on=doing.on,
        now=doing.now,
    )


EFFECTS = {
    ChangeKind.RENAME_ENTERPRISE: Effect(
        read=_read_name,
        apply=_rename,
        current=lambda session, subject, wanted: {"name": enterprise_of(subject).name},
        doubts=_name_doubts,
    ),
    ChangeKind.USCC: Effect(
        read=lambda session, subject, typed: {
            "uscc": checked_code(typed.get("uscc", "")),
            "document": typed.get("document", ""),
        },
        apply=_give_code,
        current=lambda session, subject, wanted: {"uscc": enterprise_of(subject).uscc or ""},
    ),
    ChangeKind.MERGE_ENTERPRISES: Effect(read=read_other, apply=_merge),
}
