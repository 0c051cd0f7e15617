"""An enterprise asks for a case story: the city agrees, the public reads it on the page of the project."""

from __future__ import annotations

from flask import Flask

from registry.models import ProjectStory
from tests.browser import Browser
from tests.people import signed_in
from tests.titles.makers import Holders, holders, writing
from tests.titles.test_requests import browser, send, step

TITLE, TEXT = "一条产线怎样少停机", "演示：把设备数据接进系统，停机少了。\n第二段。"


def test_a_story_is_public_once_the_city_agrees(app: Flask) -> None:
    with writing(app) as session:
        made: Holders = holders(session, 1)
    project = made.projects[0]
    owner, city = signed_in(app, made.owners[0].id or 0), browser(app, made.city)
    listed = owner.get("/enterprise/changes")
    assert f"/enterprise/changes/new?kind=story&project={project.id}" in listed.links().values()
    path = f"/enterprise/changes/new?kind=story&project={project.id}"
    empty = send(owner, path, 422, **{"f-headline": "", "f-text": TEXT})
    assert "没有填写" in empty.errors_shown[0]
    assert TEXT.splitlines()[0] in empty.source
    send(owner, path, **{"f-headline": TITLE, "f-text": TEXT})
    assert TITLE not in Browser(app).get(f"/projects/{project.code}").text()
    shown = city.get("/review/changes/1")
    assert TITLE in shown.text()
    step(city, "agree")
    page = Browser(app).get(f"/projects/{project.code}").text()
    assert TITLE in page
    assert "第二段。" in page
    with writing(app) as session:
        assert session.query(ProjectStory).one().released_by == made.city.id
