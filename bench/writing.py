"""What writing takes with nothing left out: sign-in, form tokens, checks, the audit chain and one fsync a commit.

`python -m bench.writing` prints one application from the sign-in of its clerk to the proposal of the city, a list of
10 000 rows from the command line, and 20 workbooks of the whole stock that are asked for at once. Times, no ratios:
the disk decides about most of them.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app import create_app
from bench.client import ROOT, Connection, Server, running
from bench.stock import make_stock
from bench.table import show
from registry import kpi_definitions, reference
from registry.application_form.window import beijing_day
from registry.config import Settings
from registry.models import Account, Application
from registry.services.accounts.passwords import hash_password
from tests import applicants, people
from tests.browser import Browser
from tests.imports.web.test_ten_thousand_rows import ROWS, listed

APPLICATIONS = 15
SOME = 600
"""Titles that stand in the record meanwhile."""
EXPORTS = 20
Times = dict[str, list[float]]


class Timed(Browser):
    """A browser that notes under the name of a step what the server needs for each request, in ms."""

    def __init__(self, app: Flask, times: Times) -> None:
        super().__init__(app)
        self.step, self.taken = "", 0.0
        self.times = times
        asked = self.client.open

        def timed(*given: object, **named: object) -> object:
            began = time.perf_counter()
            try:
                return asked(*given, **named)  # type: ignore[arg-type]
            finally:
                self.taken += (time.perf_counter() - began) * 1000

        self.client.open = timed  # type: ignore[method-assign, assignment]

    @contextmanager
    def doing(self, step: str) -> Iterator[None]:
        """All requests of the block are one step."""
        self.taken = 0.0
        yield
        self.times[step].append(self.taken)


def spine(folder: Path) -> None:
    """From the sign-in of a clerk to the proposal, with the pages that they read on the way."""
    settings = make_stock(folder, SOME)
    app = create_app(settings)
    times: Times = defaultdict(list)
    with app.extensions["registry"].write() as session:
        now = datetime.now(UTC)
        window = {
            "opens_at": now - timedelta(days=9),
            "closes_at": now + timedelta(days=30),
            "year": beijing_day(now).year,
        }
        call_id = applicants.open_call(session, **window).id
        session.commit()
    for _ in range(APPLICATIONS):
        one_application(app, call_id, times)
    with app.extensions["registry"].read() as session:
        full = session.scalar(text("PRAGMA synchronous"))
    rows = [(name, f"{median(taken):.1f}", f"{max(taken):.1f}") for name, taken in times.items()]
    rows.append(("合计", f"{sum(median(taken) for taken in times.values()):.1f}", ""))
    show(f"一份申报，含所看的页面；synchronous={full}（2 为 FULL），每步 {APPLICATIONS} 次", ("", "ms", "最长"), rows)


def one_application(app: Flask, call_id: int, times: Times) -> None:
    """One enterprise, its two people, and the two officers."""
    with app.extensions["registry"].write() as session:
        who = applicants.cast(session)
        clerk = session.get_one(Account, who.clerk.id)
        clerk.password_hash, address = hash_password(people.PASSWORD), clerk.email
        session.commit()
    browser = Timed(app, times)
    with browser.doing("企业登录"):
        page = browser.get("/sign-in")
        browser.submit(page, {"email": address, "password": people.PASSWORD}, action="/sign-in")
    with browser.doing("建立申报"):
        browser.submit(browser.get(f"/enterprise/begin?call={call_id}"), status=303)
    with Session(app.extensions["registry"].engine) as session:
        key = session.scalars(select(Application.id).order_by(Application.id.desc())).first()
    form = f"/enterprise/applications/{key}"
    with browser.doing("填写并保存一节"):
        browser.submit(browser.get(f"{form}?section=project"), {"products": "齿轮"}, button=("go", "stay"), status=303)
    with app.extensions["registry"].write() as session:
        # The other sections are saved by the command that the form calls too.
        found = session.get_one(Application, key)
        saved = applicants.drafts.save_answers(
            session, who.clerk, found.id, applicants.complete_answers(), seen_version=found.version,
            now=datetime.now(UTC),
        )  # fmt: skip
        assert saved.id == key
        session.commit()
    for step, actor, path, action, typed in (
        ("同事核对确认", who.checker, f"{form}/review-page", "/confirm", {}),
        ("提交", who.clerk, f"{form}/review-page", "/submit", {}),
        ("区推荐（含审核表）", who.district, f"/review/{key}?step=recommend", "/recommend", _sheet(app, key)),
        ("市受理", who.city, f"/review/{key}", "/accept", {}),
        ("市拟认定", who.city, f"/review/{key}?step=propose", "/propose", {}),
    ):
        other = Timed(app, times)
        other.client.set_cookie(people.COOKIE, people.session_token(app, actor.id or 0))
        with other.doing(step):
            other.submit(other.get(path), typed, action=action, status=303)


def _sheet(app: Flask, key: int | None) -> dict[str, str]:
    with app.extensions["registry"].read() as session:
        given = applicants.recommendation(session.get_one(Application, key))
    return {
        "rank": str(given.rank), "letter_number": given.letter_number,
        **{f"sheet-{code}": answer for code, answer in given.criteria.items()},
    }  # fmt: skip


def long_list(folder: Path) -> None:
    """Dry run and writing of a list, each in a process of its own as an operator starts it."""
    folder.mkdir()
    path = folder / "名单.csv"
    listed(path)
    environment = os.environ | {"REGISTRY_DATA_DIR": str(folder)}
    rows = []
    for name, words in (
        ("建库", ["init"]),
        ("试运行", ["import", "projects", str(path)]),
        ("写入", ["import", "projects", str(path), "--apply"]),
    ):
        command = [sys.executable, "-m", "flask", "--app", "app", *words]
        began = time.perf_counter()
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=quiet, stderr=quiet)
        memory = 0
        while process.poll() is None:
            memory = max(memory, _peak(process.pid))
            time.sleep(0.02)
        rows.append((name, f"{time.perf_counter() - began:.1f}", memory, process.returncode))
    show(f"{ROWS} 行名单（目标：合计 60 s，300 MB）", ("", "s", "内存 MB", "退出码"), rows)


def _peak(pid: int) -> int:
    """The most memory in MB that a program has held since it began, as Linux counts it; 0 once it has ended."""
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace"))
    return int(found[1]) // 1000 if found else 0


def many_exports(site: Server) -> None:
    """The same workbook for all of them, then a workbook of its own for each."""
    rows = []
    for name, path in (("相同", "/projects.xlsx"), ("各不相同", "/projects.xlsx?year_to=20{:02}")):
        taken: list[float] = []
        began = time.perf_counter()
        threads = [
            threading.Thread(target=_ask, args=(site.port, path.format(number), taken)) for number in range(EXPORTS)
        ]
        for thread in threads:
            thread.start()
        pulse = [0.0]
        while any(thread.is_alive() for thread in threads):
            _ask(site.port, "/healthz", pulse)
            time.sleep(0.05)
        took = time.perf_counter() - began
        rows.append((name, len(taken), f"{took:.1f}", f"{max(taken):.1f}", f"{max(pulse):.2f}"))
    show(f"{EXPORTS} 份 Excel 同时（目标：/healthz 1 s 以内）", ("", "得到", "全部 s", "最长 s", "/healthz s"), rows)


def _ask(port: int, path: str, taken: list[float]) -> None:
    began = time.perf_counter()
    with suppress(ConnectionError):
        connection = Connection(port)
        if connection.get(path).status == 200:
            taken.append(time.perf_counter() - began)
        connection.close()


def writing(folder: Path, made: Settings) -> None:
    """Print everything; `made` is the stock whose workbooks are asked for."""
    kpi_definitions.use(reference.kpis_by_code)
    spine(folder / "spine")
    long_list(folder / "list")
    with running("site", made.data_dir, "granian") as site:
        site.get("/projects?per_page=1")
        many_exports(site)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        writing(Path(folder), make_stock(Path(folder) / "stock", 15_000))


if __name__ == "__main__":
    main()
