"""What is published or revoked shows on the very next request, on every worker."""

from __future__ import annotations

import json
import shutil
import urllib.request
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import text

from bench.client import running
from registry.db import make_engine

ENDED = """UPDATE recognition SET status = 'expired', ended_on = '2026-01-05'
    WHERE id = (SELECT min(id) FROM recognition WHERE status = 'valid' AND project_id IN {holders})"""
PUBLISHED = """INSERT INTO recognition (project_id, category_code, year, document_id, name_awarded,
    enterprise_awarded, status, ending_reason, remark, created_at, version)
    SELECT min(project_id), 'prov_smart_factory', 2025, 1, '演示', '演示', 'valid', '', '', created_at, 1 FROM recognition WHERE project_id IN {holders}"""
HOLDERS = "(SELECT project_id FROM recognition GROUP BY project_id HAVING count(*) = 1 AND max(status) = 'valid')"


def read(address: str, path: str) -> bytes:
    """The body of an answer."""
    with urllib.request.urlopen(address + path, timeout=60) as answer:
        body: bytes = answer.read()
    return body


def test_four_workers_are_exact_after_every_change(demo_file: Path, tmp_path: Path) -> None:
    shutil.copyfile(demo_file, tmp_path / "registry.db")
    engine = make_engine(f"sqlite:///{tmp_path}/registry.db")
    with ExitStack() as stack:
        # Four processes, each with what it has kept of the record.
        workers = [stack.enter_context(running("site", tmp_path)).address for _ in range(4)]

        def counts(path: str) -> list[int]:
            found = [json.loads(read(worker, path)) for worker in workers]
            return [one["recognitions"] for one in found]

        factories = "/api/v1/statistics?category=prov_smart_factory&year=2025"
        assert counts("/api/v1/statistics") == [515] * 4
        expected, [published, *_] = 515, counts(factories)
        for change, step in ((ENDED, -1), (PUBLISHED, 1), (ENDED, -1)):
            with engine.begin() as connection:
                connection.execute(text(change.format(holders=HOLDERS)))
            expected += step
            published += max(step, 0)
            assert counts("/api/v1/statistics") == [expected] * 4
            assert counts(factories) == [published] * 4
            for path in ("/projects", "/map/points.json"):
                # A page names its own address, which is another one for each of these servers.
                assert len({read(worker, path).replace(worker.encode(), b"") for worker in workers}) == 1, path
    engine.dispose()
