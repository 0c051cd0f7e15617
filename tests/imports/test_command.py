"""`flask import projects` as an operator meets it: output, exit codes, nothing half done."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import create_engine, func, select

from registry.models import Project
from registry.spreadsheets import read_file
from tests.imports.sheets import batch2020, row, table, with_cells, write_csv, write_xlsx

LAST = "new={} changed={} unchanged={} refused={} questions=0"


def run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=["import", "projects", *(str(each) for each in arguments)])


def test_dry_run_apply_and_second_run(app: Flask) -> None:
    dry = run(app, batch2020())
    assert dry.exit_code == 0
    assert dry.output.splitlines() == [
        "新增 22 行：第 2–23 行",
        "这是试运行，未写入任何内容；确认无误后加 --apply。",
        LAST.format(22, 0, 0, 0),
    ]
    applied = run(app, batch2020(), "--apply")
    assert (applied.exit_code, applied.output.splitlines()[-2:]) == (0, ["已写入登记。", LAST.format(22, 0, 0, 0)])
    again = run(app, batch2020(), "--apply")
    assert (again.exit_code, again.output.splitlines()[-1]) == (0, LAST.format(0, 0, 22, 0))


def test_refusals_exit_with_1_and_change_nothing(app: Flask, tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "a.csv", table([row(), with_cells(row(), {"车间/工厂名称": "第二车间", "批次年份": "20"})])
    )
    result = run(app, path, "--apply", "--report", tmp_path / "r.csv")
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "新增 1 行：第 2 行",
        "第 3 行 拒绝 【批次年份】“20”：年份只有两位。请填四位年份，如 2020。",
        f"处理结果已写入 {tmp_path / 'r.csv'}。",
        "有被拒绝的行，未写入任何内容。",
        LAST.format(1, 0, 0, 1),
    ]
    assert [line.cells[-2:] for line in read_file(tmp_path / "r.csv").rows] == [
        ("处理结果", "原因"),
        ("新增", None),
        ("拒绝", "错误 【批次年份】“20”：年份只有两位。请填四位年份，如 2020。"),
    ]
    assert run(app, path).exit_code == 1
    with app.extensions["registry"].read() as session:
        assert session.scalar(select(func.count()).select_from(Project)) == 0


def test_a_file_that_is_no_table_is_one_sentence_and_exit_1(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "名单.xlsx"
    path.write_bytes(b"%PDF-1.7")
    result = run(app, path, "--apply")
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "错误：这是 PDF，不能直接读取：请用 Word 或 WPS 打开，把表格复制到新的表格里，另存为 .xlsx 再导入。",
        "文件被拒绝，未写入任何内容。",
        LAST.format(0, 0, 0, 0),
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["none.csv"], "找不到文件 none.csv"),
        ([batch2020(), "--report", "r.pdf"], "--report 的文件应以 .xlsx 或 .csv 结尾"),
        ([batch2020(), "--report", "none/r.csv"], "--report 所在的目录 none 不存在"),
        ([batch2020(), "--report", batch2020()], "--report 不能是要导入的文件本身"),
        ([], "Missing argument"),
        ([batch2020(), "--force"], "No such option"),
        ([batch2020(), "--sheet", "名单"], "没有名为“名单”的工作表"),
        ([batch2020(), "--unit", "江宁区"], "--unit “江宁区”：不认识的板块"),
        ([batch2020(), "--year", "21"], "--year “21”：年份只有两位"),
        ([batch2020(), "--answers", "none.csv"], "--answers 的文件 none.csv 不存在"),
    ],
)
def test_wrong_use_exits_with_2(app: Flask, arguments: list[object], sentence: str) -> None:
    result = run(app, *arguments)
    assert result.exit_code == 2
    assert sentence in result.output


def test_a_report_that_cannot_be_written_leaves_the_registry_as_it_was(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir()
    target = folder / "r.csv"
    target.mkdir()
    result = run(app, batch2020(), "--apply", "--report", target)
    assert result.exit_code == 2
    with app.extensions["registry"].read() as session:
        assert session.scalar(select(func.count()).select_from(Project)) == 0


@pytest.mark.slow
def test_a_long_import_that_is_stopped_is_done_or_undone(sqlite_url: str, tmp_path: Path) -> None:
    rows = [with_cells(row(), {"车间/工厂名称": f"第{number}车间"}) for number in range(1500)]
    path = write_xlsx(tmp_path / "a.xlsx", table(rows))
    environment = os.environ | {
        "REGISTRY_DATA_DIR": str(tmp_path),
        "REGISTRY_DATABASE_URL": sqlite_url,
        "REGISTRY_SECRET_KEY": "k" * 32,
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-m", "flask", "--app", "app", "import", "projects", str(path), "--apply"]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("写入"):
            break
    process.send_signal(signal.SIGTERM)
    process.wait(60)
    process.stderr.close()
    time.sleep(0.1)
    engine = create_engine(sqlite_url)
    with engine.connect() as connection:
        count = connection.scalar(select(func.count()).select_from(Project))
    engine.dispose()
    assert count in (0, len(rows))


def test_the_template_filled_in_is_a_list(app: Flask, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    path = tmp_path / "模板.xlsx"
    runner = app.test_cli_runner()
    assert runner.invoke(args=["import", "template", str(path)]).exit_code == 0
    assert runner.invoke(args=["import", "template", str(path)]).exit_code == 2
    book = load_workbook(path)
    sheet = book["名单"]
    places = {str(cell.value).removesuffix("(可空)"): cell.column for cell in sheet[1]}
    for header, value in row(统一社会信用代码="91320413DEM000014F").items():
        sheet.cell(2, places[header], value)
    book.save(path)
    result = run(app, path, "--apply")
    assert result.output.splitlines()[-1] == LAST.format(1, 0, 0, 0)
    assert run(app, path).output.splitlines()[-1] == LAST.format(0, 0, 1, 0)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("id,answer\n{id},北京\n", "的答复“北京”不能用"),
        ("question,answer\n{id},WJQ\n", "应有表头 id,answer"),
        ("id,answer\n{id},WJQ\n{id},XBQ\n", "有两个不同的答复"),
        ("id,answer\n{id}\n", "第 2 行应有 id 和 answer 两格"),
    ],
)
def test_wrong_answers_exit_with_2_and_change_nothing(app: Flask, tmp_path: Path, content: str, sentence: str) -> None:
    path = write_csv(tmp_path / "a.csv", table([row(所属板块="高新区", 经度=None, 纬度=None, 坐标系=None)]))
    asked = run(app, path, "--questions", tmp_path / "q.json", "--apply")
    assert (asked.exit_code, asked.output.splitlines()[-1]) == (3, "new=0 changed=0 unchanged=0 refused=0 questions=1")
    [question] = json.loads((tmp_path / "q.json").read_text(encoding="utf-8"))["questions"]
    answers = tmp_path / "answers.csv"
    answers.write_text(content.replace("{id}", question["id"]), encoding="utf-8")
    result = run(app, path, "--answers", answers, "--apply")
    assert result.exit_code == 2
    assert sentence in result.output
    with app.extensions["registry"].read() as session:
        assert session.scalar(select(func.count()).select_from(Project)) == 0
