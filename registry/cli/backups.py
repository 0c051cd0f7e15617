"""`flask backup`, `flask restore`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import click
from flask import Flask
from flask.cli import with_appcontext

from registry.cli.auditing import verify_audit
from registry.cli.doctor import doctor
from registry.cli.installing import prepare_record
from registry.cli.running import checked, installed
from registry.cli.words import say
from registry.errors import OperatorError
from registry.services.backups import Made, back_up
from registry.services.backups import restore as put_back
from registry.terms import BEIJING
from registry.views.web.runtime import runtime
from registry.wording import Message


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(backup)
    app.cli.add_command(restore)


@click.command(
    "backup", help=Message("把数据库、文件和密钥写成一个备份文件（FILE 为 - 时写到标准输出）；网站可以照常运行。")
)
@click.argument("file")
@with_appcontext
@checked
@installed
def backup(file: str) -> None:
    """Write an archive; it holds personal data and keys, so that only the owner can read it."""
    settings, engine, now = runtime().settings, runtime().engine, datetime.now(UTC)
    if file == "-":
        made = back_up(engine, settings.data_dir, sys.stdout.buffer, now=now, files=runtime().files)
    else:
        target, part = Path(file), Path(f"{file}.incomplete")
        if target.exists():
            raise OperatorError(Message("%(file)s 已存在，备份不覆盖文件，请换一个文件名。", file=target))
        made = _write(part, lambda out: back_up(engine, settings.data_dir, out, now=now, files=runtime().files))
        if not made.missing:
            part.rename(target)
    _report(made, file)


def _write(part: Path, make: Callable[[BinaryIO], Made]) -> Made:
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            made = make(out)
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        part.unlink(missing_ok=True)
        raise OperatorError(
            Message("无法写入备份 %(file)s：%(reason)s。", file=part, reason=error.strerror or str(error))
        ) from error
    return made


def _report(made: Made, file: str) -> None:
    """Say on the error output what stands in it: the standard one may be the archive."""
    manifest = made.manifest
    say(
        Message(
            "已备份到 %(file)s：%(tables)s 张表 %(rows)s 行，文件 %(files)s 个，办理记录 %(events)s 条。",
            file=file,
            tables=len(manifest.tables),
            rows=sum(table.rows for table in manifest.tables.values()),
            files=len(manifest.files),
            events=manifest.events,
        ),
        err=True,
    )
    if made.missing:
        say(
            Message(
                "有 %(n)s 个文件在记录中而不在文件夹中，备份不完整（保留为 .incomplete）：%(names)s",
                n=len(made.missing),
                names=list(made.missing[:10]),
            ),
            err=True,
        )
        sys.exit(1)


@click.command("restore", help=Message("把备份恢复到空的数据目录和空的数据库（SQLite 或 PostgreSQL），随后校验。"))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.pass_context
@with_appcontext
@checked
def restore(context: click.Context, file: Path) -> None:
    """Load an archive, then look at what came back as `audit verify` and `doctor` do."""
    settings = runtime().settings
    settings.make_place()
    manifest = put_back(runtime().engine, settings.data_dir, file, files=runtime().files)
    made_at = manifest.made_at.astimezone(BEIJING)
    say(
        Message(
            "已恢复 %(made_at)s 的备份（%(city)s）：%(tables)s 张表 %(rows)s 行，文件 %(files)s 个。正在校验…",
            made_at=f"{made_at:%Y-%m-%d %H:%M}",
            city=manifest.city,
            tables=len(manifest.tables),
            rows=sum(table.rows for table in manifest.tables.values()),
            files=len(manifest.files),
        )
    )
    prepare_record()
    context.invoke(verify_audit)
    context.invoke(doctor)
