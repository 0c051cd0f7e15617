"""How much of a file is read at most, and the errors of files that are not read at all."""

from __future__ import annotations

from collections.abc import Callable

from registry.errors import InvalidInput

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 20_000
"""Rows of data; a few title rows above the header come on top."""
HEAD_ROWS = 50
"""Within so many rows the header must stand."""

Progress = Callable[[int], None]
"""Called now and then with the number of rows read so far."""


def unreadable(message: str) -> InvalidInput:
    """The error of a file that cannot be read at all: one sentence, at the field `file`."""
    return InvalidInput(message, field="file")


def too_many_rows() -> InvalidInput:
    """The error of a file with more rows than may be imported at once."""
    return unreadable(f"数据超过 {MAX_ROWS:,} 行，未读入任何内容：请拆成几个文件分别导入。")
