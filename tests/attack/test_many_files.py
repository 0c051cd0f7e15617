"""Files that take the server long: nobody else is kept from saving meanwhile, and memory stays bounded."""

from __future__ import annotations

import io
import struct
import threading
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from registry.errors import Busy
from registry.models import NoticeItem, Objection, Throttle
from registry.services import uploads
from registry.services.uploads.formats import Refused
from registry.services.uploads.turns import TURNS, Turns
from registry.terms import BEIJING, AttachmentKind
from tests.attack.stage import Stage
from tests.uploads import samples

OBJECTION = {
    "item": "{item}", "kind": "person", "name": "李明", "phone": "0519-85681234", "mail": "",
    "facts": "该车间的自动化产线尚未投产，申报的设备台数与现场不符。",
}  # fmt: skip
SENDING: dict[str, tuple[str, str, dict[str, str]]] = {
    "/notices/{notice}/object": ("public", "files", OBJECTION),
    "/review/notices/{notice}/paper": ("city", "files", OBJECTION | {"received_on": "{today}"}),
    "/enterprise/applications/{draft}/files": ("own", "file", {"kind": "photo", "caption": "大门"}),
    "/review/inspections/{visit}/photos": ("tnq", "photo", {"caption": "大门"}),
    "/publications/new?call={call}": (
        "city",
        "file",
        {"number": "演示发〔2026〕9号", "announced_on": "2026-11-23", "title": "标题", "organ": "机关",
         "application": "{proposed}", "number_confirmed": "y"},
    ),
    "/enterprise/changes/new?kind=rename_enterprise": ("own", "file", {"name": "演示新名称有限公司", "reason": "更名"}),
}  # fmt: skip
"""Addresses that take a file → (person, field of the file, other fields)."""


def known(stage: Stage) -> dict[str, Any]:
    """The ids of the city, the line of its open notice, and the day."""
    with stage.app.extensions["registry"].read() as session:
        item = session.scalars(select(NoticeItem.id).where(NoticeItem.notice_id == stage.world.ids["notice"])).one()
    return stage.world.ids | {"item": item, "today": f"{datetime.now(BEIJING):%Y-%m-%d}"}


@contextmanager
def somebody_decodes() -> Iterator[None]:
    """As long as this holds, every file that is sent waits for its turn."""
    begun, ended = threading.Event(), threading.Event()

    def hold() -> None:
        with TURNS.take():
            begun.set()
            ended.wait(30)

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(hold)
        assert begun.wait(10)
        try:
            yield
        finally:
            ended.set()
            held.result(10)


def wait_for_turn(answer: Future[Any]) -> None:
    """Until the request of another thread stands in line, or is answered without."""
    until = time.monotonic() + 10
    while TURNS.taken < 2 and not answer.done() and time.monotonic() < until:
        time.sleep(0.01)


@pytest.mark.parametrize("path", SENDING)
def test_others_save_while_a_file_is_decoded(stage: Stage, path: str) -> None:
    person, field, given = SENDING[path]
    ids = known(stage)
    browser = stage.world.browser(stage.app, person)
    fields: dict[str, Any] = {name: value.format(**ids) for name, value in given.items()}
    fields |= {"csrf_token": browser.token(), field: (io.BytesIO(samples.picture()), "大门.jpg")}
    with ThreadPoolExecutor(1) as pool, somebody_decodes():
        answer = pool.submit(browser.client.post, path.format(**ids), data=fields)
        wait_for_turn(answer)
        assert not answer.done(), answer.result().get_data(as_text=True)[:2000]
        began = time.monotonic()
        with stage.app.extensions["registry"].write() as session:
            session.add(Throttle(key="somebody else", failures=1, updated_at=datetime.now(UTC)))
            session.commit()
        assert time.monotonic() - began < 5
    assert answer.result(30).status_code in (200, 302, 303, 409, 422)


