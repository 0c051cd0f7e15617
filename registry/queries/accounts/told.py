"""How a stored message holds its sentences, so that each reader gets them in the own language."""

from __future__ import annotations

from typing import Any

from registry.models import Message as Stored
from registry.wording import Message, Named

LANGUAGES = ("zh", "en")


def wording_of(message: Stored) -> tuple[str, str]:
    """Subject and body, as sentences that can be told in the reader's language where rules wrote them."""
    words = message.words or {}
    return (
        unpacked(words["subject"]) if "subject" in words else message.subject,
        unpacked(words["body"]) if "body" in words else message.body,
    )


def packed(value: object) -> Any:
    """A message or a value of one as JSON holds it; `unpacked` gives it back."""
    if isinstance(value, Message):
        return {"msgid": value.msgid, "values": {name: packed(item) for name, item in value.values.items()}}
    if isinstance(value, (list, tuple)):
        return [packed(item) for item in value]
    label = getattr(value, "label", None)
    return {language: str(label(language)) for language in LANGUAGES} if callable(label) else str(value)


def unpacked(stored: Any) -> Any:
    """What `packed` was given; a term comes back as its two names."""
    if isinstance(stored, list):
        return [unpacked(item) for item in stored]
    if not isinstance(stored, dict):
        return stored
    if "msgid" in stored:
        msgid, values = stored["msgid"], stored["values"]
        return Message(msgid, **{name: unpacked(value) for name, value in values.items()})
    return Named(stored["zh"], stored["en"])
