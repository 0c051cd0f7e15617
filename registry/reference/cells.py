"""The cells of a row in a city's files: texts, codes, years, terms; what cannot be read says why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from registry.terms import Term
from registry.wording import Message

Choice = TypeVar("Choice", bound=Term)
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)


class BadCell(Exception):
    """A cell that cannot be read: reason and way out."""

    def __init__(self, reason: Message, way_out: Message) -> None:
        super().__init__(reason)
        self.reason, self.way_out = reason, way_out


def not_offered(where: str, text: object, offered: list[str]) -> BadCell:
    """The error of a value that is none of those which may be written."""
    reason = Message("%(column)s %(text)s 不在可用的范围", column=where, text=repr(text))
    return BadCell(reason, Message("可用：%(names)s", names=offered))


class Cells:
    """The cells of one row by the names of their columns."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self.cells = cells

    def text(self, column: str, *, longest: int = 200, required: bool = True) -> str:
        """A text, without blanks around it."""
        text = self.cells[column].strip()
        if required and not text:
            raise BadCell(Message("%(column)s 没有填写", column=column), Message("请补填"))
        if len(text) > longest:
            reason = Message(
                "%(column)s 有 %(count)s 个字，最多 %(most)s 个", column=column, count=len(text), most=longest
            )
            raise BadCell(reason, Message("请缩短"))
        if not text.isprintable():
            raise BadCell(Message("%(column)s 里有不可见的字符", column=column), Message("请删去后重新填写"))
        return text

    def code(self, column: str, *, longest: int) -> str:
        """A code of Latin letters, digits and underscores."""
        text = self.text(column, longest=longest)
        if not _CODE.fullmatch(text):
            reason = Message("%(column)s %(text)s 不是代码", column=column, text=repr(text))
            raise BadCell(reason, Message("代码以英文字母开头，只用英文字母、数字和下划线"))
        return text

    def digits(self, column: str, count: int, *, required: bool = True) -> str:
        """A code of so many digits."""
        text = self.text(column, required=required)
        if text and not re.fullmatch(rf"[0-9]{{{count}}}", text):
            reason = Message("%(column)s %(text)s 不是 %(count)s 位数字", column=column, text=repr(text), count=count)
            raise BadCell(reason, Message("请核对代码；表格软件会去掉开头的零"))
        return text

    def whole(self, column: str, *, low: int = 0, high: int = 1_000_000, required: bool = False) -> int | None:
        """A whole number, or None when the cell is empty."""
        text = self.text(column, required=required)
        if not text:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
            values = {"column": column, "text": repr(text), "low": low, "high": high}
            raise BadCell(Message("%(column)s %(text)s 不是 %(low)s 到 %(high)s 的整数", **values), Message("请核对"))
        return int(text)

    def year(self, column: str) -> int | None:
        """A year, or None when the cell is empty."""
        return self.whole(column, low=1949, high=2100)

    def yes(self, column: str) -> bool:
        """1 or 0."""
        text = self.text(column)
        if text not in ("0", "1"):
            reason = Message("%(column)s %(text)s 应为 1 或 0", column=column, text=repr(text))
            raise BadCell(reason, Message("有写 1，没有写 0"))
        return text == "1"

    def one_of(self, column: str, terms: type[Choice]) -> Choice:
        """A term by its code."""
        text = self.text(column)
        if text not in {term.value for term in terms}:
            raise not_offered(column, text, [term.value for term in terms])
        return terms(text)

    def several(self, column: str) -> tuple[str, ...]:
        """Texts that are set apart by semicolons."""
        return tuple(part.strip() for part in re.split("[;；]", self.text(column, required=False)) if part.strip())
