"""Languages: Chinese message ids, English the only catalogue; the language is the parameter `lang`."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, g
from flask_babel import Babel, gettext, lazy_gettext, ngettext

_ = gettext
lazy = lazy_gettext

TRANSLATIONS = Path(__file__).parent / "translations"
HTML_LANG = {"zh": "zh-CN", "en": "en"}

__all__ = ["HTML_LANG", "TRANSLATIONS", "_", "init_i18n", "language", "lazy", "ngettext"]


def language() -> str:
    """Language of this request: `zh` or `en`."""
    return str(g.get("language", "zh"))


def init_i18n(app: Flask) -> None:
    """Bind Babel to the application."""
    app.config["BABEL_DEFAULT_LOCALE"] = "zh"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(app, locale_selector=language)
