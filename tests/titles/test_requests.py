"""Requests from page to record: asked, seen side by side, agreed desk by desk; public only when in force."""

from __future__ import annotations

import io
import itertools
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from registry.changes import CHANGES, ChangeAction, ChangeKind, ChangeState, Desk, possible
from registry.errors import NotAllowed
from registry.models import ChangeRequest, Event, Message, Recognition
from registry.services.demo.words import demo_code
from registry.services.record import projects
from registry.services.titles import requests, steps
from registry.services.titles.requests import Asking
from registry.terms import Role
from tests import people
from tests.browser import Browser, Page
from tests.people import signed_in
from tests.titles.makers import LATER, TODAY, Holders, holders, told, writing
from tests.titles.test_enterprises import findings
from tests.uploads import samples

NEW = "演示乙新材料有限公司"


@pytest.fixture
def made(app: Flask) -> Holders:
    """Two enterprises with a public project each."""
    with writing(app) as session:
        return holders(session)


def browser(app: Flask, actor: Any) -> Browser:
    """A browser of a person."""
    return signed_in(app, actor.id)


def scan() -> tuple[io.BytesIO, str]:
    """A scanned licence."""
    return io.BytesIO(samples.pdf()), "变更登记通知书.pdf"


def send(asking: Browser, path: str, status: int = 303, **fields: Any) -> Page:
    """Fill the form at an address in and send it; the page that comes of it."""
    common = {"effective_on": "2026-05-12", "reason": "按变更登记通知书"}
    return asking.submit(asking.get(path), common | fields, status=status)


def step(desk: Browser, action: str, answer: str = "", *, number: int = 1, status: int = 303) -> Page:
    """Press a button of a request; the page that comes of it."""
    home = "enterprise" if action == "withdraw" else "review"
    page = desk.get(f"/{home}/changes/{number}")
    return desk.submit(page, {"answer": answer} if answer else {}, action=f"/{action}", status=status)


def test_an_enterprise_is_renamed_by_three_desks_and_public_only_at_the_end(app: Flask, made: Holders) -> None:
    owner, code = browser(app, made.owners[0]), made.projects[0].code
    answer = send(
        owner, "/enterprise/changes/new?kind=rename_enterprise", **{"f-name": NEW, "f-simple": "1", "file": scan()}
    )
    assert answer.status == 200
    assert "待板块核对" in answer.text()
    assert told(app)["items"][code]["enterprise"]["name"] == "演示企业甲1有限公司"
    for actor, state in ((made.district, "待市局决定"), (made.city, "待复核生效"), (made.publisher, "已生效")):
        desk = browser(app, actor)
        listed = desk.get("/review/changes")
        assert [row[:3] for row in listed.rows()] == [["BG-2026-0001", "企业更名", "演示企业甲1有限公司"]]
        page = desk.get(listed.links()["BG-2026-0001"])
        assert ["新名称", "演示企业甲1有限公司", NEW] in page.rows()
        assert told(app)["items"][code]["enterprise"]["name"] == "演示企业甲1有限公司"
        after = desk.submit(page, {}, action="/agree", status=303)
        assert state in after.text()
    assert told(app, "q=演示企业甲1")["items"][code]["enterprise"]["name"] == NEW
    assert "已生效" in owner.get("/enterprise/changes").text()
    with app.extensions["registry"].read() as session:
        told_owner = session.scalars(select(Message.subject).where(Message.account_id == made.owners[0].id)).all()
        assert "BG-2026-0001 企业更名：已生效" in told_owner
        actions = session.scalars(select(Event.action).where(Event.subject_type == "change_request")).all()
        assert actions == ["change.enter", "change.agree", "change.agree", "change.agree"]
    assert findings(app) == []


def test_a_move_shows_old_and_new_and_both_totals_change_together(app: Flask, made: Holders) -> None:
    path = f"/review/changes/new?kind=move_project&project={made.projects[0].code}"
    answer = send(
        browser(app, made.city), path, **{"f-unit": "WJQ", "f-lon": "119.95", "f-lat": "31.70", "f-system": "WGS84"}
    )
    assert "待复核生效" in answer.text()
    rows = {row[0]: row[1:] for row in answer.rows()}
    assert rows["板块"] == ["天宁区", "武进区"]
    assert rows["经度"] == ["120.02", "119.95"]
    assert "镇（街道）" not in rows
    step(browser(app, made.publisher), "agree")
    counted = {row["code"]: row["projects"] for row in told(app)["statistics"]["by_division"] if row["projects"]}
    assert counted == {"320402": 1, "320412": 1}


