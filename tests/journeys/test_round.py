"""The round of a call from the panel to the document: experts, an inspection, the notice, an objection, recognition.

Every address that anybody opens on the way is asked again by the public and by another enterprise: neither may read
who judged, what was given or who objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect
from sqlalchemy import select

from registry.models import Inspection
from registry.terms import ApplicationStatus as S
from tests.evaluation import makers
from tests.inspection.conftest import WHOLE as SEEN_ON_SITE
from tests.journeys.conftest import press
from tests.journeys.round_town import (
    CHECKED,
    DOCUMENT,
    JUDGED,
    LAST_MINUTE,
    MADE_UP_SATURDAY,
    NOTICE,
    OPEN,
    OPENED,
    OVER,
    PREPARED,
    PROJECTS,
    RULED,
    SECRET,
    TOTALS,
    VISITED,
    Town,
    build,
)  # fmt: skip
from tests.notices.makers import FACTS
from tests.serving import serving


@pytest.fixture
def town(make_app: Callable[..., Flask], sqlite_url: str, chromium: Chromium) -> Iterator[Town]:
    """The town on the day on which the city has checked all three; nothing may have complained at the end."""
    with time_machine.travel(CHECKED) as clock:
        app = make_app(sqlite_url)
        with app.extensions["registry"].write() as session:
            made = build(session)
            session.commit()
        with serving(app) as site:
            found = Town(app, chromium, site, made, clock)
            yield found
            for context in found.contexts.values():
                context.close()
    assert [text for text in found.watch.complaints if "status of 4" not in text] == []


def test_the_round_of_a_call(town: Town) -> None:
    town.day(JUDGED)
    panel = draw_a_panel(town)
    step_back(town)
    score(town)
    rule_on_the_spread(town, panel)
    town.day(VISITED)
    inspect(town)
    propose_in_bulk(town)
    town.asked_by_outsiders()
    town.day(PREPARED)
    prepare_the_notice(town)
    town.day(OPENED)
    open_the_notice(town)
    town.day(MADE_UP_SATURDAY)
    object_to_the_first(town, "机密异议人甲")
    town.day(LAST_MINUTE)
    object_to_the_first(town, "机密异议人乙")
    too_late(town)
    town.asked_by_outsiders()
    recognise_the_free(town)
    assert set(OPEN) - {"/notices/1/object"} <= town.asked_by_outsiders(), "what is public is there to be read"


def draw_a_panel(town: Town) -> str:
    """The city makes a panel of all three, with a chair, and draws; the address of the panel."""
    page = town.page("city", "/review/panels")
    page.get_by_role("link", name="新建评审组").first.click()
    page.get_by_label("评审组名称").fill("演示一组")
    page.get_by_label("组长").select_option(str(town.made.experts[0]))
    closes = page.get_by_label("评审截止时间")
    is_local = closes.get_attribute("type") == "datetime-local"
    closes.fill("2026-09-20T17:00" if is_local else "2026-09-20 17:00")
    for box in page.locator("[name=applications]").all():
        box.check()
    press(page, "main button:has-text('保存')")
    expect(page.get_by_role("heading", level=1)).to_have_text("演示一组")
    press(page, "button:has-text('抽取专家')")
    expect(page.locator("tbody tr")).to_have_count(3)
    assert [len(town.seats(place)) for place in range(3)] == [3, 3, 3]
    return urlsplit(page.url).path


def step_back(town: Town) -> None:
    """The first expert of the first application has a conflict; somebody else is drawn at once."""
    (seat, who), *kept = town.seats(0)
    page = town.page(who, f"/expert/{seat}")
    page.get_by_label("回避原因").fill("机密：曾任该企业顾问")
    press(page, "button:has-text('需要回避')")
    after = town.seats(0)
    assert after[:2] == kept
    assert len(after) == 3
    assert after[2][1] not in {who, *(expert for _, expert in kept)}


def score(town: Town) -> None:
    """All nine sheets; an expert sees the call's items only once there is no conflict."""
    for place in range(3):
        for (seat, who), total in zip(town.seats(place), TOTALS[place], strict=True):
            page = town.page(who, f"/expert/{seat}")
            press(page, "button:has-text('无利害关系')")
            for name, text in makers.typed(total).items():
                page.fill(f"[name={name}]", text.replace("演示理由", "机密理由"))
            expect(page.locator("[data-derived=total]")).to_have_text(total)
            press(page, "button:has-text('提交评分')")
            expect(page.locator(".msg--good")).to_contain_text("评分已提交")


