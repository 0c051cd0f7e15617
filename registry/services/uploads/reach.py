"""What in an office document reaches outside of the document when somebody opens it, or runs a program.

Everything is told by relations, names of parts and a few elements: a document that holds none of these kinds is
text, figures and pictures of its own. A link that a reader clicks himself, to the web or to a mail address, is none.
"""

from __future__ import annotations

import io
import re
import time
import zipfile
from dataclasses import dataclass
from typing import IO
from xml.parsers import expat

from registry.services.uploads.formats import Refused
from registry.wording import Message

MAX_SECONDS = 10.0
"""Time of the processor for one document; a sheet of a million cells takes about three seconds."""
LONGEST_FORMULA = 8192
"""Signs of a formula; the programs that write workbooks allow no more."""
_CHUNK = 1 << 18
_RELATIONS, _CONTENT = ".rels", "[content_types].xml"
_XML = (".xml", ".rels", ".vml")


@dataclass(frozen=True)
class Kind:
    """A kind of content that acts, and how its author gets rid of it."""

    what: Message
    way_out: Message


_AS_PDF = Message("请删去它，或另存为 PDF 后再上传")
MACRO = Kind(Message("宏或宏表"), Message("请另存为不带宏的 xlsx 或 docx"))
TEMPLATE = Kind(Message("附加在文件之外的模板"), Message("请在 Word 的文档模板中改用 Normal，或另存为 PDF 后再上传"))
OBJECT = Kind(Message("嵌入或链接的对象、控件"), Message("请把它换成图片或文字，或另存为 PDF 后再上传"))
LINKED = Kind(
    Message("链接在文件之外的图片、音视频、网页或子文档"), Message("请把内容放进文件里，或另存为 PDF 后再上传")
)
PLACE = Kind(Message("指向本机或共享文件夹的链接"), Message("请删去这些链接，或另存为 PDF 后再上传"))
WORKBOOK = Kind(Message("指向其他工作簿或数据源的链接"), Message("请在 Excel 的编辑链接中断开链接、只留数值后再上传"))
FIELD = Kind(Message("会取外部内容或运行程序的域"), Message("请全选后按 Ctrl+Shift+F9 把域变成文字，再上传"))
FORMULA = Kind(Message("会调用程序或网络的公式"), Message("请把公式改成数值后再上传"))
ADD_IN = Kind(Message("加载项或自定义功能区"), _AS_PDF)
OTHER_FILE = Kind(Message("夹带的其他文件"), _AS_PDF)

_RELATION_KINDS = {
    "attachedtemplate": TEMPLATE, "oleobject": OBJECT, "control": OBJECT, "activexcontrolbinary": OBJECT,
    "vbaproject": MACRO, "wordvbadata": MACRO, "xlmacrosheet": MACRO, "xlintlmacrosheet": MACRO,
    "attachedtoolbars": MACRO,
    "externallink": WORKBOOK, "externallinkpath": WORKBOOK, "xlpathmissing": WORKBOOK, "connections": WORKBOOK,
    "querytable": WORKBOOK, "powerpivotdata": WORKBOOK, "mailmergesource": WORKBOOK, "mailmergeheadersource": WORKBOOK,
    "afchunk": LINKED, "subdocument": LINKED, "frame": LINKED, "extensibility": ADD_IN, "ui": ADD_IN,
    "webextensiontaskpanes": ADD_IN, "webextension": ADD_IN, "keymapcustomizations": MACRO,
}  # fmt: skip
"""Relations that act wherever they lead, by the last word of their type."""
_PART_KINDS: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"vbaproject|vbadata|/macrosheets/|/dialogsheets/|attachedtoolbars"), MACRO),
    (re.compile(r"/activex/"), OBJECT),
    (re.compile(r"/externallinks/|/connections\.xml|/querytables/|xl/model/"), WORKBOOK),
    (re.compile(r"(^|/)customui/|webextensions?/"), ADD_IN),
    (
        re.compile(
            r"\.(exe|dll|com|scr|msi|jar|js|jse|vbs?|vbe|wsf|hta|lnk|url|ps1|bat|cmd|html?|mht(ml)?|rtf|docm?|dotm?"
            r"|xls[bm]?|xlam?|xltm|ppt\w?|pdf|zip|rar|7z|swf|svgz|iqy|slk|scf|library-ms|settingcontent-ms)$"
        ),
        OTHER_FILE,
    ),
)
_EMBEDDED = re.compile(r"/embeddings/")
_CHART_RELATIONS = re.compile(r"/charts/_rels/[^/]+\.rels$")
_ACTING_TYPES = (
    (re.compile(r"macroenabled|vbaproject|vbadata|ms-excel\.(intl)?macrosheet|dialogsheet"), MACRO),
    (re.compile(r"activex|oleobject"), OBJECT),
    (re.compile(r"externallink|\.connections\+|querytable"), WORKBOOK),
)

