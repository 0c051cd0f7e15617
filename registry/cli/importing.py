"""`flask import projects|kpis|honors|totals|enterprises`: lists, tried first and applied on request."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from registry.cli.import_files import check_report, content_of, read_answers, write_text
from registry.cli.running import checked, installed
from registry.cli.words import here, misused, say
from registry.permissions import OPERATOR
from registry.services import imports
from registry.services.imports import Free, ListKind, ListReading, Options, Question, WrongAnswer
from registry.terms import BEIJING
from registry.views.web.runtime import runtime
from registry.wording import Message

_QUIET_SECONDS = 2.0
_FREE = {
    Free.TEXT: Message("文字"),
    Free.YEAR: Message("年份"),
    Free.DATE: Message("日期"),
    Free.DOCUMENT: Message("文号"),
}

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
        click.echo(f"{here(work)} {done}{total}      {end}", err=True, nl=False)

    def reading(self, rows: int) -> None:
        """Rows read so far; how many there are is not known yet."""
        self.tell(Message("读取"), rows, 0)

    def close(self) -> None:
        """Leave the line, so that the report starts on one of its own."""
        if self.used and sys.stderr.isatty():
            click.echo("", err=True)


def _list_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that lists of titles and of figures have in common."""
    for option in reversed(
        (
            click.option("--sheet", "sheets", multiple=True, help=Message("要读的工作表，可写多次。")),
            click.option("--category", default="", help=Message("整份名单的类别。")),
            click.option("--year", default="", help=Message("整份名单的批次年份；指标名单为报告期年份。")),
            click.option("--document", default="", help=Message("整份名单的公布文号。")),
            click.option("--date", "day", default="", help=Message("整份名单的公布日期。")),
            click.option("--unit", default="", help=Message("整份名单的所属板块。")),
            click.option(
                "--ignore", "ignored", multiple=True, metavar=Message("列名"), help=Message("不读的列，可写多次。")
            ),
            click.option(
                "--column",
                "columns",
                multiple=True,
                metavar=Message("列名=模板表头"),
                help=Message("指定一列读作什么（ignore 为不读），可写多次。"),
            ),
            click.option("--header-row", default="", help=Message("表头在第几行；不写由程序判断。")),
            click.option(
                "--answers", type=click.Path(path_type=Path), help=Message("对问题的答复：csv，表头 id,answer。")
            ),
            click.option(
                "--questions", type=click.Path(path_type=Path), help=Message("把待答复的问题写成 .json 文件。")
            ),
            click.option(
                "--report", type=click.Path(path_type=Path), help=Message("把处理结果写成 .xlsx 或 .csv 文件。")
            ),
            click.option("--apply", "applied", is_flag=True, help=Message("写入登记；不加则只试运行。")),
        )
    ):
        command = option(command)
    return command


