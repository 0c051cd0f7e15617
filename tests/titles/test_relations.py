"""Neighbours of a title: entered by officers, public at once, counted nowhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from registry.models import Event, Project, ProjectLink, ProjectStory, ServiceEvent, SupplierProfile
from registry.services.record import merging
from registry.terms import ProjectType
from tests.browser import Browser, Page
from tests.people import signed_in
from tests.titles.asking import LATER, TODAY
from tests.titles.makers import Holders, holders, told, writing
from tests.titles.test_enterprises import findings
from tests.titles.test_requests import browser, send, step

HEADLINE, STORY = "一条产线怎样少停机", "演示：把设备数据接进系统，停机少了。\n第二段。"


@pytest.fixture
def app(make_app: Callable[..., Flask], sqlite_url: str) -> Flask:
    """An application on one kind of database: what is asked here is the same on both."""
    return make_app(sqlite_url)


@pytest.fixture
def made(app: Flask) -> Holders:
    """A workshop, a supplier and a zone that are public."""
    with writing(app) as session:
        found = holders(session, 3)
        for project, kind in zip(found.projects[1:], (ProjectType.SUPPLIER, ProjectType.ZONE), strict=True):
            session.get_one(Project, project.id).type = kind.value
        return found


def enter(desk: Browser, code: str, part: str, status: int = 303, **fields: object) -> Page:
    """Fill one of the forms beside a project in."""
    page = desk.get(f"/review/record/projects/{code}/relations")
    return desk.submit(page, fields, action=f"/relations/{part}", status=status)


def test_officers_enter_what_stands_beside_a_project_and_the_public_reads_it(app: Flask, made: Holders) -> None:
    workshop, supplier, zone = (project.code for project in made.projects)
    district, before = browser(app, made.district), told(app)["statistics"]
    start = district.get(f"/review/record/projects/{workshop}").links()["关联与案例"]
    assert district.get(start).h1 == "关联与案例"
    enter(district, supplier, "supplier", kinds=["software", "integration"], capabilities="演示：产线集成")
    enter(district, workshop, "link", kind="built_by", other=supplier, since="2025-01-05")
    enter(district, workshop, "link", kind="member_of", other=zone)
    enter(district, workshop, "service", service="diagnosis", held_on="2026-03-02", supplier=supplier, told="演示诊断")
    enter(district, workshop, "story", title="演示案例", text="第一段。\n第二段。")
    public = Browser(app)
    page = public.get(f"/projects/{workshop}")
    for words in ("2025-01-05 至 今", "2026-03-02 · 诊断服务", "演示诊断", "案例：演示案例", "第二段。"):
        assert words in page.text()
    assert made.projects[1].name in page.links()
    assert "系统集成、工业软件" in public.get(f"/projects/{supplier}").text()
    assert made.projects[0].name in public.get(f"/projects/{supplier}").links()
    assert "成员项目" in public.get(f"/projects/{zone}").text()
    assert public.get("/suppliers?kind=software").rows()[0][:1] == [made.projects[1].name]
    assert "没有登记这样的服务机构" in public.get("/suppliers?kind=testing").text()
    assert public.client.get("/suppliers?kind=x").status_code == 400
    assert told(app)["statistics"] == before
    with app.extensions["registry"].read() as session:
        actions = session.scalars(select(Event.action).order_by(Event.id.desc()).limit(5)).all()
        assert list(reversed(actions)) == [
            "supplier.describe", "project.link", "project.link", "service_event.add", "story.publish",
        ]  # fmt: skip
        link, story = session.scalars(select(ProjectLink.id)).first(), session.scalars(select(ProjectStory.id)).one()
    desk = f"/review/record/projects/{workshop}/relations"
    district.post(f"{desk}/link/{link}/end", {"until": "2026-05-01"}, status=303)
    district.post(f"{desk}/story/{story}/end", {}, status=303)
    page = public.get(f"/projects/{workshop}")
    assert "2025-01-05 至 2026-05-01" in page.text()
    assert "演示案例" not in page.text()
    assert findings(app) == []


def test_what_is_wrong_is_said_at_its_field(app: Flask, made: Holders) -> None:
    workshop, supplier, zone = (project.code for project in made.projects)
    city = browser(app, made.city)
    for part, fields, message in (
        ("link", {"kind": "built_by", "other": zone}, f"{zone} 是示范区，这里应填服务机构的编号。"),
        ("link", {"kind": "member_of", "other": "CZ-999999"}, "没有编号为“CZ-999999”的示范区、园区"),
        ("link", {"kind": "", "other": zone}, "请从列表中选择"),
        ("service", {"service": "visit", "held_on": ""}, "请填写活动日期"),
        ("service", {"service": "visit", "held_on": "2026-01-02", "told": ""}, "没有填写"),
        ("story", {"title": "甲", "text": "字" * 4001}, "最多 4000 个"),
    ):
        page = enter(city, workshop, part, 422, **fields)
        assert message in page.errors_shown[0], part
    enter(city, workshop, "link", kind="built_by", other=supplier, since="2026-01-01")
    assert "已经登记" in enter(city, workshop, "link", 409, kind="built_by", other=supplier).errors_shown[0]
    with app.extensions["registry"].read() as session:
        link = session.scalars(select(ProjectLink.id)).one()
    desk = f"/review/record/projects/{workshop}/relations/link/{link}/end"
    assert "早于开始的 2026-01-01" in city.post(desk, {"until": "2025-12-31"}, status=422).text
    assert (
        "不是服务机构"
        in city.post(f"/review/record/projects/{workshop}/relations/supplier", {"kinds": "software"}, status=422).text
    )


def test_a_chain_leader_is_marked_on_its_pages(app: Flask, made: Holders) -> None:
    enterprise = made.enterprises[0].id
    city = browser(app, made.city)
    path = city.get(f"/review/record/enterprises/{enterprise}").links()["链主企业"]
    city.submit(city.get(path), {"chain": "演示产业链"}, status=303)
    for page in (f"/enterprises/{enterprise}", f"/projects/{made.projects[0].code}"):
        assert "链主企业：演示产业链" in Browser(app).get(page).text()
    seen = city.get(path)
    assert "没有要更正的" in city.submit(city.get(path), {"chain": "演示产业链"}, status=422).errors_shown[0]
    city.submit(seen, {"chain": "演示另一条产业链"}, status=303)
    late = city.submit(seen, {"chain": "演示第三条产业链"}, status=409)
    assert "现在登记：演示另一条产业链" in late.text()
    city.submit(late, {}, status=303)
    city.submit(city.get(path), {"chain": "演示产业链"}, status=303)


def test_a_merged_project_hands_its_neighbours_over(app: Flask, made: Holders) -> None:
    workshop, supplier, _zone = (project.code for project in made.projects)
    city = browser(app, made.city)
    enter(city, supplier, "supplier", kinds=["software"])
    enter(city, workshop, "link", kind="built_by", other=supplier)
    enter(city, workshop, "service", service="visit", held_on="2026-03-02", supplier=supplier, told="演示观摩")
    with writing(app) as session:
        one, other = session.get_one(Project, made.projects[2].id), session.get_one(Project, made.projects[1].id)
        other.recognitions[0].year = 2019
        merging.merge_projects(session, made.city, one, other, on=TODAY, now=LATER)
        assert session.get_one(SupplierProfile, one.id).kinds == ["software"]
        assert session.scalars(select(ProjectLink.other_id)).all() == [one.id]
        assert session.scalars(select(ServiceEvent.supplier_id)).all() == [one.id]
    assert findings(app) == []


def test_a_story_is_public_once_the_city_agrees(app: Flask, made: Holders) -> None:
    """An enterprise asks for a case story: the city agrees, the public reads it on the page of the project."""
    project = made.projects[0]
    owner, city = signed_in(app, made.owners[0].id or 0), browser(app, made.city)
    listed = owner.get("/enterprise/changes")
    assert f"/enterprise/changes/new?kind=story&project={project.id}" in listed.links().values()
    path = f"/enterprise/changes/new?kind=story&project={project.id}"
    empty = send(owner, path, 422, **{"f-headline": "", "f-text": STORY})
    assert "没有填写" in empty.errors_shown[0]
    assert STORY.splitlines()[0] in empty.source
    send(owner, path, **{"f-headline": HEADLINE, "f-text": STORY})
    assert HEADLINE not in Browser(app).get(f"/projects/{project.code}").text()
    shown = city.get("/review/changes/1")
    assert HEADLINE in shown.text()
    step(city, "agree")
    page = Browser(app).get(f"/projects/{project.code}").text()
    assert HEADLINE in page
    assert "第二段。" in page
    with writing(app) as session:
        assert session.query(ProjectStory).one().released_by == made.city.id
