"""docs/operation.md on this machine: initialised, behind nginx with TLS, stopped and started, a second server beside."""

from __future__ import annotations

import json
import shutil
import ssl
import tempfile
import time
from contextlib import ExitStack, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.deploy.files import NAME
from tests.deploy.installing import installed, write_settings
from tests.deploy.site import Site, deployed
from tests.faults.cluster import Postgres, primary
from tests.faults.files import applicant, object_store, sent_files, signed_in, upload
from tests.faults.traffic import Person
from tests.grown import KEY, SECRET
from tests.served import Answer, flask, flask_serve


def told(text: str) -> None:
    """One line of what holds."""
    print(f"  {text}", flush=True)


def walk() -> None:
    """Everything that the instructions promise; an assertion fails where one does not hold."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="registry-machine-")))
        began = time.monotonic()
        program = installed(folder)
        told(f"the pinned packages with their hashes in an environment of its own ({time.monotonic() - began:.0f} s)")
        server = stack.enter_context(primary())
        store = stack.enter_context(object_store())
        given = {"DATABASE_URL": server.url(user="registry"), "STORAGE_URL": store, "STORAGE_KEY": KEY,
                 "STORAGE_SECRET": SECRET, "PUBLIC_URL": f"https://{NAME}", "SITE_PHONE": "0000-00000000",
                 "METRICS": "1", "LOG_FORMAT": "json"}  # fmt: skip
        settings = write_settings(folder, given)
        settings.pop("DATA_DIR")
        site = stack.enter_context(deployed(settings, program=program))
        told("PostgreSQL and an object store by the settings file, workers behind nginx with TLS")
        behind_proxy(site)
        strangers(site)
        second_server(site, server)
        maintenance(site)
    print("site: as docs/operation.md says; not shown here: Debian's packages, the account, systemd itself")


def behind_proxy(site: Site) -> None:
    """Pages, headers, addresses and the log, through TLS."""
    page = site.ask("/")
    assert (page.status, page.header("Strict-Transport-Security")) == (200, "max-age=31536000")
    assert json.loads(site.ask("/readyz").body) == {"ready": True, "faults": []}
    found = json.loads(
        site.ask(
            "/api/v1/projects", headers={"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
        ).body
    )
    assert found["links"]["self"] == f"https://{NAME}/api/v1/projects"
    told("pages by https, complete addresses from the public address")
    packed = site.ask("/projects", headers={"Accept-Encoding": "br"})
    again = site.ask("/projects", headers={"Accept-Encoding": "br", "If-None-Match": packed.header("ETag")})
    assert (packed.header("Content-Encoding"), packed.header("ETag")[:1], again.status) == ("br", '"', 304)
    told("compressed by the application, known again by its tag")
    assert site.ask("/metrics").status == 404
    assert site.past_proxy("/metrics") == 200
    number = packed.header("X-Request-Id")
    [line] = [line for line in site.log.read_text(encoding="utf-8").splitlines() if number in line]
    assert json.loads(line)["path"] == "/projects"
    told("figures for the operator alone, one line a request with the number of the answer")


def strangers(site: Site) -> None:
    """Other names and plain http."""
    connection = HTTPConnection("127.0.0.1", site.plain_port, timeout=10)
    connection.request("GET", "/projects?unit=JKQ", headers={"Host": NAME})
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Location")) == (301, f"https://{NAME}/projects?unit=JKQ")
    connection.close()
    other = HTTPConnection("127.0.0.1", site.plain_port, timeout=10)
    with suppress(HTTPException, OSError):
        other.request("GET", "/", headers={"Host": "evil.example"})
        other.getresponse()
        raise AssertionError("a strange name was answered")
    other.close()
    strange = site.connect("evil.example", timeout=10)
    with suppress(ssl.SSLError):
        strange.request("GET", "/")
        raise AssertionError("a strange name got a certificate")
    strange.close()
    inside = site.connect(NAME, timeout=10)
    with suppress(HTTPException, OSError):
        inside.request("GET", "/", headers={"Host": "evil.example"})
        inside.getresponse()
        raise AssertionError("a strange name was answered behind a handshake in the name of the site")
    inside.close()
    assert site.ask("/reset/s3cret?x=s3cret").status == 404
    assert "s3cret" not in (site.folder / "registry.log").read_text(encoding="utf-8")
    told("http leads to https, names that are none of the site's get no answer")


def second_server(site: Site, server: Postgres) -> None:
    """Another server on the same database and store: what one writes, the other shows on the next request."""
    other = Path(f"{site.folder}-second")
    other.mkdir()
    key = (site.folder / "data" / "secret.key").read_text().strip()
    shared = {name: site.settings[name] for name in ("DATABASE_URL", "STORAGE_URL", "STORAGE_KEY", "STORAGE_SECRET")}
    try:
        with flask_serve(other, shared | {"SECRET_KEY": key}, program=site.program) as second:
            assert second.ask("/readyz").status == 200
            assert total(second.ask("/api/v1/projects")) == total(site.ask("/api/v1/projects")) == 0
            loaded = flask(site.folder / "data", site.settings, "demo", "load", program=site.program)
            assert loaded.returncode == 0, loaded.stderr
            assert total(second.ask("/api/v1/projects")) == total(site.ask("/api/v1/projects")) > 0
            told("a second server on the same database: both show on the next request what a third process has written")
            email, path = applicant(server.url().replace("postgresql://", "postgresql+psycopg://"))
            person = Person(site)
            token = signed_in(person, email)
            assert upload(person, path, token, "演示").status == 303
            number = sent_files(server.url())[-1][1]
            cookie = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
            read = second.ask(f"/files/{number}", headers={"Cookie": cookie})
            assert (read.status, read.header("Content-Type")) == (200, "image/jpeg")
            assert not list((site.folder / "data").glob("files/**/*")), "a file lies beside the store"
            told("a file sent to one server is read from the other, by the same signed-in person")
    finally:
        shutil.rmtree(other)


def total(answer: Answer) -> int:
    """How many projects the interface knows."""
    return int(json.loads(answer.body)["total"])


def maintenance(site: Site) -> None:
    """The application stops and starts again behind the proxy."""
    assert site.stop() == 0
    page = site.ask("/projects")
    assert (page.status, page.header("Retry-After"), "网站正在维护" in page.body) == (503, "10", True)
    assert page.header("Cache-Control") == "no-store"
    site.start()
    assert site.ask("/projects").status == 200
    told("stopped: a page with the time to come back; started: answers again without a word to nginx")
