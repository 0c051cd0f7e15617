"""Sentences of stored messages as JSON (message id and values), so that each reader gets them in his language."""

from __future__ import annotations

from typing import Any

from registry.models import Message as Stored
from registry.wording import Message, Named

LANGUAGES = ("zh", "en")


def wording_of(message: Stored) -> tuple[str, str]:
    """Subject and body. Where a rule wrote them they are `Message`s, which can be put into the reader's language."""
    words = message.words or {}
    return (
        unpacked(words["subject"]) if "subject" in words else message.subject,
        unpacked(words["body"]) if "body" in words else message.body,
    )


def packed(value: object) -> Any:
    """A `Message`, or a value of one, as a value for JSON; `unpacked` reads it back."""
    if isinstance(value, Message):
        return {"msgid": value.msgid, "values": {name: packed(item) for name, item in value.values.items()}}
    if isinstance(value, (list, tuple)):
        return [packed(item) for item in value]
    label = getattr(value, "label", None)
    return {language: str(label(language)) for language in LANGUAGES} if callable(label) else str(value)


def unpacked(stored: Any) -> Any:
    """The value that `packed` was given, except that a term comes back as its Chinese and English name."""
    if isinstance(stored, list):
        return [unpacked(item) for item in stored]
    if not isinstance(stored, dict):
        return stored
    if stored.keys() == {"msgid", "values"}:
        msgid, values = stored["msgid"], stored["values"]
        return Message(msgid, **{name: unpacked(value) for name, value in values.items()})
    if stored.keys() == set(LANGUAGES):
        return Named(stored["zh"], stored["en"])
    return {name: unpacked(value) for name, value in stored.items()}


def packed_all(found: Any) -> Any:
    """A structure of JSON in which each `Message` is packed; `unpacked` reads it back."""
    if isinstance(found, dict):
        return {name: packed_all(value) for name, value in found.items()}
    if isinstance(found, (list, tuple)):
        return [packed_all(value) for value in found]
    return packed(found) if isinstance(found, (Message, Named)) else found
