"""The officers' queue at 1 000 and 100 000 applications: server time and statements of one page.

`python -m bench.queue [--postgresql]` makes a database for each size in a temporary folder (about a minute for the
large one), asks for each page in process and prints the medians: wall clock, and processor time of this process, which
does not count what else the machine does, nor what PostgreSQL does. Bar: 100 ms at 100 000.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event, insert
from sqlalchemy.orm import Session

from app import create_app
from bench.databases import database, settle
from registry import kpi_definitions, reference
from registry.application_form import default_rules
from registry.config import Settings
from registry.db import make_engine, writers
from registry.models import Account, Application, Attachment, Call, CallForm, Enterprise, Snapshot
from registry.reference.city import City
from registry.services.accounts.sessions import open_session
from registry.services.installation import load_reference_rows, migrate
from registry.statuses import FINAL_STATUSES
from registry.terms import ApplicationStatus, Role
from registry.views.accounts.identity import COOKIE

SIZES = (1_000, 100_000)
ROUNDS = 9
BAR = "≤ 100"
CATEGORY = "mun_demo_smart_workshop"
PAGES = (
    ("my step, district", "TNQ", "/review"),
    ("everything, district", "TNQ", "/review?tab=all"),
    ("my step, city", "city", "/review"),
    ("everything, city", "city", "/review?tab=all"),
    ("last page, city", "city", "/review?tab=all&per_page=50&page={last}"),
    ("unit and industry", "city", "/review?tab=all&unit=WJQ&industry=34"),
    ("nobody's", "city", "/review?assignee=none"),
    ("search, city", "city", "/review?tab=all&q=%E9%BD%BF%E8%BD%AE%2077"),
    ("files missing, city", "city", "/review?tab=all&missing=files"),
    ("late, city", "city", "/review?tab=all&due=late"),
    ("corrected and back, city", "city", "/review?due=again"),
    ("today, district", "TNQ", "/review/today"),
    ("today, city", "city", "/review/today"),
    ("deliveries, city", "city", "/review/delivery"),
    ("detail", "city", "/review/1"),
)
_STATUSES = [status for status in ApplicationStatus if status.value not in ("draft", "recognised", "noticed")]
_WEIGHTS = {"submitted": 6, "returned": 3, "recommended": 5, "checking": 5, "proposed": 4, "forwarded": 50}
_WORDS = ("齿轮", "轴承", "电机", "光伏", "涂料", "刀具", "焊接", "装配", "注塑", "热处理")


def main() -> int:
    """Read the options, measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.queue", description=__doc__)
    parser.add_argument("--postgresql", action="store_true", help="在 PostgreSQL 上测，不在 SQLite 上")
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    options = parser.parse_args()
    measure(options.sizes, is_postgresql=options.postgresql)
    return 0


