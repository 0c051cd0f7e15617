"""The pages of recognition documents, read and filled in as officers do, and what the public sees next."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from flask import Flask
from openpyxl import load_workbook
from pypdf import PdfWriter
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Account, Application, Event, Publication
from registry.terms import Action, Role
from tests import people
from tests.applicants import step
from tests.browser import Browser
from tests.recognition.makers import Batch, batch
from tests.recognition.test_outside import workbook

TYPED = {
    "number": "演示发[2026]7号",
    "title": "关于公布2026年名单的通知（演示）",
    "organ": "演示市工业和信息化局",
    "announced_on": "2026-11-23",
}


def paper() -> bytes:
    """A PDF of one empty page."""
    writer, buffer = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=210, height=297)
    writer.write(buffer)
    return buffer.getvalue()


@dataclass
class Office:
    """An application with two officers at their browsers, and somebody of the public."""

    app: Flask
    made: Batch
    city: Browser
    publisher: Browser
    public: Browser

    def session(self) -> Session:
        """A session to look or to change something behind the pages."""
        return self.app.extensions["registry"].write()

    def prepared(self) -> int:
        """A prepared document; its id."""
        page = self.city.get(f"/publications/new?call={self.made.call.id}")
        self.city.submit(page, TYPED, action="/publications/new", status=303)
        with self.session() as session:
            return session.scalars(select(Publication.id).order_by(Publication.id.desc())).first() or 0


@pytest.fixture
def office(app: Flask) -> Office:
    with app.extensions["registry"].write() as session:
        session.expire_on_commit = False
        made = batch(session, 3)
        session.commit()
    return Office(
        app, made, people.signed_in(app, made.city.id), people.signed_in(app, made.publisher.id), Browser(app)
    )


def test_from_proposed_to_public_on_the_next_request(office: Office) -> None:
    before = office.public.raw("/map/points.json").json["count"]
    listing = office.city.get("/publications")
    assert listing.h1 == "认定文件"
    page = office.city.get(f"/publications/new?call={office.made.call.id}")
    ticked = [box.get("value") for box in page.all("input") if box.get("name") == "application"]
    assert [int(value) for value in ticked] == [each.id for each in office.made.applications]
    left_out = office.made.applications[2].id
    preview = office.city.submit(
        page,
        TYPED | {"application": ticked[:2]},
        action="/publications/new",
        status=303,
    )
    assert preview.h1 == "演示发〔2026〕7号"
    assert "由发布员复核确认。" in preview.source
    assert office.public.raw("/map/points.json").json["count"] == before
    assert office.public.get("/announcements").source.count("演示发〔2026〕7号") == 0

    address = preview.response.request.path
    check = office.publisher.get(address)
    assert ["演示甲1智能车间" in check.source, "演示甲3智能车间" in check.source] == [True, False]
    done = office.publisher.submit(check, action="/confirm", status=303)
    assert "已经生效，2 项认定已公开。" in done.source

    assert office.public.raw("/map/points.json").json["count"] == before + 2
    for path in ("/projects.csv", "/projects.geojson", "/projects"):
        assert "演示甲1智能车间" in office.public.raw(path).get_data(as_text=True), path
    assert office.public.raw("/api/v1/statistics").json["recognitions"] == 2
    announcements = office.public.get("/announcements")
    assert "演示发〔2026〕7号" in announcements.source
    one = office.public.get("/announcements/1")
    assert ["演示甲1智能车间" in one.source, "下载名单（xlsx）" in one.source] == [True, True]
    project = office.public.get("/projects/CZ-000001")
    assert project.h1 == "演示甲1智能车间"
    with office.session() as session:
        assert session.get_one(Application, left_out).status == "proposed"


def test_the_public_annex_holds_rates_and_no_single_amount(office: Office) -> None:
    number = office.prepared()
    office.publisher.submit(office.publisher.get(f"/publications/{number}"), action="/confirm", status=303)
    response = office.public.raw("/announcements/1.xlsx")
    sheet = load_workbook(io.BytesIO(response.data)).worksheets[0]
    rows = [tuple(cell.value for cell in row) for row in sheet.iter_rows()]
    assert rows[0][0] == "演示发〔2026〕7号 附件：认定名单"
    assert rows[1][:7] == (
        "序号", "企业名称", "车间名称", "所属板块", "总投资(万元)", "自动化、智能化设备使用率(%)", "智能设备联网率(%)",
    )  # fmt: skip
    assert rows[2][:7] == (1, "演示企业甲1有限公司", "演示甲1智能车间", "天宁区", None, 93.6, 94.4)
    assert rows[5][:7] == ("合计", "3 项", None, None, 27000, 93.6, 94.4)
    staff = load_workbook(
        io.BytesIO(office.city.raw(f"/publications/{number}/annex.xlsx", audited=True).data)
    ).worksheets[0]
    amounts = [cell.value for cell in staff["E"]][2:]
    assert amounts == [9000, 9000, 9000, 27000]
    with office.session() as session:
        event = session.scalars(select(Event).order_by(Event.id.desc())).first()
        assert (event.action, event.subject_id) == ("publication.export", number)


def test_faults_keep_everything_that_was_typed(office: Office) -> None:
    page = office.city.get(f"/publications/new?call={office.made.call.id}")
    one = str(office.made.applications[0].id)
    answer = office.city.submit(
        page,
        {"number": "坏文号", "title": "标题留着", "organ": "", "announced_on": "2026-11-23", "application": [one]},
        action="/publications/new",
        status=422,
    )
    assert answer.errors_shown == [
        "文号：“坏文号”不是完整的文号；应如 某工信发〔2026〕1号",
        "发文机关：请填写发文机关",
    ]
    values = {field.get("name"): field.get("value") for field in answer.all("input") if field.get("type") == "text"}
    assert (values["number"], values["title"], values["announced_on"]) == ("坏文号", "标题留着", "2026-11-23")
    boxes = {
        field.get("value"): field.get("checked") is not None
        for field in answer.all("input")
        if field.get("name") == "application"
    }
    assert [boxes[str(each.id)] for each in office.made.applications] == [True, False, False]
    wrong = office.city.submit(page, TYPED | {"announced_on": "2026年13月1日"}, action="/publications/new", status=422)
    assert wrong.errors_shown == ["公布日期：“2026年13月1日”没有这一天；请核对月和日"]


def test_the_scanned_paper_is_kept_for_the_second_person(office: Office) -> None:
    page = office.city.get(f"/publications/new?call={office.made.call.id}")
    refused = office.city.submit(
        page, TYPED | {"file": (io.BytesIO(b"GIF89a"), "公布文件.pdf")}, action="/publications/new", status=422
    )
    assert len(refused.errors_shown) == 1
    assert refused.errors_shown[0].startswith("文件原文（PDF）：")
    shown = office.city.submit(
        page, TYPED | {"file": (io.BytesIO(paper()), "公布文件.pdf")}, action="/publications/new", status=303
    )
    assert "公布文件.pdf" in shown.source
    response = office.publisher.raw(shown.response.request.path + "/file", audited=True)
    assert (response.mimetype, response.data, response.headers["Cache-Control"]) == (
        "application/pdf",
        paper(),
        "no-store",
    )
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_a_stale_confirmation_says_so_and_writes_nothing(office: Office) -> None:
    number = office.prepared()
    page = office.publisher.get(f"/publications/{number}")
    with office.session() as session:
        application = session.get_one(Application, office.made.applications[1].id)
        clerk = session.get_one(Account, application.created_by)
        step(session, application, people.actor_of(clerk), Action.WITHDRAW, now=datetime.now(UTC))
        session.commit()
    answer = office.publisher.submit(page, action="/confirm", status=409)
    assert answer.errors_shown == ["演示发〔2026〕7号 在您打开之后有改动，请核对后再办理。"]
    assert "演示甲2智能车间" not in answer.source
    assert office.public.raw("/api/v1/statistics").json["recognitions"] == 0
    no_reason = office.publisher.submit(answer, action="/cancel", status=422)
    assert no_reason.errors_shown == ["取消的原因：请写明取消的原因。"]
    gone = office.publisher.submit(answer, {"reason": "重新录入"}, action="/cancel", status=303)
    assert ["已取消，申报仍是拟认定。" in gone.source, "重新录入" in gone.source] == [True, True]
    again = office.publisher.submit(page, action="/confirm", status=409)
    assert again.errors_shown == ["演示发〔2026〕7号 已被取消，不能再办理。"]


def test_an_outside_list_is_read_asked_about_and_entered(office: Office) -> None:
    office.publisher.submit(office.publisher.get(f"/publications/{office.prepared()}"), action="/confirm", status=303)
    page = office.city.get("/publications/outside")
    nothing = office.city.submit(page, {"category": "", "batch": "二十"}, status=422)
    assert nothing.errors_shown == ["批次年份：“二十”不合要求；请填 2010 到 2100 的整数"]
    file = workbook((1, "演示企业甲1有限公司", "演示甲1智能车间", ""), (2, "演示企业甲2有限公司", "甲二装配厂", ""))
    chosen = {"category": "prov_advanced_smart_factory", "batch": "2026", "list": (io.BytesIO(file), "名单.xlsx")}
    questions = office.city.submit(page, chosen, status=200)
    assert questions.h1 == "这一行是哪个项目？"
    document = {
        "number": "苏演示发〔2026〕3号", "title": "省名单（演示）", "organ": "演示省厅", "announced_on": "2026-11-22",
    }  # fmt: skip
    asked = office.city.submit(questions, document | {"organ": ""}, status=422)
    assert asked.errors_shown == ["第 3 行：还没有选择这一行是哪个项目", "发文机关：请填写发文机关"]
    values = {field.get("name"): field.get("value") for field in asked.all("input") if field.get("type") == "text"}
    assert values["number"] == "苏演示发〔2026〕3号"
    project = next(
        radio.get("value") for radio in asked.all("input") if (radio.get("value") or "").startswith("project:")
    )
    preview = office.city.submit(asked, {"answer-3": project, "organ": "演示省厅"}, status=303)
    office.publisher.submit(office.publisher.get(preview.response.request.path), action="/confirm", status=303)
    points = office.public.raw("/map/points.json").json
    assert points["count"] == 3
    one = office.public.get("/projects/CZ-000001")
    assert ["省先进级智能工厂" in one.source, "市级示范智能车间" in one.source] == [True, True]
    assert office.public.raw("/api/v1/statistics").json["recognitions"] == 5
    answer = office.city.submit(page, chosen | {"list": (io.BytesIO(file), "名单.xlsx")}, status=200)
    assert "以前回答过" in answer.source


def test_only_the_city_and_the_publisher_come_here(office: Office) -> None:
    number = office.prepared()
    paths = ("/publications", f"/publications/{number}", f"/publications/{number}/annex.xlsx")
    with office.session() as session:
        others = [
            people.staff(session, Role.DISTRICT_REVIEWER, "TNQ").id,
            people.staff(session, Role.AUDITOR).id,
            people.enterprise_account(session, "演示企业甲1有限公司").id,
        ]
        session.commit()
    for account in others:
        browser = people.signed_in(office.app, account)
        assert [browser.raw(path).status_code for path in paths] == [403, 403, 403]
    assert [office.public.client.get(path).status_code for path in paths[:2]] == [302, 302]
    assert office.publisher.raw(f"/publications/new?call={office.made.call.id}").status_code == 403
    assert office.city.get("/publications/999", 404).h1
    assert office.city.get("/publications/new?call=x", 400).h1
    assert office.city.get("/publications?page=0", 400).h1


@pytest.mark.parametrize(
    "path", ["/publications", "/publications/new?call=1", "/publications/1", "/publications/outside"]
)
def test_english_pages_are_sound(office: Office, path: str) -> None:
    office.prepared()
    page = office.city.get(path + ("&" if "?" in path else "?") + "lang=en")
    assert page.h1.isascii() or page.h1 == "演示发〔2026〕7号"


def test_the_list_takes_the_same_queries_for_one_and_three(office: Office) -> None:
    office.prepared()
    office.city.get("/publications")
    first = len(office.city.statements)
    with office.session() as session:
        stored = session.get_one(Publication, 1)
        for position in (8, 9):
            session.add(
                Publication(
                    number=f"演示发〔2026〕{position}号", number_key=f"演示发〔2026〕{position}号", title="演示",
                    organ="演示", announced_on=stored.announced_on, category_code=stored.category_code, year=2026,
                    items=[], prepared_by=stored.prepared_by, prepared_at=stored.prepared_at,
                )
            )  # fmt: skip
        session.commit()
    office.city.get("/publications")
    assert len(office.city.statements) == first
