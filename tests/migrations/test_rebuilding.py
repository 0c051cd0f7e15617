"""A table can be rebuilt while it is full: rows, keys, checks, indexes, triggers and the chain are as before."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from click.testing import Result
from flask import Flask
from sqlalchemy import Engine, insert, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from registry.db import make_engine, writers
from registry.errors import OperatorError
from registry.models import EnterpriseName, Recognition
from registry.models.rebuilding import rebuilt
from registry.services import events
from registry.services.doctor import examine
from registry.services.installation import VERSIONS, downgrade, migrate, migrating, newest_revision, schema_state
from tests.migrations.rebuilding import picture, probe, rebuild_all, rebuild_all_back

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


def revision_of(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return schema_state(connection)[0]


def public_revision(engine: Engine) -> int:
    """The number by which servers notice that the record has changed."""
    with engine.connect() as connection:
        return connection.scalar(text("SELECT value FROM counter WHERE name = 'revision'")) or 0


def all_changed_at(engine: Engine) -> int | None:
    """At which revision the record says that any project may have changed."""
    with engine.connect() as connection:
        return connection.scalar(text("SELECT revision FROM public_change WHERE project_id = 0"))


def assert_append_only(engine: Engine) -> None:
    for table in ("event", "snapshot"):
        for verb in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
            with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
                connection.execute(text(verb))


@pytest.mark.slow
def test_every_table_of_a_full_database_is_rebuilt_up_and_down(demo_engine: Engine) -> None:
    before, revision = picture(demo_engine), public_revision(demo_engine)
    assert [name for name in MUST_HOLD if not before.rows[name]] == []
    assert {"index uq_recognition_title", "trigger event_no_update", "trigger kpi_report_revision_delete"} <= set(
        before.parts
    )
    rebuild_all(demo_engine)
    between = picture(demo_engine)
    assert (between.rows, between.contents) == (before.rows, before.contents)
    assert {name for name in before.parts if name not in between.parts} == set()
    assert between.parts["column recognition.name_awarded"] != before.parts["column recognition.name_awarded"]
    with pytest.raises(IntegrityError), demo_engine.begin() as connection:
        connection.execute(text("UPDATE recognition SET probe_of_rebuild = -1"))
    assert_append_only(demo_engine)
    rebuild_all_back(demo_engine)
    assert picture(demo_engine) == before
    assert all_changed_at(demo_engine) == public_revision(demo_engine) == revision + 2
    assert_append_only(demo_engine)
    with writers(demo_engine)() as session:
        assert events.verify(session) == (before.rows["event"], None)
        assert [finding.line for finding in examine(session) if not finding.is_note] == []


@pytest.mark.slow
@pytest.mark.parametrize("revision", ["0001", "0002", "0003"])
def test_an_older_schema_keeps_its_guards_and_takes_changes(demo_engine: Engine, revision: str) -> None:
    """Going down ends in a database that the older program can use: guarded, and without triggers that name a
    table which is not there any more."""
    downgrade(demo_engine, revision)
    with demo_engine.begin() as connection:
        before = connection.scalar(text("SELECT value FROM counter WHERE name = 'revision'")) or 0
        connection.execute(text("UPDATE project SET remark = 'older' WHERE id = (SELECT min(id) FROM project)"))
        assert connection.scalar(text("SELECT value FROM counter WHERE name = 'revision'")) == before + 1
        assert connection.scalar(text("SELECT count(*) FROM event"))
    with pytest.raises(DBAPIError, match="append-only"), demo_engine.begin() as connection:
        connection.execute(text("UPDATE event SET note = 'x'"))


def test_what_a_rebuild_shall_lose_does_not_come_back(engine: Engine) -> None:
    before = picture(engine).parts
    with migrating(engine) as connection, Operations.context(MigrationContext.configure(connection)):
        Operations(MigrationContext.configure(connection)).drop_index("uq_recognition_title", table_name="recognition")
        with rebuilt("recognition") as batch:
            batch.drop_index("ix_recognition_category_year")
            batch.drop_constraint(sa.schema.conv("ck_recognition_year_range"), type_="check")
    after = picture(engine).parts
    lost = {name.split(".")[-1] for name in before if name not in after}
    assert lost == {"index uq_recognition_title", "index ix_recognition_category_year", "ck_recognition_year_range"}
    assert {name: after[name] for name in after} == {name: before[name] for name in before if name in after}


@pytest.mark.slow
def test_a_migration_that_fails_leaves_a_full_database_as_it_was(demo_engine: Engine) -> None:
    before, revision, public = picture(demo_engine), revision_of(demo_engine), public_revision(demo_engine)
    with pytest.raises(OperatorError, match=f"已全部退回，数据库仍是 {revision}：'half way'"):
        probe(demo_engine, "failing", "failing")
    assert picture(demo_engine) == before
    assert (revision_of(demo_engine), public_revision(demo_engine)) == (revision, public)
    assert "half" not in inspect(demo_engine).get_table_names()
    assert_append_only(demo_engine)
    # A row whose enterprise does not exist: keys are watched again after a migration.
    with pytest.raises(IntegrityError), demo_engine.begin() as connection:
        connection.execute(insert(EnterpriseName).values(enterprise_id=999_999, name="演示旧名", name_key="演示旧名"))


def test_rows_that_would_point_nowhere_stop_a_migration(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    before = picture(engine)
    with pytest.raises(OperatorError, match=r"division.*已全部退回") as refused:
        probe(engine, "orphaning", "orphaning")
    assert "\n" not in refused.value.message
    assert (picture(engine), revision_of(engine)) == (before, newest_revision())
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    engine.dispose()


def test_migrations_rebuild_tables_with_what_batch_mode_loses() -> None:
    """Batch mode alone drops indexes on expressions; the first steps use it for new tables only."""
    steps = [path for folder in VERSIONS for path in folder.glob("*.py")]
    assert len(steps) >= 5
    assert [path.name for path in steps if "batch_alter_table" in path.read_text()] == ["0002_applications.py"]


def test_indexes_on_expressions_are_in_the_schema(engine: Engine) -> None:
    """Alembic cannot compare these with the models, so their names are compared here."""
    parts = picture(engine).parts
    for table in Recognition.metadata.tables.values():
        assert {f"index {index.name}" for index in table.indexes} <= set(parts), table.name


@pytest.fixture
def init(make_app: Callable[..., Flask], sqlite_url: str) -> Callable[[], Result]:
    """Runs `flask init` on the database of `sqlite_url`."""
    return lambda: make_app(sqlite_url).test_cli_runner().invoke(args=["init"])


def dump(url: str) -> list[str]:
    """Everything that a SQLite database holds."""
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        lines = list(connection.iterdump())
    connection.close()
    return lines


def at_revision(url: str, revision: str, *statements: str) -> None:
    engine = make_engine(url)
    downgrade(engine, revision)
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys=OFF")
        for statement in statements:
            driver.execute(statement)
        driver.execute("PRAGMA foreign_keys=ON")
    engine.dispose()


def test_init_says_what_it_does(init: Callable[[], Result], sqlite_url: str) -> None:
    head = newest_revision()
    assert f"数据库结构已是 {head}，不需要升级。" in init().stdout
    at_revision(sqlite_url, "0002", "DELETE FROM phrase")
    done = init()
    assert f"数据库结构：0002 → {head}，执行迁移 0003、0004、" in done.stdout
    assert "代码表新增 0 行" not in done.stdout
    assert done.exit_code == 0


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("CREATE TABLE public_change (id INTEGER)", "table public_change already exists"),
        ("UPDATE reporting_unit SET division_code = '999999' WHERE code = 'TNQ'", "reporting_unit"),
        # The schema is up by then, and goes down again with the reference rows.
        ("ALTER TABLE phrase ADD COLUMN needed INTEGER NOT NULL CHECK (needed > 0) DEFAULT 0", "CHECK constraint"),
        ("UPDATE alembic_version SET version_num = '9999'", "9999 不是本程序所知的版本"),
    ],
)
def test_an_init_that_fails_changes_nothing(
    init: Callable[[], Result], sqlite_url: str, statement: str, reason: str, tmp_path: Path
) -> None:
    at_revision(sqlite_url, "0002", "DELETE FROM phrase", statement)
    before = dump(sqlite_url)
    failed = init()
    assert (failed.exit_code, failed.stderr.count("\n")) == (1, 1)
    assert reason in failed.stderr
    assert "Traceback" not in failed.output
    assert dump(sqlite_url) == before


def test_a_folder_may_have_a_percent_sign_in_its_name(tmp_path: Path, sqlite_url: str) -> None:
    versions = tmp_path / "100%(here)s"
    versions.mkdir()
    engine = make_engine(sqlite_url)
    migrate(engine, versions=(*VERSIONS, versions))
    assert revision_of(engine) == newest_revision()
    engine.dispose()
