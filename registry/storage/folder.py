"""Files in a folder of the machine, readable by their owner alone."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from registry.storage.shape import FULL, NOT_READ, NOT_SAVED, Held, StorageAway, require_name

_FULL = (errno.ENOSPC, errno.EDQUOT)


class Folder:
    """DATA_DIR/files: `xx/<40 hex digits>`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, name: str, content: IO[bytes]) -> None:
        """Write a file; it is on the disk, under its final name, before this returns."""
        path = self.root / require_name(name)
        part = path.with_suffix(".part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise _away(error) from error
        try:
            with os.fdopen(handle, "wb") as target:
                shutil.copyfileobj(content, target)
                target.flush()
                os.fsync(target.fileno())
            # A link fails where the name is taken; renaming would replace the file.
            os.link(part, path)
            _sync(path.parent)
            _sync(self.root)
        except FileExistsError:
            raise
        except OSError as error:
            path.unlink(missing_ok=True)
            raise _away(error) from error
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        finally:
            part.unlink(missing_ok=True)

    def open(self, name: str) -> IO[bytes]:
        """The file itself."""
        try:
            return (self.root / require_name(name)).open("rb")
        except FileNotFoundError:
            raise
        except OSError as error:
            raise StorageAway(NOT_READ) from error

    def delete(self, name: str) -> None:
        """Take a file away."""
        try:
            (self.root / require_name(name)).unlink(missing_ok=True)
        except OSError as error:
            raise StorageAway(NOT_READ) from error

    def names(self) -> Iterator[Held]:
        """All files, also those that a power cut has left half written."""
        for path in self.root.glob("*/*"):
            with contextlib.suppress(FileNotFoundError):
                found = path.stat()
                if path.is_file():
                    yield Held(
                        path.relative_to(self.root).as_posix(),
                        found.st_size,
                        datetime.fromtimestamp(found.st_mtime, UTC),
                    )

    def check(self) -> None:
        """Whether the folder is there and may be written."""
        if not self.root.is_dir() or not os.access(self.root, os.W_OK | os.X_OK):
            raise StorageAway(NOT_SAVED)


def _away(error: OSError) -> StorageAway:
    return StorageAway(FULL if error.errno in _FULL else NOT_SAVED)


def _sync(folder: Path) -> None:
    """Make the names of a folder last; systems that cannot do that are passed over."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
