"""What an officer types at an application: the texts as they came, and what a step is given of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from registry.errors import InvalidInput
from registry.services.review.needs import StepInput
from registry.values import plain
from registry.values.bad_value import BadValue
from registry.values.row_ids import row_id
from registry.wording import Message, full

REMARK, SHEET, WHY = "remark-", "sheet-", "reason-"
LONGEST_TEXT = 10_000
_SINGLE = ("message", "reason", "rank", "letter_number", "open_all", "note", "assignee", "action", "due_on")


@dataclass(frozen=True)
class Typed:
    """Texts by name of their control; nothing is lost of them, whatever a rule says to it."""

    texts: Mapping[str, str] = field(default_factory=dict)
    version: int = 0

    def __getitem__(self, name: str) -> str:
        return self.texts.get(name, "")

    @property
    def remarks(self) -> dict[str, str]:
        """Remark by field name, empty ones left out."""
        return {
            name.removeprefix(REMARK): text for name, text in self.texts.items() if name.startswith(REMARK) and text
        }

    @property
    def sheet(self) -> dict[str, str]:
        """Answer (`yes`, `no`) by criterion code."""
        return {name.removeprefix(SHEET): text for name, text in self.texts.items() if name.startswith(SHEET) and text}

    @property
    def reasons(self) -> dict[str, str]:
        """Why a criterion is not met, by its code; '' where the box was left blank."""
        return {name.removeprefix(WHY): text for name, text in self.texts.items() if name.startswith(WHY)}

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed at all."""
        return not any(self.texts.values())

    def suggesting(self, name: str, text: str) -> Typed:
        """The same with a proposal in a control that was left blank."""
        return replace(self, texts={**self.texts, name: text})

    def given(self) -> StepInput:
        """What `services.review.steps.perform` takes; raises InvalidInput at `rank`."""
        return StepInput(
            remarks=self.remarks,
            message=self["message"],
            reason=self["reason"],
            open_all=self["open_all"] == "yes",
            rank=self._rank(),
            letter_number=self["letter_number"],
            criteria=self.sheet,
            criteria_reasons=self.reasons,
            outcome=self["outcome"],
        )

    def due_on(self) -> date | None:
        """The day that was typed, None for none; raises InvalidInput at `due_on`."""
        text = self["due_on"]
        if not text:
            return None
        try:
            return plain.day(text, today=date.max)[0]
        except BadValue as error:
            raise InvalidInput(full(error.of(text)), field="due_on") from None

    def assignee(self) -> int | None:
        """The account that was chosen, None for nobody; raises InvalidInput at `assignee`."""
        text = self["assignee"]
        if text in ("", "none"):
            return None
        account = row_id(text)
        if account is None:
            raise InvalidInput(Message("请选择一位在用的审核员。"), field="assignee")
        return account

    def _rank(self) -> int | None:
        text = self["rank"]
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= 4):
            raise InvalidInput(
                Message("“%(text)s”不是推荐顺序；请填从 1 开始的整数，如 1。", text=text[:20]), field="rank"
            )
        return int(text)


def read_typed(pairs: Iterable[tuple[str, str]]) -> Typed:
    """Read a submitted form; unknown controls are passed over."""
    texts: dict[str, str] = {}
    version = 0
    for name, value in pairs:
        if name == "version":
            version = row_id(value) or 0
        elif name in _SINGLE or (name.startswith((REMARK, SHEET, WHY)) and len(name) <= 100):
            texts[name] = visible_text(value.replace("\r\n", "\n"))
    return Typed(texts, version)


def visible_text(text: str) -> str:
    """A typed text without marks that no screen shows."""
    kept = (mark for mark in text if mark in "\n\t" or unicodedata.category(mark) not in ("Cc", "Cs"))
    return "".join(kept).strip()[:LONGEST_TEXT]


def read_ids(values: Iterable[str]) -> list[int]:
    """Ids of ticked rows, each once; raises InvalidInput at a malformed one."""
    found: dict[int, None] = {}
    for text in values:
        identifier = row_id(text)
        if identifier is None:
            raise InvalidInput(Message("所选的申报中有不认识的编号，请回到待办重新选择。"))
        found[identifier] = None
    return list(found)


def read_seen(values: Iterable[str]) -> list[tuple[int, int]]:
    """(id, version) pairs of a confirmation page, written `12:5`; raises InvalidInput at a malformed one."""
    pairs = []
    for text in values:
        parts = text.split(":")
        if len(parts) != 2:
            raise InvalidInput(Message("确认页的内容不完整，请回到待办重新选择。"))
        [identifier], [version] = read_ids(parts[:1]), read_ids(parts[1:])
        pairs.append((identifier, version))
    return pairs


def read_ranks(fields: Mapping[str, str]) -> dict[int, int]:
    """The ranks of single applications, `rank-12`; raises InvalidInput at a malformed one."""
    found = {}
    for name, text in fields.items():
        key = row_id(name.removeprefix("rank-")) if name.startswith("rank-") else None
        if key is not None:
            rank = Typed({"rank": visible_text(text)}).given().rank
            if rank is None:
                raise InvalidInput(Message("请填写推荐顺序，从 1 开始的整数。"), field=name)
            found[key] = rank
    return found
