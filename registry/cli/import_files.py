"""Files beside a list that is imported: answers, questions, the report. Each error names the file and what to do."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from registry import spreadsheets
from registry.cli.words import misused
from registry.errors import InvalidInput
from registry.wording import Message


def content_of(file: Path) -> bytes:
    """The file's content; its size is checked before a byte is read."""
    try:
        size = file.stat().st_size
        return file.read_bytes() if size <= spreadsheets.MAX_BYTES else bytes(spreadsheets.MAX_BYTES + 1)
    except OSError as error:
        raise InvalidInput(
            Message("无法读取文件 %(file)s：%(error)s。请检查权限后重试。", file=file, error=error.strerror or error),
            field="file",
        ) from error


def write_text(path: Path, text: str) -> None:
    """Write a file, or say why it cannot be written."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidInput(
            Message("无法写入 %(path)s：%(error)s。请检查目录和权限。", path=path, error=error.strerror or error),
            field="questions",
        ) from error


def read_answers(file: Path) -> dict[str, str]:
    """Answers by id from a csv with the header id,answer."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise misused(Message("--answers 的文件 %(file)s 不存在，或不是 UTF-8 编码的 csv。", file=file)) from None
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise misused(
            Message("--answers 的文件 %(file)s 不是完整的 csv（%(error)s）。", file=file, error=error)
        ) from None
    if not rows or [cell.strip() for cell in rows[0][:2]] != ["id", "answer"]:
        raise misused(Message("--answers 的文件 %(file)s 应有表头 id,answer。", file=file))
    found: dict[str, str] = {}
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) < 2 or not row[0].strip():
            raise misused(
                Message("--answers 的文件 %(file)s 第 %(row)s 行应有 id 和 answer 两格。", file=file, row=number)
            )
        identifier, answer = row[0].strip(), row[1].strip()
        if found.setdefault(identifier, answer) != answer:
            raise misused(Message("--answers 的文件 %(file)s 对 %(id)s 有两个不同的答复。", file=file, id=identifier))
    return found


def check_report(file: Path, report: Path) -> None:
    """Refuse a report that could not be written, before anything is read."""
    kind, other = spreadsheets.KINDS
    if report.suffix.lower() not in (kind, other):
        raise misused(
            Message(
                "--report 的文件应以 %(kind)s 或 %(other)s 结尾，现为 %(report)s。",
                kind=kind,
                other=other,
                report=report.name,
            )
        )
    if not report.parent.is_dir():
        raise misused(Message("--report 所在的目录 %(parent)s 不存在。", parent=report.parent))
    if report.is_dir() or (report.exists() and file.exists() and report.samefile(file)):
        raise misused(Message("--report 不能是要导入的文件本身或一个目录，请换一个文件名。"))