def test_what_is_typed_wrong_is_said_at_its_field_and_nothing_is_lost(app: Flask, made: Holders) -> None:
    path = f"/enterprise/changes/new?kind=move_project&project={made.projects[0].id}"
    owner = browser(app, made.owners[0])
    answer = send(
        owner, path, 422, **{"f-unit": "WJQ", "f-lon": "31.70", "f-lat": "119.95", "f-address": "演示新路8号"}
    )
    assert (answer.status, answer.errors_shown) == (422, ["经度和纬度填反了；经度应填 119.95，纬度应填 31.7"])
    assert answer.one("input", id="f-address").get("value") == "演示新路8号"
    assert answer.one("textarea", id="reason").text == "按变更登记通知书"
    answer = send(owner, path, 422, effective_on="2027-01-01", **{"f-unit": "WJQ"})
    assert answer.status == 422
    assert "从哪一天起" in answer.errors_shown[0]
    answer = send(owner, "/enterprise/changes/new?kind=rename_enterprise", 422, **{"f-name": NEW})
    assert answer.errors_shown == ["依据的扫描件（PDF 或图片）：请上传依据的扫描件（PDF 或图片）。"]
    # The rule of the command speaks before anybody is troubled.
    path = f"/enterprise/changes/new?kind=rename_project&project={made.projects[0].id}"
    answer = send(owner, path, 422, **{"f-name": made.projects[0].name})
    assert answer.errors_shown == [f"新名称：项目现在就叫“{made.projects[0].name}”，不用更名。"]


def test_two_requests_about_the_same_are_not_open_at_once(app: Flask, made: Holders) -> None:
    path = f"/enterprise/changes/new?kind=rename_project&project={made.projects[0].id}"
    owner = browser(app, made.owners[0])
    send(owner, path, **{"f-name": "演示新产线"})
    answer = send(owner, path, 409, **{"f-name": "演示另一产线"})
    assert answer.status == 409
    assert answer.errors_shown == ["已有同样的变更申请 BG-2026-0001（待板块核对），请先办结或撤回那一份。"]
    withdrawn = step(owner, "withdraw")
    assert "已撤回" in withdrawn.text()
    assert send(owner, path, **{"f-name": "演示另一产线"}).status == 200


def test_a_returned_request_says_why_and_is_sent_again(app: Flask, made: Holders) -> None:
    owner, district = browser(app, made.owners[0]), browser(app, made.district)
    path = f"/enterprise/changes/new?kind=close_project&project={made.projects[0].id}"
    send(owner, path, **{"f-cause": "stopped"})
    empty = step(district, "return", status=422)
    assert empty.errors_shown == ["理由（对方会看到）：请写明理由，对方会看到。"]
    step(district, "return", "请写明停产日期")
    page = owner.get("/enterprise/changes/1")
    assert "请写明停产日期" in page.text()
    again = send(owner, "/enterprise/changes/1/edit", effective_on="2026-10-01", reason="10 月 1 日起停产")
    assert "待板块核对" in again.text()
    for actor in (made.district, made.city):
        step(browser(app, actor), "agree")
    assert "停产（2026-10-01 起）" in Browser(app).get(f"/projects/{made.projects[0].code}").text()


def test_a_record_that_moved_on_is_shown_in_three_columns_before_anybody_agrees(app: Flask, made: Holders) -> None:
    district, project = browser(app, made.district), made.projects[0]
    send(
        browser(app, made.owners[0]),
        f"/enterprise/changes/new?kind=rename_project&project={project.id}",
        **{"f-name": "演示新产线"},
    )
    read_before = district.get("/review/changes/1")
    with writing(app) as session:
        projects.rename(session, made.city, project, name="演示中间名称", document="", on=TODAY, now=LATER)
    refused = district.submit(read_before, {}, action="/agree", status=409)
    assert refused.status == 409
    assert ["新名称", "演示甲1智能车间", "演示中间名称 有变化", "演示新产线"] in refused.rows()
    assert "待市局决定" in district.submit(refused, {}, action="/agree", status=303).text()


def test_nobody_puts_his_own_entry_into_force_and_the_database_says_so_too(app: Flask, made: Holders) -> None:
    with writing(app) as session:
        asking = Asking(typed={"uscc": demo_code("320402", 66_666)}, reason="补登", effective_on=TODAY)
        request = requests.enter(
            session, made.city, ChangeKind.USCC, asking, enterprise_id=made.enterprises[0].id, now=LATER
        )
        assert request.state == ChangeState.DECIDED
        with pytest.raises(NotAllowed):
            steps.perform(session, made.city, request.id, ChangeAction.AGREE, seen_version=request.version, now=LATER)
    assert browser(app, made.city).get("/review/changes/1").forms() != []


