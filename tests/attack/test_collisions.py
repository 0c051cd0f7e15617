"""Two who write the same at one moment, after both have looked: one is told, with all that he typed, and nobody gets an
accident."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from registry.models import Account, Enterprise, Event, Phrase, Town
from registry.names import name_key
from registry.terms import Role
from tests import people
from tests.accounts.conftest import Made, writing
from tests.accounts.conftest import make as make
from tests.meanwhile import until_waiting


def renamed(session: Session) -> None:
    session.get_one(Enterprise, 1).chain_leader = "同事写的"


CHAIN = "/review/record/enterprises/1/chain"
Other = Callable[[Session], object]
FORMS: dict[str, tuple[Role, dict[str, str], Other]] = {
    "/admin/lists/towns": (
        Role.ADMINISTRATOR, {"town": "演示新镇", "unit": "TNQ"},
        lambda session: session.add(Town(name="演示新镇", name_key=name_key("演示新镇"), unit_code="WJQ")),
    ),
    "/review/phrases": (
        Role.MUNICIPAL_REVIEWER, {"text": "演示新用语"},
        lambda session: session.add(Phrase(text="演示新用语", position=99)),
    ),
    CHAIN: (Role.MUNICIPAL_REVIEWER, {"chain": "演示产业链", "version": "1"}, renamed),
    "/review/record/enterprises/1/facts": (
        Role.MUNICIPAL_REVIEWER,
        {"version": "1", "size": "small", "ownership": "private", "short": "演示简称", "printed": ""},
        renamed,
    ),
}  # fmt: skip
"""Address of a form → who sends it, what he types, and what a colleague saves at the same moment."""


@pytest.mark.parametrize("path", FORMS)
def test_of_two_at_once_the_second_is_told_and_keeps_what_he_typed(app: Flask, make: Made, path: str) -> None:
    role, typed, other = FORMS[path]
    with writing(app) as session:
        people.enterprise(session, "演示同时有限公司")
    browser = people.signed_in(app, make(role))
    token, engine = browser.token(), app.extensions["registry"].engine

    def send() -> tuple[int, str]:
        with browser.client.post(path, data=typed | {"csrf_token": token}) as answer:
            return answer.status_code, answer.get_data(as_text=True)

    with ThreadPoolExecutor(1) as pool, writing(app) as session:
        other(session)
        session.flush()
        work = pool.submit(send)
        until_waiting(engine, work)
        session.commit()
        status, page = work.result(30)
    assert status in ((409,) if engine.dialect.name == "postgresql" else (409, 422))
    assert [value for value in typed.values() if len(value) > 1 and value not in page] == []
    with app.extensions["registry"].read() as reading:
        assert reading.scalar(text("SELECT count(*) FROM town WHERE unit_code = 'TNQ' AND name = '演示新镇'")) == 0


@pytest.mark.parametrize("change", [{"standing": "disabled"}, {"role": Role.PUBLISHER.value}], ids=["disabled", "role"])
def test_who_is_shut_out_while_he_waits_writes_nothing(app: Flask, make: Made, change: dict[str, str]) -> None:
    """The request began with a good session, and comes to its turn after an administrator has decided otherwise."""
    officer = make(Role.MUNICIPAL_REVIEWER)
    with writing(app) as session:
        people.enterprise(session, "演示同时有限公司")
    browser = people.signed_in(app, officer)
    token, engine = browser.token(), app.extensions["registry"].engine

    def send() -> tuple[int, str]:
        with browser.client.post(CHAIN, data=FORMS[CHAIN][1] | {"csrf_token": token}) as answer:
            return answer.status_code, answer.get_data(as_text=True)

    with ThreadPoolExecutor(1) as pool, writing(app) as session:
        session.get_one(Enterprise, 1, with_for_update=True)
        session.execute(update(Account).where(Account.id == officer).values(**change))
        work = pool.submit(send)
        until_waiting(engine, work)
        session.commit()
        status, page = work.result(30)
    if engine.dialect.name == "postgresql":
        assert (status, "演示产业链" in page) == (403, True)
    else:
        # There he may also have come after all was decided.
        assert status in (401, 403)
    with app.extensions["registry"].read() as reading:
        assert reading.scalars(select(Enterprise.chain_leader)).all() == [""]
        assert "enterprise.chain_leader" not in reading.scalars(select(Event.action)).all()
