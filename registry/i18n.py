"""Languages: Chinese message ids, English the only catalogue; the language is the parameter `lang`."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask, g
from flask_babel import Babel
from flask_babel import gettext as babel_gettext
from flask_babel import ngettext as babel_ngettext
from markupsafe import Markup, escape

TRANSLATIONS = Path(__file__).parent / "translations"
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uff5e]")
HTML_LANG = {"zh": "zh-CN", "en": "en"}


def _(message: str, **values: object) -> str:
    """The message in the language of this request; `%(name)s` takes the values.

    A value that is HTML, such as a name from `zh`, makes the whole sentence HTML.
    """
    return filled(str(babel_gettext(message)), **values) if values else str(babel_gettext(message))


def filled(sentence: str, **values: object) -> str:
    """A sentence that is told already, with its values; HTML where one of them is."""
    html = any(isinstance(value, Markup) for value in values.values())
    return (Markup(sentence) if html else sentence) % values  # noqa: S704 (sentences come from the catalogue)


def number_of(message: str, n: int, **values: object) -> str:
    """A message with a number, which English tells in the singular and the plural; `%(n)s` takes the number."""
    return str(babel_ngettext(message, message, n, **{"n": n} | values))


def N_(message: str) -> str:
    """Mark a message of a form's label for the catalogue; the template translates it where it is shown."""
    return message


def language() -> str:
    """Language of this request: `zh` or `en`."""
    return str(g.get("language", "zh"))


def zh(text: object) -> str:
    """A name or a text from the record as HTML: on an English page what is Chinese says so, for those who hear it."""
    if language() == "zh" or isinstance(text, Markup):
        return escape(text)
    return Markup('<span lang="zh">{}</span>').format(text) if CHINESE.search(str(text)) else escape(text)


def zh_lang(*texts: object) -> str:
    """The attribute `lang` of an element whose own text or attribute comes from the record."""
    if language() == "zh" or not any(CHINESE.search(str(text)) for text in texts):
        return ""
    return Markup(' lang="zh"')


def init_i18n(app: Flask) -> None:
    """Bind Babel to the application, and give the templates what marks Chinese texts."""
    app.config["BABEL_DEFAULT_LOCALE"] = "zh"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    app.jinja_env.filters["zh"] = zh
    app.jinja_env.globals["zh_lang"] = zh_lang
    Babel(app, locale_selector=language)
