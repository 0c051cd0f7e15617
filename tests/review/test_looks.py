"""What an officer looks at: differences, duplicates, phrases, the summary sheet, and nothing of other units."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import select

from registry.models import Event, Seen
from registry.services.applications import drafts
from registry.terms import Action, Role
from tests import applicants, people
from tests.browser import XHTML, Page
from tests.review.conftest import Desk, form_token


def sections(page: Page) -> list[str]:
    """Headings of the page's sections, their small print left out."""
    return [(heading.text or "").strip() for heading in page.all("h2")]


def changes(page: Page, title: str) -> list[list[str]]:
    """Rows of a table of changes."""
    [table] = [found for found in page.all("table") if page.text(found.find(f"{XHTML}caption")) == title]
    rows = [[page.text(cell) for cell in row] for row in table.iter(f"{XHTML}tr")]
    return rows[1:]


def corrected(desk: Desk, found: int, **changes: str) -> None:
    """Return with everything open, correct and submit again."""
    with desk.session() as session:
        row = session.get_one(applicants.Application, found)
        applicants.step(
            session, row, desk.actors["TNQ"], Action.RETURN, applicants.StepInput(message="请改", open_all=True)
        )
        members = session.query(people.Account).filter_by(enterprise_id=row.enterprise_id).order_by(people.Account.id)
        clerk, checker = [people.actor_of(member) for member in members]
        later = applicants.NOW + timedelta(days=1)
        drafts.save_answers(session, clerk, found, changes, seen_version=row.version, now=later)
        drafts.confirm(session, checker, found, seen_version=row.version, now=later)
        applicants.step(session, row, clerk, Action.RESUBMIT, now=later)
        session.commit()


def test_differences_since_the_last_look_and_the_last_return(desk: Desk) -> None:
    found = desk.add()
    browser = desk.browser("TNQ")
    page = browser.get(f"/review/{found}")
    assert "我上次看过之后的变化" not in sections(page)
    page = browser.submit(page, action="/seen", status=303)
    assert "您已看过第 1 版。" in page.text()
    corrected(desk, found, products="减速箱", **{"kpi-operating_cost-current": "300"})
    page = browser.get(f"/review/{found}")
    assert changes(page, "我上次看过之后的变化") == [
        ["主要产品", "齿轮箱", "减速箱"],
        ["车间生产运营成本（改造后）", "301.71 万元/年", "300 万元/年"],
    ]
    assert "上次退回之后的变化" not in sections(page)
    page = browser.submit(page, action="/seen", status=303)
    assert "我上次看过之后的变化" not in sections(page)
    assert len(changes(page, "上次退回之后的变化")) == 2
    assert "补正后" in browser.get("/review").text()


def test_a_version_of_another_application_cannot_be_marked(desk: Desk) -> None:
    first, second = desk.add(), desk.add()
    browser = desk.browser("TNQ")
    token = form_token(browser.get(f"/review/{first}"))
    browser.post(f"/review/{first}/seen", {"snapshot": str(second)}, 422, token=token)
    browser.post(f"/review/{first}/seen", {"snapshot": "x"}, 422, token=token)
    with desk.session() as session:
        assert session.scalars(select(Seen)).all() == []


def test_the_same_thing_is_asked_about_once(desk: Desk) -> None:
    first = desk.add(project_name="演示同名车间", lon="120.0200", lat="31.7900")
    near = desk.add(lon="120.0210", lat="31.7900")
    desk.add(lon="120.0500", lat="31.7900")
    browser = desk.browser("TNQ")
    page = browser.get(f"/review/{first}")
    asked = [page.text(box) for box in page.all("div") if box.get("class") == "dup"]
    assert len(asked) == 1
    assert "相距约 95 米" in asked[0]
    page = browser.submit(page, action="/duplicate", button=("answer", "different"), status=303)
    assert "不是同一项目" in page.text()
    assert [form for form in page.forms() if (form.get("action") or "").endswith("/duplicate")] == []
    # Nor from the other side.
    page = browser.get(f"/review/{near}")
    assert [form for form in page.forms() if (form.get("action") or "").endswith("/duplicate")] == []


