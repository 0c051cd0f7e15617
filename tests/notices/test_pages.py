"""The pages of a notice from the desk to the public, open and closed by the clock without anybody doing anything."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
import time_machine
from flask import Flask
from icalendar import Calendar
from openpyxl import load_workbook

from registry.models import Call, Notice
from registry.terms import Role
from tests import people
from tests.browser import Browser
from tests.notices.makers import LAST_SECOND, OPENED, OVER, Desk, desk
from tests.people import signed_in
from tests.titles.makers import writing

TITLE = "2026年市级示范智能车间拟认定名单公示"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    """Ten in the morning on the Tuesday of the opening."""
    with time_machine.travel(OPENED, tick=False) as moved:
        yield moved


@pytest.fixture
def made(app: Flask, tmp_path: Path, clock: time_machine.Coordinates) -> Desk:
    """Two proposed applications in a call with a notice of five working days."""
    with writing(app) as session:
        return desk(session, tmp_path)


def phases(app: Flask) -> list[str]:
    """What every public surface says about the only notice: list, page, interface."""
    browser = Browser(app)
    page = browser.get("/notices/1")
    [item] = browser.raw("/api/v1/notices").json["items"]
    assert item["state"] == browser.raw("/api/v1/notices/1").json["state"]
    shown = browser.get("/notices")
    assert page.h1 in shown.links()
    return [item["state"], "提出异议" in page.links(), "现在没有正在公示的名单" in shown.text()]  # type: ignore[list-item]


def calls(reader: Browser) -> list[str]:
    """What the interface says the only notice's call is called, alone and in the list."""
    alone, [item] = reader.raw("/api/v1/notices/1").json, reader.raw("/api/v1/notices").json["items"]
    return [alone["call"]["title"], item["call"]["title"]]


def test_from_the_check_of_the_batch_to_the_archive(app: Flask, made: Desk, clock: time_machine.Coordinates) -> None:
    city, publisher, reader = (
        signed_in(app, made.city.id or 0), signed_in(app, made.publisher.id or 0), Browser(app),
    )  # fmt: skip
    waiting = city.get("/review/notices")
    assert waiting.rows()[0][3:] == ["2", f"拟订公示：{made.batch.call.title}"]
    form = city.get(f"/review/notices/new?call={made.batch.call.id}")
    assert "没有问题" in form.text()
    wrong = city.submit(form, {"title": "", "organ": "演示局"}, status=422)
    assert wrong.errors_shown == [
        "公示标题：请填写公示标题",
        "受理电话：受理异议的电话、邮箱、地址至少填写一项",
    ]
    typed = {"title": TITLE, "organ": "演示市工业和信息化局", "phone": "0519-85680000"}
    prepared = city.submit(form, typed, status=303)
    assert "今天公开，公示时间为 2026-11-24 至 2026-11-30（24:00 止）。" in prepared.text()
    assert "由发布员核对后公开。" in prepared.text()
    for path in ("/notices/1", "/notices/1.xlsx", "/api/v1/notices/1", "/notices/1/object"):
        assert reader.client.get(path).status_code == 404, "nobody outside knows before it is open"
    assert TITLE not in reader.get("/notices").text()
    assert publisher.get("/review/today").links()["1 公示待公开"] == "/review/notices"
    publisher.submit(publisher.get("/review/notices/1"), action="/open", status=303)
    assert "1 公示待公开" not in publisher.get("/review/today").links()
    assert calls(reader) == [made.batch.call.title] * 2
    with writing(app) as session:
        session.get_one(Call, made.batch.call.id).title = "标题改正了的通知"
    assert calls(reader) == ["标题改正了的通知"] * 2
    page = reader.get("/notices/1")
    assert page.h1 == TITLE
    assert "还剩 5 个工作日" in page.text()
    assert "公示时间：2026年11月24日至2026年11月30日（5个工作日）。" in page.text()
    assert [row[1] for row in page.rows()] == [
        "演示甲1智能车间 演示企业甲1有限公司", "演示甲2智能车间 演示企业甲2有限公司",
    ]  # fmt: skip
    assert phases(app) == ["running", True, False]
    clock.move_to(LAST_SECOND)
    assert "还剩 1 个工作日" in reader.get("/notices/1").text()
    assert phases(app) == ["running", True, False]
    late = signed_in(app, made.city.id or 0)
    assert late.get("/review/today").links()["1 公示将结束"] == "/review/notices"
    clock.move_to(OVER)
    assert phases(app) == ["over", False, True]
    assert "公示期已于 2026-11-30 结束" in reader.get("/notices/1").text()
    assert reader.get("/notices/1").rows()[0][1].startswith("演示甲1智能车间")


