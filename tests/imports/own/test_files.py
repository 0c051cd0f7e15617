"""Files that the registry gave out come back without a question, and change nothing."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook

from registry.queries.review.summary import SummaryRow, summary_workbook
from tests.cities import SHIPPED
from tests.imports.commands import CASES, Command, public

UNITS = {unit.code: unit.name for unit in SHIPPED.units}


@pytest.mark.parametrize(
    ("address", "name", "rows"),
    [
        ("/projects.xlsx", "own.xlsx", 385),
        ("/projects.csv", "own.csv", 385),
        ("/projects.csv?rows=recognitions", "own.csv", 515),
        ("/projects.xlsx?tier=national", "own.xlsx", None),
    ],
)
def test_own_files_come_back_unchanged(
    demo_app: Flask, tmp_path: Path, address: str, name: str, rows: int | None
) -> None:
    command = Command(demo_app, tmp_path)
    with demo_app.test_client().get(address) as answer:
        (tmp_path / name).write_bytes(answer.get_data())
    found = command.run(tmp_path / name)
    assert (found.exit_code, found.asked) == (0, 0)
    assert found.counts == (f"0/0/{rows}/0" if rows else found.counts)
    assert found.counts.startswith("0/0/")
    assert found.counts.endswith("/0")


def test_an_own_file_of_last_year_comes_back_unchanged(demo_app: Flask, tmp_path: Path) -> None:
    found = Command(demo_app, tmp_path).run(CASES / "17-own-export-projects.xlsx")
    assert (found.exit_code, found.counts, found.asked) == (0, "0/0/3/0", 0)


def annex(app: Flask, path: Path, *, stated: bool) -> None:
    """The public annex of the demo document, with what its second sheet says about the whole list."""
    listing = public(app, "/projects.csv?rows=recognitions&category=mun_demo_smart_workshop&year=2020")
    names = {row["name"]: row for row in listing}
    rows = [
        SummaryRow(
            enterprise=row["enterprise"], project=name, unit=row["unit"], values={"smart_equipment_rate": Fraction(90)}
        )
        for name, row in names.items()
    ]
    book = load_workbook(
        io.BytesIO(summary_workbook(rows, units=UNITS, title="名单", now=datetime.now(UTC), public=stated))
    )
    if stated:
        for line in (("文号", "演示〔2020〕1号"), ("类别", "市级示范智能车间"), ("批次年份", 2020)):
            book["说明"].append(line)
    else:
        book["汇总表"].cell(2, book["汇总表"].max_column + 1, "申报编号")
    book.save(path)


def test_an_annex_comes_back_unchanged(demo_app: Flask, tmp_path: Path) -> None:
    annex(demo_app, tmp_path / "annex.xlsx", stated=True)
    found = Command(demo_app, tmp_path).run(tmp_path / "annex.xlsx")
    assert (found.exit_code, found.asked) == (0, 0), found.output
    assert found.counts == "0/0/22/0"


def test_a_summary_sheet_holds_applications(demo_app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "summary.xlsx"
    annex(demo_app, path, stated=False)
    command = Command(demo_app, tmp_path)
    refused = command.run(path)
    assert (refused.exit_code, refused.counts) == (1, "0/0/0/0")
    assert "这是申报汇总表，里面是申报项目，还不是认定" in refused.output
    told = ("--category", "市级示范智能车间", "--year", "2020", "--document", "演示〔2020〕1号")
    assert command.run(path, *told).counts == "0/0/22/0"
