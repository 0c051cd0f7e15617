"""Criteria sheets through Excel: out, filled, in again; what is refused, and what somebody else changed meanwhile."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document as WordDocument
from sqlalchemy.orm import Session

from registry.models import Application, Attachment, Call, Event
from registry.services.applications import drafts
from registry.terms import Action, AttachmentKind
from registry.terms import ApplicationStatus as S
from tests import applicants
from tests.browser import Browser, Page, check_page
from tests.review.conftest import Desk, form_token
from tests.review.test_bulk import tables
from tests.review.test_sheets import CODES


def fetched(browser: Browser, address: str = "/review/sheets.xlsx") -> Any:
    """The workbook as the officer's program opens it."""
    return openpyxl.load_workbook(io.BytesIO(browser.raw(address, audited=True).data))


def fill(book: Any, row: int, **cells: object) -> None:
    """Fill cells of a row by the header of their column; `criteria` goes into each criterion."""
    sheet = book.worksheets[0]
    headers = [cell.value for cell in sheet[1]]
    for name, value in cells.items():
        if name == "criteria":
            first, last = headers.index("自动化、智能化设备使用率"), headers.index("不符合的原因")
            for place in range(first, last):
                if not headers[place].endswith("（数值）"):
                    sheet.cell(row, place + 1).value = value
        else:
            sheet.cell(row, headers.index(name) + 1).value = value


def sent(browser: Browser, book: Any, status: int = 200) -> Page:
    """The page that answers the upload."""
    data = io.BytesIO()
    book.save(data)
    data.seek(0)
    token = form_token(browser.get("/review/sheets/upload"))
    page = Page(browser.post("/review/sheets/upload", {"file": (data, "审核表.xlsx")}, status, token=token))
    check_page(page, "/review/sheets/upload")
    return page


def test_out_filled_and_in_again_with_ranks(desk: Desk) -> None:
    ids = [desk.add() for _ in range(4)]
    browser = desk.browser("TNQ")
    book = fetched(browser)
    assert [cell.value for cell in book.worksheets[0]["A"]] == ["申报编号", *(f"SB-2026-000{n}" for n in (1, 2, 3, 4))]
    assert book.worksheets[0]["E2"].value == "93.6%"
    fill(book, 2, criteria="符合", 推荐="是", 推荐顺序=5)
    fill(book, 3, criteria="√", 推荐="是", 推荐顺序=2)
    fill(book, 4, criteria="符合")
    fill(book, 4, 近三年没有严重失信记录="不符合", 不符合的原因="有一条失信记录。")
    page = sent(browser, book)
    assert "要写入 3 项，不采用 0 行，没有变化 1 行。" in page.text()
    assert desk.find(ids[0]).criteria == {}
    page = browser.submit(page, action="/sheets/apply", button=("then", "recommend"), status=200)
    assert "已保存 3 份审核表。" in page.text()
    assert desk.find(ids[2]).criteria == dict.fromkeys(CODES, "yes") | {"honest": "no"}
    assert desk.find(ids[2]).criteria_reasons == {"honest": "有一条失信记录。"}
    assert [row[1] for row in tables(page)["将要办理"]] == ["SB-2026-0002", "SB-2026-0001"]
    browser.submit(page, {"letter_number": "演示〔2026〕7号"}, action="/bulk/confirm", status=303)
    assert [(desk.find(found).status, desk.find(found).rank) for found in ids] == [
        (S.RECOMMENDED, 5), (S.RECOMMENDED, 2), (S.SUBMITTED, None), (S.SUBMITTED, None),
    ]  # fmt: skip


def test_a_file_sent_back_as_it_was_changes_nothing(desk: Desk) -> None:
    found = desk.add()
    desk.change(
        found, criteria={"honest": "no", "storage": "no"}, criteria_reasons={"honest": "甲。", "storage": "乙。"}
    )
    browser = desk.browser("TNQ")
    page = sent(browser, fetched(browser))
    assert "要写入 0 项，不采用 0 行，没有变化 1 行。" in page.text()
    assert [form for form in page.forms() if (form.get("action") or "").endswith("/apply")] == []


