"""Names of enterprises and projects as lists write them: what is no name, and what is written beside a name."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from registry.values.bad_value import BadValue
from registry.wording import Message

_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
ZERO_WIDTH = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")
NOTHING = frozenset(
    ("/", "\\", "-", "--", "---", "—", "——", "…", "……", "...", "无", "暂无", "不详", "未填", "n/a", "na")
)
"""Marks by which lists say that there is nothing, folded."""
DITTO = frozenset(("同上", "〃", '"', "′′", "′′′′", "同"))
_MARKS = "★▲●※#*☆△○◆◇■□"
_NOTES = ("(筹)", "(拟)", "(盖章)", "(公章)", "(筹建)", "(联合体)", "(牵头)", "(牵头单位)")
_NUMBERED = re.compile(r"(?:\d{1,3}[.、．]|[(（]\d{1,3}[)）]|[①-⑳])\s*(?=[^\d\s])")
_CIRCLED = re.compile(r"[①-⑳]$")
_FORMER = re.compile(r"(.+?)\((?:原名称?|曾用名|原)[:：]?(.+)\)")
_FIRM = re.compile(r".+(?:公司|厂|集团|研究所|研究院|中心|合作社|事务所|学院|大学|\(有限合伙\))(?:\([^()]*\))?")
_BRANCH = re.compile(r".{0,8}分(?:公司|厂)")
_WORKSHOP = re.compile(r".{2,}(?:车间|工厂)")
_WIDE = re.compile(r"(?<=[^\x00-\xff])\s*[\r\n]+\s*(?=[^\x00-\xff])")
"""A line end between Chinese characters: it only wraps a narrow cell."""
_BETWEEN = re.compile(r"[、/;；,，\s]+|和(?=[^和]*(?:公司|厂|集团|研究所|研究院|中心)$)")


def fold_mark(text: str) -> str:
    """A text for comparison with the marks above."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def is_nothing(text: str) -> bool:
    """Whether a cell says that there is nothing."""
    folded = fold_mark(text)
    return folded in NOTHING or (bool(folded) and set(folded) <= set("-–—−―…."))


def is_ditto(text: str) -> bool:
    """Whether a cell repeats the one above."""
    return fold_mark(text) in DITTO


def check_characters(text: str) -> None:
    """Refuse characters that turn the direction of a line: they make a name look like another."""
    found = next((character for character in text if character in _BIDI), None)
    if found is not None:
        raise BadValue(
            Message("含有改变文字方向的字符 U+%(code)s", code=f"{ord(found):04X}"),
            Message("请删去这个看不见的字符，或重新键入"),
        )


def name(text: str) -> str:
    """A tidied name as it is stored; BadValue for what cannot be one."""
    check_characters(text)
    found = text.rstrip("。 ") if text.endswith("。") else text
    if not found:
        raise BadValue(Message("没有填写"), Message("请填写名称"))
    if is_nothing(found) or is_ditto(found):
        raise BadValue(Message("不是名称"), Message("请填写名称"))
    folded = fold_mark(found)
    if folded.replace(".", "").isdigit():
        raise BadValue(Message("只有数字，不是名称"), Message("请填写名称"))
    if len(folded) == 1:
        raise BadValue(Message("只有一个字，不是名称"), Message("请填写全称"))
    return found


@dataclass(frozen=True)
class Marked:
    """A name with a mark at an end: `bare` is the name without it."""

    bare: str
    mark: str


def marked(text: str) -> Marked | None:
    """The mark at an end of a name (★ ▲ （筹） …), if there is one."""
    bare, taken = text, ""
    changed = True
    while changed:
        changed = False
        folded = bare.replace("（", "(").replace("）", ")")
        for note in _NOTES:
            if folded.endswith(note) and len(folded) > len(note):
                bare, taken, changed = bare[: -len(note)].strip(), taken + bare[-len(note) :], True
                break
        if (number := _NUMBERED.match(bare)) is not None and number.end() < len(bare):
            bare, taken, changed = bare[number.end() :], taken + number[0].strip(), True
        if _CIRCLED.search(bare) and len(bare) > 1:
            bare, taken, changed = bare[:-1].strip(), taken + bare[-1], True
        if bare[:1] in _MARKS and len(bare) > 1:
            bare, taken, changed = bare[1:].strip(), taken + bare[0], True
        if bare[-1:] in _MARKS and len(bare) > 1:
            bare, taken, changed = bare[:-1].strip(), taken + bare[-1], True
    return Marked(bare, taken) if taken else None


def former(text: str) -> tuple[str, str] | None:
    """(name, former name) of 甲（原名：乙）, 甲（原乙）, 甲（曾用名乙）."""
    match = _FORMER.fullmatch(text.replace("（", "(").replace("）", ")"))
    if match is None:
        return None
    start, length = len(match[1]), len(text)
    # Brackets and colon are one character each in both widths, so positions hold in the text as typed.
    return text[:start].strip(), text[match.start(2) : length - 1].strip()


def is_firm(text: str) -> bool:
    """Whether a text ends as the name of a firm does."""
    return _FIRM.fullmatch(text.replace("（", "(").replace("）", ")")) is not None


def firms(text: str) -> list[str]:
    """The firms that a cell names; fewer than two when it names one."""
    parts = [part for part in _BETWEEN.split(text) if part]
    folded = [part.replace("（", "(").replace("）", ")") for part in parts]
    if len(parts) < 2 or any(_BRANCH.fullmatch(part) for part in folded):
        return []
    return parts if all(_FIRM.fullmatch(part) for part in folded) else []


def unwrapped(text: str) -> str:
    """A name without the line ends that only wrap its cell; those between two names become blanks."""
    lines = [line for each in text.splitlines() if (line := each.strip())]
    if len(lines) > 1 and firms(" ".join(lines)):
        return " ".join(lines)
    if len(lines) > 1 and all(_WORKSHOP.fullmatch(line) for line in lines):
        raise BadValue(
            Message("一格里写了 %(count)s 行，像是几个项目", count=len(lines)),
            Message("请每个项目写一行；是一个的请去掉换行"),
        )
    return _WIDE.sub("", text)
