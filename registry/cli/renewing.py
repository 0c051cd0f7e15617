"""`flask secrets renew|forget`: change the keys of the installation; what former keys encrypted stays readable."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from flask import Flask
from flask.cli import AppGroup

from registry.cli.running import checked, installed
from registry.cli.words import say
from registry.config import KEY_FILE
from registry.config.keys import forget_keys, renew_key
from registry.permissions import OPERATOR
from registry.services.notices.identity import IdentityKey, new_key
from registry.services.resealing import reseal
from registry.views.web.runtime import runtime
from registry.wording import Message

secrets_group = AppGroup("secrets", help=Message("密钥：更换，弃用旧的。"))


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(secrets_group)


@secrets_group.command("renew", help=Message("换上新的密钥并重新加密；旧的留作读取之用，没有人因此退出登录。"))
@checked
@installed
def renew() -> None:
    """New keys in the files first: whatever happens after that, both are there."""
    settings, key = runtime().settings, _identity_key()
    if not settings.secret_key:
        renew_key(settings.data_dir / KEY_FILE, secrets.token_hex(32))
    if key.path.exists():
        renew_key(key.path, new_key())
    _reseal(key)
    if settings.secret_key:
        say(Message("签名密钥由 REGISTRY_SECRET_KEY 给出，请自行更换，旧的写入 REGISTRY_SECRET_KEY_FALLBACKS。"))
    say(Message("请重新启动网站；一天以后运行 flask secrets forget，弃用旧密钥。"))


@secrets_group.command("forget", help=Message("确认都已重新加密，再从密钥文件中去掉旧密钥；更换一天以后运行。"))
@checked
@installed
def forget() -> None:
    """All is encrypted once more before anything goes."""
    settings, key = runtime().settings, _identity_key()
    _reseal(key)
    gone = 0 if settings.secret_key else forget_keys(settings.data_dir / KEY_FILE)
    gone += forget_keys(key.path) if key.path.exists() else 0
    say(Message("已弃用旧密钥 %(n)s 把。请重新启动网站。", n=gone))
    if settings.secret_key_fallbacks:
        say(Message("REGISTRY_SECRET_KEY_FALLBACKS 现在可以去掉。"))


def _identity_key() -> IdentityKey:
    return IdentityKey(runtime().settings.data_dir)


def _reseal(key: IdentityKey) -> None:
    with runtime().write() as session:
        done = reseal(session, OPERATOR, key, now=datetime.now(UTC))
        session.commit()
    say(Message("已用现在的密钥重新加密：第二因子 %(second_factors)s 个，异议人身份 %(identities)s 件。", **vars(done)))
