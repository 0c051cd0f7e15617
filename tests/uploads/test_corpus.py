"""What people and attackers send: each file is taken as what it is, or refused with its sentence."""

from __future__ import annotations

import io
import time

import pytest
from PIL import Image

from registry.errors import InvalidInput
from registry.services import uploads
from registry.terms import AttachmentKind
from tests.uploads import samples

K = AttachmentKind
PDF, WORDS = "application/pdf", "重新导出或打印成 PDF。"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
UNKNOWN = "认不出这个文件的格式：可以上传 PDF、JPG、PNG、WebP、xlsx、docx。"
PROGRAM = "这是程序文件，不能上传。"
WEB = "SVG 和网页文件可能带有脚本，不能上传：请另存为 PDF、JPG 或 PNG。"
BROKEN_PICTURE = "图片不完整或已损坏，无法打开：请重新拍摄或另存后再上传。"
BROKEN_PDF = "PDF 不完整或已损坏，无法打开：请重新导出或扫描后再上传。"
BROKEN_PACKAGE = "文件不完整或已损坏，无法打开：请重新保存后再上传。"
ARCHIVE = "压缩包不能上传：请解压后把其中的文件逐个上传（表格用 xlsx，文档用 docx 或 PDF）。"
MACROS = "文件带有宏，不能上传：请另存为不带宏的 xlsx 或 docx。"
SMUGGLED = "文件里夹带了其他内容，不能上传：请用表格或文字软件重新保存。"
TAIL = "PDF 的末尾附有其他内容，不能上传：请重新导出或打印成 PDF。"
MOVING = "动图不能上传：请另存为一张静止的图片。"
PIXELS = "，上限是 4000 万像素：请缩小后再上传。"


def taken(content: bytes, name: str, kind: AttachmentKind = K.OTHER) -> tuple[uploads.Examined, bytes]:
    with uploads.examine(io.BytesIO(content), name, kind=kind) as found:
        return found, found.file.read()


def refusal(content: bytes, name: str, kind: AttachmentKind = K.OTHER) -> str:
    with pytest.raises(InvalidInput) as caught:
        taken(content, name, kind)
    assert caught.value.status == 422
    return caught.value.message


