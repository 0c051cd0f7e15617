"""`flask import projects|kpis`: lists, tried first and applied on request."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from registry import spreadsheets
from registry.cli.running import checked, installed
from registry.cli.words import misused, say
from registry.permissions import OPERATOR
from registry.services import imports
from registry.services.imports import KpiPlan, Plan, Progress
from registry.spreadsheets import Table
from registry.terms import BEIJING
from registry.views.web.runtime import runtime
from registry.wording import Message

Made = TypeVar("Made", bound=Plan)
_QUIET_SECONDS = 2.0

import_group = AppGroup("import", help=Message("导入名单和指标：先试运行，看过报告再加 --apply。"))


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(import_group)


class _ProgressLine:
    """A line on stderr that says how far a long import is; short ones stay quiet."""

    def __init__(self) -> None:
        self.started = self.shown = time.monotonic()
        self.used = False

    def tell(self, work: str, done: int, of: int) -> None:
        """Show the state, at most twice a second."""
        now = time.monotonic()
        if now - self.started < _QUIET_SECONDS or now - self.shown < 0.5:
            return
        self.shown, self.used = now, True
        total = f"/{of}" if of else ""
        end = "\r" if sys.stderr.isatty() else "\n"
        click.echo(f"{work} {done}{total}      {end}", err=True, nl=False)

    def reading(self, rows: int) -> None:
        """Rows read so far; how many there are is not known yet."""
        self.tell(Message("读取"), rows, 0)

    def close(self) -> None:
        """Leave the line, so that the report starts on one of its own."""
        if self.used and sys.stderr.isatty():
            click.echo("", err=True)


@import_group.command(
    "projects",
    help=Message(
        "导入获评项目名单（xlsx、xls 或 csv）。\n\n"
        "先按行检查并与登记比较，列出新增、更新、未变和被拒绝的行。只要有一行被拒绝，就什么也不写入。\n"
        "重复导入同一文件不会改变任何内容。退出码：0 完成，1 有被拒绝的行，2 用法不对。"
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--apply", "applied", is_flag=True, help=Message("写入登记；不加则只试运行。"))
@click.option("--report", type=click.Path(path_type=Path), help=Message("把处理结果写成 .xlsx 或 .csv 文件。"))
@checked
@installed
def import_projects(file: Path, applied: bool, report: Path | None) -> None:
    """Import a list of recognised projects."""

    def plan(session: Session, table: Table, today: date, progress: Progress) -> Plan:
        return imports.plan_projects(session, table, today=today, progress=progress)

    def apply(session: Session, made: Plan, progress: Progress) -> None:
        imports.apply_plan(session, OPERATOR, made, progress=progress)

    _run(file, applied, report, plan, apply)


@import_group.command(
    "kpis",
    help=Message(
        "导入已登记项目的指标值（认定报告或年度报告，申报值或核查值）。\n\n"
        "列：项目编号，或企业名称（和统一社会信用代码）与车间/工厂名称；报告类型、报告期年份、基期年份、\n"
        "申报/核查，以及指标列。规则与导入名单相同。"
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--apply", "applied", is_flag=True, help=Message("写入登记；不加则只试运行。"))
@click.option("--report", type=click.Path(path_type=Path), help=Message("把处理结果写成 .xlsx 或 .csv 文件。"))
@checked
@installed
def import_kpis(file: Path, applied: bool, report: Path | None) -> None:
    """Import values of KPIs of recorded projects."""

    def plan(session: Session, table: Table, today: date, progress: Progress) -> KpiPlan:
        return imports.plan_kpis(session, table, today=today, progress=progress)

    def apply(session: Session, made: KpiPlan, progress: Progress) -> None:
        imports.apply_kpis(session, OPERATOR, made, progress=progress)

    _run(file, applied, report, plan, apply)


@import_group.command("template", help=Message("写出空白的名单模板（.xlsx），表头与导入、导出一致，并附填写说明。"))
@click.argument("file", type=click.Path(path_type=Path))
@checked
@installed
def import_template(file: Path) -> None:
    """Write an empty list."""
    if file.suffix.lower() != ".xlsx":
        raise misused(Message("模板应写成 .xlsx 文件，现为 %(file)s。", file=file.name))
    if not file.parent.is_dir() or file.exists():
        raise misused(Message("%(file)s 已存在或目录不存在，请换一个文件名。", file=file))
    imports.write_template(file)
    say(Message("模板已写入 %(file)s。", file=file))


def _run(
    file: Path,
    applied: bool,
    report: Path | None,
    make: Callable[[Session, Table, date, Progress], Made],
    apply: Callable[[Session, Made, Progress], None],
) -> None:
    """Read, plan, apply if asked and clean, report: the same way for every kind of list."""
    if not file.is_file():
        raise misused(Message("找不到文件 %(file)s，请检查路径。", file=file))
    if report is not None:
        _check_report(file, report)
    progress = _ProgressLine()
    table = spreadsheets.read_file(file, progress.reading)
    open_session = runtime().write if applied else runtime().read
    with open_session() as session:
        plan = make(session, table, datetime.now(BEIJING).date(), progress.tell)
        if applied and not plan.refused:
            apply(session, plan, progress.tell)
        if report is not None:
            imports.write_report(report, plan)
        if applied and not plan.refused:
            session.commit()
    progress.close()
    _print(plan, applied, report)
    if plan.refused:
        sys.exit(1)


def _check_report(file: Path, report: Path) -> None:
    kind, other = spreadsheets.KINDS
    if report.suffix.lower() not in (kind, other):
        raise misused(
            Message(
                "--report 的文件应以 %(kind)s 或 %(other)s 结尾，现为 %(report)s。",
                kind=kind,
                other=other,
                report=report.name,
            )
        )
    if not report.parent.is_dir():
        raise misused(Message("--report 所在的目录 %(parent)s 不存在。", parent=report.parent))
    if report.is_dir() or (report.exists() and file.exists() and report.samefile(file)):
        raise misused(Message("--report 不能是要导入的文件本身或一个目录，请换一个文件名。"))


def _print(plan: imports.Plan, applied: bool, report: Path | None) -> None:
    *lines, summary = imports.report_lines(plan)
    for line in lines:
        say(line)
    if report is not None:
        say(Message("处理结果已写入 %(report)s。", report=report))
    if applied:
        say(Message("有被拒绝的行，未写入任何内容。") if plan.refused else Message("已写入登记。"))
    else:
        say(Message("这是试运行，未写入任何内容；确认无误后加 --apply。"))
    say(summary)