@import_group.command(
    "projects",
    help=Message(
        "导入获评项目名单（xlsx、xls、csv、txt、docx 或网页）。\n\n"
        "先按行检查并与登记比较，列出新增、更新、未变和被拒绝的行，以及要人答复的问题。有一行被拒绝或一个问题\n"
        "没有答复，就什么也不写入。重复导入同一文件不会改变任何内容。\n"
        "退出码：0 完成，1 有被拒绝的行或文件，3 有待答复的问题，2 用法不对。"
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@_list_options
@checked
@installed
def import_projects(file: Path, **given: Any) -> None:
    """Import a list of recognised projects."""
    _run(ListKind.PROJECTS, file, **given)


@import_group.command(
    "kpis",
    help=Message(
        "导入已登记项目的指标值（认定报告或年度报告，申报值或核查值）。\n\n"
        "列：项目编号，或企业名称（和统一社会信用代码）与车间/工厂名称；报告类型、报告期年份、基期年份、\n"
        "申报/核查，以及指标列。规则和退出码与导入名单相同。"
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@_list_options
@click.option("--kind", default="", help=Message("整份名单的报告类型：年度 或 认定。"))
@click.option("--basis", default="", help=Message("整份名单的数据：申报 或 核查。"))
@click.option("--baseline", default="", help=Message("整份名单的基期年份。"))
@checked
@installed
def import_kpis(file: Path, **given: Any) -> None:
    """Import values of KPIs of recorded projects."""
    _run(ListKind.KPIS, file, **given)


@import_group.command(
    "honors",
    help=Message(
        "导入企业荣誉（专精特新小巨人、单项冠军、首台套、星级上云、企业技术中心……）。\n\n"
        "列：企业名称（和统一社会信用代码）、荣誉名称、级别、年份、文号。同一企业、同一荣誉、同一级别、\n"
        "同一年份是同一条记录。规则和退出码与导入名单相同。"
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@_list_options
@checked
@installed
def import_honors(file: Path, **given: Any) -> None:
    """Import honours of enterprises."""
    _run(ListKind.HONORS, file, **given)


@import_group.command(
    "totals",
    help=Message(
        "导入文件公布的总数，供统计页核对。\n\n"
        "列：截至、口径（累计或新增）、级别、类别（可有几个，可空）、公布数、单位、出处、备注、位次。\n"
        "写了位次就要写出处。同一截至日、口径、级别、类别是同一个公布数。退出码与导入名单相同。"
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@_list_options
@checked
@installed
def import_totals(file: Path, **given: Any) -> None:
    """Import totals that documents state."""
    _run(ListKind.TOTALS, file, **given)


@import_group.command(
    "enterprises",
    help=Message(
        "导入已登记企业的规模、性质、简称和文件印作。\n\n"
        "列：企业名称（企业序号、统一社会信用代码可空）、企业规模、企业性质、简称、文件印作。空格不改动，\n"
        "写了的格就是全部内容，“清空”去掉登记的内容。规则和退出码与导入名单相同。"
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@_list_options
@checked
@installed
def import_enterprises(file: Path, **given: Any) -> None:
    """Import what enterprises are and how people call them."""
    _run(ListKind.ENTERPRISES, file, **given)


@import_group.command("template", help=Message("写出空白的名单模板（.xlsx），表头与导入、导出一致，并附填写说明。"))
@click.argument("file", type=click.Path(path_type=Path))
@checked
def import_template(file: Path) -> None:
    """Write an empty list."""
    if file.suffix.lower() != ".xlsx":
        raise misused(Message("模板应写成 .xlsx 文件，现为 %(file)s。", file=file.name))
    if not file.parent.is_dir() or file.exists():
        raise misused(Message("%(file)s 已存在或目录不存在，请换一个文件名。", file=file))
    _write_template(file)
    say(Message("模板已写入 %(file)s。", file=file))


@installed
def _write_template(file: Path) -> None:
    """Columns and advice follow the KPIs and units in force."""
    with runtime().read() as session:
        imports.write_template(session, file)


def _run(
    list_kind: ListKind,
    file: Path,
    *,
    applied: bool,
    answers: Path | None,
    questions: Path | None,
    report: Path | None,
    **told: Any,
) -> None:
    """Read, ask, apply if asked to and nothing is open, report: the same way for every kind of list."""
    if not file.is_file():
        raise misused(Message("找不到文件 %(file)s，请检查路径。", file=file))
    if report is not None:
        check_report(file, report)
    if questions is not None and not questions.parent.is_dir():
        raise misused(Message("--questions 所在的目录 %(parent)s 不存在。", parent=questions.parent))
    given = read_answers(answers) if answers is not None else {}
    options = Options(
        date=told.pop("day"),
        sheets=tuple(told.pop("sheets")),
        ignore=tuple(told.pop("ignored")),
        columns=tuple(_column(each) for each in told.pop("columns")),
        **told,
    )
    progress = _ProgressLine()
    content = content_of(file)

    def read(session: Session) -> ListReading:
        try:
            return imports.read_list(
                session,
                list_kind,
                content,
                name=file.name,
                options=options,
                answers=given,
                today=datetime.now(BEIJING).date(),
                progress=progress.tell,
            )
        except WrongAnswer as error:
            raise misused(error.message) from None

    with runtime().read() as session:
        state, reading = imports.state_of_record(session), read(session)
    has_report = _write_report(report, reading)
    if applied and reading.applicable:
        imports.prepare_list(reading)
        with runtime().write() as session:
            if imports.state_of_record(session) != state:
                # Somebody saved in between: the list is read again, against the record as it is now.
                reading = read(session)
                has_report = _write_report(report, reading)
            if reading.applicable:
                imports.apply_list(session, OPERATOR, reading, progress=progress.tell)
                session.commit()
    progress.close()
    if questions is not None:
        asked = {"questions": [question.as_json() for question in reading.questions]}
        write_text(questions, json.dumps(asked, ensure_ascii=False, indent=1) + "\n")
    _print(reading, applied, report if has_report else None, questions)
    if reading.refused:
        sys.exit(1)
    if reading.questions:
        sys.exit(3)


def _column(written: str) -> tuple[str, str]:
    """`列名=模板表头` as a pair; a header may hold an equals sign, a template column does not."""
    header, sign, target = written.rpartition("=")
    if not sign or not header.strip() or not target.strip():
        raise misused(Message("--column 应写成 列名=模板表头，现为 %(written)s。", written=written))
    return header.strip(), target.strip()


def _write_report(report: Path | None, reading: ListReading) -> bool:
    """Write the report where one is wanted and there is something to report; whether it was."""
    if report is None or reading.plan is None or not reading.plan.sheets:
        return False
    imports.write_report(report, reading.plan)
    return True


def _print(reading: ListReading, applied: bool, report: Path | None, questions: Path | None) -> None:
    if reading.plan is not None:
        for line in list(imports.report_lines(reading.plan))[:-1]:
            say(line)
    if reading.refusal:
        say(Message("错误：%(refusal)s", refusal=reading.refusal))
    for question in reading.questions:
        say(Message("问题 %(id)s %(text)s", id=question.id, text=question.text))
        say(Message("  答复：%(ways)s", ways=_ways(question)))
    if report is not None and reading.plan is not None:
        say(Message("处理结果已写入 %(report)s。", report=report))
    if questions is not None:
        say(Message("问题已写入 %(questions)s。", questions=questions))
    if applied and reading.refused:
        say(Message("文件被拒绝，未写入任何内容。") if reading.refusal else Message("有被拒绝的行，未写入任何内容。"))
    elif applied:
        say(Message("有待答复的问题，未写入任何内容。") if reading.questions else Message("已写入登记。"))
    elif not reading.refusal:
        say(Message("这是试运行，未写入任何内容；确认无误后加 --apply。"))
    say(reading.summary())


def _ways(question: Question) -> Message:
    """The answers that may be given, in words."""
    ways = [Message("%(answer)s（%(label)s）", answer=each.answer, label=each.label) for each in question.choices]
    if question.proposed is not None:
        ways.insert(0, Message("建议 %(answer)s", answer=question.proposed))
    if question.free is not None:
        ways.append(_FREE[question.free])
    return _listed(*ways)


def _listed(*ways: Message) -> Message:
    first, *others = ways
    return Message("%(first)s，%(second)s", first=first, second=_listed(*others)) if others else first
