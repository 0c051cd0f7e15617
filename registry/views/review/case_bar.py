"""The bar under an application: where it stands in the queue, what is to be said of it, what can be done now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from registry.i18n import _
from registry.queries.review.case import Case
from registry.queries.review.place import Place
from registry.queries.review.sheets import Tally
from registry.terms import Action
from registry.workflow import Need

FORWARD = (Action.RECOMMEND, Action.ACCEPT, Action.PROPOSE, Action.FORWARD, Action.FILE)
"""Steps that lead on; the first one that can be taken is the main button while nothing stands against it."""


@dataclass(frozen=True, kw_only=True)
class StepButton:
    """A step as the page offers it.

    `reason` says why it is not available, '' when it is; `is_here`: it belongs to the state in which the
    application stands. `saves_sheet`: pressing it stores the criteria sheet first; `waits` for the sheet (`met`: all
    criteria met, `full`: all of them answered), '' for nothing.
    """

    action: Action
    label: str
    is_direct: bool
    reason: str
    is_here: bool
    saves_sheet: bool = False
    waits: str = ""
    is_main: bool = False
    is_shown: bool = True


@dataclass(frozen=True, kw_only=True)
class Bar:
    """What the bar shows; the main button stands last. `why` are sentences on what cannot be done."""

    place: Place
    tally: Tally
    state: str
    why: list[str]
    buttons: list[StepButton]
    has_open_sheet: bool


def bar_of(
    case: Case, steps: Sequence[StepButton], place: Place, *, has_open_sheet: bool, needs: dict[Action, frozenset[Need]]
) -> Bar:
    """The bar of an application; `needs` are those of its steps."""
    possible = [_with_sheet(step, needs, has_open_sheet) for step in steps if not step.reason]
    shown = [replace(step, is_shown=_is_ready(step, case.tally)) for step in possible]
    forward = next((step for action in FORWARD for step in shown if step.action is action), None)
    back = next((step for step in shown if step.action is Action.RETURN), None)
    main = forward
    if back and (forward is None or not forward.is_shown or (case.tally.refused and has_open_sheet)):
        main = back
    rest = [step for step in shown if step not in (forward, back)]
    last = [step for step in (back, forward) if step]
    if main is back:
        last.reverse()
    return Bar(
        place=place,
        tally=case.tally,
        state=sheet_words(case.tally) if case.sheet else "",
        why=_why(steps),
        buttons=[replace(step, is_main=step is main) for step in (*rest, *last)],
        has_open_sheet=has_open_sheet,
    )


def sheet_words(found: Tally) -> str:
    """A criteria sheet in words."""
    if not found.of:
        return ""
    if found.all_met:
        return _("%(n)s 项全部符合", n=found.of)
    if found.blank == found.of:
        return _("%(n)s 项都没有填", n=found.of)
    if not found.refused:
        return _("%(m)s 项符合，%(n)s 项未填", m=found.met, n=found.blank)
    if not found.blank:
        return _("%(n)s 项不符合", n=found.refused)
    return _("%(m)s 项不符合，%(n)s 项未填", m=found.refused, n=found.blank)


def _with_sheet(step: StepButton, needs: dict[Action, frozenset[Need]], has_open_sheet: bool) -> StepButton:
    own = needs.get(step.action, frozenset())
    waits = "met" if Need.CRITERIA in own else "full" if Need.SHEET in own else ""
    return replace(step, waits=waits, saves_sheet=has_open_sheet and (bool(waits) or step.action is Action.RETURN))


def _is_ready(step: StepButton, found: Tally) -> bool:
    return found.all_met if step.waits == "met" else not found.blank if step.waits == "full" else True


def _why(steps: Sequence[StepButton]) -> list[str]:
    """Why steps of this state cannot be taken, each sentence once with the steps that it keeps from being taken."""
    kept: dict[str, list[str]] = {}
    for step in steps:
        if step.is_here and step.reason and step.action is not Action.UNDO:
            kept.setdefault(step.reason, []).append(step.label)
    return [
        _("不能“%(steps)s”：%(reason)s", steps=_("、").join(labels), reason=reason) for reason, labels in kept.items()
    ]
