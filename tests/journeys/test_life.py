"""The life of a title in real browsers: renamed, moved, a figure corrected, re-evaluated two years later, then
revoked; the public sees what is approved at every moment, and a new application within the waiting time is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from registry.application_form.window import beijing_day
from registry.permissions import Actor
from registry.purposes import CallPurpose
from registry.terms import Role
from registry.views.accounts.identity import COOKIE
from tests import people
from tests.applicants import open_call, rules_without_files
from tests.browser import Browser
from tests.journeys.conftest import REPORTER, Watch, press, serving
from tests.recognition.makers import LATER
from tests.titles.later_makers import AGAIN, CLOSED, later_call, proposed_again
from tests.titles.makers import Holders, holders, told, writing

NEW = "演示新产线智能车间"
REFUSED = "status of 422"
"""What the console says of the application that is refused."""
RULE = "市级示范智能车间被撤销后 3 年内不能申报，您于 2028-05-04 被撤销，2031-05-04 起可以申报"
RETAINED = "复核合格（2028）"
EVER = "status=valid&status=revoked&status=expired"
ORGAN = "演示市工业和信息化局"


@pytest.fixture
def app(make_app: Callable[..., Flask], sqlite_url: str) -> Flask:
    """An application on SQLite."""
    return make_app(sqlite_url)


@pytest.fixture
def made(app: Flask) -> Holders:
    """Two public projects."""
    with writing(app) as session:
        return holders(session)


@pytest.fixture
def sit(app: Flask, chromium: Chromium) -> Iterator[Any]:
    """`sit(actor, path)` opens a page in the browser of a person, of nobody in particular for None; nothing may
    complain but the refusal."""
    pages: dict[tuple[int, date], Page] = {}
    with serving(app) as site:
        watch = Watch(site)

        def open_page(who: Actor | None, path: str) -> Page:
            number = int(who.id or 0) if who is not None else 0
            # Nobody stays signed in for days: when the clock has moved, everybody comes with a new browser.
            key = number, beijing_day(datetime.now(UTC))
            if key not in pages:
                context = chromium.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
                context.add_init_script(REPORTER)
                if who is not None:
                    token = people.session_token(app, number)
                    context.add_cookies([{"name": COOKIE, "value": token, "url": site}])
                pages[key] = context.new_page()
                watch.follow(pages[key])
            pages[key].goto(site + path)
            return pages[key]

        yield open_page
        for page in pages.values():
            page.context.close()
    assert [text for text in watch.complaints if REFUSED not in text] == []


def ask(page: Page, on: str = "2026-11-24", **fields: str) -> None:
    """Type a request and send it."""
    for name, value in fields.items():
        control = page.locator(f"[name='f-{name}']")
        if control.evaluate("each => each.tagName") == "SELECT":
            control.select_option(value)
        elif control.get_attribute("type") == "checkbox":
            control.check()
        else:
            control.fill(value)
    page.fill("[name=effective_on]", on)
    page.fill("[name=reason]", "演示：按变更登记通知书")
    press(page, "main button[type=submit]")
    page.wait_for_selector("text=已提交")


def agree(sit: Any, who: Actor, number: int, year: int = 2026) -> None:
    """The next desk opens the request from its queue and agrees."""
    page = sit(who, "/review/changes")
    press(page, f"text=BG-{year}-{number:04d}")
    press(page, "button:has-text('同意')")
    page.wait_for_selector(".msg--good[role=status]")


def item(app: Flask, code: str, query: str = "") -> dict[str, Any]:
    """The project as every public surface tells it, which have been compared."""
    return dict(told(app, query)["items"][code])


def units(app: Flask) -> dict[str, int]:
    """Projects by unit."""
    return {row["code"]: row["projects"] for row in told(app)["statistics"]["by_unit"] if row["projects"]}


def test_the_approved_version_is_public_at_every_moment(app: Flask, made: Holders, sit: Any) -> None:
    assert item(app, made.projects[0].code)["name"] == made.projects[0].name
    # A day after the titles: the numbers of requests hold the year.
    with time_machine.travel(LATER + timedelta(days=1)):
        renamed_moved_corrected(app, made, sit)
    with time_machine.travel(CLOSED):
        re_evaluated(app, made, sit)
    with time_machine.travel(CLOSED + timedelta(days=3)):
        revoked(app, made, sit)


def renamed_moved_corrected(app: Flask, made: Holders, sit: Any) -> None:
    """Each change is public when its last desk has agreed, and not before."""
    project, old = made.projects[0], made.projects[0].name
    code, title, new = project.code, str(made.titles[0].id), f"/review/changes/new?project={project.code}&kind="
    # Renamed: asked by the enterprise, agreed by its unit and by the bureau.
    ask(sit(made.owners[0], f"/enterprise/changes/new?kind=rename_project&project={project.id}"), name=NEW)
    agree(sit, made.district, 1)
    assert item(app, code)["name"] == old
    agree(sit, made.city, 1)
    assert item(app, code)["name"] == NEW
    # Moved to another district by the bureau, confirmed by a second person.
    before = units(app)
    ask(sit(made.city, new + "move_project"), unit="WJQ", lon="119.95", lat="31.70", system="WGS84")
    assert units(app) == before == {"TNQ": 2}
    agree(sit, made.publisher, 2)
    assert units(app) == {"TNQ": 1, "WJQ": 1}
    assert (item(app, code)["unit"], item(app, code)["division"]) == ("WJQ", "320412")
    # A figure corrected; the share follows from the counts.
    figure = {"title": title, "kpi": "operating_cost", "baseline": "382.40", "current": "200.5", "measure": "元/件"}
    shown = item(app, code)["kpis"]["operating_cost"]["value"]
    ask(sit(made.city, new + "kpi"), **figure)
    assert item(app, code)["kpis"]["operating_cost"]["value"] == shown != -47.6
    agree(sit, made.publisher, 3)
    assert item(app, code)["kpis"]["operating_cost"]["value"] == -47.6


def re_evaluated(app: Flask, made: Holders, sit: Any) -> None:
    """Two years later the title is judged again: it stays what it was, and says so once its document is in force."""
    code, both = made.projects[0].code, [project.code for project in made.projects]
    with writing(app) as session:
        call = later_call(session, CallPurpose.RE_EVALUATION)
        # The project has moved, so its form goes to the unit where it stands now.
        district = people.actor_of(people.staff(session, Role.DISTRICT_REVIEWER, "WJQ"))
        application = proposed_again(session, call, replace(made, district=district), 0, "pass")
        assert (application.unit_code, application.project_name) == ("WJQ", NEW)
    before = item(app, code)
    page = sit(made.city, f"/publications/re-evaluation?call={call.id}")
    assert NEW in page.inner_text("main")
    typed = {
        "number": "演示发〔2028〕9号",
        "announced_on": "2028-05-01",
        "title": "关于公布复核结果的通知（演示）",
        "organ": ORGAN,
    }
    for name, value in typed.items():
        page.fill(f"[name={name}]", value)
    page.click("button:has-text('提交复核')")
    page.wait_for_url(re.compile(r"/publications/\d+"))
    entered = page.url.removeprefix(page.url.split("/publications")[0])
    assert RETAINED not in sit(None, f"/projects/{code}").inner_text("main")
    page = sit(made.publisher, entered)
    press(page, "button:has-text('确认生效')")
    page.wait_for_selector("text=已经生效")
    page = sit(None, f"/projects/{code}")
    assert RETAINED in page.inner_text("main")
    # What counts as valid and what was ever awarded both keep it, everywhere, and its entry is what it was.
    for found in (told(app), told(app, EVER)):
        assert (found["codes"], found["statistics"]["recognitions"]) == (both, 2)
        assert {**found["items"][code], "updated_at": None} == {**before, "updated_at": None}
    listed = Browser(app).get("/projects").text()
    assert all(each in listed for each in (NEW, made.projects[1].name))
    assert [cells[1:] for cells in Browser(app).get("/").rows() if cells[0] == "市级示范智能车间"] == [["2", "2"]]


def revoked(app: Flask, made: Holders, sit: Any) -> None:
    """Revoked by a document: what is valid drops it, what was ever awarded keeps it, and the waiting time begins."""
    project, old, day = made.projects[0], made.projects[0].name, "2028-05-04"
    code, title = project.code, str(made.titles[0].id)
    document = {"number": "演示发〔2028〕30号", "announced_on": day, "organ": ORGAN}
    ask(
        sit(made.city, f"/review/changes/new?project={code}&kind=end_titles"), day,
        titles=title, outcome="revoked", cause="fraud",
        document_title="关于撤销部分认定的通知（演示）", **document,
    )  # fmt: skip
    assert code in told(app)["codes"]
    agree(sit, made.publisher, 1, year=2028)
    assert told(app)["codes"] == [made.projects[1].code]
    assert sorted(told(app, EVER)["codes"]) == sorted([code, made.projects[1].code])
    # Old name, old address: both still lead here.
    page = sit(None, f"/projects?q={old}&{EVER}")
    page.click(f"main >> text={NEW}")
    page.wait_for_url(f"**/projects/{code}")
    text = page.inner_text("main")
    for words in ("这个项目的认定已撤销", f"{old} → {NEW}", "天宁区 → 武进区", "更正指标 · 车间生产运营成本", RETAINED):
        assert words in text
    # Within the waiting time a new application is refused, and the rule is quoted.
    with writing(app) as session:
        window = {"opens_at": AGAIN, "closes_at": CLOSED + timedelta(days=30)}
        call = open_call(session, year=2029, rules=rules_without_files(cool_down_years=1), **window).id
    page = sit(None, f"/calls/{call}/check?enterprise=演示企业甲1有限公司")
    assert RULE in page.inner_text("main")
    page = sit(made.owners[0], f"/enterprise/begin?call={call}")
    press(page, "main button[type=submit]")
    assert RULE in page.inner_text("main")
