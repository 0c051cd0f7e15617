"""One round on SQLite for all tests of a module; what a test writes is taken back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from registry.db import make_engine, writers
from tests.conftest import give_back
from tests.evaluation import makers
from tests.evaluation.makers import Round


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
