"""今天要办: each number is its list, for every role; what the units delivered; a constant number of queries."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta

import openpyxl
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from registry.models import Account, Call, Publication
from registry.terms import Action, AfterCorrection, Role
from tests import applicants, people
from tests.browser import Browser, Page
from tests.review.conftest import Desk, make_desk
from tests.review.test_queue import numbers

QUERIES = 16
"""Statements of the first page of a district reviewer, whatever waits."""


def lines(page: Page) -> dict[str, tuple[int, str]]:
    """What waits: name → (number, address of the list)."""
    found = {}
    for link in page.all("a"):
        if link.get("class") == "waits__item":
            count, name = page.text(link).split(" ", 1)
            found[name] = (int(count), link.get("href") or "")
    return found


def strip(page: Page) -> dict[str, tuple[int, str]]:
    """What stands on top of the queue: name → (number, address), the chosen line with a star."""
    [nav] = [found for found in page.all("nav") if found.get("class") == "todayline"]
    found = {}
    for link in list(nav.iter("{http://www.w3.org/1999/xhtml}a"))[1:]:
        name, count = page.text(link).rsplit(" ", 1)
        found[name + ("*" if link.get("aria-current") else "")] = (int(count), link.get("href") or "")
    return found


def put_back(desk: Desk, application_id: int) -> None:
    with desk.session() as session:
        found = session.get_one(applicants.Application, application_id)
        given = applicants.StepInput(message="改", open_all=True)
        applicants.step(session, found, desk.actors["TNQ"], Action.RETURN, given)
        session.commit()


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    """The moment at which the applications come in."""
    with time_machine.travel(applicants.NOW, tick=False):
        yield


@pytest.fixture
def busy(app: Flask) -> Desk:
    """A call with working days: late and new applications, overdue corrections, one of another unit."""
    desk = make_desk(
        app, step_days={"submitted": 5}, handling_days=300, after_correction=AfterCorrection.LAPSE, quotas={"TNQ": 3}
    )
    old, overdue, soon = desk.add(), desk.add(), desk.add()
    desk.add(bring=applicants.proposed)
    desk.add(unit="WJQ", lon="119.95", lat="31.70")
    today = applicants.NOW
    desk.change(old, step_since=today - timedelta(days=60))
    for each in (overdue, soon):
        put_back(desk, each)
    desk.change(overdue, due_on=date(2026, 1, 5))
    desk.change(soon, due_on=today.date() + timedelta(days=2))
    return desk


def test_each_number_is_its_list(busy: Desk) -> None:
    expected = {
        "TNQ": {"待初审": 1, "已超期": 1, "逾期未补正": 1, "补正将到期": 1},
        "city": {"逾期未补正": 1, "补正将到期": 1},
        "publisher": {"待发文认定": 1},
    }
    for name, wanted in expected.items():
        browser = busy.browser(name)
        found = lines(browser.get("/review/today"))
        assert {label: count for label, (count, _href) in found.items()} == wanted, name
        for label, (count, href) in found.items():
            assert len(numbers(browser.get(href))) == count, label
        page = browser.get("/review")
        own_queue = next(iter(wanted)) if name != "city" else ""
        assert strip(page) == {label: line for label, line in found.items() if label != own_queue}, name
        assert ("今天没有到期的事项。" in page.text()) == (name == "publisher")
    assert "已超期*" in strip(busy.browser("TNQ").get("/review?due=late"))
    assert "已超期" in strip(busy.browser("TNQ").get("/review?due=late&industry=34"))


@pytest.mark.slow
def test_the_funnel_counts_what_its_links_list(busy: Desk) -> None:
    browser = busy.browser("city")
    page = browser.get("/review/today")
    steps = {row[0]: row[1:] for row in page.rows()}
    assert steps["待初审"] == ["2", "1", "5 个工作日"]
    assert steps["退回修改"] == ["2", "–", "–"]
    assert steps["拟认定"] == ["1", "–", "300 天"]
    for href in (href for text, href in page.links().items() if text.isdigit()):
        assert numbers(browser.get(href))


@pytest.mark.slow
def test_nothing_to_do_is_said_with_a_way_on(desk: Desk) -> None:
    page = desk.browser("TNQ").get("/review/today")
    assert "今天没有要办的事项。" in page.text()
    assert page.links()["查看全部申报"] == "/review?tab=all"
    assert "现在没有正在办理的通知。" in page.text()


@pytest.mark.slow
def test_a_document_waits_for_the_second_person_alone(desk: Desk) -> None:
    with desk.session() as session:
        session.add(
            Publication(
                number="演示〔2026〕1号", number_key="x", title="公布名单", organ="演示机关", announced_on=date(2026, 11, 1),
                category_code=applicants.CATEGORY, year=2026, items=[], state="prepared",
                prepared_by=desk.actors["city"].id, prepared_at=applicants.NOW,
            )
        )  # fmt: skip
        session.commit()
    found = lines(desk.browser("publisher").get("/review/today"))
    assert found == {"文件待复核": (1, "/publications")}
    assert lines(desk.browser("city").get("/review/today")) == {}


@pytest.mark.slow
def test_a_constant_number_of_queries(busy: Desk) -> None:
    browser = busy.browser("TNQ")
    browser.get("/review/today")
    browser.get("/review/today")
    assert len(browser.statements) == QUERIES
    for _ in range(2):
        busy.add()
    browser.get("/review/today")
    browser.get("/review/today")
    assert len(browser.statements) == QUERIES


def delivered(browser: Browser) -> dict[str, list[str]]:
    page = browser.get("/review/delivery")
    return {row[0]: row[1:] for row in page.rows() if row[0] in ("天宁区", "武进区")}


@pytest.mark.slow
def test_what_units_delivered(busy: Desk) -> None:
    city = delivered(busy.browser("city"))
    assert city == {
        "天宁区": ["4", "1", "1", "1 / 3", "2", "1", "1"],
        "武进区": ["1", "1", "0", "0 / 不限", "0", "0", "0"],
    }
    assert delivered(busy.browser("TNQ")) == {"天宁区": city["天宁区"]}
    browser = busy.browser("city")
    page = browser.get("/review/delivery")
    unit_links = [link.get("href") or "" for link in page.all("a") if "unit=TNQ" in (link.get("href") or "")]
    assert [len(numbers(browser.get(href))) for href in unit_links] == [4, 1, 2, 1, 1]


@pytest.mark.slow
def test_the_workbook_says_the_same(busy: Desk) -> None:
    for name, units in (("city", 7), ("WJQ", 1)):
        response = busy.browser(name).raw("/review/delivery.xlsx?call=1", audited=True)
        sheet = openpyxl.load_workbook(io.BytesIO(response.data)).active
        assert sheet is not None
        rows = [row for row in sheet.iter_rows(min_row=4, values_only=True) if row[0] != "合计"]
        assert len(rows) == units
        by_unit = {row[0]: row[1:] for row in rows}
        assert by_unit["武进区"] == (1, 1, 0, 0, "不限", 0, 0, 0)
    assert busy.browser("city").raw("/review/delivery?call=x").status_code == 400
    assert busy.browser("city").raw("/review/delivery?call=99").status_code == 404


def test_what_is_missing_is_folded_by_unit_and_adds_up(demo_app: Flask) -> None:
    with demo_app.extensions["registry"].read() as session:
        call = session.scalars(select(Call.id).where(Call.purpose == "yearly")).one()
        city = session.scalars(select(Account.id).where(Account.role == Role.MUNICIPAL_REVIEWER.value)).one()
        district = session.scalars(select(Account.id).where(Account.unit_code == "WJQ")).one()
    page = people.signed_in(demo_app, city).get(f"/review/delivery?call={call}")
    [whole] = [page.text(head) for head in page.all("h2") if page.text(head).startswith("缺报的项目")]
    folds = {page.text(fold[0]).split()[0]: fold for fold in page.all("details") if fold.get("class") == "group"}
    listed = {unit: len([row for row in fold.iter() if row.get("class") == "mono"]) for unit, fold in folds.items()}
    assert whole == f"缺报的项目 {sum(listed.values())} 个"
    assert len(folds) == 7
    assert all(fold.get("open") is None for fold in folds.values())
    assert page.text(folds["武进区"][0]).startswith(f"武进区 {listed['武进区']} 个")
    own = people.signed_in(demo_app, district).get(f"/review/delivery?call={call}")
    [fold] = [fold for fold in own.all("details") if fold.get("class") == "group"]
    assert fold.get("open") is not None
    assert len([row for row in fold.iter() if row.get("class") == "mono"]) == listed["武进区"]
