"""Answers of public addresses as files in a folder, and what differs between two such folders."""

from __future__ import annotations

import hashlib
import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

INDEX = "index.json"
SHOWN = 150
"""Characters of a differing line that are printed."""

# Every browser begins a new line at these, so blanks beside them are no text.
BLOCKS = frozenset(
    re.split(
        r"\s+",
        "address article aside blockquote body br caption col colgroup dd details div dl dt fieldset figcaption figure"
        " footer form h1 h2 h3 h4 h5 h6 head header hr html legend li link main meta nav ol optgroup option p pre"
        " script section select style summary table tbody td template tfoot th thead title tr ul",
    )
)
VERBATIM = frozenset(("pre", "textarea", "script", "style"))
_TAG = re.compile(r"""<!--.*?-->|<!?/?[a-zA-Z](?:"[^"]*"|'[^']*'|[^>"'])*>""", re.DOTALL)
_BLANKS_OF_A_TAG = re.compile(r"""("[^"]*"|'[^']*')|\s+""")
_HASHES = re.compile(rb"v=[0-9a-f]{12}\b|/(?:page|shell)-[0-9a-f]{16}\.js")


@dataclass(frozen=True)
class Answer:
    """What one address answers: `headers` without those that differ each time."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        """The media type without its parameters."""
        return self.headers.get("Content-Type", "").partition(";")[0]


def store(folder: Path, answers: dict[str, Answer]) -> None:
    """Write answers into a folder that is empty or not there."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise SystemExit(f"{folder} is not empty: what lies there would be taken for answers of this run.")
    index = []
    for address, answer in sorted(answers.items()):
        name = hashlib.sha256(address.encode()).hexdigest()[:20]
        (folder / name).write_bytes(answer.body)
        index.append({"address": address, "status": answer.status, "headers": answer.headers, "file": name})
    (folder / INDEX).write_text(json.dumps(index, ensure_ascii=False, indent=1), encoding="utf-8")


def load(folder: Path) -> dict[str, Answer]:
    """The answers in a folder, by address."""
    index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    return {
        entry["address"]: Answer(entry["status"], entry["headers"], (folder / entry["file"]).read_bytes())
        for entry in index
    }


@dataclass(frozen=True)
class Difference:
    """What differs at one address: its first differing lines, and whether only hashes of assets do."""

    address: str
    where: str
    one: str
    other: str
    only_hashes: bool = False

    def __str__(self) -> str:
        return f"{self.address}\n  {self.where}\n  - {self.one}\n  + {self.other}"


@dataclass(frozen=True)
class Comparison:
    """The outcome for two folders."""

    same: int
    different: tuple[Difference, ...]
    missing: tuple[str, ...]
    added: tuple[str, ...]
    blanks: tuple[str, ...]
    """Addresses that count as the same although a blank between two words or links came or went."""

    @property
    def is_same(self) -> bool:
        """Whether both folders hold the same."""
        return not (self.different or self.missing or self.added)


def compare(one: dict[str, Answer], other: dict[str, Answer], *, ignore_space: bool = False) -> Comparison:
    """Compare two stocks of answers address by address."""
    different, blanks = [], []
    both = sorted(one.keys() & other.keys())
    for address in both:
        found = difference(address, one[address], other[address], ignore_space=ignore_space)
        if found is not None:
            different.append(found)
        elif (
            ignore_space and one[address].body != other[address].body and _reads(one[address]) != _reads(other[address])
        ):
            blanks.append(address)
    return Comparison(
        len(both) - len(different),
        tuple(different),
        tuple(sorted(one.keys() - other.keys())),
        tuple(sorted(other.keys() - one.keys())),
        tuple(blanks),
    )


def difference(address: str, one: Answer, other: Answer, *, ignore_space: bool = False) -> Difference | None:
    """The first difference of two answers, or None."""
    if one == other:
        return None
    if one.status != other.status:
        return Difference(address, "status", str(one.status), str(other.status))
    lax = ignore_space and one.kind == other.kind == "text/html"
    bodies = [_without_space(each.body) if lax else each.body for each in (one, other)]
    # A workbook is packed with the hour of its temporary files, which no fixed clock holds: its parts count.
    packed = [list(_members(body).items()) for body in bodies]
    parted = bool(packed[0] and packed[1])
    # The tag of an entity is a hash of its body: where not every byte counts, it does not either.
    left, right = (
        {name: value for name, value in each.headers.items() if not ((lax or parted) and name == "ETag")}
        for each in (one, other)
    )
    if packed[0] != packed[1] if parted else bodies[0] != bodies[1]:
        where, first, second = _first_lines(*bodies)
        only_hashes = _HASHES.sub(b"", bodies[0]) == _HASHES.sub(b"", bodies[1])
        return Difference(address, where, first, second, only_hashes)
    for name in sorted(left.keys() | right.keys()):
        if left.get(name) != right.get(name):
            return Difference(address, f"header {name}", left.get(name, "(none)"), right.get(name, "(none)"))
    return None


