"""A look at an xlsx package before anything is loaded: sizes, sheets, rows, merged cells, formulas, percents.

The parts are streamed through expat: no tree, no strings kept, so that a bomb costs a second at most.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.parsers import expat

from registry.spreadsheets.cells import MergedRange
from registry.spreadsheets.limits import unreadable
from registry.spreadsheets.styles import Styles, styles_of
from registry.wording import Message

MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 50
MAX_PARTS = 2_000
MAX_CELLS = 2_000_000
MAX_MERGED = 2_000
_RATIO_MATTERS_FROM = 10 * 1024 * 1024
_CHUNK = 1 << 18
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


@dataclass(frozen=True)
class Sheet:
    """A worksheet of the workbook, in tab order."""

    name: str
    path: str
    visible: bool


@dataclass
class Survey:
    """What one streamed pass over a sheet found. Rows count from 1, columns from 0.

    `percents` and `broken` are keyed by `key(row, column)`: numbers shown with a percent sign, and
    cells without a usable value with what stands there instead. `struck` are rows with a text that is struck through,
    `coloured` those in which every cell has a colour; `hidden_columns` are first and last of each run.
    """

    rows: int = 0
    cells: int = 0
    last_row: int = 0
    last_column: int = 0
    hidden_rows: int = 0
    comments: int = 0
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    struck: set[int] = field(default_factory=set)
    coloured: set[int] = field(default_factory=set)
    formulas: int = 0
    first_formula: tuple[int, int] | None = None
    percents: set[int] = field(default_factory=set)
    broken: dict[int, str] = field(default_factory=dict)
    merged: list[MergedRange] = field(default_factory=list)


def key(row: int, column: int) -> int:
    """One number for a cell."""
    return row << 14 | column


def check_package(package: zipfile.ZipFile, packed: int) -> None:
    """Refuse passwords, bombs and document type definitions. The declared sizes bind: zipfile reads no more."""
    parts = package.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise unreadable(Message("文件设有打开密码，无法读取：请在表格软件中取消密码后再导入。"))
    unpacked = sum(part.file_size for part in parts)
    bomb = unpacked > MAX_UNPACKED or (unpacked > _RATIO_MATTERS_FROM and unpacked > MAX_RATIO * packed)
    if bomb or len(parts) > MAX_PARTS:
        raise unreadable(
            Message(
                "文件解压后有 %(unpacked)s MB（%(n)s 个部件），与大小不相称，已拒绝读取："
                "请把要导入的行复制到新的工作簿再导入。",
                unpacked=f"{unpacked / 1024 / 1024:,.0f}",
                n=len(parts),
            )
        )


def sheets(package: zipfile.ZipFile) -> list[Sheet]:
    """The worksheets in tab order. Raises KeyError, ParseError or zip errors on a broken package."""
    targets = {
        element.get("Id", ""): element.get("Target", "")
        for element in _tree(package, "xl/_rels/workbook.xml.rels")
        if element.get("Type", "").endswith("/worksheet")
    }
    found = []
    for element in _tree(package, "xl/workbook.xml").iter():
        if element.tag.rpartition("}")[2] != "sheet":
            continue
        relation = next((value for key, value in element.items() if key.endswith("}id")), "")
        if relation in targets:
            path = posixpath.normpath(posixpath.join("/xl", targets[relation])).lstrip("/")
            found.append(
                Sheet(
                    element.get("name", ""),
                    path,
                    element.get("state", "visible") == "visible",
                )
            )
    return found


def comments(package: zipfile.ZipFile, path: str) -> int:
    """How many cells of a sheet have a comment beside them."""
    folder, _, name = path.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels"
    if relations not in package.namelist():
        return 0
    targets = [
        posixpath.normpath(posixpath.join("/", folder, element.get("Target", ""))).lstrip("/")
        for element in _tree(package, relations)
        if element.get("Type", "").endswith("/comments")
    ]
    trees = [_tree(package, target) for target in targets if target in package.namelist()]
    return sum(element.tag.rpartition("}")[2] == "comment" for tree in trees for element in tree.iter())


def refuse_definitions(package: zipfile.ZipFile, paths: list[str]) -> None:
    """Refuse parts with a document type definition: a spreadsheet has none, an attack does."""
    for path in paths:
        if path in package.namelist():
            _stream(package, path, _parser())


def survey(package: zipfile.ZipFile, path: str, enough: int) -> Survey:
    """Count one sheet; raises TooManyRows as soon as it has more than `enough` rows with content."""
    styles = "xl/styles.xml"
    found = styles_of(_tree(package, styles)) if styles in package.namelist() else Styles()
    counter = _Counter(enough, found)
    parser = _parser()
    parser.StartElementHandler = counter.start
    parser.EndElementHandler = counter.end
    counter.listen_to = lambda handler: setattr(parser, "CharacterDataHandler", handler)
    _stream(package, path, parser)
    return counter.result


class _Counter:
    """The handlers of one pass."""

    def __init__(self, enough: int, styles: Styles) -> None:
        self.result = Survey()
        self.enough, self.styles = enough, styles
        self.listen_to: Callable[[Callable[[str], None] | None], None] = lambda handler: None
        self.columns: dict[str, int] = {}
        self.row = 0
        self.column = -1
        self.row_has_content = self.is_plain = False
        self.kind = self.text = self.style = ""
        self.is_formula = self.has_value = self.is_percent = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2] if ":" in tag else tag
        if name == "c":
            self._start_cell(attributes)
        elif name == "v" or name == "is":
            self.has_value = self.row_has_content = True
            if name == "v" and (self.is_formula or self.kind == "e"):
                self.listen_to(self._hear)
        elif name == "f":
            self._note_formula()
        elif name == "row":
            self._start_row(attributes)
        elif name == "col":
            if attributes.get("hidden") in ("1", "true"):
                self.result.hidden_columns.append((int(attributes["min"]) - 1, int(attributes["max"]) - 1))
        elif name == "mergeCell":
            self._note_merge(attributes.get("ref", ""))

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2] if ":" in tag else tag
        if name == "c":
            self._end_cell()
        elif name == "v":
            if self.is_formula or self.kind == "e":
                self.listen_to(None)
        elif name == "row" and self.row_has_content:
            self.result.rows += 1
            self.result.last_row = self.row
            if not self.is_plain:
                self.result.coloured.add(self.row)
            if self.result.rows > self.enough:
                raise TooManyRows

    def _hear(self, text: str) -> None:
        self.text += text

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = int(attributes.get("r", self.row + 1))
        if number <= self.row:
            raise unreadable(
                Message(
                    "工作表内部的行号有误（第 %(row)s 行之后又是第 %(number)s 行）：请另存为新的 xlsx 再导入。",
                    row=self.row,
                    number=number,
                )
            )
        self.row, self.column, self.row_has_content, self.is_plain = number, -1, False, False
        self.result.hidden_rows += attributes.get("hidden") in ("1", "true")

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        self.column = self._column(reference) if reference else self.column + 1
        self.kind, self.text = attributes.get("t", "n"), ""
        self.is_formula = self.has_value = False
        self.style = attributes.get("s", "0")
        self.is_percent = self.style in self.styles.percents
        self.result.cells += 1
        if self.result.cells > MAX_CELLS:
            raise unreadable(
                Message("工作表超过 %(most)s 个单元格：请删去无关的列，或拆成几个文件导入。", most=f"{MAX_CELLS:,}")
            )

    def _column(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        if letters not in self.columns:
            self.columns[letters] = _position(letters + "1")[1]
        return self.columns[letters]

    def _end_cell(self) -> None:
        if not (self.has_value or self.is_formula):
            return
        self.result.last_column = max(self.result.last_column, self.column)
        self.is_plain = self.is_plain or self.style not in self.styles.coloured
        if self.style in self.styles.struck:
            self.result.struck.add(self.row)
        if self.kind == "e":
            self.result.broken[key(self.row, self.column)] = self.text or "#ERROR!"
        elif self.is_formula and self.kind != "str" and not self.text.strip():
            # An empty result is a result only for a text formula.
            self.row_has_content = True
            self.result.broken[key(self.row, self.column)] = Message("没有计算结果的公式")
        elif self.is_percent and self.kind == "n":
            self.result.percents.add(key(self.row, self.column))

    def _note_formula(self) -> None:
        self.is_formula = True
        self.result.formulas += 1
        self.result.first_formula = self.result.first_formula or (self.row, self.column)

    def _note_merge(self, reference: str) -> None:
        if len(self.result.merged) == MAX_MERGED:
            raise unreadable(
                Message("工作表有超过 %(most)s 处合并单元格：请取消合并、逐行填写后再导入。", most=f"{MAX_MERGED:,}")
            )
        first, _, last = reference.partition(":")
        (top, left), (bottom, right) = _position(first), _position(last or first)
        self.result.merged.append(MergedRange(top, bottom, left, right))


class TooManyRows(Exception):
    """The sheet has more rows with content than may be read."""


def _position(reference: str) -> tuple[int, int]:
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError(f"cell reference {reference!r}")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column - 1


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*arguments: object) -> None:
    raise unreadable(Message("文件内部含有文档类型定义（DTD），不是规范的表格，已拒绝读取：请复制到新的工作簿再导入。"))


def _stream(package: zipfile.ZipFile, path: str, parser: expat.XMLParserType) -> None:
    with package.open(path) as part:
        while chunk := part.read(_CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)


def _tree(package: zipfile.ZipFile, path: str) -> ElementTree.Element:
    _stream(package, path, _parser())
    return ElementTree.fromstring(package.read(path))  # noqa: S314 - definitions were refused just above
