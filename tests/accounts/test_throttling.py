"""Counting attempts: at once, in any order, by subscriber."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from registry.db import writers
from registry.errors import TooManyAttempts
from registry.models import Throttle
from registry.services.accounts.throttling import Attempt, Key, begin, failed, forget, sign_in_attempt, succeeded
from tests.accounts.conftest import NOON

OFFICE, STRANGER = "192.0.2.1", "198.51.100.9"


def counts(engine: Engine) -> dict[str, int]:
    """What is counted, by key."""
    with writers(engine)() as session:
        return {row.key: row.failures for row in session.scalars(select(Throttle)) if row.failures}


def test_of_twenty_guesses_at_once_five_are_examined(engine: Engine) -> None:
    def guess(_number: int) -> bool:
        with writers(engine)() as session:
            try:
                begin(session, sign_in_attempt("a@example.com", OFFICE), now=NOON)
            except TooManyAttempts:
                return False
            session.commit()
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(guess, range(20))) == 5


def test_a_success_gives_back_what_its_own_place_had_counted(engine: Engine) -> None:
    mine, stranger = sign_in_attempt("a@example.com", OFFICE), sign_in_attempt("a@example.com", STRANGER)
    neighbour = sign_in_attempt("b@example.com", OFFICE)
    with writers(engine)() as session:
        for tried in (mine, mine, mine, stranger, stranger, neighbour):
            begin(session, tried, now=NOON)
            failed(session, tried, now=NOON)
        begin(session, mine, now=NOON)
        succeeded(session, mine, now=NOON)
        session.commit()
    left = counts(engine)
    assert {name: left.get(key.name) for name, key in named(mine)} == {"place": None, "account": 2, "address": 1}
    assert {name: left.get(key.name) for name, key in named(stranger)} == {"place": 2, "account": 2, "address": 2}


def named(tried: Attempt) -> list[tuple[str, Key]]:
    return list(zip(("place", "account", "address"), (*tried.before, *tried.after), strict=True))


def test_a_success_removes_what_is_old(engine: Engine) -> None:
    mine = sign_in_attempt("a@example.com", OFFICE)
    with writers(engine)() as session:
        for number in range(3):
            begin(session, sign_in_attempt(f"{number}@example.com", STRANGER), now=NOON - timedelta(days=2))
        begin(session, mine, now=NOON)
        succeeded(session, mine, now=NOON)
        assert session.scalars(select(Throttle.key)).all() == []


def test_a_new_password_forgets_the_account_and_no_other(engine: Engine) -> None:
    with writers(engine)() as session:
        for mail in ("a@example.com", "b@example.com"):
            for address, browser in ((OFFICE, ""), (STRANGER, ""), (OFFICE, "known")):
                begin(session, sign_in_attempt(mail, address, browser), now=NOON)
        forget(session, "a@example.com")
        session.commit()
    left = sign_in_attempt("b@example.com", OFFICE).before[0].name.rpartition(":")[0]
    assert {key.rpartition(":")[0].removesuffix(":browser") for key in counts(engine)} == {left}
    assert len(counts(engine)) == 4


def test_a_quiet_hour_begins_a_new_count(engine: Engine) -> None:
    tried = sign_in_attempt("a@example.com", OFFICE)
    with writers(engine)() as session:
        for _ in range(4):
            begin(session, tried, now=NOON)
        for minute in range(4):
            begin(session, tried, now=NOON + timedelta(hours=1, minutes=minute))
        session.commit()
    assert set(counts(engine).values()) == {4}


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
    assert [found.name for found in sign_in_attempt("a@example.com", address).after] == [key]
