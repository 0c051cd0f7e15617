"""An archive that vouches for more than a backup holds: whoever restores it trusts its rows, not its names of files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from sqlalchemy import Engine

from registry.errors import OperatorError
from registry.services.backups import restore
from tests.backups.conftest import nothing_stands
from tests.backups.test_damaged import damaged


def _lying(folder: str, name: str) -> Callable[[dict[str, bytes]], None]:
    """A manifest that vouches for a file under a name that climbs out of the place."""

    def change(members: dict[str, bytes]) -> None:
        members[f"{folder}/{name}"] = b"evil"
        manifest = orjson.loads(members["manifest.json"])
        manifest[folder][name] = {"size": 4, "sha256": hashlib.sha256(b"evil").hexdigest()}
        members["manifest.json"] = orjson.dumps(manifest)

    return change


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("keys", "../evil.key"),
        ("keys", "{there}/evil.key"),
        ("keys", "a/../../evil.key"),
        ("keys", "evil.pth"),
        ("files", "../../evil"),
    ],
)
def test_a_manifest_that_lies_writes_nothing_elsewhere(
    archive: Path,
    empty: tuple[Engine, Path],
    folder: str,
    name: str,
) -> None:
    damaged(archive, _lying(folder, name.format(there=archive.parent)))
    with pytest.raises(OperatorError, match="无法读取"):
        restore(*empty, archive)
    assert nothing_stands(*empty)
    assert list(archive.parent.rglob("*evil*")) == []
