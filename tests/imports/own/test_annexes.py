"""Annexes and the summary sheet, taken from the addresses that people use, come back and change nothing."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import func, select

from registry.models import Document, Recognition
from tests import people
from tests.browser import Browser
from tests.imports.commands import Command, Run
from tests.recognition.makers import batch


def read_back(app: Flask, browser: Browser, address: str, folder: Path, *, audited: bool = False) -> Run:
    """Download a workbook and read it as a list."""
    path = folder / "own.xlsx"
    path.write_bytes(browser.raw(address, audited=audited).data)
    return Command(app, folder).run(path)


def test_the_annex_of_every_document_of_the_demo_stock_comes_back(demo_app: Flask, tmp_path: Path) -> None:
    with demo_app.extensions["registry"].read() as session:
        given = select(Recognition.document_id)
        documents = session.scalars(select(Document.id).where(Document.id.in_(given)).order_by(Document.id)).all()
        titles = session.scalar(select(func.count(Recognition.id)))
    public = Browser(demo_app)
    found = {each: read_back(demo_app, public, f"/announcements/{each}.xlsx", tmp_path) for each in documents}
    wrong = {
        each: run.output[-400:]
        for each, run in found.items()
        if (run.exit_code, run.asked) != (0, 0) or not run.counts.startswith("0/0/") or not run.counts.endswith("/0")
    }
    assert wrong == {}
    assert sum(int(run.counts.split("/")[2]) for run in found.values()) == titles
    # One document cites titles whose years nobody knows: its annex has no year in their rows, and reads them back.
    assert sum(
        row[-1] is None and isinstance(row[0], int)
        for row in load_workbook(tmp_path / "own.xlsx").worksheets[0].iter_rows(values_only=True)
    )


def test_the_summary_sheet_gives_back_what_has_become_a_title_and_names_the_rest(
    demo_app: Flask, tmp_path: Path
) -> None:
    runtime = demo_app.extensions["registry"]
    with runtime.write() as session:
        made = batch(session, 3)
        made.confirm(session, made.prepare(session, application_ids=[each.id for each in made.applications[:2]]))
        account, mine = made.city.id, [each.number for each in made.applications]
        session.commit()
    city = people.signed_in(demo_app, account or 0)
    run = read_back(demo_app, city, "/review/summary.xlsx?tab=all", tmp_path, audited=True)
    sheet = load_workbook(tmp_path / "own.xlsx").worksheets[0]
    header, *rows = list(sheet.iter_rows(min_row=2, values_only=True))
    of = {row[header.index("申报编号")]: dict(zip(header, row, strict=True)) for row in rows}
    assert [of[number]["公布文号"] for number in mine] == ["演示发〔2026〕7号", "演示发〔2026〕7号", None]
    assert (of[mine[0]]["类别"], of[mine[0]]["批次年份"]) == ("市级示范智能车间", 2026)
    assert (run.exit_code, run.counts, run.asked) == (0, "0/0/2/0", 0), run.output
    assert "还没有公布文号，是申报项目，还不是认定，没有读取" in run.output
    # A sheet without a single title is refused as a whole, with the way out.
    refused = read_back(demo_app, city, "/review/summary.xlsx?tab=passed", tmp_path, audited=True)
    assert (refused.exit_code, refused.counts, refused.asked) == (1, "0/0/0/0", 0)
    assert "这是申报汇总表，里面是申报项目，还不是认定" in refused.output
