"""What is kept with a state of the record goes with it: a server that lives for months holds the newest states only."""

from __future__ import annotations

import gc
import shutil
import weakref
from pathlib import Path

from sqlalchemy import text

from app import create_app
from registry.config import Settings
from registry.queries.catalogue.current import KEPT
from tests.conftest import give_back

READING = (
    "/",
    "/projects?sort=name",
    "/statistics?group=ladder",
    "/projects?has=production_efficiency&q=a",
    "/ogc/collections/projects/items?limit=1&precision=exact",
)
"""Addresses that between them make all that is kept with a state."""


def test_an_earlier_state_is_let_go(demo_file: Path, tmp_path: Path) -> None:
    shutil.copyfile(demo_file, tmp_path / "registry.db")
    app = create_app(Settings(data_dir=tmp_path))
    parts, client = app.extensions["registry"], app.test_client()
    with parts.read() as session:
        state = weakref.ref(parts.catalogues.current(session))
        code = session.scalar(text("SELECT project.code FROM kpi_report JOIN project ON project.id = project_id"))
    for _ in range(KEPT + 1):
        for address in (*READING, f"/projects/{code}"):
            assert client.get(address).status_code == 200, address
        with parts.engine.begin() as connection:
            connection.execute(
                text("UPDATE project SET updated_at = '2026-01-05' WHERE id = (SELECT min(id) FROM project)")
            )
    gc.collect()
    assert state() is None
    give_back(parts.engine)
