"""Sentences for people that can be put into either language.

A rule does not know who will read its answer. It gives a `Message`: the Chinese sentence, which logs, comparisons and
programs use as a text, together with its message id and its values, so that the edge (a page, an answer in JSON, a
mail, a command) can put it into the language of its reader. A value may be a `Message` itself, a term or a row of a
code list (anything with `label(language)`), or a list of these.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

TRANSLATIONS = Path(__file__).parent / "translations"
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uff5e]")
"""Han characters, and the punctuation that belongs to them."""
_BETWEEN = {"zh": "、", "en": ", "}


class Message(str):
    """A Chinese sentence with `%(name)s` for its values; as a string it is the whole sentence in Chinese.

    `str`, `+` and f-strings give plain text that nobody can translate any more: put a message into another one as
    a value, or use `together`.
    """

    msgid: str
    values: Mapping[str, object]

    def __new__(cls, msgid: str, /, **values: object) -> Message:
        """The message of `msgid`, which stands in the English catalogue."""
        sentence = super().__new__(cls, _Teller("zh").fill(msgid, values))
        sentence.msgid, sentence.values = str(msgid), values
        return sentence

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.msgid, dict(self.values))


class Named(str):
    """A name of a code list: as a string the Chinese one, with the English one beside it."""

    en: str

    def __new__(cls, zh: str, en: str) -> Named:
        """The name; without an English one the Chinese name serves both."""
        name = super().__new__(cls, zh)
        name.en = en or zh
        return name

    def __reduce__(self) -> tuple[Any, ...]:
        return Named, (str(self), self.en)

    def label(self, language: str = "zh") -> str:
        """The name in `zh` or `en`."""
        return self.en if language == "en" else str(self)


def told(message: str, language: str, *, text: Callable[[str], str] = str, data: Callable[[str], str] = str) -> str:
    """The message in `language`; any other string is given back as it is.

    `text` is applied to the sentence itself and `data` to each value that comes from the record (a name, something
    typed): a page escapes the one and marks the language of the other.
    """
    if isinstance(message, Named):
        return message.label(language)
    return _Teller(language, text, data).tell(message) if isinstance(message, Message) else message


def together(*sentences: str) -> Message:
    """Sentences one after another; only English wants a blank between them."""
    first, *others = sentences
    return Message("%(first)s%(second)s", first=first, second=together(*others)) if others else as_message(first)


def clauses(*parts: str) -> Message:
    """Clauses of one sentence, one after another."""
    first, *others = parts
    return Message("%(first)s；%(second)s", first=first, second=clauses(*others)) if others else as_message(first)


def full(clause: str) -> Message:
    """A clause as a whole sentence, with its full stop."""
    return Message("%(clause)s。", clause=clause)


def as_message(text: str) -> Message:
    """The text as a message; what is none is text of the record, the same in every language."""
    return text if isinstance(text, Message) else Message("%(text)s", text=text)


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The compiled catalogue of a language; without one the message ids speak for themselves."""
    return gettext.translation("messages", TRANSLATIONS, [language], fallback=True)


def sentence(msgid: str, language: str, n: object = None) -> str:
    """What the catalogue says for a message id, in the singular or the plural where it knows both for a number `n`."""
    if language == "zh":
        return msgid
    found = catalogue(language)
    told_of = found.ngettext(msgid, msgid, n) if isinstance(n, int) else msgid
    return told_of if told_of != msgid else found.gettext(msgid)


class _Teller:
    """Fills sentences in one language."""

    def __init__(self, language: str, text: Callable[[str], str] = str, data: Callable[[str], str] = str) -> None:
        self.language, self.text, self.data = language, text, data

    def tell(self, message: Message) -> str:
        """One message with all that it holds."""
        return self.fill(sentence(message.msgid, self.language, message.values.get("n")), message.values)

    def fill(self, template: str, values: Mapping[str, object]) -> str:
        """The template with its values; without values a per cent sign stands for itself."""
        if not values:
            return self.text(template)
        return self.text(template) % {name: self.value(value) for name, value in values.items()}

    def value(self, value: object) -> str:
        """One value: a message and a term have a language of their own, a list is told item by item."""
        if isinstance(value, Message):
            return self.tell(value)
        if isinstance(value, (list, tuple)):
            return self.text(_BETWEEN[self.language]).join(self.value(item) for item in value)
        label = getattr(value, "label", None)
        if not callable(label):
            return self.data(str(value))
        # A row without an English name, such as a criterion that an officer wrote, is text of the record.
        return self.data(str(label(self.language)))


def _again(msgid: str, values: dict[str, object]) -> Message:
    return Message(msgid, **values)
