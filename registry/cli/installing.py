"""`flask init`."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import with_appcontext

from registry.cli.cities import require_sound
from registry.cli.running import checked
from registry.cli.words import say
from registry.services.installation import initialise, pending_steps, schema_state
from registry.views.web.runtime import runtime
from registry.wording import Message


def register(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(init)


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
    prepare_record()
    say(Message("数据目录 %(data_dir)s 已就绪，代码表新增 %(added)s 行。", data_dir=settings.data_dir, added=added))


def prepare_record() -> None:
    """Write the files of a large record, which the first reader of a new program or of another database would
    otherwise wait for."""
    catalogues = runtime().catalogues
    with runtime().read() as session:
        if catalogues.is_large(session):
            say(Message("正在准备公开数据的副本，网站启动后第一位读者就不必等…"))
            catalogues.prepare(session)
