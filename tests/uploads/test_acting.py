"""Files that reach outside of themselves when somebody opens them are refused; everyday ones pass."""

from __future__ import annotations

import io
import time

import pytest

from registry.errors import InvalidInput
from registry.services import uploads
from registry.terms import AttachmentKind
from tests.uploads import samples
from tests.uploads.acting import changed
from tests.uploads.acting_cases import acting, innocent

ACTING, INNOCENT = list(acting()), list(innocent())


def sentence_about(content: bytes, name: str) -> str:
    try:
        with uploads.examine(io.BytesIO(content), name, kind=AttachmentKind.OTHER) as found:
            assert found.file.read() == content
            return ""
    except InvalidInput as error:
        return error.message


@pytest.mark.parametrize(("name", "content", "word"), ACTING, ids=[name for name, *_ in ACTING])
def test_a_file_that_acts_is_refused_with_what_it_holds_and_a_way_out(name: str, content: bytes, word: str) -> None:
    sentence = sentence_about(content, name)
    assert word in sentence
    assert "：请" in sentence


@pytest.mark.parametrize(("name", "content"), INNOCENT, ids=[name for name, _ in INNOCENT])
def test_files_of_everyday_work_pass(name: str, content: bytes) -> None:
    assert (sentence_about(content, name), len(INNOCENT) >= 20) == ("", True)


def test_parts_may_be_written_in_capitals_and_in_other_encodings() -> None:
    shouted = samples.with_part(samples.docx(), "WORD/EMBEDDINGS/OLEOBJECT1.BIN", b"x")
    assert "嵌入或链接的对象" in sentence_about(shouted, "大写.docx")
    field = next(content for name, content, _ in ACTING if name == "域-DDEAUTO.docx")
    wide = changed(field, lambda name, old: wider(old) if name == "word/document.xml" else old)
    assert "的域" in sentence_about(wide, "双字节.docx")


def wider(part: bytes) -> bytes:
    text = (
        part.decode().replace("encoding='UTF-8'", "encoding='UTF-16'").replace('encoding="UTF-8"', 'encoding="UTF-16"')
    )
    return text.encode("utf-16")


@pytest.mark.slow
def test_a_large_list_is_looked_through_in_seconds() -> None:
    row = b"<row>" + b"<c><v>1</v></c>" * 20 + b"</row>"
    large = changed(
        samples.xlsx(),
        lambda name, old: (
            old.replace(b"</sheetData>", row * 20_000 + b"</sheetData>") if name.endswith("sheet1.xml") else old
        ),
    )
    started = time.thread_time()
    assert sentence_about(large, "大.xlsx") == ""
    assert time.thread_time() - started < 5
