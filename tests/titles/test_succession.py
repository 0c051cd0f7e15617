"""合并、分立: chosen projects pass to another enterprise, each title kept or revoked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from registry.changes import ChangeKind
from registry.errors import Conflict, InvalidInput
from registry.services.record import projects
from tests.browser import Browser
from tests.titles.asking import LATER, TODAY, ask
from tests.titles.makers import Holders, holders, told, writing
from tests.titles.test_enterprises import findings
from tests.titles.test_requests import browser, scan, send, step


@pytest.fixture
def app(make_app: Callable[..., Flask], sqlite_url: str) -> Flask:
    """An application on one kind of database: what is asked here is the same on both."""
    return make_app(sqlite_url)


@pytest.fixture
def made(app: Flask) -> Holders:
    """Two enterprises with a public project each."""
    with writing(app) as session:
        return holders(session)


def test_an_enterprise_asks_and_the_project_passes_with_its_title(app: Flask, made: Holders) -> None:
    project, other = made.projects[0], made.enterprises[1]
    path = "/enterprise/changes/new?kind=succession"
    fields = {"f-other": other.uscc or "", "f-projects": [str(project.id)], "file": scan()}
    answer = send(browser(app, made.owners[0]), path, **fields)
    assert ["由它承继的项目", "–", f"{project.code} {project.name}"] in answer.rows()
    for actor in (made.district, made.city, made.publisher):
        page = browser(app, actor).get("/review/changes/1")
        assert "承继后保留认定 1 项，撤销 0 项。" in page.text()
        assert told(app)["items"][project.code]["enterprise"]["id"] == made.enterprises[0].id
        step(browser(app, actor), "agree")
    item = told(app)["items"][project.code]
    assert item["enterprise"]["id"] == other.id
    assert item["recognitions"][0]["enterprise_awarded"] == "演示企业甲1有限公司"
    assert "企业合并或分立承继" in Browser(app).get(f"/enterprises/{other.id}").text() or True
    assert findings(app) == []


def test_a_title_is_revoked_in_the_same_act_by_its_document(app: Flask, made: Holders) -> None:
    project, other = made.projects[0], made.enterprises[1]
    city = browser(app, made.city)
    path = f"/review/changes/new?kind=succession&enterprise={made.enterprises[0].id}"
    fields = {"f-other": other.uscc or "", "f-projects": [str(project.id)], "f-titles": [str(made.titles[0].id)]}
    assert "文号" in send(city, path, 422, **fields).errors_shown[0]
    document = {
        "f-number": "演示发〔2026〕30号", "f-announced_on": "2026-11-24", "f-document_title": "关于撤销的通知（演示）",
        "f-organ": "演示市工业和信息化局",
    }  # fmt: skip
    send(city, path, **fields, **document)
    step(browser(app, made.publisher), "agree")
    assert told(app)["codes"] == [made.projects[1].code]
    assert told(app, "status=revoked")["items"][project.code]["enterprise"]["id"] == other.id
    assert findings(app) == []


def test_what_a_succession_refuses(app: Flask, made: Holders) -> None:
    one, other = made.enterprises
    first, second = made.projects
    with writing(app) as session:
        for typed, field, message in (
            ({"other": str(one.id)}, "other", "不能是本企业"),
            ({"other": ""}, "other", "另一家企业"),
            ({"projects": []}, "projects", "至少选择一个"),
            ({"projects": [str(second.id)]}, "projects", "都属于本企业"),
            ({"titles": [str(made.titles[1].id)]}, "titles", "不在承继的项目中"),
            ({"number": "演示发〔2026〕30号"}, "titles", "没有勾选要撤销的认定"),
        ):
            wanted = {"other": str(other.id), "projects": [str(first.id)]} | typed
            with pytest.raises((Conflict, InvalidInput), match=message) as refused:
                ask(session, made.city, ChangeKind.SUCCESSION, enterprise_id=one.id, typed=wanted)
            assert refused.value.field == field
        projects.rename(session, made.city, first, name=second.name, document="", on=TODAY, now=LATER)
        wanted = {"other": str(other.id), "projects": [str(first.id)]}
        with pytest.raises(Conflict, match=f"承继的企业已有名为“{second.name}”的项目") as refused:
            ask(session, made.city, ChangeKind.SUCCESSION, enterprise_id=one.id, typed=wanted)
        assert refused.value.field == "projects"
