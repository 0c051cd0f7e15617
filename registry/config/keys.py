"""Files of keys, one a line: the first is in force, the others open what was signed or encrypted before a renewal."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from registry.errors import OperatorError
from registry.wording import Message

SHORTEST_KEY = 32


def keys_in(path: Path) -> tuple[str, ...]:
    """The keys of a file; none where it is blank. Raises OSError or UnicodeDecodeError."""
    return tuple(path.read_text().split())


def long_enough(path: Path, keys: tuple[str, ...]) -> tuple[str, ...]:
    """The keys of a file; raises OperatorError where there is none, or one that anybody could guess."""
    if keys and min(map(len, keys)) >= SHORTEST_KEY:
        return keys
    raise OperatorError(
        Message(
            "密钥文件 %(path)s 是空的或少于 %(n)s 个字符：请从备份中恢复它，"
            "或删除它再运行 flask init（第二因子须重新设置）。",
            path=path,
            n=SHORTEST_KEY,
        )
    )


def make_key(path: Path, key: str) -> None:
    """Write a file with its first key, whole or not at all; of two at once the first one counts."""
    part = _part(path, (key,))
    try:
        os.link(part, path)
    except FileExistsError:
        return
    finally:
        part.unlink()


def renew_key(path: Path, key: str) -> None:
    """Put a key in force; the former ones stay behind it."""
    os.replace(_part(path, (key, *keys_in(path))), path)


def forget_keys(path: Path) -> int:
    """Leave nothing but the key in force; returns how many went."""
    first, *former = keys_in(path)
    if former:
        os.replace(_part(path, (first,)), path)
    return len(former)


def _part(path: Path, keys: tuple[str, ...]) -> Path:
    """The keys in a file beside, which only its owner reads, safe on the disk."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write("\n".join(keys))
        file.flush()
        os.fsync(file.fileno())
    return part
