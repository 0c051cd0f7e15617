"""The city of one round: who takes part, their browsers on days that are set, and what outsiders may not read."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import time_machine
from flask import Flask
from openpyxl import load_workbook
from playwright.sync_api import APIResponse, BrowserContext, Page
from playwright.sync_api import Browser as Chromium
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Application, Assignment
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
from tests.journeys.conftest import REPORTER, Watch

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
RULED = "73.5"
SECRET = re.compile(
    "机密|13812345678|"
    + "|".join(rf"(?<![\d.]){re.escape(total)}(?!\d)" for row in (*TOTALS, (RULED,)) for total in row)
)
"""Names and employers of experts, their reasons, the objectors, and every total."""
NOTICE, DOCUMENT = "2026年示范智能车间拟认定名单公示（演示）", "演示工信发〔2026〕7号"
OPEN = (
    "/notices", "/notices/1", "/notices/1.xlsx", "/notices/1/object", "/api/v1/notices/1", "/feed.xml?kind=notice",
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
        self.refused: set[tuple[str, str]] = set()

    def page(self, name: str, path: str, *, width: int = 1366, height: int = 768) -> Page:
        """A page that is opened by one of the people, by an expert's account or by the public ("")."""
        if name not in self.contexts:
            context = self.chromium.new_context(locale="zh-CN", viewport={"width": width, "height": height})
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

    def asked_by_outsiders(self) -> set[str]:
        """The public, and the enterprise that is objected to, ask for all that was opened and for what is theirs:
        nothing tells them a secret. Returns what the public was given."""
        own = [f"/enterprise/applications/{key}" for key in self.made.applications]
        given = set()
        for name in ("clerk 0", ""):
            self.page(name, "/enterprise" if name else "/")
            asked = self.seen.union(OPEN, own, ["/inbox"])
            for path in sorted(path for path in asked if (name, path) not in self.refused):
                answer = self.contexts[name].request.get(self.site + path, max_redirects=0)
                assert answer.status < 500, (name, path)
                if answer.status == 403 or "/sign-in" in answer.headers.get("location", ""):
                    # What a role may not open stays closed on every day, so it is asked once.
                    self.refused.add((name, path))
                text = text_of(answer)
                found = [text[max(0, match.start() - 60) : match.end() + 20] for match in SECRET.finditer(text)]
                assert found == [], f"{name or 'the public'} reads secrets at {path}: {found}"
                if name and path in own:
                    assert answer.status == (200 if path == own[0] else 404), "an enterprise has its own application"
                if answer.status == 200 and not name:
                    given.add(path)
        return given


def text_of(answer: APIResponse) -> str:
    """What can be read in an answer, workbooks cell by cell."""
    if "spreadsheet" not in answer.headers.get("content-type", ""):
        return answer.text()
    book = load_workbook(io.BytesIO(answer.body()))
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
