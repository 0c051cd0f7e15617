"""`flask retention run`: erase personal data whose time is over; run by a timer once a day."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask import Flask
from flask.cli import AppGroup

from registry.cli.running import checked, installed
from registry.cli.words import say
from registry.db import count_rows
from registry.permissions import OPERATOR
from registry.services.retention import RULES, run
from registry.views.web.runtime import runtime
from registry.wording import Message

retention_group = AppGroup("retention", help=Message("个人信息的保存期限。"))


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(retention_group)


@retention_group.command("run", help=Message("清除保存期满的个人信息，逐项报告件数；可以每天定时运行。"))
@click.option("--dry-run", is_flag=True, help=Message("只报告件数，不清除。"))
@checked
@installed
def run_retention(dry_run: bool) -> None:
    """One line a rule."""
    settings = runtime().settings
    with runtime().write() as session:
        done = run(session, OPERATOR, runtime().files, retention_days=settings.retention_days, now=datetime.now(UTC))
        if dry_run:
            session.rollback()
        else:
            count_rows(session.connection())
            session.commit()
    for rule in RULES:
        say(
            Message(
                "%(n)s 件：%(what)s（%(since)s起 %(days)s 天）",
                n=done[rule.name],
                what=rule.what,
                since=rule.since,
                days=rule.days(settings.retention_days),
            )
        )
    say(Message("以上只是试算，没有清除。") if dry_run else Message("已清除保存期满的个人信息。"))
