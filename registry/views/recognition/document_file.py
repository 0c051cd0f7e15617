"""The scanned paper of a recognition document: where it lies."""

from __future__ import annotations

from registry.storage import Storage
from registry.views.web.runtime import runtime


def folder() -> Storage:
    """Where files lie."""
    return runtime().files
