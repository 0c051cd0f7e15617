"""`flask audit export`, `flask export projects`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import orjson
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import select

from registry.cli.auditing import audit_group
from registry.cli.running import checked, installed
from registry.cli.words import misused, say
from registry.models import Event
from registry.queries.catalogue.filters import COMMON, parse
from registry.queries.record import fields
from registry.queries.record.files import Export, csv_lines, geojson_parts, make_export
from registry.queries.record.workbook import About, write_workbook
from registry.terms import BEIJING
from registry.views.web.runtime import runtime
from registry.wording import Message

export_group = AppGroup("export", help=Message("导出数据文件。"))


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(export_group)


@audit_group.command("export", help=Message("把办理记录写成 JSON Lines 文件，一行一条。"))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@checked
@installed
def export_audit(file: Path) -> None:
    """Write all events in order."""
    count = 0
    with runtime().read() as session, file.open("wb") as out:
        for event in session.scalars(select(Event).order_by(Event.id).execution_options(yield_per=1000)):
            out.write(orjson.dumps(_event_row(event)) + b"\n")
            count += 1
    say(Message("已导出 %(count)s 条办理记录到 %(file)s。", count=count, file=file))


def _event_row(event: Event) -> dict[str, Any]:
    return {
        "id": event.id,
        "at": event.at.isoformat(),
        "actor_id": event.actor_id,
        "actor_role": event.actor_role,
        "action": event.action,
        "subject_type": event.subject_type,
        "subject_id": event.subject_id,
        "changes": event.changes,
        "note": event.note,
        "request_id": event.request_id,
        "network_address": event.network_address,
        "previous_hash": event.previous_hash,
        "hash": event.hash,
    }


@export_group.command(
    "projects",
    help=Message("导出项目名单（.csv、.xlsx 或 .geojson）；筛选条件写成 名称=值，如 tier=provincial year=2020。"),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("conditions", nargs=-1)
@checked
@installed
def export_projects(file: Path, conditions: tuple[str, ...]) -> None:
    """The same selection and shapes as the site's files."""
    given: dict[str, list[str]] = {}
    for condition in conditions:
        name, sign, value = condition.removeprefix("--").partition("=")
        if not sign or name not in COMMON:
            raise misused(
                Message(
                    "不认识的筛选条件 %(condition)s，应写成 名称=值，可用：%(options)s。",
                    condition=repr(condition),
                    options=list(COMMON),
                )
            )
        given.setdefault(name, []).append(value)
    if file.suffix not in (".csv", ".xlsx", ".geojson"):
        raise misused(Message("文件应以 .csv、.xlsx 或 .geojson 结尾，现为 %(file)s。", file=file.name))
    with runtime().read() as session:
        catalogue = runtime().catalogues.current(session)
        wanted = parse(given, catalogue.lists, strict=True)
        export = make_export(
            session,
            catalogue,
            wanted,
            fields.Links(lambda code: f"/projects/{code}", lambda code, number: f"/projects/{code}/photos/{number}"),
        )
        _write(export, file)
    say(Message("已导出到 %(file)s。", file=file))


def _write(export: Export, file: Path) -> None:
    if file.suffix == ".xlsx":
        write_workbook(export, file, about=About(source=runtime().site.name), now=datetime.now(BEIJING))
        return
    parts: Iterator[bytes] = csv_lines(export) if file.suffix == ".csv" else geojson_parts(export)
    with file.open("wb") as out:
        out.writelines(parts)
