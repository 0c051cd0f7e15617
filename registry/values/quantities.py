"""Numbers as cells hold them: with a unit (7,365万元, 1.2亿元, 12台（套）) or with words that a person must judge."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from registry.names import tidy
from registry.spreadsheets import Value
from registry.values import plain
from registry.values.bad_value import BadValue
from registry.wording import Message

_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?", re.ASCII)
_BRACKETS = re.compile(r"\([^()]*(?:\([^()]*\)[^()]*)*\)")
_ABOUT = ("约", "大约", "近", "超", "超过", "不少于", "不低于", "达", "共", "计", ">", ">=", "≥", "≤", "<", "~")
_OR_SO = ("左右", "以上", "多", "余", "+", "以下")
_MONEY = {
    "亿元": Decimal(10_000), "亿": Decimal(10_000), "千万元": Decimal(1_000), "百万元": Decimal(100),
    "万元": Decimal(1), "万": Decimal(1), "千元": Decimal("0.1"), "元": Decimal("0.0001"),
}  # fmt: skip
_PIECES = ("台(套)", "台套", "台/套", "台", "套")
MONEY = "万元"


class Wordy(BadValue):
    """A number with words beside it: a person says whether the number holds."""

    def __init__(self, number: Decimal, unit_factor: Decimal) -> None:
        super().__init__(Message("数字旁边还有说明"), Message("请只填一个数"))
        self.number = number * unit_factor


def fold_unit(text: str) -> str:
    """A unit for comparison."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def is_money(text: str) -> bool:
    """Whether a text is a unit of amounts."""
    return fold_unit(text) in _MONEY


def factor(written: str, unit: str) -> Decimal | None:
    """What a number in the unit `written` is multiplied by to be one in `unit`; None when the kinds differ."""
    written, unit = fold_unit(written), fold_unit(unit)
    if written == unit:
        return Decimal(1)
    if unit.partition("/")[0] == MONEY and (unit == MONEY or unit.endswith("/年")):
        return _MONEY.get(written.removesuffix("/年"))
    if unit in _PIECES and written in _PIECES:
        return Decimal(1)
    return None


def quantity(value: Value, unit: str, bare: Decimal = Decimal(1)) -> Decimal:
    """The number of a cell, in `unit`. Raises Wordy for a number with words, BadValue for anything else.

    `bare` turns a number without a unit of its own into `unit`, as the header says; a unit in the cell goes before it.
    """
    if not isinstance(value, str):
        return plain.number(value) * bare
    folded = unicodedata.normalize("NFKC", tidy(value)).replace(" ", "")
    found = _NUMBER.search(folded)
    if found is None or found[0] == folded or folded.endswith("%"):
        return plain.number(value) * bare
    before, after = folded[: found.start()], folded[found.end() :]
    exact = factor(after, unit) if not before else None
    if exact is not None:
        return plain.number(found[0]) * exact
    return _worded(value, before, found[0], after, unit, bare)


def _worded(value: str, before: str, digits: str, after: str, unit: str, by_header: Decimal) -> Decimal:
    bare = after
    for piece in _PIECES:
        # The brackets of 台(套) are part of the unit.
        if bare.casefold().startswith(piece):
            bare = piece + _BRACKETS.sub("", bare[len(piece) :])
            break
    else:
        bare = _BRACKETS.sub("", bare)
    for word in _OR_SO:
        bare = bare.replace(word, "")
    exact = factor(bare, unit) if bare else by_header
    if (before and before not in _ABOUT) or _NUMBER.search(bare):
        return plain.number(value)
    if exact is None and not unit:
        raise BadValue(
            Message("数字旁边写了单位“%(unit)s”", unit=bare),
            Message("请只填数字，单位写在表头的括号里，或另加一列“指标名-单位”"),
        )
    if exact is None:
        raise BadValue(
            Message("单位“%(unit)s”不合这一列", unit=bare), Message("这一列以 %(unit)s 计，请换算", unit=unit)
        )
    raise Wordy(plain.number(digits), exact)
