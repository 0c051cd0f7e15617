"""A typed longitude or latitude into degrees: what maps and papers show, read or answered with the way out."""

from __future__ import annotations

import re
import unicodedata

from registry.values import plain as values
from registry.values.bad_value import BadValue
from registry.wording import Message

_PLAIN = re.compile(r"(?:东经|北纬|经度|纬度|[EN])?[:：]?(\d{1,3}(?:\.\d+)?)[°度]?[EN]?", re.ASCII)
_PAIR = re.compile(r"(\d{1,3}(?:\.\d+)?)[^\d.]+(\d{1,3}(?:\.\d+)?)", re.ASCII)
_MINUTES = re.compile(
    r"(?:东经|北纬|[EN])?(\d{1,3})[°度](\d{1,2}(?:\.\d+)?)(?:[′'’分](?:(\d{1,2}(?:\.\d+)?)(?:″|\"|”|′′|''|秒)?)?)?[EN]?",
    re.ASCII,
)


def degrees(text: str) -> float:
    """Degrees of a typed coordinate, signs and words around them left out; BadValue for anything else.

    A pair in one place and degrees with minutes are not guessed: the sentence says what to type.
    """
    folded = unicodedata.normalize("NFKC", text).replace(" ", "")
    if plain := _PLAIN.fullmatch(folded):
        return float(plain[1])
    if minutes := _MINUTES.fullmatch(folded):
        found = int(minutes[1]) + float(minutes[2]) / 60 + float(minutes[3] or 0) / 3600
        raise BadValue(Message("是度分秒"), Message("换算成度约为 %(found)s，核对后请填这个数", found=f"{found:.6f}"))
    if (pair := _PAIR.fullmatch(unicodedata.normalize("NFKC", text).strip())) and "." in pair[1]:
        lat, lon = sorted((pair[1], pair[2]), key=float)
        raise BadValue(Message("是两个数"), Message("请分开填：经度填 %(lon)s，纬度填 %(lat)s", lon=lon, lat=lat))
    return float(values.number(text))
