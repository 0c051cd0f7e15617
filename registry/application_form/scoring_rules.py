"""What a call says about its experts: how many, what they score, which vetoes they have, how a score is made. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from registry.evaluation.scoring import Method
from registry.evaluation.terms import ScoreMethod, VetoRule
from registry.names import has_control_characters
from registry.terms import AttachmentKind
from registry.wording import Message

if TYPE_CHECKING:
    from registry.application_form.rules import Rules

FULL = 100
"""What the points of all items make together."""
MOST_ITEMS, MOST_VETOES, MOST_EXPERTS, MOST_DECIMALS = 20, 10, 15, 3
LONGEST = 200
SHOWN_FILES = (
    AttachmentKind.APPLICATION_REPORT,
    AttachmentKind.PHOTO,
    AttachmentKind.MATURITY_REPORT,
    AttachmentKind.INVESTMENT_LIST,
)
"""Files that experts see unless a call says otherwise: none that names people."""


@dataclass(frozen=True, kw_only=True)
class ScoreItem:
    """评分项 with its full points."""

    code: str
    text: str
    points: int


@dataclass(frozen=True, kw_only=True)
class Veto:
    """一票否决 that an expert may tick."""

    code: str
    text: str


def scoring_from_json(known: dict[str, Any]) -> dict[str, Any]:
    """The parts of stored rules that are about experts, taken out of `known`; what is absent keeps its default."""
    found: dict[str, Any] = {}
    if "score_items" in known:
        found["score_items"] = tuple(ScoreItem(**item) for item in known.pop("score_items"))
    if "vetoes" in known:
        found["vetoes"] = tuple(Veto(**item) for item in known.pop("vetoes"))
    if "expert_files" in known:
        found["expert_files"] = tuple(AttachmentKind(kind) for kind in known.pop("expert_files"))
    for name, term in {"veto_rule": VetoRule, "score_method": ScoreMethod}.items():
        if name in known:
            found[name] = term(known.pop(name))
    return found


def method_of(rules: Rules, *, wanted: int | None = None) -> Method:
    """How a score is made under these rules; `wanted`: sheets of the panel where it has a number of its own."""
    return Method(
        method=rules.score_method,
        decimals=rules.score_decimals,
        spread_limit=rules.spread_limit,
        veto_rule=rules.veto_rule,
        wanted=rules.experts if wanted is None else wanted,
    )


def scoring_faults(rules: Rules) -> Iterator[tuple[str, str]]:
    """(field, sentence) of everything that is wrong; `score_items-2` is the third item."""
    for name, most in (("experts", MOST_EXPERTS), ("score_decimals", MOST_DECIMALS), ("spread_limit", FULL)):
        if not 0 <= getattr(rules, name) <= most:
            yield name, Message("应在 0 到 %(largest)s 之间；请更正", largest=most)
    codes = {item.code for item in rules.score_items}
    yield from _texts("score_items", [item.text for item in rules.score_items], MOST_ITEMS)
    yield from _texts("vetoes", [item.text for item in rules.vetoes], MOST_VETOES)
    for position, item in enumerate(rules.score_items):
        if not 1 <= item.points <= FULL:
            yield f"score_items-{position}", Message("满分应是 1 到 100 的整数；请填写")
    total = sum(item.points for item in rules.score_items)
    if rules.score_items and total != FULL:
        yield (
            "score_items",
            Message("各项满分合计 %(total)s 分，应为 %(full)s 分；请调整各项的满分", total=total, full=FULL),
        )
    if rules.experts and not rules.score_items:
        yield "score_items", Message("设了专家评审就要有评分项；请填写评分项，或把专家人数改为 0")
    if rules.tie_item and rules.tie_item not in codes:
        yield "tie_item", Message("所选的评分项已经删除；请重新选择")


def _texts(name: str, texts: list[str], most: int) -> Iterator[tuple[str, str]]:
    if len(texts) > most:
        yield name, Message("有 %(n)s 条，最多 %(most)s 条；请合并", n=len(texts), most=most)
    for position, text in enumerate(texts):
        if not text:
            yield f"{name}-{position}", Message("没有写内容；请填写，或删除这一条")
        elif len(text) > LONGEST:
            yield (
                f"{name}-{position}",
                Message("有 %(n)s 个字，最多 %(longest)s 个；请缩短", n=len(text), longest=LONGEST),
            )
        elif has_control_characters(text):
            yield f"{name}-{position}", Message("含有看不见的控制字符；请重新键入")
        elif texts.count(text) > 1:
            yield f"{name}-{position}", Message("与另一条相同；请改写或删除其中一条")
