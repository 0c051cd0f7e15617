"""Whether an archive is whole, and what stands in it, member by member."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from registry.errors import OperatorError
from registry.services.backups.manifest import LONGEST, NAME, Manifest
from registry.wording import Message


def check(archive: Path) -> Manifest:
    """Read the archive from end to end. Raises OperatorError unless each member stands in it whole and once."""
    try:
        with reading():
            return _check(archive)
    except OSError as error:
        raise OperatorError(
            Message("无法读取备份 %(file)s：%(reason)s。", file=archive, reason=error.strerror or str(error))
        ) from error


def _check(archive: Path) -> Manifest:
    wanted: dict[str, str] = {}
    manifest: Manifest | None = None
    for name, content in members(archive):
        if manifest is None:
            if name != NAME:
                break
            manifest = Manifest.from_json(content.read(LONGEST))
            wanted = manifest.members()
        elif wanted.pop(name, None) != hashlib.file_digest(content, "sha256").hexdigest():
            raise damaged(Message("%(name)s 的校验和不符", name=name))
    if manifest is None:
        raise OperatorError(Message("备份开头没有 manifest.json，这不是本程序的备份，或文件已损坏。"))
    if wanted:
        raise damaged(Message("缺少 %(names)s", names=sorted(wanted)[:3]))
    return manifest


@contextmanager
def reading() -> Iterator[None]:
    """Say of an archive that cannot be unpacked that it is damaged."""
    try:
        yield
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise damaged(Message("读到一半中断")) from error


def members(archive: Path) -> Iterator[tuple[str, io.BufferedReader]]:
    """Names and contents in their order; what is no plain file is no part of a backup."""
    with tarfile.open(archive, mode="r|gz") as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isreg() else None
            if not isinstance(content, io.BufferedReader):
                raise damaged(Message("%(name)s 不是文件", name=member.name))
            yield member.name, content


def damaged(reason: Message) -> OperatorError:
    """The error about an archive that is not whole."""
    return OperatorError(Message("备份已损坏：%(reason)s。没有写入任何内容，请换用另一份备份。", reason=reason))
