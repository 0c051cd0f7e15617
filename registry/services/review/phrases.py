"""The phrase library of remarks: sentences that reviewers use again and again, in an order of their own."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.errors import InvalidInput, NotAllowed, NotFound
from registry.models import Phrase
from registry.names import has_control_characters, tidy
from registry.permissions import Actor, Permission, Verdict, can
from registry.services.events import Entry, record
from registry.terms import Role
from registry.wording import Message

LONGEST = 400
MOST = 100
"""Sentences in the library: more than this nobody finds anything in."""


def may_edit(actor: Actor) -> Verdict:
    """Whether an actor may change the library; everybody who reviews may read it."""
    verdict = can(actor, Permission.REVIEW)
    if verdict.allowed and actor.role is not Role.MUNICIPAL_REVIEWER:
        return Verdict(False, Message("常用语由市局审核员维护。"))
    return verdict


def list_phrases(session: Session) -> list[Phrase]:
    """All sentences in their order."""
    return list(session.scalars(select(Phrase).order_by(Phrase.position, Phrase.id)))


def add_phrase(session: Session, actor: Actor, text: str) -> Phrase:
    """Add a sentence at the end. Raises InvalidInput at `text`."""
    _require(actor)
    sentence = tidy(text)
    if not sentence:
        raise InvalidInput(Message("请填写常用语的内容。"), field="text")
    if len(sentence) > LONGEST or has_control_characters(sentence):
        raise InvalidInput(
            Message("常用语应是 1 到 %(longest)s 个字的文字，现有 %(n)s 个字。", longest=LONGEST, n=len(sentence)),
            field="text",
        )
    known = _held(session)
    if any(phrase.text == sentence for phrase in known):
        raise InvalidInput(Message("已经有这一句。"), field="text")
    if len(known) >= MOST:
        raise InvalidInput(
            Message("已有 %(n)s 句，最多 %(most)s 句；请先删去不用的。", n=len(known), most=MOST), field="text"
        )
    last = session.scalar(select(func.max(Phrase.position))) or 0
    phrase = Phrase(text=sentence, position=last + 1)
    session.add(phrase)
    session.flush()
    _event(session, actor, "phrase.add", phrase.id, {"text": (None, sentence)})
    return phrase


def remove_phrase(session: Session, actor: Actor, phrase_id: int) -> None:
    """Take a sentence out; remarks already written keep it."""
    _require(actor)
    phrase = _find(session, phrase_id)
    before = phrase.text
    session.delete(phrase)
    session.flush()
    _event(session, actor, "phrase.remove", phrase_id, {"text": (before, None)})


def move_phrase(session: Session, actor: Actor, phrase_id: int, *, up: bool) -> None:
    """Exchange a sentence with its neighbour above or below; at the end of the list nothing happens."""
    _require(actor)
    phrases = _held(session)
    place = next((index for index, phrase in enumerate(phrases) if phrase.id == phrase_id), None)
    if place is None:
        raise NotFound(Message("没有这句常用语，可能已被他人删去。"))
    other = place - 1 if up else place + 1
    if not 0 <= other < len(phrases):
        return
    phrases[place], phrases[other] = phrases[other], phrases[place]
    for position, phrase in enumerate(phrases, 1):
        phrase.position = position
    session.flush()
    _event(session, actor, "phrase.move", phrase_id, {"position": (place + 1, other + 1)})


def _require(actor: Actor) -> None:
    verdict = may_edit(actor)
    if not verdict.allowed:
        raise NotAllowed(verdict.reason)


def _held(session: Session) -> list[Phrase]:
    return list(session.scalars(select(Phrase).order_by(Phrase.position, Phrase.id).with_for_update()))


def _find(session: Session, phrase_id: int) -> Phrase:
    phrase = session.get(Phrase, phrase_id, with_for_update=True)
    if phrase is None:
        raise NotFound(Message("没有这句常用语，可能已被他人删去。"))
    return phrase


def _event(
    session: Session, actor: Actor, action: str, phrase_id: int, changes: dict[str, tuple[object, object]]
) -> None:
    record(session, actor, Entry(action=action, subject_type="phrase", subject_id=phrase_id, changes=changes))
