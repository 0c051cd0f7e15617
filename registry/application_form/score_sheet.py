"""评分表: what an expert types, as texts by the names of their controls, and the points that follow. Pure.

A draft accepts any text; the faults of a sheet are reported when it is submitted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal

from registry.application_form.rules import Rules
from registry.evaluation.scoring import Sheet
from registry.wording import Message

POINTS, REASON, VETO, COMMENT = "points-", "reason-", "veto-", "comment"
LONGEST, LONGEST_DRAFT = 1000, 5000
LOW, HIGH = Decimal("0.6"), Decimal("0.9")
"""Below and above these shares of an item's points a reason is asked for."""
_POINTS = re.compile(r"\d{1,3}(?:\.\d{1,2})?", re.ASCII)


def names(rules: Rules) -> list[str]:
    """Names of all controls of the sheet, in the order of the page."""
    items = [prefix + item.code for item in rules.score_items for prefix in (POINTS, REASON)]
    return [*items, *(VETO + veto.code for veto in rules.vetoes), COMMENT]


def clean(rules: Rules, typed: Mapping[str, str]) -> dict[str, str]:
    """The known texts of what was typed, tidied line by line; what the sheet does not have is passed over."""
    return {name: _tidy(typed[name]) for name in names(rules) if name in typed}


def _tidy(text: str) -> str:
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = (" ".join(_visible(line).split()) for line in lines)
    return "\n".join(kept).strip()[:LONGEST_DRAFT]


def _visible(line: str) -> str:
    return "".join(mark for mark in line if mark == "\t" or unicodedata.category(mark) not in ("Cc", "Cs"))


def points(text: str) -> Decimal | None:
    """Points as a number, or None for what is no number of steps of a half."""
    folded = unicodedata.normalize("NFKC", text).strip()
    if not _POINTS.fullmatch(folded):
        return None
    value = Decimal(folded)
    return value if value * 2 == int(value * 2) else None


def running_total(rules: Rules, texts: Mapping[str, str]) -> Decimal:
    """The sum of the items that are filled so far."""
    given = (points(texts.get(POINTS + item.code, "")) for item in rules.score_items)
    return sum((value for value in given if value is not None), Decimal(0))


def faults(rules: Rules, texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """(control, sentence) of everything that keeps a sheet from being submitted."""
    found: list[tuple[str, str]] = []
    for item in rules.score_items:
        typed, value = texts.get(POINTS + item.code, ""), points(texts.get(POINTS + item.code, ""))
        if not typed:
            found.append((POINTS + item.code, Message("“%(item)s”还没有评分；请填写", item=item.text)))
        elif value is None:
            sentence = Message("“%(item)s”的评分应是数字，以 0.5 分为一档，如 17.5；请更正", item=item.text)
            found.append((POINTS + item.code, sentence))
        elif value > item.points:
            sentence = Message("“%(item)s”满分 %(points)s 分；请更正", item=item.text, points=item.points)
            found.append((POINTS + item.code, sentence))
        elif not LOW <= value / item.points <= HIGH and not texts.get(REASON + item.code):
            sentence = Message("“%(item)s”低于 60%% 或高于 90%%，要写理由；请填写", item=item.text)
            found.append((REASON + item.code, sentence))
    if any(texts.get(VETO + veto.code) for veto in rules.vetoes) and not texts.get(COMMENT):
        found.append((COMMENT, Message("提出否决要写明依据；请填写总体意见")))
    for name in (*(REASON + item.code for item in rules.score_items), COMMENT):
        if len(texts.get(name, "")) > LONGEST:
            sentence = Message("有 %(n)s 个字，最多 %(longest)s 个；请缩短", n=len(texts[name]), longest=LONGEST)
            found.append((name, sentence))
    return found


def vetoes(rules: Rules, texts: Mapping[str, str]) -> list[str]:
    """Codes of the vetoes that are ticked."""
    return [veto.code for veto in rules.vetoes if texts.get(VETO + veto.code)]


def as_sheet(rules: Rules, texts: Mapping[str, str], total: Decimal) -> Sheet:
    """A submitted sheet as the arithmetic takes it."""
    tie = points(texts.get(POINTS + rules.tie_item, "")) if rules.tie_item else None
    return Sheet(total=total, tie=tie or Decimal(0), is_veto=bool(vetoes(rules, texts)))
