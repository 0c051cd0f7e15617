"""Two who write at the same moment: whether one has to wait, and what becomes of him when the other has committed."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from registry.db import writers


def saved_now(engine: Engine, act: Callable[[Session], object]) -> bool:
    """Whether somebody else can save this at the moment; on SQLite one who writes keeps all others waiting."""
    if engine.dialect.name == "sqlite":
        return False
    with writers(engine)() as session:
        session.execute(text("SET LOCAL lock_timeout = '50ms'"))
        try:
            act(session)
            session.commit()
        except OperationalError:
            return False
        return True


def until_waiting(engine: Engine, work: Future[Any]) -> None:
    """Return when the other one waits for a lock, or has not had to; SQLite cannot say, and either order is right."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    end = time.monotonic() + 20
    while engine.dialect.name == "postgresql" and not work.done() and time.monotonic() < end:
        with engine.connect() as connection:
            if connection.scalar(waiting):
                return
        time.sleep(0.01)
