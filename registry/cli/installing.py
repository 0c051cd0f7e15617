"""`flask init` and `flask serve`."""

from __future__ import annotations

import signal
import sys
from types import FrameType

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from registry.cli.cities import require_sound
from registry.cli.running import checked, installed
from registry.cli.words import say
from registry.errors import OperatorError
from registry.services.installation import initialise, pending_steps, schema_state
from registry.views.web.runtime import runtime
from registry.wording import Message


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(init)
    app.cli.add_command(serve)


@click.command("init", help=Message("建立或升级数据库、代码表和数据目录；失败时数据库保持原样；可以重复运行。"))
@with_appcontext
@checked
def init() -> None:
    """Migrate, load reference rows, make DATA_DIR."""
    settings = runtime().settings
    require_sound(runtime().city)
    settings.make_data_dir()
    engine = runtime().engine
    with engine.connect() as connection:
        before, head = schema_state(connection)
        steps = pending_steps(connection)
    if steps:
        say(
            Message(
                "数据库结构：%(before)s → %(head)s，执行迁移 %(steps)s，全部成功才生效…",
                before=before or Message("空库"),
                head=head,
                steps=list(steps),
            )
        )
    else:
        say(Message("数据库结构已是 %(head)s，不需要升级。", head=head))
    added = initialise(engine)
    say(Message("数据目录 %(data_dir)s 已就绪，代码表新增 %(added)s 行。", data_dir=settings.data_dir, added=added))


@click.command("serve", help=Message("启动网站（waitress）。"))
@click.option("--host", default=None, help=Message("监听地址，默认取 REGISTRY_HOST。"))
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=None,
    help=Message("监听端口，默认取 REGISTRY_PORT。"),
)
@with_appcontext
@checked
@installed
def serve(host: str | None, port: int | None) -> None:
    """Serve until SIGTERM or SIGINT."""
    from waitress import create_server  # slow import

    settings = runtime().settings
    address, number = host or settings.host, port or settings.port
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    app.config["TRUSTED_HOSTS"] = settings.trusted_hosts(address)
    try:
        server = create_server(
            app,
            host=address,
            port=number,
            # Many of them may wait for a file that is being made (`made_files.WAITING`); the others answer meanwhile.
            threads=32,
            channel_timeout=30,
            connection_limit=500,
            ident="",
            # A request without a Host header, as old health checks send it, is one for this machine.
            server_name="localhost",
            # What a proxy says is read, as often as REGISTRY_TRUSTED_PROXIES tells, in app.py, under any server alike.
            clear_untrusted_proxy_headers=False,
        )
    except OSError as error:
        raise OperatorError(
            Message(
                "无法在 %(address)s:%(number)s 启动：%(reason)s。"
                "请检查 REGISTRY_HOST 和 REGISTRY_PORT，或停止占用该端口的程序。",
                address=address,
                number=number,
                reason=error.strerror or str(error),
            )
        ) from error
    runtime().hurry(True)
    signal.signal(signal.SIGTERM, _stop)
    say(
        Message(
            "网站已启动：http://%(address)s:%(number)s%(base_path)s/ （按 Ctrl+C 停止）",
            address=address,
            number=number,
            base_path=settings.base_path,
        )
    )
    server.run()


def _stop(number: int, frame: FrameType | None) -> None:
    sys.exit(0)
