"""Whether a name may be that of a real person or organisation. Pure.

Nobody can see from a name that it is true; what says itself that it is none is told at once.
"""

from __future__ import annotations

import unicodedata

_MARKS = (
    "匿名", "无名", "佚名", "群众", "市民", "网友", "知情", "不愿透露", "不便透露", "不具名", "举报人", "路人",
    "某某", "某人", "某先生", "某女士", "anonymous", "anonym", "nobody", "noname", "unknown", "n/a", "secret",
)  # fmt: skip
_TITLES = ("先生", "女士", "小姐", "同志", "老师", "师傅", "同学")
_SHORTEST_UNIT = 4


def is_no_name(text: str) -> bool:
    """Whether a text cannot be the real name of a person."""
    folded = _folded(text)
    letters = [sign for sign in folded if sign.isalpha()]
    if len(letters) < 2 or len(set(letters)) < 2 or any(sign.isdigit() for sign in folded):
        return True
    if any(mark in folded for mark in _MARKS):
        return True
    # 张先生 names a family, not a person.
    return any(folded.endswith(title) and len(folded) <= len(title) + 1 for title in _TITLES)


def is_no_organisation(text: str) -> bool:
    """Whether a text cannot be the full name of an organisation: there are 群众艺术馆, but no 群众."""
    folded = _folded(text)
    letters = [sign for sign in folded if sign.isalpha()]
    if len(letters) < _SHORTEST_UNIT or len(set(letters)) < _SHORTEST_UNIT - 1:
        return True
    return any(mark in folded for mark in ("匿名", "某某", "anonymous", "unknown", "某公司", "某单位", "某企业"))


def _folded(text: str) -> str:
    """Without case, width, blanks and the signs that people put between letters to get past a check."""
    wide = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in wide if sign.isalnum() or sign in "·/")
