"""Names that look like names on record are asked about before a document comes into force."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from registry.db import make_engine, writers
from registry.errors import InvalidInput
from registry.models import Enterprise, NameDecision, Project, ProjectName, Publication, Recognition
from registry.services.recognition import alike, confirming
from tests import people
from tests.browser import Browser
from tests.recognition.makers import LATER, Batch, batch
from tests.recognition.test_pages import Office

PROJECT = "演示甲齿轮智能车间"


@pytest.fixture
def session(sqlite_url: str) -> Iterator[Session]:
    engine: Engine = make_engine(sqlite_url)
    with writers(engine)() as opened:
        yield opened
    engine.dispose()


@pytest.fixture
def light_desk(make_app: Callable[..., Flask], sqlite_url: str) -> Office:
    """Two officers at their pages."""
    app = make_app(sqlite_url)
    with app.extensions["registry"].write() as session:
        session.expire_on_commit = False
        made = batch(session, 3)
        session.commit()
    signed = [people.signed_in(app, who.id or 0) for who in (made.city, made.publisher)]
    return Office(app, made, *signed, Browser(app))


def known(session: Session, made: Batch, name: str = PROJECT) -> Project:
    """A project of the first applicant that is on record already."""
    project = Project(
        code="CZ-000900", type="workshop", name=name, name_key=name, enterprise_id=made.applications[0].enterprise_id,
        unit_code="TNQ", division_code="320402", precision="none", created_at=LATER, updated_at=LATER,
    )  # fmt: skip
    session.add(project)
    session.flush()
    return project


def prepared(session: Session, name: str = "演示甲齿轮车间") -> tuple[Batch, Project, Publication, alike.NameDoubt]:
    """A document with one application that is like a project of its enterprise, and the question about it."""
    made = batch(session, project_name=name)
    project = known(session, made)
    publication = made.prepare(session)
    [doubt] = alike.name_doubts(session, publication.id)
    return made, project, publication, doubt


def confirm(session: Session, made: Batch, publication: Publication, answers: dict[str, str]) -> None:
    confirming.confirm(
        session, made.publisher, publication.id, answers=answers, seen_version=publication.version, now=LATER
    )


def test_without_an_answer_nothing_is_written(session: Session) -> None:
    made, project, publication, doubt = prepared(session)
    assert doubt.text == f"“演示甲齿轮车间”与登记的“{PROJECT}”相近。是同一个吗？"
    assert [choice.answer for choice in doubt.choices] == [f"same:{project.id}", f"renamed:{project.id}", "other"]
    for answers in ({}, {doubt.key: "same:4711"}):
        with pytest.raises(InvalidInput, match="有 1 处名称与登记的相近"):
            confirm(session, made, publication, answers)
    assert session.scalars(select(Recognition.id)).all() == []


@pytest.mark.parametrize(
    ("word", "names", "former"),
    [("same", [PROJECT], []), ("renamed", ["演示甲齿轮车间"], [PROJECT]), ("other", [PROJECT, "演示甲齿轮车间"], [])],
)
def test_each_answer_gives_the_title_to_the_project_that_is_meant(
    session: Session, word: str, names: list[str], former: list[str]
) -> None:
    made, project, publication, doubt = prepared(session)
    [answer] = [choice.answer for choice in doubt.choices if choice.answer.startswith(word)]
    confirm(session, made, publication, {doubt.key: answer})
    assert sorted(session.scalars(select(Project.name))) == sorted(names)
    assert list(session.scalars(select(ProjectName.name))) == former
    title = session.scalars(select(Recognition)).one()
    assert title.name_awarded == "演示甲齿轮车间"
    assert (title.project_id == project.id) is (word != "other")
    # The answer lies where those of lists lie, so that no list asks again.
    decision = session.scalars(select(NameDecision)).one()
    enterprise = session.get_one(Enterprise, project.enterprise_id)
    assert (decision.kind, decision.scope, decision.key, decision.other, decision.answer) == (
        "workshop_similar", enterprise.name_key, "演示甲齿轮车间", PROJECT, word,
    )  # fmt: skip
    assert decision.decided_by == made.publisher.id


def test_what_a_list_has_decided_is_not_asked_again(session: Session) -> None:
    made, project, publication, _doubt = prepared(session)
    enterprise = session.get_one(Enterprise, project.enterprise_id)
    session.add(
        NameDecision(
            kind="workshop_similar", scope=enterprise.name_key, key="演示甲齿轮车间", other=PROJECT, answer="other",
            question="x", decided_role="publisher", decided_at=LATER,
        )
    )  # fmt: skip
    session.flush()
    assert alike.name_doubts(session, publication.id) == ()
    confirm(session, made, publication, {})
    assert len(session.scalars(select(Project.id)).all()) == 2


def test_numbers_and_former_names_are_no_doubt(session: Session) -> None:
    made = batch(session, project_name="演示甲齿轮2号车间")
    project = known(session, made, "演示甲齿轮1号车间")
    publication = made.prepare(session)
    assert alike.name_doubts(session, publication.id) == ()
    project.name = project.name_key = "演示甲齿轮2号智能车间"
    session.add(ProjectName(project_id=project.id, name="演示甲齿轮2号车间", name_key="演示甲齿轮2号车间"))
    session.flush()
    assert alike.name_doubts(session, publication.id) == ()


def test_an_enterprise_like_one_on_record_is_asked_about(session: Session) -> None:
    made = batch(session)
    name = session.get_one(Enterprise, made.applications[0].enterprise_id).name
    people.enterprise(session, name.replace("有限公司", "股份有限公司"), uscc=None)
    publication = made.prepare(session)
    [doubt] = alike.name_doubts(session, publication.id)
    assert [choice.answer for choice in doubt.choices] == ["stop", "other"]
    with pytest.raises(InvalidInput, match="请先在登记维护中合并这两家企业"):
        confirm(session, made, publication, {doubt.key: "stop"})
    confirm(session, made, publication, {doubt.key: "other"})
    assert len(session.scalars(select(Recognition.id)).all()) == 1


def test_the_page_asks_keeps_what_was_chosen_and_confirms(light_desk: Office) -> None:
    with light_desk.session() as session:
        name = light_desk.made.applications[0].project_name
        project = known(session, light_desk.made, name.replace("智能车间", "数字化车间")).id
        session.commit()
    address = f"/publications/{light_desk.prepared()}"
    assert "名称与登记的相近，复核确认时要选择" in light_desk.city.get(address).text()
    page = light_desk.publisher.get(address)
    page = light_desk.publisher.submit(page, {}, action="/confirm", status=422)
    assert "有 1 处名称与登记的相近" in page.text()
    key = f"name-workshop_similar-{light_desk.made.applications[0].id}"
    page = light_desk.publisher.submit(page, {key: f"same:{project}"}, action="/confirm", status=303)
    assert "已经生效" in page.text()
    assert name in light_desk.public.get("/projects/CZ-000900").text()
