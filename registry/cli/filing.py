"""`flask files sweep`: delete files that no row names, left behind by a power cut or a failed transaction."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask import Flask
from flask.cli import AppGroup

from registry.cli.running import checked, installed
from registry.cli.words import say
from registry.permissions import OPERATOR
from registry.services import uploads
from registry.services.uploads.storing import OLD
from registry.views.web.runtime import runtime
from registry.wording import Message

files_group = AppGroup("files", help=Message("附件的存储。"))


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(files_group)


@files_group.command("sweep", help=Message("列出没有记录指向、存放超过 24 小时的文件；加 --apply 才删除。"))
@click.option("--apply", is_flag=True, help=Message("删除列出的文件。"))
@checked
@installed
def sweep(apply: bool) -> None:
    """One name a line, a count at the end."""
    now, storage = datetime.now(UTC), runtime().files
    if apply:
        with runtime().write() as session:
            names = uploads.sweep(session, OPERATOR, storage, now=now)
            session.commit()
    else:
        with runtime().read() as session:
            names = uploads.orphans(session, storage, before=now - OLD).unclaimed
    for name in names:
        say(name)
    if apply:
        say(Message("已删除 %(n)s 个没有记录的文件。", n=len(names)))
    else:
        say(Message("有 %(n)s 个没有记录的文件；加 --apply 删除。", n=len(names)))
