"""What is published or revoked shows on the very next request, on every worker."""

from __future__ import annotations

import json
import shutil
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

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


STEPS = 8
BOX = "119.89995,31.79995,119.90125,31.80005"
"""Where the project goes about; nobody else is there."""
WORKERS = 4
CODE = "SELECT code FROM project WHERE id = (SELECT min(project_id) FROM recognition WHERE status = 'valid')"
RENAME_AND_MOVE = "UPDATE project SET name = :name, lon = :lon, lat = 31.8 WHERE code = :code"
RENAME_HOLDER = "UPDATE enterprise SET name = :holder WHERE id = (SELECT enterprise_id FROM project WHERE code = :code)"
PUBLISH = """INSERT INTO recognition (project_id, category_code, year, document_id, name_awarded, enterprise_awarded,
    status, ending_reason, remark, created_at, version) SELECT id, 'prov_smart_factory', :year, (SELECT min(id) FROM document),
    '演示', '演示', 'valid', '', '演示步骤', created_at, 1 FROM project WHERE code = :code"""
REVOKE = """UPDATE recognition SET status = 'revoked', ended_on = '2026-01-05', ending_document_id = document_id
    WHERE year = :year - 1 AND category_code = 'prov_smart_factory' AND status = 'valid' AND remark = '演示步骤'"""


@dataclass
class Steps:
    """What has been changed: `begun` and `done` are numbers of steps, `counts` the valid titles after each."""

    begun: int = 0
    done: int = 0
    counts: list[int] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)


def name_at(step: int) -> str:
    """The project's name after a step."""
    return f"演示第{step}步车间"


def lon_at(step: int) -> float:
    """Its longitude after a step."""
    return round(119.9 + step / 10_000, 6)


def take(engine: Engine, code: str, step: int) -> None:
    """One transaction that renames project and holder, moves the project and publishes a title or revokes it."""
    given = {"code": code, "name": name_at(step), "holder": f"演示第{step}步公司", "lon": lon_at(step)}
    given |= {"year": 2010 + step}
    with engine.begin() as connection:
        for statement in (RENAME_AND_MOVE, RENAME_HOLDER):
            connection.execute(text(statement), given)
        connection.execute(text(PUBLISH if step % 2 else REVOKE), given)


def step_of(item: dict[str, Any], title_count: int) -> int:
    """The step after which a project as the interface gives it stands; fails where its parts are of two."""
    step = int(item["name"].removeprefix("演示第").removesuffix("步车间"))
    assert item["enterprise"]["name"] == f"演示第{step}步公司"
    assert item["lon"] == lon_at(step)
    statuses = [one["status"] for one in item["recognitions"]]
    assert len(statuses) == title_count + (step + 1) // 2
    assert statuses.count("revoked") == step // 2
    return step


def look(address: str, code: str, steps: Steps, titles: int) -> set[int]:
    """Read until all is over; every answer is of one step, and of none before the last that was done when it was
    asked for. Answers the steps that were seen."""
    seen = set()
    while not steps.is_over.is_set():
        for path in (f"/api/v1/projects/{code}", f"/api/v1/projects?bbox={BOX}"):
            least = steps.done
            answer = json.loads(read(address, path))
            most = steps.begun
            [item] = answer.get("items", [answer])
            step = step_of(item, titles)
            assert least <= step <= most, (path, least, step, most)
            seen.add(step)
        least = steps.done
        count = json.loads(read(address, "/api/v1/statistics"))["recognitions"]
        assert count in steps.counts[least : steps.begun + 1], (least, count, steps.begun)
    return seen


def test_four_processes_never_show_a_stale_or_a_mixed_state(demo_engine: Engine, tmp_path: Path) -> None:
    with demo_engine.begin() as connection:
        code = connection.execute(text(CODE)).scalar_one()
        count = connection.execute(text("SELECT count(*) FROM recognition WHERE status = 'valid'")).scalar_one()
        titles = connection.execute(
            text("SELECT count(*) FROM recognition WHERE project_id = (SELECT id FROM project WHERE code = :code)"),
            {"code": code},
        ).scalar_one()
    steps = Steps(counts=[count + step % 2 for step in range(STEPS + 1)])
    # The state after no step: the names and the place that the readers know.
    with demo_engine.begin() as connection:
        given = {"code": code, "name": name_at(0), "holder": "演示第0步公司", "lon": lon_at(0)}
        for statement in (RENAME_AND_MOVE, RENAME_HOLDER):
            connection.execute(text(statement), given)
    url = demo_engine.url.render_as_string(hide_password=False)
    with ExitStack() as stack:
        servers = [stack.enter_context(running("site", tmp_path, database=url)).address for _ in range(WORKERS)]
        for server in servers:
            read(server, "/api/v1/statistics")
        pool = stack.enter_context(ThreadPoolExecutor(WORKERS))
        readers = [pool.submit(look, server, code, steps, titles) for server in servers]
        try:
            for step in range(1, STEPS + 1):
                steps.begun = step
                take(demo_engine, code, step)
                steps.done = step
                time.sleep(0.1)
        finally:
            steps.is_over.set()
        seen = [reader.result() for reader in readers]
        # The next request after the last change, with nothing in between.
        for server in servers:
            assert step_of(json.loads(read(server, f"/api/v1/projects/{code}")), titles) == STEPS
    assert all(len(one) > 2 for one in seen), "the readers were there while it changed"
