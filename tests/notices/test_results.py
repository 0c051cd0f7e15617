"""Who may know a score and a rank, and from when: the bureau at once, the unit after the decision, the applicant never."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from registry.application_form.score_sheet import COMMENT
from registry.models import Account, Application
from registry.permissions import Actor
from registry.services.evaluation import sheets, timing
from registry.services.notices import opening, preparing
from registry.services.recognition import confirming, entering
from registry.terms import Action, Role
from tests import applicants, people
from tests.applicants import NOW, StepInput
from tests.evaluation import makers
from tests.evaluation.makers import Round, rows_of, typed
from tests.notices.makers import OPENED, OVER, TEXT
from tests.people import signed_in
from tests.recognition.makers import DOCUMENT
from tests.titles.makers import writing

pytestmark = pytest.mark.slow

SCORE, RANK, SHEET, WHY = "81.00 分", "组内第 1 名", "82.5", "机密总体意见"
"""What the bureau reads of the first application, and what stands on a single sheet of it."""


@dataclass
class Town:
    """A scored call with a public notice of two applications, and the people who ask about the first."""

    app: Flask
    round: Round
    other_unit: Actor

    @property
    def key(self) -> int:
        return self.round.applications[0]

    def case(self, who: Actor, now: datetime, *, status: int = 200) -> str:
        with time_machine.travel(now, tick=False):
            page = signed_in(self.app, who.id or 0).get(f"/review/{self.key}", status=status)
            return page.text()

    def applicant(self, now: datetime) -> str:
        """All that the enterprise is told: its pages, its messages, its print."""
        with time_machine.travel(now, tick=False):
            browser = signed_in(self.app, self.round.casts[0].clerk.id or 0)
            own = f"/enterprise/applications/{self.key}"
            return "\n".join(browser.get(path).source for path in ("/enterprise", own, f"{own}/print", "/inbox"))


@pytest.fixture
def town(make_app: Callable[..., Flask], sqlite_url: str) -> Town:
    app = make_app(sqlite_url)
    with time_machine.travel(NOW, tick=False), writing(app) as session:
        made = makers.build(session, applications=2, experts=3, given=makers.rules(notice_days=5))
        panel = makers.panel(session, made)
        for expert in made.experts:
            session.get_one(Account, expert.id).name = "机密专家"
        for key, totals in zip(made.applications, (("80", "80.5", SHEET), ("60", "61", "62")), strict=True):
            for row, total in zip(rows_of(session, key), totals, strict=True):
                _score(session, made, row.id, makers.actor_for(made, row), total)
        timing.close(session, made.city, panel.id, seen_version=panel.version, now=NOW)
        other = people.actor_of(people.staff(session, Role.DISTRICT_REVIEWER, "WJQ"))
    return Town(app, made, other)


def _score(session: Session, made: Round, seat: int, who: Actor, total: str) -> None:
    row = sheets.clear(session, who, seat, now=NOW)
    saved = sheets.save(session, who, seat, typed(total) | {COMMENT: WHY}, seen_version=row.version, now=NOW)
    sheets.submit(session, who, seat, seen_version=saved.version, now=NOW)


def unit_reads(town: Town, now: datetime) -> bool:
    """Whether the unit reads the result; the bureau always does, and sheets and names stay where they are."""
    district = town.round.casts[0].district
    for bureau in (town.round.city, town.round.publisher):
        assert f"{SCORE}，{RANK}" in town.case(bureau, now)
    told = {"unit": town.case(district, now), "applicant": town.applicant(now)}
    assert "组内第" not in told["applicant"]
    assert "81.00" not in told["applicant"]
    for text in told.values():
        for secret in (SHEET, WHY, "机密专家", "演示一组"):
            assert secret not in text
    town.case(town.other_unit, now, status=404)
    assert ("81.00" in told["unit"]) is (f"{SCORE}，{RANK}" in told["unit"])
    return "81.00" in told["unit"]


def test_a_unit_reads_the_result_of_its_own_applications_once_they_are_decided(town: Town) -> None:
    made = town.round
    assert not unit_reads(town, NOW)
    with time_machine.travel(OPENED, tick=False), writing(town.app) as session:
        applicants.step(session, session.get_one(Application, town.key), made.city, Action.PROPOSE, now=OPENED)
    assert not unit_reads(town, OPENED)
    with time_machine.travel(OPENED, tick=False), writing(town.app) as session:
        notice = preparing.prepare(session, made.city, made.call, TEXT, {town.key: ""}, now=OPENED)
        opening.open_notice(session, made.publisher, notice.id, seen_version=notice.version, now=OPENED)
    assert not unit_reads(town, OPENED)
    with time_machine.travel(OVER, tick=False), writing(town.app) as session:
        document = entering.prepare(session, made.city, made.call, DOCUMENT, now=OVER)
        confirming.confirm(session, made.publisher, document.id, seen_version=document.version, now=OVER)
    assert unit_reads(town, OVER)


def test_a_refused_applicant_reads_decision_and_message_and_no_figure(town: Town) -> None:
    with time_machine.travel(OPENED, tick=False), writing(town.app) as session:
        given = StepInput(message="未达到本次认定的要求。")
        applicants.step(
            session, session.get_one(Application, town.key), town.round.city, Action.REJECT, given, now=OPENED
        )
    assert unit_reads(town, OPENED)
    assert "未达到本次认定的要求。" in town.applicant(OPENED)
