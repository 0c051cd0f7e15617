"""Places to back up and to restore to, and what is asked of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect

from registry.db import make_engine, writers
from registry.models import Publication
from registry.services.backups import Manifest, back_up
from registry.storage import Storage
from registry.terms import Role
from tests import people
from tests.conftest import give_back

NOW = datetime(2026, 11, 29, 4, 0, tzinfo=UTC)
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


def make(engine: Engine, data_dir: Path, path: Path, files: Storage | None = None) -> Path:
    """Make a backup as the command does."""
    with path.open("wb") as out:
        assert back_up(engine, data_dir, out, now=NOW, files=files).missing == ()
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
