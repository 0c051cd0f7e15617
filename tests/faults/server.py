"""Faults of processes, clients and disks, on SQLite behind nginx."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import time_machine
from sqlalchemy import create_engine, text

from app import create_app
from bench.stock import make_stock
from registry import kpi_definitions, reference
from registry.config import Settings
from tests.conftest import initialise, load_stock
from tests.deploy.files import NAME
from tests.deploy.site import Site, deployed
from tests.faults.report import Result
from tests.faults.traffic import Person, Tally, Watch, lost, traffic
from tests.served import flask

TITLES = 15_000
"""Titles of the large stock, which make 10 000 projects."""


def database(site: Site) -> str:
    """Address of the site's SQLite file."""
    return f"sqlite:///{site.folder / 'data' / 'registry.db'}"


@contextmanager
def demonstration(**settings: str) -> Iterator[Site]:
    """A deployed site with demo data, on SQLite or on the database of the settings."""
    with tempfile.TemporaryDirectory(prefix="registry-demo-") as folder:
        data = Path(folder) / "data"
        data.mkdir()
        url = settings.get("DATABASE_URL", f"sqlite:///{data / 'registry.db'}")
        own = url.replace("postgresql://", "postgresql+psycopg://")
        # An application of an earlier fault has left its source of definitions behind.
        kpi_definitions.use(reference.kpis_by_code)
        initialise(own)
        load_stock(own)
        with deployed(settings, data=data) as site:
            yield site


def killed_under_writers() -> Iterator[Result]:
    """kill -9 of everything under four writers, and a start."""
    with demonstration() as site:
        with traffic(site) as (written, seen):
            for _time in range(2):
                time.sleep(3)
                assert site.application is not None
                for process in [*psutil.Process(site.application.pid).children(recursive=True), site.application]:
                    process.kill()
                site.application.wait(30)
                site.start()
            time.sleep(2)
        yield result_of("kill -9 under writers", site, written, seen)


def worker_killed() -> Iterator[Result]:
    """One worker killed, then all replaced by SIGHUP, under traffic."""
    with demonstration() as site:
        assert site.application is not None
        with traffic(site) as (written, seen):
            time.sleep(2)
            # The workers are the children that hold the most memory.
            children = psutil.Process(site.application.pid).children(recursive=True)
            max(children, key=lambda child: child.memory_info().rss).kill()
            time.sleep(8)
        yield result_of("worker killed", site, written, seen)
        with traffic(site) as (written, seen):
            time.sleep(2)
            site.application.send_signal(signal.SIGHUP)
            time.sleep(10)
        yield result_of("SIGHUP", site, written, seen, most_refused=0)


def stopped_under_export() -> Iterator[Result]:
    """SIGTERM while a workbook is being made: whoever asked gets all of it."""
    with large() as site:
        answers: list[tuple[int, int]] = []

        def ask() -> None:
            connection = site.connect()
            connection.request("GET", "/projects.xlsx", headers={"Host": NAME})
            answer = connection.getresponse()
            body = answer.read()
            answers.append((answer.status, len(body) - int(answer.getheader("Content-Length") or 0)))

        thread = threading.Thread(target=ask)
        thread.start()
        time.sleep(1.5)
        code = site.stop()
        thread.join(90)
        yield Result(
            "SIGTERM under an export", 1, int(answers != [(200, 0)]), int(code != 0), f"exit {code}, {answers}"
        )


def slow_clients() -> Iterator[Result]:
    """60 who send their heads slowly, 60 their bodies, 520 who say nothing, all through the proxy."""
    with demonstration() as site, ExitStack() as stack:
        head = f"POST /sign-in HTTP/1.1\r\nHost: {NAME}\r\n"
        for number in range(640):
            plain = socket.create_connection(("127.0.0.1", site.tls_port), timeout=30)
            stack.callback(plain.close)
            if number < 120:
                secure = site.trust.wrap_socket(plain, server_hostname=NAME)
                stack.callback(secure.close)
                end = "Content-Length: 1000\r\nContent-Type: text/plain\r\n\r\nx" if number >= 60 else "X-Slow: "
                secure.sendall((head + end).encode())
        with Watch(site) as watch, traffic(site, writers=2) as (written, seen):
            time.sleep(6)
        result = result_of("120 slow, 520 idle clients", site, written, seen, most_refused=0)
        result.wrong += int(watch.slowest > 1) + watch.failed
        result.note += f", /healthz {watch.slowest:.2f} s"
        yield result


@contextmanager
def large(**settings: str) -> Iterator[Site]:
    """A deployed site with 10 000 projects."""
    with tempfile.TemporaryDirectory(prefix="registry-stock-") as folder:
        make_stock(Path(folder) / "data", TITLES)
        with deployed(settings, data=Path(folder) / "data") as site:
            yield site


def many_exports() -> Iterator[Result]:
    """20 workbooks of 10 000 projects at once."""
    with large() as site:
        for name, path in (
            ("20 equal exports", "/projects.xlsx"),
            ("20 different exports", "/projects.xlsx?year_to=20{:02}"),
        ):
            tally = Tally()

            def ask(address: str, tally: Tally = tally) -> None:
                answer = Person(site).ask(address)
                if answer.status == 200:
                    tally.acknowledged.append(address)
                else:
                    tally.note(answer, address)

            threads = [threading.Thread(target=ask, args=(path.format(number),)) for number in range(20)]
            with Watch(site) as watch:
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join(120)
            wrong = len(tally.unexplained) + watch.failed + int(watch.slowest > 1)
            yield Result(name, len(tally.acknowledged), 20 - len(tally.acknowledged) - sum(tally.refused.values()), wrong,
                         f"/healthz {watch.slowest:.2f} s, {dict(tally.refused)}")  # fmt: skip


