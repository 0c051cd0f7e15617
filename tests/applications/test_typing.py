"""What clerks really type and paste: read where nothing is doubtful, else refused with the way out."""

from __future__ import annotations

from datetime import date

import pytest

from registry import declaration
from registry.application_form import form_of
from registry.declaration import Choices, degrees
from registry.values.bad_value import BadValue
from tests.applicants import rules_without_files
from tests.applications.conftest import Desk
from tests.browser import Page

FORM = form_of(rules_without_files())
INVESTMENT, COUNT, DEFECTS = "kpi-total_investment-current", "kpi-equipment_count-current", "kpi-defect_rate-baseline"


def faults(name: str, text: str) -> list[str]:
    """What the form says about one field with this text, apart from what is missing elsewhere."""
    answers = declaration.clean(FORM, {name: text})
    found = declaration.check(FORM, answers, {}, Choices({}, frozenset()), today=date(2026, 11, 25))
    return [fault.message for fault in found.faults if fault.field == name]


@pytest.mark.parametrize(
    ("name", "typed", "stored"),
    [
        (INVESTMENT, "３,４５０ 万元", "3,450"),
        (INVESTMENT, "3450万元", "3450"),
        (INVESTMENT, "1.2亿", "1.2亿"),
        (INVESTMENT, "万元", "万元"),
        (COUNT, "120 台", "120"),
        (COUNT, "120台（套）", "120"),
        (DEFECTS, "０．８６％", "0.86%"),
        ("contact_email", "name＠example.com", "name@example.com"),
        ("contact_phone", "０５１９－８５６８１２３４", "0519-85681234"),
        ("industry_class", "３４５１", "3451"),
        ("address", "演示路１号", "演示路１号"),
        ("summary", "一、建设\v二、做法\r\n\uf06c\t联网\n\u2022 看板", "一、建设\n二、做法\n• 联网\n• 看板"),
    ],
)
def test_what_means_the_same_is_stored_in_one_way(name: str, typed: str, stored: str) -> None:
    assert declaration.clean(FORM, {name: typed}) == {name: stored}
    assert declaration.clean(FORM, {name: stored}) == {name: stored}


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        (INVESTMENT, "约 85%", ["“约 85%”不是数字；请只填一个数，不带单位、“约”和说明"]),
        ("established_on", "2012年3月", ["“2012年3月”只有年和月；请写到日，如 2020-12-18"]),
        ("established_on", "2012.3", ["“2012.3”只有年和月；请写到日，如 2020-12-18"]),
        ("established_on", "2012年3月18号", []),
        ("report_year", "2025年度", []),
        ("contact_phone", "138 1234 5678", []),
        ("contact_phone", "0519-85681234-801", []),
        ("contact_phone", "85681234转801", []),
        (
            "contact_phone",
            "0519-85681234/13812345678",
            ["不是可用的电话号码；请只填一个手机号，或区号和座机号，如 0519-85681234"],
        ),
        ("contact_phone", "1234567-801", ["不是可用的电话号码；请只填一个手机号，或区号和座机号，如 0519-85681234"]),
        ("lon", "119.95,31.77", ["“119.95,31.77”是两个数；请分开填：经度填 119.95，纬度填 31.77"]),
        ("lat", "31.77，119.95", ["“31.77,119.95”是两个数；请分开填：经度填 119.95，纬度填 31.77"]),
        ("lon", "119°57′12″", ["“119°57′12′′”是度分秒；换算成度约为 119.953333，核对后请填这个数"]),
    ],
)
def test_what_is_doubtful_is_refused_with_the_way_out(name: str, typed: str, said: list[str]) -> None:
    assert faults(name, typed) == said


@pytest.mark.parametrize("text", ["119.95", "１１９．９５", "119.95°", "东经119.95°", "119.95 E", "E 119.95 度"])
def test_signs_around_degrees_are_left_out(text: str) -> None:
    assert degrees(text) == 119.95


@pytest.mark.parametrize("text", ["", "E", "119,95", "119°99x", "1e2", "-119.95", "1199.5度"])
def test_other_texts_are_no_degrees(text: str) -> None:
    try:
        found = degrees(text)
    except BadValue:
        return
    assert text == "-119.95"
    assert found == -119.95


def test_a_unit_typed_along_is_nobody_elses_change(desk: Desk) -> None:
    key = desk.make("empty")
    one, other = desk.clerk(), desk.checker()
    page = one.get(f"/enterprise/applications/{key}?section=kpis")
    one.submit(page, {INVESTMENT: "3,450 万元"}, button=("go", "stay"), status=303)
    other_page = other.get(f"/enterprise/applications/{key}?section=project")
    other.submit(other_page, {"products": "齿轮"}, button=("go", "stay"), status=303)
    # The first page goes on from its own text, which the server stored without the unit.
    data = {"version": 2, INVESTMENT: "3,460 万元", "seen": f'{{"{INVESTMENT}": "3,450 万元"}}', "go": "stay"}
    one.post(f"/enterprise/applications/{key}", data, 303)
    assert desk.typed(key) == {INVESTMENT: "3,460", "products": "齿轮"}


def untouched(check: Page) -> list[str | None]:
    """Labels of the marked fields that the page before submission names as unchanged."""
    return [link.text for link in check.all("a") if (link.get("href") or "").endswith("-box")]


def test_a_returned_form_says_that_no_deadline_runs_and_what_is_untouched(desk: Desk) -> None:
    key = desk.make("returned")
    browser = desk.clerk()
    page = browser.get(f"/enterprise/applications/{key}?section=place")
    assert "不受通知截止时间限制，请尽快办理。" in page.text()
    assert "打印上次提交的版本" in page.text()
    check = browser.get(f"/enterprise/applications/{key}/review-page")
    assert untouched(check) == ["经度", "产品不良品率（改造前）"]
    locked = [heading for heading in check.all("h2") if heading.get("id", "").startswith("part-")]
    assert ["不可改" in "".join(heading.itertext()) for heading in locked] == [
        True, True, False, False, True, True, True,
    ]  # fmt: skip
    browser.submit(page, {"lat": "31.791"}, button=("go", "stay"), status=303)
    check = browser.get(f"/enterprise/applications/{key}/review-page")
    assert untouched(check) == ["产品不良品率（改造前）"]


def test_a_message_leads_to_its_application(desk: Desk) -> None:
    key = desk.make("returned")
    inbox: Page = desk.clerk().get("/inbox")
    links = [link.get("href") for link in inbox.all("a") if link.text == "打开这份申报"]
    assert links == [f"/enterprise/applications/{key}"] * 2
    assert "请按审核员标出的栏目修改后重新提交，不受通知截止时间限制。登录后可以查看详情。" in inbox.text()
