"""What an officer chooses for the criteria sheets of several applications on one page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from registry.errors import InvalidInput
from registry.forms.review import read_seen, visible_text
from registry.queries.review.sheets import NO, YES, SheetCase
from registry.services.review.sheets import Entered
from registry.wording import Message

ALL, EXCEPT, LATER = "all", "except", "later"
_NO = re.compile(r"no-(\d{1,9})-(.{1,60})")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One application: all met, met with exceptions (their codes and the reason), or left for later."""

    id: int
    version: int
    choice: str = LATER
    refused: frozenset[str] = frozenset()
    reason: str = ""


def read_choices(fields: Mapping[str, str], seen: Iterable[str]) -> list[Choice]:
    """The choices of a submitted page in its order; raises InvalidInput for a malformed one."""
    refused: dict[int, set[str]] = {}
    for name in fields:
        if found := _NO.fullmatch(name):
            refused.setdefault(int(found[1]), set()).add(found[2])
    made = []
    for identifier, version in read_seen(seen):
        choice = fields.get(f"choice-{identifier}", LATER)
        if choice not in (ALL, EXCEPT, LATER):
            raise InvalidInput(Message("确认页的内容不完整，请回到待办重新选择。"))
        made.append(
            Choice(
                id=identifier,
                version=version,
                choice=choice,
                refused=frozenset(refused.get(identifier, ())),
                reason=visible_text(fields.get(f"why-{identifier}", "")),
            )
        )
    return made


def first_choice(case: SheetCase) -> Choice:
    """What the page begins with: the sheet as it stands; a threshold that is not reached is ticked."""
    tally = case.tally
    choice = ALL if tally.all_met else EXCEPT if tally.refused else LATER
    refused = {row.code for row in case.rows if row.answer == NO or (row.fails and not row.answer)}
    reasons = dict.fromkeys(row.reason for row in case.rows if row.reason)
    return Choice(
        id=case.id, version=case.version, choice=choice, refused=frozenset(refused), reason="\n".join(reasons)
    )


def pass_rest(choice: Choice, case: SheetCase) -> Choice:
    """未选的全部符合, for one application: one that fails a threshold is opened with it ticked instead."""
    if choice.choice != LATER or not case.may_fill:
        return choice
    fails = frozenset(row.code for row in case.rows if row.fails)
    return Choice(
        id=choice.id,
        version=choice.version,
        choice=EXCEPT if fails else ALL,
        refused=choice.refused | fails,
        reason=choice.reason,
    )


def entered(choice: Choice, case: SheetCase) -> Entered | None:
    """What a choice enters into the sheet; None for nothing. InvalidInput at the control that is missing something."""
    if choice.choice == LATER:
        return None
    if choice.choice == ALL and (fails := [row.found.item.text for row in case.rows if row.fails]):
        raise InvalidInput(
            Message(
                "%(number)s：%(fails)s未达到要求，不能选“全部符合”；请选“有例外”，核实后再勾选。",
                number=case.number,
                fails=fails,
            ),
            field=f"choice-{case.id}",
        )
    refused = choice.refused if choice.choice == EXCEPT else frozenset()
    if refused and not choice.reason:
        raise InvalidInput(Message("%(number)s：请写明不符合的原因。", number=case.number), field=f"why-{case.id}")
    return Entered(
        id=choice.id,
        version=choice.version,
        answers={row.code: NO if row.code in refused else YES for row in case.rows},
        reasons=dict.fromkeys(refused, choice.reason),
    )
