"""`flask calendar show|load`: the working days of a year."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from registry.cli.running import checked, installed
from registry.cli.words import say
from registry.errors import InvalidInput
from registry.permissions import OPERATOR
from registry.queries.notices.calendar import year_row
from registry.services.notices import calendar
from registry.views.web.runtime import runtime
from registry.wording import Message

calendar_group = AppGroup("calendar", help=Message("工作日历：节假日和调休。"))


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(calendar_group)


@calendar_group.command("show", help=Message("列出某年的放假日和调休上班日，一行一天，格式与 load 读的相同。"))
@click.argument("year", type=click.IntRange(calendar.FIRST, calendar.LAST))
@checked
@installed
def show(year: int) -> None:
    """The days that differ from the weekdays, as `load` takes them."""
    with runtime().read() as session:
        row = year_row(session, year)
    days = [(day, 0) for day in row.free] + [(day, 1) for day in row.made_up]
    for day, is_working in sorted(days):
        click.echo(f"{day.isoformat()},{is_working}")
    if not row.is_known:
        say(Message("%(years)s 年放假安排尚未录入，请核对", years=year), err=True)


@calendar_group.command(
    "load",
    help=Message("录入某年的放假安排：CSV 文件，一行一天，如 2027-01-01,0（0 放假，1 调休上班）；替换原来的内容。"),
)
@click.argument("year", type=click.IntRange(calendar.FIRST, calendar.LAST))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@checked
@installed
def load(year: int, file: Path) -> None:
    """All rows or none; the first wrong one is named."""
    free, made_up = _read(file)
    with runtime().write() as session:
        calendar.enter_year(session, OPERATOR, year, free, made_up, now=datetime.now(UTC))
        session.commit()
    say(
        Message(
            "%(year)s 年：放假 %(free)s 天，调休上班 %(made_up)s 天。", year=year, free=len(free), made_up=len(made_up)
        )
    )


def _read(file: Path) -> tuple[list[date], list[date]]:
    found: dict[bool, list[date]] = {False: [], True: []}
    with file.open(encoding="utf-8-sig", newline="") as opened:
        for number, row in enumerate(csv.reader(opened), start=1):
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            try:
                day, is_working = date.fromisoformat(cells[0]), {"0": False, "1": True}[cells[1]]
            except (ValueError, KeyError, IndexError):
                raise InvalidInput(
                    Message(
                        "%(file)s 第 %(number)s 行“%(row)s”读不懂；请写成 2027-01-01,0 的样子（0 放假，1 调休上班）。",
                        file=file.name,
                        number=number,
                        row=",".join(cells)[:40],
                    )
                ) from None
            found[is_working].append(day)
    return found[False], found[True]
