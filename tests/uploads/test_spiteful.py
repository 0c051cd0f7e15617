"""Documents that are small and meant to keep whoever looks into them busy: an answer in a second or two, whatever it is.

A search for a pattern holds the whole process, so that one such file stopped everybody for hours.
"""

from __future__ import annotations

import io
import time
import zipfile
from contextlib import suppress

import pytest

from registry.services import uploads
from registry.services.uploads.formats import Refused
from registry.terms import AttachmentKind

TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
FIELD, FORMULA = "<w:instrText>{}</w:instrText>", "<w:f>{}</w:f>"
TEXTS = {
    "addresses in a row": FORMULA.format("https:" * 100_000),
    "addresses in a formula that may be": FORMULA.format("https:" * 1_360) * 20,
    "shared folders in a row": FORMULA.format("\\\\" * 300_000),
    "blanks behind a bar": FORMULA.format("a|" + " " * 200_000),
    "blanks behind a bar, short": FORMULA.format("a|" + " " * 8_000),
    "blanks of a link": FIELD.format("HYPERLINK" + " " * 2_000_000),
    "switches of a link": FIELD.format("HYPERLINK " + "\\a " * 200_000),
    "many links": FIELD.format("HYPERLINK    " * 100_000),
    "quotes": FIELD.format("&quot;a " * 300_000),
    "nested": "<w:a>" * 200_000 + "</w:a>" * 200_000,
}


def document(content: str, **parts: str) -> io.BytesIO:
    """A text document of one part, and others beside it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr("word/document.xml", f'<w:document xmlns:w="w">{content}</w:document>')
        for name, text in parts.items():
            package.writestr(name, text)
    return io.BytesIO(made.getvalue())


def seconds(sent: io.BytesIO) -> float:
    """What looking into a document takes of the processor."""
    began = time.thread_time()
    with suppress(Refused):
        uploads.examine(sent, "a.docx", kind=AttachmentKind.OTHER).file.close()
    return time.thread_time() - began


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_keeps_the_process_busy(name: str) -> None:
    assert seconds(document(TEXTS[name])) < 4


def test_no_relation_of_a_chart_does_either() -> None:
    assert seconds(document("", **{"word/charts/_rels/a.xml.rels": "embeddings/" * 200_000})) < 4


def test_what_acts_is_found_behind_blanks_too() -> None:
    for content in (FORMULA.format("cmd|   '/c calc'  !A0"), FIELD.format("HYPERLINK    &quot;file:///c:/x&quot;")):
        with pytest.raises(Refused, match="不能上传"):
            uploads.examine(document(content), "a.docx", kind=AttachmentKind.OTHER)
