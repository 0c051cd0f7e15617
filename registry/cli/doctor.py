"""`flask doctor`: recompute everything that is derived and report what differs."""

from __future__ import annotations

import sys
from itertools import chain

import click
from flask import Flask
from flask.cli import with_appcontext

from registry.cli.running import checked, installed
from registry.cli.words import say
from registry.services.doctor import check_files, check_identities, examine
from registry.views.web.runtime import runtime
from registry.wording import Message


def register(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(doctor)


@click.command("doctor", help=Message("重新计算所在区、指标、检索、统计等并报告差异；只报告，不修改。"))
@with_appcontext
@checked
@installed
def doctor() -> None:
    """One line for each finding (问题, exit code 1) and note (提示, exit code 0), a count at the end."""
    findings = notes = 0

    def tell(title: str) -> None:
        say(Message("正在检查：%(title)s", title=title), err=True)

    with runtime().read() as session:
        files = check_files(session, runtime().files, progress=tell)
        identities = check_identities(session, runtime().settings.data_dir, progress=tell)
        for found in chain(examine(session, progress=tell), files, identities):
            findings, notes = findings + (not found.is_note), notes + found.is_note
            say(found.line)
    say(f"findings={findings} notes={notes}")
    if findings:
        sys.exit(1)