def test_the_same_name_under_other_writing(desk: Desk) -> None:
    first = desk.add(project_name="演示（同名）车间", lon="120.0200", lat="31.7900")
    desk.add(project_name="演示(同名)车间", lon="120.0600", lat="31.8000")
    page = desk.browser("TNQ").get(f"/review/{first}")
    assert "名称相同" in page.text()


def test_nothing_of_another_unit_is_there(desk: Desk) -> None:
    found = desk.add(project_name="演示秘密车间", lon="120.0200", lat="31.7900")
    desk.add(unit="WJQ", lon="120.0201", lat="31.7900")
    browser = desk.browser("WJQ")
    token = form_token(browser.get("/review/2"))
    browser.get(f"/review/{found}", 404)
    for path in ("seen", "sheet", "note", "assign", "duplicate", "return", "recommend"):
        data = {"snapshot": "1", "note": "x", "other": "project:1", "answer": "same", "version": "1"}
        browser.post(f"/review/{found}/{path}", data, 404, token=token)
    for path in ("/review?tab=all", "/review?tab=all&unit=TNQ", "/review?tab=all&q=秘密", "/review/2"):
        page = browser.get(path)
        # The page says back what was asked for.
        assert "秘密" not in page.text().replace("搜索：秘密", "")
        assert "SB-2026-0001" not in page.text()
    assert "秘密" not in str(workbook_rows(browser.raw("/review/summary.xlsx?tab=all", audited=True).data))
    page = Page(browser.post("/review/bulk", {"id": [str(found)], "action": "recommend"}, 200, token=token))
    assert "秘密" not in page.text()
    browser.post("/review/bulk/confirm", {"seen": [f"{found}:5"], "action": "assign"}, 404, token=token)


def test_drafts_are_nobodys_business(desk: Desk) -> None:
    with desk.session() as session:
        call = session.get_one(applicants.Call, desk.call_id)
        draft = applicants.drafted(session, call, applicants.cast(session)).id
        session.commit()
    for name in ("TNQ", "city", "publisher"):
        browser = desk.browser(name)
        browser.get(f"/review/{draft}", 404)
        assert "演示齿轮箱装配智能车间" not in browser.get("/review?tab=all").text()


def workbook_rows(data: bytes) -> list[tuple[object, ...]]:
    """Rows of the first sheet."""
    return list(openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True))


def test_the_summary_sheet(desk: Desk) -> None:
    desk.add(unit="WJQ", lon="119.95", lat="31.70", **{"kpi-total_investment-current": "1000.5"})
    desk.add(project_name="=演示公式车间")
    browser = desk.browser("city")
    response = browser.raw("/review/summary.xlsx?tab=district&call=1", audited=True)
    rows = workbook_rows(response.data)
    assert rows[0][0] == "关于组织申报2026年示范智能车间的通知（演示）"
    head = list(rows[1])
    assert head[:5] == ["序号", "企业名称", "车间名称", "所属板块", "总投资(万元)"]
    assert head[-1] == "申报编号"
    first, second, total = rows[2:]
    assert (first[0], first[2], first[3], first[4]) == (1, "=演示公式车间", "天宁区", 9000)
    assert (second[0], second[3], second[4]) == (2, "武进区", 1000.5)
    assert total[:5] == ("合计", "2 项", None, None, 10000.5)
    cost = head.index("车间生产运营成本变化(%)")
    assert (first[cost], total[cost]) == (-21.1, -21.1)
    assert first[head.index("自动化、智能化设备使用率(%)")] == 93.6
    cell = openpyxl.load_workbook(io.BytesIO(response.data)).worksheets[0]["C3"]
    assert cell.data_type == "s"
    with desk.session() as session:
        event = session.query(Event).filter_by(action="application.export").one()
        assert (event.changes["rows"], event.actor_id) == ([None, 2], desk.actors["city"].id)
    assert browser.raw("/review/summary.xlsx?tap=all").status_code == 400
    assert len(workbook_rows(browser.raw("/review/summary.xlsx?q=nothing", audited=True).data)) == 3


