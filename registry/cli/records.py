"""`flask record apply`: renames, closures, links and ends of titles from a list, tried first."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from registry import spreadsheets
from registry.cli.running import checked, installed
from registry.cli.words import here, say
from registry.errors import InvalidInput
from registry.permissions import OPERATOR
from registry.services.record.bulk import COLUMNS, BulkKind, run
from registry.values import plain
from registry.values.bad_value import BadValue
from registry.views.web.runtime import runtime
from registry.wording import Message

record_group = AppGroup("record", help=Message("登记维护：按名单成批更名、登记停产、关联、撤销或到期。"))
LONGEST = 300


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(record_group)


@record_group.command(
    "apply",
    help=Message(
        "按名单成批变更登记，先试算；加 --apply 才写入，有一行不行就都不写。\n\n"
        "名单的第一行是表头：enterprise-names 为 企业、新名称、从哪一天起、依据；project-names 为 项目编号、新名称、"
        "从哪一天起、依据；closures 为 项目编号、原因、从哪一天起、依据；links 为 项目编号、关联、对方编号、"
        "从哪一天起；ends 为 项目编号、类别、年份、结果、原因、文号、文件日期、文件标题、发文机关。"
    ),
)
@click.argument("kind", type=click.Choice([kind.value for kind in BulkKind]))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--apply", "wanted", is_flag=True, help=Message("写入；不加只试算。"))
@checked
@installed
def apply(kind: str, file: Path, wanted: bool) -> None:
    """Exit code 1 when a row is refused, and then nothing is written."""
    chosen = BulkKind(kind)
    rows = _rows(chosen, file)
    with runtime().write() as session:
        faults = run(session, OPERATOR, chosen, rows, now=datetime.now(UTC))
        if faults or not wanted:
            session.rollback()
        else:
            session.commit()
    for fault in faults:
        say(Message("第 %(row)s 行：%(reason)s", row=fault.number, reason=fault.reason), err=True)
    done = len(rows) - len(faults)
    say(f"changed={done if wanted and not faults else 0} possible={done} refused={len(faults)}")
    if faults:
        sys.exit(1)


def _rows(kind: BulkKind, file: Path) -> list[tuple[int, list[str]]]:
    """(line, cells) of the list; InvalidInput for other headers."""
    columns = COLUMNS[kind]
    rows = spreadsheets.read_file(file).rows
    headers = [_text(value) for value in rows[0].cells[: len(columns)]] if rows else []
    if headers not in ([str(column) for column in columns], [here(column) for column in columns]):
        raise InvalidInput(Message("表头应为：%(columns)s。", columns=list(columns)))
    return [(row.number, [_text(row.cell(place)) for place in range(len(columns))]) for row in rows[1:]]


def _text(value: spreadsheets.Value) -> str:
    if isinstance(value, (date, datetime)):
        return f"{value:%Y-%m-%d}"
    try:
        return plain.text(value, LONGEST)
    except BadValue as error:
        raise InvalidInput(error.of(str(value))) from None