_WEB = re.compile(r"(https?://[^/\\]|mailto:|tel:|#)", re.IGNORECASE)
_FIELDS = re.compile(
    r"(?<![A-Z0-9_])(DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|LINK|EMBED|DATABASE|MACROBUTTON|HTMLACTIVEX|CONTROL"
    r"|RD|AUTOTEXTLIST)(?![A-Z0-9_])"
)
_SPELLED = re.compile(r"(?<![A-Z])QUOTE\s+[\d\s]{3,}")
"""A field whose words are put together from the numbers of their letters, to hide what it does."""
_FIELD_PLACE = re.compile(r'HYPERLINK\s+(?:\\[a-z]\s+)*"?\s*([^"\s]+)', re.IGNORECASE)
_CALLS = re.compile(
    r"(?<![\w.])(CALL|REGISTER(?:\.ID)?|EXEC|WEBSERVICE|RTD|DDE|IMAGE|EVALUATE|SQL\.REQUEST|STOCKHISTORY|IMPORTDATA"
    r"|CUBE\w+|FOPEN|FWRITE|RUN|SHELL|DETECTLANGUAGE|TRANSLATE|PY)\s*\(",
    re.IGNORECASE,
)
_DDE = re.compile(r"[\w.+]\s*\|\s*'?[^!|]*'?\s*!", re.IGNORECASE)
_OTHER_BOOK = re.compile(
    r"(?<![\w\]])'?(\[\d+\]|(?:[a-z]:\\|\\\\|https?:)[^\[\]]*\[[^\]]+\])[^!\[\]()]*!", re.IGNORECASE
)
_LINK_FORMULA = re.compile(r"HYPERLINK\s*\(\s*\"([^\"]*)\"", re.IGNORECASE)
_TEXTS = re.compile(r"\"[^\"]*\"")
_FORMULA_ELEMENTS = frozenset(("f", "formula", "formula1", "formula2", "definedName", "oldFormula"))
_ACTING_ELEMENTS = {
    "OLEObject": OBJECT, "oleObject": OBJECT, "oleObjects": OBJECT, "oleLink": WORKBOOK, "ddeLink": WORKBOOK,
    "altChunk": LINKED, "subDoc": LINKED, "mailMerge": WORKBOOK,
    "dbPr": WORKBOOK, "webPr": WORKBOOK, "FmlaMacro": MACRO,
}  # fmt: skip
_MACRO_ATTRIBUTES = ("macro", "fmlaMacro", "onAction")


def require_inert(package: zipfile.ZipFile, *, depth: int = 0) -> None:
    """Raise Refused for the first part of an office document that reaches outside of it or runs something."""
    until = time.thread_time() + MAX_SECONDS
    names = package.namelist()
    charts = _workbooks_of_charts(package, names)
    for name in names:
        _look_at_name(name.lower())
        if _EMBEDDED.search(f"/{name.lower()}"):
            if name.lower() not in charts or depth:
                raise refused(OBJECT)
            _look_into(package.read(name), depth)
        elif name.lower().endswith(_XML):
            with package.open(name) as content:
                _Part(name.lower(), until).read(content)


def refused(kind: Kind) -> Refused:
    """The sentence about a kind of content that acts."""
    return Refused(
        Message(
            "文件里有%(what)s，打开时会连到文件之外或运行程序，不能上传：%(way_out)s。",
            what=kind.what,
            way_out=kind.way_out,
        )
    )


def _look_at_name(name: str) -> None:
    for pattern, kind in _PART_KINDS:
        if pattern.search(f"/{name}") and not _EMBEDDED.search(f"/{name}"):
            raise refused(kind)


def _workbooks_of_charts(package: zipfile.ZipFile, names: list[str]) -> frozenset[str]:
    """The embedded workbooks that charts of a text take their figures from: they open when the author edits them."""
    found: set[str] = set()
    for name in names:
        if _CHART_RELATIONS.search(f"/{name.lower()}"):
            targets = re.findall(rb"embeddings/[^\"'<>/]+?\.xlsx", package.read(name))
            found |= {f"word/{target.decode(errors='replace').lower()}" for target in targets}
    return frozenset(found)


def _look_into(content: bytes, depth: int) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as inner:
            if sum(part.file_size for part in inner.infolist()) > 20 * len(content) + (1 << 20):
                raise refused(OTHER_FILE)
            require_inert(inner, depth=depth + 1)
    except zipfile.BadZipFile:
        raise refused(OTHER_FILE) from None


