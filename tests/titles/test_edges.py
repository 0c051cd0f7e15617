"""Edge cases of the later life that no other module asks: names borne by others, merged codes typed again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from registry.changes import ChangeKind
from registry.errors import Conflict
from registry.models import Account, Application, Enterprise, EnterpriseHonor, Project, Recognition
from registry.services.accounts.registration import Registration, register
from registry.services.record import enterprise_merging, search_index
from tests.applicants import Cast, drafted, open_call
from tests.browser import Browser
from tests.titles.asking import LATER, TODAY, ask, done, rows
from tests.titles.makers import Holders, holders, told, writing
from tests.titles.test_enterprises import findings
from tests.titles.test_requests import browser
from tests.titles.test_undoing import RECORD


@pytest.fixture
def app(make_app: Callable[..., Flask], sqlite_url: str) -> Flask:
    """An application on one kind of database: what is asked here is the same on both."""
    return make_app(sqlite_url)


@pytest.fixture
def made(app: Flask) -> Holders:
    """Two enterprises with a public project each."""
    with writing(app) as session:
        return holders(session)


def test_28_a_name_borne_by_another_is_shown_with_both_and_asked(app: Flask, made: Holders) -> None:
    one, other = made.enterprises
    with writing(app) as session:
        request = ask(
            session, made.city, ChangeKind.RENAME_ENTERPRISE, enterprise_id=one.id,
            typed={"name": other.name, "simple": True},
        )  # fmt: skip
        number = request.id
    page = browser(app, made.publisher).get(f"/review/changes/{number}")
    assert f"“{other.name}”现在也是另一家企业（序号 {other.id}，代码 {other.uscc}）的名称" in page.text()
    assert ["新名称", one.name, other.name] in page.rows()


def test_30_into_a_zone_without_polygon_and_both_totals_add_up(app: Flask, made: Holders) -> None:
    project = made.projects[0]
    before = told(app)["statistics"]
    with writing(app) as session:
        typed = {"unit": "JKQ", "town": "", "address": "演示路1号", "lon": "", "lat": "", "system": ""}
        done(session, made, ChangeKind.MOVE_PROJECT, project_id=project.id, typed=typed)
    after = told(app)["statistics"]
    for name in ("by_unit", "by_division"):
        assert sum(row["projects"] for row in after[name]) == sum(row["projects"] for row in before[name]) == 2
    assert {row["code"]: row["projects"] for row in after["by_unit"] if row["projects"]} == {"TNQ": 1, "JKQ": 1}


def test_40_a_void_title_takes_one_from_what_was_ever_awarded(app: Flask, made: Holders) -> None:
    everything = "status=valid&status=revoked&status=expired"
    assert told(app, everything)["statistics"]["recognitions"] == 2
    with writing(app) as session:
        chosen = {"titles": [str(made.titles[0].id)]}
        done(session, made, ChangeKind.VOID_TITLES, typed=chosen)
        with pytest.raises(Exception, match="已不在登记中"):
            ask(session, made.city, ChangeKind.VOID_TITLES, typed=chosen)
    assert told(app, everything)["statistics"]["recognitions"] == 1
    assert Browser(app).client.get(f"/projects/{made.projects[0].code}").status_code == 404


def test_43_a_merged_code_typed_at_registration_means_the_survivor(app: Flask, made: Holders) -> None:
    one, other = made.enterprises
    code, name = other.uscc or "", other.name
    with writing(app) as session:
        one, other = (session.get_one(Enterprise, each.id) for each in made.enterprises)
        enterprise_merging.merge_enterprises(session, made.city, one, other, on=TODAY, now=LATER)
    with writing(app) as session:
        asked = Registration(email="late@example.com", name="演示新人", enterprise_name=name, uscc=code)
        register(session, asked, "hash", now=LATER)
        joined = session.scalars(select(Account).where(Account.email == "late@example.com")).one()
        assert (joined.enterprise_id, joined.standing, joined.claimed_name) == (one.id, "pending", "")


def test_34_what_has_ended_is_not_ended_again(app: Flask, made: Holders) -> None:
    typed = {
        "titles": [str(made.titles[0].id)], "outcome": "revoked", "number": "演示发〔2026〕30号", "announced_on": TODAY,
        "document_title": "关于撤销的通知（演示）", "organ": "演示局", "cause": "other",
    }  # fmt: skip
    with writing(app) as session:
        done(session, made, ChangeKind.END_TITLES, typed=typed)
        with pytest.raises(Conflict, match="不能再办理"):
            ask(session, made.city, ChangeKind.END_TITLES, typed=typed)


def test_43_a_list_with_a_merged_code_means_the_survivor(app: Flask, made: Holders, tmp_path: Path) -> None:
    one, other = made.enterprises
    code, name = other.uscc or "", other.name
    with writing(app) as session:
        one, other = (session.get_one(Enterprise, each.id) for each in made.enterprises)
        enterprise_merging.merge_enterprises(session, made.city, one, other, on=TODAY, now=LATER)
        before = session.query(Enterprise).count()
    row = {
        "企业名称": name, "统一社会信用代码": code, "车间/工厂名称": "演示后补车间", "类别": "市级示范智能车间",
        "批次年份": "2025", "公布文号": "演示发〔2025〕9号", "公布日期": "2025-11-20", "所属板块": "天宁区",
    }  # fmt: skip
    path = tmp_path / "list.csv"
    path.write_text("\ufeff" + ",".join(row) + "\r\n" + ",".join(row.values()) + "\r\n", encoding="utf-8")
    done = app.test_cli_runner().invoke(args=["import", "projects", str(path), "--apply"])
    assert (done.exit_code, done.output.strip().splitlines()[-1][:26]) == (0, "new=1 changed=0 unchanged="), done.output
    with writing(app) as session:
        assert session.query(Enterprise).count() == before
        added = session.query(Project).filter_by(name="演示后补车间").one()
        assert added.enterprise_id == one.id


def test_merging_two_projects_and_two_enterprises_loses_nothing_and_is_undone(app: Flask, made: Holders) -> None:
    """Titles, figures, honours, accounts and an open application: at the survivor, then back where they were."""
    with writing(app) as session:
        one, other = made.enterprises
        first, second = made.projects
        session.get_one(Recognition, made.titles[1].id).year = 2025
        for enterprise in (one, other):
            session.add(EnterpriseHonor(enterprise_id=enterprise.id, kind="演示荣誉", year=2025))
        call = open_call(session, year=2027)
        who = Cast(made.owners[1], made.owners[1], made.district, made.city, made.publisher)
        draft = drafted(session, call, who, project_name="演示在途车间")
        search_index.refresh(session, [first.id, second.id])
        session.flush()
        before = rows(session, *RECORD)
        counted = {name: len(found) for name, found in before.items()}
    public = told(app)["codes"]
    with writing(app) as session:
        joined = done(
            session, made, ChangeKind.MERGE_ENTERPRISES, enterprise_id=one.id, typed={"other": other.uscc or ""}
        )
        merged = done(session, made, ChangeKind.MERGE_PROJECTS, project_id=first.id, typed={"other": second.code})
        numbers = merged.id, joined.id
        after = {name: len(found) for name, found in rows(session, *RECORD).items()}
        kept = (
            "account",
            "application",
            "enterprise",
            "enterprise_honor",
            "kpi_report",
            "kpi_value",
            "project",
            "recognition",
        )
        # Two honours of one kind and year of what is one enterprise now are one.
        assert {name: after[name] for name in kept} == {name: counted[name] for name in kept} | {
            "enterprise_honor": counted["enterprise_honor"] - 1
        }
        assert {session.get_one(Account, owner.id).enterprise_id for owner in made.owners} == {one.id}
        assert session.get_one(Application, draft.id).enterprise_id == one.id
        assert {title.project_id for title in session.query(Recognition)} == {first.id}
    reader = Browser(app)
    for path in (f"/projects/{second.code}", f"/api/v1/projects/{second.code}", f"/enterprises/{other.id}"):
        answer = reader.client.get(path)
        assert answer.status_code == 301, path
        assert (first.code if "projects" in path else f"/enterprises/{one.id}") in answer.headers["Location"]
    assert told(app)["codes"] == [first.code]
    assert findings(app) == []
    with writing(app) as session:
        for number in numbers:
            done(session, made, ChangeKind.UNDO, request_id=number)
        assert rows(session, *RECORD) == before
    assert told(app)["codes"] == public
    assert findings(app) == []
