"""Years and days as notices write them: 二〇二一年十二月二十日, ２０２１年度, 2021年（第二批）."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from registry.names import tidy
from registry.spreadsheets import Value
from registry.values import plain

_DIGITS = {character: str(value) for value, character in enumerate("〇一二三四五六七八九")} | {"○": "0", "零": "0"}
_NUMERALS = "〇○零一二三四五六七八九"
_YEAR = re.compile(f"[{_NUMERALS}]{{4}}(?=年)")
_PART = re.compile(f"(?<=[年月])([{_NUMERALS}十]{{1,3}})(?=[月日号])")
_BATCH = re.compile(r"\(?(第[一二三四五六七八九十\d]{1,3}批(?:次)?)\)?")


def written_year(value: Value, *, first: int, last: int) -> tuple[int, str]:
    """(year, batch words such as 第二批 that stand beside it); BadValue for anything that is no year."""
    if not isinstance(value, str):
        return plain.year(value, first=first, last=last), ""
    folded = _folded(value)
    batch = _BATCH.search(folded)
    if batch is not None:
        folded = folded[: batch.start()] + folded[batch.end() :]
    return plain.year(_with_digits(folded) or value, first=first, last=last), batch[1] if batch else ""


def written_day(value: Value, *, today: date) -> tuple[date, bool]:
    """As `plain.day`, Chinese numerals read too."""
    return plain.day(_with_digits(_folded(value)) if isinstance(value, str) else value, today=today)


_DAY_IN_TEXT = re.compile(r"\d{4}年\d{1,2}月\d{1,2}[日号]", re.ASCII)
_YEAR_IN_TEXT = re.compile(r"(?<!\d)(20\d{2})年(?!\d{1,2}月)", re.ASCII)


def days_in(text: str) -> list[str]:
    """The days that a running text names, in order, each once."""
    return list(dict.fromkeys(_DAY_IN_TEXT.findall(_with_digits(_folded(text)))))


def years_in(text: str) -> list[str]:
    """The years that a running text names, those of days left out."""
    return list(dict.fromkeys(_YEAR_IN_TEXT.findall(_with_digits(_folded(text)))))


def _folded(text: str) -> str:
    # 〇 is kept by NFKC; the full-width digits and brackets become plain ones.
    return unicodedata.normalize("NFKC", tidy(text)).replace(" ", "") if not text.isascii() else tidy(text)


def _with_digits(text: str) -> str:
    text = _YEAR.sub(lambda match: "".join(_DIGITS[character] for character in match[0]), text)
    return _PART.sub(lambda match: str(_below_hundred(match[1])), text)


def _below_hundred(numerals: str) -> int:
    """十二 → 12, 二十 → 20, 廿 is not used in notices."""
    tens, ten, ones = numerals.partition("十")
    if not ten:
        return int("".join(_DIGITS[character] for character in numerals))
    return 10 * int(_DIGITS.get(tens, "1") or 1) + int(_DIGITS.get(ones, "0") or 0)
