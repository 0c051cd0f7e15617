"""What an archive says of itself; it stands first in it."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import orjson

from registry.errors import OperatorError
from registry.services.backups.rows import Summary
from registry.storage import require_name
from registry.wording import Message

FORMAT = 1
NAME = "manifest.json"
LONGEST = 256 * 1024 * 1024
"""Bytes of a manifest; one of a million files has half as many."""
_KEY = re.compile(r"[a-z]+\.key")
TABLES, FILES, KEYS = "tables/", "files/", "keys/"
"""Folders of the archive: `tables/<table>.jsonl`, files by storage name, keys by file name."""


@dataclass(frozen=True, kw_only=True)
class Content:
    """Size in bytes and SHA-256 of a file."""

    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """format: version of the archive's own shape · schema: revision of the tables · events, last_hash: length and end
    of the audit chain · tables by name · files by storage name · keys by file name of the data directory."""

    format: int
    schema: str
    made_at: datetime
    city: str
    events: int
    last_hash: str
    tables: dict[str, Summary]
    files: dict[str, Content]
    keys: dict[str, Content]

    def to_json(self) -> bytes:
        """As it stands in the archive."""
        tables = {name: summary._asdict() for name, summary in self.tables.items()}
        return orjson.dumps(asdict(self) | {"tables": tables}, option=orjson.OPT_INDENT_2)

    @classmethod
    def from_json(cls, data: bytes) -> Manifest:
        """Read it. Raises OperatorError for what is no manifest of a known format."""
        try:
            given: dict[str, Any] = orjson.loads(data)
            if given["format"] != FORMAT:
                raise OperatorError(
                    Message(
                        "备份的格式版本是 %(format)s，本程序只认识 %(known)s。", format=given["format"], known=FORMAT
                    )
                )
            if not all(_KEY.fullmatch(name) for name in given["keys"]):
                # They become names of files in the data directory: a name with `..` could lie anywhere.
                raise ValueError("a key under another name")
            for name in given["files"]:
                require_name(name)
            return cls(
                **given
                | {
                    "made_at": datetime.fromisoformat(given["made_at"]),
                    "tables": {name: Summary(**value) for name, value in given["tables"].items()},
                    "files": {name: Content(**value) for name, value in given["files"].items()},
                    "keys": {name: Content(**value) for name, value in given["keys"].items()},
                }
            )
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise OperatorError(
                Message("备份开头的 manifest.json 无法读取，这不是本程序的备份，或文件已损坏。")
            ) from error

    def members(self) -> dict[str, str]:
        """SHA-256 by name of each member that has to follow."""
        return (
            {f"{TABLES}{name}.jsonl": summary.sha256 for name, summary in self.tables.items()}
            | {f"{FILES}{name}": content.sha256 for name, content in self.files.items()}
            | {f"{KEYS}{name}": content.sha256 for name, content in self.keys.items()}
        )
