"""Beginning, checking, confirming, submitting, withdrawing; what stands on the record and on paper."""

from __future__ import annotations

import hashlib
import io
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from registry.application_form import form_of
from registry.application_form.window import beijing_day
from registry.models import Application, Snapshot
from registry.services import uploads
from registry.services.applications import attachments, drafts
from registry.services.applications.snapshots import is_genuine
from registry.terms import Action, AttachmentKind
from tests import applicants
from tests.applications.conftest import SECOND, SENTENCE, Desk
from tests.browser import Page
from tests.uploads import samples


def test_a_new_project_is_begun_once_however_often_the_button_is_pressed(desk: Desk) -> None:
    browser = desk.clerk()
    page = browser.get(f"/enterprise/begin?call={desk.call_id}")
    form = browser.submit(page, {"project": "new"}, status=303)
    assert form.h1 == "企业信息"
    browser.submit(page, {"project": "new"}, status=303)
    with desk.writing() as session:
        assert session.scalar(select(func.count()).select_from(Application)) == 1


@pytest.mark.parametrize(
    ("project", "sentence"),
    [(None, "请选择为新项目还是已有的项目申报。"), ("424242", "没有这个项目，或不属于本企业。")],
)
def test_begin_says_what_is_wrong(desk: Desk, project: str | None, sentence: str) -> None:
    data = {} if project is None else {"project": project}
    status = 422 if project is None else 404
    response = desk.clerk().post(f"/enterprise/begin?call={desk.call_id}", data, status)
    assert sentence in Page(response).text()


def test_a_call_that_is_over_cannot_be_begun(desk: Desk) -> None:
    with desk.writing() as session:
        over = applicants.open_call(session, title="已截止的通知（演示）").id
        session.execute(
            applicants.Call.__table__.update()
            .where(applicants.Call.__table__.c.id == over)
            .values(opens_at=applicants.NOW.replace(year=2025), closes_at=applicants.NOW.replace(year=2025, month=12))
        )
    browser = desk.clerk()
    page = browser.get(f"/enterprise/begin?call={over}")
    assert "这个申报通知已经截止。" in page.text()
    assert page.forms() == []
    assert (
        "这个申报通知已经截止。" in Page(browser.post(f"/enterprise/begin?call={over}", {"project": "new"}, 403)).text()
    )


def test_submission_of_an_incomplete_form_shows_everything(desk: Desk) -> None:
    key = desk.make("empty")
    page = Page(desk.clerk().post(f"/enterprise/applications/{key}/submit", {"version": 1, "town": "甲镇"}, 422))
    faults = len(form_of(applicants.rules_without_files()).fields)
    listed = [page.text(item) for item in page.one("div", id="faults").iter() if item.tag.endswith("}li")]
    assert "车间或工厂名称：没有填写，这一栏是必填的" in listed
    assert "镇（街道）：没有填写，这一栏是必填的" not in listed
    assert 20 < len(listed) < faults
    # What came along with the submission is kept although the submission is not.
    assert desk.read(key).answers["town"] == "甲镇"
    assert desk.read(key).status == "draft"


def test_a_second_person_confirms_before_submission(desk: Desk) -> None:
    key = desk.make("draft")
    clerk, checker = desk.clerk(), desk.checker()
    page = clerk.get(f"/enterprise/applications/{key}/review-page")
    assert "须由本企业另一位成员核对确认后才能提交" in page.text()
    refused = clerk.submit(page, action="/submit", status=422)
    assert refused.errors_shown == ["须由本企业另一位成员核对确认后才能提交。"]
    assert "#finish" in refused.links().values(), "the sentence leads to where a colleague is asked"
    seen = checker.get(f"/enterprise/applications/{key}/review-page")
    assert "最后修改" in seen.text()
    after = checker.submit(seen, action="/confirm", status=303)
    assert "您是确认人，须由另一位成员提交" in after.text()
    done = clerk.submit(clerk.get(f"/enterprise/applications/{key}/review-page"), action="/submit", status=303)
    assert done.h1 == "演示齿轮箱装配智能车间"
    kept = desk.read(key)
    [said] = [found for found in done.all("div") if found.get("role") == "status"]
    told = done.text(said)
    assert told.startswith(
        f"申报已提交，编号 {kept.number}。 接下来由天宁区（初审）办理，承诺不晚于 {due(kept):%Y-%m-%d} 办完"
    )
    assert "本站没有开通邮件" in told
    assert "打印或存为 PDF，盖章留存" in done.links()
    # The sentence is that of the moment, not of the page.
    assert "承诺不晚于" not in clerk.get(f"/enterprise/applications/{key}").text()
    assert desk.actions(key) == ["application.begin", "application.confirm", "application.submit"]


