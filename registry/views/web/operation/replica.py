"""Public pages read from a standby of PostgreSQL (`REGISTRY_DATABASE_READ_URL`), never in an older state.

Before a page is read the primary says up to where it has written, which costs a fraction of a millisecond. A standby
that has come as far answers; one that is behind or away leaves the page to the primary. While the primary is away
the standby answers alone, and each page says of when its data are.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from registry.db import readers
from registry.views.web.operation.outages import outage, reason

log = logging.getLogger(__name__)
REST_SECONDS = 1.0
"""A database that did not answer is not asked again for so long, so that not every page waits for it."""
QUIET_SECONDS = 60
_WRITTEN = text("SELECT pg_current_wal_flush_lsn()::text")
_HAS_COME = text("SELECT pg_last_wal_replay_lsn() >= CAST(:place AS pg_lsn)")
_AS_OF = text("SELECT coalesce(pg_last_xact_replay_timestamp(), now())")


class Rested:
    """Remembers that something was away; thread-safe enough, since a wrong guess costs one question."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._until, self._told = 0.0, -float(QUIET_SECONDS)
        self._lock = threading.Lock()

    def is_away(self) -> bool:
        """Whether it was away a moment ago."""
        return time.monotonic() < self._until

    def note(self, error: SQLAlchemyError) -> None:
        """It did not answer: one line in the log a minute. An error that is no outage is raised again."""
        if outage(error, writing=False) is None:
            raise error
        with self._lock:
            now = time.monotonic()
            self._until = now + REST_SECONDS
            if now - self._told >= QUIET_SECONDS:
                self._told = now
                log.warning("%s is away: %s", self._name, reason(error))


class Replica:
    """A standby beside its primary."""

    def __init__(self, primary: Engine, standby: Engine, read: Callable[[], Session]) -> None:
        self._primary, self.standby = primary, standby
        self._read, self._read_standby = read, readers(standby)
        self._primary_rest, self._standby_rest = Rested("the primary database"), Rested("the read replica")

    def open(self) -> tuple[Session, datetime | None]:
        """A session that sees everything the primary has acknowledged, and None; or one of the standby alone, with
        the moment of its last change."""
        written = self._written()
        if written is None or not self._standby_rest.is_away():
            try:
                if written is None:
                    return self._alone()
                with self.standby.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    has_come = connection.scalar(_HAS_COME, {"place": written})
                if has_come:
                    return self._read_standby(), None
            except SQLAlchemyError as error:
                self._standby_rest.note(error)
        return self._read(), None

    def _written(self) -> str | None:
        if self._primary_rest.is_away():
            return None
        try:
            with self._primary.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                return str(connection.scalar(_WRITTEN))
        except SQLAlchemyError as error:
            self._primary_rest.note(error)
            return None

    def _alone(self) -> tuple[Session, datetime]:
        session = self._read_standby()
        try:
            found: datetime = session.scalars(_AS_OF).one()
        except SQLAlchemyError:
            session.close()
            raise
        return session, found
