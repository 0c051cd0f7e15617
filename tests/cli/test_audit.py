"""The record of events: who asked from where, what was changed, and whether its end is still there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, text

from registry.errors import InvalidInput
from registry.models import Event
from registry.permissions import PUBLIC
from registry.services import events
from registry.services.events import Anchor, Entry, shortened
from registry.services.installation import migrating
from registry.terms import Role
from tests import people


@pytest.fixture
def app(make_app: Callable[..., Flask], sqlite_url: str) -> Flask:
    """A registry with five events."""
    made = make_app(sqlite_url)
    with made.extensions["registry"].write() as session:
        for number in range(5):
            events.record(session, PUBLIC, Entry(action="call.create", subject_type="call", subject_id=number))
        session.commit()
    return made


def audit(app: Flask, *words: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["audit", *words])
    return done.exit_code, done.output


def tamper(app: Flask, statement: str) -> None:
    """What somebody does who can write to the database: the triggers are no hindrance."""
    with migrating(app.extensions["registry"].engine) as connection:
        connection.execute(text(statement))


def test_an_anchor_shows_that_the_end_is_missing(app: Flask) -> None:
    printed = audit(app, "anchor")[1].splitlines()[0]
    assert printed.startswith("5:")
    tamper(app, "DELETE FROM event WHERE id = 5")
    assert audit(app, "verify") == (0, "办理记录 4 条，散列链完整。\n")
    status, said = audit(app, "verify", "--anchor", printed)
    assert (status, "锚点打印时有 5 条办理记录" in said, "现有 4 条" in said) == (1, True, True)


def test_an_anchor_holds_while_the_record_grows(app: Flask) -> None:
    printed = audit(app, "anchor")[1].splitlines()[0]
    with app.extensions["registry"].write() as session:
        events.record(session, PUBLIC, Entry(action="call.create", subject_type="call"))
        session.commit()
    assert audit(app, "verify", "--anchor", printed) == (
        0, "办理记录 6 条，散列链完整。\n锚点相符：其中前 5 条与打印时相同。\n",
    )  # fmt: skip
    status, said = audit(app, "verify", "--anchor", printed[:-1])
    assert (status, "锚点应写成 件数:散列值" in said) == (1, True)


@pytest.mark.parametrize("text_", ["", "5", "5:xyz", "-1:" + "a" * 64, "5:" + "a" * 63])
def test_what_is_no_anchor_is_refused(text_: str) -> None:
    with pytest.raises(InvalidInput):
        Anchor.read(text_)


def test_the_first_broken_row_is_named_with_what_happened_to_it(app: Flask) -> None:
    tamper(app, "UPDATE event SET note = 'x' WHERE id = 3")
    status, said = audit(app, "verify")
    assert (status, "序号 3（" in said, "被改动过" in said, "此前 2 条无误" in said) == (1, True, True, True)
    tamper(app, "DELETE FROM event WHERE id IN (2, 3)")
    said = audit(app, "verify")[1]
    assert ("序号 4（" in said, "接不上前一条（1）" in said, "call.create" in said) == (True, True, True)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:7:1:2::9", "2001:db8:7::/48"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_a_shortened_address_is_that_of_the_network(address: str, kept: str) -> None:
    assert shortened(address) == kept
    assert len(shortened("ffff:" * 7 + "ffff")) <= 45


@pytest.mark.parametrize(("setting", "kept"), [("full", "198.51.100.7"), ("short", "198.51.100.0/24")])
def test_every_event_has_a_number_and_the_address_as_the_setting_wants_it(
    make_app: Callable[..., Flask], sqlite_url: str, setting: str, kept: str
) -> None:
    app = make_app(sqlite_url, audit_addresses=setting)
    with app.extensions["registry"].write() as session:
        person = people.make_account(session, Role.EXPERT)
        events.record(session, PUBLIC, Entry(action="call.create", subject_type="call"))
        session.commit()
        number = person.id
    browser = people.signed_in(app, number)
    answer = browser.client.get("/account/data.json", environ_base={"REMOTE_ADDR": "198.51.100.7"})
    with app.extensions["registry"].read() as session:
        command, request = session.scalars(select(Event).order_by(Event.id)).all()
    assert (command.request_id[:4], command.network_address) == ("run-", "")
    assert (request.request_id, request.network_address) == (answer.headers["X-Request-Id"], kept)