@pytest.mark.parametrize(
    ("content", "name", "kind", "media_type"),
    [
        (samples.pdf(), "营业执照.pdf", K.BUSINESS_LICENSE, PDF),
        (samples.pdf(), "执照.PDF", K.BUSINESS_LICENSE, PDF),
        (samples.pdf() + b"\r\n\x00\x00", "扫描.pdf", K.OTHER, PDF),
        (samples.locked_pdf(opens=True), "银行.pdf", K.CREDIT_REPORT, PDF),
        (samples.locked_pdf(opens=True, algorithm="RC4-128"), "发票.pdf", K.INVOICE, PDF),
        (samples.picture(), "车间.jpg", K.PHOTO, "image/jpeg"),
        (samples.picture(), "车间.JPEG", K.PHOTO, "image/jpeg"),
        (samples.picture("PNG"), "车间.png", K.PHOTO, "image/png"),
        (samples.picture("WEBP"), "车间.webp", K.PHOTO, "image/webp"),
        (
            samples.xlsx(),
            "投资清单.xlsx",
            K.INVESTMENT_LIST,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (
            samples.docx(),
            "申报报告.docx",
            K.APPLICATION_REPORT,
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
    ],
)
def test_what_is_taken(content: bytes, name: str, kind: AttachmentKind, media_type: str) -> None:
    found, kept = taken(content, name, kind)
    assert (found.media_type, found.filename) == (media_type, name)
    assert len(kept) == found.size
    if not media_type.startswith("image/"):
        assert kept == content


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "空.pdf", "文件是空的（0 字节）：请重新选择。"),
        (SVG, "图.svg", WEB),
        (SVG, "图.png", WEB),
        (b"\xef\xbb\xbf <!DOCTYPE html><script>alert(1)</script>", "页.pdf", WEB),
        (b"MZ\x90\x00" + bytes(600), "照片.jpg", PROGRAM),
        (b"\x7fELF" + bytes(600), "a.pdf", PROGRAM),
        (b"#!/bin/sh\nrm -rf /", "a.pdf", PROGRAM),
        ("名称,数值\n".encode(), "表.csv", UNKNOWN),
        (bytes(2000), "零.pdf", UNKNOWN),
        (samples.picture("GIF"), "图.gif", "这种图片格式不能上传：请另存为 JPG 或 PNG。"),
        (samples.picture("BMP"), "图.bmp", "这种图片格式不能上传：请另存为 JPG 或 PNG。"),
        (bytes(4) + b"ftypheic" + bytes(100), "IMG_1.HEIC", "这是 HEIC 格式的照片，多数电脑打不开：请在手机上另存为 JPG 后再上传。"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "表.xls", "这是旧版或加了密码的 Office 文件：请去掉密码，另存为 xlsx、docx 或 PDF 后再上传。"),
        (b"Rar!\x1a\x07" + bytes(600), "包.rar", "压缩包不能上传：请解压后把其中的文件逐个上传。"),
        (samples.picture("PNG"), "营业执照.pdf", "文件名以 .pdf 结尾，内容却是 PNG：请核对文件，或把扩展名改为 .png。"),
        (samples.pdf(), "照片.jpg", "文件名以 .jpg 结尾，内容却是 PDF：请核对文件，或把扩展名改为 .pdf。"),
        (samples.picture(), "照片.exe", "文件名以 .exe 结尾，内容却是 JPG：请核对文件，或把扩展名改为 .jpg。"),
        (samples.docx(), "表.xlsx", "文件名以 .xlsx 结尾，内容却是 Word（docx）：请核对文件，或把扩展名改为 .docx。"),
        (samples.picture()[:-200], "断.jpg", BROKEN_PICTURE),
        (samples.picture("PNG", (300, 300))[:-60], "断.png", BROKEN_PICTURE),
        (b"\xff\xd8\xff" + b"x" * 500, "假.jpg", BROKEN_PICTURE),
        (samples.two_frames("PNG"), "动.png", MOVING),
        (samples.two_frames("WEBP"), "动.webp", MOVING),
        (samples.huge_png(9000, 9000), "大.png", "图片有 9000 × 9000 像素（约 8100 万）" + PIXELS),
        (samples.huge_png(12_000, 12_000), "大.png", "图片的像素太多" + PIXELS),
        (samples.huge_png(20_000, 20_000), "大.png", "图片的像素太多" + PIXELS),
        (samples.huge_png(20_000, 10), "长.png", "图片的一边有 20000 像素，上限是 16000：请缩小或裁开后再上传。"),
        (samples.pdf(3)[:-100], "断.pdf", BROKEN_PDF),
        (b"%PDF-1.7\nnothing here\n%%EOF\n", "假.pdf", BROKEN_PDF),
        (b"junk\n" + samples.pdf(), "头.pdf", "PDF 文件的开头有多余的内容，不能上传：请" + WORDS),
        (samples.pdf() + samples.zip_of(a=b"x"), "尾.pdf", TAIL),
        (samples.pdf() + b"<script>alert(1)</script>", "尾.pdf", TAIL),
        (samples.pdf(script="app.alert(1)"), "脚本.pdf", "PDF 中带有脚本或会自动运行的内容，不能上传：请打印成新的 PDF 后再上传。"),
        (samples.locked_pdf(), "锁.pdf", "PDF 设有打开密码：请去掉密码后再上传。"),
        (samples.macro_workbook(), "宏.xlsx", MACROS),
        (samples.with_part(samples.xlsx(), "xl/vbaProject.bin", b"x"), "宏.xlsx", MACROS),
        (samples.with_part(samples.docx(), "word/vbaProject.bin", b"x"), "宏.docx", MACROS),
        (samples.macro_workbook(), "宏.xlsm", MACROS),
        (samples.zip_of(readme=b"x"), "包.zip", ARCHIVE),
        (samples.zip_of(readme=b"x"), "表.xlsx", ARCHIVE),
        (samples.xlsx()[:-40], "断.xlsx", BROKEN_PACKAGE),
        (samples.xlsx() + b"<script>", "尾.xlsx", SMUGGLED),
        (b"PK\x03\x04" + bytes(900) + samples.xlsx(), "头.xlsx", SMUGGLED),
    ],
)  # fmt: skip
def test_what_is_refused_and_why(content: bytes, name: str, sentence: str) -> None:
    started = time.monotonic()
    assert refusal(content, name) == sentence
    assert time.monotonic() - started < 5


def test_a_pdf_that_would_take_minutes_to_repair_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    spite = b"%PDF-1.4\n" + b"".join(b"%d 0 obj <<>> endobj\n" % i for i in range(300_000))
    assert refusal(spite + b"trailer\n<</Root 1 0 R>>\nstartxref\n0\n%%EOF", "慢.pdf") == BROKEN_PDF
    monkeypatch.setattr("registry.services.uploads.documents.MAX_SECONDS", -1)
    assert refusal(samples.pdf(), "慢.pdf") == BROKEN_PDF


def test_a_bomb_is_refused_by_what_it_declares() -> None:
    assert refusal(samples.bomb(), "表.xlsx").startswith("文件解压后有 60 MB（")


def test_a_package_with_a_damaged_part_is_refused() -> None:
    content = bytearray(samples.xlsx())
    content[80] ^= 0xFF
    assert refusal(bytes(content), "表.xlsx") == BROKEN_PACKAGE


