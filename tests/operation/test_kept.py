"""Files of columns give what the database gives, or are not used."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import Engine, text

from registry.db import readers
from registry.queries.catalogue import current
from registry.queries.catalogue.current import Catalogues, catalogue_columns
from registry.queries.catalogue.filters import Filters
from registry.queries.catalogue.kept import ColumnFiles, State
from registry.queries.catalogue.kpi_loading import load_columns
from registry.queries.catalogue.loading import load_catalogue
from registry.queries.catalogue.selection import text_hits
from registry.queries.catalogue.text_loading import load_texts
from registry.queries.statistics.scope import statistics
from tests.record.test_record import same

TOUCH = "UPDATE recognition SET remark = remark || '.' WHERE id = (SELECT min(id) FROM recognition)"
END = "UPDATE recognition SET status = 'expired', ended_on = '2026-01-03' WHERE id = (SELECT max(id) FROM recognition)"


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Grows by one with each whole reading of titles, of KPI values or of search texts."""
    found: list[object] = []
    for name, read in (("load_catalogue", load_catalogue), ("load_columns", load_columns), ("load_texts", load_texts)):
        monkeypatch.setattr(current, name, lambda *given, read=read: found.append(given) or read(*given))
    return found


def worker(folder: Path, least: int = 1) -> Catalogues:
    """What a process that starts has: nothing but the folder."""
    return Catalogues(ColumnFiles(folder, least), calm=0.01)


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
        for q in ("演示", "chejian 0", "又名"):
            hits = text_hits(session, found, q)
            assert hits is not None
            assert hits.tolist() == load_texts(session).ids_with(q.split()).tolist()
        scope = Filters(method="pooled")
        assert statistics(session, found, scope) == statistics(session, Catalogues().current(session), scope)


RENAME = (
    "UPDATE project_search SET text = text || '\n又名' WHERE project_id = (SELECT max(project_id) FROM project_search)"
)


def read_all(engine: Engine, of: Catalogues) -> None:
    """Have titles, KPI values and search texts in memory, and thereby in files."""
    with readers(engine)() as session:
        of.prepare(session)


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


def test_files_of_an_earlier_state_are_brought_up_to_date(
    demo_engine: Engine, tmp_path: Path, whole: list[object]
) -> None:
    change(demo_engine)
    read_all(demo_engine, worker(tmp_path / "cache"))
    for statement in (TOUCH, END, RENAME, "UPDATE kpi_value SET current = current + 1000000 WHERE report_id = 3"):
        change(demo_engine, statement)
        whole.clear()
        started = worker(tmp_path / "cache")
        read_all(demo_engine, started)
        assert not whole, statement
        check(demo_engine, started)


PUT_BACK = (
    "UPDATE recognition SET year = 2017 WHERE id = (SELECT max(id) FROM recognition)",
    "UPDATE project_search SET text = '' WHERE project_id = (SELECT max(project_id) FROM project_search)",
    "DELETE FROM public_change WHERE project_id > 0",
    "UPDATE counter SET value = value - 3 WHERE name = 'revision'",
    TOUCH,
    TOUCH,
)
"""Other values in the place of those in the files, of which nothing is noted, and changes on top until the state has a
later number."""


@pytest.mark.parametrize("statements", [PUT_BACK, ("DELETE FROM counter WHERE name LIKE 'revision#_%' ESCAPE '#'",)])
def test_a_state_that_the_database_does_not_remember_is_no_base(
    demo_engine: Engine, tmp_path: Path, whole: list[object], statements: tuple[str, ...]
) -> None:
    change(demo_engine)
    read_all(demo_engine, worker(tmp_path / "cache"))
    for statement in statements:
        change(demo_engine, statement)
    change(demo_engine)
    whole.clear()
    started = worker(tmp_path / "cache")
    read_all(demo_engine, started)
    assert len(whole) == 3
    check(demo_engine, started)


WRITER = """
import sys
from pathlib import Path
import numpy as np
from registry.queries.catalogue.kept import ColumnFiles, State
files = ColumnFiles(Path(sys.argv[1]))
for revision in range(1, 10_000):
    files.put("titles", State(revision, 7), {name: np.full(200_000, revision) for name in "abc"})
    print(revision, flush=True)
"""


@pytest.mark.slow
def test_a_process_that_is_killed_while_it_writes_leaves_nothing_that_is_believed(tmp_path: Path) -> None:
    files, draw = ColumnFiles(tmp_path), random.Random(1)
    for _ in range(6):
        command = [sys.executable, "-c", WRITER, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(draw.uniform(0, 0.05))
            process.kill()
        for state in files.states("titles"):
            columns = files.find("titles", state)
            assert columns is None or all((columns[name] == state.revision).all() for name in "abc")
    files.put("titles", State(1, 1), {"a": np.arange(3)})
    assert [path.name for path in tmp_path.glob("*-*")] == [path.name for path in tmp_path.glob("titles-1_1_*")]


def test_after_init_no_process_reads_a_large_record(
    demo_engine: Engine, make_app: Callable[..., Flask], tmp_path: Path, whole: list[object]
) -> None:
    """A new version of the program knows no files of the one before it, so the command that comes with it pays."""
    change(demo_engine)
    app = make_app(demo_engine.url.render_as_string(hide_password=False))
    for readings, words in ((0, False), (3, True)):
        app.extensions["registry"].catalogues = worker(tmp_path / "cache", least=1 if words else 50_000)
        result = app.test_cli_runner().invoke(args=["init"])
        assert (result.exit_code, "副本" in result.output, len(whole)) == (0, words, readings), result.output
    check(demo_engine, worker(tmp_path / "cache"))
    whole.clear()
    read_all(demo_engine, worker(tmp_path / "cache"))
    assert not whole


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
    for what in ("titles", "kpis", "texts"):
        assert len(list((tmp_path / "cache").glob(f"{what}-*"))) == 1, "the files of the state before are gone"


def test_a_state_without_a_mark_is_not_written(demo_engine: Engine, tmp_path: Path) -> None:
    change(demo_engine, "UPDATE counter SET mark = 0")
    check(demo_engine, worker(tmp_path / "cache"))
    assert not (tmp_path / "cache").exists()
