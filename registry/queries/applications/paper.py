"""An application as it stands on paper: the one description that the printed page and the Word document show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Line:
    """A field and what was said there, in lines; `note` stands small behind it. A code is set like one."""

    label: str
    text: str
    note: str = ""
    is_code: bool = False


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A table of indicators; all columns from `numbers_from` on are numbers."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers_from: int


@dataclass(frozen=True, kw_only=True)
class Enclosed:
    """A file that was sent with it; `digest` is the SHA-256 of its bytes."""

    id: int
    kind: str
    name: str
    size: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class Part:
    """A section of the form; `files` is None where the section is not that of the files."""

    title: str
    lines: Sequence[Line]
    grids: Sequence[Grid] = ()
    files: Sequence[Enclosed] | None = None


@dataclass(frozen=True, kw_only=True)
class Paper:
    """The whole: `stamp` says number, time and check code, and is empty for a draft, of which `warning` speaks."""

    title: str
    holder: str
    project: str
    number: str
    check_code: str
    stamp: Sequence[Line]
    warning: str
    parts: Sequence[Part]
    remark: str
    to_check: str
    seals: Sequence[str] = field(default_factory=tuple)
