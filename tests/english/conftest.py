"""An office that imports."""

from __future__ import annotations

from tests.imports.conftest import light_office

__all__ = ["light_office"]
