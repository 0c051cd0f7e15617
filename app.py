"""The only composition root: `create_app()` puts settings, database, pages and commands together."""

from __future__ import annotations

import gc
import sys

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from registry import cli
from registry.cli.words import here
from registry.config import Settings
from registry.errors import OperatorError
from registry.i18n import init_i18n
from registry.mail import parse_url
from registry.marking import init_marking
from registry.views import (
    accounts,
    applications,
    attention,
    calls,
    evaluation,
    imports,
    inspection,
    notices,
    open,
    recognition,
    record,
    review,
    site,
    titles,
    web,
)
from registry.views.accounts import identity, outbox
from registry.views.web import addresses, assets, errors, head, headers, page, runtime, templating
from registry.views.web.operation import figures, log
from registry.views.web.operation.metrics import Metrics
from registry.views.web.operation.shared_folder import folder_of_run
from registry.views.web.prefix import under_prefix
from registry.wording import Message

MAX_REQUEST_BYTES = 32 * 1024 * 1024


def settings_or_exit() -> Settings:
    """Settings from the environment; a wrong one ends the start with one sentence and exit code 1."""
    try:
        settings = Settings.from_environ()
        if settings.mail_url:
            parse_url(settings.mail_url)
        if settings.metrics:
            Metrics()
        return settings
    except OperatorError as error:
        sys.exit(here(Message("错误：%(message)s", message=error.message)))


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application. Without `settings` they come from the environment.

    A wrong setting ends the process with one sentence. The database is not opened here, so that
    `flask init` can make it.
    """
    settings = settings or settings_or_exit()
    app = Flask(__name__, static_folder=None, template_folder="templates")
    app.jinja_environment = templating.Templates
    app.config.update(MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES, TRAP_HTTP_EXCEPTIONS=False)
    app.config["TRUSTED_HOSTS"] = settings.trusted_hosts()
    parts = app.extensions["registry"] = runtime.Runtime(settings)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    init_i18n(app)
    init_marking(app)
    addresses.init_addresses(app)
    runtime.init_requests(app)
    outbox.init_outbox(app, settings)
    identity.init_identity(app, settings)
    headers.init_headers(app, settings)
    errors.init_errors(app)
    assets.init_assets(app)
    page.init_pages(app)
    head.init_heads(app)
    for capability in (
        web,
        accounts,
        applications,
        attention,
        calls,
        evaluation,
        imports,
        inspection,
        notices,
        open,
        recognition,
        record,
        review,
        site,
        titles,
    ):
        for blueprint in capability.blueprints:
            app.register_blueprint(blueprint)
    if parts.metrics is not None:
        app.register_blueprint(figures.blueprint)
    cli.register(app)
    app.wsgi_app = under_prefix(app.wsgi_app, settings.base_path)  # type: ignore[method-assign, assignment]
    if settings.trusted_proxies:
        # The host comes from the Host header alone, which a proxy passes on and the framework compares with a list.
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    app.wsgi_app = log.Requests(app.wsgi_app, parts.metrics)  # type: ignore[method-assign]
    return app


def served() -> Flask:
    """The application as a worker of a server makes it: with its log on standard output."""
    app = create_app()
    # A page makes thousands of objects that live as long as it does: looking for cycles after every 700 takes a tenth
    # of its time and finds none.
    gc.set_threshold(20_000, 20, 20)
    found: runtime.Runtime = app.extensions["registry"]
    log.begin_log(found.settings.log_format)
    folder = folder_of_run(found.settings.data_dir / "cache")
    if folder is not None:
        found.made_files.share(folder)
    return app
