"""请同事核对: by message or by a link that leads into the own enterprise alone."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

from sqlalchemy import select

from registry.keeping import NOTICE_VERSION
from registry.models import Account
from tests import people
from tests.applications.conftest import Desk
from tests.browser import Browser, Page

PERSON = {
    "name": "演示同事", "email": "colleague@example.com", "new_password": "seven-green-boats",
    "new_password_again": "seven-green-boats", "consent": "1",
}  # fmt: skip


def link_of(page: Page) -> str:
    """The path of the link that a page shows."""
    parts = urlsplit(page.text(page.one("p", id="copied")))
    return f"{parts.path}?{parts.query}"


def test_a_colleague_is_asked_reads_and_confirms_and_the_page_says_when(desk: Desk) -> None:
    made = desk.make("draft")
    path = f"/enterprise/applications/{made}/second-person"
    clerk, checker = (
        people.signed_in(desk.app, desk.who.clerk.id or 0),
        people.signed_in(desk.app, desk.who.checker.id or 0),
    )
    page = clerk.get(path)
    assert "还没有请过同事。" in page.text()
    assert "没有核对确认不能提交。" in page.text()
    asked = clerk.submit(page, action="/ask", status=303)
    assert "已通知同事来核对。" in asked.text()
    assert "还没有看" in asked.text()
    assert "再提醒一次" in [asked.text(each) for each in asked.all("button")]
    again = clerk.submit(asked, action="/ask", status=303)
    assert again.text().count("请同事核对。") <= 1
    assert "站内信 1" in checker.get("/inbox").text(), "who has not read it is not asked twice within hours"
    checker.post("/inbox/read")
    assert "看了通知" in clerk.get(path).text()
    checker.submit(checker.get(f"/enterprise/applications/{made}/review-page"), action="/confirm", status=303)
    done = clerk.get(path)
    assert "核对并确认" in done.text()
    assert "收回修改" in done.links()
    strange = clerk.post(f"/enterprise/applications/{made}/ask", {"colleague": "99999"}, 422)
    assert "不用再请" in strange.get_data(as_text=True)


def test_a_link_leads_one_colleague_into_the_enterprise_and_to_the_form(desk: Desk) -> None:
    made = desk.make("draft")
    clerk = people.signed_in(desk.app, desk.who.clerk.id or 0)
    shown = clerk.submit(
        clerk.get(f"/enterprise/applications/{made}/second-person"), action="/colleague-link", status=200
    )
    link, stranger = link_of(shown), Browser(desk.app)
    form = stranger.get(link)
    assert "只能加入这家企业" in form.text()
    assert not any(each.get("name") in ("uscc", "enterprise_name") for each in form.form().iter())
    wrong = stranger.submit(form, PERSON | {"email": "no", "consent": None, "new_password_again": "x"}, status=422)
    assert [line.split("：")[0] for line in wrong.errors_shown] == [
        "邮箱不完整，应写成 name@example.com 的样子。", "再输入一次密码", "我已阅读隐私说明，同意为办理申报处理我填写的个人信息",
    ]  # fmt: skip
    page = stranger.submit(wrong, PERSON)
    assert page.h1 == "核对并提交"
    with desk.app.extensions["registry"].read() as session:
        account = session.scalars(select(Account).where(Account.email == PERSON["email"])).one()
        assert (account.enterprise_id, account.standing, account.is_owner) == (
            desk.who.clerk.enterprise_id,
            "active",
            False,
        )
        assert account.consent_version == NOTICE_VERSION
        assert account.consent_at is not None
        assert (datetime.now(UTC) - account.consent_at).total_seconds() < 600
    Browser(desk.app).get(link, 404)
    assert "已加入" in clerk.get("/inbox").text()
    assert stranger.submit(page, action="/confirm", status=303).h1 == "核对并提交"


def test_the_link_of_a_member_who_is_no_owner_needs_approval_and_a_later_one_ends_the_first(desk: Desk) -> None:
    made = desk.make("draft")
    checker = people.signed_in(desk.app, desk.who.checker.id or 0)
    page = checker.get(f"/enterprise/applications/{made}/second-person")
    assert "须由管理员或主管部门批准" in page.text()
    first = link_of(checker.submit(page, action="/colleague-link", status=200))
    second = link_of(checker.submit(page, action="/colleague-link", status=200))
    stranger = Browser(desk.app)
    stranger.get(first, 404)
    assert "等待批准" in stranger.submit(stranger.get(second), PERSON).text()
