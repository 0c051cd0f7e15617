"""`flask serve`: one process under waitress, or several workers under granian, after the same checks."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import stat
import sys
from pathlib import Path
from types import FrameType

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from registry.cli.running import checked, installed
from registry.cli.words import say
from registry.errors import OperatorError
from registry.views.web.operation.log import begin_log
from registry.views.web.operation.metrics import share_figures
from registry.views.web.runtime import runtime
from registry.wording import Message

THREADS = 32
"""Threads of a process: many may wait for a file that is being made (`made_files.WAITING`), the others answer."""
STOPPING_SECONDS = 50
"""Seconds that a request may still take when the server is told to stop; the service unit waits for a minute."""


def register(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(serve)


@click.command("serve", help=Message("启动网站：默认在本进程中（waitress），有多个工作进程时由 granian 运行。"))
@click.option("--host", default=None, help=Message("监听地址，默认取 REGISTRY_HOST。"))
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=None,
    help=Message("监听端口，默认取 REGISTRY_PORT。"),
)
@click.option(
    "--workers",
    type=click.IntRange(0, 64),
    default=None,
    help=Message("工作进程数，默认取 REGISTRY_WORKERS；0 表示在本进程中运行。"),
)
@click.option(
    "--socket",
    "path",
    type=click.Path(path_type=Path),
    default=None,
    help=Message("不用端口，而在这个 Unix 套接字上等候反向代理。"),
)
@with_appcontext
@checked
@installed
def serve(host: str | None, port: int | None, workers: int | None, path: Path | None) -> None:
    """Serve until SIGTERM or SIGINT."""
    settings = runtime().settings
    address, number = host or settings.host, port or settings.port
    workers = settings.workers if workers is None else workers
    if path is not None:
        if not settings.trusted_proxies:
            raise OperatorError(
                Message("在套接字上只有反向代理能访问网站，请设置 REGISTRY_TRUSTED_PROXIES 和 REGISTRY_PUBLIC_URL。")
            )
        _make_room(path)
    elif workers:
        _try(address, number)
    if path is None:
        place = Message(
            "http://%(address)s:%(number)s%(base_path)s/", address=address, number=number, base_path=settings.base_path
        )
    else:
        place = Message("%(path)s（Unix 套接字）", path=path)
    if workers:
        _serve_by_workers(workers, address, number, path, place)
    else:
        _serve_here(address, number, path, place)


def _serve_by_workers(workers: int, address: str, number: int, path: Path | None, place: Message) -> None:
    if importlib.util.find_spec("granian") is None:
        raise OperatorError(Message("缺少 granian，请安装 requirements-server.txt。"))
    if runtime().settings.metrics:
        share_figures(runtime().settings.data_dir)
    # The workers read the environment again: options of the command line are put there for them.
    os.environ |= {"REGISTRY_HOST": address, "REGISTRY_PORT": str(number)}
    listening = ["--host", address, "--port", str(number)]
    if path is not None:
        # Without the sign of an octal number granian takes it for a decimal one.
        listening = ["--uds", str(path), "--uds-permissions", "0o660"]
    say(Message("网站已启动：%(place)s ，工作进程 %(n)s 个", place=place, n=workers))
    sys.stdout.flush()
    runtime().engine.dispose()
    os.execv(  # noqa: S606 the signals of the service reach granian itself
        sys.executable,
        [
            sys.executable,
            *("-m", "granian", "--interface", "wsgi", "--factory", "--http", "1", "--no-ws"),
            *("--workers", str(workers), "--blocking-threads", str(THREADS), "--respawn-failed-workers"),
            *("--workers-kill-timeout", str(STOPPING_SECONDS), "--log-level", "error"),
            *listening,
            "app:served",
        ],
    )


def _serve_here(address: str, number: int, path: Path | None, place: Message) -> None:
    from waitress import create_server  # slow import

    settings = runtime().settings
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    app.config["TRUSTED_HOSTS"] = settings.trusted_hosts(address)
    listening = {"host": address, "port": number}
    if path is not None:
        listening = {"unix_socket": str(path), "unix_socket_perms": "660"}
    begin_log(settings.log_format)
    try:
        server = create_server(
            app,
            **listening,
            threads=THREADS,
            channel_timeout=30,
            connection_limit=500,
            ident="",
            # A request without a Host header, as old health checks send it, is one for this machine.
            server_name="localhost",
            # Forwarded headers are read in app.py, for as many proxies as REGISTRY_TRUSTED_PROXIES says, under every
            # server.
            clear_untrusted_proxy_headers=False,
        )
    except OSError as error:
        raise _taken(address, number, error) from error
    runtime().hurry(True)
    signal.signal(signal.SIGTERM, _stop)
    say(Message("网站已启动：%(place)s （按 Ctrl+C 停止）", place=place))
    sys.stdout.flush()
    server.run()


def _try(address: str, number: int) -> None:
    """Granian tells about a taken port once for each worker, so it is tried before."""
    try:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        socket.create_server((address, number), family=family).close()
    except OSError as error:
        raise _taken(address, number, error) from error


def _taken(address: str, number: int, error: OSError) -> OperatorError:
    return OperatorError(
        Message(
            "无法在 %(address)s:%(number)s 启动：%(reason)s。"
            "请检查 REGISTRY_HOST 和 REGISTRY_PORT，或停止占用该端口的程序。",
            address=address,
            number=number,
            reason=error.strerror or str(error),
        )
    )


def _make_room(path: Path) -> None:
    """Take away a socket that a server left behind when it was killed; refuse one at which somebody listens."""
    if not path.exists():
        if not path.parent.is_dir():
            raise OperatorError(Message("套接字所在的目录 %(folder)s 不存在，请先建立。", folder=path.parent))
        return
    if stat.S_ISSOCK(path.stat().st_mode):
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(path))
            except ConnectionRefusedError:
                path.unlink()
                return
    raise OperatorError(Message("%(path)s 已被占用：请停止使用它的程序，或换一个路径。", path=path))


def _stop(number: int, frame: FrameType | None) -> None:
    sys.exit(0)
