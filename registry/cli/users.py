"""`flask users create|list|role|disable|enable|reset` and `flask messages send`."""

from __future__ import annotations

import secrets
import sys
from datetime import UTC, datetime

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.cli.running import checked, installed
from registry.cli.words import say
from registry.errors import InvalidInput, NotFound
from registry.models import Account, Enterprise
from registry.permissions import OPERATOR
from registry.services.accounts import administration, credentials, making
from registry.services.accounts.passwords import hash_password, require_good
from registry.services.accounts.registration import checked_uscc
from registry.services.record import enterprises
from registry.terms import AccountStanding, Role
from registry.views.accounts.outbox import mailer
from registry.views.web.runtime import runtime
from registry.wording import Message

users_group = AppGroup("users", help=Message("账户：建立、列出、更改角色、停用、重设密码。"))
messages_group = AppGroup("messages", help=Message("站内信的邮件发送。"))
ROLES = click.Choice([role.value for role in Role])
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(users_group)
    app.cli.add_command(messages_group)


@users_group.command("create", help=Message("建立账户并打印随机密码；密码也可从标准输入读入。"))
@click.argument("email")
@click.option("--role", type=ROLES, required=True, help=Message("角色。"))
@click.option("--unit", default=None, help=Message("板块代码，板块审核员必填。"))
@click.option("--enterprise", default=None, metavar="USCC", help=Message("企业的统一社会信用代码，企业用户必填。"))
@click.option("--name", default=None, help=Message("姓名；不填则用邮箱的前半部分。"))
@click.option("--password-stdin", is_flag=True, help=Message("从标准输入读一行作为密码，不打印。"))
@checked
@installed
def create(
    email: str, role: str, unit: str | None, enterprise: str | None, name: str | None, password_stdin: bool
) -> None:
    """Make an account with a password."""
    address = making.clean_email(email)
    shown = making.clean_name(name or address.split("@")[0][:60])
    password = _password(password_stdin, near=credentials.known_of(address, shown, enterprise))
    password_hash = hash_password(password)
    with runtime().write() as session:
        account = making.create_account(
            session,
            OPERATOR,
            email=address,
            name=shown,
            role=Role(role),
            unit=unit,
            enterprise=_enterprise(session, enterprise),
            password_hash=password_hash,
            now=datetime.now(UTC),
        )
        session.commit()
        say(Message("已建立账户 %(email)s（%(role)s）。", email=account.email, role=Role(role)))
    _show(password, password_stdin)


def _enterprise(session: Session, code: str | None) -> Enterprise | None:
    if code is None:
        return None
    wanted = checked_uscc(code, field="enterprise")
    found = enterprises.by_code(session, wanted)
    if found is None:
        raise NotFound(Message("登记中没有代码为 %(wanted)s 的企业，请先导入名单或由企业自行注册。", wanted=wanted))
    return found


def _password(from_stdin: bool, near: tuple[str, ...] = ()) -> str:
    if not from_stdin:
        return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise InvalidInput(Message("标准输入中没有密码。"))
    require_good(password, near=near, local=runtime().known_names)
    return password


def _show(password: str, from_stdin: bool) -> None:
    if not from_stdin:
        say(Message("密码：%(password)s", password=password))


@users_group.command("list", help=Message("列出账户：邮箱、角色、板块或企业、状态。"))
@click.option("--role", type=ROLES, default=None, help=Message("只列这个角色。"))
@checked
@installed
def list_users(role: str | None) -> None:
    """One line an account, tab-separated."""
    statement = (
        select(Account, Enterprise.name)
        .outerjoin(Enterprise, Enterprise.id == Account.enterprise_id)
        .order_by(Account.role, Account.email_key)
    )
    if role:
        statement = statement.where(Account.role == role)
    with runtime().read() as session:
        for account, enterprise in session.execute(statement.execution_options(yield_per=500)):
            place = account.unit_code or enterprise or "-"
            say("\t".join((account.email, account.role, place, AccountStanding(account.standing).value)))


@users_group.command("role", help=Message("更改工作人员的角色或板块；正在登录的会话结束。"))
@click.argument("email")
@click.option("--role", type=ROLES, required=True, help=Message("新角色。"))
@click.option("--unit", default=None, help=Message("板块代码，板块审核员必填。"))
@checked
@installed
def change_role(email: str, role: str, unit: str | None) -> None:
    """Change role and unit."""
    with runtime().write() as session:
        account = administration.change_role(session, OPERATOR, _id(session, email), Role(role), unit)
        session.commit()
        say(
            Message(
                "%(email)s 现在是%(role)s%(unit)s。",
                email=account.email,
                role=Role(role),
                unit=f"（{account.unit_code}）" if account.unit_code else "",
            )
        )


@users_group.command("disable", help=Message("停用账户；正在登录的会话立即结束。"))
@click.argument("email")
@checked
@installed
def disable(email: str) -> None:
    """Shut an account."""
    with runtime().write() as session:
        account = administration.disable(session, OPERATOR, _id(session, email))
        session.commit()
        say(Message("%(email)s 已停用。", email=account.email))


@users_group.command("enable", help=Message("重新启用账户。"))
@click.argument("email")
@checked
@installed
def enable(email: str) -> None:
    """Open an account again."""
    with runtime().write() as session:
        account = administration.enable(session, OPERATOR, _id(session, email))
        session.commit()
        say(
            Message(
                "%(email)s 已启用（%(standing)s）。", email=account.email, standing=AccountStanding(account.standing)
            )
        )


@users_group.command("reset", help=Message("设新密码并打印；会话和未用的链接全部失效。"))
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help=Message("从标准输入读一行作为密码，不打印。"))
@click.option("--second-factor", is_flag=True, help=Message("同时停用第二因子（手机丢失时）。"))
@checked
@installed
def reset(email: str, password_stdin: bool, second_factor: bool) -> None:
    """Give an account a new password."""
    with runtime().read() as session:
        near = credentials.credentials_of(session, account_id=_id(session, email)).near
    password = _password(password_stdin, near=near)
    password_hash = hash_password(password)
    with runtime().write() as session:
        account_id = _id(session, email)
        if second_factor:
            administration.drop_second_factor(session, OPERATOR, account_id)
        account = credentials.set_password(session, OPERATOR, account_id, password_hash, now=datetime.now(UTC))
        session.commit()
        say(Message("%(email)s 的密码已重设。", email=account.email))
    _show(password, password_stdin)


def _id(session: Session, email: str) -> int:
    account = making.find(session, email)
    if account is None:
        raise NotFound(Message("没有邮箱为 %(email)s 的账户。", email=email))
    return account.id


@messages_group.command("send", help=Message("发送待发的邮件；没有配置邮件服务器时只留站内。"))
@checked
@installed
def send() -> None:
    """Send what is due now; exit code 1 when the server took nothing of it."""
    outbox = mailer()
    delivery = outbox.send_pending()
    if outbox.server is None:
        say(Message("没有配置 REGISTRY_MAIL_URL，消息只在站内。"))
        return
    say(Message("已发送 %(sent)s 封，失败 %(failed)s 封。", sent=delivery.sent, failed=delivery.failed))
    if delivery.failed and not delivery.sent:
        sys.exit(1)