def rule_on_the_spread(town: Town, panel: str) -> None:
    """The second is flagged; the chair sets its score and says why, and the city ends the round."""
    page = town.page("city", panel)
    assert SECRET.search(page.inner_text("main")), "officers read what nobody else may"
    flagged = page.locator("tbody tr", has_text="分差过大")
    expect(flagged).to_have_count(1)
    expect(flagged).to_contain_text(PROJECTS[1])
    chair = town.page(str(town.made.experts[0]), "/expert")
    chair.get_by_role("link", name="演示一组").click()
    section = chair.locator("section", has=chair.get_by_role("heading", name=PROJECTS[1]))
    section.get_by_label("另定").first.check()
    section.get_by_label("另定的分数").fill(RULED)
    section.get_by_label("理由").fill("机密裁定理由")
    press(chair, "button:has-text('裁定')")
    expect(chair.locator("main")).to_contain_text("机密裁定理由")
    page.reload()
    page.locator("summary", has_text="结束评审").click()
    press(page, "form button:has-text('结束评审')")
    expect(page.locator(".title__tier")).to_contain_text("已结束")
    expect(page.locator("tbody tr", has_text=PROJECTS[1])).to_contain_text(RULED)


def inspect(town: Town) -> None:
    """One is drawn, planned by the city, filled in on a phone by the leader of the team and signed."""
    page = town.page("city", "/review/inspections")
    press(page, "main button:has-text('抽取')")
    page.goto(f"{town.site}/review/inspections?tab=plan")
    expect(page.locator("tbody tr")).to_have_count(1)
    press(page, "tbody a:has-text('安排')")
    page.fill("[name=day]", VISITED.date().isoformat())
    for name in ("city", "district"):
        page.check(f"[name=members][value='{town.made.people[name].id}']")
    page.select_option("#lead", str(town.made.people["district"].id))
    press(page, "button:has-text('保存安排')")
    path = urlsplit(page.url).path
    phone = town.page("district", path, width=390, height=844)
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    for name, value in SEEN_ON_SITE.items():
        phone.locator(f"label:has([name='{name}'][value='{value}'])").click()
    press(phone, "button:has-text('签字')")
    expect(phone.locator(".msg--good")).to_contain_text("已签字")
    with town.session() as session:
        assert session.scalars(select(Inspection.conclusion)).all() == ["pass"]


def propose_in_bulk(town: Town) -> None:
    """The city proposes the whole batch at once."""
    page = town.page("city", "/review?tab=all")
    page.check("#pick-all")
    press(page, "button[value=propose]")
    expect(page.locator("main")).to_contain_text("可以办理 3 项，不能办理 0 项")
    press(page, "button:has-text('确认')")
    expect(page.locator("main")).to_contain_text("已办理 3 项")
    assert town.statuses() == [S.PROPOSED] * 3


def prepare_the_notice(town: Town) -> None:
    """One officer writes the notice; nobody outside knows of it yet."""
    page = town.page("city", "/review/notices")
    press(page, "main a:has-text('拟订公示')")
    expect(page.locator("[name=application]:checked")).to_have_count(3)
    page.get_by_label("公示标题").fill(NOTICE)
    page.get_by_label("公示机关").fill("演示市工业和信息化局")
    page.get_by_label("受理电话").fill("0519-85680000")
    press(page, "button:has-text('提交发布员')")
    expect(page.get_by_role("heading", level=1)).to_have_text(NOTICE)
    expect(page.get_by_role("button", name="公开公示")).to_have_count(0)
    expect(town.page("", "/notices").locator("main")).not_to_contain_text(NOTICE)


