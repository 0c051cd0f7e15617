"""`flask demo load|purge`."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup

from registry.cli.running import checked, installed
from registry.cli.words import say
from registry.errors import InvalidInput
from registry.permissions import OPERATOR
from registry.services.notices.identity import IdentityKey
from registry.views.web.runtime import runtime
from registry.wording import Message

demo_group = AppGroup("demo", help=Message("演示数据：装入或清除。演示数据只能装入空的登记。"))


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(demo_group)


@demo_group.command("load", help=Message("装入演示数据；已有记录时拒绝。"))
@click.option("--if-empty", is_flag=True, help=Message("已有记录时保留原样，不报错。"))
@checked
@installed
def load(if_empty: bool) -> None:
    """Fill an empty registry with the demo stock."""
    from registry.services import demo  # slow import

    if if_empty and not demo.has_stock(runtime().city):
        say(Message("这个城市没有演示数据，登记保持为空。"))
        return
    with runtime().write() as session:
        if if_empty and not demo.is_empty(session):
            say(Message("登记中已有记录，保留原样。"))
            return
        key = IdentityKey(runtime().settings.data_dir)
        projects = demo.load_demo(session, OPERATOR, folder=runtime().files, identity_key=key)
        session.commit()
    say(Message("已装入演示数据：%(projects)s 个项目。", projects=projects))


@demo_group.command("accounts", help=Message("给演示账户各设一个新的随机密码并列出；没有演示数据时拒绝。"))
@click.option("--if-demo", is_flag=True, help=Message("没有演示数据时不报错。"))
@checked
@installed
def accounts(if_demo: bool) -> None:
    """New random passwords for one demo account of each role; their sessions end."""
    from registry.services import demo  # slow import

    with runtime().write() as session:
        listed = demo.renew_passwords(session, OPERATOR)
        session.commit()
    if not listed and not if_demo:
        raise InvalidInput(Message("没有演示账户，请先运行 flask demo load。"))
    for login in listed:
        values = {"role": login.role, "email": login.email, "password": login.password}
        say(Message("  %(role)s\t%(email)s\t%(password)s", **values))


@demo_group.command("purge", help=Message("清除演示数据，回到 flask init 之后的状态；有真实记录时拒绝。"))
@checked
@installed
def purge() -> None:
    """Take the demo stock out again."""
    from registry.services import demo, uploads  # slow import

    with runtime().write() as session:
        photos = demo.stored_photos(session)
        projects = demo.purge_demo(session, OPERATOR)
        session.commit()
    for name in photos:
        uploads.discard(runtime().files, name)
    say(Message("已清除演示数据：%(projects)s 个项目；办理记录重新开始。", projects=projects))
