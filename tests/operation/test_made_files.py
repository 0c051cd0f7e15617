"""Files that take seconds: made once, shared, few at a time, and nobody waits for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from registry.errors import Busy
from registry.views.web.operation.made_files import MadeFiles
from tests.browser import Browser


class Slow:
    """A file whose making waits for a sign, and counts how often it was made."""

    def __init__(self, text: bytes = b"made") -> None:
        self.text, self.times = text, 0
        self.begun, self.go_on = threading.Event(), threading.Event()

    def parts(self) -> Iterator[bytes]:
        self.times += 1
        self.begun.set()
        assert self.go_on.wait(10)
        yield self.text


def handed_out(files: MadeFiles, place: str, parts: Callable[[], Iterator[bytes]], patience: float) -> bytes:
    """What a request does, without a request."""
    until = time.monotonic() + patience
    while (file := files.find(place)) is None:
        seen = files.begin(place)
        if seen is None:
            file = files.make(place, parts)
            break
        files.wait(place, seen, until)
    return b"".join(file.blocks())


def together(*calls: Callable[[], bytes]) -> tuple[list[threading.Thread], list[bytes | Busy]]:
    """Threads that do this, and what became of each."""
    results: list[bytes | Busy] = []

    def run(call: Callable[[], bytes]) -> None:
        try:
            results.append(call())
        except Busy as error:
            results.append(error)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    return threads, results


def test_those_who_ask_while_a_file_is_made_share_it() -> None:
    files, slow = MadeFiles(2), Slow()
    threads, results = together(*(lambda: handed_out(files, "a", slow.parts, 10) for _ in range(6)))
    assert slow.begun.wait(10)
    slow.go_on.set()
    for thread in threads:
        thread.join(10)
    assert (results, slow.times) == ([b"made"] * 6, 1)


def test_only_so_many_are_made_at_once_and_the_next_waits_for_its_turn() -> None:
    files, slow, next_one = MadeFiles(1), Slow(), Slow(b"next")
    next_one.go_on.set()
    threads, results = together(
        lambda: handed_out(files, "a", slow.parts, 10), lambda: handed_out(files, "b", next_one.parts, 10)
    )
    assert slow.begun.wait(10) or next_one.begun.wait(10)
    slow.go_on.set()
    for thread in threads:
        thread.join(10)
    assert sorted(map(str, results)) == ["b'made'", "b'next'"]


@pytest.mark.parametrize(("waiting", "patience"), [(5, 0.05), (0, 10)])
def test_who_waits_too_long_or_finds_too_many_waiting_is_told_when_to_come_back(waiting: int, patience: float) -> None:
    files, slow = MadeFiles(1, waiting=waiting), Slow()
    threads, _results = together(lambda: handed_out(files, "a", slow.parts, 10))
    assert slow.begun.wait(10)
    began = time.monotonic()
    with pytest.raises(Busy, match="正在生成的文件较多，请稍后再试。") as refused:
        handed_out(files, "b", slow.parts, patience)
    assert (refused.value.seconds, time.monotonic() - began < 5) == (10, True)
    slow.go_on.set()
    threads[0].join(10)


def test_a_file_that_could_not_be_made_gives_its_turn_back() -> None:
    files = MadeFiles(1)

    def fails() -> Iterator[bytes]:
        yield b"half"
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        handed_out(files, "a", fails, 1)
    assert handed_out(files, "a", lambda: iter([b"whole"]), 1) == b"whole"


def test_what_does_not_fit_goes_and_whoever_reads_it_reads_on() -> None:
    files = MadeFiles(1, limit_bytes=100_000)
    long = b"x" * 90_000
    assert files.begin("a") is None
    reading = files.make("a", lambda: [long]).blocks()
    first = next(reading)
    assert handed_out(files, "b", lambda: iter([long]), 1) == long
    assert (files.find("a"), first + b"".join(reading)) == (None, long)


def test_a_download_is_made_once_for_a_state_of_the_record(demo_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    files = demo_app.extensions["registry"].made_files
    make = files.make
    monkeypatch.setattr(files, "make", lambda place, parts: made.append(place) or make(place, parts))
    browser = Browser(demo_app)
    for path in ("/projects.csv?unit=TNQ", "/projects.xlsx?unit=TNQ", "/statistics.docx?unit=TNQ&year=2020"):
        first, second = browser.raw(path), browser.raw(path)
        assert (first.status_code, first.data) == (200, second.data)
        assert first.content_length == len(first.data)
        known = browser.raw(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (known.status_code, known.data) == (304, b"")
    assert len(made) == 3


def test_a_full_house_is_a_sentence_with_the_time_to_come_back(
    demo_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo_app.extensions["registry"], "made_files", MadeFiles(0, waiting=0))
    answer = Browser(demo_app).raw("/projects.xlsx")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert answer.json is not None
    assert answer.json["detail"] == "正在生成的文件较多，请稍后再试。"
    assert "Too many files" in Browser(demo_app).raw("/projects.csv?lang=en").json["detail"]  # type: ignore[index]
