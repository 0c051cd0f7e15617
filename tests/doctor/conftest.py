"""The demo stock on both databases, made once; each test plants its drift in a transaction that is rolled back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from registry.db import make_engine
from tests.postgres import Server


@pytest.fixture(scope="session")
def stock_on_sqlite(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The demo stock in a file, without foreign keys: a drift may also be a reference to nothing."""
    path = tmp_path_factory.mktemp("doctor") / "registry.db"
    shutil.copyfile(demo_file, path)
    engine = make_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=OFF"))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def stock_on_postgresql(postgres: Server, demo_database: str) -> Iterator[Engine]:
    """The demo stock on PostgreSQL."""
    name = postgres.create(demo_database)
    engine = make_engine(postgres.url(name))
    yield engine
    engine.dispose()
    postgres.finish(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def stock(request: pytest.FixtureRequest) -> Engine:
    """The demo stock, once on SQLite and once on PostgreSQL."""
    engine: Engine = request.getfixturevalue(f"stock_on_{request.param}")
    return engine


@pytest.fixture
def session(stock: Engine) -> Iterator[Session]:
    """A session in which tampering leaves no trace; neither triggers nor foreign keys stand in its way."""
    with stock.connect() as connection:
        transaction = connection.begin()
        if stock.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            connection.execute(text("DROP TRIGGER event_no_update"))
            connection.execute(text("DROP TRIGGER event_no_delete"))
        with Session(connection) as session:
            yield session
        transaction.rollback()
