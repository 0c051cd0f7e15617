"""A table can be rebuilt while it is full: rows, keys, checks, indexes, triggers and the chain are as before."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from registry.db import make_engine, writers
from registry.errors import OperatorError
from registry.models import EnterpriseName
from registry.services import events
from registry.services.installation import migrating, schema_state
from tests.migrations.rebuilding import picture, rebuild_all

MUST_HOLD = (
    "application",
    "project",
    "enterprise",
    "account",
    "call",
    "kpi_report",
    "recognition",
    "event",
    "snapshot",
)


@pytest.mark.slow
def test_every_table_of_a_full_database_is_rebuilt_up_and_down(demo_engine: Engine) -> None:
    before = picture(demo_engine)
    assert [name for name in MUST_HOLD if not before.rows[name]] == []
    rebuild_all(demo_engine, up=True)
    assert picture(demo_engine).rows == before.rows
    rebuild_all(demo_engine, up=False)
    assert picture(demo_engine) == before
    assert any("uq_recognition_title" in name for name in before.parts)
    with writers(demo_engine)() as session:
        assert events.verify(session)[1] is None
        with pytest.raises(DBAPIError, match="append-only"):
            session.execute(text("UPDATE event SET note = 'x' WHERE id = 1"))


def test_a_migration_that_fails_changes_nothing(engine: Engine) -> None:
    before = picture(engine)
    with engine.connect() as connection:
        revision = schema_state(connection)
    with pytest.raises(DBAPIError):
        _fail_half_way(engine)
    assert picture(engine) == before
    with engine.connect() as connection:
        assert schema_state(connection) == revision
    with pytest.raises(IntegrityError):
        _point_nowhere(engine)


def _fail_half_way(engine: Engine) -> None:
    with migrating(engine) as connection:
        connection.execute(text("ALTER TABLE project ADD COLUMN half INTEGER"))
        connection.execute(text("SELECT nothing FROM nowhere"))


def _point_nowhere(engine: Engine) -> None:
    """A row whose enterprise does not exist: keys are watched again after a migration."""
    with writers(engine)() as session:
        session.add(EnterpriseName(enterprise_id=999_999, name="演示旧名"))
        session.commit()


def test_rows_that_would_point_nowhere_stop_a_migration(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    before = picture(engine)
    with pytest.raises(OperatorError, match="已全部退回"):
        _delete_a_division(engine)
    assert picture(engine) == before
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    engine.dispose()


def _delete_a_division(engine: Engine) -> None:
    with migrating(engine) as connection:
        connection.execute(text("DELETE FROM division WHERE code = '320411'"))
