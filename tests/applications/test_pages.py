"""Every page of the enterprise's side is sound in every state, in both languages, and shows what it must."""

from __future__ import annotations

import pytest

from tests.applications.conftest import MAKERS, SECOND, SENTENCE, Desk
from tests.browser import Page

SECTIONS = ("enterprise", "project", "place", "kpis", "criteria", "files", "commitment")
EDITABLE = ("empty", "draft", "confirmed", "returned", "returned_open")


@pytest.mark.parametrize("state", MAKERS)
def test_pages_are_sound_in_every_state(desk: Desk, state: str) -> None:
    key = desk.make(state)
    browser = desk.clerk()
    base = f"/enterprise/applications/{key}"
    for query in ("", "?lang=en"):
        dashboard = browser.get(f"/enterprise{query}")
        assert len(dashboard.rows()) == 1
        browser.get(f"{base}/print{query}")
        browser.get(f"{base}/withdraw{query}")
        browser.get(f"/enterprise/begin{query}")
        browser.get(f"/enterprise/begin?call={desk.call_id}{query.replace('?', '&')}")
    if state in EDITABLE:
        for section in SECTIONS:
            browser.get(f"{base}?section={section}")
            browser.get(f"{base}?section={section}&check=1&lang=en")
        browser.get(f"{base}/review-page")
        browser.get(f"{base}/review-page?lang=en")
    else:
        browser.get(base)
        browser.get(f"{base}?lang=en")


def test_the_dashboard_tells_what_to_do_first(desk: Desk) -> None:
    browser = desk.clerk()
    assert "还没有申报。从下面选择一个申报通知开始。" in browser.get("/enterprise").text()
    waiting, draft, returned = desk.make("recommended"), desk.make("empty"), None
    page = browser.get("/enterprise")
    assert _to_do(page) == [("去修改",)] or _to_do(page) == [("继续填写",)]
    assert [row[0].startswith("SB-") for row in page.rows()] == [False, True]
    assert page.rows()[1][3:5] == ["已推荐，待形式审查", "市工业和信息化局"]
    assert waiting != draft
    assert returned is None


def _to_do(page: Page) -> list[tuple[str, ...]]:
    items = [item for item in page.all("li") if item.get("class") == "todo__item"]
    texts = [page.text(link) for item in items for link in item.iter() if link.get("class") == "btn btn--main"]
    return [(text,) for text in texts]


def test_a_returned_form_opens_at_the_marked_field_and_locks_the_rest(desk: Desk) -> None:
    key = desk.make("returned")
    browser = desk.clerk()
    response = browser.raw(f"/enterprise/applications/{key}")
    assert (response.status_code, response.headers["Location"]) == (
        302,
        f"/enterprise/applications/{key}?section=place#lon-box",
    )
    place = browser.get(f"/enterprise/applications/{key}?section=place")
    assert "审核员标出 2 处，只有这 2 处可以修改" in place.text()
    assert SENTENCE in place.text(place.one("div", id="lon-remark"))
    names = {control.get("name") for control in place.form(f"/{key}").iter() if control.get("name")}
    assert names & {"lon", "lat", "system", "unit", "town", "address"} == {"lon", "lat", "system"}
    assert place.text().count("· 不可改") == 3
    kpis = browser.get(f"/enterprise/applications/{key}?section=kpis")
    assert SECOND in kpis.text(kpis.one("div", id="kpi-defect_rate-baseline-remark"))
    names = {control.get("name") for control in kpis.form(f"/{key}").iter() if control.get("name")}
    assert {name for name in names if str(name).startswith("kpi-")} == {
        f"kpi-defect_rate-{part}" for part in ("baseline", "current", "measure")
    }
    notes = [kpis.text(link) for link in kpis.one("nav", class_="steps").iter() if link.get("class") == "note"]
    assert notes == ["已填", "已填", "退回 1 处", "退回 1 处", "已填", "已填", "已填", "全表"]


def test_one_remark_leads_to_the_check_and_not_through_locked_sections(desk: Desk) -> None:
    key = desk.make("returned")
    browser = desk.clerk()
    page = browser.get(f"/enterprise/applications/{key}?section=kpis")
    onward = [button for button in page.all("button") if "btn--main" in (button.get("class") or "")]
    assert [page.text(button) for button in onward] == ["核对并提交"]
    opened = desk.make("returned_open", project_name="演示第二车间")
    page = browser.get(f"/enterprise/applications/{opened}?section=project")
    onward = [button for button in page.all("button") if "btn--main" in (button.get("class") or "")]
    assert [page.text(button) for button in onward] == ["下一部分：建设地点"]


