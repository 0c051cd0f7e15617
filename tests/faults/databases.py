"""Faults of PostgreSQL under the deployed site: stopped, used up, failed over, behind a pooler."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPException
from pathlib import Path

import psycopg

from tests.faults.cluster import primary, standby_of
from tests.faults.report import Result
from tests.faults.server import demonstration, result_of
from tests.faults.traffic import Person, Tally, traffic
from tests.served import free_port


def stopped() -> Iterator[Result]:
    """PostgreSQL stopped as by a power cut and started again under traffic; the site is not touched."""
    with primary() as server, demonstration(DATABASE_URL=server.url()) as site:
        with traffic(site) as (written, seen):
            time.sleep(2)
            server.stop()
            time.sleep(3)
            server.start()
            time.sleep(4)
            before = len(written.acknowledged)
            time.sleep(3)
        result = result_of("PostgreSQL stopped", site, written, seen, url=server.url())
        result.wrong += int(len(written.acknowledged) == before) + int(written.refused["系统繁忙"] == 0)
        yield result


def used_up() -> Iterator[Result]:
    """Every connection of PostgreSQL taken by somebody else, then given back."""
    with primary(connections=20) as server, demonstration(DATABASE_URL=server.url(user="registry")) as site:
        with traffic(site) as (written, seen):
            time.sleep(2)
            with ExitStack() as stack:
                server.say("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'registry'")
                taken = 0
                until = time.monotonic() + 6
                while time.monotonic() < until:
                    try:
                        connection = psycopg.connect(server.url(user="registry"))
                        stack.callback(connection.close)
                        taken += 1
                    except psycopg.OperationalError:
                        time.sleep(0.2)
                        server.say("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'registry'"
                                   " AND application_name = '' AND state LIKE 'idle%' AND query LIKE '%counter%'")  # fmt: skip
            time.sleep(4)
            before = len(written.acknowledged)
            time.sleep(3)
        result = result_of("connections used up", site, written, seen, url=server.url())
        result.wrong += int(len(written.acknowledged) == before)
        result.note += f", {taken} taken"
        yield result


def failed_over() -> Iterator[Result]:
    """The primary killed and its standby promoted: the next request works, without a restart."""
    with primary() as server:
        # A commit is acknowledged when the standby has it as well, or it would be lost with the primary.
        server.say("ALTER SYSTEM SET synchronous_standby_names = '*'")
        with demonstration(DATABASE_URL=server.url()) as _loaded:
            pass
        standby = standby_of(server)
        server.say("SELECT pg_reload_conf()")
        with demonstration_on(server.url(standby)) as site:
            with traffic(site) as (written, seen):
                time.sleep(3)
                server.stop()
                time.sleep(2)
                standby.promote()
                standby.say("ALTER SYSTEM SET synchronous_standby_names = ''")
                standby.say("SELECT pg_reload_conf()")
                time.sleep(4)
                before = len(written.acknowledged)
                time.sleep(3)
            result = result_of("failed over", site, written, seen, url=standby.url())
            result.wrong += int(len(written.acknowledged) == before)
            yield result


def demonstration_on(url: str):  # type: ignore[no-untyped-def]
    """A deployed site on a database that holds its data already."""
    from tests.deploy.site import deployed

    return deployed({"DATABASE_URL": url})


def behind_pooler() -> Iterator[Result]:
    """pgbouncer, a connection a transaction: 8 readers at once, 40 pages each."""
    program = shutil.which("pgbouncer")
    assert program, "pgbouncer is not installed"
    with primary() as server, tempfile.TemporaryDirectory(prefix="registry-pooler-") as folder:
        place, port = Path(folder), free_port("127.0.0.1")
        place.chmod(0o777)
        (place / "users.txt").write_text('"postgres" ""\n')
        (place / "pgbouncer.ini").write_text(
            f"[databases]\nregistry = host=127.0.0.1 port={server.port} dbname=registry\n[pgbouncer]\n"
            f"listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = trust\n"
            f"auth_file = {place / 'users.txt'}\npool_mode = transaction\ndefault_pool_size = 4\n"
        )
        process = subprocess.Popen([program, "-q", "-u", "daemon", str(place / "pgbouncer.ini")])
        try:
            time.sleep(1)
            direct = server.url()
            with demonstration(DATABASE_URL=direct) as _loaded:
                pass
            pooled = f"postgresql://postgres@127.0.0.1:{port}/registry"
            from tests.deploy.site import deployed

            with deployed({"DATABASE_URL": pooled, "DATABASE_POOLER": "1"}) as site:
                tally = Tally()

                def read(number: int) -> None:
                    person = Person(site)
                    for turn in range(40):
                        path = f"/api/v1/projects?per_page=3&page={turn % 9 + 1}&year_to={2000 + number * 3 + turn % 3}"
                        try:
                            answer = person.ask(path)
                        except (OSError, HTTPException):
                            tally.unexplained.append(path)
                            continue
                        if answer.status == 200:
                            tally.acknowledged.append(path)
                        else:
                            tally.unexplained.append(f"{path} {answer.status}")

                threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join(120)
                with traffic(site, writers=4, readers=0) as (written, seen):
                    time.sleep(4)
                result = result_of("behind pgbouncer", site, written, seen, url=direct)
                result.wrong += len(tally.unexplained) + abs(320 - len(tally.acknowledged))
                result.note = f"{len(tally.acknowledged)} of 320 pages; {result.note}"
                yield result
        finally:
            process.terminate()
            process.wait(30)


SCENARIOS: dict[str, Callable[[], Iterator[Result]]] = {
    "stopped": stopped,
    "used-up": used_up,
    "failover": failed_over,
    "pooler": behind_pooler,
}
