"""What the actions of the record are called; an action that an older version wrote shows its code."""

from __future__ import annotations

from registry.event_actions import EVENT_ACTIONS, step_of
from registry.i18n import _, language


def action_name(code: str) -> str:
    """The action in words, '' when it has none."""
    if step := step_of(code):
        return _("申报：%(step)s", step=step.label(language()))
    return _(EVENT_ACTIONS[code]) if code in EVENT_ACTIONS else ""
