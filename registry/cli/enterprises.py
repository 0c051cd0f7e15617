"""`flask enterprises describe FILE`: size, ownership and other names of enterprises from a list."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from registry import spreadsheets
from registry.cli.running import checked, installed
from registry.cli.words import say
from registry.permissions import OPERATOR
from registry.services.record.describing import apply_descriptions, read_descriptions
from registry.views.web.runtime import runtime
from registry.wording import Message

enterprises_group = AppGroup("enterprises", help=Message("企业：规模、性质、简称。"))


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(enterprises_group)


@enterprises_group.command(
    "describe",
    help=Message("按名单登记企业规模、企业性质、简称和文件印作；空格不改动。不加 --apply 只检查。"),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--apply", "is_applied", is_flag=True, help=Message("写入；有一行不能写入就全部不写。"))
@checked
@installed
def describe(file: Path, is_applied: bool) -> None:
    """Columns 企业名称, 统一社会信用代码, 企业规模, 企业性质, 简称, 文件印作; exit code 1 with faults."""
    table = spreadsheets.read_file(file)
    with runtime().write() as session:
        found = read_descriptions(session, table)
        for fault in found.faults:
            say(fault, err=True)
        if found.faults:
            say(Message("有 %(n)s 行不能写入，未写入任何内容。", n=len(found.faults)), err=True)
            sys.exit(1)
        changed = apply_descriptions(session, OPERATOR, found, now=datetime.now(UTC))
        if is_applied:
            session.commit()
            say(Message("名单 %(rows)s 行，改动企业 %(changed)s 家。", rows=len(found.rows), changed=changed))
        else:
            session.rollback()
            say(
                Message(
                    "名单 %(rows)s 行，将改动企业 %(changed)s 家；没有写入，加 --apply 写入。",
                    rows=len(found.rows),
                    changed=changed,
                )
            )