def test_files_feed_and_interface_hold_the_same_list(app: Flask, made: Desk) -> None:
    with writing(app) as session:
        made.open(session)
    reader = Browser(app)
    book = load_workbook(io.BytesIO(reader.raw("/notices/1.xlsx").data))
    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows(min_row=2)]
    assert rows == [
        ["序号", "企业名称", "车间/工厂名称", "所属板块", "备注"],
        [1, "演示企业甲1有限公司", "演示甲1智能车间", "天宁区", None],
        [2, "演示企业甲2有限公司", "演示甲2智能车间", "天宁区", None],
    ]
    found = reader.raw("/api/v1/notices/1").json
    assert [line["name"] for line in found["list"]] == ["演示甲1智能车间", "演示甲2智能车间"]
    assert (found["first_day"], found["last_day"], found["items"]) == ("2026-11-24", "2026-11-30", 2)
    feed = ElementTree.fromstring(reader.raw("/feed.xml?kind=notice").data)  # noqa: S314 (our own)
    [entry] = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == found["title"]
    assert entry.findtext(f"{ATOM}published") == "2026-11-24T10:00:00+08:00"
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links["self"] == "http://localhost/feed.xml?kind=notice"


def test_the_calendar_of_its_call_has_the_days_of_an_open_notice(app: Flask, made: Desk) -> None:
    def days() -> list[tuple[str, str, str]]:
        entries = Calendar.from_ical(Browser(app).raw(f"/calls/{call}.ics").data).walk("VEVENT")
        found = [(str(each["summary"]), each.decoded("dtstart"), each.decoded("dtend")) for each in entries]
        return [(name, f"{start}", f"{end}") for name, start, end in found if name.startswith("公示")]

    call = made.batch.call.id
    with writing(app) as session:
        notice = made.prepare(session)
        session.commit()
        assert days() == [], "nobody outside knows before it is open"
        made.open(session, notice)
        session.commit()
        assert days() == [("公示：2026年示范智能车间拟认定名单公示（演示）", "2026-11-24", "2026-12-01")]
        made.withdraw(session, notice)
        session.commit()
        assert days() == []


def test_what_changes_on_an_open_notice_shows_at_once(app: Flask, made: Desk) -> None:
    with writing(app) as session:
        made.open(session)
    publisher, reader = signed_in(app, made.publisher.id or 0), Browser(app)
    page = publisher.get("/review/notices/1")
    wrong = publisher.submit(page, {"text": "更正", "until": "明天"}, action="/note", status=422)
    assert wrong.errors_shown == ["公示延长到：“明天”不是日期；请写成 2026-10-12 的样子"]
    publisher.submit(page, {"text": "企业名称有误，特此更正。", "until": "2026-12-01"}, action="/note", status=303)
    shown = reader.get("/notices/1").text()
    assert "企业名称有误，特此更正。" in shown
    assert "还剩 6 个工作日" in shown
    assert "2026年12月1日（已延长）" in shown
    stale = publisher.submit(page, {"reason": "名单有误"}, action="/withdraw", status=409)
    assert stale.errors_shown == [f"“{made_title(app)}”在您打开之后有改动，请核对后再办理。"]
    publisher.submit(publisher.get("/review/notices/1"), {"reason": "机密原因"}, action="/withdraw", status=303)
    gone = reader.get("/notices/1")
    assert "已于 2026-11-24 10:00 撤回" in gone.text()
    assert "机密原因" not in gone.source
    assert phases(app) == ["withdrawn", False, True]


