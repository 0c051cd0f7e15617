"""Every page of the site on the days around the opening and the deadline of a call, and in its last minute.

The pages are read from the route table, so that a new one is asked on each of these days as well.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from registry.permissions import HOLDERS, Actor
from registry.services.calls import waivers
from registry.terms import BEIJING, Action, CallRule, Role
from tests import applicants, people
from tests.browser import Browser, Page, check_page

DAY = timedelta(days=1)
OPENS = datetime(2026, 11, 1, 9, tzinfo=BEIJING)
CLOSES = datetime(2026, 12, 31, 17, tzinfo=BEIJING)
EXTENDED = CLOSES + 2 * DAY
MOMENTS = {
    "the day before it opens": OPENS - DAY,
    "as it opens": OPENS,
    "the day after it opened": OPENS + DAY,
    "the day before the deadline": CLOSES - DAY,
    "the morning of the last day": CLOSES.replace(hour=8),
    "the last minute": CLOSES - timedelta(seconds=30),
    "the last second": CLOSES,
    "a second late": CLOSES + timedelta(seconds=1),
    "the evening of the last day": CLOSES.replace(hour=23),
    "the day after the deadline": CLOSES + DAY,
    "the last day of the extended unit": EXTENDED.replace(hour=8),
    "the day after all": EXTENDED + DAY,
}
NEEDS = {
    "enterprise.begin": "?call={call}",
    "publications.new": "?call={call}",
    "notice_desk.new": "?call={call}",
    "place.place": "?system=WGS84&lon=120.02&lat=31.79",
    "mapdata.labels_json": "?codes=CZ-000001",
    "own_changes.new": "?kind=rename_enterprise",
    "changes.new": "?kind=rename_enterprise&enterprise={enterprise}",
}
"""What an address must be asked with."""
ONLY: dict[str, list[str]] = {
    "changes.new": ["city"],
    "re_evaluation.new": [],
    "ladder.convert": [],
    "sheet_files.sheets_xlsx": [],
    "sheet_files.files_zip": [],
    "sheet_files.archive": [],
}
"""Where not every holder of the permission may ask: an enterprise without a project belongs to no unit yet, and the
publisher confirms changes without beginning any. Here is no re-evaluation and no ladder (`tests/titles` has both), no
application has files, and none is chosen for a sheet (`tests/review`)."""


@dataclass
class Town:
    """One call, an enterprise and an application in several states, and those who work with them."""

    app: Flask
    call_id: int
    enterprise_id: int
    application_ids: list[int]
    people: dict[str, Actor]

    def browsers(self) -> dict[str, Browser]:
        """Everybody by name; the visitor is not signed in."""
        signed_in = {name: people.signed_in(self.app, actor.id or 0) for name, actor in self.people.items()}
        return {"visitor": Browser(self.app)} | signed_in

    def addresses(self, rule: Rule) -> Iterator[str]:
        """The addresses of a route that stands still or takes the number of a call or of an application."""
        if not rule.arguments:
            asked = NEEDS.get(rule.endpoint, "").format(call=self.call_id, enterprise=self.enterprise_id)
            yield rule.rule + asked
        elif rule.arguments == {"call_id"}:
            yield rule.rule.replace("<int:call_id>", str(self.call_id))
        elif rule.arguments == {"application_id"}:
            # A draft exists for nobody but its enterprise.
            keys = self.application_ids[1:] if rule.rule.startswith(("/review", "/files")) else self.application_ids
            yield from (rule.rule.replace("<int:application_id>", str(key)) for key in keys)

    def askers(self, rule: Rule) -> list[str]:
        """Who may ask for a route; what everybody may see is asked by the visitor."""
        holders = HOLDERS.get(self.app.view_functions[rule.endpoint].policy, frozenset())  # type: ignore[attr-defined]
        names = [name for name, actor in self.people.items() if actor.role in holders] or ["visitor"]
        return ONLY.get(rule.endpoint, names)


def _applications(session: Session, call: applicants.Call, who: applicants.Cast) -> list[int]:
    draft = applicants.drafted(session, call, who)
    submitted = applicants.submitted(session, call, who, project_name="演示已提交车间", lon="120.03")
    returned = applicants.submitted(session, call, who, project_name="演示退回车间", lon="120.04")
    given = applicants.StepInput(remarks={"lon": "坐标落在水面，请核对。"})
    applicants.step(session, returned, who.district, Action.RETURN, given)
    return [draft.id, submitted.id, returned.id]


@pytest.fixture
def town(make_app: Callable[..., Flask], sqlite_url: str) -> Town:
    """The call with an extension and a waiver, each page of which has something to show."""
    app = make_app(sqlite_url)
    app.extensions["registry"].files.root.mkdir(parents=True, exist_ok=True)
    with time_machine.travel(applicants.NOW, tick=False), app.extensions["registry"].write() as session:
        who = applicants.cast(session)
        call = applicants.open_call(
            session, rules=applicants.rules_without_files(per_enterprise=5), opens_at=OPENS, closes_at=CLOSES
        )
        ids = _applications(session, call, who)
        waivers.extend(
            session, who.city, call.id, unit="WJQ", closes_at=EXTENDED, reason="演示延期原因", seen_version=call.version
        )
        waivers.waive(
            session, who.city, call.id, enterprise_id=who.clerk.enterprise_id or 0, rule=CallRule.AGE,
            reason="演示豁免原因", now=applicants.NOW,
        )  # fmt: skip
        cast = {"clerk": who.clerk, "district": who.district, "city": who.city, "publisher": who.publisher}
        for role in (Role.ADMINISTRATOR, Role.AUDITOR):
            cast[role.value] = people.actor_of(people.staff(session, role))
        session.commit()
        return Town(app, call.id, who.clerk.enterprise_id or 0, ids, cast)


CALM = (
    "the day after it opened",
    "the day before the deadline",
    "the evening of the last day",
    "the day after the deadline",
)
"""Moments of which only what names the call or one of its applications is asked: the others differ by no more."""


def questions(town: Town, moment: str) -> Iterator[tuple[str, str]]:
    """(who asks, address) of everything that can be read: in both languages at one moment, at the others in either, by
    turns, so that each page is asked in both before and after the deadline."""
    turn = list(MOMENTS).index(moment)
    for number, rule in enumerate(town.app.url_map.iter_rules()):
        if "GET" in (rule.methods or ()) and (rule.arguments or moment not in CALM):
            languages = ("zh", "en") if moment == IN_CHECK else (("zh", "en")[(number + turn) % 2],)
            for address, name, language in itertools.product(town.addresses(rule), town.askers(rule), languages):
                yield name, f"{address}{'&' if '?' in address else '?'}lang={language}"


IN_CHECK = "the last minute"
"""The moment of which `make check` asks; `make test` asks all of them."""


@pytest.mark.parametrize(
    "moment", [pytest.param(name, marks=[] if name == IN_CHECK else pytest.mark.slow) for name in MOMENTS]
)
def test_every_page_answers_on_every_day(town: Town, moment: str) -> None:
    refused = []
    with time_machine.travel(MOMENTS[moment], tick=False):
        browsers = town.browsers()
        for name, address in questions(town, moment):
            with browsers[name].client.get(address, follow_redirects=True) as answer:
                is_put_out = name != "visitor" and answer.request.path == "/sign-in"
                if answer.status_code != 200 or is_put_out:
                    refused.append((name, address, answer.status_code))
                elif answer.mimetype == "text/html":
                    check_page(Page(answer), address)
    assert refused == []


UPCOMING, TODAY, EXTENSIONS, OVER = "尚未开始", "今天截止", "只有延期的板块还在受理", "已截止"
SAID = {
    "the day before it opens": UPCOMING,
    "as it opens": "还有 60 天",
    "the day after it opened": "还有 59 天",
    "the day before the deadline": "还有 1 天",
    "the morning of the last day": TODAY,
    "the last minute": TODAY,
    "the last second": TODAY,
    "a second late": EXTENSIONS,
    "the evening of the last day": EXTENSIONS,
    "the day after the deadline": EXTENSIONS,
    "the last day of the extended unit": EXTENSIONS,
    "the day after all": OVER,
}
"""What a reader is told of the days that are left."""


def test_what_is_said_of_the_days_that_are_left(town: Town) -> None:
    said = {}
    for moment, instant in MOMENTS.items():
        with time_machine.travel(instant, tick=False):
            browsers = town.browsers()
            for name, path in (
                ("visitor", "/calls/1"),
                ("city", "/admin/calls/1/extensions"),
                ("city", "/admin/calls"),
            ):
                text = browsers[name].get(path).text()
                said[moment, path] = [word for word in sorted(set(SAID.values())) if word in text]
    assert {key: words for key, words in said.items() if words != [SAID[key[0]]]} == {}


def test_a_refused_extension_is_shown_on_the_last_day(town: Town) -> None:
    with time_machine.travel(MOMENTS["the last minute"], tick=False):
        city, path = town.browsers()["city"], f"/admin/calls/{town.call_id}/extensions"
        page = city.submit(city.get(path), {"unit": "TNQ"}, action="/extensions", status=422)
        assert TODAY in page.text()
        assert page.errors_shown
