"""Language of parts: on English pages, names and texts of the record are marked as Chinese."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask
from markupsafe import Markup, escape

from registry.i18n import _, language
from registry.measures import Measure
from registry.wording import CHINESE, Message, Named, told


def marked(message: str) -> str:
    """A message as HTML: on an English page each Chinese name or typed text in it says that it is Chinese.

    Text that is no message was written by a person.
    """
    if language() == "zh":
        return message
    if not isinstance(message, Message):
        return zh(message)
    return Markup(told(message, language(), text=escape, data=zh))  # noqa: S704 (each part is escaped)


def zh(text: object) -> str:
    """A name or a text from the record as HTML: on an English page what is Chinese says so, for those who hear it."""
    if isinstance(text, Message):
        return escape(marked(text))
    if isinstance(text, Named):
        text = text.label(language())
    if language() == "zh" or isinstance(text, Markup):
        return escape(text)
    return Markup('<span lang="zh">{}</span>').format(text) if CHINESE.search(str(text)) else escape(text)


def zh_list(texts: Iterable[str]) -> str:
    """Names from the record one after another."""
    return Markup(_("、")).join(zh(text) for text in texts)  # noqa: S704 (the catalogue is ours)


def measure(unit: str) -> str:
    """A unit of measurement as HTML, in the language of the page where it has a word there."""
    return zh(Measure(unit).label(language()))


def with_unit(figure: object, unit: str) -> str:
    """A figure with its unit of measurement as HTML; a per cent sign stands close to it."""
    if unit in ("", "%"):
        return escape(f"{figure}{unit}")
    return Markup("{} {}").format(figure, measure(unit))


def label(named: object) -> str:
    """The label of a field (a message id or a message) or of a row that has one, as HTML; where there is no English,
    since an officer wrote it, it says that it is Chinese."""
    of = getattr(named, "label", None)
    if callable(of):
        return zh(of(language()))
    return zh(_(named)) if isinstance(named, str) else ""


def zh_lang(*texts: object) -> str:
    """The attribute `lang` of an element whose own text or attribute comes from the record."""
    if language() == "zh" or not any(CHINESE.search(str(text)) for text in texts):
        return ""
    return Markup(' lang="zh"')


def init_marking(app: Flask) -> None:
    """Give the templates what marks Chinese texts."""
    app.jinja_env.filters.update(marked=marked, zh=zh, measure=measure, label=label)
    app.jinja_env.globals.update(zh_lang=zh_lang, with_unit=with_unit)
