"""Registering: a new enterprise, joining a known one, what is refused, and what is not told."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from registry.keeping import NOTICE_VERSION
from registry.models import Account, Enterprise, EnterpriseName, Message
from registry.names import name_key
from registry.services.demo.words import demo_code
from registry.terms import Role
from tests import people
from tests.accounts.conftest import account, actions, is_signed_in, sign_in, writing
from tests.browser import Browser, Page

CODE = demo_code("320402", 7)
NAME = "演示齿轮有限公司"
TYPED = {
    "enterprise_name": NAME,
    "uscc": CODE,
    "name": "演示经办人",
    "email": "clerk@example.com",
    "new_password": "seven-green-boats",
    "new_password_again": "seven-green-boats",
    "consent": "1",
}


def register(app: Flask, status: int = 302, **changes: str) -> Page:
    browser = Browser(app)
    return browser.submit(browser.get("/register"), TYPED | changes, status=status)


def accounts(app: Flask) -> list[Account]:
    with app.extensions["registry"].read() as session:
        return list(session.scalars(select(Account).order_by(Account.id)))


def test_a_new_code_makes_an_enterprise_and_its_owner(app: Flask) -> None:
    page = register(app, uscc=f" {CODE[:8].lower()}-{CODE[8:].lower()} ", email="Clerk@Example.com")
    assert page.h1 == "申报首页", "signed in at once"
    [said] = [found for found in page.all("div") if found.get("role") == "status"]
    assert page.text(said).startswith("注册成功，您已登录。 接下来可以填写或核对本企业的申报")
    assert "本站没有开通邮件，请登录查看" in page.text(said)
    [made] = accounts(app)
    assert (made.consent_version, made.consent_at is None) == (NOTICE_VERSION, False)
    assert (made.email, made.email_key, made.role) == ("Clerk@Example.com", "clerk@example.com", "enterprise")
    assert (made.standing, made.is_owner) == ("active", True)
    with app.extensions["registry"].read() as session:
        [enterprise] = session.scalars(select(Enterprise))
        assert (enterprise.uscc, enterprise.name, enterprise.verified) == (CODE, NAME, False)
    assert actions(app, "") == [
        ("enterprise.register", enterprise.id),
        ("account.register", made.id),
        ("account.sign_in", made.id),
    ]
    browser = Browser(app)
    sign_in(browser, TYPED["email"], TYPED["new_password"])
    assert is_signed_in(browser)


def test_a_colleague_waits_and_can_do_nothing_but_read_why(app: Flask) -> None:
    register(app)
    told = register(app, email="second@example.com", name="演示同事", enterprise_name="演示齿轮有限责任公司").text()
    assert "注册已收到，您已登录。 接下来由企业的管理员或主管部门核实批准，没有固定时限" in told
    owner, colleague = accounts(app)
    assert (colleague.standing, colleague.is_owner, colleague.claimed_uscc) == ("pending", False, None)
    assert colleague.enterprise_id == owner.enterprise_id
    browser = people.signed_in(app, colleague.id)
    assert "等待批准" in browser.get("/account").text()
    for path in ("/enterprise/team", "/review", "/admin/accounts"):
        assert browser.client.get(path).headers["Location"] == "/account"
    browser.post("/enterprise/team/1/approve", status=403)
    browser.get("/inbox")
    inbox = people.signed_in(app, owner.id).get("/inbox")
    assert "演示同事申请加入演示齿轮有限公司" in inbox.text()


def test_an_enterprise_without_a_code_is_joined_by_approval_of_the_bureau(app: Flask) -> None:
    with writing(app) as session:
        firm = people.enterprise(session, NAME, uscc=None)
        firm.former_names.append(EnterpriseName(name="演示旧名有限公司", name_key=name_key("演示旧名有限公司")))
        city = people.staff(session, Role.MUNICIPAL_REVIEWER).id
        firm_id = firm.id
    register(app)
    register(app, email="other@example.com", enterprise_name="演示旧名有限公司")
    _city, first, second = accounts(app)
    assert {(one.standing, one.enterprise_id, one.claimed_uscc) for one in (first, second)} == {
        ("pending", firm_id, CODE)
    }
    with app.extensions["registry"].read() as session:
        told = session.scalars(select(Message.account_id)).all()
    assert told == [city, city]


def test_the_bureau_hears_of_a_name_like_one_on_record_and_the_registration_stands(app: Flask) -> None:
    with writing(app) as session:
        officer = people.staff(session, Role.MUNICIPAL_REVIEWER).id
        people.enterprise(session, "常州市演示齿轮股份有限公司", uscc=None)
        # Two codes say that two are two.
        people.enterprise(session, "演示齿轮集团有限公司")
    register(app)
    made = accounts(app)[-1]
    assert (made.standing, made.is_owner) == ("active", True)
    with app.extensions["registry"].read() as session:
        [message] = session.scalars(select(Message).where(Message.account_id == officer))
        assert message.subject == f"新注册的企业与已登记的名称相近：{NAME}"
        assert f"“{NAME}”（{CODE}）" in message.body
        assert "“常州市演示齿轮股份有限公司”" in message.body
        assert "集团" not in message.body


def test_two_enterprises_without_code_of_that_name_are_not_guessed(app: Flask) -> None:
    with writing(app) as session:
        people.enterprise(session, NAME, uscc=None)
        other = people.enterprise(session, "演示另一家有限公司", uscc=None)
        other.former_names.append(EnterpriseName(name=NAME, name_key=name_key(NAME)))
    page = register(app, 422)
    assert page.errors_shown == [
        "企业名称：有 2 家没有登记代码的企业用过这个名称，不能判断是哪一家，请联系主管部门补登代码后再注册。"
    ]
    assert accounts(app) == []


def test_a_known_code_with_another_name_waits_for_the_bureau_who_sees_both(app: Flask) -> None:
    with writing(app) as session:
        city = people.staff(session, Role.MUNICIPAL_REVIEWER).id
    register(app)
    page = register(app, enterprise_name="演示另一家有限公司", email="x@example.com")
    assert "等待批准" in page.text()
    _city, owner, other = accounts(app)
    assert (other.standing, other.claimed_name, other.enterprise_id) == (
        "pending",
        "演示另一家有限公司",
        owner.enterprise_id,
    )
    refused = people.signed_in(app, owner.id).post(f"/enterprise/team/{other.id}/approve", status=403)
    assert "须由主管部门批准" in refused.text
    desk = people.signed_in(app, city)
    waiting = desk.get("/admin/memberships")
    assert "注册时填写：演示另一家有限公司" in waiting.text()
    assert NAME in waiting.text()
    assert "登记的是“演示齿轮有限公司”" in desk.get("/inbox").text()
    desk.post(f"/admin/memberships/{other.id}/approve")
    joined = account(app, other.id)
    assert (joined.standing, joined.claimed_name) == ("active", "")


def test_a_known_address_is_signed_in_to_nothing_and_its_owner_gets_a_message(app: Flask) -> None:
    """Without a mail server nobody can be asked whether the address is his; with one the answers are equal
    (tests/accounts/test_proofs.py)."""
    register(app)
    again = register(
        app,
        email="CLERK@example.com",
        enterprise_name="演示新企业有限公司",
        uscc=demo_code("320402", 8),
        new_password="another-long-one",
        new_password_again="another-long-one",
    )
    assert "如果这个邮箱以前注册过，请用原来的密码" in again.text()
    [owner] = accounts(app)
    with app.extensions["registry"].read() as session:
        assert session.scalars(select(Enterprise.name)).all() == [NAME]
        assert session.scalars(select(Message.subject).where(Message.account_id == owner.id)).all() == [
            "有人用您的邮箱再次注册"
        ]
    browser = Browser(app)
    sign_in(browser, TYPED["email"], "another-long-one", status=422)
    sign_in(browser, TYPED["email"], TYPED["new_password"])


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"uscc": "9132"}, ["统一社会信用代码应为 18 位，现为 4 位。"]),
        ({"uscc": CODE[:-1] + ("A" if CODE[-1] != "A" else "B")}, ["统一社会信用代码的校验位不符，请对照营业执照逐位核对。"]),
        ({"uscc": "91320402DEM00000IO"}, ["统一社会信用代码含有不该有的字符（没有字母 I、O、Z、S、V）。"]),
        ({"email": "clerk@"}, ["邮箱不完整，应写成 name@example.com 的样子。"]),
        ({"email": "a@b.cn, c@d.cn"}, ["邮箱不完整，应写成 name@example.com 的样子。"]),
        ({"email": "=?utf-8?q?a=40b.cn=2C?=c@d.cn"}, ["邮箱不完整，应写成 name@example.com 的样子。"]),
        ({"email": "a@b.cn(@d.cn"}, ["邮箱不完整，应写成 name@example.com 的样子。"]),
        ({"new_password": "short", "new_password_again": "short"}, ["密码至少 10 个字符，现为 5 个。"]),
        ({"new_password": "my-password-1", "new_password_again": "my-password-1"}, ["密码容易被猜到：是常见的密码或词。请换一个，例如几个不相干的词连在一起，或写一句较长的话。"]),
        ({"new_password": "xx-clerk-2026-xx", "new_password_again": "xx-clerk-2026-xx"}, ["密码不能包含邮箱、姓名、企业的名称或代码。"]),
        ({"new_password_again": "seven-green-boat"}, ["再输入一次密码：两次输入的密码不同。"]),
        ({"enterprise_name": "甲乙"}, ["企业名称：请填写营业执照上的企业全称。"]),
        ({"name": "甲" * 61}, ["姓名：有 61 个字，最多 60 个；请缩短"]),
        ({"name": "", "email": ""}, ["姓名：请填写姓名", "邮箱：请填写邮箱"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_field(app: Flask, changes: dict[str, str], errors: list[str]) -> None:
    page = register(app, 422, **changes)
    assert page.errors_shown == errors
    assert accounts(app) == []


def test_extra_fields_change_nothing(app: Flask) -> None:
    extra: dict[str, Any] = {"role": "administrator", "is_owner": "1", "standing": "active", "enterprise_id": "1"}
    register(app)
    register(app, email="second@example.com", **extra)
    second = accounts(app)[1]
    assert (second.role, second.standing, second.is_owner) == ("enterprise", "pending", False)


def test_hostile_text_is_refused_or_shown_as_text(app: Flask) -> None:
    page = register(app, 422, name="<script>alert(1)</script>", uscc="\x00'\"><svg>")
    assert len(page.all("script")) == len(Browser(app).get("/register").all("script"))
    register(app, 422, name="甲\x07乙")
    browser = Browser(app)
    token = browser.token().encode()
    line = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    parts = line % (b"csrf_token", token) + line % (b"name", b"\xff\xfe") + b"--x--\r\n"
    response = browser.client.post("/register", data=parts, content_type="multipart/form-data; boundary=x")
    assert (response.status_code, "不是文字的字节" in response.get_data(as_text=True)) == (400, True)
    # In a plain form such bytes arrive as the escapes that they were.
    plain = b"name=%ff%fe&csrf_token=" + token
    response = browser.client.post("/register", data=plain, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 422
    assert accounts(app) == []


def test_a_room_of_sixty_enterprises_registers_and_nobody_waits(app: Flask) -> None:
    for number in range(60):
        register(
            app,
            uscc=demo_code("320402", 100 + number),
            email=f"c{number}@example.com",
            enterprise_name=f"演示第{number}有限公司",
        )
    assert account(app, 60).email == "c59@example.com"


def test_trying_names_of_other_enterprises_is_slowed_down_by_address(app: Flask) -> None:
    with writing(app) as session:
        people.enterprise(session, NAME, uscc=None)
        other = people.enterprise(session, "演示另一家有限公司", uscc=None)
        other.former_names.append(EnterpriseName(name=NAME, name_key=name_key(NAME)))
    for number in range(30):
        register(app, 422, email=f"c{number}@example.com")
    page = register(app, 429, email="c30@example.com", uscc=demo_code("320402", 100))
    assert "请在 30 秒后再试" in page.errors_shown[0]


def test_registering_one_mail_address_again_and_again_is_slowed_down(app: Flask) -> None:
    """Its owner gets a message each time, whoever sends it from wherever."""
    for _ in range(5):
        register(app)
    assert "请在 30 秒后再试" in register(app, 429).errors_shown[0]


def test_all_faults_are_told_at_once_and_nothing_typed_is_lost(app: Flask) -> None:
    wrong = {
        "enterprise_name": "演示", "uscc": "9132", "name": "", "email": "clerk@",
        "new_password": "short", "new_password_again": "other", "consent": "", "next": "/enterprise/begin?call=1",
    }  # fmt: skip
    page = register(app, 422, **wrong)
    assert page.errors_shown == [
        "企业名称：请填写营业执照上的企业全称。",
        "统一社会信用代码应为 18 位，现为 4 位。",
        "姓名：请填写姓名",
        "邮箱不完整，应写成 name@example.com 的样子。",
        "密码至少 10 个字符，现为 5 个。",
        "再输入一次密码：两次输入的密码不同。",
        "我已阅读隐私说明，同意为办理申报处理我填写的个人信息：请先阅读并勾选。",
    ]
    kept = {each.get("name"): each.get("value") for each in page.form().iter() if each.get("name")}
    assert (kept["uscc"], kept["email"], kept["next"]) == ("9132", "clerk@", "/enterprise/begin?call=1")
    assert accounts(app) == []


def test_the_chosen_call_is_kept_from_the_wall_to_the_form(app: Flask) -> None:
    browser = Browser(app)
    wall = browser.client.get("/enterprise/begin?call=7").headers["Location"]
    link = browser.get(wall).links()["企业注册"]
    page = browser.get(link)
    answer = browser.post("/register", TYPED | {"next": page.form().find(".//*[@name='next']").get("value")})  # type: ignore[union-attr]
    assert answer.headers["Location"] == "/enterprise/begin?call=7&registered=1"
    foreign = register(
        app,
        email="b@example.com",
        uscc=demo_code("320402", 9),
        enterprise_name="演示别家有限公司",
        next="//evil.example/",
    )
    assert foreign.h1 == "申报首页"
