"""Database foundation: declarative base, column types, engine and sessions.

SQLite is opened so that a reader never waits for a writer and a writer never meets a stale
snapshot: readers begin with BEGIN and `query_only`, writers with BEGIN IMMEDIATE. Which one a
connection uses is its execution option `writes` (see `readers` and `writers`). The option `city` says
whose registry it is (see `city_of`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVarTuple, cast

from sqlalchemy import (
    BigInteger,
    CursorResult,
    DateTime,
    Engine,
    MetaData,
    NullPool,
    Select,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

from registry.errors import OperatorError
from registry.reference.city import City
from registry.sealing import Sealer
from registry.wording import Message

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

SCALE = 1_000_000
"""KPI inputs are stored as integers of 10^-6 of their unit: sums stay exact on every database."""


Columns = TypeVarTuple("Columns")


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Scaled(TypeDecorator[Decimal]):
    """An exact Decimal with six places, stored as a 64-bit integer (|value| < 9.2e12)."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        scaled = Decimal(value) * SCALE
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more than six decimal places")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-6)


@dataclass
class Limits:
    """What a server bounds, so that no request waits for ever; commands take their time (`is_hurried`).

    `pool` is the number of connections to PostgreSQL. With `pooler` another program holds them, which gives each
    transaction one of its own: nothing may stay behind in a connection, and time limits are those of the role.
    """

    pool: int = 8
    pooler: bool = False
    is_hurried: bool = True


CONNECT_SECONDS, POOL_SECONDS = 3, 3
STATEMENT_SECONDS, LOCK_SECONDS, IDLE_SECONDS = 15, 5, 60


def make_engine(
    url: str,
    *,
    city: City | None = None,
    limits: Limits | None = None,
    keys: Callable[[], Sequence[str]] | None = None,
    **options: Any,
) -> Engine:
    """An engine with the settings that the registry relies on, for SQLite or PostgreSQL; without `city` it is for
    the one that comes with the program, without `limits` for a command, without `keys` it cannot read what is
    sealed."""
    held = {"city": city or City(), "sealer": Sealer(keys or _no_keys)}
    options["execution_options"] = held | options.get("execution_options", {})
    if not url.startswith("sqlite"):
        return _postgresql(url, limits, options) if limits else create_engine(url, pool_pre_ping=True, **options)
    if limits is not None:
        # A connection to a file costs nothing but memory, and each thread of a server may use two.
        options |= {"pool_size": limits.pool, "max_overflow": 64, "pool_timeout": POOL_SECONDS}
    engine = create_engine(url, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "checkin", _end_sqlite)
    return engine


def _postgresql(url: str, limits: Limits, options: dict[str, Any]) -> Engine:
    arguments: dict[str, Any] = {"connect_timeout": CONNECT_SECONDS}
    if limits.pooler:
        arguments["prepare_threshold"] = None
        options["poolclass"] = NullPool
    else:
        options |= {"pool_size": limits.pool, "max_overflow": 0, "pool_timeout": POOL_SECONDS, "pool_pre_ping": True}
    engine = create_engine(url, connect_args=arguments, **options)

    @event.listens_for(engine, "do_connect")
    def limit(dialect: Dialect, record: Any, positional: Any, named: dict[str, Any]) -> None:
        if limits.is_hurried and not limits.pooler:
            bounds = (
                ("statement_timeout", STATEMENT_SECONDS),
                ("lock_timeout", LOCK_SECONDS),
                ("idle_in_transaction_session_timeout", IDLE_SECONDS),
            )
            said = " ".join(f"-c {name}={seconds}s" for name, seconds in bounds)
            named["options"] = f"{named.get('options', '')} {said}".strip()

    return engine


def take_time(session: Session, seconds: int = 0) -> Session:
    """Let the transaction of a session take longer than a request may: this many seconds a statement, 0 for any
    number. Returns the session.

    Where its transaction has not begun, the limits are set when it begins, so that the isolation can still be chosen.
    """
    if session.get_bind().dialect.name == "postgresql":
        names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
        said = select(*(func.set_config(name, f"{seconds}s", True) for name in names))
        if session.in_transaction():
            session.execute(said)
        else:
            event.listen(session, "after_begin", lambda _session, _transaction, on: on.execute(said), once=True)
    return session


def _prepare_sqlite(connection: Any, record: Any) -> None:
    # The driver's own BEGIN comes too late and in the wrong mode; ours is emitted in "begin".
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=30000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("writes", True):
        connection.exec_driver_sql("PRAGMA query_only=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("PRAGMA query_only=ON")
        connection.exec_driver_sql("BEGIN")


def _end_sqlite(connection: Any, record: Any) -> None:
    # A commit that the disk had no room for may leave its transaction open, and SQLAlchemy takes it for ended: the
    # connection would hold the write lock until the server stops.
    if connection is not None and connection.in_transaction:
        connection.rollback()


def count_rows(connection: Connection) -> None:
    """Have SQLite look at how many rows the values of indexes have, by which it chooses between them.

    A sample is enough, so that writers wait no longer than for any other step. PostgreSQL does this by itself.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA analysis_limit = 1000")
        connection.exec_driver_sql("ANALYZE")


def city_of(source: Session | Connection) -> City:
    """The city whose registry a session or connection reads and writes.

    It travels with the engine: two applications of one process may serve two cities, and whatever has a
    session needs no further parameter for its facts.
    """
    return cast(City, _held(source, "city"))


def sealer_of(source: Session | Connection) -> Sealer:
    """What seals and opens the secrets of the registry that a session or connection reads and writes."""
    return cast(Sealer, _held(source, "sealer"))


def _held(source: Session | Connection, name: str) -> object:
    bind = source.get_bind() if isinstance(source, Session) else source
    return bind.get_execution_options()[name]


def _no_keys() -> Sequence[str]:
    raise OperatorError(Message("没有密钥，读不出加密保存的内容。"))


def reading(engine: Engine) -> Engine:
    """The same engine for whoever only reads; the database itself refuses a write."""
    options: dict[str, Any] = {"writes": False}
    if engine.dialect.name == "postgresql":
        # One state of the record for the whole request, as SQLite gives it.
        options |= {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
    return engine.execution_options(**options)


def readers(engine: Engine) -> sessionmaker[Session]:
    """Sessions that only read."""
    return sessionmaker(reading(engine), autoflush=False)


def plain(session: Session, statement: Select[*Columns], **values: object) -> CursorResult[*Columns]:
    """What a statement of plain columns finds. The ORM has no part in them, and takes longer than the database to
    hand them on; a statement that is made once, in its module, costs nothing to build."""
    if session.autoflush:
        session.flush()
    return session.connection().execute(statement, values)


def writers(engine: Engine) -> sessionmaker[Session]:
    """Sessions of commands and unsafe requests; on SQLite they hold the write lock from the start."""
    return sessionmaker(engine.execution_options(writes=True))