def test_the_summary_of_the_ticked_rows_alone(desk: Desk) -> None:
    chosen, _other, abroad = desk.add(), desk.add(), desk.add(unit="WJQ", lon="119.95", lat="31.70")
    browser = desk.browser("TNQ")
    page = browser.get("/review")
    ids = [str(chosen), str(abroad)]
    token = form_token(page)
    data = {"id": ids, "file": "summary"}
    answer = browser.post("/review/download", data, 303, token=token)
    path = answer.headers["Location"]
    rows = workbook_rows(browser.raw(path, audited=True).data)
    assert [row[-1] for row in rows[2:-1]] == ["SB-2026-0001"]
    assert rows[-1][:2] == ("合计", "1 项")
    with desk.session() as session:
        [event] = session.scalars(select(Event).where(Event.action == "application.export"))
        assert event.changes == {"rows": [None, 1], "filters": [None, path]}
    assert browser.raw(f"/review/summary.xlsx?id={abroad}").status_code == 404
    assert browser.raw("/review/summary.xlsx?id=x").status_code == 422


def test_a_look_at_the_headers_is_no_export(desk: Desk) -> None:
    desk.add()
    browser = desk.browser("TNQ")
    browser.client.head("/review/summary.xlsx")
    browser.client.get("/review/summary.xlsx")
    with desk.session() as session:
        exports = session.scalars(select(Event.action).where(Event.action == "application.export")).all()
    assert exports == ["application.export"]


def test_the_public_layout_holds_no_single_amount() -> None:
    from datetime import UTC, datetime
    from fractions import Fraction

    from registry.queries.review.summary import SummaryRow, summary_workbook

    rows = [
        SummaryRow(enterprise="甲", project=f"车间{n}", unit="TNQ", values={"total_investment": Fraction(n), "operating_cost": Fraction(-n)}, number="SB")
        for n in (1, 2, 3)
    ]  # fmt: skip
    made = [
        workbook_rows(summary_workbook(part, units={"TNQ": "天宁区"}, title="附件", now=datetime.now(UTC), public=True))
        for part in (rows, rows[:2])
    ]
    assert [row[4] for row in made[0][2:]] == [None, None, None, 6]
    assert [row[5] for row in made[0][2:]] == [-1, -2, -3, -2]
    assert made[1][-1] == ("合计", "2 项", None, None, None, None)
    assert len(made[0][1]) == 6


@pytest.mark.parametrize("name", ["TNQ", "publisher"])
def test_phrases_are_read_by_all_and_written_by_the_city(desk: Desk, name: str) -> None:
    city, other = desk.browser("city"), desk.browser(name)
    page = city.get("/review/phrases")
    first = page.rows()[0][0]
    page = city.submit(page, {"text": "  请补充  照片。 "}, action="/phrases", status=303)
    assert page.rows()[-1][0] == "请补充 照片。"
    page = city.submit(page, {"text": "请补充 照片。"}, action="/phrases", status=422)
    assert page.errors_shown == ["已经有这一句。"]
    page = city.submit(city.get("/review/phrases"), {"text": " "}, action="/phrases", status=422)
    assert page.errors_shown == ["请填写常用语的内容。"]
    page = city.submit(city.get("/review/phrases"), action="/1/move", button=("direction", "down"), status=303)
    assert page.rows()[1][0] == first
    page = city.submit(page, action="/1/remove", status=303)
    assert first not in [row[0] for row in page.rows()]
    shown = other.get("/review/phrases")
    assert [form.get("action") for form in shown.forms()] == []
    token = form_token(other.get(f"/review/{desk.add()}"))
    other.post("/review/phrases", {"text": "x"}, 403, token=token)
    other.post("/review/phrases/2/remove", {}, 403, token=token)
    other.post("/review/phrases/2/move", {"direction": "up"}, 403, token=token)
    city.get("/review/phrases?lang=en")


def test_the_auditor_finds_an_application_by_its_number(desk: Desk) -> None:
    found = desk.find(desk.add())
    desk.add()
    with desk.session() as session:
        auditor = people.staff(session, Role.AUDITOR).id
        session.commit()
    browser = people.signed_in(desk.app, auditor)
    rows = browser.get(f"/admin/audit?id={found.number}", audited=True).rows()
    assert {row[4] for row in rows} == {f"申报 {found.number}"}
    browser.get("/admin/audit?id=SB-1999-0001", 400)
