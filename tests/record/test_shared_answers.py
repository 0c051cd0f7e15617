"""Nobody's question shows in the answer that another one gets.

Each public address is asked first with a mark in one part of the request, then plainly, and what comes then is
what an application says that nobody has asked before: the same status, the same headers, the same bytes.
"""

from __future__ import annotations

import io
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from registry.db import make_engine, writers
from registry.models import Account, Application, Attachment, CallFile, Project, ReleasedPhoto
from registry.permissions import Permission
from tests.browser import Page
from tests.uploads import samples

MARK = "poison"
VALUES: dict[str, str] = {
    "code": "CZ-000001",
    "enterprise_id": "1",
    "division": "320402",
    "document_id": "1",
    "call_id": "1",
    "notice_id": "1",
    "filename": "site.css",
    "photo_id": "1",
    "file_id": "1",
    "number": "1",
}
"""What stands in public addresses; one with another part fails here until it gets a value."""
QUERIES = {
    "/": ("unit=JKQ",),
    "/projects": ("unit=JKQ&year=2020", "q=机器人"),
    "/statistics": ("tier=national&method=pooled",),
    "/announcements": ("page=2",),
    "/honors": ("kind=首台套&year=2019", "q=演示&page=2"),
    "/suppliers": ("kind=software",),
    "/calls/1/check": ("enterprise=演示",),
    "/map/points.json": ("unit=JKQ",),
    "/map/clusters.json": ("tile=10/853/415&unit=WJQ",),
    "/map/labels.json": ("codes=CZ-000001,CZ-000002", "bbox=119.9,31.7,120,31.8"),
    "/api/v1/projects": ("per_page=3&page=2", "rows=enterprises"),
    "/ogc": ("f=html",),
    "/ogc/collections/projects/items": ("limit=3&offset=2&tier=national",),
}
"""Views of public addresses that are asked beside the bare address."""
SCOPES = {"/statistics.docx": "?unit=JKQ&year=2020"}
"""A table of all titles in a Word file takes seconds, so a short one is asked for instead."""

HEADERS = {
    "Accept": f"text/{MARK}",
    "Accept-Language": f"en, {MARK}",
    "User-Agent": MARK,
    "Referer": f"https://{MARK}.example/?{MARK}",
    "Origin": f"https://{MARK}.example",
    "Cookie": f"registry_session={MARK}; registry_form={MARK}; lang=en",
    "Authorization": f"Bearer {MARK}",
    "Forwarded": f"for=203.0.113.9;host={MARK}.example;proto=https",
    "From": f"{MARK}@example.com",
    "Via": f"1.1 {MARK}",
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Host": f"{MARK}.example",
    "X-Forwarded-Port": "1",
    "X-Forwarded-Prefix": f"/{MARK}",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Scheme": "https",
    "X-HTTP-Method-Override": "POST",
    "X-Original-URL": f"/{MARK}",
    "X-Real-IP": "203.0.113.9",
    "X-Request-Id": MARK,
    "X-Requested-With": MARK,
    "X-Rewrite-URL": f"/{MARK}",
    "Sec-Fetch-Site": "cross-site",
    "Sec-Fetch-Mode": MARK,
    "Purpose": "prefetch",
    "Save-Data": "on",
    "DNT": "1",
    "Priority": MARK,
    "Cache-Control": f"no-store, {MARK}",
    "Pragma": MARK,
    "Content-Type": f"text/{MARK}",
    "X-Poison": MARK,
}

Ask = Callable[[Any, str], TestResponse]


def _with(**options: Any) -> Ask:
    return lambda client, path: client.get(path, **options)


def _with_query(client: Any, path: str) -> TestResponse:
    mark = f"x={MARK}&lang=&{MARK}=1&_external={MARK}&next=/{MARK}&_anchor={MARK}"
    return client.get(f"{path}{'&' if '?' in path else '?'}{mark}")  # type: ignore[no-any-return]


def _twice(first: dict[str, str], second: dict[str, str]) -> Ask:
    def ask(client: Any, path: str) -> TestResponse:
        client.get(path, headers=first).close()
        return client.get(path, headers=second)  # type: ignore[no-any-return]

    return ask