class _Part:
    """One part of XML, read once; what it says is judged as it is read."""

    def __init__(self, name: str, until: float) -> None:
        self.name, self.until = name, until
        self.texts: list[str] | None = None
        self.instructions: list[str] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._definition
        if name.endswith(_RELATIONS):
            self.parser.StartElementHandler = self._relation
        elif name == _CONTENT:
            self.parser.StartElementHandler = self._type
        else:
            self.parser.StartElementHandler = self._start
            self.parser.EndElementHandler = self._end
            self.parser.CharacterDataHandler = self._text

    def read(self, content: IO[bytes]) -> None:
        """Parse it to the end; fields of a text stand in pieces, so they are judged together."""
        while chunk := content.read(_CHUNK):
            self.parser.Parse(chunk, False)
            self._require_time()
        self.parser.Parse(b"", True)
        if self.instructions:
            _judge_field("".join(self.instructions))

    def _require_time(self) -> None:
        if time.thread_time() > self.until:
            raise _too_complex()

    def _definition(self, *_names: object) -> None:
        raise Refused(Message("文件不完整或已损坏，无法打开：请重新保存后再上传。"))

    def _relation(self, element: str, given: dict[str, str]) -> None:
        if _local(element) != "Relationship":
            return
        kind = given.get("Type", "").rsplit("/", 1)[-1].lower()
        target, outside = given.get("Target", "").strip(), given.get("TargetMode", "").lower() == "external"
        if kind in _RELATION_KINDS:
            raise refused(_RELATION_KINDS[kind])
        if kind == "package" and not _CHART_RELATIONS.search(f"/{self.name}"):
            raise refused(OBJECT)
        if kind == "hyperlink":
            if not _is_plain(target):
                raise refused(PLACE)
        elif outside or re.match(r"[a-z][a-z0-9+.-]*:|\\\\|//", target, re.IGNORECASE):
            raise refused(LINKED)

    def _type(self, element: str, given: dict[str, str]) -> None:
        said = given.get("ContentType", "").lower()
        for pattern, kind in _ACTING_TYPES:
            if pattern.search(said):
                raise refused(kind)

    def _start(self, element: str, given: dict[str, str]) -> None:
        name = _local(element)
        if kind := _ACTING_ELEMENTS.get(name):
            raise refused(kind)
        if given:
            for attribute, value in given.items():
                word = _local(attribute)
                if word in _MACRO_ATTRIBUTES and value.strip():
                    raise refused(MACRO)
                if word == "instr":
                    _judge_field(value)
                elif word == "href" and name not in ("hlinkClick", "hlinkHover") and not _is_plain(value):
                    raise refused(PLACE)
        if name == "fldChar":
            # One field ends here and another begins, without a blank between them in the file.
            self.instructions.append(" ")
        if name in _FORMULA_ELEMENTS or name in ("instrText", "HyperlinkBase"):
            self.texts = []

    def _end(self, element: str) -> None:
        if self.texts is None:
            return
        text, self.texts, name = "".join(self.texts), None, _local(element)
        if name == "instrText":
            self.instructions.append(text)
        elif name == "HyperlinkBase":
            if not _is_plain(text):
                raise refused(PLACE)
        elif name in _FORMULA_ELEMENTS:
            self._require_time()
            _judge_formula(text)

    def _text(self, text: str) -> None:
        if self.texts is not None:
            self.texts.append(text)


def _too_complex() -> Refused:
    return Refused(Message("文件太复杂，无法检查：请删去多余内容，或另存为 PDF 后再上传。"))


def _local(name: str) -> str:
    return name.rpartition(" ")[2].rpartition(":")[2]


def _leads_to_the_web(target: str) -> bool:
    return bool(_WEB.match(target))


def _is_plain(target: str) -> bool:
    """Whether a target is empty, inside the document, or on the web."""
    text = target.strip()
    return not text or _leads_to_the_web(text) or not re.match(r"[a-z][a-z0-9+.-]*:|\\\\|//", text, re.IGNORECASE)


def _judge_field(instruction: str) -> None:
    # In one blank each: the patterns would try every way to share a long run of blanks out.
    instruction = " ".join(instruction.split())
    told = instruction.upper()
    if _FIELDS.search(_without_texts(told)) or _SPELLED.search(told):
        raise refused(FIELD)
    for target in _FIELD_PLACE.findall(instruction):
        if not target.startswith("\\l") and not _is_plain(target.replace("\\\\", "\\")):
            raise refused(PLACE)


def _judge_formula(formula: str) -> None:
    if len(formula) > LONGEST_FORMULA:
        raise _too_complex()
    formula = " ".join(formula.split())
    bare = _without_texts(formula)
    if _CALLS.search(bare.replace("_xlfn.", "").replace("_xlws.", "")) or _DDE.search(bare):
        raise refused(FORMULA)
    if _OTHER_BOOK.search(bare):
        raise refused(WORKBOOK)
    if any(not _is_plain(target) for target in _LINK_FORMULA.findall(formula)):
        raise refused(PLACE)


def _without_texts(told: str) -> str:
    """What is told without the texts in quotes, which may hold any word."""
    return _TEXTS.sub('""', told)
