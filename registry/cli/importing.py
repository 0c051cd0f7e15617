"""`flask import projects|kpis|honors|totals`: lists, tried first and applied on request."""

from __future__ import annotations

import sys
import time
from datetime import date, datetime
from pathlib import Path
from typing import Protocol, TypeVar

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from registry import spreadsheets
from registry.cli.running import checked, installed
from registry.permissions import OPERATOR, Actor
from registry.services import imports
from registry.services.imports import Plan, Progress
from registry.spreadsheets import Table
from registry.terms import BEIJING
from registry.views.web.runtime import runtime

Made = TypeVar("Made", bound=Plan)
MadeAs = TypeVar("MadeAs", bound=Plan, covariant=True)
Taken = TypeVar("Taken", bound=Plan, contravariant=True)
_QUIET_SECONDS = 2.0


class _Make(Protocol[MadeAs]):
    """Compares a table with the registry."""

    def __call__(self, session: Session, table: Table, *, today: date, progress: Progress) -> MadeAs: ...


class _Apply(Protocol[Taken]):
    """Writes what was planned."""

    def __call__(self, session: Session, actor: Actor, plan: Taken, *, progress: Progress) -> None: ...


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

    _run(file, applied, report, imports.plan_projects, imports.apply_plan)


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

    _run(file, applied, report, imports.plan_kpis, imports.apply_kpis)


@import_group.command("honors")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--apply", "applied", is_flag=True, help="写入登记；不加则只试运行。")
@click.option("--report", type=click.Path(path_type=Path), help="把处理结果写成 .xlsx 或 .csv 文件。")
@checked
@installed
def import_honors(file: Path, applied: bool, report: Path | None) -> None:
    """导入企业荣誉（专精特新小巨人、单项冠军、首台套、星级上云、企业技术中心……）。

    列：企业名称（和统一社会信用代码）、荣誉名称、级别、年份、文号。同一企业、同一荣誉、同一级别、
    同一年份是同一条记录。规则与导入名单相同。
    """
    _run(file, applied, report, imports.plan_honors, imports.apply_honors)


@import_group.command("totals")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--apply", "applied", is_flag=True, help="写入登记；不加则只试运行。")
@click.option("--report", type=click.Path(path_type=Path), help="把处理结果写成 .xlsx 或 .csv 文件。")
@checked
@installed
def import_totals(file: Path, applied: bool, report: Path | None) -> None:
    """导入文件公布的总数，供统计页核对。

    列：截至、口径（累计或新增）、级别、类别（可有几个，可空）、公布数、单位、出处、备注、位次。
    写了位次就要写出处。同一截至日、口径、级别、类别是同一个公布数。
    """
    _run(file, applied, report, imports.plan_totals, imports.apply_totals)


@import_group.command("template")
@click.argument("file", type=click.Path(path_type=Path))
@checked
def import_template(file: Path) -> None:
    """写出空白的名单模板（.xlsx），表头与导入、导出一致，并附填写说明。"""
    if file.suffix.lower() != ".xlsx":
        raise click.UsageError(f"模板应写成 .xlsx 文件，现为 {file.name}。")
    if not file.parent.is_dir() or file.exists():
        raise click.UsageError(f"{file} 已存在或目录不存在，请换一个文件名。")
    imports.write_template(file)
    click.echo(f"模板已写入 {file}。")


def _run(
    file: Path,
    applied: bool,
    report: Path | None,
    make: _Make[Made],
    apply: _Apply[Made],
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
        plan = make(session, table, today=datetime.now(BEIJING).date(), progress=progress.tell)
        if applied and not plan.refused:
            apply(session, OPERATOR, plan, progress=progress.tell)
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
