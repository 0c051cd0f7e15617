"""`flask reminders send`: what is due today goes out once; meant for a timer that runs every morning."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask import Flask
from flask.cli import AppGroup

from registry.application_form.window import beijing_day
from registry.cli.running import checked, installed
from registry.cli.words import say
from registry.services.attention.reminders import send_reminders
from registry.views.web.runtime import runtime
from registry.wording import Message

reminders_group = AppGroup("reminders", help=Message("提醒和待办摘要。"))


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(reminders_group)


@reminders_group.command("send", help=Message("写出到期的提醒和待办摘要，每条只发一次；宜每天早上运行。"))
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help=Message("按哪一天计算，如 2026-05-18；不写为今天。"))
@click.option("--dry-run", is_flag=True, help=Message("只计数，不发送。"))
@checked
@installed
def send(day: datetime | None, dry_run: bool) -> None:
    """Write the messages; mail leaves with `flask messages send` or the running server."""
    now = datetime.now(UTC)
    wanted = day.date() if day else beijing_day(now)
    with runtime().write() as session:
        sent = send_reminders(session, wanted, home=runtime().settings.public_url, now=now, dry_run=dry_run)
        if not dry_run:
            session.commit()
    message = Message(
        "%(day)s：提醒 %(n)s 条，待办摘要 %(m)s 份。", day=wanted.isoformat(), n=sent.reminders, m=sent.digests
    )
    say(message)
