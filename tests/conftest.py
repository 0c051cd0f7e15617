"""Databases and applications for tests: real migrations, run once and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, text

from app import create_app
from registry.config import Settings
from registry.db import make_engine
from registry.services.installation import load_reference_rows, migrate
from tests.postgres import postgres_server

HEAVY = (
    "attack",
    "test_access.py",
    "test_bad_parameters.py",
    "test_front.py",
    "test_kpi_columns.py",
    "test_looks.py",
    "test_pages.py",
    "test_queue.py",
    "test_random_batches.py",
    "test_same_numbers.py",
    "test_statistics.py",
    "test_statistics_crawler.py",
)
"""Folders and modules that `make check` leaves to `make test`."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`make check` stays quick: it asks SQLite, without the heavy modules; `make test` asks everything."""
    for item in items:
        callspec = getattr(item, "callspec", None)
        on_postgresql = callspec is not None and callspec.params.get("database_url") == "postgresql"
        if on_postgresql or item.path.name in HEAVY or item.path.parent.name in HEAVY:
            item.add_marker(pytest.mark.slow)


def initialise(url: str) -> None:
    """What `flask init` does to a database."""
    engine = make_engine(url)
    migrate(engine)
    with engine.begin() as connection:
        load_reference_rows(connection)
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file in the state after `flask init`."""
    path = tmp_path_factory.mktemp("template") / "registry.db"
    initialise(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """URL of a PostgreSQL server whose database `template_registry` is in the state after `flask init`."""
    with postgres_server() as url:
        _statement(url, "CREATE DATABASE template_registry")
        initialise(_database(url, "template_registry"))
        yield url


def _database(url: str, name: str) -> str:
    head, _, query = url.partition("?")
    return head.rsplit("/", 1)[0] + "/" + name + ("?" + query if query else "")


def _statement(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


_serial = iter(range(1_000_000))


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh SQLite database."""
    path = tmp_path / "registry.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    server = request.getfixturevalue("postgres_template")
    name = f"test_{next(_serial)}"
    _statement(server, f"CREATE DATABASE {name} TEMPLATE template_registry STRATEGY FILE_COPY")
    yield _database(server, name)
    _statement(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on a fresh database (both kinds)."""
    made = make_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def make_app(tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Builds applications on a database URL; their engines are closed at the end."""
    made: list[Flask] = []

    def build(url: str, **settings: object) -> Flask:
        given = {"data_dir": tmp_path, "database_url": url, "secret_key": "k" * 32} | settings
        app = create_app(Settings(**given))  # type: ignore[arg-type]
        made.append(app)
        return app

    yield build
    for app in made:
        app.extensions["registry"].engine.dispose()


@pytest.fixture
def app(make_app: Callable[..., Flask], database_url: str) -> Flask:
    """An application on a fresh database (both kinds)."""
    return make_app(database_url)


@pytest.fixture(scope="session")
def demo_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with the demo stock, made once."""
    from registry.db import writers
    from registry.permissions import OPERATOR
    from registry.services.demo import load_demo

    path = tmp_path_factory.mktemp("demo") / "registry.db"
    shutil.copyfile(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    with writers(engine)() as session:
        load_demo(session, OPERATOR)
        session.commit()
    # Closing the last connection folds the write-ahead log into the file, which can then be copied.
    engine.dispose()
    return path


@pytest.fixture
def demo_app(make_app: Callable[..., Flask], demo_file: Path, tmp_path: Path) -> Flask:
    """An application on a copy of the demo stock (SQLite)."""
    path = tmp_path / "demo.db"
    shutil.copyfile(demo_file, path)
    return make_app(f"sqlite:///{path}")
