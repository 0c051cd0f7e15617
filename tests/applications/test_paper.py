"""The form as a Word document says what its printed page says, for whoever may read it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from docx import Document as WordDocument
from flask import Flask
from sqlalchemy import select

from registry.models import Event
from registry.queries.applications.paper import Enclosed, Grid, Line, Paper, Part
from registry.queries.applications.paper_document import paper_docx
from registry.terms import BEIJING, Role
from tests import people
from tests.applications.conftest import Desk
from tests.browser import Browser, Page

NOON = datetime(2026, 11, 30, 12, tzinfo=BEIJING)


@pytest.fixture
def app(make_app: Callable[..., Flask], sqlite_url: str) -> Flask:
    """An application on one kind of database: what is asked here is the same on both."""
    return make_app(sqlite_url)


def in_word(data: bytes) -> tuple[Any, list[list[str]]]:
    """The document, and the rows of all its tables one after another."""
    document = WordDocument(io.BytesIO(data))
    return document, [squeezed(cell.text for cell in row.cells) for table in document.tables for row in table.rows]


def on_page(page: Page) -> list[list[str]]:
    """Fields with what was said, and rows of tables, in the order of the page."""
    found, label = [], ""
    for element in page.root.iter():
        tag = element.tag.rpartition("}")[2]
        if tag == "dt":
            label = page.text(element)
        elif tag == "dd":
            found.append(squeezed((label, page.text(element))))
        elif tag == "tr":
            found.append(squeezed(page.text(cell) for cell in element))
    return found


def squeezed(texts: Any) -> list[str]:
    """Texts without blanks, which page and document set differently."""
    return ["".join(text.split()) for text in texts]


def officer(desk: Desk, unit: str) -> Browser:
    """A reviewer of a unit."""
    with desk.writing() as session:
        key = people.staff(session, Role.DISTRICT_REVIEWER, unit).id
    return people.signed_in(desk.app, key)


@pytest.mark.parametrize("state", ["empty", "draft", "submitted", "returned", "proposed", "rejected", "withdrawn"])
def test_the_word_file_says_what_the_printed_page_says(desk: Desk, state: str) -> None:
    key, clerk = desk.make(state), desk.clerk()
    page = clerk.get(f"/enterprise/applications/{key}/print")
    answer = clerk.raw(next(address for text, address in page.links().items() if text == "下载 Word 文件"))
    assert answer.headers["Cache-Control"] == "no-store"
    document, rows = in_word(answer.data)
    assert rows == on_page(page)
    assert len(rows) > 40
    said = "".join(squeezed(part.text for part in document.paragraphs))
    for element in (*page.all("h1"), *page.all("h2"), *page.all("caption")):
        assert "".join(page.text(element).split()) in said
    assert ("草稿，没有提交" in said) == (state in ("empty", "draft"))
    assert document.core_properties.title.startswith("2026 年市级示范智能车间申报表")
    assert document.sections[0].page_width.cm == pytest.approx(21, abs=0.01)


def test_every_version_and_either_language(desk: Desk) -> None:
    key, clerk = desk.make("submitted"), desk.clerk()
    address = f"/files/applications/{key}.docx"
    english, rows = in_word(clerk.raw(f"{address}?lang=en").data)
    assert rows == on_page(clerk.get(f"/enterprise/applications/{key}/print?lang=en"))
    # The frame is English, what was typed is as it was typed.
    assert "application form" in english.paragraphs[0].text.lower()
    assert any("有限公司" in value for _label, value, *_rest in rows)
    assert english.core_properties.language == "en"
    assert in_word(clerk.raw(f"{address}?version=1").data)[1] == in_word(clerk.raw(address).data)[1]
    assert clerk.raw(f"{address}?version=7").status_code == 404
    assert clerk.raw(f"{address}?version=x").status_code == 400


def test_officers_read_it_without_contacts_and_a_copy_is_an_event(desk: Desk) -> None:
    key = desk.make("submitted")
    contact = desk.read(key).answers["contact_phone"]
    mine = officer(desk, "TNQ")
    case = mine.get(f"/review/{key}")
    data = mine.raw(case.links()["申报表（Word）"], audited=True).data
    _document, rows = in_word(data)
    assert "已隐藏" in dict(row[:2] for row in rows)["联系电话"]
    assert contact not in str(rows)
    with desk.app.extensions["registry"].read() as session:
        last = session.scalars(select(Event).order_by(Event.id.desc())).first()
        assert (last.action, last.actor_role) == ("application.export", "district_reviewer")
    assert officer(desk, "WJQ").raw(f"/files/applications/{key}.docx").status_code == 404
    draft = desk.make("draft")
    assert mine.raw(f"/files/applications/{draft}.docx").status_code == 404


def test_long_texts_empty_parts_and_many_tables_come_back_as_they_went_in() -> None:
    long = "\n".join(f"第{number}段：" + "产线改造" * 250 for number in range(4))
    grids = [
        Grid(caption=f"表{n}", head=("指标", "改造前", "改造后"), rows=[("效率", "1", "2")] * 30, numbers_from=1)
        for n in range(10)
    ]
    paper = Paper(
        title="申报表", holder="甲", project="乙", number="SB-2026-0001", check_code="ABCD-1234",
        stamp=[Line(label="校验码", text="ABCD-1234", note="相符", is_code=True)], warning="",
        parts=[
            Part(title="空的一节", lines=[]),
            Part(title="长文", lines=[Line(label="内容", text=long), Line(label="空", text="")], grids=grids),
            Part(title="没有附件的", lines=[], files=[]),
            Part(
                title="附件", lines=[],
                files=[Enclosed(id=1, kind="报告", name="申报报告.pdf", size="1.0 KB", digest="f" * 64)],
            ),
        ],
        remark="", to_check="怎样核对", seals=("企业盖章：",),
    )  # fmt: skip
    data = paper_docx(paper, owner="局", now=NOON, language="zh", no_files="没有附件。", made="导出于 12:00")
    document = WordDocument(io.BytesIO(data))
    assert document.tables[1].rows[0].cells[1].text == long
    assert [len(table.rows) for table in document.tables[2:]] == [31] * 10
    said = [part.text for part in document.paragraphs]
    assert said.count("没有附件。") == 1
    assert "f" * 64 in said
    assert "ABCD-1234" in document.sections[0].footer.paragraphs[0].text
