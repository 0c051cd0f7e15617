"""A standby beside the primary: never an older page, alone while the primary is away, and none the worse without it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import event, text

from registry.config import Settings
from registry.db import make_engine, writers
from registry.errors import OperatorError
from tests.browser import Browser
from tests.conftest import initialise, load_stock
from tests.faults.cluster import Postgres, primary, standby_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[Postgres, Postgres]]:
    """A primary with demo data, and its standby."""
    with primary() as server:
        url = server.url().replace("postgresql://", "postgresql+psycopg://")
        initialise(url)
        load_stock(url)
        yield server, standby_of(server)


def address(server: Postgres) -> str:
    """The address as the settings hold it."""
    return server.url().replace("postgresql://", "postgresql+psycopg://")


def test_the_address_of_a_standby_needs_a_primary_on_postgresql() -> None:
    with pytest.raises(OperatorError, match="REGISTRY_DATABASE_URL 也须是 PostgreSQL"):
        Settings.from_environ({"REGISTRY_DATABASE_READ_URL": "postgresql://a/b"})


def test_pages_of_a_standby_are_never_late_and_say_so_when_it_is_alone(
    pair: tuple[Postgres, Postgres], make_app: Callable[..., Flask]
) -> None:
    server, standby = pair
    app = make_app(address(server), database_read_url=address(standby))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.extensions["registry"].files.root.mkdir(parents=True, exist_ok=True)
    browser = Browser(app)
    engine = make_engine(address(server))
    write = writers(engine)
    asked: list[str] = []
    standby_engine = app.extensions["registry"].replica.standby
    event.listen(standby_engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    for number in range(40):
        with write() as session:
            session.execute(
                text("UPDATE project SET name = :name WHERE code = 'CZ-000001'"), {"name": f"演示车间{number}号"}
            )
            session.commit()
        assert f"演示车间{number}号" in browser.get("/projects/CZ-000001").text()
    assert any("counter" in statement for statement in asked), "the standby was never read"
    assert "主数据库暂时不可用" not in browser.get("/statistics").text()

    engine.dispose()

    standby.stop()
    assert browser.get("/statistics?unit=TNQ").status == 200
    standby.start()

    server.stop()
    alone = browser.get("/statistics?unit=WJQ")
    assert "主数据库暂时不可用。" in alone.text()
    assert "演示车间39号" in browser.get("/projects/CZ-000001").text()
    refused = browser.raw("/sign-in")
    assert refused.status_code in (200, 503)
    assert browser.raw("/healthz").status_code == 200
    assert browser.raw("/readyz").status_code == 503
    server.start()
    time.sleep(1.1)
    assert "主数据库暂时不可用。" not in browser.get("/statistics?unit=WJQ").text()
    assert browser.raw("/readyz").status_code == 200
