"""The pages of inspections without a script, and what a device without a network asks the server."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from registry.models import Application, Event, Inspection, InspectionPhoto, LoginSession
from registry.views.web.assets import STATIC
from tests import people
from tests.browser import Browser, Page
from tests.inspection.conftest import TODAY, WHOLE, Bench, make_site
from tests.uploads import samples

KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"


def put(browser: Browser, visit: int, fields: dict[str, tuple[str, str]], *, token: str | None = None) -> TestResponse:
    """What the script of the page sends: base and value of each changed field."""
    body = {"fields": {name: {"base": base, "value": value} for name, (base, value) in fields.items()}}
    headers = {"X-CSRFToken": browser.token() if token is None else token, "Accept": "application/json"}
    return browser.client.put(f"/review/inspections/{visit}/sheet", json=body, headers=headers)


def send_photo(browser: Browser, visit: int, **changes: Any) -> TestResponse:
    """A photo as the script sends it."""
    picture = changes.pop("picture", samples.picture())
    given = {"caption": "装配线", "key": KEY, "sha256": hashlib.sha256(picture).hexdigest()} | changes
    files = {"photo": (io.BytesIO(picture), "a.jpg"), "csrf_token": browser.token()}
    address = f"/review/inspections/{visit}/photos"
    return browser.client.post(address, data=given | files, headers={"Accept": "application/json"})


def stored(bench: Bench) -> Inspection:
    with bench.session() as session:
        found = session.get_one(Inspection, bench.ids["visit"])
        session.expunge(found)
        return found


def test_a_visit_without_a_script(bench: Bench) -> None:
    """Fill in, save half, refuse to sign with every fault at its field, correct, sign: a plain form all the way."""
    lead, visit = bench.browser("lead"), bench.ids["visit"]
    page = lead.get(f"/review/inspections/{visit}")
    assert "待核查" not in page.text()
    for browser in (lead, bench.browser("city")):
        assert browser.get("/review/today").links()["1 现场核查待签字"] == "/review/inspections"
    assert "现场核查待签字" not in bench.browser("WJQ").get("/review/today").text()
    page = lead.submit(page, {"check-line": "yes", "remark": "先存一半"}, action="/sheet", status=303)
    assert "核查表已保存" in page.text()
    assert stored(bench).state == "visited"
    form = page.form("/sheet")
    form.set("action", f"/review/inspections/{visit}/sign")
    broken = WHOLE | {"seen-networked_equipment_count": "inputs", "found-networked_equipment_count-current": "170"}
    refused = lead.submit(page, broken, action="/sign", status=422)
    assert len(refused.errors_shown) == 1
    assert "170" in refused.errors_shown[0]
    assert "162" in refused.errors_shown[0]
    # What was typed is kept though it was not signed.
    assert stored(bench).answers["found-networked_equipment_count-current"] == "170"
    form = refused.form("/sheet")
    form.set("action", f"/review/inspections/{visit}/sign")
    signed = lead.submit(refused, WHOLE, action="/sign", status=303)
    assert "已签字" in signed.text()
    assert [signed.text(button) for button in signed.all("button") if signed.text(button) in ("保存", "签字")] == []
    assert stored(bench).verified["equipment_count"]["current"] == "173"


def test_only_the_lead_is_offered_the_signature(bench: Bench) -> None:
    visit = bench.ids["visit"]
    for name, may in (("lead", True), ("city", False), ("expert", False), ("TNQ", False)):
        page = bench.browser(name).get(f"/review/inspections/{visit}")
        offered = [button for button in page.all("button") if (button.get("formaction") or "").endswith("/sign")]
        assert bool(offered) is may, name


def test_phone_and_office_merge_and_the_same_field_comes_back(bench: Bench) -> None:
    """Edge case 16: the office wrote meanwhile; other fields merge, the same one is 409 with both texts."""
    phone, office, visit = bench.browser("lead"), bench.browser("city"), bench.ids["visit"]
    done = put(office, visit, {"remark": ("", "办公室写的"), "check-mes": ("", "yes")})
    assert (done.status_code, done.json["conflicts"]) == (200, [])
    answer = put(phone, visit, {"remark": ("", "车间写的"), "check-line": ("", "no"), "check-mes": ("", "yes")})
    assert answer.status_code == 409
    [clash] = answer.json["conflicts"]
    assert (clash["field"], clash["mine"], clash["theirs"]) == ("remark", "车间写的", "办公室写的")
    assert clash["by"] == "演示市局审核员"
    assert clash["at"].startswith(stored(bench).touched["remark"][1][:16])
    kept = stored(bench).answers
    assert kept == {"remark": "办公室写的", "check-mes": "yes", "check-line": "no"}
    settled = put(phone, visit, {"remark": ("办公室写的", "两边说好的")})
    assert (settled.status_code, settled.json["answers"]["remark"]) == (200, "两边说好的")


def test_the_form_says_the_same_conflict_in_words(bench: Bench) -> None:
    lead, visit = bench.browser("lead"), bench.ids["visit"]
    page = lead.get(f"/review/inspections/{visit}")
    put(bench.browser("city"), visit, {"conclusion": ("", "fail")})
    clashed = lead.submit(page, {"conclusion": "pass", "check-line": "yes"}, action="/sheet", status=409)
    assert "您填的是“符合”" in clashed.text()
    assert "填的是“不符合”" in clashed.text()
    assert stored(bench).answers == {"conclusion": "fail", "check-line": "yes"}
    # The page holds what was typed, over what is stored now: saving it again lets it stand.
    lead.submit(clashed, action="/sheet", status=303)
    assert stored(bench).answers["conclusion"] == "pass"


def test_sending_twice_is_once(bench: Bench) -> None:
    phone, visit = bench.browser("lead"), bench.ids["visit"]
    for _ in range(2):
        assert put(phone, visit, {"remark": ("", "一次")}).status_code == 200
    with bench.session() as session:
        events = session.scalars(select(Event.action).where(Event.action == "inspection.sync")).all()
    assert len(events) == 1


def test_a_photo_five_times_is_one(bench: Bench) -> None:
    """Edge case 17: by key, and by its bytes under other keys."""
    phone, visit = bench.browser("lead"), bench.ids["visit"]
    answers = [send_photo(phone, visit) for _ in range(3)]
    answers += [send_photo(phone, visit, key=KEY.replace("0f8f", ending)) for ending in ("1111", "2222")]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert len({answer.json["id"] for answer in answers}) == 1
    other = send_photo(phone, visit, picture=samples.picture(size=(40, 30)))
    assert (other.status_code, other.json["code"]) == (409, "conflict")
    with bench.session() as session:
        [photo] = session.scalars(select(InspectionPhoto))
        assert (photo.key, photo.sha256) == (KEY, hashlib.sha256(samples.picture()).hexdigest())
    shown = phone.client.get(f"/review/inspections/{visit}/photos/{answers[0].json['id']}")
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    assert "sandbox" in shown.headers["Content-Security-Policy"]


BAD_PHOTOS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"caption": " "}, "写一句说明"),
    ({"key": "../x"}, "编号不对"),
    ({"sha256": "0" * 64}, "没有传完整"),
    ({"picture": b"GIF89a..", "sha256": ""}, "图片格式不能上传"),
)


def test_a_bad_photo_is_refused_in_words_and_leaves_no_file(bench: Bench) -> None:
    lead = bench.browser("lead")
    for changes, says in BAD_PHOTOS:
        answer = send_photo(lead, bench.ids["visit"], **changes)
        assert (answer.status_code, says in answer.json["detail"]) == (422, True), changes
    files = bench.app.extensions["registry"].settings.data_dir / "files"
    assert [path for path in files.rglob("*") if path.is_file()] == []


def test_a_photo_by_the_form_is_shown_and_removed(bench: Bench) -> None:
    lead, visit = bench.browser("lead"), bench.ids["visit"]
    page = lead.get(f"/review/inspections/{visit}")
    fields = {"caption": "仓库", "photo": [(io.BytesIO(samples.picture()), "b.jpg")]}
    page = lead.submit(page, fields, action="/photos", status=303)
    assert [image.get("alt") for image in page.all("img")] == ["仓库"]
    [form] = [form for form in page.forms() if (form.get("action") or "").endswith("/remove")]
    page = lead.submit(page, action=(form.get("action") or "").split("?")[0], status=303)
    assert page.all("img") == []
    assert send_photo(lead, visit).status_code == 200
    assert len(lead.get(f"/review/inspections/{visit}").all("img")) == 1


def test_a_session_that_ended_loses_nothing(bench: Bench) -> None:
    """Edge case 18: the device is told to sign in, and the same request counts afterwards."""
    phone, visit = bench.browser("lead"), bench.ids["visit"]
    token = phone.token()
    with bench.session() as session:
        session.execute(delete(LoginSession))
        session.commit()
    assert put(phone, visit, {"remark": ("", "车间写的")}, token=token).status_code in (400, 401)
    assert stored(bench).answers == {}
    again = people.signed_in(bench.app, bench.people["lead"])
    assert put(again, visit, {"remark": ("", "车间写的")}).status_code == 200
    assert stored(bench).answers == {"remark": "车间写的"}


def test_what_somebody_else_entered_does_not_come_in_under_another_name(bench: Bench) -> None:
    city, visit = bench.browser("city"), bench.ids["visit"]
    body = {"account": bench.people["lead"], "fields": {"remark": {"base": "", "value": "x"}}}
    headers = {"X-CSRFToken": city.token()}
    answer = city.client.put(f"/review/inspections/{visit}/sheet", json=body, headers=headers)
    assert (answer.status_code, "另一个账户" in answer.json["detail"]) == (403, True)
    assert send_photo(city, visit, account=str(bench.people["lead"])).status_code == 403
    assert stored(bench).answers == {}
    assert send_photo(city, visit, account=str(bench.people["city"])).status_code == 200


def test_out_of_reach_a_device_finds_nothing(bench: Bench) -> None:
    visit = bench.ids["visit"]
    for name, status in (("WJQ", 404), ("other_expert", 404), ("publisher", 403), ("clerk", 403)):
        answer = put(bench.browser(name), visit, {"remark": ("", "x")})
        assert answer.status_code == status, name
    assert put(bench.browser("expert"), visit, {"remark": ("", "专家写的")}).status_code == 200
    assert put(Browser(bench.app), visit, {"remark": ("", "x")}, token="x").status_code in (400, 401)


NONSENSE: tuple[Any, ...] = (
    None,
    [],
    {"fields": []},
    {"fields": {"remark": "x"}},
    {"fields": {"remark": {"base": 1, "value": "x"}}},
    {"fields": {"nothing": {"base": "", "value": "x"}}},
    {"fields": {"conclusion": {"base": "", "value": "maybe"}}},
    {"fields": {"\ud800\0": {"base": "", "value": "x"}}},
)


def test_nonsense_from_a_device_is_422(bench: Bench) -> None:
    phone = bench.browser("lead")
    headers = {"X-CSRFToken": phone.token()}
    for body in NONSENSE:
        answer = phone.client.put(f"/review/inspections/{bench.ids['visit']}/sheet", json=body, headers=headers)
        assert (answer.status_code, bool(answer.json["detail"])) == (422, True), body
    assert stored(bench).answers == {}


def test_the_worker_may_look_after_inspections_alone(bench: Bench) -> None:
    answer = bench.browser("lead").raw("/review/inspections/worker.js?lang=en")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Service-Worker-Allowed"] == "/review/inspections"
    assert answer.get_data() == (STATIC / "inspection-worker.js").read_bytes()


def test_below_a_prefix_the_worker_and_its_scope_lie_below_it_too(bench: Bench, make_app: Callable[..., Flask]) -> None:
    url = bench.app.extensions["registry"].settings.database_url
    below = people.signed_in(make_app(url, base_path="/znzz"), bench.people["lead"])
    answer = below.client.get("/znzz/review/inspections/worker.js")
    assert (answer.status_code, answer.headers["Service-Worker-Allowed"]) == (200, "/znzz/review/inspections")
    told = Page(below.client.get(f"/znzz/review/inspections/{bench.ids['visit']}")).data("inspection-data")
    assert {
        name: told[name].split("/review/")[0] for name in ("page", "list", "sheet", "photos", "worker", "scope")
    } == dict.fromkeys(("page", "list", "sheet", "photos", "worker", "scope"), "/znzz")


def test_the_enterprise_reads_the_day_and_what_is_to_be_put_right_alone(bench: Bench) -> None:
    clerk, lead, visit = bench.browser("clerk"), bench.browser("lead"), bench.ids["visit"]
    own = f"/enterprise/applications/{bench.ids['application']}"
    page = clerk.get(own)
    assert f"已安排现场核查（{TODAY.isoformat()}）" in page.text()
    fix = {
        "conclusion": "fix",
        "fixes": "补上追溯",
        "fix_by": "2099-01-31",
        "remark": "机密备注",
        "note-line": "机密说明",
    }
    put(lead, visit, {name: ("", text) for name, text in (WHOLE | fix).items()})
    assert send_photo(lead, visit, caption="机密照片").status_code == 200
    page = lead.get(f"/review/inspections/{visit}")
    page.form("/sheet").set("action", f"/review/inspections/{visit}/sign")
    lead.submit(page, action="/sign", status=303)
    page = clerk.get(own)
    assert "请于 2099-01-31 前完成" in page.text()
    assert "补上追溯" in page.text()
    told = page.text() + clerk.get("/inbox").text()
    assert "机密" not in told
    assert "演示专家" not in told
    for path in (f"/review/inspections/{visit}", f"/review/inspections/{visit}/photos/1", "/review/inspections"):
        assert clerk.client.get(path).status_code == 403


def test_the_desk_draws_adds_plans_and_lists(bench: Bench) -> None:
    city = bench.browser("city")
    page = city.get("/review/inspections")
    assert [row[1] for row in page.rows()] != []
    refused = city.submit(page, {"number": "SB-2026-9999", "reason": "演示"}, action="/add", status=422)
    assert "没有这份申报" in refused.errors_shown[0]
    assert refused.one("input", name="reason").get("value") == "演示"
    city.post("/review/inspections/add", {"number": "\0", "reason": "\0"}, 422)
    plan = city.get(f"/review/inspections/plan/{bench.ids['application']}")
    moved = city.submit(plan, {"day": "2099-12-24"}, action="", status=303)
    assert "2099-12-24" in moved.text()
    past = city.submit(city.get(f"/review/inspections/plan/{bench.ids['application']}"), {"day": "2020-01-01"}, action="", status=422)  # fmt: skip
    assert "已经过去" in past.errors_shown[0]
    sheet = city.get(f"/review/inspections/{bench.ids['visit']}")
    assert "为什么取消" in city.submit(sheet, {"reason": ""}, action="/cancel", status=422).errors_shown[0]
    city.submit(sheet, {"reason": "停电"}, action="/cancel", status=303)
    assert stored(bench).state == "cancelled"
    listed = city.get("/review/inspections?tab=plan")
    assert "安排" in listed.rows()[0][-1]


def test_the_list_asks_the_same_number_of_questions_whatever_it_holds(bench: Bench) -> None:
    city = bench.browser("city")
    for _ in range(2):
        city.get("/review/inspections?tab=all")
    few = len(city.statements)
    with bench.session() as session:
        site = make_site(session)
        for _ in range(4):
            site.visit()
        session.commit()
    city.get("/review/inspections?tab=all")
    assert len(city.get("/review/inspections?tab=all").rows()) == 5
    assert len(city.statements) == few <= 16


def test_the_case_says_why_it_cannot_be_proposed(bench: Bench) -> None:
    city = bench.browser("city")
    page = city.get(f"/review/{bench.ids['application']}")
    assert f"/review/inspections/{bench.ids['visit']}" in [link.get("href") for link in page.all("a")]
    said = page.text(page.one("div", id="bar"))
    assert "不能“拟认定”：" in said
    assert "现场核查还没有签字" in said
    # Whoever sends the step all the same is refused by the rule itself.
    with bench.session() as session:
        version = session.get_one(Application, bench.ids["application"]).version
    refused = city.post(f"/review/{bench.ids['application']}/propose", {"version": str(version)}, 422)
    assert "现场核查还没有签字" in refused.get_data(as_text=True)