FIRST: dict[str, Ask] = {
    "unknown parameters": _with_query,
    "the other language": lambda client, path: client.get(f"{path}{'&' if '?' in path else '?'}lang=en"),
    "HEAD": lambda client, path: client.head(path),
    "HEAD with parameters": lambda client, path: client.head(f"{path}{'&' if '?' in path else '?'}x={MARK}"),
    "OPTIONS": lambda client, path: client.options(path),
    "POST": lambda client, path: client.post(path, data={"x": MARK}),
    "every header": _with(headers=HEADERS),
    "a body": _with(data={"x": MARK, "lang": "en"}),
    "a strange host": _with(base_url=f"http://{MARK}.example:81"),
    "another name of the site": _with(base_url="http://127.0.0.1:81"),
    "another scheme": _with(base_url="https://localhost"),
    "codings": _twice({"Accept-Encoding": "identity;q=0.1, br"}, {"Accept-Encoding": f"gzip, {MARK}"}),
    "parts": _with(headers={"Range": "bytes=0-9", "If-Range": '"x"'}),
    "conditions": _twice({"If-None-Match": "*"}, {"If-Match": '"x"', "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}),
    "a slash more": lambda client, path: client.get(f"/{path}"),
}  # fmt: skip


def public_addresses(app: Flask) -> list[str]:
    """Every address that answers anybody, from the route table."""
    found = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if getattr(view, "policy", None) not in (Permission.PUBLIC_READ, Permission.HEALTH_READ):
            continue
        if "digest" in rule.arguments:
            continue  # They are read off the pages that name them.
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda part: VALUES[part[1]], rule.rule)
        found += [path + SCOPES.get(path, ""), *(f"{path}?{query}" for query in QUERIES.get(path, ()))]
    with app.test_client().get("/") as page:
        scripts = re.findall(r"/map/page-\w+\.js|/static/[\w./-]+\?v=\w+", page.get_data(as_text=True))
    assert any(script.startswith("/map/page-") for script in scripts)
    return [*found, *sorted(set(scripts))]


def _said(answer: TestResponse) -> tuple[int, list[tuple[str, str]], object]:
    with answer:
        own = ("X-Request-Id", "Date", "Content-Length")
        headers = sorted(pair for pair in answer.headers if pair[0] not in own)
        return answer.status_code, headers, _content(answer.get_data())


def _content(body: bytes) -> object:
    """An office file is an archive and a GeoPackage a database, which say when they were made: their parts are compared."""
    if body.startswith(b"SQLite format 3"):
        with closing(sqlite3.connect(":memory:")) as database:
            database.deserialize(body)
            layers = ("projects", "recognitions")
            rows = {layer: database.execute(f"SELECT * FROM {layer}").fetchall() for layer in layers}
            stated = "SELECT table_name, identifier, description FROM gpkg_contents"
            return rows | {"stated": database.execute(stated).fetchall()}
    if not body.startswith(b"PK"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(autouse=True)
def _a_moment() -> Iterator[None]:
    """Pages of calls and workbooks say when they were made."""
    with time_machine.travel(datetime(2021, 5, 1, 2, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def build(make_app: Callable[..., Flask], demo_file: Path, tmp_path: Path) -> Callable[..., Flask]:
    """Builds applications on one and the same stock."""
    path = tmp_path / "demo.db"
    shutil.copyfile(demo_file, path)
    _release_a_photo(f"sqlite:///{path}", tmp_path / "files")
    return lambda **settings: make_app(f"sqlite:///{path}", **settings)


def _release_a_photo(url: str, folder: Path) -> None:
    """One photo of CZ-000001 for everybody; the demo stock has none."""
    engine = make_engine(url)
    name, day = "aa/" + "a" * 40, datetime(2021, 4, 1, tzinfo=UTC)
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(samples.picture())
    with writers(engine)() as session:
        account, application = (
            session.scalars(select(Account.id)).first(),
            session.scalars(select(Application.id)).first(),
        )
        project = session.scalars(select(Project.id).where(Project.code == VALUES["code"])).one()
        assert account
        assert application
        session.add(
            Attachment(
                id=int(VALUES["photo_id"]), application_id=application, kind="photo", filename="门.jpg", caption="大门",
                media_type="image/jpeg", size=path.stat().st_size, sha256="0" * 64, storage_name=name,
                uploaded_by=account, created_at=day,
            )
        )  # fmt: skip
        session.flush()
        session.add(
            ReleasedPhoto(
                attachment_id=int(VALUES["photo_id"]), project_id=project, caption="演示车间大门",
                released_by=account, released_at=day,
            )
        )  # fmt: skip
        session.add(
            CallFile(
                id=int(VALUES["file_id"]), call_id=int(VALUES["call_id"]), kind="notice", filename="通知.jpg",
                media_type="image/jpeg", size=path.stat().st_size, sha256="0" * 64, storage_name=name,
                uploaded_by=account, created_at=day,
            )
        )  # fmt: skip
        session.commit()
    engine.dispose()


@pytest.fixture(scope="module")
def untouched() -> dict[str, Any]:
    """What an application said to whom nobody had spoken before, by address; filled by the first test."""
    return {}


@pytest.mark.parametrize("how", FIRST)
def test_a_later_reader_gets_what_the_first_one_would_have_got(
    build: Callable[..., Flask], untouched: dict[str, Any], how: str
) -> None:
    if not untouched:
        addresses, fresh = public_addresses(build()), build().test_client()
        untouched.update((path, _said(fresh.get(path))) for path in addresses)
        assert [path for path, said in untouched.items() if said[0] != 200] == []
    app = build()
    wrong = []
    for path, expected in untouched.items():
        FIRST[how](app.test_client(), path).close()
        if any(_said(app.test_client().get(path)) != expected for _ in range(2)):
            wrong.append(path)
    assert wrong == []


def test_pages_repeat_the_parameters_that_they_know_and_no_others(build: Callable[..., Flask]) -> None:
    client = build().test_client()
    for path in public_addresses(build()):
        with client.get(path) as plain:
            # What programs ask refuses what it does not know, in HTML as well.
            if plain.mimetype != "text/html" or path.startswith("/ogc"):
                continue
        with _with_query(client, path) as answer:
            assert answer.status_code == 200, path
            assert MARK not in answer.get_data(as_text=True), path
    for path, kept in (
        ("/projects?unit=JKQ&year=2020&x=1", "/projects?unit=JKQ&year=2020&lang=en"),
        ("/announcements?page=2&unit=JKQ", "/announcements?page=2&lang=en"),
        ("/calls/1/check?project=A1&x=1", "/calls/1/check?project=A1&lang=en"),
        ("/projects?year=x", "/projects?lang=en"),
    ):
        with client.get(path) as answer:
            assert Page(answer).links()["English"] == kept
