"""Faults of what stands around the site: the mail server and the object store away, and settings on both servers."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.accounts.mailserver import MailServer
from tests.conftest import initialise
from tests.deploy.site import Site, deployed
from tests.faults.files import applicant, new_bucket, sent_files, signed_in, store_at, upload
from tests.faults.report import Result
from tests.faults.server import database, demonstration, result_of
from tests.faults.traffic import Person, traffic
from tests.grown import KEY, SECRET
from tests.served import ROOT, flask, free_port

LONGEST = 90
"""Seconds after which a mail server that is back has every letter, without anybody asking for anything."""
TIMER = 60
"""Seconds between two runs of `registry-mail.timer`."""
KEPT = "文件暂时无法保存，已填写的内容没有丢失，请稍后再试。"


def mail_server_away() -> Iterator[Result]:
    """Messages are written while the mail server is away; it comes back, and the timer alone sends them, each once."""
    gone = MailServer()
    gone.close()
    with demonstration(MAIL_URL=gone.url) as site:
        unit = json.loads(site.ask("/api/v1/projects/CZ-000001").body)["unit"]
        officer = ("officer@example.com", "--role", "district_reviewer", "--unit", unit)
        made = flask(site.folder / "data", site.settings, "users", "create", *officer)
        assert made.returncode == 0, made.stderr
        with traffic(site, writers=2, readers=1) as (written, seen):
            time.sleep(4)
        # The worst moment to come back is just after a run of the timer, which finds nothing due or cannot send.
        _timer(site)
        server = MailServer(port=gone.port)
        back = time.monotonic()
        try:
            time.sleep(TIMER)
            run = _timer(site)
            assert run.returncode == 0, run.stdout + run.stderr
            took = time.monotonic() - back
            letters = len(server.letters)
        finally:
            server.close()
        result = result_of("mail server away and back", site, written, seen, most_refused=0)
        wanted = len(written.acknowledged)
        result.lost += max(0, wanted - letters)
        result.wrong += max(0, letters - wanted) + int(took > LONGEST) + int(wanted == 0)
        result.note += f", {letters} letters {took:.0f} s after it was back"
        yield result


def _timer(site: Site) -> subprocess.CompletedProcess[str]:
    """What `registry-mail.service` does; its exit code says whether anything could not be sent."""
    return flask(site.folder / "data", site.settings, "messages", "send")


def store_away() -> Iterator[Result]:
    """The object store away between two uploads: a sentence and the form again, pages go on, and nothing is half."""
    port = free_port("127.0.0.1")
    server = store_at(port)
    settings = {"STORAGE_URL": new_bucket(port), "STORAGE_KEY": KEY, "STORAGE_SECRET": SECRET}
    with tempfile.TemporaryDirectory(prefix="registry-store-") as folder:
        data = Path(folder) / "data"
        data.mkdir()
        initialise(f"sqlite:///{data / 'registry.db'}")
        email, path = applicant(f"sqlite:///{data / 'registry.db'}")
        try:
            with deployed(settings, data=data) as site:
                person = Person(site)
                token = signed_in(person, email)
                wrong = int(upload(person, path, token, "before").status != 303)
                server.stop()
                refused = upload(person, path, token, "while it is away")
                wrong += int((refused.status, KEPT in refused.body, "while it is away" in refused.body)
                             != (503, True, True))  # fmt: skip
                wrong += int(json.loads(site.ask("/readyz").body)["faults"] != ["文件存储不可用。"])
                wrong += sum(site.ask(page).status != 200 for page in ("/", "/projects", "/statistics", "/healthz"))
                server = store_at(port)
                wrong += int(upload(person, path, token, "after").status != 303)
                wrong += int(not json.loads(site.ask("/readyz").body)["ready"])
                stored = sent_files(database(site))
                lost = sum(person.ask(f"/files/{number}").status != 200 for _caption, number in stored)
                wrong += int([caption for caption, _number in stored] != ["before", "after"])
                yield Result("object store away", len(stored), lost, wrong, "one upload refused with its sentence")
        finally:
            server.stop()


def settings() -> Iterator[Result]:
    """Each setting seen on a server of its own kind: waitress with the defaults, granian with all of them changed."""
    command = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/cli/test_settings_served.py")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|error)", done.stdout)}
    wrong = sum(counts.values()) - counts.get("passed", 0) + int(done.returncode != 0)
    yield Result("settings through both servers", counts.get("passed", 0), 0, wrong, "waitress and granian")


SCENARIOS: dict[str, Callable[[], Iterator[Result]]] = {
    "mail": mail_server_away,
    "store": store_away,
    "settings": settings,
}
