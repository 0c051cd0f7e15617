"""The life of a title in real browsers: renamed, moved, a figure corrected, then revoked; the public sees what is
approved at every moment, and a new application within the waiting time is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from registry.permissions import Actor
from registry.views.accounts.identity import COOKIE
from tests import people
from tests.applicants import open_call, rules_without_files
from tests.journeys.conftest import REPORTER, Watch, serving
from tests.titles.makers import Holders, holders, told, writing

NEW = "演示新产线智能车间"
REFUSED = "status of 422"
"""What the console says of the application that is refused."""
RULE = "市级示范智能车间被撤销后 3 年内不能申报，您于 2026-11-24 被撤销，2029-11-24 起可以申报"


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
    pages: dict[int, Page] = {}
    with serving(app) as site:
        watch = Watch(site)

        def open_page(who: Actor | None, path: str) -> Page:
            number = int(who.id or 0) if who is not None else 0
            if number not in pages:
                context = chromium.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
                context.add_init_script(REPORTER)
                if who is not None:
                    token = people.session_token(app, number)
                    context.add_cookies([{"name": COOKIE, "value": token, "url": site}])
                pages[number] = context.new_page()
                watch.follow(pages[number])
            pages[number].goto(site + path)
            return pages[number]

        yield open_page
        for page in pages.values():
            page.context.close()
    assert [text for text in watch.complaints if REFUSED not in text] == []


def ask(page: Page, **fields: str) -> None:
    """Type a request and send it."""
    for name, value in fields.items():
        control = page.locator(f"[name='f-{name}']")
        if control.evaluate("each => each.tagName") == "SELECT":
            control.select_option(value)
        elif control.get_attribute("type") == "checkbox":
            control.check()
        else:
            control.fill(value)
    page.fill("[name=effective_on]", "2026-11-24")
    page.fill("[name=reason]", "演示：按变更登记通知书")
    page.click("main button[type=submit]")
    page.wait_for_selector("text=已提交")


def agree(sit: Any, who: Actor, number: int) -> None:
    """The next desk opens the request from its queue and agrees."""
    page = sit(who, "/review/changes")
    page.click(f"text=BG-2026-{number:04d}")
    page.click("button:has-text('同意')")
    page.wait_for_selector(".msg--good[role=status]")


def item(app: Flask, code: str, query: str = "") -> dict[str, Any]:
    """The project as every public surface tells it, which have been compared."""
    return dict(told(app, query)["items"][code])


def units(app: Flask) -> dict[str, int]:
    """Projects by unit."""
    return {row["code"]: row["projects"] for row in told(app)["statistics"]["by_unit"] if row["projects"]}


def test_the_approved_version_is_public_at_every_moment(app: Flask, made: Holders, sit: Any) -> None:
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
    # Revoked by a document: what is valid drops it, what was ever awarded keeps it.
    document = {"number": "演示发〔2026〕30号", "announced_on": "2026-11-24", "organ": "演示市工业和信息化局"}
    ask(
        sit(made.city, new + "end_titles"), titles=title, outcome="revoked", cause="fraud",
        document_title="关于撤销部分认定的通知（演示）", **document,
    )  # fmt: skip
    assert code in told(app)["codes"]
    agree(sit, made.publisher, 4)
    assert told(app)["codes"] == [made.projects[1].code]
    everything = "status=valid&status=revoked&status=expired"
    assert sorted(told(app, everything)["codes"]) == sorted([code, made.projects[1].code])
    # Old name, old address: both still lead here.
    page = sit(None, f"/projects?q={old}&{everything}")
    page.click(f"main >> text={NEW}")
    page.wait_for_url(f"**/projects/{code}")
    text = page.inner_text("main")
    for words in ("这个项目的认定已撤销", f"{old} → {NEW}", "天宁区 → 武进区", "更正指标 · 车间生产运营成本"):
        assert words in text
    # Within the waiting time a new application is refused, and the rule is quoted.
    with writing(app) as session:
        call = open_call(session, year=2027, rules=rules_without_files(cool_down_years=1)).id
    page = sit(None, f"/calls/{call}/check?enterprise=演示企业甲1有限公司")
    assert RULE in page.inner_text("main")
    page = sit(made.owners[0], f"/enterprise/begin?call={call}")
    page.click("main button[type=submit]")
    page.wait_for_load_state()
    assert RULE in page.inner_text("main")