def test_an_objection_that_cannot_be_is_refused_before_its_files_are_looked_into(stage: Stage) -> None:
    """Nobody signs in for it: a picture of forty million pixels is no way to keep the server busy."""
    ids = known(stage)
    browser = stage.world.browser(stage.app, "public")
    right = {name: value.format(**ids) for name, value in OBJECTION.items()}
    with somebody_decodes():
        for changes, place, sentence in (
            ({"facts": "太短"}, "notice", "应为 20 到 4000 个"),
            ({"item": "1234567"}, "notice", "请选择对哪个项目提出异议"),
            ({}, "waiting_notice", ""),
        ):
            picture = (io.BytesIO(samples.picture()), "a.jpg")
            fields = right | changes | {"csrf_token": browser.token(), "files": picture}
            answer = browser.client.post(f"/notices/{ids[place]}/object", data=fields)
            assert answer.status_code in (404, 422)
            assert sentence in answer.get_data(as_text=True)


def test_whoever_sends_paper_after_paper_has_to_wait(stage: Stage) -> None:
    ids = known(stage)
    browser = stage.world.browser(stage.app, "public")
    answers = []
    for _ in range(12):
        fields: dict[str, Any] = {name: value.format(**ids) for name, value in OBJECTION.items()}
        fields |= {"csrf_token": browser.token(), "files": (io.BytesIO(b"no picture"), "a.jpg")}
        answers.append(browser.client.post(f"/notices/{ids['notice']}/object", data=fields))
    assert [answer.status_code for answer in answers[:10]] == [422] * 10
    assert "尝试次数太多" in answers[-1].get_data(as_text=True)
    with stage.app.extensions["registry"].read() as session:
        assert session.scalar(select(func.count(Objection.id))) == 1


def test_few_wait_and_not_for_long() -> None:
    turns = Turns(waiting=1, seconds=0.05)
    with turns.take():
        with ThreadPoolExecutor(2) as pool:
            waits = [pool.submit(turns.take().__enter__) for _ in range(2)]
            refused = [wait.exception(10) for wait in waits]
        assert [type(error) for error in refused] == [Busy, Busy]
        assert turns.taken == 1
    with turns.take():
        assert turns.taken == 1
    assert turns.taken == 0


def test_a_refused_file_gives_its_turn_back() -> None:
    for _ in range(12):
        with pytest.raises(Refused):
            uploads.examine(io.BytesIO(b"no picture"), "a.jpg", kind=AttachmentKind.PHOTO)
    assert TURNS.taken == 0


def packed(streams: int, unpacked: int) -> bytes:
    """A PDF whose objects lie in streams of blanks: a few kilobytes each, and megabytes of nothing to read over."""
    out, places = io.BytesIO(b"%PDF-1.7\n"), {}
    out.seek(0, io.SEEK_END)

    def put(number: int, body: bytes) -> None:
        places[number] = (1, out.tell(), 0)
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))

    put(1, b"<</Type/Catalog/Pages 2 0 R>>")
    put(2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>")
    put(3, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>")
    for each in range(streams):
        content = zlib.compress(b"%d 0 " % (1000 + each) + b" " * unpacked + b"<</A 1>>", 1)
        head = b"<</Type/ObjStm/N 1/First 7/Length %d/Filter/FlateDecode>>" % len(content)
        put(10 + each, head + b"\nstream\n" + content + b"\nendstream")
        places[1000 + each] = (2, 10 + each, 0)
    size, table = 1000 + streams, out.tell()
    places[size] = (1, table, 0)
    rows = zlib.compress(b"".join(struct.pack(">BIH", *places.get(n, (0, 0, 0))) for n in range(size + 1)))
    head = b"<</Type/XRef/Size %d/W[1 4 2]/Root 1 0 R/Length %d/Filter/FlateDecode>>" % (size + 1, len(rows))
    put(size, head + b"\nstream\n" + rows + b"\nendstream")
    out.write(b"startxref\n%d\n%%%%EOF" % table)
    return out.getvalue()


def test_streams_of_nothing_do_not_keep_the_reader_of_pdfs_busy() -> None:
    """Two of 70 MB took it four seconds, and a file has room for three hundred."""
    with uploads.examine(io.BytesIO(packed(2, 1000)), "a.pdf", kind=AttachmentKind.OTHER) as found:
        assert found.media_type == "application/pdf"
    spiteful, began = packed(2, 70_000_000), time.thread_time()
    with pytest.raises(Refused, match="不完整或已损坏"):
        uploads.examine(io.BytesIO(spiteful), "a.pdf", kind=AttachmentKind.OTHER)
    assert time.thread_time() - began < 2
