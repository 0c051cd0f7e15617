"""Pauses as people see them, and the dates of a call for calendars."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from icalendar import Calendar

from registry.models import Application, Call
from registry.services.calls import waivers
from tests import applicants, people
from tests.applicants import NOW
from tests.browser import Browser
from tests.review.conftest import Desk

pytestmark = pytest.mark.slow
PAUSE = {
    "status": "submitted",
    "unit": "TNQ",
    "first_day": "2026-11-24",
    "last_day": "2026年11月26日",
    "text": "系统升级",
}


def test_a_pause_is_entered_seen_by_both_sides_and_taken_back(desk: Desk) -> None:
    with time_machine.travel(NOW, tick=False):
        found, city = desk.add(), desk.browser("city")
        page = city.get(f"/admin/calls/{desk.call_id}/pauses")
        city.submit(page, PAUSE, action="/pauses")
        clerk = people.signed_in(desk.app, desk.find(found).created_by)
        for browser, path in (
            (desk.browser("TNQ"), f"/review/{found}"),
            (clerk, f"/enterprise/applications/{found}"),
        ):
            assert "2026-11-24 至 2026-11-26 暂停办理这一步：系统升级" in browser.get(path).text().replace(
                " 系统", "系统"
            )
        assert "系统升级" in desk.browser("TNQ").get("/review/today").text()
        assert "系统升级" not in desk.browser("WJQ").get("/review/today").text()
        page = city.get(f"/admin/calls/{desk.call_id}/pauses")
        city.submit(page, {}, action="/end")
        assert "没有暂停。" in city.get(f"/admin/calls/{desk.call_id}/pauses").text()


WRONG = (
    ({"last_day": "2026-11-23"}, "止日在起日之前"),
    ({"last_day": "2036-11-23"}, "一次最多暂停 366 天"),
    ({"first_day": "明天"}, "“明天”不是日期"),
    ({"status": "draft"}, "没有选择哪一步暂停"),
    ({"text": ""}, "请填写"),
)


def test_a_wrong_pause_is_told_at_its_field_and_nothing_is_lost(desk: Desk) -> None:
    browser = desk.browser("city")
    path = f"/admin/calls/{desk.call_id}/pauses"
    empty = browser.get(path)
    for wrong, sentence in WRONG:
        page = browser.submit(empty, PAUSE | wrong, action="/pauses", status=422)
        assert sentence in page.text()
        kept = {field.get("name"): field.get("value") for field in page.all("input")}
        assert kept["last_day"] == (PAUSE | wrong)["last_day"]
        assert "没有暂停。" in page.text()


def dates(browser: Browser, path: str) -> dict[str, tuple[str, int, str]]:
    """UID → (when it begins, SEQUENCE, summary) of a calendar."""
    response = browser.raw(path)
    assert response.mimetype == "text/calendar"
    return {
        str(item["uid"]): (f"{item.decoded('dtstart'):%Y-%m-%d %H:%M}", int(item["sequence"]), str(item["summary"]))
        for item in Calendar.from_ical(response.data).walk("VEVENT")
    }


def test_the_dates_of_a_call_keep_their_name_and_move_on(desk: Desk) -> None:
    path, browser = f"/calls/{desk.call_id}.ics", Browser(desk.app)
    before = dates(browser, path)
    title = "关于组织申报2026年示范智能车间的通知（演示）"
    assert set(before.values()) == {
        ("2026-11-01 01:00", 2, f"开始受理：{title}"),
        ("2026-12-31 08:00", 2, f"申报截止：{title}"),
    }
    with desk.session() as session:
        call = session.get_one(Call, desk.call_id)
        later = call.closes_at + timedelta(days=5)
        waivers.extend(
            session, desk.actors["city"], call.id, unit="WJQ", closes_at=later, reason="道路施工",
            seen_version=call.version,
        )  # fmt: skip
        session.commit()
    after = dates(browser, path)
    assert before.keys() < after.keys()
    assert {sequence for _begins, sequence, _summary in after.values()} == {3}
    [added] = after.keys() - before.keys()
    assert after[added][2] == f"武进区申报截止：{title}"
    assert path in browser.get(f"/calls/{desk.call_id}").links().values()


def test_an_enterprise_reads_until_when_and_what_it_can_still_do(desk: Desk) -> None:
    with time_machine.travel(NOW, tick=False):
        found = desk.add()
        with desk.session() as session:
            application = session.get_one(Application, found)
            given = applicants.StepInput(message="改", open_all=True)
            applicants.step(session, application, desk.actors["TNQ"], applicants.Action.RETURN, given)
            session.commit()
        clerk = desk.find(found).created_by
    for day, sentence in ((1, "请于 2026-12-04 前补正。"), (20, "补正期限 2026-12-04 已过，请尽快提交。")):
        with time_machine.travel(NOW + timedelta(days=day), tick=False):
            assert sentence in people.signed_in(desk.app, clerk).get("/enterprise").text()
