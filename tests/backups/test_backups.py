"""A backup holds everything, comes back into either database, and goes nowhere where something stands."""

from __future__ import annotations

import io
import shutil
import tarfile
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, delete, func, inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from registry.db import make_engine, readers, writers
from registry.errors import OperatorError
from registry.models import Enterprise, Event, LoginSession, Publication
from registry.permissions import OPERATOR
from registry.services import events
from registry.services.backups import Manifest, back_up, restore
from registry.services.backups.checking import check
from registry.services.installation import downgrade, schema_state
from registry.terms import Role
from tests import people
from tests.conftest import give_back
from tests.postgres import Server

NOW = datetime(2026, 11, 29, 4, 0, tzinfo=UTC)
NOTED = events.Entry(action="call.create", subject_type="call")
STORED = "ab/" + "c" * 40
KEY = "k" * 64


def scanned(engine: Engine, data_dir: Path) -> None:
    """A document that waits for its second signature, with its scan."""
    with writers(engine)() as session:
        officer = people.staff(session, Role.PUBLISHER)
        session.add(
            Publication(
                number="演示〔2026〕1号",
                number_key="演示〔2026〕1号",
                title="演示名单",
                organ="演示局",
                announced_on=NOW.date(),
                category_code="mun_smart_workshop",
                year=2026,
                items=[{"project": None, "name": "演示", "n": 1.5}],
                storage_name=STORED,
                prepared_by=officer.id,
                prepared_at=NOW,
            )
        )
        session.commit()
    path = data_dir / "files" / STORED
    path.parent.mkdir(parents=True)
    path.write_bytes(STORED.encode() * 99)


@pytest.fixture
def stock(demo_file: Path, tmp_path: Path) -> Iterator[tuple[Engine, Path]]:
    """The demo stock with a key and its files: engine and data directory."""
    data_dir = tmp_path / "home"
    data_dir.mkdir()
    shutil.copyfile(demo_file, data_dir / "registry.db")
    (data_dir / "secret.key").write_text(KEY)
    engine = make_engine(f"sqlite:///{data_dir / 'registry.db'}")
    scanned(engine, data_dir)
    yield engine, data_dir
    give_back(engine)


@pytest.fixture
def archive(stock: tuple[Engine, Path], tmp_path: Path) -> Path:
    """A backup of it."""
    return make(stock[0], stock[1], tmp_path / "one.backup")


def make(engine: Engine, data_dir: Path, path: Path) -> Path:
    """Make a backup as the command does."""
    with path.open("wb") as out:
        assert back_up(engine, data_dir, out, now=NOW).missing == ()
    return path


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[tuple[Engine, Path]]:
    """Nothing: an engine on no database yet, a data directory that is not there."""
    folder = tmp_path / "empty"
    folder.mkdir()
    engine = make_engine(f"sqlite:///{folder / 'registry.db'}")
    yield engine, folder / "data"
    give_back(engine)


def nothing_stands(engine: Engine, data_dir: Path) -> bool:
    """Whether a place is as empty as before."""
    left = [path for path in data_dir.rglob("*") if path.is_file()] if data_dir.exists() else []
    return not left and not inspect(engine).get_table_names()


def sizes(manifest: Manifest) -> dict[str, int]:
    return {name: table.rows for name, table in manifest.tables.items()}


@pytest.mark.slow
def test_from_sqlite_to_postgresql_and_back(stock: tuple[Engine, Path], tmp_path: Path, postgres: Server) -> None:
    first = check(make(*stock, tmp_path / "first"))
    on_postgresql, back = (
        make_engine(postgres.url(postgres.create())),
        make_engine(f"sqlite:///{tmp_path / 'back.db'}"),
    )
    try:
        restore(on_postgresql, tmp_path / "second_data", tmp_path / "first")
        with stock[0].connect() as before, on_postgresql.connect() as after:
            keys = {name: len(inspect(after).get_foreign_keys(name)) for name in first.tables}
            assert keys == {name: len(inspect(before).get_foreign_keys(name)) for name in first.tables}
        second = check(make(on_postgresql, tmp_path / "second_data", tmp_path / "second"))
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
    stop, written = threading.Event(), []

    def write() -> None:
        while not stop.is_set():
            with writers(stock[0])() as session:
                row = session.scalar(select(Enterprise).limit(1))
                assert row is not None
                row.short_name = f"第{len(written)}次"
                events.record(session, OPERATOR, NOTED)
                session.commit()
            written.append(1)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        archive = make(*stock, tmp_path / "busy")
    finally:
        stop.set()
        thread.join()
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


def damaged(archive: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Pack an archive again with other members."""
    with tarfile.open(archive) as tar:
        members = {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]
    change(members)
    with tarfile.open(archive, "w:gz") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


def _other_row(members: dict[str, bytes]) -> None:
    members["tables/enterprise.jsonl"] = members["tables/enterprise.jsonl"].replace(b"\n", b"\n\n", 1)


def _newer(members: dict[str, bytes]) -> None:
    members["manifest.json"] = members["manifest.json"].replace(b'"schema": "', b'"schema": "9')


def _other_format(members: dict[str, bytes]) -> None:
    members["manifest.json"] = members["manifest.json"].replace(b'"format": 1', b'"format": 2')


def _climbing(members: dict[str, bytes]) -> None:
    members["files/../../evil"] = b"evil"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_other_row, "enterprise.jsonl 的校验和不符"),
        (lambda members: members.pop("tables/project.jsonl"), "缺少"),
        (lambda members: members.pop("manifest.json"), "没有 manifest.json"),
        (_newer, "来自更新的程序"),
        (_other_format, "格式版本是 2"),
        (_climbing, "evil 的校验和不符"),
    ],
)
def test_a_damaged_archive_leaves_the_place_empty(
    archive: Path, empty: tuple[Engine, Path], change: Callable[[dict[str, bytes]], None], sentence: str
) -> None:
    damaged(archive, change)
    with pytest.raises(OperatorError, match=sentence):
        restore(*empty, archive)
    assert nothing_stands(*empty)


def test_a_broken_file_is_told_wherever_it_breaks(archive: Path, empty: tuple[Engine, Path]) -> None:
    whole, manifest = archive.read_bytes(), check(archive)
    cut = [whole[:length] for length in (0, 7, 300, len(whole) // 2, len(whole) * 9 // 10)]
    spoiled = [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(40, len(whole), len(whole) // 8)]
    for data in (*cut, *spoiled, b"PK\x03\x04 no archive"):
        archive.write_bytes(data)
        with pytest.raises(OperatorError):
            restore(*empty, archive)
    assert nothing_stands(*empty)
    # The last bytes only say how long the packed stream was: without them every member is still whole.
    archive.write_bytes(whole[:-9])
    assert check(archive) == manifest


def test_a_fault_in_the_middle_of_loading_takes_everything_back(
    stock: tuple[Engine, Path], tmp_path: Path, empty: tuple[Engine, Path]
) -> None:
    """Rows that point nowhere pass the checks of the archive and are found when all stand."""
    with stock[0].connect() as connection:
        connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            connection.execute(delete(Enterprise).where(Enterprise.id == 1))
        connection.connection.cursor().execute("PRAGMA foreign_keys=ON")
    with pytest.raises(OperatorError, match="指向不存在的记录"):
        restore(*empty, make(*stock, tmp_path / "it"))
    assert nothing_stands(*empty)


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
