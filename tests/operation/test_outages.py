"""The database away, used up or full: a sentence, the time to come back, what was typed, one line in the log."""

from __future__ import annotations

import errno
import logging
import sqlite3
from collections.abc import Callable, Iterator

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from registry.changes import ReportTopic
from registry.db import Limits, make_engine, readers, take_time, writers
from registry.permissions import Permission
from registry.views.web.operation.outages import outage
from registry.views.web.runtime import policy, session
from tests.browser import Browser

BUSY, FULL = "系统繁忙，请稍后再试。", "存储空间不足，暂时无法保存；已填写的内容没有丢失。"


def sqlite_error(name: str) -> sqlite3.OperationalError:
    """An error of the driver by the name of its code."""
    error = sqlite3.OperationalError(name)
    error.sqlite_errorname = name
    return error


@pytest.mark.parametrize(
    ("cause", "sentence"),
    [
        (sqlite_error("SQLITE_FULL"), FULL),
        (sqlite_error("SQLITE_BUSY_SNAPSHOT"), BUSY),
        (sqlite_error("SQLITE_CANTOPEN"), BUSY),
        (sqlite_error("SQLITE_ERROR"), None),
        (psycopg.OperationalError("connection refused"), BUSY),
        (psycopg.errors.TooManyConnections(), BUSY),
        (psycopg.errors.QueryCanceled(), BUSY),
        (psycopg.errors.ReadOnlySqlTransaction(), BUSY),
        (psycopg.errors.DiskFull(), FULL),
        (psycopg.errors.UndefinedTable(), None),
    ],
)
def test_what_passes_by_itself_is_told_from_what_is_a_fault(cause: Exception, sentence: str | None) -> None:
    kind = ProgrammingError if isinstance(cause, psycopg.ProgrammingError) else OperationalError
    found = outage(kind("SELECT 1", {}, cause), writing=True)
    assert (found and str(found.message)) == sentence


def test_a_full_disk_and_an_empty_pool_need_no_database_to_be_told() -> None:
    assert outage(OSError(errno.EDQUOT, "quota"), writing=True)
    assert outage(PoolTimeout(), writing=False)
    assert outage(FileNotFoundError(errno.ENOENT, "none"), writing=True) is None


@pytest.fixture
def broken(demo_app: Flask) -> Iterator[Callable[[str], None]]:
    """Lets the database of an application fail from now on: `reads`, `commits`, or nothing any more."""
    engine: Engine = demo_app.extensions["registry"].engine
    fails = {"what": ""}

    def statement(*given: object) -> None:
        if fails["what"] == "reads":
            raise sqlite_error("SQLITE_IOERR_READ")

    def commit(connection: object) -> None:
        if fails["what"] == "commits":
            raise OperationalError("COMMIT", {}, sqlite_error("SQLITE_FULL"))

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    yield lambda what: fails.update(what=what)
    event.remove(engine, "before_cursor_execute", statement)
    event.remove(engine, "commit", commit)


REPORT = "/projects/CZ-000001/report"


def test_a_form_that_meets_a_full_disk_comes_back_with_all_that_was_typed(
    demo_app: Flask, broken: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    demo_app.config["PROPAGATE_EXCEPTIONS"] = False
    browser = Browser(demo_app)
    page = browser.get(REPORT)
    typed = {"topic": ReportTopic.NAME.value, "text": "演示：名称与文件上的不一致，应为演示车间。"}
    broken("commits")
    caplog.clear()
    answer = browser.submit(page, typed, status=503)
    assert (answer.response.headers["Retry-After"], answer.h1) == ("60", "内容还没有保存")
    assert FULL in answer.text()
    kept = {field.get("name"): field.get("value") for field in answer.form().iter() if field.get("name")}
    assert {name: kept.get(name) for name in typed} == typed
    lines = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.getMessage().partition(": ")[2] for record in lines] == [
        "POST '/projects/<code>/report' 503 OperationalError: SQLITE_FULL"
    ]
    assert lines[0].exc_info is None
    broken("")
    assert browser.submit(answer, status=303).status == 200


@pytest.mark.parametrize("path", ["/projects", "/statistics?unit=TNQ"])
def test_a_page_that_cannot_be_read_says_so_without_asking_again(
    demo_app: Flask, broken: Callable[[str], None], path: str
) -> None:
    demo_app.config["PROPAGATE_EXCEPTIONS"] = False
    browser = Browser(demo_app)
    broken("reads")
    page = browser.get(path, 503)
    assert (page.status, page.response.headers["Retry-After"], BUSY in page.text()) == (503, "5", True)
    assert browser.raw("/api/v1/projects").json["detail"] == BUSY  # type: ignore[index]
    assert page.links()["再试一次"] == path
    english = f"{path}{'&' if '?' in path else '?'}lang=en"
    assert "The system is busy" in browser.get(english, 503).text()
    assert browser.get(english, 503).links()["Try again"] == english
    assert browser.raw("/healthz").status_code == 200
    broken("")
    assert browser.get(path).status == 200


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_server_bounds_statements_and_connections_on_postgresql(database_url: str) -> None:
    engine = make_engine(database_url, limits=Limits(pool=1))
    read = readers(engine)
    with read() as session:
        assert session.scalar(text("SHOW statement_timeout")) == "15s"
        assert session.scalar(text("SHOW idle_in_transaction_session_timeout")) == "1min"
        with pytest.raises(PoolTimeout):
            engine.connect()
        session.rollback()
        assert take_time(session, 120).scalar(text("SHOW statement_timeout")) == "2min"
        session.rollback()
        assert session.scalar(text("SHOW statement_timeout")) == "15s", "the longer time was for one transaction"
        assert take_time(session, 120).scalar(text("SHOW lock_timeout")) == "2min", "one that has begun"
        session.rollback()
    with take_time(writers(engine)()) as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        assert session.scalar(text("SHOW transaction_isolation")) == "repeatable read"
        assert session.scalar(text("SHOW statement_timeout")) == "0"
    engine.dispose()
    behind_pooler = make_engine(database_url, limits=Limits(pooler=True))
    with behind_pooler.connect() as connection:
        assert connection.scalar(text("SHOW statement_timeout")) == "0"
    behind_pooler.dispose()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_connection_that_dies_before_it_is_given_back_harms_nobody(app: Flask) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    engine: Engine = app.extensions["registry"].engine

    @app.route("/dying", methods=("GET", "POST"))
    @policy(Permission.HEALTH_READ)
    def dying() -> str:
        number = session().scalar(text("SELECT pg_backend_pid()"))
        with engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})
        return "read"

    assert app.test_client().get("/dying").status_code == 200, "the page had all that it needs"
    browser = Browser(app)
    assert browser.post("/dying", {"note": "typed"}, status=503).headers["Retry-After"] == "5"
    assert browser.get("/projects").status == 200
