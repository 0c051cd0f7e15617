"""The interface of a storage of files, and the error when it cannot be reached."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import IO, NamedTuple, Protocol

from registry.errors import OperatorError
from registry.wording import Message

_NAME = re.compile(r"[0-9a-f]{2}/[0-9A-Za-z][0-9A-Za-z._-]{0,79}")


class StorageAway(OperatorError):
    """The place of the files does not answer or is full; the rest of the site goes on."""

    code = "storage_away"


class Held(NamedTuple):
    """A stored file."""

    name: str
    size: int
    changed_at: datetime


class Storage(Protocol):
    """Where files lie. Every method raises StorageAway (503) when the place does not answer."""

    def put(self, name: str, content: IO[bytes]) -> None:
        """Write a new file, whole and lasting, or nothing; FileExistsError where the name is taken."""

    def open(self, name: str) -> IO[bytes]:
        """A file from its beginning, which can be read in any order; FileNotFoundError without one."""

    def delete(self, name: str) -> None:
        """Take a file away; one that is not there is no error."""

    def names(self) -> Iterator[Held]:
        """All files, in no order."""

    def check(self) -> None:
        """Return when files can be written and read."""


def require_name(name: str) -> str:
    """The name; raises ValueError for one that no storage has given."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a storage name: {name!r}")
    return name


NOT_SAVED = Message("文件暂时无法保存，已填写的内容没有丢失，请稍后再试。")
NOT_READ = Message("文件暂时无法读取，请稍后再试。")
FULL = Message("存储空间不足，暂时无法保存；已填写的内容没有丢失。")
