"""Names as people type them and the keys by which two of them are the same name.

A key is only for comparison; what is stored and shown is the tidied text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_INVISIBLE = {ord(character): None for character in "\u200b\u200c\u200d\u2060\ufeff\u00ad"}
_OPENING = "([{〔【〖《〈「『﹝（［｛"
_CLOSING = ")]}〕】〗》〉」』﹞）］｝"
_BRACKETS = str.maketrans(_OPENING + _CLOSING, "(" * len(_OPENING) + ")" * len(_CLOSING))
_LOOKALIKES = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−－", "-"),
        **dict.fromkeys("•‧・∙⋅", "·"),
        **dict.fromkeys("“”„＂", '"'),
        **dict.fromkeys("‘’＇", "'"),
    }
)
_DOCUMENT_BRACKETS = str.maketrans(_OPENING + _CLOSING, "〔" * len(_OPENING) + "〕" * len(_CLOSING))
_DOCUMENT = re.compile(r"^[一-鿿]{2,12}〔(?:19|20)\d{2}〕第?\d{1,4}号$", re.ASCII)
_DOCUMENT_TAIL = re.compile(r"〕第?0*(?=\d)")


def tidy(text: str) -> str:
    """Text for storing: outer blanks and invisible characters gone, runs of blanks and line ends one blank."""
    return " ".join((text if text.isascii() else text.translate(_INVISIBLE)).split())


def has_control_characters(text: str) -> bool:
    """Whether a tidied text holds characters that no screen shows and some databases refuse."""
    return not text.isprintable() and any(unicodedata.category(character) in ("Cc", "Cs") for character in text)


@lru_cache(maxsize=8192)
def name_key(name: str) -> str:
    """Comparison key of the name of an enterprise or a project.

    NFKC, case, blanks, bracket kinds, dashes and dots are folded, and 有限责任公司 = 有限公司;
    股份有限公司 stays another name, since it is another legal form.
    """
    folded = unicodedata.normalize("NFKC", name.translate(_BRACKETS)).translate(_LOOKALIKES)
    folded = "".join(folded.translate(_INVISIBLE).translate(_BRACKETS).casefold().split())
    return folded.replace("有限责任公司", "有限公司")


def document_number(text: str) -> str:
    """A 文号 as it is stored: NFKC, no blanks, every kind of bracket 〔〕 (`[2021]` → `〔2021〕`)."""
    folded = unicodedata.normalize("NFKC", text.translate(_DOCUMENT_BRACKETS))
    return "".join(folded.translate(_INVISIBLE).translate(_DOCUMENT_BRACKETS).split())


def document_number_key(text: str) -> str:
    """Comparison key of a 文号: 第 and leading zeros do not make another document."""
    return _DOCUMENT_TAIL.sub("〕", document_number(text))


def is_document_number(text: str) -> bool:
    """Whether a stored 文号 has the usual form, such as 某工信复〔2021〕第24号."""
    return _DOCUMENT.fullmatch(text) is not None


def document_year(text: str) -> int | None:
    """The year inside the brackets of a 文号, if it has the usual form."""
    return int(text.split("〔", 1)[1][:4]) if is_document_number(text) else None


def fold(text: str) -> str:
    """Case and width folded text, blanks collapsed; what was pasted may carry signs that no screen shows."""
    return " ".join(unicodedata.normalize("NFKC", tidy(text)).casefold().split())
