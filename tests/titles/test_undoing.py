"""A merger or a split is taken back row for row, as long as nobody has changed again what it touched."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from registry.changes import ChangeKind
from registry.errors import Conflict
from registry.models import Account, Application, OtherName, Recognition
from registry.purposes import CallPurpose
from registry.queries.calls.subjects import subject_rows
from registry.services.record import projects, search_index
from registry.terms import Role
from tests import people
from tests.browser import Browser
from tests.titles.asking import LATER, TODAY, ask, done, rows
from tests.titles.later_makers import later_call, sent
from tests.titles.makers import Holders, holders, told, writing
from tests.titles.test_enterprises import findings
from tests.titles.test_requests import browser, send, step

RECORD = (
    "account", "application", "call_subject", "enterprise", "enterprise_honor", "enterprise_name", "expert_conflict",
    "former_code", "kpi_report", "kpi_value", "other_name", "project", "project_name", "project_search",
    "re_evaluation", "recognition", "void_title",
)  # fmt: skip


@pytest.fixture
def made(app: Flask) -> Holders:
    """Two enterprises with a public project each, of two years, so that they merge without doubt."""
    with writing(app) as session:
        found = holders(session)
        session.get_one(Recognition, found.titles[1].id).year = 2025
        return found


def test_a_merger_of_projects_is_undone_from_its_page_and_nothing_is_left_of_it(app: Flask, made: Holders) -> None:
    first, second = made.projects
    with writing(app) as session:
        before = rows(session, *RECORD)
    public = told(app)["codes"]
    city, publisher = browser(app, made.city), browser(app, made.publisher)
    send(city, f"/review/changes/new?kind=merge_projects&project={first.code}", **{"f-other": second.code})
    step(publisher, "agree")
    assert told(app)["codes"] == [first.code]
    page = city.get("/review/changes/1")
    form = page.links()["撤销这项变更…"]
    assert "BG-2026-0001" in city.get(form).text()
    assert "待复核生效" in send(city, form).text()
    assert told(app)["codes"] == [first.code]
    step(publisher, "agree", number=2)
    assert told(app)["codes"] == public
    assert "撤销合并或拆分 · BG-2026-0001" in Browser(app).get(f"/projects/{first.code}").text()
    assert Browser(app).client.get(f"/projects/{second.code}").status_code == 200
    with writing(app) as session:
        after = rows(session, *RECORD)
    assert after == before
    assert "撤销这项变更…" not in city.get("/review/changes/1").links()
    assert "已经撤销过" in send(city, form, 409).errors_shown[0]
    assert findings(app) == []


@pytest.mark.parametrize("has_form", [0, 1])
def test_a_merger_undone_gives_back_what_each_project_owes(app: Flask, made: Holders, has_form: int) -> None:
    with writing(app) as session:
        call = later_call(session, CallPurpose.YEARLY)
        sent(session, call, made, has_form)
        first, second = made.projects
        session.add(OtherName(project_id=second.id, kind="short", name="演示简称", name_key="演示简称"))
        search_index.refresh(session, [second.id])
        before = rows(session, *RECORD)
        merged = done(session, made, ChangeKind.MERGE_PROJECTS, project_id=first.id, typed={"other": second.code})
        assert [row.project_id for row in subject_rows(session, call.id)] == [first.id]
        done(session, made, ChangeKind.UNDO, request_id=merged.id)
        assert rows(session, *RECORD) == before
        assert [row.project_id for row in subject_rows(session, call.id)] == [first.id, second.id]


def test_a_merger_of_enterprises_gives_back_codes_names_and_people(app: Flask, made: Holders) -> None:
    with writing(app) as session:
        before = rows(session, *RECORD)
        one, other = made.enterprises
        merged = done(
            session, made, ChangeKind.MERGE_ENTERPRISES, enterprise_id=one.id, typed={"other": other.uscc or ""}
        )
        assert rows(session, "project") != {"project": before["project"]}
        # What goes on living in between is no obstacle: a new language of a person, another remark of an application.
        session.get_one(Account, made.owners[1].id).language = "en"
        joined = people.make_account(session, Role.ENTERPRISE, enterprise=one)
        done(session, made, ChangeKind.UNDO, request_id=merged.id)
        assert session.get_one(Account, made.owners[1].id).language == "en"
        assert session.get_one(Account, joined.id).enterprise_id == one.id
        session.get_one(Account, made.owners[1].id).language = "zh"
        session.delete(joined)
        assert rows(session, *RECORD) == before


def test_a_split_is_undone_and_one_that_lives_on_is_not(app: Flask, made: Holders) -> None:
    with writing(app) as session:
        first, second = made.projects
        done(session, made, ChangeKind.MERGE_PROJECTS, project_id=first.id, typed={"other": second.code})
        before = rows(session, *RECORD)
        typed = {"name": "演示拆出车间", "titles": [str(made.titles[1].id)]}
        split = done(session, made, ChangeKind.SPLIT_PROJECT, project_id=first.id, typed=typed)
        done(session, made, ChangeKind.UNDO, request_id=split.id)
        assert rows(session, *RECORD) == before
        hour = LATER + timedelta(hours=1)
        again = done(session, made, ChangeKind.SPLIT_PROJECT, project_id=first.id, typed=typed, now=hour)
        projects.correct(session, made.city, first, facts={"products": "演示产品"}, now=LATER)
        with pytest.raises(Conflict, match="之后又有改动：项目 CZ-000001"):
            ask(session, made.city, ChangeKind.UNDO, request_id=again.id)


def test_32_a_returned_application_goes_on_at_the_survivor_and_comes_back(app: Flask, made: Holders) -> None:
    """Edge case: merged while an application of the other was returned."""
    with writing(app) as session:
        first, second = made.projects
        application = session.query(Application).filter_by(project_id=second.id).one()
        merged = done(session, made, ChangeKind.MERGE_PROJECTS, project_id=first.id, typed={"other": second.code})
        session.refresh(application)
        assert application.project_id == first.id
        done(session, made, ChangeKind.UNDO, request_id=merged.id)
        session.refresh(application)
        assert application.project_id == second.id


def test_33_a_title_with_no_or_two_takers_is_refused(app: Flask, made: Holders) -> None:
    with writing(app) as session:
        first = made.projects[0]
        for titles, message in (
            ([], "至少留一项"),
            ([str(made.titles[0].id)], "至少留一项"),
            ([str(made.titles[1].id)], "已不在登记中"),
        ):
            with pytest.raises(Exception, match=message):
                ask(
                    session, made.city, ChangeKind.SPLIT_PROJECT, project_id=first.id,
                    typed={"name": "演示拆出车间", "titles": titles}, on=TODAY,
                )  # fmt: skip