def test_the_form_shows_derived_values_and_doubts(desk: Desk) -> None:
    key = desk.make("draft", **{"kpi-smart_equipment_rate-stated": "80"})
    page = desk.clerk().get(f"/enterprise/applications/{key}?section=kpis")
    derived = {output.get("data-derived"): page.text(output) for output in page.all("output")}
    assert derived["operating_cost"] == "降低 21.1%"
    assert derived["production_efficiency"] == "提升 60.5%"
    assert derived["smart_equipment_rate"] == "93.6%"
    assert page.text(page.one("p", id="kpi-smart_equipment_rate-stated-doubt")) == (
        "与设备台数算得的 93.6 % 不一致；以台数为准，记为 93.6 %；请核对"
    )
    english = desk.clerk().get(f"/enterprise/applications/{key}?section=kpis&lang=en")
    shown = {output.get("data-derived"): english.text(output) for output in english.all("output")}
    assert shown["operating_cost"] == "down 21.1%"


def test_no_default_for_the_coordinate_system(desk: Desk) -> None:
    page = desk.clerk().get(f"/enterprise/applications/{desk.make('empty')}?section=place")
    radios = [control for control in page.all("input") if control.get("name") == "system"]
    assert len(radios) == 3
    assert [control for control in radios if control.get("checked") is not None] == []


def test_an_empty_draft_is_not_red_before_anybody_typed(desk: Desk) -> None:
    key = desk.make("empty")
    browser = desk.clerk()
    quiet = browser.get(f"/enterprise/applications/{key}?section=project")
    assert [item for item in quiet.all("p") if item.get("class") == "err" and item.get("hidden") is None] == []
    checked = browser.get(f"/enterprise/applications/{key}?section=project&check=1")
    assert checked.errors_shown[0] == "车间或工厂名称：没有填写，这一栏是必填的"
    everything = browser.get(f"/enterprise/applications/{key}/review-page")
    missing = everything.links()["车间或工厂名称：没有填写，这一栏是必填的"]
    assert missing == f"/enterprise/applications/{key}?section=project&check=1#project_name"


def test_others_and_the_public_find_nothing(desk: Desk) -> None:
    from tests import people

    key = desk.make("submitted")
    with desk.writing() as session:
        stranger = people.enterprise_account(session).id
        officer = people.staff(session, people.Role.DISTRICT_REVIEWER, "TNQ").id
    browser = people.signed_in(desk.app, stranger)
    paths = ("", "/review-page", "/print", "/withdraw")
    for path in paths:
        browser.get(f"/enterprise/applications/{key}{path}", 404)
    for path in ("", "/autosave", "/confirm", "/submit", "/withdraw"):
        browser.post(f"/enterprise/applications/{key}{path}", {"version": "1", "town": "别处"}, 404)
    assert people.signed_in(desk.app, officer).client.get("/enterprise").status_code == 403
    anonymous = desk.app.test_client().get(f"/enterprise/applications/{key}")
    assert (anonymous.status_code, anonymous.headers["Location"].split("?")[0]) == (302, "/sign-in")


@pytest.mark.parametrize(
    "path",
    [
        "/enterprise/applications/99999999999999999999",
        "/enterprise/applications/0",
        "/enterprise/applications/99999999999999999999/print",
        "/enterprise/begin?call=424242",
    ],
)
def test_wrong_numbers_are_not_found(desk: Desk, path: str) -> None:
    page = desk.clerk().get(path, 404)
    assert page.links(), "a way back"
    assert desk.actions(0) == []


@pytest.mark.parametrize("query", ["section=x", "section=%00"])
def test_a_wrong_section_is_named(desk: Desk, query: str) -> None:
    page = desk.clerk().get(f"/enterprise/applications/{desk.make('draft')}?{query}", 400)
    assert "section" in page.text()


@pytest.mark.parametrize("query", ["version=x", "version=-1", "version=１"])
def test_a_wrong_version_is_named(desk: Desk, query: str) -> None:
    key = desk.make("submitted")
    assert "version" in desk.clerk().get(f"/enterprise/applications/{key}/print?{query}", 400).text()
    assert "齿轮箱" not in desk.clerk().get(f"/enterprise/applications/{key}/print?version=9", 404).text()
