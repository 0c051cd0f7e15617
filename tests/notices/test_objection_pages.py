"""An objection through the site: without an account, read by its code, handled by officers who may know or may not."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from registry.models import Notice
from registry.terms import Role
from tests import people
from tests.browser import Browser
from tests.notices.makers import FACTS, OPENED, OVER, Desk, desk
from tests.people import signed_in
from tests.titles.makers import writing
from tests.uploads import samples


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    """The morning of the opening."""
    with time_machine.travel(OPENED, tick=False) as moved:
        yield moved


@pytest.fixture
def made(
    make_app: Callable[..., Flask], sqlite_url: str, tmp_path: Path, clock: time_machine.Coordinates
) -> tuple[Flask, Desk]:
    """An open notice of two items."""
    app = make_app(sqlite_url)
    with writing(app) as session:
        found = desk(session, tmp_path)
        found.open(session)
    return app, found


TYPED = {"item": "1", "facts": FACTS, "kind": "person", "name": "机密异议人", "phone": "13812345678"}


def test_from_the_form_to_the_reply(made: tuple[Flask, Desk], clock: time_machine.Coordinates) -> None:
    app, found = made
    reader = Browser(app)
    form = reader.get(reader.get("/notices/1").links()["提出异议"])
    wrong = reader.submit(form, TYPED | {"name": "匿名", "facts": "短", "phone": ""}, status=422)
    assert wrong.errors_shown == [
        "事实、理由和依据：有 1 个字，应为 20 到 4000 个；请写明事实、理由和依据。",
        "真实姓名或单位全称：匿名异议不予受理，请填写真实姓名或单位全称。",
        "手机或电话：请填写电话或邮箱，以便核实。",
    ]
    unit = TYPED | {"kind": "unit", "name": "机密异议有限公司"}
    refused = reader.submit(form, unit | {"files": (io.BytesIO(b"MZ\x00"), "盖章.exe")}, status=422)
    assert refused.errors_shown[0].startswith("材料（PDF 或图片）：盖章.exe：")
    sent = reader.submit(form, unit | {"files": (io.BytesIO(samples.pdf()), "盖章.pdf")}, status=303)
    assert "办结之前这个项目暂缓，其他项目不受影响" in sent.text()
    assert "机密异议有限公司" not in sent.source
    token = sent.response.request.path.rsplit("/", 1)[1]
    assert sent.response.headers["Cache-Control"] == "no-store"
    city = signed_in(app, found.city.id or 0)
    listed = city.get(city.get("/review/today").links()["1 异议在办"])
    assert [row[0] for row in listed.rows()] == ["YY-2026-0001"]
    case = city.get("/review/objections/1")
    assert "查看异议人身份须由系统管理员授权。" in case.text()
    assert FACTS in case.text()
    city.submit(case, action="/admit", status=303)
    stale = city.submit(case, {"reply": "重复"}, action="/refuse", status=409)
    assert "现在是“已受理，核实中”" in stale.errors_shown[0]
    case = city.get("/review/objections/1")
    missing = city.submit(case, {"finding": "not_upheld"}, action="/decide", status=422)
    assert missing.errors_shown == ["核实的情况（内部）：请写明核实的情况。"]
    city.submit(
        missing, {"finding": "not_upheld", "finding_text": "机密核实", "reply": "经核实不成立。"},
        action="/decide", status=303,
    )  # fmt: skip
    looked = reader.submit(reader.get("/objections"), {"number": "yy-2026-0001", "code": token.upper()}, status=303)
    assert "经核实不成立。" in looked.text()
    assert "机密核实" not in looked.source
    guess = reader.submit(reader.get("/objections"), {"number": "YY-2026-0001", "code": "0" * 16}, status=404)
    assert "查询码不对" in guess.errors_shown[0]
    clock.move_to(OVER)
    late = reader.submit(form, TYPED, status=409)
    assert late.errors_shown == ["公示期已于 2026-11-30 24:00 结束，不再接收异议。"]
    assert FACTS in late.text(), "what was typed is not lost"


def test_an_administrator_says_who_may_know(made: tuple[Flask, Desk]) -> None:
    app, found = made
    with writing(app) as session:
        found.object_to(session, session.get_one(Notice, 1), found.applications[0])
        administrator = people.staff(session, Role.ADMINISTRATOR).id
        publisher = people.staff(session, Role.PUBLISHER).id
    boss, city = signed_in(app, administrator), signed_in(app, found.city.id or 0)
    boss.submit(boss.get(f"/admin/accounts/{found.city.id}"), action="/objectors-on", status=302)
    assert "准许查看异议人身份" not in boss.get(f"/admin/accounts/{publisher}").source
    shown = city.submit(city.get("/review/objections/1"), action="/identity", status=200)
    assert "机密异议人" in shown.text()
    assert "13812345678" in shown.text()
    assert "机密异议人" not in city.get("/review/objections/1").source
    assert "查看异议人身份" in boss.get("/admin/audit?subject=objection", audited=True).text()
    boss.submit(boss.get(f"/admin/accounts/{found.city.id}"), action="/objectors-off", status=302)
    refused = city.client.post("/review/objections/1/identity", data={"csrf_token": city.token()})
    assert refused.status_code == 403
