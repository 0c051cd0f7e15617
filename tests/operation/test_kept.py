"""Files of columns give what the database gives, or are not used."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine, text

from registry.db import readers
from registry.queries.catalogue import current
from registry.queries.catalogue.current import Catalogues, catalogue_columns
from registry.queries.catalogue.filters import Filters
from registry.queries.catalogue.kept import ColumnFiles
from registry.queries.catalogue.kpi_loading import load_columns
from registry.queries.catalogue.loading import load_catalogue
from registry.queries.statistics.scope import statistics
from tests.record.test_record import same

TOUCH = "UPDATE recognition SET remark = remark || '.' WHERE id = (SELECT min(id) FROM recognition)"
END = "UPDATE recognition SET status = 'expired', ended_on = '2026-01-03' WHERE id = (SELECT max(id) FROM recognition)"


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Grows by one with each whole reading of titles or of KPI values."""
    found: list[object] = []
    for name, read in (("load_catalogue", load_catalogue), ("load_columns", load_columns)):
        monkeypatch.setattr(current, name, lambda *given, read=read: found.append(given) or read(*given))
    return found


def worker(folder: Path) -> Catalogues:
    """What a process that starts has: nothing but the folder."""
    return Catalogues(ColumnFiles(folder, least=1), calm=0.01)


def check(engine: Engine, of: Catalogues) -> None:
    """The catalogue of a worker is that of the database, its figures too."""
    with readers(engine)() as session:
        found, wanted = of.current(session), load_catalogue(session)
        same(found, wanted)
        loaded = load_columns(session, wanted)
        for code, column in catalogue_columns(session, found).items():
            assert column.kind == loaded[code].kind
            rows = [one.rows_of(np.arange(len(wanted.title_ids))) for one in (column, loaded[code])]
            for name in ("current", "baseline"):
                np.testing.assert_array_equal(getattr(column, name)[rows[0]], getattr(loaded[code], name)[rows[1]])
        scope = Filters(method="pooled")
        assert statistics(session, found, scope) == statistics(session, Catalogues().current(session), scope)


def change(engine: Engine, statement: str = TOUCH) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))


def test_the_second_process_reads_no_titles(demo_engine: Engine, tmp_path: Path, whole: list[object]) -> None:
    change(demo_engine)
    for _ in range(2):
        with readers(demo_engine)() as session:
            made = worker(tmp_path / "cache")
            catalogue_columns(session, made.current(session))
        assert len(whole) == 2, "titles and KPI values were read once, by the first"
    check(demo_engine, worker(tmp_path / "cache"))


def test_processes_that_start_together_read_once(demo_engine: Engine, tmp_path: Path, whole: list[object]) -> None:
    change(demo_engine)

    def start() -> None:
        with readers(demo_engine)() as session:
            worker(tmp_path / "cache").current(session)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(whole) == 1


def test_another_state_is_never_taken_for_this_one(demo_engine: Engine, tmp_path: Path) -> None:
    change(demo_engine)
    check(demo_engine, worker(tmp_path / "cache"))
    change(demo_engine, END)
    check(demo_engine, worker(tmp_path / "cache"))
    # Put back from a backup and gone on otherwise: the same number, another state.
    with demo_engine.begin() as connection:
        number = connection.scalar(text("SELECT value FROM counter WHERE name = 'revision'"))
        connection.execute(text("UPDATE counter SET value = value - 1 WHERE name = 'revision'"))
        connection.execute(text("UPDATE recognition SET year = 2016 WHERE id = (SELECT min(id) FROM recognition)"))
        assert connection.scalar(text("SELECT value FROM counter WHERE name = 'revision'")) == number
    check(demo_engine, worker(tmp_path / "cache"))


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 8)


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("harm", [_cut, _flip, Path.unlink, lambda path: shutil.rmtree(path.parent)])
@pytest.mark.parametrize("name", ["title_status.npy", "sums.json"])
def test_faulty_files_are_not_used(demo_engine: Engine, tmp_path: Path, harm: object, name: str) -> None:
    change(demo_engine)
    with readers(demo_engine)() as session:
        worker(tmp_path / "cache").current(session)
        [path] = (tmp_path / "cache").glob(f"titles-*/{name}")
        harm(path)  # type: ignore[operator]
        again = worker(tmp_path / "cache").current(session)
        same(again, load_catalogue(session))
    assert path.exists(), "it was written anew"


def test_without_a_folder_everything_goes_on(demo_engine: Engine, tmp_path: Path) -> None:
    change(demo_engine)
    (tmp_path / "cache").write_text("a file, where the folder should be")
    check(demo_engine, worker(tmp_path / "cache"))
    assert (tmp_path / "cache").is_file()


def test_a_patched_state_is_written_in_a_while(demo_engine: Engine, tmp_path: Path, whole: list[object]) -> None:
    change(demo_engine)
    first = worker(tmp_path / "cache")
    check(demo_engine, first)
    change(demo_engine, END)
    check(demo_engine, first)
    first.write()
    whole.clear()
    started = worker(tmp_path / "cache")
    with readers(demo_engine)() as session:
        catalogue_columns(session, started.current(session))
    assert not whole
    check(demo_engine, started)
    assert len(list((tmp_path / "cache").glob("*-*"))) == 2, "the files of the state before are gone"


def test_a_state_without_a_mark_is_not_written(demo_engine: Engine, tmp_path: Path) -> None:
    change(demo_engine, "UPDATE counter SET mark = 0")
    check(demo_engine, worker(tmp_path / "cache"))
    assert not (tmp_path / "cache").exists()
