"""The invented city on both kinds of database: built once in each state that tests begin with, and copied for each."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from registry.config import Settings
from tests.cities import second
from tests.cities.words import said_in
from tests.conftest import give_back
from tests.postgres import Server


def run(app: Flask, *command: str, code: int = 0) -> str:
    """What a command says; it names nothing of the shipped city."""
    done = app.test_cli_runner().invoke(args=list(command))
    assert done.exit_code == code, done.output
    assert said_in(done.output) == []
    return str(done.output)


@pytest.fixture(scope="session")
def city_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder, its boundaries installed by the command."""
    place = tmp_path_factory.mktemp("second")
    second.write_files(place / "city")
    settings = Settings(data_dir=place / "data", secret_key="k" * 32)
    runner = create_app(settings).test_cli_runner()
    done = runner.invoke(args=second.install_command(place / "city", *second.draw(place)))
    assert done.exit_code == 0, done.output
    return place / "city"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database."""
    return str(request.param)


@dataclass(frozen=True)
class Registry:
    """The city's registry in a state that tests begin with: its data directory, with PostgreSQL its database too."""

    server: Server | None
    city: Path
    folder: Path
    database: str = "template1"

    def copied(self, folder: Path) -> Registry:
        """The same state in a place of its own."""
        if self.folder.exists():
            shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return replace(self, folder=folder, database=self.server.create(self.database) if self.server else "")

    @contextmanager
    def opened(self) -> Iterator[Flask]:
        """An application on it."""
        url = self.server.url(self.database) if self.server else f"sqlite:///{self.folder / 'second.db'}"
        app = create_app(Settings(data_dir=self.folder, database_url=url, secret_key="k" * 32, city_dir=self.city))
        yield app
        app.extensions["registry_mail"].wait(30)
        give_back(app.extensions["registry"].engine)


@pytest.fixture(scope="module")
def empty(
    city_folder: Path, kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Registry:
    """The registry after `flask init`."""
    server = request.getfixturevalue("postgres") if kind == "postgresql" else None
    place = tmp_path_factory.mktemp("empty")
    made = Registry(server, city_folder, place / "none").copied(place)
    with made.opened() as app:
        assert "代码表新增" in run(app, "init")
    return made


@pytest.fixture(scope="module")
def stocked(empty: Registry, tmp_path_factory: pytest.TempPathFactory) -> Registry:
    """The registry with the demonstration."""
    made = empty.copied(tmp_path_factory.mktemp("stocked"))
    with made.opened() as app:
        assert "已装入演示数据：51 个项目" in run(app, "demo", "load")
    return made


def _copy_of(state: Registry, folder: Path) -> Iterator[Flask]:
    copy = state.copied(folder)
    with copy.opened() as app:
        yield app
    if copy.server is not None:
        copy.server.finish(copy.database)


@pytest.fixture
def empty_app(empty: Registry, tmp_path: Path) -> Iterator[Flask]:
    """An application of the city after `flask init`."""
    yield from _copy_of(empty, tmp_path)


@pytest.fixture
def stocked_app(stocked: Registry, tmp_path: Path) -> Iterator[Flask]:
    """An application of the city after `flask demo load`."""
    yield from _copy_of(stocked, tmp_path)