REFUSED = [
    ({"申报编号": ""}, "没有申报编号"),
    ({"申报编号": "SB-1999-0001"}, "没有这份申报，或不在您的办理范围内。"),
    ({"生产过程实现实时调度": "大概"}, "“生产过程实现实时调度”填的是“大概”；请填“符合”或“不符合”，不改的留空。"),
    ({"生产过程实现实时调度": "不符合"}, "有不符合的条件，而没有写明原因；请填“不符合的原因”。"),
    ({"推荐": "是"}, "还有条件没有填或不符合，不能推荐"),
    ({"criteria": "符合", "推荐": "是", "推荐顺序": "第一"}, "“第一”不是推荐顺序；请填从 1 开始的整数，如 1。"),
]


def test_what_cannot_be_taken_is_named_with_its_row(desk: Desk) -> None:
    for _ in REFUSED:
        desk.add()
    browser = desk.browser("TNQ")
    book = fetched(browser)
    for row, (cells, _why) in enumerate(REFUSED, 2):
        fill(book, row, **{"生产过程实现实时调度": "符合"} | cells)
    page = sent(browser, book)
    refused = tables(page)["不采用"]
    assert [row[0] for row in refused] == [str(number) for number in range(2, 2 + len(REFUSED))]
    for row, (_cells, why) in zip(refused, REFUSED, strict=True):
        assert why in row[2]
    assert [found.criteria for found in map(desk.find, range(1, len(REFUSED) + 1))] == [{}] * len(REFUSED)


def test_a_rank_twice_in_the_file_names_both_rows(desk: Desk) -> None:
    desk.add(), desk.add()
    browser = desk.browser("TNQ")
    book = fetched(browser)
    for row in (2, 3):
        fill(book, row, criteria="符合", 推荐="是", 推荐顺序=1)
    why = [row[2] for row in tables(sent(browser, book))["不采用"]]
    assert why == [f"推荐顺序 1 与第 {other} 行相同，请改其中一个。" for other in (3, 2)]


def test_nothing_of_a_sheet_that_changed_since_is_overwritten(desk: Desk) -> None:
    ids = [desk.add(), desk.add(), desk.add()]
    browser, other = desk.browser("TNQ"), desk.browser("TNQ")
    book = fetched(browser)
    for row in (2, 3, 4):
        fill(book, row, criteria="符合")
    # Who handles it is no part of the sheet.
    desk.change(ids[0], assignee_id=desk.actors["TNQ"].id)
    given = {"sheet-honest": "no", "reason-honest": "有一条失信记录。"}
    other.submit(other.get(f"/review/{ids[1]}"), given, action="/sheet", status=303)
    page = sent(browser, book)
    [refused] = tables(page)["不采用"]
    assert refused[:2] == ["3", "SB-2026-0002"]
    assert "近三年没有严重失信记录：不符合 → 符合" in refused[3]
    assert [row[1] for row in tables(page)["将要写入"]] == ["SB-2026-0001", "SB-2026-0003"]
    # And once more between the preview and its confirmation: both values are shown, the others can go on.
    other.submit(other.get(f"/review/{ids[2]}"), given, action="/sheet", status=303)
    page = browser.submit(page, action="/sheets/apply", status=409)
    assert ["SB-2026-0003", "近三年没有严重失信记录", "不符合（有一条失信记录。）", "符合"] in tables(page)[
        "刚被他人改动"
    ]
    assert desk.find(ids[0]).criteria == {}
    browser.submit(page, action="/sheets/apply", status=303)
    assert [len(desk.find(found).criteria) for found in ids] == [8, 1, 1]


