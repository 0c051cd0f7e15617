"""The officers' pages of calls: made, changed, published and excepted in the browser, nothing typed is lost."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from registry.models import Call, CallExtension
from registry.services.calls import managing
from registry.terms import Role
from tests import people
from tests.browser import Browser
from tests.calls.conftest import sign_in
from tests.calls.makers import NOW, application, enterprise, text
from tests.calls.officers import NEW, stored, value

PAGES = ("", "/edit", "/rules", "/publish", "/extensions", "/waivers")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_are_sound_in_both_languages(
    app: Flask, calls_of: dict[str, int], officer_browser: Browser, language: str
) -> None:
    pages = [f"/admin/calls/{calls_of[which]}{suffix}" for which in ("open", "draft", "closed") for suffix in PAGES]
    spoken = {
        officer_browser.get(f"{address}?lang={language}").one("html").get("lang")
        for address in ("/admin/calls", "/admin/calls/new", *pages)
    }
    assert spoken == {"zh-CN" if language == "zh" else "en"}


def test_others_have_no_way_in(app: Flask, calls_of: dict[str, int]) -> None:
    addresses = ["/admin/calls", "/admin/calls/new", *(f"/admin/calls/{calls_of['open']}{suffix}" for suffix in PAGES)]
    district = sign_in(app, Role.DISTRICT_REVIEWER, "TNQ")
    for address in addresses:
        assert "没有此项权限" in district.get(address, 403).source
    for suffix in ("/edit", "/rules", "/publish", "/extensions", "/waivers", "/extensions/TNQ/end", "/waivers/1/end"):
        district.post(f"/admin/calls/{calls_of['open']}{suffix}", {"version": "1"}, 403)
    with app.extensions["registry"].read() as session:
        assert session.scalar(select(CallExtension.reason)) is None
    administrator = sign_in(app, Role.ADMINISTRATOR)
    for address in addresses:
        administrator.get(address)
    for suffix in PAGES:
        administrator.get(f"/admin/calls/9999{suffix}", 404)


def test_a_call_is_made_changed_and_published(app: Flask, officer_browser: Browser) -> None:
    form = officer_browser.get("/admin/calls/new")
    page = officer_browser.submit(form, NEW)
    assert page.h1 == NEW["title"]
    [call_id] = [
        int(link.rsplit("/", 1)[1])
        for link in page.links().values()
        if link.startswith("/admin/calls/") and link.rsplit("/", 1)[1].isdigit()
    ][:1]
    call = stored(app, call_id)
    assert (call.state, call.document_number, call.introduction) == ("draft", "常工信〔2026〕12号", "第一段\n\n第二段")
    assert (call.opens_at.isoformat(), call.closes_at.isoformat()) == (
        "2026-05-01T01:00:00+00:00",
        "2026-05-31T09:00:00+00:00",
    )
    edit = officer_browser.get(f"/admin/calls/{call_id}/edit")
    assert value(edit, "closes_at") == "2026-05-31T17:00"
    officer_browser.submit(edit, {"closes_at": "2026年6月1日 17:00"})
    assert stored(app, call_id).closes_at.isoformat() == "2026-06-01T09:00:00+00:00"
    Browser(app).get(f"/calls/{call_id}", 404)
    confirm = officer_browser.get(f"/admin/calls/{call_id}/publish")
    assert "每家企业限报 1 项。" in confirm.source
    done = officer_browser.submit(confirm)
    assert "查看公开页" in done.links()
    assert Browser(app).get(f"/calls/{call_id}").h1 == NEW["title"]


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"closes_at": "2026-04-30T17:00"}, ["截止时间：应在开始时间之后；请更正"]),
        ({"closes_at": "2026-05-31T09:00", "opens_at": "2026-05-31T09:00"}, ["截止时间：应在开始时间之后；请更正"]),
        (
            {"opens_at": "五月一日", "closes_at": "2026-02-30 17:00"},
            [
                "开始时间：“五月一日”不是日期和时刻；请写成 2026-05-31 17:00 的样子",
                "截止时间：“2026-02-30 17:00”没有这个时刻；请核对年、月、日和时、分",
            ],
        ),
        ({"closes_at": ""}, ["截止时间：请填写截止时间"]),
        ({"closes_at": "2026-05-31"}, ["截止时间：“2026-05-31”不是日期和时刻；请写成 2026-05-31 17:00 的样子"]),
        ({"year": "26"}, ["年度：“26”不合要求；请填 2010 到 2100 的整数"]),
        ({"title": ""}, ["标题：请填写标题"]),
        ({"title": "长" * 201}, ["标题：有 201 个字，最多 200 个；请缩短"]),
        ({"category": ""}, ["类别：没有选择类别；请选择"]),
        ({"category": "no_such"}, ["类别：没有选择类别；请选择"]),
        ({"document_number": "12号"}, ["文号：写法应如 某工信〔2026〕12号；请更正"]),
        (
            {"document_number": "x", "closes_at": "2026-04-30T17:00", "category": "mun_smart_mfg_zone", "year": "2020"},
            [
                "类别：市智能制造示范区只在 2021– 年设立；请改选类别或年度",
                "文号：写法应如 某工信〔2026〕12号；请更正",
                "截止时间：应在开始时间之后；请更正",
            ],
        ),
    ],
)  # fmt: skip
def test_errors_are_all_said_and_nothing_typed_is_lost(
    app: Flask, officer_browser: Browser, changes: dict[str, str], sentences: list[str]
) -> None:
    typed = NEW | changes
    answer = officer_browser.submit(officer_browser.get("/admin/calls/new"), typed, status=422)
    assert answer.errors_shown == sentences
    for name in ("year", "title", "document_number", "opens_at", "closes_at", "introduction"):
        assert value(answer, name).strip() == typed[name], name
    with app.extensions["registry"].read() as session:
        assert session.scalars(select(Call)).all() == []


def test_the_second_officer_loses_nothing_and_sees_what_changed(
    app: Flask, calls_of: dict[str, int], officer_browser: Browser
) -> None:
    mine = officer_browser.get(f"/admin/calls/{calls_of['open']}/edit")
    other = sign_in(app, Role.ADMINISTRATOR)
    other.submit(other.get(f"/admin/calls/{calls_of['open']}/edit"), {"title": "别人改的标题"})
    answer = officer_browser.submit(mine, {"title": "我改的标题", "introduction": "我写的说明"}, status=409)
    assert answer.errors_shown == ["这个通知已被他人更新：05-20 09:30 改了标题。请核对后再保存，您填写的内容都还在。"]
    assert (value(answer, "title"), value(answer, "introduction").strip()) == ("我改的标题", "我写的说明")
    assert "现在保存的是：别人改的标题" in answer.source
    assert stored(app, calls_of["open"]).title == "别人改的标题"
    officer_browser.submit(answer)
    assert stored(app, calls_of["open"]).title == "我改的标题"


def test_fields_that_are_not_of_the_form_change_nothing(
    app: Flask, calls_of: dict[str, int], officer_browser: Browser
) -> None:
    page = officer_browser.get(f"/admin/calls/{calls_of['draft']}/edit")
    officer_browser.submit(page, {"state": "published", "is_demo": "1", "id": "77", "created_at": "2000-01-01"})
    call = stored(app, calls_of["draft"])
    assert (call.state, call.is_demo, call.created_at) == ("draft", False, NOW)


def test_an_unfinished_draft_is_not_published(app: Flask, officer_browser: Browser) -> None:
    officer_browser.submit(officer_browser.get("/admin/calls/new"), NEW | {"document_number": ""})
    with app.extensions["registry"].read() as session:
        call_id = session.scalars(select(Call.id)).one()
    page = officer_browser.get(f"/admin/calls/{call_id}/publish")
    assert "还没有填写文号，发布前请补上。" in page.source
    answer = officer_browser.submit(page, status=422)
    assert answer.errors_shown == ["还没有填写文号，发布前请补上。"]
    assert stored(app, call_id).state == "draft"


def test_a_draft_that_changed_after_the_confirmation_page_is_not_published(
    app: Flask, calls_of: dict[str, int], officer_browser: Browser
) -> None:
    page = officer_browser.get(f"/admin/calls/{calls_of['draft']}/publish")
    other = sign_in(app, Role.ADMINISTRATOR)
    other.submit(other.get(f"/admin/calls/{calls_of['draft']}/edit"), {"title": "又改了"})
    answer = officer_browser.submit(page, status=409)
    assert answer.errors_shown == ["这个通知已被他人更新：05-20 09:30 改了标题。请核对后再保存，您填写的内容都还在。"]
    assert stored(app, calls_of["draft"]).state == "draft"


def test_lists_ask_the_same_questions_however_long(
    app: Flask, calls_of: dict[str, int], officer_browser: Browser
) -> None:
    for _ in range(2):
        officer_browser.get("/admin/calls")
    before = len(officer_browser.statements)
    with app.extensions["registry"].write() as session:
        actor = people.actor_of(people.staff(session, Role.MUNICIPAL_REVIEWER))
        for number in range(3):
            made = managing.create_call(session, actor, text(title=f"通知 {number}"), now=NOW)
            application(session, made, enterprise(session, f"演示第{number}有限公司"))
        session.commit()
    officer_browser.get("/admin/calls")
    page = officer_browser.get("/admin/calls")
    assert len(page.rows()) == 7
    assert len(officer_browser.statements) == before
