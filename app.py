"""The only composition root: `create_app()` puts settings, database, pages and commands together."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from registry import cli
from registry.config import Settings
from registry.i18n import init_i18n
from registry.views import (
    api,
    assets,
    errors,
    files,
    headers,
    health,
    home,
    mapdata,
    page,
    public,
    runtime,
    statistics,
)
from registry.views.prefix import under_prefix

MAX_REQUEST_BYTES = 32 * 1024 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application. Without `settings` they come from the environment.

    Raises OperatorError when a setting is wrong. The database is not opened here, so that
    `flask init` can make it.
    """
    settings = settings or Settings.from_environ()
    app = Flask(__name__, static_folder=None, template_folder="templates")
    app.config.update(MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES, TRAP_HTTP_EXCEPTIONS=False)
    app.extensions["registry"] = runtime.Runtime(settings)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    init_i18n(app)
    runtime.init_requests(app)
    headers.init_headers(app, settings)
    errors.init_errors(app)
    assets.init_assets(app)
    page.init_pages(app, settings)
    for module in (health, home, public, files, mapdata, statistics, api):
        app.register_blueprint(module.blueprint)
    cli.register(app)
    app.wsgi_app = under_prefix(app.wsgi_app, settings.base_path)  # type: ignore[method-assign, assignment]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app
