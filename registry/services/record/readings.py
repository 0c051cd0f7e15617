"""How names sound: the ways to read them, by which they are found, and the order by pinyin in which they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from registry.names import fold

READINGS = {
    "长": ("chang", "zhang"), "朝": ("chao", "zhao"), "调": ("diao", "tiao"), "曾": ("ceng", "zeng"),
    "重": ("chong", "zhong"), "行": ("hang", "xing"), "乐": ("le", "yue"), "单": ("dan", "shan"),
    "解": ("jie", "xie"), "盛": ("cheng", "sheng"), "传": ("chuan", "zhuan"), "藏": ("cang", "zang"),
    "阿": ("a", "e"), "厦": ("sha", "xia"), "贾": ("gu", "jia"), "翟": ("di", "zhai"), "仇": ("chou", "qiu"),
    "尉": ("wei", "yu"), "查": ("cha", "zha"), "缪": ("miao", "mou"), "都": ("dou", "du"), "参": ("can", "shen"),
}  # fmt: skip
"""Characters of names that people read in more than one way, with their readings."""
MOST_READINGS = 16
"""Ways to read one name; the first characters of a name go before its last ones."""


def ways_to_read(name: str, usual: list[str]) -> Iterator[Sequence[str]]:
    """The ways to read a name, syllable by syllable, the usual one first."""
    yield usual
    if len(usual) != len(name):
        return
    ways: list[tuple[str, ...]] = []
    count = 1
    for character, syllable in zip(name, usual, strict=True):
        readings: tuple[str, ...] = READINGS.get(character, ())
        if len(readings) < 2 or count * len(readings) > MOST_READINGS:
            readings = (syllable,)
        ways.append(readings)
        count *= len(readings)
    yield from product(*ways)


def in_order(name: str) -> str:
    """What a name is put in order by: its characters by their sound and tone, those of one sound by themselves."""
    from pypinyin import Style, lazy_pinyin  # slow import

    folded = fold(name)
    sounds = lazy_pinyin(folded, style=Style.TONE3, neutral_tone_with_five=True, errors=list)  # type: ignore[arg-type]
    return "".join(f"{sound} " for sound in sounds) + folded