def test_a_change_takes_the_confirmation_back(desk: Desk) -> None:
    key = desk.make("confirmed")
    clerk = desk.clerk()
    page = clerk.get(f"/enterprise/applications/{key}?section=place")
    clerk.submit(page, {"town": "另一街道"}, button=("go", "stay"), status=303)
    assert desk.read(key).confirmed_by is None
    stale = desk.checker().post(f"/enterprise/applications/{key}/confirm", {"version": 1}, 409)
    assert "已被他人更新" in Page(stale).text()


def test_an_incomplete_form_cannot_be_confirmed(desk: Desk) -> None:
    key = desk.make("empty")
    browser = desk.checker()
    page = browser.get(f"/enterprise/applications/{key}/review-page")
    assert [button for button in page.all("button") if button.get("disabled") is not None] == []
    refused = browser.submit(page, action="/confirm", status=422)
    assert refused.errors_shown[0].endswith("处没有填好，不能确认。")
    assert f"/enterprise/applications/{key}?section=project&check=1#project_name" in refused.links().values()


def test_what_comes_too_late_cannot_be_confirmed_either(desk: Desk) -> None:
    key = desk.make("draft")
    with desk.writing() as session:
        call = session.get_one(Application, key).call
        call.opens_at, call.closes_at = call.opens_at.replace(year=2024), call.opens_at.replace(year=2025)
    browser = desk.checker()
    page = browser.get(f"/enterprise/applications/{key}/review-page")
    refused = browser.submit(page, action="/confirm", status=403)
    assert refused.errors_shown[0].startswith("申报已经截止，不能再提交。")
    assert desk.read(key).confirmed_by is None


def due(application: Application) -> date:
    """The last of the calendar days that the call has promised for a step."""
    return beijing_day(application.step_since) + timedelta(days=applicants.rules_without_files().handling_days)


def test_submitting_twice_makes_one_number_and_one_version(desk: Desk) -> None:
    key = desk.make("confirmed")
    clerk = desk.clerk()
    page = clerk.get(f"/enterprise/applications/{key}/review-page")
    first = clerk.submit(page, action="/submit", status=303)
    second = clerk.submit(page, action="/submit", status=303)
    assert first.h1 == second.h1
    with desk.writing() as session:
        assert session.scalar(select(func.count()).select_from(Snapshot)) == 1
    assert desk.actions(key).count("application.submit") == 1


def test_a_rule_of_the_call_is_told_before_submission(desk: Desk) -> None:
    desk.make("submitted")
    desk.make("submitted", project_name="第二个车间")
    third = desk.make("draft", project_name="第三个车间")
    page = desk.clerk().get(f"/enterprise/applications/{third}/review-page")
    assert "每家企业在本通知下限报 2 项" in page.text()


def test_the_record_shows_number_code_and_timeline(desk: Desk) -> None:
    key = desk.make("submitted")
    page = desk.clerk().get(f"/enterprise/applications/{key}")
    stored = desk.read(key)
    text = page.text()
    assert str(stored.number) in text
    assert "✓ 内容与校验码相符" in text
    assert "天宁区正在初审" in text
    assert [row[1] for row in page.rows()[:3]] == ["演示企业用户提交申报", "演示企业用户核对并确认", "开始填写"]


def test_a_proposal_shows_nowhere(desk: Desk) -> None:
    checking, proposed = desk.make("checking"), desk.make("checking", project_name="另一车间")
    browser = desk.clerk()
    before = browser.get(f"/enterprise/applications/{proposed}")
    with desk.writing() as session:
        found = session.get_one(Application, proposed)
        applicants.step(session, found, desk.who.city, Action.PROPOSE)
    after = browser.get(f"/enterprise/applications/{proposed}")
    assert after.rows() == before.rows()
    assert after.text() == before.text()
    rows = {row[1]: row[3:5] for row in browser.get("/enterprise").rows()}
    assert rows["另一车间"] == rows["演示齿轮箱装配智能车间"] == ["市级审核中", "市工业和信息化局"]
    assert "拟认定" not in browser.get("/enterprise").text()
    with desk.writing() as session:
        found = session.get_one(Application, proposed)
        applicants.step(session, found, desk.who.city, Action.UNDO, applicants.StepInput(reason="重新核对"))
    assert browser.get(f"/enterprise/applications/{proposed}").rows() == before.rows()
    assert checking != proposed


