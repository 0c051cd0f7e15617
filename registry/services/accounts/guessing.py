"""How many guesses a password withstands and why it is weak, computed by zxcvbn with the names of this place.

The lists of zxcvbn take 50 ms and some megabytes, so they are read when somebody first chooses a password.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from registry.wording import Message

FEWEST_GUESSES = 10**10
"""What ten signs without a pattern withstand; at the speed of argon2id this is centuries for one machine."""
EXAMINED = 72
"""Signs that are looked at: time grows with their number, and a longer password has long withstood."""
_COMMON_HERE = (
    "admin", "mima", "wodemima", "woshi", "woshishui", "woai", "woaini", "aini", "zhongguo", "zhonghua", "nihao",
    "huawei", "alibaba", "tencent", "weixin", "qq", "gongxinju", "gongxin", "gongxinting", "jingxinju", "jinanting",
    "zhengfu", "bangong", "qiye", "gongsi", "xiangmu", "shenbao", "zhineng", "zhizao", "zhinengzhizao", "gongchang",
    "chejian", "guanliyuan", "yonghu", "ceshi", "houtai", "xitong", "beijing", "shanghai",
    "mysql", "oracle", "tomcat", "root", "system", "sysadmin", "manager", "test", "guest", "spring", "summer",
    "autumn", "winter", "520", "521", "1314", "5201314", "1314520", "521520", "666", "888", "2024", "2025", "2026",
    "2027",
)  # fmt: skip
"""What people of this country's offices type, and the lists of zxcvbn do not know."""
_SHORTEST_NAME = 3
_HAN = re.compile(r"[\u3400-\u9fff]")
_LONGEST_RUN = 5

_NAME = Message("含有本人、单位、城市或本站的名称、代码")
_COMMON = Message("是常见的密码或词")
_REASONS: Mapping[str, Message] = {
    "spatial": Message("是键盘上相邻的键"),
    "repeat": Message("有重复的内容"),
    "sequence": Message("有连续的数字或字母"),
    "date": Message("有日期或年份"),
    "regex": Message("有日期或年份"),
}
_DIGITS = Message("只有数字，像电话、日期或证件号")


def weakness(password: str, names: Iterable[str] = ()) -> Message | None:
    """Why a password is too easy to guess, with what helps; None for one that withstands.

    `names` are what everybody knows about its owner and this place.
    """
    reasons = _reasons(password[:EXAMINED], _spelled(tuple(names)))
    if not reasons:
        return None
    return Message(
        "密码容易被猜到：%(reasons)s。请换一个，例如几个不相干的词连在一起，或写一句较长的话。", reasons=reasons
    )


def _reasons(password: str, names: tuple[str, ...]) -> list[Message]:
    from zxcvbn import matching, scoring  # slow import: its lists of words

    if password.isascii() and password.isdigit():
        return [_DIGITS]
    # A dictionary of one's own, since `zxcvbn()` puts the names into one that all threads share.
    lists = matching.RANKED_DICTIONARIES | {"here": _ranked(_COMMON_HERE), "names": _ranked(names)}
    found = scoring.most_guessable_match_sequence(password, matching.omnimatch(password, lists))
    if found["guesses"] >= FEWEST_GUESSES:
        return []
    patterns = sorted((match for match in found["sequence"] if match["pattern"] != "bruteforce"), key=_weight)
    return list(dict.fromkeys(_reason(match) for match in patterns)) or [_COMMON]


def _reason(match: Mapping[str, Any]) -> Message:
    if match["pattern"] == "dictionary":
        return _NAME if match["dictionary_name"] == "names" else _COMMON
    return _REASONS[match["pattern"]]


def _weight(match: Mapping[str, Any]) -> int:
    """The longest piece is named first."""
    return -len(match["token"])


def _ranked(words: Iterable[str]) -> dict[str, int]:
    return {word: rank for rank, word in enumerate(words, 1)}


def _spelled(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names as people type them: as written, word by word, in pinyin, by its first letters, the ends of codes."""
    found: dict[str, None] = {}
    for name in names:
        folded = name.casefold()
        for word in (folded, "".join(folded.split()), *re.split(r"[\W_]+", folded)):
            found[word] = None
            if len(word) >= 10 and word.isascii() and any(sign.isdigit() for sign in word):
                found |= dict.fromkeys((word[-6:], word[-8:], word[-10:-1]))
        if _HAN.search(name):
            found |= dict.fromkeys(_in_pinyin(name))
    return tuple(word for word in found if len(word) >= _SHORTEST_NAME)


def _in_pinyin(name: str) -> Iterable[str]:
    """Runs of a Chinese name, of two to five signs and the whole, in signs, in full pinyin and by first letters."""
    from pypinyin import lazy_pinyin  # slow import

    signs = _HAN.findall(name)
    syllables = lazy_pinyin("".join(signs))
    for length in {*range(2, _LONGEST_RUN + 1), len(signs)}:
        for start in range(len(signs) - length + 1):
            run = syllables[start : start + length]
            yield "".join(signs[start : start + length])
            yield "".join(run)
            yield "".join(syllable[0] for syllable in run)
            # A name is also typed with its family name in full and the rest by letters.
            yield run[0] + "".join(syllable[0] for syllable in run[1:])
