"""Yearly reports: who is asked, what is beside the empty fields, filed by the district, never in batch means."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form import Rules
from registry.application_form.later import is_due
from registry.changes import ClosingCause
from registry.errors import Conflict, InvalidInput, NotAllowed, NotFound
from registry.models import CallSubject, KpiReport, Project, Recognition
from registry.purposes import CallPurpose, Outcome, SubjectState
from registry.queries.applications.access import form_for
from registry.queries.applications.last_report import last_report
from registry.queries.attention.today import waiting_for
from registry.queries.calls.subjects import (
    OPEN_STATES,
    open_counts,
    state_of,
    still_open,
    subject_rows,
    to_begin,
    total,
)
from registry.queries.review.case import find_case
from registry.services.applications import drafts
from registry.services.calls import subjects
from registry.services.record import merging, projects, splitting
from registry.statuses import FINAL_STATUSES
from registry.terms import Action, ApplicationStatus, Role
from tests import people
from tests.titles.conftest import Stocks
from tests.titles.later_makers import AGAIN, CLOSED, later_call, sent, subject_at, take
from tests.titles.makers import Holders, holders, told, writing

S, State = ApplicationStatus, SubjectState
YEARLY = CallPurpose.YEARLY


@pytest.fixture
def made(stocks: Stocks) -> Holders:
    """Three enterprises with a public project each."""
    return stocks(3)[1]


@pytest.fixture
def app(stocks: Stocks, make_app: Callable[..., Flask], tmp_path: Path) -> Flask:
    """On SQLite: what differs between databases is asked once, by the way from the beginning to the end."""
    shutil.copyfile(stocks(3)[0], tmp_path / "held.db")
    return make_app(f"sqlite:///{tmp_path / 'held.db'}")


def test_a_title_is_due_when_its_interval_is_over() -> None:
    assert [is_due(2024, interval=2, year=year) for year in (2025, 2026, 2027)] == [False, True, True]
    assert (is_due(None, interval=2, year=2026), is_due(None, interval=0, year=2026)) == (False, True)


@pytest.mark.parametrize(
    ("outcome", "status", "reported", "ended", "expected"),
    [
        (None, None, False, False, State.MISSING),
        (None, S.DRAFT, False, False, State.BEGUN),
        (None, S.WITHDRAWN, False, False, State.MISSING),
        (None, S.RETURNED, False, False, State.RETURNED),
        (None, S.SUBMITTED, False, False, State.SENT),
        (None, S.FILED, False, False, State.CHECKED),
        (None, None, True, False, State.CHECKED),
        (None, None, False, True, State.EXCUSED),
        (None, S.SUBMITTED, False, True, State.SENT),
        (Outcome.EXCUSED, None, False, False, State.EXCUSED),
        (Outcome.ABSENT, S.DRAFT, False, False, State.ABSENT),
        (Outcome.FAIL, S.PROPOSED, False, False, State.CHECKED),
    ],
)
def test_where_a_project_stands(
    outcome: Outcome | None, status: S | None, reported: bool, ended: bool, expected: SubjectState
) -> None:
    assert state_of(outcome, status, reported=reported, has_ended=ended) is expected


def test_what_the_database_counts_as_open_is_what_the_rows_say(app: Flask, made: Holders) -> None:
    """Pages of officers count the open ones without reading them; both ways agree wherever a form may stand."""
    with writing(app) as session:
        call = later_call(session, YEARLY)
        application = drafts.begin(session, made.owners[0], call.id, project_id=made.projects[0].id, now=AGAIN)
        application.number = "SB-2028-9999"
        subject = session.scalars(select(CallSubject).where(CallSubject.application_id == application.id)).one()
        project = session.get_one(Project, subject.project_id)
        report = KpiReport(
            project_id=subject.project_id, kind="yearly", basis="declared", report_year=1999, created_at=AGAIN
        )
        session.add(report)
        beside: list[tuple[Outcome | None, bool, bool]] = [(each, False, False) for each in (None, *Outcome)]
        beside += [(None, True, False), (None, False, True)]
        for status, (outcome, reported, ended) in product((None, *S), beside):
            subject.application_id = None if status is None else application.id
            subject.outcome = outcome and outcome.value
            subject.decided_by, subject.reason = (made.city.id, "演示") if outcome else (None, "")
            report.report_year = call.year if reported else 2000
            project.ended_on = date(2028, 3, 1) if ended else None
            if status is not None:
                application.status = status.value
                application.return_to = "submitted" if status is S.RETURNED else None
                application.unit_code = "TNQ"
                application.recognition_id = made.titles[0].id if status is S.RECOGNISED else None
                application.decided_by = made.city.id if status in FINAL_STATUSES else None
                application.decided_at = AGAIN if status in FINAL_STATUSES else None
            rows = {row.id for row in subject_rows(session, call.id) if row.state in OPEN_STATES and not row.ended_on}
            place = (status, outcome, reported, ended)
            assert {item.row.id for item in still_open(session, YEARLY)} == rows, place
            assert [(item.call_id, item.unit, item.count) for item in open_counts(session, unit="TNQ")] == [
                (call.id, "TNQ", len(rows))
            ], place
        session.rollback()


def test_from_the_list_to_the_filed_figures(make_app: Callable[..., Flask], database_url: str) -> None:
    app = make_app(database_url)
    with writing(app) as session:
        made = holders(session, 3)
    before = told(app)["statistics"]["kpis"]
    with writing(app) as session:
        call = later_call(session, YEARLY)
        rows = subject_rows(session, call.id)
        assert [row.project_id for row in rows] == [project.id for project in made.projects]
        assert (total(rows).due, total(rows).missing) == (3, 3)
        [asked] = to_begin(session, made.owners[0].enterprise_id or 0, now=AGAIN)
        assert asked.row.project_id == made.projects[0].id
        application = drafts.begin(session, made.owners[0], call.id, project_id=made.projects[0].id, now=AGAIN)
        again = drafts.begin(session, made.owners[0], call.id, project_id=made.projects[0].id, now=AGAIN)
        assert again.id == application.id
        answers = application.answers
        assert (answers["report_year"], answers["kpi-operating_cost-baseline"]) == ("2027", "382.4")
        assert "kpi-operating_cost-current" not in answers
        last = last_report(session, application)
        assert last is not None
        assert (last.year, last.values["kpi-operating_cost-current"]) == (2025, "301.71")
        assert not drafts.may_change(application, "project_name")
        assert not drafts.may_change(application, "report_year")
        application = sent(session, call, made, **{"kpi-operating_cost-current": "290"})
        assert (application.status, application.unit_code) == ("submitted", "TNQ")
        with pytest.raises(NotAllowed):
            take(session, application, made.city, Action.FILE)
        take(session, application, made.district, Action.FILE)
        assert application.status == "filed"
        counted = total(subject_rows(session, call.id))
        assert (counted.due, counted.sent, counted.checked, counted.missing) == (3, 1, 1, 2)
        report = session.query(KpiReport).filter_by(kind="yearly").one()
        assert (report.project_id, report.report_year, report.basis) == (made.projects[0].id, 2027, "declared")
        with pytest.raises(Conflict, match=application.number or "–"):
            drafts.begin(session, made.owners[0], call.id, project_id=made.projects[0].id, now=AGAIN)
    assert told(app)["statistics"]["kpis"] == before, "figures of a year are no figures of a batch"


@pytest.mark.slow
def test_every_section_of_a_form_that_asks_little_opens(app: Flask, made: Holders) -> None:
    """A yearly report knows the place of its project from the record; a call may leave out whatever it does not need."""
    bare = Rules(second_person=False)
    opened = []
    with writing(app) as session:
        for place, (purpose, rules) in enumerate([(YEARLY, None), (CallPurpose.RE_EVALUATION, bare)]):
            call = later_call(session, purpose, rules=rules)
            begun = drafts.begin(session, made.owners[place], call.id, project_id=made.projects[place].id, now=AGAIN)
            opened.append((place, f"/enterprise/applications/{begun.id}", form_for(begun).sections))
    for place, address, sections in opened:
        browser = people.signed_in(app, made.owners[place].id or 0)
        for section in sections:
            assert section.zh in browser.get(f"{address}?section={section.value}").h1
        assert made.projects[place].name in browser.get(f"{address}/review-page").text()


def test_who_is_not_asked_cannot_begin(app: Flask, made: Holders) -> None:
    with writing(app) as session:
        projects.close(session, made.city, made.projects[2], cause=ClosingCause.STOPPED, on=date(2028, 2, 1), now=AGAIN)
        call = later_call(session, YEARLY)
        assert [row.project_id for row in subject_rows(session, call.id)] == [made.projects[0].id, made.projects[1].id]
        for project_id, error in (
            (made.projects[2].id, InvalidInput),
            (made.projects[0].id, NotFound),
            (None, InvalidInput),
        ):
            with pytest.raises(error):
                drafts.begin(session, made.owners[2], call.id, project_id=project_id, now=AGAIN)


def test_a_project_that_closed_in_march_owes_nothing(app: Flask, made: Holders) -> None:
    with writing(app) as session:
        call = later_call(session, YEARLY)
        projects.close(session, made.city, made.projects[0], cause=ClosingCause.STOPPED, on=date(2028, 3, 1), now=AGAIN)
        rows = subject_rows(session, call.id)
        assert (rows[0].state, rows[0].ended_on, total(rows).due) == (State.EXCUSED, date(2028, 3, 1), 2)
        assert to_begin(session, made.owners[0].enterprise_id or 0, now=AGAIN) == []


def test_excused_with_a_reason_absent_by_a_person_after_the_deadline(app: Flask, made: Holders) -> None:
    with writing(app) as session:
        call = later_call(session, YEARLY)
        subject = subject_at(session, call, made)

        def decide(outcome: Outcome | None, reason: str = "", now=AGAIN) -> None:  # type: ignore[no-untyped-def]
            subjects.decide(
                session, made.city, subject.id, outcome, reason=reason, seen_version=subject.version, now=now
            )

        with pytest.raises(InvalidInput, match="免予报送的原因"):
            decide(Outcome.EXCUSED)
        with pytest.raises(InvalidInput, match="还没有截止"):
            decide(Outcome.ABSENT)
        with pytest.raises(InvalidInput, match="免予报送或未参加"):
            decide(Outcome.PASS)
        decide(Outcome.EXCUSED, "搬迁中，没有全年数据")
        with pytest.raises(NotAllowed, match="搬迁中"):
            drafts.begin(session, made.owners[0], call.id, project_id=made.projects[0].id, now=AGAIN)
        with pytest.raises(Conflict, match="有改动"):
            subjects.decide(session, made.city, subject.id, None, seen_version=subject.version - 1, now=AGAIN)
        decide(None)
        decide(Outcome.ABSENT, now=CLOSED)
        assert subject_rows(session, call.id)[0].state is State.ABSENT
        assert [item.count for item in waiting_for(session, made.city, now=AGAIN)] == [], "nothing before the deadline"
        [item] = waiting_for(session, made.city, now=CLOSED)
        assert (str(item.label), item.count) == (f"逾期缺报：{call.title}", 2)
        assert (item.endpoint, item.values) == ("subjects.subjects", {"call_id": str(call.id)})
        decide(None)
        sent(session, call, made)
        with pytest.raises(Conflict, match="已经报送"):
            decide(Outcome.EXCUSED, "原因")


def test_the_pages_of_officer_and_enterprise(app: Flask, made: Holders) -> None:
    with writing(app) as session:
        officer = people.staff(session, Role.MUNICIPAL_REVIEWER)
    city, owner = people.signed_in(app, officer.id), people.signed_in(app, made.owners[0].id or 0)
    form = city.get("/admin/calls/new")
    typed = {
        "purpose": "yearly", "category": "mun_demo_smart_workshop", "year": "2026", "title": "2026年度报告（演示）",
        "document_number": "演示〔2026〕99号", "opens_at": "2026-11-01 09:00", "closes_at": "2099-04-30 17:00",
    }  # fmt: skip
    page = city.submit(form, typed)
    assert "年度报告" in page.text()
    address = page.links()["申报规则"].removesuffix("/rules")
    rules = city.get(f"{address}/rules")
    assert "各板块推荐名额" not in rules.text()
    assert "包括哪些有效认定" in rules.text()
    city.submit(rules, {"second_person": None})
    confirm = city.get(f"{address}/publish")
    assert "应报项目" in confirm.text()
    city.submit(confirm, {})
    listed = city.get(f"{address}/subjects")
    assert listed.rows()[:2] == [["天宁区", "3", "0", "0", "3", "0"], ["合计", "3", "0", "0", "3", "0"]]
    [first, *_others] = [form.get("action") or "" for form in listed.forms()]
    excused = city.submit(listed, {"reason": ""}, action=first, button=("outcome", "excused"), status=422)
    assert excused.errors_shown == ["请写明免予报送的原因，它会留在办理记录里。"]
    dashboard = owner.get("/enterprise")
    assert "要填的复核和年报" in dashboard.text()
    begun = owner.submit(dashboard, {}, action="/enterprise/begin", status=303)
    assert "演示甲1智能车间" in begun.text()
    place = owner.get(f"{begun.response.request.path}?section=place")
    assert "天宁区" in place.text()
    assert "建设地点的坐标" not in place.text(), "where the project stands is on record"
    figures = owner.get(f"{begun.response.request.path}?section=kpis")
    assert "上次（2025年）：301.71" in figures.text()
    asked = city.submit(
        listed, {"reason": "搬迁"}, action=first.replace("/1", "/2"), button=("outcome", "excused"), status=303
    )
    assert asked.rows()[1] == ["合计", "2", "0", "0", "2", "1"]
    book = load_workbook(io.BytesIO(city.raw(f"{address}/subjects.xlsx").data))
    assert [cell.value for cell in book["应报项目"][2]][1:8] == [
        "CZ-000001", "演示企业甲1有限公司", "演示甲1智能车间", "天宁区", "市级示范智能车间", 2026, "填写中",
    ]  # fmt: skip
    assert [[cell.value for cell in line] for line in book["各板块"]][-1] == ["合计", 2, 0, 0, 2, 1]


def test_a_report_goes_to_the_unit_that_the_project_moved_to(app: Flask, made: Holders) -> None:
    with writing(app) as session:
        call = later_call(session, YEARLY)
        session.get_one(Project, made.projects[0].id).unit_code = "WJQ"
        session.flush()
        application = sent(session, call, made)
        assert application.unit_code == "WJQ"
        reviewer = people.actor_of(people.staff(session, Role.DISTRICT_REVIEWER, "WJQ"))
        case = find_case(session, reviewer, application.id, now=AGAIN)
        assert case.duplicates == [], "the project is on record: its other forms are no doubles"
        with pytest.raises(NotFound):
            take(session, application, made.district, Action.FILE)
        take(session, application, reviewer, Action.FILE)


def test_a_merged_project_brings_what_it_owes_and_a_split_one_takes_it_along(app: Flask, made: Holders) -> None:
    with writing(app) as session:
        call = later_call(session, YEARLY)
        first, second, third = (session.get_one(Project, project.id) for project in made.projects)
        application = sent(session, call, made, 1)
        merging.merge_projects(session, made.city, first, second, on=date(2028, 3, 1), now=AGAIN)
        rows = subject_rows(session, call.id)
        assert [(row.project_id, row.application_id) for row in rows] == [(first.id, application.id), (third.id, None)]
        take(session, application, made.district, Action.FILE)
        assert session.query(KpiReport).filter_by(kind="yearly").one().project_id == first.id
        assert {row.recognition_id for row in rows} == {made.titles[0].id, made.titles[2].id}, (
            "entered twice, one is void"
        )
        first.recognitions.append(older(session, first))
        session.flush()
        apart = splitting.split_project(
            session,
            made.city,
            first,
            name="演示拆出车间",
            title_ids=[made.titles[0].id],
            on=date(2028, 3, 1),
            now=AGAIN,
        )
        assert {row.project_id for row in subject_rows(session, call.id)} == {apart.id, third.id}


def older(session: Session, project: Project) -> Recognition:
    """An earlier title of the same project, so that it may be split."""
    [title] = project.recognitions
    made = Recognition(
        category_code=title.category_code, year=2024, document_id=title.document_id, announced_on=title.announced_on,
        name_awarded=title.name_awarded, enterprise_awarded=title.enterprise_awarded, created_at=AGAIN,
    )  # fmt: skip
    session.add(made)
    return made
