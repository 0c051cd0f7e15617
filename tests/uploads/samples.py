"""Files for tests, made by the tests themselves: good ones of every format, and hostile ones."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from docx import Document
from openpyxl import Workbook
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **options: object) -> bytes:
    """A picture: left half red, right half blue."""
    made = Image.new("RGB", size, (200, 20, 20))
    made.paste((20, 20, 200), (size[0] // 2, 0, *size))
    target = io.BytesIO()
    made.save(target, kind, **options)
    return target.getvalue()


def photo_with_place() -> bytes:
    """A JPEG as a phone writes it: lying on its side, with device and GPS position."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "PhoneMaker"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (31.0, 47.0, 24.0)
    return picture(exif=exif, comment=b"secret comment")


def pdf(pages: int = 1, *, script: str = "") -> bytes:
    """A PDF of blank pages."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if script:
        action = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(script)}
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def locked_pdf(*, opens: bool = False, algorithm: str = "AES-256") -> bytes:
    """A PDF that asks for a password, or (`opens`) only for changing and copying, as banks send them."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("" if opens else "open sesame", "owner", algorithm=algorithm)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def xlsx() -> bytes:
    """A workbook."""
    target = io.BytesIO()
    book = Workbook()
    book.active["A1"] = "设备"
    book.save(target)
    return target.getvalue()


def docx() -> bytes:
    """A text document."""
    target = io.BytesIO()
    document = Document()
    document.add_paragraph("申报报告")
    document.save(target)
    return target.getvalue()


def with_part(package: bytes, name: str, content: bytes) -> bytes:
    """A package with one more part."""
    target = io.BytesIO(package)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as added:
        added.writestr(name, content)
    return target.getvalue()


def macro_workbook() -> bytes:
    """An xlsm in all but its name."""
    source = io.BytesIO(xlsx())
    target = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            content = old.read(part)
            if part == "[Content_Types].xml":
                plain, macro = b"officedocument.spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main"
                content = content.replace(plain, macro)
            new.writestr(part, content)
    return target.getvalue()


def bomb() -> bytes:
    """An xlsx whose one added part unpacks to 60 MiB from 60 KB."""
    return with_part(xlsx(), "xl/media/zeros.bin", bytes(60 * 1024 * 1024))


def zip_of(**parts: bytes) -> bytes:
    """A plain zip archive."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A PNG of so many pixels, one bit each and all white: a few kilobytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    packer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def two_frames(kind: str) -> bytes:
    """A moving picture."""
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    target = io.BytesIO()
    frames[0].save(target, kind, save_all=True, append_images=frames[1:], duration=100)
    return target.getvalue()
