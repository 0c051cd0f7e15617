"""Every event of a web request names the request and where it came from; the number finds events and log lines."""

from __future__ import annotations

import re

import pytest
from flask import Flask, abort
from sqlalchemy import select, update

from registry.models import Event
from registry.models.triggers import drop_append_only
from registry.permissions import OPERATOR, PUBLIC, Permission
from registry.services import events
from registry.services.events import Entry
from registry.terms import Role
from registry.views.web.runtime import policy, runtime, session
from tests import people
from tests.accounts.conftest import writing
from tests.attack.forms import FORMS
from tests.attack.stage import Stage
from tests.browser import Browser
from tests.house.named_events import ADDRESS, NamedEvents


def stored(app: Flask) -> list[Event]:
    with app.extensions["registry"].read() as reading:
        return list(reading.scalars(select(Event).order_by(Event.id)))


@pytest.mark.slow
def test_every_event_of_every_filled_form_names_its_request(stage: Stage) -> None:
    """The forms as their senders fill them; every row of the table of access is followed by `test_access.py`."""
    ids = stage.world.ids
    events = NamedEvents(stage.app)
    for path, (sender, fields) in FORMS.items():
        browser = stage.world.browser(stage.app, sender)
        data = {name: value.format(**ids) for name, value in fields.items()} | {"csrf_token": browser.token()}
        events.start()
        with browser.client.post(path.format(**ids), data=data, environ_base=ADDRESS) as answer:
            status = answer.status_code
        events.follow(answer, path)
        if status < 400:
            # Something was done, signing out perhaps: the next form meets the city as it was.
            stage.put_back()
    assert len(events.kinds) >= 28, events.kinds


def test_an_error_page_names_the_number_that_the_header_and_the_log_have(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    reader = people.signed_in(app, staff(app, Role.AUDITOR))
    for path, status in (("/projects/CZ-999999", 404), ("/nothing", 404), ("/projects?page=x", 400), ("/review", 403)):
        caplog.clear()
        page = reader.get(path, status)
        number = page.response.headers["X-Request-Id"]
        assert re.fullmatch(r"[0-9a-f]{16}", number)
        assert number in page.text()
        assert [number in record.getMessage() for record in caplog.records] == [True]


def test_a_request_that_breaks_leaves_its_number_in_the_log(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    @app.post("/broken")
    @policy(Permission.SIGN_IN)
    def broken() -> str:
        events.record(session(), PUBLIC, Entry(action="call.create", subject_type="call"))
        raise RuntimeError

    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = Browser(app).post("/broken", status=500)
    number = answer.headers["X-Request-Id"]
    assert number in answer.get_data(as_text=True)
    assert [record.exc_info is not None for record in caplog.records if number in record.getMessage()] == [True]
    page = people.signed_in(app, staff(app, Role.AUDITOR)).get(f"/admin/audit?request={number}", audited=True)
    assert "请在服务器日志中查找这个编号" in page.text()


def test_the_log_holds_no_token_of_a_link(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    Browser(app).get("/reset/a-secret-token", 404)
    lines = [record.getMessage() for record in caplog.records]
    assert ["a-secret-token" in line for line in lines] == [False]
    assert "/reset/<token>" in lines[0]


def test_an_error_before_any_view_has_a_number_too(app: Flask) -> None:
    """A handler that refuses first, as a limit of the server does, meets a page that has its number all the same."""
    app.before_request_funcs[None].insert(0, lambda: abort(413))
    page = Browser(app).get("/", 413)
    assert page.response.headers["X-Request-Id"] in page.text()


def staff(app: Flask, role: Role) -> int:
    with writing(app) as opened:
        return people.staff(opened, role).id


def test_the_auditor_finds_the_events_of_a_number(app: Flask) -> None:
    someone = Browser(app)
    token, numbers = someone.token(), []
    for mail in ("a@example.com", "b@example.com"):
        fields = {"email": mail, "password": "wrong", "csrf_token": token}
        answer = someone.client.post("/sign-in", data=fields, environ_base=ADDRESS)
        numbers.append(answer.headers["X-Request-Id"])
    auditor = people.signed_in(app, staff(app, Role.AUDITOR))
    for typed in (numbers[0], f" {numbers[0].upper()} "):
        [found] = auditor.get(f"/admin/audit?request={typed}", audited=True).rows()
        assert (found[3].split()[-1], found[7]) == ("account.sign_in_failed", f"{numbers[0]} {ADDRESS['REMOTE_ADDR']}")
    assert auditor.get("/admin/audit?action=account.", audited=True).links()[numbers[1]].endswith(numbers[1])
    page = auditor.get("/admin/audit?request=ffffffffffffffff", audited=True)
    assert "没有这个请求编号的办理记录" in page.text()


def test_a_command_has_the_number_of_its_run_and_no_address(app: Flask) -> None:
    for _ in range(2):
        with app.app_context(), runtime().write() as opened:
            events.record(opened, OPERATOR, Entry(action="call.create", subject_type="call"))
            opened.commit()
    [number] = {event.request_id for event in stored(app)}
    assert (number.startswith("run-"), {event.network_address for event in stored(app)}) == (True, {""})


def test_numbers_and_addresses_are_part_of_the_chain(app: Flask) -> None:
    Browser(app).post("/sign-in", {"email": "a@example.com", "password": "wrong"}, 422)
    engine = app.extensions["registry"].engine
    for column, value in (
        ("request_id", "ffffffffffffffff"),
        ("network_address", "192.0.2.99"),
        ("network_address", ""),
    ):
        with app.extensions["registry"].write() as opened:
            assert events.verify(opened) == (1, None)
            drop_append_only(opened.connection())
            opened.execute(update(Event).values({column: value}).execution_options(synchronize_session=False))
            assert events.verify(opened) == (0, 1), column
            opened.rollback()
    engine.dispose()
