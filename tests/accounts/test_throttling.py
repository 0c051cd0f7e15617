"""Counting attempts: at once, in any order, by subscriber."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select

from registry.db import writers
from registry.errors import TooManyAttempts
from registry.models import Throttle
from registry.services.accounts.throttling import account_key, address_key, clear, count
from tests.accounts.conftest import NOON


def test_of_twenty_guesses_at_once_five_are_examined(engine: Engine) -> None:
    def guess(_number: int) -> bool:
        with writers(engine)() as session:
            try:
                count(session, [account_key("a@example.com"), address_key("address", "192.0.2.1")], now=NOON)
            except TooManyAttempts:
                return False
            session.commit()
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(guess, range(20))) == 5


def test_a_success_clears_the_account_and_what_is_old(engine: Engine) -> None:
    with writers(engine)() as session:
        for number in range(3):
            count(session, [account_key(f"{number}@example.com")], now=NOON - timedelta(days=2))
        count(session, [account_key("a@example.com"), address_key("address", "192.0.2.1")], now=NOON)
        clear(session, account_key("a@example.com"), now=NOON)
        assert session.scalars(select(Throttle.key)).all() == ["address:192.0.2.1"]


def test_a_quiet_hour_begins_a_new_count(engine: Engine) -> None:
    key = account_key("a@example.com")
    with writers(engine)() as session:
        for _ in range(4):
            count(session, [key], now=NOON)
        for minute in range(4):
            count(session, [key], now=NOON + timedelta(hours=1, minutes=minute))
        assert session.scalar(select(func.max(Throttle.failures))) == 4


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.1", "address:192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "address:2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::", "address:2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "address:192.0.2.1"),
        ("", "address:unknown"),
        (None, "address:unknown"),
        ("not an address", "address:unknown"),
    ],
)
def test_keys_of_network_addresses(address: str | None, key: str) -> None:
    assert address_key("address", address).name == key