def open_the_notice(town: Town) -> None:
    """The publisher opens it: five working days over the holiday and the Saturday that is worked."""
    page = town.page("publisher", "/review/notices")
    press(page, f"main a:has-text('{NOTICE}')")
    expect(page.locator("main")).to_contain_text("公示时间为 2026-09-30 至 2026-10-12（24:00 止）")
    press(page, "button:has-text('公开公示')")
    public = town.page("", "/notices")
    press(public, f"main a:has-text('{NOTICE}')")
    expect(public.locator(".countdown")).to_contain_text("还剩 5 个工作日")
    days = [text[:5] for text in public.locator(".daybar li").all_inner_texts()]
    assert [day for day in days if day in ("09-30", "10-08", "10-09", "10-10", "10-12")] == [
        "09-30", "10-08", "10-09", "10-10", "10-12",
    ]  # fmt: skip
    assert [public.inner_text("tbody").count(project) for project in PROJECTS] == [1, 1, 1]


def write_objection(page: Page, name: str) -> None:
    """Fill in the form that the notice links to."""
    press(page, "main a:has-text('提出异议')")
    line = page.locator("#item option", has_text=PROJECTS[0]).get_attribute("value")
    page.select_option("#item", line)
    page.get_by_label("事实、理由和依据").fill(FACTS)
    page.get_by_label("真实姓名或单位全称").fill(name)
    page.get_by_label("手机或电话").fill("13812345678")


def object_to_the_first(town: Town, name: str) -> None:
    """Somebody objects by name, without an account."""
    page = town.page("", "/notices/1")
    write_objection(page, name)
    press(page, "button:has-text('提交异议')")
    expect(page.locator("main")).to_contain_text("办结之前这个项目暂缓，其他项目不受影响")
    expect(page.locator("main")).not_to_contain_text(name)


def too_late(town: Town) -> None:
    """Who began before midnight and sends after it is told so, and keeps the text."""
    page = town.page("", "/notices/1")
    expect(page.locator(".countdown")).to_contain_text("还剩 1 个工作日")
    write_objection(page, "机密异议人丙")
    town.day(OVER)
    press(page, "button:has-text('提交异议')")
    expect(page.locator("main")).to_contain_text("公示期已于 2026-10-12 24:00 结束，不再接收异议")
    expect(page.locator("main")).to_contain_text(FACTS)
    page.goto(f"{town.site}/notices/1")
    expect(page.locator("main")).to_contain_text("公示期已于 2026-10-12 结束")
    expect(page.get_by_role("link", name="提出异议", exact=True)).to_have_count(0)
    listed = town.page("city", "/review/objections")
    expect(listed.locator("tbody tr")).to_have_count(2)
    expect(listed.locator("main")).not_to_contain_text("机密异议人")


def recognise_the_free(town: Town) -> None:
    """The document takes the two that nobody objects to; the third waits, and the public sees the two at once."""
    page = town.page("city", "/publications")
    press(page, "main a:has-text('录入认定文件')")
    expect(page.locator("[name=application]:checked")).to_have_count(2)
    held = page.locator("section", has=page.get_by_role("heading", name="暂时不能认定"))
    expect(held.locator("li")).to_have_count(1)
    expect(held).to_contain_text(PROJECTS[0])
    page.fill("[name=number]", DOCUMENT)
    page.fill("[name=announced_on]", OVER.date().isoformat())
    page.fill("[name=title]", "关于公布名单的通知（演示）")
    page.fill("[name=organ]", "演示市工业和信息化局")
    press(page, "button:has-text('提交复核')")
    expect(page.get_by_role("heading", level=1)).to_have_text(DOCUMENT)
    checker = town.page("publisher", urlsplit(page.url).path)
    press(checker, "button:has-text('确认生效')")
    expect(checker.locator("main")).to_contain_text("2 项认定已公开")
    assert town.statuses() == [S.NOTICED, S.RECOGNISED, S.RECOGNISED]
    public = town.page("", "/projects")
    assert [project in public.inner_text("main") for project in PROJECTS] == [False, True, True]
    public.get_by_role("link", name=PROJECTS[1]).first.click()
    expect(public.locator("main")).to_contain_text(DOCUMENT)