def _first_lines(one: bytes, other: bytes) -> tuple[str, str, str]:
    """Where two bodies differ first, and what stands there in each."""
    packed = [_members(body) for body in (one, other)]
    if packed[0] and packed[1]:
        for name in sorted(packed[0].keys() | packed[1].keys()):
            parts = [members.get(name) for members in packed]
            if parts[0] is None or parts[1] is None:
                first, second = ("(missing)" if part is None else "(there)" for part in parts)
                return name, first, second
            if parts[0] != parts[1]:
                where, first, second = _first_lines(parts[0], parts[1])
                return f"{name}, {where}", first, second
        return "the order of the parts", ", ".join(packed[0]), ", ".join(packed[1])
    lines = [body.decode("utf-8", "backslashreplace").splitlines(keepends=True) for body in (one, other)]
    for number, (first, second) in enumerate(zip_longest(*lines, fillvalue=""), start=1):
        if first != second:
            start = max(0, _first_place(first, second) - SHOWN // 2)
            return f"line {number}", _cut(first, start), _cut(second, start)
    return "bytes that are no text", f"{len(one)} bytes", f"{len(other)} bytes"


def _first_place(one: str, other: str) -> int:
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _cut(line: str, start: int) -> str:
    shown = repr(line[start : start + SHOWN])[1:-1]
    return ("…" if start else "") + shown + ("…" if start + SHOWN < len(line) else "") if line else "(nothing)"


def _members(body: bytes) -> dict[str, bytes]:
    """The parts of a file that is a zip archive (xlsx, docx) or a database (gpkg), else nothing."""
    if body.startswith(b"SQLite format 3"):
        return _tables(body)
    if not body.startswith(b"PK"):
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except zipfile.BadZipFile:
        return {}


def _tables(body: bytes) -> dict[str, bytes]:
    """The rows of each table of a GeoPackage; its contents name the moment in which it was made."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(body)
        names = [
            name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        ]
        found = {name: database.execute(f'SELECT * FROM "{name}"').fetchall() for name in names if "rtree" not in name}
    moment = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:[\d.]+Z?)?")
    return {name: moment.sub("", "\n".join(map(repr, rows))).encode() for name, rows in found.items()}


def _pieces(source: str) -> Iterator[tuple[str, str]]:
    """(text before a tag, the tag) of a page; what stands in `VERBATIM` elements comes whole."""
    place, until = 0, None
    for found in _TAG.finditer(source):
        name = name_of(found[0])
        if until is not None:
            if found[0].lower() != f"</{until}>":
                continue
            until = None
        elif name in VERBATIM and not found[0].startswith("</"):
            until = name
        yield source[place : found.start()], found[0]
        place = found.end()
    yield source[place:], ""


def name_of(tag: str) -> str:
    """Name of the element that a tag begins or ends."""
    found = re.match(r"</?([a-zA-Z0-9-]+)", tag)
    return found[1].lower() if found else ""


def _folded(source: str, *, between_tags: str) -> str:
    """A page with each run of blanks as one; `between_tags` stands for a run between two inline tags.

    Beside the tag of a block, where a line begins or ends anyway, blanks are left out.
    """
    made: list[str] = []
    before = "<html>"
    for text, tag in _pieces(source):
        if name_of(before) in VERBATIM and not before.startswith("</"):
            made.append(text)
        elif text.strip():
            folded = re.sub(r"\s+", " ", text)
            folded = folded.lstrip() if name_of(before) in BLOCKS else folded
            made.append(folded.rstrip() if name_of(tag) in BLOCKS or not tag else folded)
        elif text and tag and name_of(before) not in BLOCKS and name_of(tag) not in BLOCKS:
            made.append(between_tags)
        made.append(_BLANKS_OF_A_TAG.sub(lambda found: found[1] or " ", tag).replace(" >", ">").replace(" />", "/>"))
        before = tag
    return "\n".join(made) if not between_tags else "".join(made)


def _without_space(body: bytes) -> bytes:
    """A page one piece a line, without blanks between tags."""
    return "\n".join(
        line for line in _folded(body.decode("utf-8", "backslashreplace"), between_tags="").split("\n") if line
    ).encode()


def _reads(answer: Answer) -> str:
    """A page with the blanks that a reader may see."""
    if answer.kind != "text/html":
        return ""
    return _folded(answer.body.decode("utf-8", "backslashreplace"), between_tags=" ")
