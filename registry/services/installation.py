"""`flask init`: migrations, reference rows, the state in which everything else may start."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sqlalchemy import Engine, Table, func, or_, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from registry.db import Base
from registry.errors import OperatorError
from registry.models import Application, Project, ProjectSearch
from registry.models.applications import RANK_INDEX, RANKED
from registry.models.triggers import drop_triggers, install_triggers, note_all_changed
from registry.services.cities.loading import load_reference_rows, require_same_city
from registry.services.record import search_index
from registry.wording import Message

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
VERSIONS = (MIGRATIONS / "versions",)
"""Folders of migration steps; the tests add one of their own."""


def alembic_config(connection: Connection | None = None, *, versions: Sequence[Path] = VERSIONS) -> Config:
    """Alembic's configuration for this installation; `connection` is needed for migrations."""
    from alembic.config import Config  # slow import

    config = Config()
    config.set_main_option("path_separator", "os")
    for option, paths in (("script_location", [MIGRATIONS]), ("version_locations", versions)):
        # A percent sign in the name of a folder would be taken for a reference to another option.
        config.set_main_option(option, os.pathsep.join(map(str, paths)).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def initialise(engine: Engine) -> int:
    """Bring schema and reference rows up to date, both or neither. Returns the reference rows added."""
    with migrating(engine) as connection:
        upgrade(connection, "head")
        # New rows of public tables raise the revision, as with every other writer.
        install_triggers(connection)
        _renew_search(connection)
        return load_reference_rows(connection)


def _renew_search(connection: Connection) -> None:
    """Write the search texts anew that an earlier version of the program has written, which knew no order of names, or
    did not find a project by its town."""
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        has_no_town = ProjectSearch.text.not_like("%" + func.lower(Project.town) + "%")
        old = (
            select(ProjectSearch.project_id)
            .join(Project, Project.id == ProjectSearch.project_id)
            .where(or_(ProjectSearch.name_order == "", has_no_town))
        )
        search_index.refresh(session, session.scalars(old).all())
        session.commit()


def migrate(engine: Engine, revision: str = "head", *, versions: Sequence[Path] = VERSIONS) -> None:
    """Bring the schema up to `revision`; on an error everything stays as it was (see `migrating`)."""
    with migrating(engine) as connection:
        upgrade(connection, revision, versions)


def downgrade(engine: Engine, revision: str, *, versions: Sequence[Path] = VERSIONS) -> None:
    """Take the schema back to `revision`; on an error everything stays as it was (see `migrating`)."""
    with migrating(engine) as connection:
        _run(connection, "downgrade", revision, versions)


def pending_steps(connection: Connection) -> tuple[str, ...]:
    """Revisions that `initialise` will run; raises OperatorError for a database that this program does not know."""
    from alembic.script import ScriptDirectory  # slow import

    current, head = schema_state(connection)
    scripts = ScriptDirectory.from_config(alembic_config())
    _refuse_unknown(scripts, current)
    return tuple(script.revision for script in scripts.iterate_revisions(head, current or "base"))[::-1]


def upgrade(connection: Connection, revision: str, versions: Sequence[Path] = VERSIONS) -> None:
    """Bring the schema up to `revision` on a connection of `migrating`."""
    _run(connection, "upgrade", revision, versions)
    if revision == "head":
        _complete_indexes(connection)


def _run(
    connection: Connection, direction: Literal["upgrade", "downgrade"], revision: str, versions: Sequence[Path]
) -> None:
    """Run the migrations between the state of the database and `revision`."""
    from alembic import command  # slow import
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = alembic_config(connection, versions=versions)
    before = MigrationContext.configure(connection).get_current_revision()
    _refuse_unknown(ScriptDirectory.from_config(config), before)
    try:
        getattr(command, direction)(config, revision)
    except Exception as error:
        # A migration may raise anything; whoever runs it needs to know that nothing has happened, and why.
        reason = str(getattr(error, "orig", None) or error).partition("\n")[0] or type(error).__name__
        raise OperatorError(
            Message(
                "数据库结构变更到 %(revision)s 没有成功，已全部退回，数据库仍是 %(before)s：%(reason)s",
                revision=revision,
                before=before or Message("空库"),
                reason=reason,
            )
        ) from error
    if MigrationContext.configure(connection).get_current_revision() != before:
        # The triggers have not seen what the steps did to rows that public pages show.
        note_all_changed(connection)


def _refuse_unknown(scripts: ScriptDirectory, current: str | None) -> None:
    if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
        raise OperatorError(
            Message(
                "数据库结构版本 %(current)s 不是本程序所知的版本，可能来自更新的程序；数据库没有改动，"
                "请换用那个版本的程序，或恢复升级前的备份。",
                current=current,
            )
        )


def knows_revision(revision: str) -> bool:
    """Whether this program has the migrations up to a revision."""
    from alembic.script import ScriptDirectory  # slow import

    scripts = ScriptDirectory.from_config(alembic_config())
    return revision in {script.revision for script in scripts.walk_revisions()}


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
                yield connection
                _refuse_orphans(connection)
                install_triggers(connection)
        finally:
            if is_sqlite:
                _switch_foreign_keys(connection, "ON")


def _refuse_orphans(connection: Connection) -> None:
    """Raise OperatorError for a row that points to one that is not there; PostgreSQL has watched all the time."""
    orphans = (
        connection.exec_driver_sql("PRAGMA foreign_key_check").all() if connection.dialect.name == "sqlite" else []
    )
    if orphans:
        table, row, parent, _ = orphans[0]
        raise OperatorError(
            Message(
                "有 %(n)s 行指向不存在的记录（如 %(table)s 第 %(row)s 行所指的 %(parent)s），不能变更数据库结构；"
                "已全部退回，请先更正这些行。",
                n=len(orphans),
                table=table,
                row=row,
                parent=parent,
            )
        )


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


def schema_state(connection: Connection) -> tuple[str | None, str]:
    """(revision of the database, revision that the code needs)."""
    from alembic.migration import MigrationContext  # slow import

    return MigrationContext.configure(connection).get_current_revision(), newest_revision()


def newest_revision() -> str:
    """The revision that the code needs."""
    from alembic.script import ScriptDirectory  # slow import

    return ScriptDirectory.from_config(alembic_config()).get_current_head() or "base"


def require_current_schema(engine: Engine) -> None:
    """Raise OperatorError with the way out when the database is missing or of another version."""
    try:
        with engine.connect() as connection:
            current, head = schema_state(connection)
    except SQLAlchemyError as error:
        raise OperatorError(
            Message(
                "无法打开数据库：%(kind)s。请检查 REGISTRY_DATABASE_URL 或先运行 flask init。",
                kind=error.__class__.__name__,
            )
        ) from error
    if current is None:
        raise OperatorError(Message("数据库还没有建立，请先运行 flask init。"))
    if current != head:
        raise OperatorError(
            Message(
                "数据库结构版本是 %(current)s，程序需要 %(head)s：请先备份，再运行 flask init 升级。",
                current=current,
                head=head,
            )
        )

    with engine.connect() as connection:
        require_same_city(connection)


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table