@pytest.mark.parametrize(
    ("content", "name", "kind", "sentence"),
    [
        (samples.pdf(), "照片.pdf", K.PHOTO, "现场照片不收 PDF，可以上传 JPG、PNG、WebP。"),
        (
            samples.docx(),
            "承诺.docx",
            K.AUTHENTICITY_COMMITMENT,
            "真实性承诺书不收 Word（docx），可以上传 PDF、JPG、PNG、WebP。",
        ),
    ],
)
def test_each_kind_takes_its_own_formats(content: bytes, name: str, kind: AttachmentKind, sentence: str) -> None:
    assert refusal(content, name, kind) == sentence


def test_a_large_photo_is_taken_and_a_larger_file_is_not() -> None:
    noise = Image.effect_noise((5200, 3900), 90).convert("RGB")
    target = io.BytesIO()
    noise.save(target, "JPEG", quality=92)
    assert 10 * 1024 * 1024 < target.tell() < uploads.MAX_BYTES
    assert taken(target.getvalue(), "车间.jpg", K.PHOTO)[0].media_type == "image/jpeg"
    larger = samples.pdf() + bytes(uploads.MAX_BYTES)
    assert refusal(larger, "大.pdf") == "文件超过 20 MB：请压缩图片、降低扫描分辨率或分成几个文件。"


def test_a_photo_stands_upright_and_keeps_nothing_but_the_picture() -> None:
    sent = samples.photo_with_place()
    assert b"PhoneMaker" in sent
    kept = taken(sent, "IMG.jpg", K.PHOTO)[1]
    assert [word for word in (b"PhoneMaker", b"Exif", b"secret comment") if word in kept] == []
    with Image.open(io.BytesIO(kept)) as picture:
        assert (picture.size, dict(picture.getexif())) == ((40, 60), {})
        top, bottom = picture.getpixel((20, 5)), picture.getpixel((20, 55))
    assert (top[0] > 150, bottom[2] > 150) == (True, True)


@pytest.mark.parametrize("behind", [b"<script>alert(1)</script>", samples.zip_of(evil=b"MZ"), b"/*JS*/=1;"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_bytes_behind_a_picture_do_not_survive(kind: str, behind: bytes) -> None:
    ending = {"JPEG": "jpg", "PNG": "png"}[kind]
    kept = taken(samples.picture(kind) + behind, f"图.{ending}", K.PHOTO)[1]
    assert behind not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        picture.load()
        assert picture.size == (60, 40)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_is_taken(mode: str) -> None:
    target = io.BytesIO()
    (
        Image.new("L", (30, 20), 128).convert("RGB").convert(mode)
        if mode not in ("I;16", "LA")
        else Image.new(mode, (30, 20))
    ).save(target, "PNG")
    kept = taken(target.getvalue(), "扫描.png")[1]
    with Image.open(io.BytesIO(kept)) as picture:
        assert (picture.size, picture.mode in ("L", "RGB", "RGBA")) == ((30, 20), True)


def test_a_printers_jpeg_becomes_one_for_screens() -> None:
    target = io.BytesIO()
    Image.new("CMYK", (30, 20), (0, 255, 255, 0)).save(target, "JPEG")
    with Image.open(io.BytesIO(taken(target.getvalue(), "印刷.jpg")[1])) as picture:
        assert (picture.mode, picture.info.get("icc_profile")) == ("RGB", None)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("营业执照（副本）.pdf", "营业执照（副本）.pdf"),
        ("甲" * 300 + ".pdf", "甲" * 116 + ".pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\x\\执照.pdf", "执照.pdf"),
        ("执照\x00.exe\x00.pdf", "执照.exe.pdf"),
        ("执照\u202efdp.pdf", "执照fdp.pdf"),
        ("a\u200bb\u2066c\r\nX-Header: 1.pdf", "abcX-Header_ 1.pdf"),
        ("con.pdf", "_con.pdf"),
        ("<img src=x onerror=1>.pdf", "_img src=x onerror=1_.pdf"),
        ("...pdf", "pdf.pdf"),
        ("", "其他.pdf"),
        ("\u202e", "其他.pdf"),
        ("报告第1.0版", "报告第1.0版.pdf"),
        ("e\u0301.pdf", "é.pdf"),
    ],
)
def test_names_become_harmless_text(given: str, shown: str) -> None:
    assert taken(samples.pdf(), given)[0].filename == shown


def test_a_turned_name_shows_its_real_ending() -> None:
    assert (
        refusal(samples.pdf(), "合同\u202efdp.exe")
        == "文件名以 .exe 结尾，内容却是 PDF：请核对文件，或把扩展名改为 .pdf。"
    )
