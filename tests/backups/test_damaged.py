"""What is no backup, or a damaged one, or does not fit the place, is refused before the first write."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete

from registry.errors import OperatorError
from registry.models import Enterprise
from registry.services.backups import restore
from registry.services.backups.checking import check
from tests.backups.conftest import make, nothing_stands


def damaged(archive: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Pack an archive again with other members."""
    with tarfile.open(archive) as tar:
        members = {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]
    change(members)
    with tarfile.open(archive, "w:gz") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


def _other_row(members: dict[str, bytes]) -> None:
    members["tables/enterprise.jsonl"] = members["tables/enterprise.jsonl"].replace(b"\n", b"\n\n", 1)


def _newer(members: dict[str, bytes]) -> None:
    members["manifest.json"] = members["manifest.json"].replace(b'"schema": "', b'"schema": "9')


def _other_format(members: dict[str, bytes]) -> None:
    members["manifest.json"] = members["manifest.json"].replace(b'"format": 1', b'"format": 2')


def _climbing(members: dict[str, bytes]) -> None:
    members["files/../../evil"] = b"evil"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_other_row, "enterprise.jsonl 的校验和不符"),
        (lambda members: members.pop("tables/project.jsonl"), "缺少"),
        (lambda members: members.pop("manifest.json"), "没有 manifest.json"),
        (_newer, "来自更新的程序"),
        (_other_format, "格式版本是 2"),
        (_climbing, "evil 的校验和不符"),
    ],
)
def test_a_damaged_archive_leaves_the_place_empty(
    archive: Path, empty: tuple[Engine, Path], change: Callable[[dict[str, bytes]], None], sentence: str
) -> None:
    damaged(archive, change)
    with pytest.raises(OperatorError, match=sentence):
        restore(*empty, archive)
    assert nothing_stands(*empty)


def test_a_broken_file_is_told_wherever_it_breaks(archive: Path, empty: tuple[Engine, Path]) -> None:
    whole, manifest = archive.read_bytes(), check(archive)
    cut = [whole[:length] for length in (0, 7, 300, len(whole) // 2, len(whole) * 9 // 10)]
    spoiled = [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(40, len(whole), len(whole) // 8)]
    for data in (*cut, *spoiled, b"PK\x03\x04 no archive"):
        archive.write_bytes(data)
        with pytest.raises(OperatorError):
            restore(*empty, archive)
    assert nothing_stands(*empty)
    # The last bytes only say how long the packed stream was: without them every member is still whole.
    archive.write_bytes(whole[:-9])
    assert check(archive) == manifest


def test_a_fault_in_the_middle_of_loading_takes_everything_back(
    stock: tuple[Engine, Path], tmp_path: Path, empty: tuple[Engine, Path]
) -> None:
    """Rows that point nowhere pass the checks of the archive and are found when all stand."""
    with stock[0].connect() as connection:
        connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            connection.execute(delete(Enterprise).where(Enterprise.id == 1))
        connection.connection.cursor().execute("PRAGMA foreign_keys=ON")
    with pytest.raises(OperatorError, match="指向不存在的记录"):
        restore(*empty, make(*stock, tmp_path / "it"))
    assert nothing_stands(*empty)
