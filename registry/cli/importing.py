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
from registry.permissions import OPERATOR
from registry.services import imports
from registry.services.imports import KpiPlan, Plan, Progress
from registry.spreadsheets import Table
from registry.terms import BEIJING
from registry.views.web.runtime import runtime

Made = TypeVar("Made", bound=Plan)
_QUIET_SECONDS = 2.0

import_group = AppGroup("import", help="导入名单和指标：先试运行，看过报告再加 --apply。")


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
        self.tell("读取", rows, 0)

    def close(self) -> None:
        """Leave the line, so that the report starts on one of its own."""
        if self.used and sys.stderr.isatty():
            click.echo("", err=True)


@import_group.command("projects")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--apply", "applied", is_flag=True, help="写入登记；不加则只试运行。")
@click.option("--report", type=click.Path(path_type=Path), help="把处理结果写成 .xlsx 或 .csv 文件。")
@checked
@installed
def import_projects(file: Path, applied: bool, report: Path | None) -> None:
    """导入获评项目名单（xlsx、xls 或 csv）。

    先按行检查并与登记比较，列出新增、更新、未变和被拒绝的行。只要有一行被拒绝，就什么也不写入。
    重复导入同一文件不会改变任何内容。退出码：0 完成，1 有被拒绝的行，2 用法不对。
    """

    def plan(session: Session, table: Table, today: date, progress: Progress) -> Plan:
        return imports.plan_projects(session, table, today=today, progress=progress)

    def apply(session: Session, made: Plan, progress: Progress) -> None:
        imports.apply_plan(session, OPERATOR, made, progress=progress)

    _run(file, applied, report, plan, apply)


@import_group.command("kpis")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--apply", "applied", is_flag=True, help="写入登记；不加则只试运行。")
@click.option("--report", type=click.Path(path_type=Path), help="把处理结果写成 .xlsx 或 .csv 文件。")
@checked
@installed
def import_kpis(file: Path, applied: bool, report: Path | None) -> None:
    """导入已登记项目的指标值（认定报告或年度报告，申报值或核查值）。

    列：项目编号，或企业名称（和统一社会信用代码）与车间/工厂名称；报告类型、报告期年份、基期年份、
    申报/核查，以及指标列。规则与导入名单相同。
    """

    def plan(session: Session, table: Table, today: date, progress: Progress) -> KpiPlan:
        return imports.plan_kpis(session, table, today=today, progress=progress)

    def apply(session: Session, made: KpiPlan, progress: Progress) -> None:
        imports.apply_kpis(session, OPERATOR, made, progress=progress)

    _run(file, applied, report, plan, apply)


@import_group.command("template")
@click.argument("file", type=click.Path(path_type=Path))
@checked
@installed
def import_template(file: Path) -> None:
    """写出空白的名单模板（.xlsx），表头与导入、导出一致，并附填写说明。"""
    if file.suffix.lower() != ".xlsx":
        raise click.UsageError(f"模板应写成 .xlsx 文件，现为 {file.name}。")
    if not file.parent.is_dir() or file.exists():
        raise click.UsageError(f"{file} 已存在或目录不存在，请换一个文件名。")
    with runtime().read() as session:
        imports.write_template(session, file)
    click.echo(f"模板已写入 {file}。")


def _run(
    file: Path,
    applied: bool,
    report: Path | None,
    make: Callable[[Session, Table, date, Progress], Made],
    apply: Callable[[Session, Made, Progress], None],
) -> None:
    """Read, plan, apply if asked and clean, report: the same way for every kind of list."""
    if not file.is_file():
        raise click.UsageError(f"找不到文件 {file}，请检查路径。")
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
    if report.suffix.lower() not in spreadsheets.KINDS:
        raise click.UsageError(f"--report 的文件应以 {' 或 '.join(spreadsheets.KINDS)} 结尾，现为 {report.name}。")
    if not report.parent.is_dir():
        raise click.UsageError(f"--report 所在的目录 {report.parent} 不存在。")
    if report.is_dir() or (report.exists() and file.exists() and report.samefile(file)):
        raise click.UsageError("--report 不能是要导入的文件本身或一个目录，请换一个文件名。")


def _print(plan: imports.Plan, applied: bool, report: Path | None) -> None:
    *lines, summary = imports.report_lines(plan)
    for line in lines:
        click.echo(line)
    if report is not None:
        click.echo(f"处理结果已写入 {report}。")
    if applied:
        click.echo("有被拒绝的行，未写入任何内容。" if plan.refused else "已写入登记。")
    else:
        click.echo("这是试运行，未写入任何内容；确认无误后加 --apply。")
    click.echo(summary)
