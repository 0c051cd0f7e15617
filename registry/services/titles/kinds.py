"""The registry of kinds: every kind of change has its effect here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from registry.changes import ChangeKind
from registry.services.titles import (
    of_documents,
    of_enterprises,
    of_photos,
    of_projects,
    of_titles,
    succession,
    undoing,
)
from registry.services.titles.effects import Effect

EFFECTS: Mapping[ChangeKind, Effect] = MappingProxyType(
    {
        **of_enterprises.EFFECTS,
        **of_projects.EFFECTS,
        **of_photos.EFFECTS,
        **of_titles.EFFECTS,
        **of_documents.EFFECTS,
        **succession.EFFECTS,
        **undoing.EFFECTS,
    }
)

if set(EFFECTS) != set(ChangeKind):
    raise LookupError(f"no effect for {sorted(set(ChangeKind) - set(EFFECTS))}")
