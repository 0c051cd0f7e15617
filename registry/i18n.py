"""Languages: Chinese message ids, English the only catalogue; the language is the parameter `lang`."""

from __future__ import annotations

from flask import Flask, g
from flask_babel import Babel
from flask_babel import gettext as babel_gettext
from markupsafe import Markup, escape

from registry.wording import CHINESE, TRANSLATIONS, Message, Named, told

HTML_LANG = {"zh": "zh-CN", "en": "en"}


def _(message: str, **values: object) -> str:
    """The message in the language of this request; `%(name)s` takes the values."""
    if isinstance(message, (Message, Named)):
        return told(message, language())
    return str(babel_gettext(message, **{name: _told(value) for name, value in values.items()}))


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
    return (
        told(message, language(), text=escape, data=_data) if isinstance(message, Message) else _data(in_words(message))
    )


def _told(value: object) -> object:
    return told(value, language()) if isinstance(value, (Message, Named)) else value


def _data(text: str) -> Markup:
    return Markup('<span lang="zh-CN">{}</span>').format(text) if CHINESE.search(text) else escape(text)


def init_i18n(app: Flask) -> None:
    """Bind Babel to the application; templates tell each message that they show in the language of the request."""
    app.config["BABEL_DEFAULT_LOCALE"] = "zh"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    app.jinja_env.finalize = _told
    app.jinja_env.filters["marked"] = marked
    Babel(app, locale_selector=language)