@pytest.mark.parametrize("kind", list(ChangeKind))
def test_every_route_ends_with_somebody_else(kind: ChangeKind) -> None:
    change = CHANGES[kind]
    for role in (Role.ENTERPRISE, Role.DISTRICT_REVIEWER, Role.MUNICIPAL_REVIEWER):
        for has_unit in (True, False):
            desk: Desk | None = change.starts_at(role, has_unit=has_unit)
            passed = []
            while desk is not None:
                passed.append(desk)
                desk = change.after(desk)
            assert passed
            assert len(set(passed)) == len(passed)
            # Whoever entered it does not hold the last desk.
            assert not (role is Role.MUNICIPAL_REVIEWER and passed[-1] is Desk.CITY)
            assert not (role is Role.DISTRICT_REVIEWER and passed[-1] is Desk.UNIT)


MATRIX = {
    (ChangeState.SUBMITTED, Role.DISTRICT_REVIEWER),
    (ChangeState.AGREED, Role.MUNICIPAL_REVIEWER),
    (ChangeState.DECIDED, Role.PUBLISHER),
}


def test_who_decides_when() -> None:
    deciding = {ChangeAction.AGREE, ChangeAction.RETURN, ChangeAction.REFUSE}
    for state, role in itertools.product(ChangeState, [*Role, None]):
        found = set(possible(state, role, is_own=False))
        assert found == (deciding if (state, role) in MATRIX else set()), (state, role)
        own = set(possible(state, role, is_own=True))
        over = state in (ChangeState.IN_FORCE, ChangeState.REFUSED, ChangeState.WITHDRAWN, ChangeState.DRAFT)
        assert (ChangeAction.WITHDRAW in own) == (not over)
        assert (ChangeAction.RESUBMIT in own) == (state in (ChangeState.RETURNED, ChangeState.DRAFT))
        assert (ChangeAction.DROP in own) == (state is ChangeState.DRAFT)
        assert not own & deciding


def test_out_of_reach_is_out_of_sight(app: Flask, made: Holders) -> None:
    send(
        browser(app, made.owners[0]),
        f"/enterprise/changes/new?kind=rename_project&project={made.projects[0].id}",
        **{"f-name": "演示新产线"},
    )
    with writing(app) as session:
        stranger = people.actor_of(people.staff(session, Role.DISTRICT_REVIEWER, "WJQ"))
        assert session.get_one(ChangeRequest, 1).unit_code == "TNQ"
    for actor, path in (
        (made.owners[1], "/enterprise/changes/1"),
        (stranger, "/review/changes/1"),
        (stranger, f"/review/record/projects/{made.projects[0].code}"),
        (stranger, f"/review/record/enterprises/{made.enterprises[0].id}"),
        (made.owners[1], f"/enterprise/changes/new?kind=rename_project&project={made.projects[0].id}"),
    ):
        assert browser(app, actor).client.get(path).status_code == 404, path
    assert browser(app, stranger).get("/review/changes?tab=open").rows() == []
    assert browser(app, stranger).get("/review/record?q=演示企业甲1").rows() == []


def test_the_public_page_tells_what_changed_and_not_why(app: Flask, made: Holders) -> None:
    project, city, publisher = made.projects[0], browser(app, made.city), browser(app, made.publisher)
    new = "/review/changes/new?kind={}&project=" + project.code
    send(
        city,
        new.format("move_project"),
        reason="机密理由",
        **{"f-unit": "JKQ", "f-lon": "", "f-lat": "", "f-system": ""},
    )
    send(city, new.format("rename_project"), reason="机密理由", **{"f-name": "演示新产线"})
    title = str(made.titles[0].id)
    figure = {
        "f-title": title,
        "f-kpi": "operating_cost",
        "f-baseline": "382.40",
        "f-current": "200.5",
        "f-measure": "元/件",
    }
    send(city, new.format("kpi"), reason="机密理由", **figure)
    assert Browser(app).get(f"/projects/{project.code}").text().count("变更记录") == 0
    for number in (1, 2, 3):
        step(publisher, "agree", number=number)
    page = Browser(app).get(f"/projects/{project.code}")
    for line in (
        "2026-05-12 · 项目迁址 · 天宁区 → 常州经开区",
        "2026-05-12 · 项目更名 · 演示甲1智能车间 → 演示新产线",
        "2026-05-12 · 更正指标 · 车间生产运营成本",
    ):
        assert line in page.text()
    assert "机密" not in page.source
    assert "200.5" not in page.source
    # (200.5 − 382.4) / 382.4 = −47.6 %: the mean of the batch moves with it on the next request.
    assert told(app)["items"][project.code]["kpis"]["operating_cost"]["value"] == -47.6


