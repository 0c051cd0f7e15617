"""Changing the keys of the installation: nobody is signed out, nothing that was encrypted is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyotp
import pytest
from flask import Flask

from registry.config import KEY_FILE, Settings
from registry.config.keys import keys_in
from registry.errors import OperatorError
from registry.services.accounts import second_factor
from registry.terms import Role
from tests import people
from tests.accounts.conftest import Clock, account, actions, secret_of, sign_in, writing
from tests.browser import Browser

FIRST = "f" * 64


def run(app: Flask, *arguments: str) -> str:
    """What a command says."""
    done = app.test_cli_runner().invoke(args=[*arguments])
    assert done.exit_code == 0, done.output
    return str(done.output)


def test_a_renewal_signs_nobody_out_and_loses_nothing(
    make_app: Callable[..., Flask], database_url: str, tmp_path: Path, clock: Clock
) -> None:
    (tmp_path / KEY_FILE).write_text(FIRST)
    app, secret = make_app(database_url, secret_key=""), second_factor.new_secret()
    with writing(app) as session:
        made = people.make_account(session, Role.EXPERT, known_password=True, totp_secret=secret)
        person, email = made.id, made.email
    working, half, form = people.signed_in(app, person), Browser(app), Browser(app)
    sign_in(half, email, people.PASSWORD)
    page = form.get("/sign-in")
    before = account(app, person).totp_secret

    assert "第二因子 1 个，异议人身份 0 件" in run(app, "secrets", "renew")
    new, old = keys_in(tmp_path / KEY_FILE)
    assert (old, new == old, (tmp_path / KEY_FILE).stat().st_mode & 0o777) == (FIRST, False, 0o600)
    assert account(app, person).totp_secret != before
    assert secret_of(app, person) == secret, "a server that has not started anew reads it too"

    again = make_app(database_url, secret_key="")
    for browser in (working, half, form):
        browser.client.application = again
    assert working.client.get("/account").status_code == 200
    # The password was given before the renewal, the code after it.
    answer = half.post("/sign-in/code", {"one_time_code": pyotp.TOTP(secret).at(clock.now)}, status=302)
    assert answer.headers["Location"].endswith("/account")
    assert form.submit(page, {"email": email, "password": "wrong"}, status=422).errors_shown == ["邮箱或密码不对。"]

    assert "已弃用旧密钥 1 把" in run(again, "secrets", "forget")
    assert keys_in(tmp_path / KEY_FILE) == (new,)
    last = make_app(database_url, secret_key="")
    assert secret_of(last, person) == secret
    working.client.application = last
    assert working.client.get("/account").status_code == 200
    assert [name for name, _subject in actions(last, "keys.")] == ["keys.renew", "keys.renew"]


def test_keys_of_the_environment_are_renewed_by_the_operator(make_app: Callable[..., Flask], database_url: str) -> None:
    app, secret = make_app(database_url, secret_key=FIRST), second_factor.new_secret()
    with writing(app) as session:
        person = people.make_account(session, Role.EXPERT, totp_secret=secret).id
    changed = make_app(database_url, secret_key="n" * 64, secret_key_fallbacks=(FIRST,))
    assert "REGISTRY_SECRET_KEY_FALLBACKS" in run(changed, "secrets", "renew")
    assert "现在可以去掉" in run(changed, "secrets", "forget")
    assert secret_of(make_app(database_url, secret_key="n" * 64), person) == secret
    with pytest.raises(OperatorError, match="现在的密钥不是加密时的那一把"):
        secret_of(app, person)
    with pytest.raises(OperatorError, match="还须设置 REGISTRY_SECRET_KEY"):
        Settings.from_environ({"REGISTRY_SECRET_KEY_FALLBACKS": FIRST})
