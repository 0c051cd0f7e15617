"""`flask init`: migrations, reference rows, the state in which everything else may start."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, Table, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from registry import reference
from registry.db import Base
from registry.errors import OperatorError
from registry.models import Application, Category, Counter, Division, Industry, Kpi, Phrase, ReportingUnit
from registry.models.applications import RANK_INDEX, RANKED
from registry.models.triggers import drop_triggers, has_tables, install_triggers

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
COUNTERS = ("project_code", "revision")


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration for this installation; `connection` is needed for upgrades."""
    from alembic.config import Config  # slow import

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the schema up to `revision`; on an error everything stays as it was (see `migrating`)."""
    from alembic import command  # slow import

    with migrating(engine) as connection:
        command.upgrade(alembic_config(connection), revision)
        if revision == "head":
            _complete_indexes(connection)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the schema back to `revision`; on an error everything stays as it was (see `migrating`)."""
    from alembic import command  # slow import

    with migrating(engine) as connection:
        command.downgrade(alembic_config(connection), revision)


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """One transaction in which tables may be rebuilt while they hold rows.

    SQLite changes a column by copying the table, dropping it and renaming the copy. With foreign keys
    enforced the drop fails as soon as another table points to a row, and enforcement can only be
    switched outside of a transaction. Triggers of ours would take the copying for a change of the
    record, or refuse it. So: enforcement off, triggers away, migrate, look for rows that point nowhere,
    triggers back, commit, enforcement on again.
    """
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if is_sqlite:
            _switch_foreign_keys(connection, "OFF")
        try:
            with connection.begin():
                drop_triggers(connection)
                with warnings.catch_warnings():
                    # SQLite gives no reflection of an index on an expression; `alter_table` makes it again.
                    warnings.filterwarnings("ignore", "Skipped unsupported reflection of expression-based index")
                    yield connection
                lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all() if is_sqlite else []
                if lost:
                    tables = "、".join(sorted({str(row[0]) for row in lost}))
                    raise OperatorError(f"升级后有 {len(lost)} 行指向不存在的记录（{tables}）；已全部退回。")
                if has_tables(connection):
                    install_triggers(connection)
        finally:
            if is_sqlite:
                _switch_foreign_keys(connection, "ON")


def _switch_foreign_keys(connection: Connection, state: str) -> None:
    # Straight at the driver: every statement of SQLAlchemy's own begins a transaction first.
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA foreign_keys={state}")
    cursor.close()


def _complete_indexes(connection: Connection) -> None:
    """Make the unique index of ranks that an upgrade left out because the record had ranks twice, once it has none."""
    twice = text(f"SELECT 1 FROM application WHERE {RANKED} GROUP BY call_id, unit_code, rank HAVING COUNT(*) > 1")
    if connection.execute(twice).first() is None:
        index = next(item for item in _table(Application).indexes if item.name == RANK_INDEX)
        index.create(connection, checkfirst=True)


def schema_state(connection: Connection) -> tuple[str | None, str | None]:
    """(revision of the database, revision that the code needs)."""
    from alembic.migration import MigrationContext  # slow import
    from alembic.script import ScriptDirectory

    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    return MigrationContext.configure(connection).get_current_revision(), head


def require_current_schema(engine: Engine) -> None:
    """Raise OperatorError with the way out when the database is missing or of another version."""
    try:
        with engine.connect() as connection:
            current, head = schema_state(connection)
    except SQLAlchemyError as error:
        raise OperatorError(
            f"无法打开数据库：{error.__class__.__name__}。请检查 REGISTRY_DATABASE_URL 或先运行 flask init。"
        ) from error
    if current is None:
        raise OperatorError("数据库还没有建立，请先运行 flask init。")
    if current != head:
        raise OperatorError(f"数据库结构版本是 {current}，程序需要 {head}：请先备份，再运行 flask init 升级。")


def load_reference_rows(connection: Connection) -> int:
    """Insert missing reference rows and counters; rows the bureau has edited stay. Returns rows added."""
    added = 0
    for table, rows in _reference_tables():
        key = next(iter(table.primary_key.columns))
        present = set(connection.scalars(select(key)))
        missing = [row for row in rows if row[key.name] not in present]
        if missing:
            # A successor stands below the row that names it, so the last row goes in first.
            connection.execute(table.insert(), missing[::-1])
            added += len(missing)
    return added + _first_phrases(connection)


def _first_phrases(connection: Connection) -> int:
    """The remark library to start with; an existing one is the bureau's own. Returns rows added."""
    table = _table(Phrase)
    if connection.scalar(select(table.c.id).limit(1)) is not None:
        return 0
    rows = [{"text": text, "position": position} for position, text in enumerate(reference.phrases(), 1)]
    connection.execute(table.insert(), rows)
    return len(rows)


def _reference_tables() -> list[tuple[Table, list[dict[str, Any]]]]:
    divisions = [
        {
            "code": row.code,
            "name": row.name,
            "name_en": row.name_en,
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
            "successor": row.successor,
        }
        for row in reference.divisions()
    ]
    units = [
        {
            "code": row.code,
            "name": row.name,
            "name_en": row.name_en,
            "division_code": row.division,
            "has_polygon": row.has_polygon,
            "position": position,
        }
        for position, row in enumerate(reference.units(), 1)
    ]
    industries = [
        {
            "code": row.code,
            "name": row.name,
            "name_en": row.name_en,
            "sector": row.sector.value,
        }
        for row in reference.industries()
    ]
    categories = [
        {
            "code": row.code,
            "name": row.name,
            "name_en": row.name_en,
            "tier": row.tier.value,
            "type": row.type.value,
            "rank": row.rank,
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
            "successor": row.successor,
            "mode": row.mode.value,
            "note": row.note,
            "position": position,
        }
        for position, row in enumerate(reference.categories(), 1)
    ]
    kpis = [
        {
            "code": row.code,
            "name": row.name,
            "name_en": row.name_en,
            "unit": row.unit,
            "kind": row.kind.value,
            "direction": row.direction.value if row.direction else None,
            "hard_min": row.hard_min,
            "hard_max": row.hard_max,
            "position": position,
        }
        for position, row in enumerate(reference.kpis(), 1)
    ]
    counters: list[dict[str, Any]] = [{"name": name, "value": 0} for name in COUNTERS]
    return [
        # First: the triggers of the others count with it.
        (_table(Counter), counters),
        (_table(Division), divisions),
        (_table(ReportingUnit), units),
        (_table(Industry), industries),
        (_table(Category), categories),
        (_table(Kpi), kpis),
    ]


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table
