"""Before its notice opens, a proposal is known to the city and the publisher; the unit reads 审核中 as the enterprise does."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from registry.errors import NotAllowed
from registry.models import Application
from registry.services.review import steps
from registry.services.review.needs import StepInput
from registry.statuses import blurred, shown_to
from registry.terms import Action, ApplicationStatus, Role
from tests import applicants
from tests.applicants import NOW
from tests.browser import Page
from tests.review.conftest import make_desk

S = ApplicationStatus
LATER = NOW + timedelta(hours=5)
PAGES = (
    "/review?tab=all", "/review?tab=passed", "/review?tab=passed&step=checking", "/review?tab=all&due=late",
    "/review?tab=all&due=soon", "/review/1", "/review/2", "/review/today", "/review/delivery?call=1", "/review/inspections?tab=all",
)  # fmt: skip


def bare(page: Page) -> str:
    """A page without what differs in every answer (tokens) or with any saving (the version a form carries)."""
    text = page.source
    text = re.sub(r'name="csrf_token" value="[^"]*"', "", text)
    return re.sub(r'name="version" value="\d+"', "", text)


def test_a_unit_reads_the_same_before_and_after_a_proposal(app: Flask) -> None:
    desk = make_desk(app, notice_days=5)
    city, reviewer = desk.actors["city"], desk.actors["TNQ"]
    for number in (desk.add(), desk.add()):
        with desk.session() as session:
            found = session.get_one(Application, number)
            given = applicants.recommendation(found, rank=number)
            applicants.step(session, found, reviewer, Action.RECOMMEND, given)
            applicants.step(session, found, city, Action.ACCEPT)
            session.commit()
    unit, city_reads = desk.browser("TNQ"), desk.browser("city")
    before = {path: bare(unit.get(path)) for path in PAGES}
    assert "市级审核" in before["/review/1"]
    with desk.session() as session:
        version = session.get_one(Application, 1).version
        steps.perform(session, city, 1, Action.PROPOSE, seen_version=version, now=LATER)
        session.commit()
    assert {path: bare(unit.get(path)) for path in PAGES} == before
    assert "拟认定" in city_reads.get("/review/1").text()
    assert "拟认定" not in unit.get("/review/1").text()
    # Nor does a question find it, or a refusal name it.
    refused = unit.get("/review?tab=all&step=proposed", status=400)
    assert "拟认定" not in refused.text()
    with desk.session() as session:
        version = session.get_one(Application, 1).version
        given = StepInput(reason="试一下")
        with pytest.raises(NotAllowed) as caught:
            steps.perform(session, desk.actors["TNQ"], 1, Action.UNDO, seen_version=version, given=given, now=LATER)
    assert "拟认定" not in caught.value.message
    # A refusal afterwards is read as one of the city's check.
    with desk.session() as session:
        given = StepInput(message="不符合条件")
        steps.perform(session, city, 1, Action.REJECT, seen_version=version, given=given, now=LATER)
        session.commit()
    page = unit.get("/review/1")
    assert "不予认定" in page.text()
    assert "拟认定" not in page.text()


def test_an_expert_of_a_visiting_team_reads_no_proposal_either() -> None:
    informed = {role for role in Role if shown_to(role, S.PROPOSED) is S.PROPOSED}
    assert informed == {Role.MUNICIPAL_REVIEWER, Role.PUBLISHER, Role.ADMINISTRATOR, Role.AUDITOR}
    assert blurred(Role.DISTRICT_REVIEWER) == {S.CHECKING, S.PROPOSED}
    assert blurred(Role.PUBLISHER) == frozenset()