def test_the_reason_of_a_refusal_is_shown(desk: Desk) -> None:
    page = desk.clerk().get(f"/enterprise/applications/{desk.make('rejected')}")
    assert "投资未到位。" in page.text()
    assert "市级审核不予认定" in page.text()


def test_paper_bears_the_code_and_every_version_can_be_printed(desk: Desk) -> None:
    key = desk.make("returned")
    clerk, checker = desk.clerk(), desk.checker()
    page = clerk.get(f"/enterprise/applications/{key}?section=place")
    clerk.submit(page, {"lon": "120.03"}, button=("go", "check"), status=303)
    changed = checker.get(f"/enterprise/applications/{key}/review-page")
    assert changed.rows()[0] == ["经度", "120.02", "120.03"]
    checker.submit(changed, action="/confirm", status=303)
    clerk.submit(clerk.get(f"/enterprise/applications/{key}/review-page"), action="/submit", status=303)
    with desk.writing() as session:
        stored = session.get_one(Application, key)
        codes = [snapshot.check_code for snapshot in stored.snapshots]
        assert [is_genuine(stored, snapshot) for snapshot in stored.snapshots] == [True, True]
    for number, code in enumerate(codes, start=1):
        paper = clerk.get(f"/enterprise/applications/{key}/print?version={number}")
        assert paper.text(paper.one("b", class_="mono")) == code
        assert f"第 {number} 版" in paper.text()
        assert ("演示法人" in paper.text()) == (number == 2)
    record = clerk.get(f"/enterprise/applications/{key}")
    assert ["经度", "120.02", "120.03"] in record.rows()
    assert record.rows()[0][1] == "演示企业用户修改后重新提交"
    assert desk.read(key).status == "submitted"


def test_the_paper_to_be_sealed_names_each_file_with_its_sum(desk: Desk) -> None:
    key = desk.make("draft")
    with desk.writing() as session:
        application, clerk = session.get_one(Application, key), desk.who.clerk
        with uploads.examine(io.BytesIO(samples.pdf()), "申报报告.pdf", kind=AttachmentKind.OTHER) as examined:
            storage = desk.app.extensions["registry"].files
            given = {"kind": AttachmentKind.OTHER, "examined": examined, "caption": "", "folder": storage}
            attachments.add_attachment(session, clerk, key, now=applicants.NOW, **given)
        version = application.version
        drafts.confirm(session, desk.who.checker, key, seen_version=version, now=applicants.NOW)
        applicants.step(session, application, clerk, Action.SUBMIT)
        [file] = application.snapshots[-1].files
    said = desk.clerk().get(f"/enterprise/applications/{key}/print").text()
    assert file["sha256"] == hashlib.sha256(samples.pdf()).hexdigest()
    for words in (f"校验值（SHA-256） {file['sha256']}", "打印 / 存为 PDF", "状态 待初审", "首次提交", "企业盖章："):
        assert words in said


def test_remarks_are_shown_on_the_check_page_too(desk: Desk) -> None:
    page = desk.clerk().get(f"/enterprise/applications/{desk.make('returned')}/review-page")
    assert SENTENCE in page.text()
    assert SECOND in page.text()


def test_a_draft_prints_as_a_draft(desk: Desk) -> None:
    page = desk.clerk().get(f"/enterprise/applications/{desk.make('draft')}/print")
    assert "草稿，没有提交：没有编号和校验码，不能作为申报材料。" in page.text()
    assert "校验码 " not in page.text()


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "proposed"])
def test_withdrawing_asks_first(desk: Desk, state: str) -> None:
    key = desk.make(state)
    browser = desk.clerk()
    page = browser.get(f"/enterprise/applications/{key}/withdraw")
    assert desk.read(key).status == state
    browser.submit(page, status=303)
    assert desk.read(key).status == "withdrawn"
    browser.submit(page, status=303)


def test_what_is_decided_cannot_be_withdrawn(desk: Desk) -> None:
    key = desk.make("rejected")
    page = desk.clerk().get(f"/enterprise/applications/{key}/withdraw")
    assert "已经有了决定，不能再撤回" in page.text()
    desk.clerk().post(f"/enterprise/applications/{key}/withdraw", {"version": desk.read(key).version}, 403)


@pytest.mark.parametrize("number", [1, 3])
def test_the_dashboard_needs_the_same_number_of_queries(desk: Desk, number: int) -> None:
    desk.make("checking")
    for serial in range(number):
        desk.make("draft", project_name=f"第{serial}车间")
    browser = desk.clerk()
    browser.get("/enterprise")
    browser.get("/enterprise")
    assert len(browser.statements) == 15
