"""Languages: Chinese message ids, English the only catalogue; the language is the parameter `lang`."""

from __future__ import annotations

from contextvars import ContextVar
from functools import lru_cache

from flask import Flask
from flask_babel import Babel
from markupsafe import Markup, escape

from registry.wording import TRANSLATIONS, Message, Named, sentence, told

HTML_LANG = {"zh": "zh-CN", "en": "en"}
_spoken: ContextVar[str] = ContextVar("language", default="zh")
"""Asked some hundred times for a page, which is why it is no part of `g`."""


def _(message: str, **values: object) -> str:
    """The message in the language of this request; `%(name)s` takes the values.

    A value that is HTML, such as a name from `zh`, makes the whole sentence HTML.
    """
    if isinstance(message, (Message, Named)):
        return told(message, language())
    found = sentence(message, language(), values.get("n"))
    return filled(found, **{name: spoken(value) for name, value in values.items()}) if values else found


def filled(text: str, **values: object) -> str:
    """A translated sentence with its values filled in; HTML where one of the values is."""
    is_html = any(isinstance(value, Markup) for value in values.values())
    return (Markup(text) if is_html else text) % values  # noqa: S704 (sentences come from the catalogue)


def N_(message: str) -> str:
    """Mark a message of a form's label for the catalogue; the template translates it where it is shown."""
    return message


def language() -> str:
    """Language of this request: `zh` or `en`."""
    return _spoken.get()


def speak(language: str) -> None:
    """Answer this request in `zh` or `en`."""
    _spoken.set(language)


def in_words(message: str) -> str:
    """A message of a rule in the language of this request; any other text as it is."""
    return told(message, language())


def spoken(value: object) -> object:
    """A message or a name in the language of this request; any other value as it is."""
    return told(value, language()) if isinstance(value, (Message, Named)) else value


@lru_cache(maxsize=4096)
def _plain(message: str, spoken: str) -> Markup:
    """A sentence without values, of which a page has some hundred."""
    return Markup(sentence(message, spoken)) % {}  # noqa: S704 (the catalogue is ours)


def _in_template(message: str, **values: object) -> str:
    """`_` of templates: always a format string and always HTML; a message among the values is told as text."""
    if not values and type(message) is str:
        return _plain(message, language())
    is_rule = isinstance(message, (Message, Named))
    text = told(message, language()) if is_rule else sentence(message, language(), values.get("n"))
    # Sentences know `%(name)s` only, so that each value is escaped once, without what `Markup` does for the others.
    return Markup(text % {name: escape(spoken(value)) for name, value in values.items()})  # noqa: S704 (ours, see above)


def init_i18n(app: Flask) -> None:
    """Bind Babel to the application; templates tell each message that they show in the language of the request."""
    app.config["BABEL_DEFAULT_LOCALE"] = "zh"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(app, locale_selector=language)
    # Threads of a server serve one request after the other.
    app.teardown_appcontext(lambda error: speak("zh"))
    app.jinja_env.finalize = spoken
    app.jinja_env.globals["_"] = _in_template
