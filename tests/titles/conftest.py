"""Databases with recognised projects in them, made once and copied for each test that begins there."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from registry.db import make_engine, writers
from tests.recognition.makers import LATER
from tests.titles.makers import Holders, holders

Stocks = Callable[[int], tuple[Path, Holders]]


@pytest.fixture(autouse=True)
def on_the_day() -> Iterator[None]:
    """The day after the titles: numbers of requests hold the year, and days that are typed are past or to come."""
    with time_machine.travel(LATER + timedelta(days=1)):
        yield


@pytest.fixture(scope="session")
def stocks(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Stocks:
    """(SQLite file, who is in it) by the number of enterprises with a public project each."""
    made: dict[int, tuple[Path, Holders]] = {}

    def stock(count: int) -> tuple[Path, Holders]:
        if count not in made:
            path = tmp_path_factory.mktemp("holders") / "registry.db"
            shutil.copyfile(sqlite_template, path)
            engine = make_engine(f"sqlite:///{path}")
            with writers(engine)() as session:
                session.expire_on_commit = False
                found = holders(session, count)
                session.commit()
            # Closing the last connection folds the write-ahead log into the file, which can then be copied.
            engine.dispose()
            made[count] = path, found
        return made[count]

    return stock
