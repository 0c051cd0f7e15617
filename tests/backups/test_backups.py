"""A backup holds everything, comes back into either database, and goes nowhere where something stands."""

from __future__ import annotations

import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, func, inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from registry.db import make_engine, readers, writers
from registry.errors import OperatorError
from registry.models import Enterprise, Event, LoginSession
from registry.permissions import OPERATOR
from registry.services import events
from registry.services.backups import restore
from registry.services.backups.checking import check
from registry.services.installation import downgrade, schema_state
from registry.storage import Bucket
from tests.backups.conftest import KEY, STORED, make, sizes
from tests.conftest import give_back
from tests.faults.files import object_store
from tests.grown import KEY as STORE_KEY
from tests.grown import SECRET as STORE_SECRET
from tests.postgres import Server

NOTED = events.Entry(action="call.create", subject_type="call")


@contextmanager
def others_writing(engine: Engine) -> Iterator[list[int]]:
    """Somebody who writes all the time while the block runs; how often, at its end."""
    stop, written = threading.Event(), []

    def write() -> None:
        while not stop.is_set():
            with writers(engine)() as session:
                row = session.scalar(select(Enterprise).limit(1))
                assert row is not None
                row.short_name = f"第{len(written)}次"
                events.record(session, OPERATOR, NOTED)
                session.commit()
            written.append(1)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield written
    finally:
        stop.set()
        thread.join()


@pytest.mark.slow
def test_from_sqlite_to_postgresql_and_back(stock: tuple[Engine, Path], tmp_path: Path, postgres: Server) -> None:
    """Made while others write; from a folder into a bucket and into a folder again."""
    with others_writing(stock[0]) as written:
        first = check(make(*stock, tmp_path / "first"))
    assert len(written) > 3, "nobody wrote"
    on_postgresql, back = (
        make_engine(postgres.url(postgres.create())),
        make_engine(f"sqlite:///{tmp_path / 'back.db'}"),
    )
    try:
        with object_store() as address:
            bucket = Bucket(address, STORE_KEY, STORE_SECRET)
            restore(on_postgresql, tmp_path / "second_data", tmp_path / "first", files=bucket)
            assert [held.name for held in bucket.names()] == [STORED]
            second = check(make(on_postgresql, tmp_path / "second_data", tmp_path / "second", files=bucket))
        with stock[0].connect() as before, on_postgresql.connect() as after:
            keys = {name: len(inspect(after).get_foreign_keys(name)) for name in first.tables}
            assert keys == {name: len(inspect(before).get_foreign_keys(name)) for name in first.tables}
        restore(back, tmp_path / "third_data", tmp_path / "second")
        third = check(make(back, tmp_path / "third_data", tmp_path / "third"))
        assert first == second == third
        assert sizes(first)["recognition"] > 500
        assert first.files.keys() == {STORED}
        assert first.keys.keys() == {"secret.key"}
        for engine in (on_postgresql, back):
            still_a_registry(engine)
    finally:
        give_back(on_postgresql)
        give_back(back)


def still_a_registry(engine: Engine) -> None:
    """The chain is whole, new rows get numbers of their own, and events stay as they are."""
    with readers(engine)() as session:
        count, broken = events.verify(session)
        assert broken is None
        assert count == session.scalar(select(func.count(Event.id))) > 0
    with writers(engine)() as session:
        row = events.record(session, OPERATOR, NOTED)
        session.flush()
        assert row.id > count
        session.rollback()
    with writers(engine)() as session, pytest.raises(DBAPIError, match="append-only"):
        session.execute(update(Event).values(note="other"))


def test_files_and_keys_come_back_for_their_owner_alone(archive: Path, empty: tuple[Engine, Path]) -> None:
    manifest = restore(*empty, archive)
    data_dir = empty[1]
    assert (data_dir / "secret.key").read_text() == KEY
    for path in [data_dir / "secret.key", *(data_dir / "files" / name for name in manifest.files)]:
        assert path.stat().st_mode & 0o777 == 0o600, path
    for name in manifest.files:
        assert (data_dir / "files" / name).read_bytes() == name.encode() * 99


def test_who_is_signed_in_is_no_part_of_it(stock: tuple[Engine, Path], tmp_path: Path) -> None:
    with tarfile.open(make(*stock, tmp_path / "it")) as tar:
        names = tar.getnames()
    assert names[0] == "manifest.json"
    assert "tables/account.jsonl" in names
    assert f"tables/{LoginSession.__tablename__}.jsonl" not in names


def test_a_backup_made_while_others_write_is_one_state(
    stock: tuple[Engine, Path], tmp_path: Path, empty: tuple[Engine, Path]
) -> None:
    with others_writing(stock[0]) as written:
        archive = make(*stock, tmp_path / "busy")
    assert len(written) > 3, "nobody wrote"
    manifest = restore(*empty, archive)
    with readers(empty[0])() as session:
        assert events.verify(session) == (manifest.events, None)


@pytest.mark.parametrize("what", ["database", "key", "file"])
def test_nothing_is_put_where_something_stands(archive: Path, empty: tuple[Engine, Path], what: str) -> None:
    engine, data_dir = empty
    if what == "database":
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE mine (id INTEGER)"))
    else:
        path = data_dir / ("secret.key" if what == "key" else f"files/{STORED}")
        path.parent.mkdir(parents=True)
        path.write_text("mine")
    before = {path: path.read_bytes() for path in data_dir.rglob("*") if path.is_file()}
    with pytest.raises(OperatorError, match="目标中已有数据"):
        restore(engine, data_dir, archive)
    assert {path: path.read_bytes() for path in data_dir.rglob("*") if path.is_file()} == before
    assert inspect(engine).get_table_names() == (["mine"] if what == "database" else [])


def test_an_older_backup_is_brought_up_to_date(
    stock: tuple[Engine, Path], tmp_path: Path, empty: tuple[Engine, Path]
) -> None:
    downgrade(stock[0], "0009")
    archive = make(*stock, tmp_path / "old")
    manifest = restore(*empty, archive)
    assert manifest.schema == "0009"
    with empty[0].connect() as connection:
        current, head = schema_state(connection)
        assert current == head
        assert connection.scalar(text("SELECT COUNT(*) FROM project")) == manifest.tables["project"].rows


def test_the_commands(make_app: Callable[..., Flask], stock: tuple[Engine, Path], tmp_path: Path) -> None:
    _, data_dir = stock
    app = make_app(f"sqlite:///{data_dir / 'registry.db'}", data_dir=data_dir)
    run = app.test_cli_runner().invoke
    target = tmp_path / "a.backup"
    result = run(args=["backup", str(target)])
    assert result.exit_code == 0, result.output
    assert target.stat().st_mode & 0o777 == 0o600
    refused = run(args=["backup", str(target)])
    assert (refused.exit_code, "已存在" in refused.output) == (1, True)

    # As the drill of the manual does: into a directory that is not there yet, in which only the owner reads afterwards.
    other = make_app("", data_dir=tmp_path / "b")
    restored = other.test_cli_runner().invoke(args=["restore", str(target)])
    assert restored.exit_code == 0, restored.output
    assert "散列链完整" in restored.output
    assert "findings=0" in restored.output
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob("b/*") if path.is_file()}
    assert {"registry.db", "secret.key"} <= set(modes)
    assert set(modes.values()) == {0o600}

    (data_dir / "files" / STORED).unlink()
    incomplete = run(args=["backup", str(tmp_path / "c.backup")])
    assert incomplete.exit_code == 1
    assert STORED in incomplete.output
    assert not (tmp_path / "c.backup").exists()
    assert (tmp_path / "c.backup.incomplete").exists()
