"""PDF and office documents: opened as far as it takes to know that they are what they say, whole and inert."""

from __future__ import annotations

import io
import logging
import lzma
import time
import zipfile
import zlib
from typing import IO
from xml.parsers import expat

from pypdf import PdfReader, apply_configuration
from pypdf.errors import PdfReadError
from pypdf.generic import IndirectObject, PdfObject

from registry.services.uploads.formats import Format, Refused
from registry.services.uploads.pdf_actions import action_of, speaks_html
from registry.services.uploads.reach import require_inert
from registry.wording import Message

MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 50
MAX_PARTS = 2_000
MAX_PAGES = 2_000
MAX_SECONDS = 8.0
MAX_STREAM = 16 * 1024 * 1024
"""Unpacked bytes of a stream of objects: it holds some kilobytes, and one of many megabytes keeps the reader busy."""
_RATIO_MATTERS_FROM = 10 * 1024 * 1024
_TAIL = 1024
_CHUNK = 1 << 18
_CONTENT = "[Content_Types].xml"
_MAIN = {"xl/workbook.xml": Format.XLSX, "word/document.xml": Format.DOCX}
_DAMAGE = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, lzma.LZMAError, expat.ExpatError, NotImplementedError,
    OSError, EOFError, ValueError, RuntimeError, KeyError, IndexError,
)  # fmt: skip
"""How zipfile and its decoders say that a package is damaged."""
_DAMAGED_PDF = Message("PDF 不完整或已损坏，无法打开：请重新导出或扫描后再上传。")
_DAMAGED_PACKAGE = Message("文件不完整或已损坏，无法打开：请重新保存后再上传。")

# What pypdf notes about harmless flaws of scanners is no news for the operator.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


class _Hurried(io.BytesIO):
    """Bytes that may be read for a few seconds only: a usual PDF takes less than a tenth of one."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.deadline = time.monotonic() + MAX_SECONDS

    def read(self, size: int | None = -1, /) -> bytes:
        if time.monotonic() > self.deadline:
            raise TimeoutError
        return super().read(size)


class _Reader(PdfReader):
    """A reader that repairs nothing: looking for lost objects in 20 MiB of spite takes half a minute.

    What lies in packed streams of objects is read out of memory, where `_Hurried` does not look at the clock.
    """

    def _get_object_from_stream(self, indirect_reference: IndirectObject) -> PdfObject:
        self.stream.read(0)
        return super()._get_object_from_stream(indirect_reference)

    def _rebuild_xref_table(self, stream: object) -> None:
        raise PdfReadError("its table of objects is broken")


def check_pdf(source: IO[bytes], size: int) -> None:
    """Refuse a PDF that is cut off, locked, has something behind its end, holds other files or runs programs."""
    source.seek(max(0, size - _TAIL))
    _body, marker, behind = source.read(_TAIL).rpartition(b"%%EOF")
    if not marker:
        raise Refused(_DAMAGED_PDF)
    if behind.strip(b"\x00 \t\r\n\x1a"):
        raise Refused(Message("PDF 的末尾附有其他内容，不能上传：请重新导出或打印成 PDF。"))
    source.seek(0)
    if speaks_html(source.read(_TAIL)) or zipfile.is_zipfile(source):
        raise Refused(Message("PDF 里夹带了网页或压缩包，不能上传：请重新导出或打印成 PDF。"))
    source.seek(0)
    try:
        with apply_configuration(
            zlib_maximum_output_length=MAX_STREAM,
            lzw_maximum_output_length=MAX_STREAM,
            run_length_maximum_output_length=MAX_STREAM,
        ):
            reader = _Reader(_Hurried(source.read()), strict=False, root_object_recovery_limit=0)
            locked = reader.is_encrypted and not reader.decrypt("")
            pages = 0 if locked else _count(reader)
            acts = None if locked else action_of(reader)
    except Exception:
        # A reader of hostile files answers with many kinds of errors; for the sender they mean one thing.
        raise Refused(_DAMAGED_PDF) from None
    if locked:
        raise Refused(Message("PDF 设有打开密码：请去掉密码后再上传。"))
    if not 1 <= pages <= MAX_PAGES:
        raise Refused(
            Message(
                "PDF 有 %(pages)s 页，可以上传 1 到 %(most)s 页的文件：请核对或分开上传。", pages=pages, most=MAX_PAGES
            )
        )
    if acts:
        raise Refused(acts)


def _count(reader: PdfReader) -> int:
    """Number of pages; the first one is really there (an error otherwise)."""
    pages = len(reader.pages)
    if 1 <= pages <= MAX_PAGES:
        reader.pages[0].get_object()
    return pages


def check_package(source: IO[bytes], size: int) -> Format:
    """Which office document a zip package is. Refuses bombs, macros, locked and damaged ones."""
    source.seek(0)
    try:
        with zipfile.ZipFile(source) as package:
            parts = package.infolist()
            _require_measure(parts, size)
            found = _kind(package)
            _require_whole(package, parts)
            require_inert(package)
            first = min(part.header_offset for part in parts)
            if first or package.start_dir + _directory_size(source, package.start_dir, size) != size:
                raise Refused(Message("文件里夹带了其他内容，不能上传：请用表格或文字软件重新保存。"))
    except Refused:
        raise
    except _DAMAGE:
        raise Refused(_DAMAGED_PACKAGE) from None
    return found


def _require_measure(parts: list[zipfile.ZipInfo], size: int) -> None:
    if any(part.flag_bits & 1 for part in parts):
        raise Refused(Message("文件设有打开密码：请去掉密码后再上传。"))
    # The declared sizes bind: zipfile hands out no more than they say.
    unpacked = sum(part.file_size for part in parts)
    bomb = unpacked > MAX_UNPACKED or (unpacked > _RATIO_MATTERS_FROM and unpacked > MAX_RATIO * size)
    if bomb or len(parts) > MAX_PARTS:
        raise Refused(
            Message(
                "文件解压后有 %(unpacked)s MB（%(n)s 个部件），与大小不相称，已拒绝：请删去多余内容，"
                "或另存为 PDF 后再上传。",
                unpacked=f"{unpacked / 1024 / 1024:,.0f}",
                n=len(parts),
            )
        )


def _kind(package: zipfile.ZipFile) -> Format:
    names = [name.lower() for name in package.namelist()]
    if len(names) != len(set(names)):
        raise Refused(_DAMAGED_PACKAGE)
    kinds = {_MAIN[name] for name in names if name in _MAIN}
    if _CONTENT not in package.namelist() or len(kinds) != 1:
        raise Refused(Message("压缩包不能上传：请解压后把其中的文件逐个上传（表格用 xlsx，文档用 docx 或 PDF）。"))
    programs = any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in names)
    if programs or b"macroEnabled" in package.read(_CONTENT):
        raise Refused(Message("文件带有宏，不能上传：请另存为不带宏的 xlsx 或 docx。"))
    return kinds.pop()


def _require_whole(package: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """Read every part once, so that its length and checksum are known to be right."""
    for part in parts:
        with package.open(part) as content:
            while content.read(_CHUNK):
                pass


def _directory_size(source: IO[bytes], start: int, size: int) -> int:
    """Length of the central directory and its end record, the comment included."""
    source.seek(start)
    rest = source.read(size - start)
    end = rest.rfind(b"PK\x05\x06")
    return end + 22 + int.from_bytes(rest[end + 20 : end + 22], "little") if end >= 0 else 0
