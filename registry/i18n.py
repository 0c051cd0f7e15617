"""Languages: Chinese message ids, English the only catalogue; the language is the parameter `lang`."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, g
from flask_babel import Babel
from markupsafe import Markup, escape

from registry.measures import Measure
from registry.wording import CHINESE, TRANSLATIONS, Message, Named, sentence, told

HTML_LANG = {"zh": "zh-CN", "en": "en"}


def _(message: str, **values: object) -> str:
    """The message in the language of this request; `%(name)s` takes the values.

    A value that is HTML, such as a name from `zh`, makes the whole sentence HTML.
    """
    if isinstance(message, (Message, Named)):
        return told(message, language())
    found = sentence(message, language(), values.get("n"))
    return filled(found, **{name: _told(value) for name, value in values.items()}) if values else found


def filled(text: str, **values: object) -> str:
    """A sentence that is told already, with its values; HTML where one of them is."""
    is_html = any(isinstance(value, Markup) for value in values.values())
    return (Markup(text) if is_html else text) % values  # noqa: S704 (sentences come from the catalogue)


def N_(message: str) -> str:
    """Mark a message of a form's label for the catalogue; the template translates it where it is shown."""
    return message


def language() -> str:
    """Language of this request: `zh` or `en`."""
    return str(g.get("language", "zh"))


def in_words(message: str) -> str:
    """A message of a rule in the language of this request; any other text as it is."""
    return told(message, language())


def marked(message: str) -> str:
    """A message as HTML: on an English page each Chinese name or typed text in it says that it is Chinese.

    Text that is no message was written by a person.
    """
    if language() == "zh":
        return message
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


def _told(value: object) -> object:
    return told(value, language()) if isinstance(value, (Message, Named)) else value


def _in_template(message: str, **values: object) -> str:
    """`_` of templates: always a format string and always HTML; a message among the values is told as text."""
    is_rule = isinstance(message, (Message, Named))
    text = told(message, language()) if is_rule else sentence(message, language(), values.get("n"))
    found = Markup(text)  # noqa: S704 (the catalogue is ours)
    return found % {name: _told(value) for name, value in values.items()}


def init_i18n(app: Flask) -> None:
    """Bind Babel to the application; templates tell each message that they show in the language of the request."""
    app.config["BABEL_DEFAULT_LOCALE"] = "zh"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(app, locale_selector=language)
    app.jinja_env.finalize = _told
    app.jinja_env.filters["marked"] = marked
    app.jinja_env.filters["zh"] = zh
    app.jinja_env.filters["measure"] = measure
    app.jinja_env.filters["label"] = label
    app.jinja_env.globals["_"] = _in_template
    app.jinja_env.globals["zh_lang"] = zh_lang
