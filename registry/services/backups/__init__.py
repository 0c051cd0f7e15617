"""One archive of everything that an installation holds, the same for SQLite and PostgreSQL, and the way back."""

from __future__ import annotations

from registry.services.backups.making import Made, back_up
from registry.services.backups.manifest import Manifest
from registry.services.backups.restoring import restore

__all__ = ["Made", "Manifest", "back_up", "restore"]