def test_a_figure_that_contradicts_its_set_is_refused_naming_both(app: Flask, made: Holders) -> None:
    path = f"/enterprise/changes/new?kind=kpi&project={made.projects[0].id}"
    fields = {
        "f-title": str(made.titles[0].id),
        "f-kpi": "networked_equipment_count",
        "f-current": "170",
        "file": scan(),
    }
    refused = send(browser(app, made.owners[0]), path, 422, **fields)
    assert "联网" in refused.errors_shown[0]
    assert "智能" in refused.errors_shown[0]
    share = send(
        browser(app, made.owners[0]), path, 422, **(fields | {"f-kpi": "smart_equipment_rate", "file": scan()})
    )
    assert "由台数算得" in share.errors_shown[0]
    send(browser(app, made.owners[0]), path, **(fields | {"f-current": "150", "file": scan()}))
    for actor in (made.district, made.city, made.publisher):
        page = browser(app, actor).get("/review/changes/1")
        assert ["改造后（或数值）", "153", "150"] in page.rows()
        step(browser(app, actor), "agree")
    # 150 of 162 smart machines: the share follows from the counts.
    assert told(app)["items"][made.projects[0].code]["kpis"]["equipment_networking_rate"]["value"] == 92.6
    assert findings(app) == []


def test_officers_merge_and_split_from_the_upkeep_pages(app: Flask, made: Holders) -> None:
    first, second = made.projects
    with writing(app) as session:
        title = session.get_one(Recognition, made.titles[1].id)
        title.year = 2025
    city, publisher = browser(app, made.city), browser(app, made.publisher)
    found = city.get("/review/record?q=演示企业甲1").links()
    page = city.get(found[first.name])
    assert "不存在" not in page.text()
    wrong = send(city, page.links()["项目合并登记"], 422, **{"f-other": "CZ-999999"})
    assert wrong.errors_shown == ["并入的项目编号：没有编号为“CZ-999999”的项目；请照 CZ-000123 的样子填写。"]
    send(city, page.links()["项目合并登记"], **{"f-other": second.code})
    step(publisher, "agree")
    assert told(app)["codes"] == [first.code]
    assert "已并入" in city.get(f"/review/record/projects/{second.code}").text()
    split = city.get(f"/review/record/projects/{first.code}").links()["项目拆分"]
    send(city, split, **{"f-name": "演示拆出车间", "f-titles": [str(made.titles[1].id)]})
    step(publisher, "agree", number=2)
    assert told(app, "q=演示拆出车间")["codes"] == ["CZ-000003"]
    merge = city.get(f"/review/record/enterprises/{made.enterprises[0].id}").links()["企业合并登记"]
    send(city, merge, **{"f-other": made.enterprises[1].uscc or ""})
    step(publisher, "agree", number=3)
    assert Browser(app).client.get(f"/enterprises/{made.enterprises[1].id}").status_code == 301
    assert "企业合并登记 · 演示企业甲2有限公司" in Browser(app).get(f"/enterprises/{made.enterprises[0].id}").text()
    assert findings(app) == []


def test_what_no_database_takes_as_a_text_is_not_found(app: Flask, made: Holders) -> None:
    city = browser(app, made.city)
    for path in ("/projects/%00", "/projects/%00/report", "/reports/%00/x", "/review/record/projects/%00"):
        assert city.client.get(path).status_code == 404, path
    assert city.client.get("/review/changes/new?kind=correct_project&project=%00").status_code == 400
    found = city.get("/review/record?q=%25_")
    assert "没有找到" in found.text()


def test_every_page_of_changes_also_speaks_english(app: Flask, made: Holders) -> None:
    """Every form of every kind, in both languages, in front of whoever may begin it."""
    project, enterprise = made.projects[0], made.enterprises[0]
    city, owner = browser(app, made.city), browser(app, made.owners[0])
    abouts = {"enterprise": f"enterprise={enterprise.id}", "document": f"document={made.titles[0].document_id}"}
    for kind, change in CHANGES.items():
        if kind is ChangeKind.UNDO:
            continue
        about = abouts.get(change.about, f"project={project.code}")
        page = city.get(f"/review/changes/new?kind={kind.value}&{about}&lang=en")
        assert page.h1 == kind.en
        assert all(item.en in page.text() for item in change.asked), kind
        if change.by_enterprise:
            own = f"&project={project.id}" if change.about == "project" else ""
            assert owner.get(f"/enterprise/changes/new?kind={kind.value}{own}").h1 == kind.zh
    assert city.get("/review/changes?lang=en").h1 == "Changes and corrections"
    assert city.get(f"/review/record/projects/{project.code}?lang=en").text().count("Project split") == 1
