"""How the public record changes: the kinds of change, what each asks for, who starts it and which desks it passes.

One row a kind (`CHANGES`). Pages, forms, rules, the documentation and the matrix of roles read the same rows;
what a kind reads and writes stands in `services.titles`. A request passes the desks of its route in order:

    submitted ──unit agrees──→ agreed ──city agrees──→ decided ──publisher agrees──→ in_force
        └────────────┴── return → returned ─resubmit→ first desk · refuse → refused · withdraw → withdrawn

A kind without a desk skips its state; the last desk puts the change into force.
"""

from __future__ import annotations

from registry.changes.rows import CHANGES
from registry.changes.shape import DESK_ROLES, About, Asked, Change, Desk, Input
from registry.changes.steps import OPEN_STATES, WAITING, may_start, possible
from registry.changes.words import (
    ChangeAction,
    ChangeKind,
    ChangeState,
    ClosingCause,
    Ending,
    EndingCause,
    Origin,
    ReportState,
    ReportTopic,
)

__all__ = [
    "CHANGES",
    "DESK_ROLES",
    "OPEN_STATES",
    "WAITING",
    "About",
    "Asked",
    "Change",
    "ChangeAction",
    "ChangeKind",
    "ChangeState",
    "ClosingCause",
    "Desk",
    "Ending",
    "EndingCause",
    "Input",
    "Origin",
    "ReportState",
    "ReportTopic",
    "may_start",
    "possible",
]
