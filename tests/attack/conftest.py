"""The attacked city: on a fresh database of both kinds, and on a SQLite file that can be put back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from registry.config import Settings
from tests.attack.world import World, build


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


@pytest.fixture(scope="session")
def city(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """The city as a SQLite file in a folder that also holds its files."""
    folder = tmp_path_factory.mktemp("city")
    path = folder / "registry.db"
    shutil.copyfile(sqlite_template, path)
    app = create_app(Settings(data_dir=folder, database_url=f"sqlite:///{path}", secret_key="k" * 32))
    world = build(app, folder / "files")
    app.extensions["registry"].engine.dispose()
    return path, world


@pytest.fixture
def stage(city: tuple[Path, World], make_app: Callable[..., Flask], tmp_path: Path) -> Stage:
    """A copy of the city (SQLite), where staff must use a second factor."""
    template, world = city
    path = tmp_path / "city.db"
    shutil.copyfile(template, path)
    shutil.copytree(template.parent / "files", tmp_path / "files")
    shutil.copyfile(template.parent / "identity.key", tmp_path / "identity.key")
    app = make_app(f"sqlite:///{path}", staff_second_factor=True)
    return Stage(app, world, template, path)


@pytest.fixture
def attacked(app: Flask, tmp_path: Path) -> tuple[Flask, World]:
    """The city on a fresh database (both kinds)."""
    return app, build(app, tmp_path / "files")
