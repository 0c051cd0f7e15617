"""Whole or nothing: a command is stopped before each of its writes in turn, and must have left everything as it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from registry.db import Base, writers
from tests.workflow.test_races import Injected, fail_at


def contents(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    with engine.connect() as connection:
        return {
            table.name: sorted(tuple(map(repr, row)) for row in connection.execute(select(table)))
            for table in Base.metadata.sorted_tables
        }


def writes_of(engine: Engine, act: Callable[[Session], object]) -> int:
    """Stop `act` before its first, second, … write until it comes through; returns how many writes it has.

    After each stop every table holds what it held before.
    """
    before, position = contents(engine), 0
    while True:
        position += 1
        stop = fail_at(engine, position)
        with writers(engine)() as session:
            try:
                act(session)
                session.commit()
            except Injected:
                session.rollback()
                stop()
                assert contents(engine) == before, f"stopped before write {position}"
                continue
        stop()
        assert contents(engine) != before
        return position - 1
