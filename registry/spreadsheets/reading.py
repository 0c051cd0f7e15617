"""The one entry for every file: what it is by its bytes, whether it is small enough, and which reader takes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from registry.spreadsheets import delimited, legacy, web_page, word, workbook
from registry.spreadsheets.cells import Book, Table
from registry.spreadsheets.limits import MAX_BYTES, Progress, unreadable
from registry.wording import Message

_SAVE_AS = Message("请用表格软件打开后另存为 xlsx 再导入。")
_COPY = Message("请用 Word 或 WPS 打开，把表格复制到新的表格里，另存为 .xlsx 再导入。")
_OFFICE_ENDINGS = (".doc", ".wps", ".et")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_file(path: Path, progress: Progress | None = None) -> Table:
    """The table of a file on disk. The size is checked before a byte is read; InvalidInput otherwise."""
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise unreadable(Message("%(path)s 不是文件，请给出要导入的表格文件。", path=path))
        if size > MAX_BYTES:
            raise _too_large(size)
        return read_table(path.read_bytes(), progress)
    except FileNotFoundError:
        raise unreadable(Message("找不到文件 %(path)s，请检查路径。", path=path)) from None
    except OSError as error:
        raise unreadable(
            Message("无法读取文件 %(path)s：%(reason)s。请检查权限后重试。", path=path, reason=error.strerror or error)
        ) from error


def read_table(data: bytes, progress: Progress | None = None) -> Table:
    """The first visible sheet of an xlsx or xls file, or a csv file.

    Raises InvalidInput (field `file`) with one Chinese sentence: what is wrong and the way out.
    """
    if len(data) > MAX_BYTES:
        raise _too_large(len(data))
    if not data.strip():
        raise unreadable(Message("文件是空的，请选择有表头和数据的 xlsx、xls 或 csv 文件。"))
    table = _reader(data)(data, progress or (lambda count: None))
    if not table.rows:
        raise unreadable(Message("表格里没有内容，请选择有表头和数据的文件。"))
    return table


def read_book(data: bytes, progress: Progress | None = None, *, name: str = "") -> Book:
    """All visible sheets of a workbook, the tables of a Word file or web page, or the one table of a text file.

    `name` is the file's: of its ending only that of a WPS or Word file is looked at. Raises InvalidInput as
    `read_table` does.
    """
    if len(data) > MAX_BYTES:
        raise _too_large(len(data))
    if not data.strip():
        raise unreadable(Message("文件是空的，请选择有表头和数据的 xlsx、xls、csv 或 docx 文件。"))
    if data.startswith(_OLE) and name.lower().endswith(_OFFICE_ENDINGS):
        raise unreadable(Message("这是 Word 或 WPS 的文件，不能直接读取：%(way_out)s", way_out=_COPY))
    tell = progress or (lambda count: None)
    reader = _reader(data)
    if reader is workbook.read:
        book = workbook.read_book(data, tell)
    elif reader is legacy.read:
        book = legacy.read_book(data, tell)
    elif reader is word.read:
        book = Book(word.tables(data))
    elif reader is web_page.read:
        book = Book(web_page.tables(data))
    else:
        table = reader(data, tell)
        book = Book([table] if table.rows else [])
    if not book.sheets:
        raise unreadable(Message("表格里没有内容，请选择有表头和数据的文件。"))
    return book


def _too_large(size: int) -> Exception:
    return unreadable(
        Message(
            "文件有 %(size)s MB，最多 %(most)s MB：请拆成几个文件分别导入。",
            size=f"{size / 1024 / 1024:.1f}",
            most=MAX_BYTES // 1024 // 1024,
        )
    )


def _reader(data: bytes) -> Callable[[bytes, Progress], Table]:
    if data.startswith(b"PK"):
        return word.read if word.is_word(data) else workbook.read
    if data.startswith(_OLE):
        _refuse_other_ole(data)
        return legacy.read
    _refuse_known_strangers(data)
    return web_page.read if web_page.is_web_page(data) else delimited.read


def _refuse_other_ole(data: bytes) -> None:
    names = {
        name: name.encode("utf-16-le") in data for name in ("EncryptedPackage", "WordDocument", "PowerPoint Document")
    }
    if names["EncryptedPackage"]:
        raise unreadable(Message("文件设有打开密码，无法读取：请在表格软件中取消密码后再导入。"))
    if names["WordDocument"]:
        raise unreadable(Message("这是 Word（.doc）或 WPS 文字，不能直接读取：%(way_out)s", way_out=_COPY))
    if names["PowerPoint Document"]:
        raise unreadable(Message("这是演示文稿，不是表格：请提供 xlsx、xls、csv 或 docx 文件。"))


def _refuse_known_strangers(data: bytes) -> None:
    start = data[:2048].lstrip().lower()
    if data.startswith(_PICTURES) or (data.startswith(b"RIFF") and data[8:12] == b"WEBP"):
        raise unreadable(Message("这是图片，不是表格（改扩展名不会改变内容）：请提供 xlsx、xls 或 csv 文件。"))
    if start.startswith(b"%pdf"):
        raise unreadable(Message("这是 PDF，不能直接读取：%(way_out)s", way_out=_COPY))
    if data.startswith((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        raise unreadable(Message("这是压缩包，不是表格：请解压后导入其中的 xlsx、xls 或 csv 文件。"))
    if start.removeprefix(b"\xef\xbb\xbf").startswith(b"<?xml") and b"<html" not in start:
        raise unreadable(Message("这是 XML 文本（有些系统把它当 Excel 导出），不是表格：%(way_out)s", way_out=_SAVE_AS))
    if b"\x00" in data and not data.startswith(delimited.UTF_16):
        raise unreadable(Message("文件内容不是表格，也不是文本：%(way_out)s", way_out=_SAVE_AS))
