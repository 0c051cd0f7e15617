"""What in a PDF acts when somebody opens it or moves about in it: every object of the file is looked at."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject

from registry.wording import Message

MAX_SECONDS = 20.0
"""Time of the processor; 20 000 objects, a report of some hundred pages, take about one second."""
_RUNS = frozenset(
    ("/JavaScript", "/Launch", "/Rendition", "/RichMediaExecute", "/Movie", "/Sound", "/SubmitForm", "/ImportData")
)
_HOLDS = frozenset(("/GoToE", "/GoToR"))
_ANNOTATIONS = frozenset(("/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"))
_PLACE = re.compile(r"\s*(?!https?:|mailto:|tel:)([a-z][a-z0-9+.-]*:|\\\\|//)", re.IGNORECASE)

RUNS = Message("PDF 中带有脚本或会自动运行的内容，不能上传：请打印成新的 PDF 后再上传。")
HOLDS = Message("PDF 中夹带了其他文件，不能上传：请打印成新的 PDF，其他文件另行上传。")
LEADS = Message("PDF 中有指向本机、共享文件夹或程序的链接，不能上传：请打印成新的 PDF 后再上传。")
_SLOW = Message("PDF 太复杂，无法检查：请打印成新的 PDF 后再上传。")


def action_of(reader: PdfReader) -> Message | None:
    """The sentence about what acts in a PDF, None for one that only shows pages."""
    until = time.thread_time() + MAX_SECONDS
    for found in _objects(reader):
        if time.thread_time() > until:
            return _SLOW
        if sentence := _in(found):
            return sentence
    return None


def _objects(reader: PdfReader) -> Iterator[PdfObject]:
    numbers = {(number, generation) for generation, held in reader.xref.items() for number in held}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    yield reader.trailer
    for number, generation in sorted(numbers):
        if number:
            found = reader.get_object(IndirectObject(number, generation, reader))
            if found is not None:
                yield found


def _in(found: PdfObject) -> Message | None:
    """Look at an object and at all that it holds directly; what it refers to has its own turn."""
    waiting: list[object] = [found]
    while waiting:
        item = waiting.pop()
        if isinstance(item, DictionaryObject):
            if sentence := _dictionary(item):
                return sentence
            waiting.extend(item.values())
        elif isinstance(item, ArrayObject):
            waiting.extend(item)
    return None


def _dictionary(held: DictionaryObject) -> Message | None:
    action, kind = _word(held, "/S"), _word(held, "/Subtype")
    if action in _RUNS or "/JS" in held or "/JavaScript" in held or "/XFA" in held:
        return RUNS
    if action in _HOLDS or "/EmbeddedFiles" in held or "/EF" in held or kind in _ANNOTATIONS:
        return HOLDS
    if action == "/URI" and _PLACE.match(_word(held, "/URI")):
        return LEADS
    return None


def _word(held: DictionaryObject, key: str) -> str:
    return str(held[key]) if key in held else ""


def speaks_html(head: bytes) -> bool:
    """Whether the beginning of a file would pass for a page of the web."""
    return bool(re.search(rb"<(script|html|svg|iframe|body|!doctype\s+html|object|embed)\b", head.lower()))
