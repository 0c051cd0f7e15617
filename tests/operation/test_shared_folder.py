"""Made files of the workers of a server: one makes, all hand out, and nobody waits for one that was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from registry.views.web.operation.made_files import MadeFiles
from registry.views.web.operation.shared_folder import LOCKS, folder_of_run

from .test_made_files import handed_out

WORKER = """
import sys, time
from pathlib import Path
from registry.views.web.operation.made_files import MadeFiles
files = MadeFiles(2)
files.share(Path(sys.argv[1]))
assert files.find("a") is None and files.begin("a") is None
def parts():
    print("begun", flush=True)
    sys.stdin.readline()
    yield b"made by " + sys.argv[2].encode()
files.make("a", parts)
print("made", flush=True)
"""


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that is making the file."""
    command = [sys.executable, "-c", WORKER, str(tmp_path / "made"), "another"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        yield process
        process.kill()


def shared(tmp_path: Path, **given: int) -> MadeFiles:
    files = MadeFiles(2, **given)
    files.share(tmp_path / "made")
    return files


def never() -> Iterator[bytes]:
    raise AssertionError("made a second time")


def soon(act: Callable[[], object]) -> threading.Timer:
    timer = threading.Timer(0.3, act)
    timer.start()
    return timer


def test_what_another_worker_is_making_is_waited_for_and_handed_out(
    tmp_path: Path, worker: subprocess.Popen[str]
) -> None:
    files, stdin = shared(tmp_path), worker.stdin
    assert stdin is not None
    soon(lambda: (stdin.write("\n"), stdin.flush()))
    assert handed_out(files, "a", never, 20) == b"made by another"
    assert handed_out(shared(tmp_path), "a", never, 0) == b"made by another"


def test_a_worker_that_is_killed_leaves_its_turn(tmp_path: Path, worker: subprocess.Popen[str]) -> None:
    files = shared(tmp_path)
    soon(lambda: os.kill(worker.pid, signal.SIGKILL))
    assert handed_out(files, "a", lambda: iter([b"made here"]), 20) == b"made here"
    assert handed_out(shared(tmp_path), "a", never, 0) == b"made here"


def test_who_waits_for_another_worker_is_told_to_come_back_in_time(
    tmp_path: Path, worker: subprocess.Popen[str]
) -> None:
    began = time.monotonic()
    with pytest.raises(Exception, match="请稍后再试"):
        handed_out(shared(tmp_path), "a", never, 0.3)
    assert 0.3 <= time.monotonic() - began < 5


def test_the_folder_is_bounded_and_a_reader_reads_on(tmp_path: Path) -> None:
    files = shared(tmp_path, limit_bytes=100_000)
    reading = None
    for number in range(5):
        assert files.begin(number) is None
        made = files.make(number, lambda number=number: [bytes([number]) * 40_000])
        reading = reading or made.blocks()
    kept = [path for path in (tmp_path / "made").iterdir() if not path.name.startswith("lock-")]
    assert sum(path.stat().st_size for path in kept) == 80_000
    assert reading is not None
    assert b"".join(reading) == bytes(40_000)


def test_half_a_file_is_never_handed_out(tmp_path: Path) -> None:
    files = shared(tmp_path)

    def fails() -> Iterator[bytes]:
        yield b"half"
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        handed_out(files, "a", fails, 1)
    assert handed_out(shared(tmp_path), "a", lambda: iter([b"whole"]), 1) == b"whole"


def test_a_folder_that_cannot_be_used_costs_no_answer(tmp_path: Path) -> None:
    (tmp_path / "made").write_text("a file where the folder should be")
    files = shared(tmp_path)
    assert handed_out(files, "a", lambda: iter([b"made"]), 1) == b"made"
    assert handed_out(files, "a", never, 1) == b"made"


def test_the_locks_stay_few(tmp_path: Path) -> None:
    files = shared(tmp_path)
    for number in range(LOCKS * 2):
        handed_out(files, str(number), lambda: iter([b"x"]), 1)
    assert len([path for path in (tmp_path / "made").iterdir() if path.name.startswith("lock-")]) <= LOCKS


def test_a_run_has_a_folder_of_its_own_and_removes_those_of_ended_runs(tmp_path: Path) -> None:
    ended, mine = tmp_path / "made" / "999999999-5", folder_of_run(tmp_path)
    assert mine is not None
    ended.mkdir(parents=True)
    mine.mkdir()
    earlier = mine.with_name(mine.name + "0")
    earlier.mkdir()
    assert folder_of_run(tmp_path) == mine
    assert [path.exists() for path in (mine, ended, earlier)] == [True, False, False]
    assert mine.name.startswith(f"{os.getppid()}-")
