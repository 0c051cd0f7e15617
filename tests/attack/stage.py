"""The attacked city on a SQLite file that can be put back, and what each of its people is answered there."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from registry.config import Settings
from tests.attack.world import World, build
from tests.house.access.all import GET
from tests.house.access.table import rows
from tests.house.named_events import ADDRESS, NamedEvents


@dataclass
class Stage:
    """A city whose every change can be taken back by copying its file again."""

    app: Flask
    world: World
    template: Path
    path: Path

    def put_back(self) -> None:
        """The city as it was built; sessions included."""
        self.app.extensions["registry"].engine.dispose()
        for suffix in ("-wal", "-shm"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(self.template, self.path)


@dataclass(frozen=True)
class Answer:
    """What came back from an address."""

    status: int
    mimetype: str
    data: bytes


Answers = Callable[[str], dict[str, Answer]]
"""By person and address."""


def _make_app(folder: Path, url: str, **settings: object) -> Flask:
    given = {"data_dir": folder, "database_url": url, "secret_key": "k" * 32} | settings
    return create_app(Settings(**given))  # type: ignore[arg-type]


def _opened(city: tuple[Path, World], folder: Path, make_app: Callable[..., Flask]) -> Stage:
    template, world = city
    path = folder / "city.db"
    shutil.copyfile(template, path)
    shutil.copytree(template.parent / "files", folder / "files")
    shutil.copyfile(template.parent / "identity.key", folder / "identity.key")
    return Stage(make_app(f"sqlite:///{path}", staff_second_factor=True), world, template, path)


@pytest.fixture(scope="session")
def city(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """The city as a SQLite file in a folder that also holds its files."""
    folder = tmp_path_factory.mktemp("city")
    path = folder / "registry.db"
    shutil.copyfile(sqlite_template, path)
    app = _make_app(folder, f"sqlite:///{path}")
    world = build(app, folder / "files")
    app.extensions["registry"].engine.dispose()
    return path, world


@pytest.fixture
def stage(city: tuple[Path, World], make_app: Callable[..., Flask], tmp_path: Path) -> Stage:
    """A copy of the city (SQLite), where staff must use a second factor."""
    return _opened(city, tmp_path, make_app)


@pytest.fixture(scope="session")
def answers(city: tuple[Path, World], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    """What a person is answered in Chinese at each address of the table of access.

    Each is asked once, in the city as it was built: the tests of statuses, of scopes and of files read the same
    answers. The record of events is held against each of them meanwhile.
    """
    folder = tmp_path_factory.mktemp("answers")
    stage = _opened(city, folder, lambda url, **settings: _make_app(folder, url, **settings))

    @cache
    def answers_of(person: str) -> dict[str, Answer]:
        stage.put_back()
        client, events, found = stage.world.browser(stage.app, person).client, NamedEvents(stage.app), {}
        for _endpoint, line, _fields, _statuses in rows(GET):
            path = line.format(**stage.world.ids)
            with client.get(path, environ_base=ADDRESS) as answer:
                found[path] = Answer(answer.status_code, answer.mimetype, answer.get_data())
            events.follow(answer, path)
        return found

    yield answers_of
    stage.app.extensions["registry"].engine.dispose()
