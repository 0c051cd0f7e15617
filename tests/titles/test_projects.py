"""A project gets another name, another place, other facts, is merged, split or closed: every surface at once."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from registry.changes import ClosingCause
from registry.errors import Conflict, InvalidInput
from registry.models import Application, Document, Project, ProjectSearch, Recognition, VoidTitle
from registry.services.installation import initialise
from registry.services.record import merging, projects, splitting, titles
from registry.values.places import place
from tests.browser import Browser
from tests.cities import BOUNDARY
from tests.titles.makers import LATER, TODAY, Holders, holders, told, writing
from tests.titles.test_enterprises import findings


def by_unit(app: Flask) -> dict[str, int]:
    """Projects by reporting unit."""
    return {row["code"]: row["projects"] for row in told(app)["statistics"]["by_unit"] if row["projects"]}


def test_a_renamed_project_is_found_under_both_names(app: Flask) -> None:
    with writing(app) as session:
        made = holders(session, 1)
        project, old = made.projects[0], made.projects[0].name
        projects.rename(
            session, made.city, project, name="演示新产线智能车间", document="", on=date(2026, 3, 1), now=LATER
        )
    assert told(app, f"q={old}")["codes"] == told(app, "q=新产线")["codes"] == [project.code]
    item = told(app)["items"][project.code]
    assert (item["name"], item["name_former"]) == ("演示新产线智能车间", [old])
    assert item["recognitions"][0]["name_awarded"] == old
    assert f"{old}（至 2026-02-28）" in Browser(app).get(f"/projects/{project.code}").text()
    assert findings(app) == []


def test_a_project_moves_with_unit_and_division_and_both_totals_are_right(app: Flask) -> None:
    with writing(app) as session:
        made = holders(session)
        project = made.projects[0]
    assert by_unit(app) == {"TNQ": 2}
    with writing(app) as session:
        point = place(119.95, 31.70, "WGS84", BOUNDARY)
        projects.move(
            session,
            made.city,
            project,
            unit="WJQ",
            town="演示镇",
            address="演示路9号",
            point=point,
            on=TODAY,
            now=LATER,
        )
    assert by_unit(app) == {"TNQ": 1, "WJQ": 1}
    item = told(app, "unit=WJQ&division=320412")["items"][project.code]
    assert (item["lon"], item["lat"], item["precision"], item["town"]) == (119.95, 31.7, "exact", "演示镇")
    assert all(list(told(app, f"q={q}")["items"]) == [project.code] for q in ("演示镇", "yanshizhen"))
    # A record from before towns were found is brought up to date with the program.
    with writing(app) as session:
        session.execute(update(ProjectSearch).values(text=func.replace(ProjectSearch.text, "演示镇", "")))
    assert told(app, "q=演示镇")["items"] == {}
    initialise(app.extensions["registry"].engine)
    assert list(told(app, "q=演示镇")["items"]) == [project.code]
    with writing(app) as session:
        # The zone has no polygon: what it reports lies in 武进, and the sums over units stay whole.
        projects.move(session, made.city, project, unit="JKQ", town="", address="", point=None, on=TODAY, now=LATER)
    assert by_unit(app) == {"TNQ": 1, "JKQ": 1}
    item = told(app, "division=320412")["items"][project.code]
    assert (item["unit"], item["lon"], item["precision"]) == ("JKQ", None, "district")
    with writing(app) as session, pytest.raises(InvalidInput, match="没有要改的内容"):
        projects.move(session, made.city, project, unit="JKQ", town="", address="", point=None, on=TODAY, now=LATER)
    assert findings(app) == []


def test_corrected_facts_show_at_once(app: Flask) -> None:
    with writing(app) as session:
        made = holders(session, 1)
        project = made.projects[0]
        facts = {"name_short": "演示简称", "industry_code": "39", "summary": "演示：更正后的介绍。"}
        projects.correct(session, made.city, project, facts=facts, now=LATER)
        with pytest.raises(InvalidInput, match="没有要更正的"):
            projects.correct(session, made.city, project, facts=facts, now=LATER)
        with pytest.raises(InvalidInput, match="没有行业大类 99"):
            projects.correct(session, made.city, project, facts={"industry_code": "99"}, now=LATER)
    item = told(app, "industry=39&q=演示简称")["items"][project.code]
    assert (item["summary"], item["sector"]) == ("演示：更正后的介绍。", "electronics")
    assert findings(app) == []


def test_a_closed_project_says_so_and_keeps_its_title(app: Flask) -> None:
    with writing(app) as session:
        made = holders(session, 1)
        project = made.projects[0]
        projects.close(session, made.city, project, cause=ClosingCause.STOPPED, on=date(2026, 10, 1), now=LATER)
    assert told(app, "status=valid")["codes"] == [project.code]
    assert "停产（2026-10-01 起）" in Browser(app).get(f"/projects/{project.code}").text()
    assert "Production stopped (since 2026-10-01)" in Browser(app).get(f"/projects/{project.code}?lang=en").text()


def merged(app: Flask) -> tuple[Holders, str, str]:
    """Two projects of two enterprises made one. Returns the codes of survivor and other."""
    with writing(app) as session:
        made = holders(session)
        first, second = made.projects
        second.recognitions[0].year = 2025
        session.flush()
        merging.merge_projects(session, made.city, first, second, on=TODAY, now=LATER)
    return made, first.code, second.code


def test_a_merged_code_leads_to_the_survivor_everywhere(app: Flask) -> None:
    made, survivor, other = merged(app)
    browser = Browser(app)
    for path in ("/projects/{}", "/api/v1/projects/{}"):
        answer = browser.client.get(path.format(other))
        assert (answer.status_code, answer.headers["Location"]) == (301, path.format(survivor))
    assert told(app)["codes"] == [survivor]
    assert told(app, f"q={other}")["codes"] == [survivor]
    item = told(app)["items"][survivor]
    assert {title["year"] for title in item["recognitions"]} == {2026, 2025}
    assert item["name_former"] == [made.projects[1].name]
    with writing(app) as session:
        held = {application.project_id for application in session.scalars(select(Application))}
        assert held == {made.projects[0].id}
        with pytest.raises(Conflict, match=f"{other} 已并入 {survivor}"):
            projects.rename(session, made.city, made.projects[1], name="演示新名", document="", on=TODAY, now=LATER)
    assert findings(app) == []


def test_of_three_merged_projects_every_code_takes_one_step(app: Flask) -> None:
    with writing(app) as session:
        made = holders(session, 3)
        first, second, third = made.projects
        second.recognitions[0].year, third.recognitions[0].year = 2025, 2024
        session.flush()
        merging.merge_projects(session, made.city, second, first, on=TODAY, now=LATER)
        merging.merge_projects(session, made.city, third, second, on=TODAY, now=LATER)
        with pytest.raises(InvalidInput, match="它自己"):
            merging.merge_projects(session, made.city, third, third, on=TODAY, now=LATER)
        with pytest.raises(Conflict, match="已并入"):
            merging.merge_projects(session, made.city, first, third, on=TODAY, now=LATER)
    for code in (first.code, second.code):
        assert Browser(app).client.get(f"/projects/{code}").headers["Location"] == f"/projects/{third.code}"
    assert len(told(app)["items"][third.code]["recognitions"]) == 3


def test_a_title_entered_twice_becomes_void_and_two_documents_refuse(app: Flask) -> None:
    with writing(app) as session:
        made = holders(session)
        first, second = made.projects
        lost, kept = second.recognitions[0], first.recognitions[0]
        merging.merge_projects(session, made.city, first, second, on=TODAY, now=LATER)
        void = session.get_one(VoidTitle, lost.id)
        assert void.reason == f"与 {first.code} 重复登记"
        assert void.content["reports"][0]["values"] != []
        assert set(session.scalars(select(Application.recognition_id))) == {kept.id}
    assert told(app)["statistics"]["recognitions"] == 1
    assert findings(app) == []


def test_two_documents_of_one_year_are_two_workshops_until_somebody_says_otherwise(app: Flask) -> None:
    with writing(app) as session:
        made = holders(session)
        number = Document(
            number="演示发〔2026〕8号", number_key="演示发〔2026〕8号", kind="recognition", created_at=LATER
        )
        session.add(number)
        session.flush()
        made.titles[1].document_id = number.id
        session.flush()
        with pytest.raises(Conflict, match="可能是两个车间"):
            merging.merge_projects(session, made.city, *made.projects, on=TODAY, now=LATER)


def test_a_split_project_gives_each_title_to_one_of_two(app: Flask) -> None:
    made, survivor, _other = merged(app)
    with writing(app) as session:
        project = session.get_one(Project, made.projects[0].id)
        older = next(title for title in project.recognitions if title.year == 2025)
        for chosen in ([], [title.id for title in project.recognitions]):
            with pytest.raises(InvalidInput, match="至少"):
                splitting.split_project(
                    session, made.city, project, name="演示拆出车间", title_ids=chosen, on=TODAY, now=LATER
                )
        new = splitting.split_project(
            session, made.city, project, name="演示拆出车间", title_ids=[older.id], on=TODAY, now=LATER
        )
    items = told(app)["items"]
    assert [title["year"] for title in items[survivor]["recognitions"]] == [2026]
    assert [title["year"] for title in items[new.code]["recognitions"]] == [2025]
    assert items[new.code]["kpis"] != {}
    assert items[new.code]["unit"] == "TNQ"
    assert findings(app) == []


def test_a_void_title_is_in_no_count_and_the_right_one_may_take_its_place(app: Flask) -> None:
    with writing(app) as session:
        made = holders(session)
        title = made.titles[0]
        with pytest.raises(Conflict, match="登记差错作废"):
            titles.void(session, made.city, [title], reason="登记差错", now=LATER)
        session.scalars(select(Application).where(Application.recognition_id == title.id)).one()
        other = made.titles[1]
        titles.correct(session, made.city, other, year=2025, name_awarded="演示更正名称", now=LATER)
        with pytest.raises(InvalidInput, match="没有要更正的"):
            titles.correct(session, made.city, other, year=2025, now=LATER)
        assert session.get_one(Recognition, other.id).year == 2025
    assert told(app, "year=2025")["items"][made.projects[1].code]["recognitions"][0]["name_awarded"] == "演示更正名称"
