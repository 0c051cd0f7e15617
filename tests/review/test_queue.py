"""The queue: counts equal rows, scope, order, constant queries, addresses that can be sent on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from flask import Flask
from sqlalchemy import and_
from werkzeug.datastructures import MultiDict

from registry.application_form import default_rules
from registry.kinds import OtherNameKind
from registry.models import EnterpriseName, OtherName
from registry.permissions import Actor
from registry.queries.review.clock import Clock, load_clock
from registry.queries.review.queue import queue_page
from registry.queries.review.queue_filters import QueueFilters, parse_queue
from registry.queries.review.queue_scope import conditions
from registry.statuses import tabs
from registry.terms import Action, Role
from tests import applicants, people
from tests.browser import Page, standing_values
from tests.review.conftest import Desk, make_desk

QUERIES = 25
"""Statements of a queue page, whatever it holds."""


def numbers(page: Page) -> list[str]:
    """The application numbers of the rows."""
    return [cell for row in page.rows() for cell in row if cell.startswith("SB-")]


def tab_counts(page: Page) -> dict[str, int]:
    """Count of each tab by name."""
    [nav] = [found for found in page.all("nav") if found.get("class") == "tabs"]
    words = [page.text(link).rsplit(" ", 1) for link in nav.iter("{http://www.w3.org/1999/xhtml}a")]
    return {name: int(count) for name, count in words}


QUESTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"q": "第1智能"},
    {"q": "演示 sb-2026"},
    {"q": "%"},
    {"q": "_"},
    {"unit": "TNQ"},
    {"unit": "WJQ"},
    {"industry": "36"},
    {"industry": ["34", "36"]},
    {"step": "submitted"},
    {"step": ["submitted", "returned"]},
    {"call": "1"},
    {"call": "999"},
    {"assignee": "none"},
    {"assignee": "me"},
    {"missing": "files"},
    {"missing": "complete"},
    {"missing": "sheet"},
    {"sheet": "none"},
    {"sheet": "part"},
    {"sheet": "refused"},
    {"sheet": "met"},
    {"due": "late"},
    {"due": "soon"},
    {"due": "again"},
    {"due": "correction_late"},
    {"due": "correction_soon"},
)


MALFORMED = (
    ("tab=nonsense", "tab"),
    ("call=x", "call"),
    ("call=１", "call"),
    ("call=99999999999999999999", "call"),
    ("unit=XXX", "unit"),
    ("industry=99", "industry"),
    ("step=draft", "step"),
    ("assignee=-1", "assignee"),
    ("missing=everything", "missing"),
    ("sheet=half", "sheet"),
    ("due=never", "due"),
    ("page=0", "page"),
    ("per_page=1000", "per_page"),
    ("q=%00", "q"),
    ("q=" + "x" * 101, "q"),
)


@pytest.fixture
def full(desk: Desk) -> Desk:
    """One application in every state that commands reach, and one of another unit."""
    for bring in (applicants.submitted, applicants.proposed):
        desk.add(bring=bring)
    desk.add(industry="36", industry_class="3670")
    desk.add(unit="WJQ", lon="119.95", lat="31.70")
    returned, declined = desk.add(), desk.add()
    with desk.session() as session:
        first = session.get_one(applicants.Application, returned)
        applicants.step(
            session, first, desk.actors["TNQ"], Action.RETURN, applicants.StepInput(message="改", open_all=True)
        )
        second = session.get_one(applicants.Application, declined)
        applicants.step(session, second, desk.actors["TNQ"], Action.NOT_RECOMMEND, applicants.StepInput(message="不符"))
        session.commit()
    desk.change(1, assignee_id=desk.actors["TNQ"].id)
    return desk


@pytest.mark.parametrize("name", ["TNQ", "city", "publisher"])
def test_counts_equal_rows(full: Desk, name: str) -> None:
    """On the page with all of them; the rows of the other tabs are read as their pages read them."""
    browser, actor, runtime = full.browser(name), full.actors[name], full.app.extensions["registry"]
    assert actor.role is not None
    with runtime.read() as session:
        lists, clock = runtime.catalogues.current(session).lists, load_clock(session, now=datetime.now(UTC))
        for query in QUESTIONS:
            rows = []
            for tab in tabs(actor.role):
                asked = MultiDict({"tab": tab} | query).to_dict(flat=False)
                rows.append(len(queue_page(session, actor, parse_queue(asked, lists, actor.role), clock=clock).rows))
            page = browser.get("/review?" + urlencode({"tab": tab} | query, doseq=True))
            assert list(tab_counts(page).values()) == rows, query
            assert len(numbers(page)) == rows[-1] == sum(rows[:-1]), query


@pytest.mark.parametrize("query", [{"sheet": "part"}, {"missing": "sheet"}, {"missing": "files"}])
def test_rules_that_ask_the_same_are_asked_once(query: dict[str, str]) -> None:
    """A call a year and a version a call: a condition for each of them would be tried on every application."""
    rules = default_rules(applicants.CATEGORY)
    officer = Actor(id=1, role=Role.MUNICIPAL_REVIEWER)

    def length(versions: int) -> int:
        forms = dict.fromkeys(range(10, 10 + versions), rules)
        clock = Clock(today=date(2026, 3, 2), forms=forms, calls=forms.fromkeys(forms, 1), pauses=(), is_working=bool)
        return len(str(and_(*conditions(officer, QueueFilters(**query), clock))))

    assert length(40) == length(1)


def test_what_stands_in_the_tabs(full: Desk) -> None:
    assert tab_counts(full.browser("TNQ").get("/review")) == {
        "待我办理": 2, "退回企业": 1, "已推荐": 1, "办结": 1, "本板块全部": 5,
    }  # fmt: skip
    assert tab_counts(full.browser("city").get("/review")) == {
        "待我办理": 0, "板块初审": 3, "退回企业": 1, "拟认定": 1, "办结": 1, "全部": 6,
    }  # fmt: skip
    assert tab_counts(full.browser("publisher").get("/review"))["待我办理"] == 1


def test_oldest_first_and_overdue(app: Flask) -> None:
    desk = make_desk(app, handling_days=5)
    old, new = desk.add(), desk.add()
    desk.change(new, step_since=desk.find(old).step_since + timedelta(minutes=1))
    desk.change(old, step_since=applicants.NOW - timedelta(days=30))
    page = desk.browser("TNQ").get("/review")
    assert numbers(page) == ["SB-2026-0001", "SB-2026-0002"]
    late = [cell for cell in page.all("td") if "is-late" in (cell.get("class") or "")]
    assert "已超期" in page.text(late[0])


def test_a_constant_number_of_queries(desk: Desk) -> None:
    browser = desk.browser("TNQ")
    desk.add()
    browser.get("/review")
    browser.get("/review")
    assert len(browser.statements) == QUERIES
    for _ in range(2):
        desk.add()
    # A new enterprise moves the public record; the first page after it reads the code lists again.
    browser.get("/review")
    page = browser.get("/review")
    assert len(numbers(page)) == 3
    assert len(browser.statements) == QUERIES


def test_the_detail_page_has_a_constant_number_of_queries(desk: Desk) -> None:
    counts = []
    browser = desk.browser("TNQ")
    for notes in (0, 3):
        found = desk.add()
        for _ in range(notes):
            browser.submit(browser.get(f"/review/{found}"), {"note": "备注"}, action="/note", status=303)
        browser.get(f"/review/{found}")
        browser.get(f"/review/{found}")
        counts.append(len(browser.statements))
    assert counts[0] == counts[1]


def test_pages_keep_the_view(desk: Desk) -> None:
    for _ in range(3):
        desk.add()
    browser = desk.browser("TNQ")
    page = browser.get("/review?per_page=2&industry=34")
    assert len(numbers(page)) == 2
    onward = page.links()["下一页"]
    assert parse_qs(onward.partition("?")[2]) == {"per_page": ["2"], "industry": ["34"], "page": ["2"]}
    assert numbers(browser.get(onward)) == ["SB-2026-0003"]
    assert "这一页没有内容：共 2 页。" in browser.get("/review?per_page=2&page=9").text()


def test_a_malformed_parameter_is_named(desk: Desk) -> None:
    browser = desk.browser("TNQ")
    for query, name in MALFORMED:
        page = browser.get(f"/review?{query}", 400)
        assert f"参数 {name} " in page.text(), query
        assert browser.raw(f"/review/summary.xlsx?{query}").status_code == 400, query


def test_empty_queue_and_english(desk: Desk) -> None:
    browser = desk.browser("TNQ")
    assert "没有待您办理的申报。" in browser.get("/review").text()
    assert "没有符合这些条件的申报。" in browser.get("/review?q=x").text()
    browser.get("/review?lang=en")
    desk.add()
    browser.get("/review?lang=en&tab=all")


def test_only_officers_read_the_queue(desk: Desk) -> None:
    with desk.session() as session:
        others = [
            people.enterprise_account(session).id,
            people.staff(session, Role.EXPERT).id,
            people.staff(session, Role.ADMINISTRATOR).id,
            people.staff(session, Role.AUDITOR).id,
        ]
        session.commit()
    for account_id in others:
        assert people.signed_in(desk.app, account_id).raw("/review").status_code == 403


def test_calls_of_the_same_year_and_category_can_be_told_apart(desk: Desk) -> None:
    page = desk.browser("TNQ").get("/review")
    assert _calls(page)[1:] == ["2026 市级示范智能车间"]
    with desk.session() as session:
        applicants.open_call(session, title="关于组织补充申报的通知（演示）")
        session.commit()
    page = desk.browser("TNQ").get("/review")
    assert _calls(page)[1:] == [
        "2026 市级示范智能车间 · 关于组织补充申报的通知（演示）",
        "2026 市级示范智能车间 · 关于组织申报2026年示范智能车间的通知（演示）",
    ]


def test_each_condition_is_a_chip_that_takes_only_itself_away(desk: Desk) -> None:
    desk.add()
    browser = desk.browser("city")
    query = "tab=all&industry=34&industry=36&due=late&q=演示"
    page = browser.get("/review?" + query)
    chips = {page.text(link): link.get("href") or "" for link in page.all("a") if link.get("class") == "chip chip--x"}
    said = ("搜索：演示", "行业：34 通用设备制造业", "行业：36 汽车制造业", "时限：已超期")
    assert [words.removeprefix("去掉条件 ") for words in chips] == list(said)
    left = [parse_qs(href.partition("?")[2]) for href in chips.values()]
    asked = parse_qs(query)
    assert left == [
        {name: found for name, found in asked.items() if name != "q"},
        asked | {"industry": ["36"]},
        asked | {"industry": ["34"]},
        {name: found for name, found in asked.items() if name != "due"},
    ]
    [fold] = [found for found in page.all("summary") if page.text(found).startswith("筛选")]
    assert page.text(fold) == "筛选 (4)"
    # The form sends on what the address has: a select shows one value, the others travel beside it.
    [form] = [found for found in page.all("form") if found.get("role") == "search"]
    assert sorted(standing_values(form).getlist("industry")) == ["34", "36"]
    assert "Industry: 36" in browser.get(f"/review?{query}&lang=en").text()


def _calls(page: Page) -> list[str]:
    return [page.text(option) for option in page.one("select", name="call").iter() if option.get("value") is not None]


@pytest.mark.parametrize("word", ["演示俗称", "演示旧厂", "code", "CODE"])
def test_an_enterprise_is_found_by_every_name_of_the_register(desk: Desk, word: str) -> None:
    found, _other = desk.add(), desk.add()
    with desk.session() as session:
        owner = session.get_one(applicants.Application, found).enterprise
        owner.former_names.append(EnterpriseName(name="演示旧厂有限公司", name_key="演示旧厂有限公司"))
        session.add(OtherName(enterprise_id=owner.id, kind=OtherNameKind.SHORT, name="演示俗称", name_key="演示俗称"))
        code = owner.uscc or ""
        session.commit()
    asked = {"code": code.lower(), "CODE": code[8:]}.get(word, word)
    page = desk.browser("TNQ").get("/review?" + urlencode({"tab": "all", "q": asked}))
    assert numbers(page) == [desk.find(found).number]