def measure(sizes: Sequence[int] = SIZES, *, is_postgresql: bool = False) -> None:
    """Measure each size and print a table."""
    kpi_definitions.use(reference.kpis_by_code)
    print(f"{'page':24}{'applications':>14}{'ms':>9}{'ms cpu':>9}{'bar':>9}{'statements':>12}")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder, database(Path(folder), is_postgresql=is_postgresql) as url:
            app, cookies = _prepare(Path(folder), url, size)
            for title, who, path in PAGES:
                wall, cpu, statements = _measure(app, cookies[who], path.format(last=size // 50))
                print(f"{title:24}{size:14}{wall:9.1f}{cpu:9.1f}{BAR:>9}{statements:12}", flush=True)
            app.extensions["registry"].engine.dispose()


def _measure(app: Flask, cookie: str, path: str) -> tuple[float, float, int]:
    client = app.test_client()
    client.set_cookie(COOKIE, cookie)
    statements: list[str] = []

    def count(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN")):
            statements.append(statement)

    engine: Engine = app.extensions["registry"].engine
    event.listen(engine, "before_cursor_execute", count)
    times, shares = [], []
    for _ in range(ROUNDS):
        statements.clear()
        began, worked = time.perf_counter(), time.process_time()
        response = client.get(path)
        times.append((time.perf_counter() - began) * 1000)
        shares.append((time.process_time() - worked) * 1000)
        if response.status_code != 200:
            raise SystemExit(f"{path}: {response.status_code}")
    event.remove(engine, "before_cursor_execute", count)
    return statistics.median(times), statistics.median(shares), len(statements)


def _prepare(folder: Path, url: str, size: int) -> tuple[Flask, dict[str, str]]:
    engine = make_engine(url)
    migrate(engine)
    with engine.begin() as connection:
        load_reference_rows(connection)
    with writers(engine)() as session:
        accounts = _people(session)
        call = _call(session)
        for start in range(0, size, 5000):
            _applications(session, call, accounts, range(start, min(size, start + 5000)))
        session.commit()
        cookies = {
            name: open_session(session, account, second_factor=True, now=datetime.now(UTC))
            for name, account in accounts.items()
        }
        session.commit()
    settle(engine)
    engine.dispose()
    app = create_app(Settings(data_dir=folder, database_url=url, secret_key="k" * 32))
    return app, cookies


def _people(session: Session) -> dict[str, Account]:
    now = datetime.now(UTC)
    made = {}
    for name, role, unit in (
        ("TNQ", Role.DISTRICT_REVIEWER, "TNQ"),
        ("city", Role.MUNICIPAL_REVIEWER, None),
    ):
        address = f"{name}@example.com"
        made[name] = Account(
            email=address, email_key=address.lower(), name=f"演示{name}", role=role.value, standing="active",
            unit_code=unit, created_at=now,
        )  # fmt: skip
        session.add(made[name])
    session.flush()
    return made


def _call(session: Session) -> Call:
    now = datetime.now(UTC)
    call = Call(
        category_code=CATEGORY, year=2026, title="演示申报通知", document_number="演示〔2026〕1号",
        opens_at=now - timedelta(days=60), closes_at=now + timedelta(days=60), state="published", created_at=now,
        forms=[CallForm(number=1, rules=default_rules(CATEGORY).to_json(), created_at=now)],
    )  # fmt: skip
    session.add(call)
    session.flush()
    return call


def _applications(session: Session, call: Call, accounts: dict[str, Account], numbers: range) -> None:
    rows = list(_rows(call, accounts, numbers))
    holders = [
        {
            "id": number + 1, "name": f"演示{_WORDS[number % 10]}企业{number}有限公司", "name_key": f"演示企业{number}",
            "verified": False, "is_demo": False, "created_at": rows[0]["created_at"],
            "updated_at": rows[0]["created_at"], "version": 1,
        }
        for number in numbers
    ]  # fmt: skip
    session.execute(insert(Enterprise), holders)
    session.execute(insert(Application), rows)
    session.execute(insert(Snapshot), [_snapshot(row) for row in rows])
    session.execute(insert(Attachment), [file for row in rows for file in _files(row)])


def _rows(call: Call, accounts: dict[str, Account], numbers: range) -> Iterator[dict[str, Any]]:
    chance = random.Random(numbers.start)
    units = [unit.code for unit in City().units]
    industries = [industry.code for industry in reference.industries()]
    weights = [_WEIGHTS.get(status.value, 9) for status in _STATUSES]
    answers = {f"field-{place}": "演示内容" * 8 for place in range(45)}
    for number in numbers:
        [status] = chance.choices(_STATUSES, weights)
        since = datetime.now(UTC) - timedelta(minutes=chance.randrange(60 * 24 * 90))
        final = status in FINAL_STATUSES
        name = f"演示{chance.choice(_WORDS)}{chance.choice(_WORDS)}{number}智能车间"
        yield {
            "id": number + 1, "number": f"SB-2026-{number + 1:06}",
            "call_id": call.id, "call_form_id": call.forms[0].id,
            "enterprise_id": number + 1, "project_name": name, "project_key": name, "unit_code": chance.choice(units),
            "industry_code": chance.choice(industries), "lon": chance.uniform(119.3, 120.1),
            "lat": chance.uniform(31.3, 32.0), "status": status.value,
            "return_to": "submitted" if status.value == "returned" else None, "step_since": since,
            "answers": answers | {"project_name": name}, "created_by": accounts["city"].id, "letter_number": "",
            "assignee_id": accounts["TNQ"].id if chance.random() < 0.5 else None, "criteria": {},
            "decided_by": accounts["city"].id if final else None, "decided_at": since if final else None,
            "is_demo": False, "created_at": since, "updated_at": since, "version": 1,
        }  # fmt: skip


def _snapshot(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "application_id": row["id"], "number": 1, "answers": {"project_name": row["project_name"]}, "files": [],
        "check_code": "0000-0000-0000-0000", "submitted_by": row["created_by"], "created_at": row["created_at"],
    }  # fmt: skip


def _files(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    kinds = ["business_license", "authenticity_commitment", "investment_list", "photo", "photo"]
    for place, kind in enumerate(kinds if row["id"] % 20 else kinds[1:]):
        yield {
            "application_id": row["id"], "kind": kind, "filename": "演示.pdf", "caption": "",
            "media_type": "application/pdf",
            "size": 1000, "sha256": "0" * 64, "storage_name": f"{row['id']}-{place}", "uploaded_by": row["created_by"],
            "created_at": row["created_at"],
        }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
