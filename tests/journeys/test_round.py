"""The round of a call from the panel to the document: experts, an inspection, the notice, an objection, recognition.

Every address that anybody opens on the way is asked again by the public and by another enterprise: neither may read
who judged, what was given or who objects.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask
from openpyxl import load_workbook
from playwright.sync_api import APIResponse, BrowserContext, Page, expect
from playwright.sync_api import Browser as Chromium
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Application, Assignment, Inspection
from registry.permissions import Actor
from registry.queries.evaluation.facts import ACTIVE
from registry.services.calls import managing
from registry.services.evaluation import pool
from registry.services.evaluation.pool import ExpertInput
from registry.terms import BEIJING, Action, Role
from registry.terms import ApplicationStatus as S
from registry.views.accounts.identity import COOKIE
from tests import applicants, people
from tests.evaluation import makers
from tests.inspection.conftest import RULES
from tests.inspection.conftest import WHOLE as SEEN_ON_SITE
from tests.journeys.conftest import REPORTER, Watch
from tests.journeys.test_spine import press
from tests.notices.makers import FACTS
from tests.serving import serving

CHECKED = datetime(2026, 9, 10, 10, tzinfo=BEIJING)
JUDGED = datetime(2026, 9, 14, 10, tzinfo=BEIJING)
VISITED = datetime(2026, 9, 22, 10, tzinfo=BEIJING)
PREPARED = datetime(2026, 9, 29, 16, tzinfo=BEIJING)
OPENED = datetime(2026, 9, 30, 9, tzinfo=BEIJING)
MADE_UP_SATURDAY = datetime(2026, 10, 10, 15, tzinfo=BEIJING)
LAST_MINUTE = datetime(2026, 10, 12, 23, 59, tzinfo=BEIJING)
OVER = datetime(2026, 10, 13, 0, 0, tzinfo=BEIJING)
PROJECTS = ("演示齿轮箱甲车间", "演示减速机乙车间", "演示电机丙车间")
TOTALS = (("78.5", "80.5", "82.5"), ("58.5", "79.5", "91.5"), ("84.5", "86.5", "88.5"))
"""What the three experts of each application give; the second is the one they differ about."""
RULED = "76.5"
SECRET = re.compile(
    "机密|13812345678|"
    + "|".join(rf"(?<![\d.]){re.escape(total)}(?!\d)" for row in (*TOTALS, (RULED,)) for total in row)
)
"""Names and employers of experts, their reasons, the objectors, and every total."""
NOTICE, DOCUMENT = "2026年示范智能车间拟认定名单公示（演示）", "演示工信发〔2026〕7号"
OPEN = (
    "/notices", "/notices/1", "/notices/1.xlsx", "/notices/1/object", "/api/v1/notices/1", "/feeds/notices.atom",
    "/projects", "/projects.csv", "/projects.geojson", "/announcements", "/announcements/1", "/announcements/1.xlsx",
)  # fmt: skip
"""What the public is given of a round, sooner or later."""


@dataclass
class Round:
    """The city at the moment when its experts are asked: ids of the call and the applications, everybody by name."""

    call: int = 0
    applications: list[int] = field(default_factory=list)
    people: dict[str, Actor] = field(default_factory=dict)
    experts: list[int] = field(default_factory=list)


def build(session: Session) -> Round:
    """Three applications checked by the city, and a pool of five experts of whom one only chairs."""
    made = Round()
    for name, role, unit in (
        ("district", Role.DISTRICT_REVIEWER, "TNQ"),
        ("city", Role.MUNICIPAL_REVIEWER, None),
        ("publisher", Role.PUBLISHER, None),
    ):
        made.people[name] = people.actor_of(people.staff(session, role, unit))
    rules = makers.rules(notice_days=5, inspection_share=1, **RULES)
    text = managing.CallText(
        category=applicants.CATEGORY,
        year=2026,
        title="关于组织申报2026年示范智能车间的通知（演示）",
        document_number="演示〔2026〕90号",
        introduction="仅供试用。",
        opens_at=CHECKED - timedelta(days=9),
        closes_at=CHECKED + timedelta(days=2),
    )
    call = managing.create_call(session, made.people["city"], text, now=CHECKED - timedelta(days=10), rules=rules)
    managing.publish_call(session, made.people["city"], call.id, seen_version=call.version, now=call.opens_at)
    made.call = call.id
    for place, project in enumerate(PROJECTS):
        who = applicants.cast(session)
        made.people[f"clerk {place}"] = who.clerk
        found = applicants.submitted(
            session, call, who, now=CHECKED, project_name=project, lon=f"120.0{place + 2}", town=f"演示{place}街道"
        )
        given = applicants.recommendation(found)
        applicants.step(session, found, made.people["district"], Action.RECOMMEND, given, now=CHECKED)
        applicants.step(session, found, made.people["city"], Action.ACCEPT, now=CHECKED)
        made.applications.append(found.id)
    for place in range(5):
        account = people.make_account(session, Role.EXPERT)
        account.name = f"机密专家{place}"
        knows = "34" if place else "13"
        given_expert = ExpertInput(employer=f"机密大学{place}系", industries=(knows,))
        pool.enter(session, made.people["city"], account.id, given_expert, seen_version=0, now=CHECKED)
        made.experts.append(account.id)
    return made


class Town:
    """Everybody at a browser, on a day that is set."""

    def __init__(self, app: Flask, chromium: Chromium, site: str, made: Round, clock: time_machine.Coordinates) -> None:
        self.app, self.chromium, self.site, self.made, self.clock = app, chromium, site, made, clock
        self.watch = Watch(site)
        self.contexts: dict[str, BrowserContext] = {}
        self.seen: set[str] = set()

    def page(self, name: str, path: str, *, width: int = 1366, height: int = 768) -> Page:
        """A page that is opened by one of the people, by an expert's account or by the public ("")."""
        if name not in self.contexts:
            context = self.chromium.new_context(locale="zh-CN", viewport={"width": width, "height": height})
            context.set_default_timeout(8000)
            context.add_init_script(REPORTER)
            if name:
                token = people.session_token(self.app, self._account(name))
                context.add_cookies([{"name": COOKIE, "value": token, "url": self.site, "httpOnly": True}])
            page = context.new_page()
            self.watch.follow(page)
            page.on("framenavigated", lambda frame: self.seen.add(urlsplit(frame.url).path))
            self.contexts[name] = context
        page = self.contexts[name].pages[0]
        page.goto(self.site + path)
        return page

    def _account(self, name: str) -> int:
        return int(name) if name.isdigit() else int(self.made.people[name].id or 0)

    def day(self, moment: datetime) -> None:
        """Another day: everybody signs in again; what the public has open stays open."""
        for name in [name for name in self.contexts if name]:
            self.contexts.pop(name).close()
        self.clock.move_to(moment)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A look at what is stored."""
        with self.app.extensions["registry"].read() as session:
            yield session

    def statuses(self) -> list[S]:
        """Where the three applications stand."""
        with self.session() as session:
            return [S(session.get_one(Application, key).status) for key in self.made.applications]

    def seats(self, place: int) -> list[tuple[int, str]]:
        """Seat and expert of each who carries an application."""
        with self.session() as session:
            key = self.made.applications[place]
            rows = session.scalars(
                select(Assignment)
                .where(Assignment.application_id == key, Assignment.state.in_(ACTIVE))
                .order_by(Assignment.id)
            )
            return [(row.id, str(row.expert_id)) for row in rows]

    def asked_by_outsiders(self) -> None:
        """The public and two enterprises ask for all that was opened and for what is theirs, and learn nothing."""
        own = [f"/enterprise/applications/{key}" for key in self.made.applications]
        for name in ("", "clerk 0", "clerk 2"):
            self.page(name, "/enterprise" if name else "/")
            for path in sorted(self.seen.union(OPEN, own)):
                answer = self.contexts[name].request.get(self.site + path)
                assert answer.status < 500, (name, path)
                found = SECRET.search(text_of(answer))
                assert found is None, f"{name or 'the public'} reads {found} at {path}"


def text_of(answer: APIResponse) -> str:
    """What can be read in an answer, workbooks cell by cell."""
    if "spreadsheet" not in answer.headers.get("content-type", ""):
        return answer.text()
    book = load_workbook(io.BytesIO(answer.body()))
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)


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
    town.asked_by_outsiders()


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
