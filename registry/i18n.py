"""Languages: Chinese message ids, English the only catalogue; the language is the parameter `lang`."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, g
from flask_babel import Babel
from flask_babel import gettext as babel_gettext

TRANSLATIONS = Path(__file__).parent / "translations"
HTML_LANG = {"zh": "zh-CN", "en": "en"}


def _(message: str, **values: object) -> str:
    """The message in the language of this request; `%(name)s` takes the values."""
    return str(babel_gettext(message, **values))


def N_(message: str) -> str:
    """Mark a message of a form's label for the catalogue; the template translates it where it is shown."""
    return message


def language() -> str:
    """Language of this request: `zh` or `en`."""
    return str(g.get("language", "zh"))


def init_i18n(app: Flask) -> None:
    """Bind Babel to the application."""
    app.config["BABEL_DEFAULT_LOCALE"] = "zh"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(app, locale_selector=language)
