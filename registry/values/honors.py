"""Honours as lists write them: which kind, which level. Quotes, 企业 at the end and the level in front do not count."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from registry import reference
from registry.names import name_key, tidy
from registry.terms import HonorLevel
from registry.values.bad_value import BadValue
from registry.wording import Message

_QUOTES = str.maketrans("", "", "\"'“”‘’「」《》")
_LEVELS: Mapping[HonorLevel, tuple[str, ...]] = {
    HonorLevel.NATIONAL: ("国家级", "国家", "部级", "全国"),
    HonorLevel.PROVINCIAL: ("省级", "省"),
    HonorLevel.MUNICIPAL: ("市级", "市"),
    HonorLevel.FIVE_STARS: ("五星级", "五星", "5星级", "5星"),
    HonorLevel.FOUR_STARS: ("四星级", "四星", "4星级", "4星"),
    HonorLevel.THREE_STARS: ("三星级", "三星", "3星级", "3星"),
}
_STARS = (HonorLevel.FIVE_STARS, HonorLevel.FOUR_STARS, HonorLevel.THREE_STARS)
_STAR_KIND = "星级上云"


@cache
def _kinds() -> dict[str, str]:
    return {_folded(word): kind.name for kind in reference.honors() for word in (kind.name, kind.code, *kind.aliases)}


def _folded(text: str) -> str:
    return name_key(text).translate(_QUOTES)


def honor_kind(written: str) -> tuple[str, HonorLevel | None, bool]:
    """(name of the kind, the level that stands in front of it, whether the kind is known).

    An unknown kind is taken as it is written: which honours there are is no rule of this program.
    """
    folded = _folded(written)
    for candidate in (folded, folded.removesuffix("企业")):
        if candidate in _kinds():
            return _kinds()[candidate], None, True
    for level, words in _LEVELS.items():
        for word in words:
            rest = folded.removeprefix(word)
            if rest == folded or not rest:
                continue
            # 五星级上云 is the kind 星级上云 with five stars.
            for candidate in (rest, rest.removesuffix("企业"), f"星级{rest}", f"星级{rest}".removesuffix("企业")):
                name = _kinds().get(candidate)
                if name is not None and (level not in _STARS or name == _STAR_KIND):
                    return name, level, True
    return tidy(written), None, False


def honor_level(written: str) -> HonorLevel:
    """The level that a list writes in a column of its own."""
    folded = _folded(written)
    for level, words in _LEVELS.items():
        if folded == level.value or folded in words:
            return level
    known = list(HonorLevel)
    raise BadValue(Message("不认识的级别"), Message("请填 %(known)s 之一，或留空", known=known))