def forged() -> Iterator[Result]:
    """What a client says about host, scheme and address changes nothing."""
    evil = "evil.example"
    forgeries = {"X-Forwarded-Host": evil, "Forwarded": f"for=203.0.113.9;host={evil}", "X-Forwarded-For": "203.0.113.9",
                 "X-Forwarded-Proto": "http", "X-Forwarded-Prefix": "/evil", "X-Original-URL": "/evil"}  # fmt: skip
    with demonstration() as site:
        paths = (
            "/",
            "/projects/CZ-000001",
            "/projects.csv?unit=JKQ",
            "/api/v1/projects",
            "/projects.geojson?unit=JKQ",
            "/sign-in",
        )
        wrong = 0
        for path in paths:
            first, plain = site.ask(path, headers=forgeries), site.ask(path)
            wrong += first.status != 200 or evil in first.body + str(first.headers) or evil in plain.body
            wrong += plain.header("Strict-Transport-Security") == ""
        yield Result("forged headers", len(paths), 0, wrong, "no address of evil.example")


def clock_jumps() -> Iterator[Result]:
    """The clock a day on, a year back and right again: sessions end early at worst, writing goes on, the chain holds."""
    with tempfile.TemporaryDirectory(prefix="registry-clock-") as folder:
        url = f"sqlite:///{Path(folder) / 'registry.db'}"
        initialise(url)
        load_stock(url)
        (Path(folder) / "files").mkdir()
        app = create_app(Settings(data_dir=Path(folder), database_url=url, secret_key="k" * 32))
        acknowledged = wrong = 0
        for days in (0, 1, -365, 0):
            with time_machine.travel(datetime.now(UTC) + timedelta(days=days)):
                client = app.test_client()
                form = client.get("/projects/CZ-000002/report").get_data(as_text=True)
                token = re.search(r'name="csrf_token" value="([^"]+)"', form)
                assert token, form[:300]
                fields = {"csrf_token": token[1], "topic": "name", "text": f"演示：时钟移动 {days} 天时写下的一句话。"}
                sent = client.post("/projects/CZ-000002/report", data=fields)
                acknowledged += sent.status_code == 303
                wrong += sent.status_code != 303
                wrong += sum(
                    client.get(path).status_code != 200 for path in ("/", "/projects", "/notices", "/calls", "/readyz")
                )
        app.extensions["registry"].engine.dispose()
        engine = create_engine(url)
        with engine.connect() as connection:
            stored = connection.scalar(text("SELECT count(*) FROM error_report WHERE text LIKE '演示：时钟移动%'")) or 0
        engine.dispose()
        verified = flask(Path(folder), {"DATABASE_URL": url, "SECRET_KEY": "k" * 32}, "audit", "verify")
        yield Result(
            "clock jumps", acknowledged, acknowledged - stored, wrong + verified.returncode, "+1 day, -1 year, back"
        )


def disk_full() -> Iterator[Result]:
    """A disk without room under writers, and room again (a file system in memory, as root)."""
    place = Path(tempfile.mkdtemp(prefix="registry-disk-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "registry-faults", str(place)], check=True)
    try:
        (place / "data").mkdir()
        url = f"sqlite:////{str(place / 'data' / 'registry.db').lstrip('/')}"
        with demonstration(DATABASE_URL=url) as site:
            with traffic(site) as (written, seen):
                time.sleep(2)
                with (place / "filler").open("wb") as filler:
                    try:
                        while filler.write(b"x" * 65536):
                            filler.flush()
                    except OSError:
                        pass
                before = len(written.acknowledged)
                time.sleep(3)
                (place / "filler").unlink()
                time.sleep(3)
            result = result_of("disk full", site, written, seen, url=url)
            result.wrong += int(written.refused["存储空间不足"] == 0) + int(len(written.acknowledged) == before)
            yield result
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)
        shutil.rmtree(place, ignore_errors=True)


def result_of(
    name: str, site: Site, written: Tally, seen: Tally, *, url: str = "", most_refused: int | None = None
) -> Result:
    missing, half = lost(url or database(site), written)
    refused = written.refused + seen.refused
    wrong = half + len(written.unexplained) + len(seen.unexplained)
    if most_refused is not None:
        wrong += max(0, sum(refused.values()) - most_refused)
    note = f"{len(seen.acknowledged)} pages read, refused {dict(refused)}"
    strange = sorted({*written.unexplained, *seen.unexplained})
    if strange:
        # What the program itself says about them is the way to the fault.
        lines = [json.loads(line) for line in site.log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
        raw = [line for line in site.log.read_text(encoding="utf-8").splitlines() if line and line[0] not in "{ "]
        causes = {found["traceback"].splitlines()[-1] for found in lines if "traceback" in found}
        note += f", {strange[:3]} {sorted(causes)[:3]} {raw[-3:]}"
    return Result(name, len(written.acknowledged), missing, wrong, note)


SCENARIOS: dict[str, Callable[[], Iterator[Result]]] = {
    "kill": killed_under_writers,
    "worker": worker_killed,
    "term": stopped_under_export,
    "slow": slow_clients,
    "exports": many_exports,
    "forged": forged,
    "clock": clock_jumps,
}
if os.geteuid() == 0:
    SCENARIOS["disk"] = disk_full