def test_a_file_that_is_none_is_told(desk: Desk) -> None:
    desk.add()
    browser = desk.browser("TNQ")
    book = openpyxl.Workbook()
    book.worksheets[0].append(["编号", "结论"])
    assert "没有找到“申报编号”和“核对码”两列" in sent(browser, book, 422).errors_shown[0]
    token = form_token(browser.get("/review/sheets/upload"))
    page = Page(browser.post("/review/sheets/upload", {}, 422, token=token))
    assert page.errors_shown == ["还没有选择文件：请先选择，再按“上传”。"]
    for plan in ("", "{}", "[[1]]", '[["x",1,{},{},true,null]]', "[]"):
        browser.post("/review/sheets/apply", {"plan": plan}, 422, token=token)


def test_nothing_of_another_unit_leaves_in_a_file(desk: Desk) -> None:
    found = desk.add()
    other = desk.browser("WJQ")
    for path in (f"/review/sheets.xlsx?id={found}", f"/review/{found}/sheet.docx", f"/review/{found}/files.zip"):
        assert other.raw(path).status_code == 404, path


def test_the_review_form_as_word_and_workbook(desk: Desk) -> None:
    found = desk.add()
    desk.change(
        found, criteria={"networking": "no", "storage": "yes"}, criteria_reasons={"networking": "台账只有 100 台。"}
    )
    browser = desk.browser("TNQ")
    document = WordDocument(io.BytesIO(browser.raw(f"/review/{found}/sheet.docx", audited=True).data))
    rows = [[cell.text for cell in row.cells] for row in document.tables[1].rows]
    assert rows[2] == ["2", "智能设备联网率", "不低于 70%", "申报 94.4%（153 / 162）", "不符合", "台账只有 100 台。"]
    assert "共 8 条：符合 1 条，不符合 1 条，未填 6 条。" in [part.text for part in document.paragraphs]
    sheet = openpyxl.load_workbook(
        io.BytesIO(browser.raw(f"/review/{found}/sheet.xlsx", audited=True).data)
    ).worksheets[0]
    assert rows[2] in [[str(value) for value in row] for row in sheet.iter_rows(values_only=True)]


@pytest.mark.parametrize("name", ["设备清单.pdf", "../../etc/passwd", "CON: a|b?.pdf"])
def test_files_of_several_lie_in_folders_under_safe_names(desk: Desk, name: str) -> None:
    folder = desk.app.extensions["registry"].settings.data_dir / "files"
    ids = [desk.add(bring=with_file(folder, name, b"%PDF-1.7 content")) for _ in range(2)]
    browser = desk.browser("TNQ")
    data = browser.raw(f"/review/files.zip?id={ids[0]}&id={ids[1]}", audited=True).data
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        names = package.namelist()
        assert [part.split("/")[0] for part in names] == [
            "SB-2026-0001 演示第1智能车间",
            "SB-2026-0002 演示第2智能车间",
        ]
        assert all(part.count("/") == 1 and not set('\\:*?"<>|') & set(part) and ".." not in part for part in names)
        assert package.read(names[0]) == b"%PDF-1.7 content"
    with desk.session() as session:
        [event] = session.query(Event).filter_by(action="attachment.download").all()
        assert event.changes["files"] == [None, 2]


def with_file(folder: Path, name: str, content: bytes) -> Any:
    """Brings an application that was submitted with a file of this name."""

    def bring(session: Session, call: Call, who: applicants.Cast, **changes: str) -> Application:
        draft = applicants.drafted(session, call, who, **changes)
        stored = f"{draft.id:02d}/{draft.id:040d}"
        (folder / stored).parent.mkdir(parents=True)
        (folder / stored).write_bytes(content)
        session.add(
            Attachment(
                application_id=draft.id,
                kind=AttachmentKind.OTHER.value,
                filename=name,
                media_type="application/pdf",
                size=len(content),
                sha256="0" * 64,
                storage_name=stored,
                uploaded_by=draft.created_by,
                created_at=draft.created_at,
            )
        )
        session.flush()
        drafts.confirm(session, who.checker, draft.id, seen_version=draft.version, now=applicants.NOW)
        return applicants.step(session, draft, who.clerk, Action.SUBMIT)

    return bring
