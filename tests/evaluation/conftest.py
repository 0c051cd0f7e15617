"""One round on SQLite for all tests of a module; what a test writes is taken back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app import create_app
from registry.config import Settings
from registry.db import make_engine, writers
from registry.permissions import Actor
from tests import people
from tests.browser import Browser
from tests.conftest import give_back
from tests.evaluation import makers
from tests.evaluation.makers import Round, rows_of


@dataclass
class Office:
    """The round as it was built, and a session whose changes do not stay."""

    session: Session
    round: Round


@pytest.fixture(scope="session")
def round_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Round]:
    """A database with a round before its panel is made."""
    path = tmp_path_factory.mktemp("round") / "registry.db"
    shutil.copyfile(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    with writers(engine)() as session:
        made = makers.build(session)
        session.commit()
    give_back(engine)
    return path, made


@pytest.fixture(scope="module")
def round_engine(round_file: tuple[Path, Round], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine on a copy of it."""
    path = tmp_path_factory.mktemp("copy") / "registry.db"
    shutil.copyfile(round_file[0], path)
    engine = make_engine(f"sqlite:///{path}")
    yield engine
    give_back(engine)


@pytest.fixture
def office(round_engine: Engine, round_file: tuple[Path, Round]) -> Iterator[Office]:
    """A session on the round that is rolled back."""
    with writers(round_engine)() as session:
        yield Office(session, round_file[1])
        session.rollback()


@dataclass
class Site:
    """The round as a site that is put back for each test."""

    app: Flask
    round: Round

    def browser(self, who: Actor) -> Browser:
        return people.signed_in(self.app, who.id or 0)

    def session(self) -> Session:
        return self.app.extensions["registry"].write()  # type: ignore[no-any-return]

    def drawn(self, *totals: str) -> int:
        """A drawn panel; the first application has sheets with these totals."""
        with self.session() as session:
            panel = makers.panel(session, self.round, closes_at=makers.NOW.replace(year=2036))
            for row, total in zip(rows_of(session, self.round.applications[0]), totals, strict=False):
                makers.score(session, self.round, row, total)
            session.commit()
            return panel.id

    def seats(self, place: int = 0) -> list[tuple[int, Actor]]:
        with self.session() as session:
            rows = rows_of(session, self.round.applications[place])
            return [(row.id, makers.actor_for(self.round, row)) for row in rows]


@pytest.fixture(scope="module")
def served(round_file: tuple[Path, Round], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Path]]:
    folder = tmp_path_factory.mktemp("site")
    path = folder / "registry.db"
    shutil.copyfile(round_file[0], path)
    app = create_app(Settings(data_dir=folder, database_url=f"sqlite:///{path}", secret_key="k" * 32))
    yield app, path
    app.extensions["registry_mail"].wait(30)
    give_back(app.extensions["registry"].engine)


@pytest.fixture
def site(served: tuple[Flask, Path], round_file: tuple[Path, Round]) -> Site:
    app, path = served
    app.extensions["registry_mail"].wait(30)
    app.extensions["registry"].engine.dispose()
    for suffix in ("-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    shutil.copyfile(round_file[0], path)
    return Site(app, round_file[1])
