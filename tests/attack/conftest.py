"""The attacked city on a fresh database of both kinds; on a SQLite file it is a `stage`, which all tests know."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.attack.world import World, build


@pytest.fixture
def attacked(app: Flask, tmp_path: Path) -> tuple[Flask, World]:
    """The city on a fresh database (both kinds)."""
    return app, build(app, tmp_path / "files")
