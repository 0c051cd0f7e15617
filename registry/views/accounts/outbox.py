"""The outbox of the application: messages that a request wrote leave after its commit."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app, request

from registry.config import Settings
from registry.mail import Letter, Mailer
from registry.views.web.runtime import SAFE, Runtime, after_commit


def init_outbox(app: Flask, settings: Settings) -> None:
    """Install the mailer; raises OperatorError for a mail address that cannot be read."""
    parts: Runtime = app.extensions["registry"]
    mailer = Mailer(
        settings.mail_url, site=settings.site.name, home=settings.public_url, read=parts.read, write=parts.write
    )
    app.extensions["registry_mail"] = mailer
    if mailer.server is None:
        return

    @app.before_request
    def send_after_commit() -> None:
        if request.method not in SAFE:
            after_commit(mailer.kick)


def mailer() -> Mailer:
    """The mailer of the current application."""
    return cast(Mailer, current_app.extensions["registry_mail"])


def post_after_commit(letter: Letter) -> None:
    """Send a letter that is no message, since its link would be a secret in the database, once its link is stored."""
    found = mailer()
    after_commit(lambda: found.post(letter))
