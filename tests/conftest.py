"""Databases and applications for tests: real migrations, run once and copied for each test."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, QueuePool

from app import create_app
from registry import kpi_definitions, reference
from registry.config import Settings
from registry.db import make_engine
from registry.services.installation import load_reference_rows, migrate
from tests.attack.stage import answers, city, stage
from tests.grown import grown_settings
from tests.postgres import Server, postgres_server
from tests.sharing import share_between_applications

__all__ = ["answers", "city", "stage"]
"""Fixtures of the attacked city, which is built once for all folders that ask it."""

share_between_applications()
# What tests do without an application follows the definitions that a new database starts with.
kpi_definitions.use(reference.kpis_by_code)

MEMORY, ROOM = Path("/dev/shm"), 4 * 2**30  # noqa: S108 (names in it are made by tempfile)
"""Where files lie in memory on Linux, and the free bytes that tests want there."""


def work_in_memory() -> None:
    """Have temporary files in memory where there is room. They do not outlive the run, so waiting for a disk,
    which SQLite does at each commit and PostgreSQL at each new database, proves nothing here."""
    if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None


work_in_memory()

# Each command under test would compile all modules again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Commands speak the language of the environment, whatever the machine that runs the tests is set to.
os.environ["LANGUAGE"] = "zh_CN"

HEAVY = (
    "attack",
    "imports",
    "web",
    "titles",
    "evaluation",
    "open",
    "backups",
    "test_demo.py",
    "test_freshness.py",
    "test_mail.py",
    "test_case.py",
    "test_commands.py",
    "test_doctor.py",
    "test_files.py",
    "test_offices.py",
    "test_parsing.py",
    "test_public_pages.py",
    "test_record.py",
    "test_registration.py",
    "test_sheet.py",
    "test_statistics_page.py",
    "test_rebuilding.py",
    "test_settings_served.py",
    "test_shared_answers.py",
    "test_refusals.py",
    "test_second_city.py",
    "test_command_language.py",
    "test_checking.py",
    "test_imports.py",
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


LONG = (
    "test_crawl.py", "test_machine.py", "test_ten_thousand_rows.py", "test_every_file.py", "test_same_pages.py",
    "test_statistics_crawler.py", "journeys", "attack", "test_access.py", "test_demo.py", "test_doctor.py",
)  # fmt: skip
"""Folders and modules with long tests, the longest first: at the end they would leave a processor idle."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`make check` stays quick: it asks SQLite, without the heavy modules; `make test` asks everything."""
    for item in items:
        callspec = getattr(item, "callspec", None)
        on_postgresql = callspec is not None and "postgresql" in callspec.params.values()
        if on_postgresql or _is_of(item, HEAVY):
            item.add_marker(pytest.mark.slow)
        if item.path.parent.name == "journeys":
            # By its folder, since a module that forgot its mark would ask `make check` for a browser.
            item.add_marker(pytest.mark.journey)
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    return next((place for place, name in enumerate(LONG) if _is_of(item, (name,))), len(LONG))


def _is_of(item: pytest.Item, names: tuple[str, ...]) -> bool:
    return item.path.name in names or item.path.parent.name in names


def pytest_collection_finish() -> None:
    """Modules and tests stay until the end: the collector of garbage need not look through them again and again, nor
    as often as in a server, whose requests leave less behind than applications that come and go."""
    gc.freeze()
    gc.set_threshold(100_000)


def initialise(url: str) -> None:
    """What `flask init` does to a database."""
    engine = make_engine(url)
    migrate(engine)
    with engine.begin() as connection:
        load_reference_rows(connection)
    engine.dispose()


@pytest.fixture(autouse=True)
def shipped_kpi_definitions() -> Iterator[None]:
    """A request leaves the definitions of its application behind, whose database ends with the test."""
    yield
    kpi_definitions.use(reference.kpis_by_code)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file in the state after `flask init`."""
    path = tmp_path_factory.mktemp("template") / "registry.db"
    initialise(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server whose database `template_registry` is in the state after `flask init`."""
    with postgres_server() as server:
        initialise(server.url(server.create(name="template_registry")))
        yield server


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
    server: Server = request.getfixturevalue("postgres")
    name = server.create("template_registry")
    yield server.url(name)
    server.finish(name)


def give_back(engine: Engine) -> None:
    """Close an engine whose connections must all be in the pool: one still out would stay out on a server too."""
    pool = engine.pool
    left_out = pool.checkedout() if isinstance(pool, QueuePool) else 0
    engine.dispose()
    assert left_out == 0, f"{left_out} connections were not given back"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on a fresh database (both kinds)."""
    made = make_engine(database_url)
    yield made
    give_back(made)


@pytest.fixture
def make_app(tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Builds applications on a database URL; their engines are closed at the end."""
    made: list[Flask] = []

    def build(url: str, **settings: object) -> Flask:
        given = {"data_dir": tmp_path, "database_url": url, "secret_key": "k" * 32} | grown_settings(url) | settings
        app = create_app(Settings(**given))  # type: ignore[arg-type]
        made.append(app)
        return app

    yield build
    for app in made:
        app.extensions["registry_mail"].wait(30)
        parts = app.extensions["registry"]
        if parts.replica is not None:
            give_back(parts.replica.standby)
        give_back(parts.engine)


@pytest.fixture
def app(make_app: Callable[..., Flask], database_url: str) -> Flask:
    """An application on a fresh database (both kinds)."""
    return make_app(database_url)


def load_stock(url: str) -> None:
    """What `flask demo load` does to a database."""
    from registry.db import writers
    from registry.permissions import OPERATOR
    from registry.services.demo import load_demo

    engine = make_engine(url)
    with writers(engine)() as session:
        load_demo(session, OPERATOR)
        session.commit()
    # Closing the last connection folds SQLite's write-ahead log into the file, which can then be copied.
    engine.dispose()


@pytest.fixture(scope="session")
def demo_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with the demo stock, made once."""
    path = tmp_path_factory.mktemp("demo") / "registry.db"
    shutil.copyfile(sqlite_template, path)
    load_stock(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def demo_database(postgres: Server) -> str:
    """Name of a PostgreSQL database with the demo stock, made once to be copied."""
    name = postgres.create("template_registry", name="template_demo")
    load_stock(postgres.url(name))
    return name


@pytest.fixture
def demo_engine(database_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine on a copy of the demo stock (both kinds)."""
    if database_url.startswith("sqlite"):
        path = tmp_path / "stock.db"
        shutil.copyfile(request.getfixturevalue("demo_file"), path)
        engine = make_engine(f"sqlite:///{path}")
        yield engine
        give_back(engine)
        return
    server: Server = request.getfixturevalue("postgres")
    name = server.create(request.getfixturevalue("demo_database"))
    engine = make_engine(server.url(name))
    yield engine
    give_back(engine)
    server.finish(name)


@pytest.fixture
def demo_app(make_app: Callable[..., Flask], demo_file: Path, tmp_path: Path) -> Flask:
    """An application on a copy of the demo stock (SQLite)."""
    path = tmp_path / "demo.db"
    shutil.copyfile(demo_file, path)
    return make_app(f"sqlite:///{path}")