def made_title(app: Flask) -> str:
    """Title of the only notice."""
    with app.extensions["registry"].read() as session:
        return str(session.get_one(Notice, 1).title)


def test_the_calendar_of_a_year_is_entered_on_a_page(app: Flask, made: Desk, clock: time_machine.Coordinates) -> None:
    city = signed_in(app, made.city.id or 0)
    page = city.get("/admin/calendar?year=2027")
    assert "2027 年放假安排尚未录入，请核对" in page.text()
    wrong = city.submit(page, {"free": "2027-01-01\n元旦", "made_up": "2027-02-08"}, status=422)
    assert wrong.errors_shown == ["放假的日子（周一至周五）：不是日期；请写成 2026-10-12 的样子"]
    wrong = city.submit(page, {"free": "2027-01-01", "made_up": "2027-02-08"}, status=422)
    assert wrong.errors_shown == ["调休上班的日子（周六、周日）：2027-02-08 不是周末，不能是调休上班的日子；请更正。"]
    saved = city.submit(page, {"free": "2027-01-01 至 2027-01-05", "made_up": "2027-01-09"}, status=303)
    assert "2027 年放假安排已于 2026-11-24 10:00 录入。" in saved.text()
    # Somebody else had opened the empty year as well: the days are shown to him, and what he typed stays.
    late = city.submit(page, {"free": "2027-01-04", "made_up": ""}, status=409)
    assert "录入：放假 2027-01-01、2027-01-04、2027-01-05；调休上班 2027-01-09。" in late.errors_shown[0]
    assert late.text(late.one("textarea", name="free")) == "2027-01-04"
    city.submit(late, {"free": "2027-01-01 至 2027-01-05", "made_up": "2027-01-09"}, status=303)
    clock.shift(timedelta(days=36))
    with writing(app) as session:
        notice = made.open(session, now=datetime.now().astimezone())
        # 30, 31, then 6, 7, 8 January: Saturday the ninth is a working day of its own.
        assert str(notice.last_day) == "2027-01-08"
    stranger = signed_in(app, people_district(app))
    assert stranger.client.get("/admin/calendar").status_code == 403


def people_district(app: Flask) -> int:
    """A district reviewer, who has nothing to do with the calendar."""
    with writing(app) as session:
        return people.staff(session, Role.DISTRICT_REVIEWER, "TNQ").id


def test_the_page_of_the_applicant_leads_to_the_notice_once_it_is_open(app: Flask, made: Desk) -> None:
    own = signed_in(app, made.applications[0].submitted_by or 0)
    path = f"/enterprise/applications/{made.applications[0].id}"
    with writing(app) as session:
        notice = made.prepare(session)
        session.commit()
        assert "/notices/1" not in own.get(path).links().values()
        made.open(session, notice)
    page = own.get(path)
    assert page.links()[f"公示：{notice.title}"] == "/notices/1"
    assert "到 2026-11-30 24:00 止" in page.text()


def test_the_next_notice_begins_with_the_contact_of_the_last(app: Flask, made: Desk) -> None:
    city = signed_in(app, made.city.id or 0)
    path = f"/review/notices/new?call={made.batch.call.id}"
    assert "0519-85680001" not in city.get(path).source
    with writing(app) as session:
        notice = made.open(session)
        session.commit()
        made.withdraw(session, notice)
    form = city.get(path)
    kept = {each.get("name"): each.get("value") for each in form.all("input")}
    assert (kept["phone"], kept["supervision"]) == ("0519-85680000", "0519-85680001")
