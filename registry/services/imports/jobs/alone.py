"""Who takes a picture of the record writes alone until he has committed."""

from __future__ import annotations

import time
from collections.abc import Sequence

from psycopg.errors import LockNotAvailable
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

REQUESTS = "change_request"
PATIENCE, PAUSE = 10.0, 0.02
"""Seconds for which free tables are waited for, and between two looks."""


def keep_others_out(session: Session, tables: Sequence[str]) -> None:
    """Nobody else writes into these tables until the transaction ends; reading goes on. Raises OperationalError where
    others write for longer than `PATIENCE`.

    What others save between two pictures would pass for one's own doing and be taken back with it, and what they save
    after `obstacles` would be written over. SQLite has one writer anyway. All tables are taken at once or none: whoever
    held some and waited for others would block somebody who holds these and waits for the first. Requests may still be
    held, since whoever pressed the same button waits for the one at hand.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    wanted = [
        text(f"LOCK TABLE {', '.join(name for name in tables if name != REQUESTS)} IN EXCLUSIVE MODE NOWAIT"),
        *(text(f"LOCK TABLE {name} IN SHARE ROW EXCLUSIVE MODE NOWAIT") for name in tables if name == REQUESTS),
    ]
    # Savepoints of the connection: one of the session would first write what is not written yet.
    connection, end = session.connection(), time.monotonic() + PATIENCE
    while True:
        try:
            with connection.begin_nested():
                for statement in wanted:
                    connection.execute(statement)
            return
        except OperationalError as error:
            if not isinstance(error.orig, LockNotAvailable) or time.monotonic() > end:
                raise
        time.sleep(PAUSE)
