"""Published totals are rows of the record: they come in by list, with source and rank, and are reconciled at once."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from registry.models import PublishedTotal
from registry.services.installation import load_reference_rows
from tests.browser import Browser
from tests.cities import SHIPPED
from tests.imports.sheets import table, write_xlsx

LAST = "new={} changed={} unchanged={} refused={} questions=0"


def total(**changes: Any) -> dict[str, Any]:
    """A row that is accepted, with some cells changed."""
    found = {"截至": "2022-12-31", "口径": "累计", "级别": "省级", "类别": None, "公布数": 200, "单位": "个"}
    return found | {"出处": "演示〔2023〕1号"} | changes


def run(app: Flask, folder: Path, *rows: Mapping[str, Any], applied: bool = True) -> tuple[int, list[str]]:
    path = write_xlsx(folder / "totals.xlsx", table(rows))
    result = app.test_cli_runner().invoke(args=["import", "totals", str(path), *(["--apply"] if applied else [])])
    return result.exit_code, result.output.splitlines()


def shown(app: Flask, day: str) -> list[list[str]]:
    """Rows of the reconciliation below the heads that name this day."""
    found, head = [], ""
    for row in Browser(app).get("/statistics").rows():
        if len(row) == 1:
            [head] = row
        elif day in head and len(row) == 4:
            found.append([head, *row])
    return found


def test_files_only_seed_the_totals(app: Flask) -> None:
    runtime = app.extensions["registry"]
    with runtime.write() as session:
        assert len(session.scalars(select(PublishedTotal)).all()) == len(SHIPPED.published_totals) == 12
        session.delete(session.scalars(select(PublishedTotal)).first())
        session.commit()
    with runtime.engine.begin() as connection:
        assert load_reference_rows(connection) == 0
    with runtime.read() as session:
        # What the bureau took away does not come back with the next program.
        assert len(session.scalars(select(PublishedTotal)).all()) == 11


def test_a_total_goes_in_with_its_rank_and_stands_in_the_reconciliation(app: Flask, tmp_path: Path) -> None:
    rows = [
        total(类别="省级示范智能车间、省级智能制造示范车间", 位次="全省第二"),
        total(截至=2022, 口径="新增", 级别="市级", 公布数=30, 单位="家"),
    ]
    assert run(app, tmp_path, *rows, applied=False)[1][-1] == LAST.format(2, 0, 0, 0)
    assert shown(app, "2022") == []
    assert run(app, tmp_path, *rows)[1][-1] == LAST.format(2, 0, 0, 0)
    assert [(row[0], *row[2:]) for row in shown(app, "2022")] == [
        ("截至 2022-12-31 累计 演示〔2023〕1号", "200 个", "0", "缺 200 占公布数 0%"),
        ("2022 年新增 演示〔2023〕1号", "30 家", "0", "缺 30 占公布数 0%"),
    ]
    assert shown(app, "2022")[0][1].endswith("全省第二")
    assert run(app, tmp_path, *rows)[1][-1] == LAST.format(0, 0, 2, 0)
    changed = run(app, tmp_path, total(类别="省级智能制造示范车间；省级示范智能车间", 公布数=201))
    assert changed[1][-1] == LAST.format(0, 1, 0, 0)
    assert "第 2 行 更新 公布数：200 → 201" in changed[1]
    # An empty cell takes nothing away.
    assert shown(app, "2022")[0][1].endswith("全省第二")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"口径": "合计"}, "【口径】“合计”：不认识的口径"),
        ({"截至": "22-12-31"}, "【截至】"),
        ({"截至": "2030-12-31"}, "【截至】"),
        ({"级别": "区级"}, "【级别】“区级”：不认识的级别"),
        ({"类别": "市级智能车间"}, "【类别】“市级智能车间”：“市级智能车间”不是省级的类别"),
        ({"类别": "不存在的类别"}, "【类别】“不存在的类别”：不认识的类别"),
        ({"公布数": "很多"}, "【公布数】"),
        ({"公布数": 1.5}, "【公布数】“1.5”：不是个数"),
        ({"公布数": -1}, "【公布数】“-1”：不是个数"),
        ({"单位": "座"}, "【单位】“座”：不认识的单位"),
        ({"出处": None, "位次": "全省第一"}, "【位次】“全省第一”：写了位次而没有出处"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_cell(
    app: Flask, tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    code, lines = run(app, tmp_path, total(**changes))
    assert (code, lines[-1]) == (1, LAST.format(0, 0, 0, 1))
    assert any(line.startswith(f"第 2 行 拒绝 {reason}") for line in lines), lines


def test_one_total_twice_in_a_file_is_refused(app: Flask, tmp_path: Path) -> None:
    code, lines = run(app, tmp_path, total(), total(公布数=5))
    assert code == 1
    assert any("与第 2 行是同一个公布数" in line for line in lines)


def test_the_sheet_of_the_statistics_reads_back_unchanged(app: Flask, tmp_path: Path) -> None:
    book = load_workbook(io.BytesIO(Browser(app).raw("/statistics.xlsx").data))
    path = write_xlsx(tmp_path / "totals.xlsx", book["核对"].iter_rows(values_only=True))
    result = app.test_cli_runner().invoke(args=["import", "totals", str(path), "--apply"])
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, LAST.format(0, 0, 12, 0))
