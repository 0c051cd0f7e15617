"""`flask users …` as an operator uses it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from app import create_app
from registry.config import Settings
from registry.services.accounts.second_factor import new_secret
from registry.services.demo.words import demo_code
from registry.terms import Role
from tests import people
from tests.accounts.conftest import account, actions, is_signed_in, sign_in, writing
from tests.browser import Browser

Run = Callable[..., Result]


@pytest.fixture
def installed_app(tmp_path: Path, database_url: str) -> Iterator[Flask]:
    """An application with its data directory, as `flask init` leaves it."""
    settings = Settings(data_dir=tmp_path / "instance", database_url=database_url)
    settings.make_data_dir()
    app = create_app(settings)
    yield app
    app.extensions["registry"].engine.dispose()


@pytest.fixture
def run(installed_app: Flask) -> Run:
    """Runs a command; returns its result."""

    def invoke(*arguments: str, stdin: str = "") -> Result:
        return installed_app.test_cli_runner().invoke(args=list(arguments), input=stdin)

    return invoke


def test_an_operator_makes_the_first_administrator(installed_app: Flask, run: Run) -> None:
    done = run("users", "create", "Root@example.com", "--role", "administrator", "--name", "演示管理")
    assert done.exit_code == 0
    assert done.output.startswith("已建立账户 Root@example.com（系统管理员）。\n密码：")
    password = done.output.split("密码：")[1].strip()
    assert re.fullmatch(r"(?:[a-z2-9]{4}-){3}[a-z2-9]{4}", password)
    browser = Browser(installed_app)
    assert sign_in(browser, "root@example.com", password).h1 == "账户管理"
    assert actions(installed_app) == [("account.create", 1), ("account.sign_in", 1)]
    assert run("audit", "verify").exit_code == 0


def test_a_password_from_standard_input_is_not_printed(installed_app: Flask, run: Run) -> None:
    done = run("users", "create", "a@example.com", "--role", "auditor", "--password-stdin", stdin="seven-green-boats\n")
    assert (done.exit_code, done.output) == (0, "已建立账户 a@example.com（审计员）。\n")
    sign_in_page = Browser(installed_app)
    sign_in_page.post("/sign-in", {"email": "a@example.com", "password": "seven-green-boats"})
    assert is_signed_in(sign_in_page)


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "sentence"),
    [
        (("x", "--role", "auditor"), "", 1, "错误：邮箱不完整，应写成 name@example.com 的样子。"),
        (("a@example.com", "--role", "king"), "", 2, "Invalid value for '--role'"),
        (("a@example.com",), "", 2, "Missing option '--role'"),
        (("a@example.com", "--role", "district_reviewer"), "", 1, "错误：板块审核员须选择板块。"),
        (("a@example.com", "--role", "district_reviewer", "--unit", "XXX"), "", 1, "错误：没有代码为 XXX 的板块。"),
        (("a@example.com", "--role", "auditor", "--unit", "TNQ"), "", 1, "错误：只有板块审核员属于一个板块。"),
        (("a@example.com", "--role", "enterprise"), "", 1, "错误：企业用户须属于一家企业，工作人员不属于企业。"),
        (
            ("a@example.com", "--role", "enterprise", "--enterprise", "123"),
            "",
            1,
            "错误：统一社会信用代码应为 18 位，现为 3 位。",
        ),
        (
            ("a@example.com", "--role", "enterprise", "--enterprise", demo_code("320402", 1)),
            "",
            1,
            "错误：登记中没有代码为",
        ),
        (("a@example.com", "--role", "auditor", "--password-stdin"), "", 1, "错误：标准输入中没有密码。"),
        (
            ("a@example.com", "--role", "auditor", "--password-stdin"),
            "short\n",
            1,
            "错误：密码至少 10 个字符，现为 5 个。",
        ),
    ],
)
def test_wrong_use_is_one_sentence(run: Run, arguments: tuple[str, ...], stdin: str, code: int, sentence: str) -> None:
    done = run("users", "create", *arguments, stdin=stdin)
    assert (done.exit_code, sentence in done.output) == (code, True), done.output
    assert run("users", "list").output == ""


def test_members_roles_list_disable_enable_reset(installed_app: Flask, run: Run) -> None:
    with writing(installed_app) as session:
        code = people.enterprise(session, "演示齿轮有限公司").uscc or ""
    for email in ("first@example.com", "second@example.com"):
        assert run("users", "create", email, "--role", "enterprise", "--enterprise", code.lower()).exit_code == 0
    assert [account(installed_app, number).is_owner for number in (1, 2)] == [True, False]
    run("users", "create", "r@example.com", "--role", "district_reviewer", "--unit", "TNQ")
    assert run("users", "create", "R@example.com", "--role", "auditor").output == "错误：这个邮箱已有账户。\n"
    done = run("users", "role", "r@example.com", "--role", "district_reviewer", "--unit", "WJQ")
    assert done.output == "r@example.com 现在是板块审核员（WJQ）。\n"
    browser = people.signed_in(installed_app, 3)
    assert run("users", "disable", "r@example.com").output == "r@example.com 已停用。\n"
    assert not is_signed_in(browser)
    assert (
        run("users", "list", "--role", "district_reviewer").output
        == "r@example.com\tdistrict_reviewer\tWJQ\tdisabled\n"
    )
    assert run("users", "enable", "r@example.com").output == "r@example.com 已启用（正常）。\n"
    assert run("users", "list").output.splitlines()[1:] == [
        "first@example.com\tenterprise\t演示齿轮有限公司\tactive",
        "second@example.com\tenterprise\t演示齿轮有限公司\tactive",
    ]
    done = run("users", "reset", "r@example.com", "--password-stdin", stdin="seven-green-boats\n")
    assert done.output == "r@example.com 的密码已重设。\n"
    sign_in(Browser(installed_app), "r@example.com", "seven-green-boats")
    assert run("users", "disable", "nobody@example.com").exit_code == 1


def test_reset_takes_a_lost_second_factor_away(installed_app: Flask, run: Run) -> None:
    with writing(installed_app) as session:
        email = people.make_account(session, Role.EXPERT, totp_secret=new_secret()).email
    assert "没有设置第二因子" not in run("users", "reset", email, "--second-factor").output
    assert account(installed_app, 1).totp_secret is None
    assert "没有设置第二因子" in run("users", "reset", email, "--second-factor").output


def test_messages_send_without_a_server(run: Run) -> None:
    done = run("messages", "send")
    assert (done.exit_code, done.output) == (0, "没有配置 REGISTRY_MAIL_URL，消息只在站内。\n")


def test_commands_want_an_installation(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path / "none"))
    for command in (("users", "list"), ("messages", "send")):
        done = app.test_cli_runner().invoke(args=list(command))
        assert (done.exit_code, "请先运行 flask init" in done.output) == (1, True)
    app.extensions["registry"].engine.dispose()
