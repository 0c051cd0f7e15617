"""The formats that are accepted, told apart by their first bytes, and words for those that are not."""

from __future__ import annotations

from enum import StrEnum

from registry.errors import InvalidInput
from registry.wording import Message

MAX_BYTES = 20 * 1024 * 1024
"""Largest file; a photo of a good camera has 10 to 15 MB."""
HEAD_BYTES = 1024
"""How much of a file `recognise` wants to see."""


class Format(StrEnum):
    """An accepted format; the value is its media type."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

    @property
    def suffix(self) -> str:
        """The usual ending of its names, with the dot."""
        return SUFFIXES[self][0]


SUFFIXES: dict[Format, tuple[str, ...]] = {
    Format.PDF: (".pdf",),
    Format.JPEG: (".jpg", ".jpeg", ".jpe", ".jfif"),
    Format.PNG: (".png",),
    Format.WEBP: (".webp",),
    Format.XLSX: (".xlsx",),
    Format.DOCX: (".docx",),
}
PICTURES = (Format.JPEG, Format.PNG, Format.WEBP)
DOCUMENTS = (Format.XLSX, Format.DOCX)
WORDS: dict[Format, str] = {
    Format.PDF: "PDF",
    Format.JPEG: "JPG",
    Format.PNG: "PNG",
    Format.WEBP: "WebP",
    Format.XLSX: Message("Excel（xlsx）"),
    Format.DOCX: Message("Word（docx）"),
}


class Refused(InvalidInput):
    """A file that is not taken: the sentence says why and what to do."""

    code = "file_refused"


def recognise(head: bytes) -> Format | None:
    """The accepted format that the first bytes announce; an office document may still be either kind."""
    if head.startswith(b"%PDF-"):
        return Format.PDF
    if head.startswith(b"\xff\xd8\xff"):
        return Format.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Format.PNG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Format.WEBP
    return Format.XLSX if head.startswith(b"PK\x03\x04") else None


def refuse_unknown(head: bytes) -> Refused:
    """The sentence for a file of no accepted format."""
    folded = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"hevc"):
        return Refused(Message("这是 HEIC 格式的照片，多数电脑打不开：请在手机上另存为 JPG 后再上传。"))
    if head.startswith((b"GIF87a", b"GIF89a", b"BM", b"II*\x00", b"MM\x00*")):
        return Refused(Message("这种图片格式不能上传：请另存为 JPG 或 PNG。"))
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return Refused(Message("这是旧版或加了密码的 Office 文件：请去掉密码，另存为 xlsx、docx 或 PDF 后再上传。"))
    if b"<svg" in folded or folded.startswith((b"<!doctype", b"<html", b"<?xml")):
        return Refused(Message("SVG 和网页文件可能带有脚本，不能上传：请另存为 PDF、JPG 或 PNG。"))
    if head.startswith((b"MZ", b"\x7fELF", b"#!")):
        return Refused(Message("这是程序文件，不能上传。"))
    if head.startswith((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        return Refused(Message("压缩包不能上传：请解压后把其中的文件逐个上传。"))
    if b"%pdf-" in folded:
        return Refused(Message("PDF 文件的开头有多余的内容，不能上传：请重新导出或打印成 PDF。"))
    return Refused(Message("认不出这个文件的格式：可以上传 PDF、JPG、PNG、WebP、xlsx、docx。"))
