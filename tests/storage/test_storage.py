"""Files are put once, read, listed and deleted alike in a folder and in an object store, also when it is away."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from registry.config import Settings
from registry.errors import OperatorError
from registry.models import Attachment, Event
from registry.services.backups import back_up, restore
from registry.storage import Bucket, Folder, Storage, StorageAway
from tests import applicants as stage
from tests import people
from tests.browser import Page
from tests.grown import KEY, SECRET
from tests.storage.conftest import new_bucket
from tests.uploads import samples

NAME, OTHER = "ab/" + "c" * 40, "cd/" + "e" * 40
NOWHERE = "s3://bucket-none/x?endpoint=http://127.0.0.1:9"


def read(storage: Storage, name: str) -> bytes:
    with storage.open(name) as content:
        return content.read()


def test_a_file_is_put_once_and_read_again(storage: Storage) -> None:
    started = datetime.now(UTC) - timedelta(seconds=5)
    storage.put(NAME, io.BytesIO(b"one" * 100_000))
    with pytest.raises(FileExistsError):
        storage.put(NAME, io.BytesIO(b"other"))
    assert read(storage, NAME) == b"one" * 100_000
    storage.put(OTHER, io.BytesIO(b""))
    assert sorted((held.name, held.size) for held in storage.names()) == [(NAME, 300_000), (OTHER, 0)]
    assert all(started < held.changed_at < datetime.now(UTC) + timedelta(seconds=5) for held in storage.names())
    storage.check()


def test_a_file_that_is_not_there_is_said_not_to_be_there(storage: Storage) -> None:
    with pytest.raises(FileNotFoundError):
        storage.open(NAME)
    storage.put(NAME, io.BytesIO(b"x"))
    storage.delete(NAME)
    storage.delete(NAME)
    assert list(storage.names()) == []


@pytest.mark.parametrize("name", ["../../registry.db", "ab/../../x", "", "ab/", "/etc/passwd", "ab/.hidden", "AB/x"])
def test_names_that_no_storage_has_given_lead_nowhere(storage: Storage, name: str) -> None:
    for use in (storage.open, storage.delete, lambda name: storage.put(name, io.BytesIO(b""))):
        with pytest.raises(ValueError, match="not a storage name"):
            use(name)
    assert list(storage.names()) == []


def test_a_folder_that_cannot_be_written_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "files")
    with pytest.raises(StorageAway, match="文件暂时无法保存"):
        folder.check()

    class Full(io.BytesIO):
        """A disk that is full after some bytes."""

        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError(errno.ENOSPC, "full")

    with pytest.raises(StorageAway, match="存储空间不足，暂时无法保存；已填写的内容没有丢失。"):
        folder.put(NAME, Full())
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


def test_a_store_that_does_not_answer_is_away_for_every_use() -> None:
    away = Bucket(NOWHERE, KEY, SECRET)
    for use in (
        away.check,
        lambda: away.open(NAME),
        lambda: away.put(NAME, io.BytesIO(b"")),
        lambda: list(away.names()),
    ):
        with pytest.raises(StorageAway) as caught:
            use()
        assert (caught.value.status, str(caught.value.message).endswith("请稍后再试。")) == (503, True)


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"URL": "https://s3.example/bucket"}, "REGISTRY_STORAGE_URL 应写成 s3://"),
        ({"URL": "s3://bucket/x"}, "还须设置 REGISTRY_STORAGE_KEY"),
    ],
)
def test_wrong_settings_end_the_start(environment: dict[str, str], sentence: str) -> None:
    with pytest.raises(OperatorError, match=sentence):
        Settings.from_environ({f"REGISTRY_STORAGE_{name}": value for name, value in environment.items()})


Made = Callable[..., Flask]


def drafted(app: Flask) -> tuple[int, int]:
    """An application that is filled in: its number and its clerk."""
    with app.extensions["registry"].write() as session:
        who = stage.cast(session)
        application = stage.drafted(session, stage.open_call(session), who)
        session.commit()
        assert who.clerk.id
        return application.id, who.clerk.id


def sent(app: Flask, application: int, clerk: int, **options: object) -> Page:
    browser = people.signed_in(app, clerk)
    path = f"/enterprise/applications/{application}/files"
    data = {"kind": "photo", "caption": "大门", "file": (io.BytesIO(samples.picture()), "门.jpg")}
    token = browser.token()
    return Page(browser.client.post(path, data=data | {"csrf_token": token}, **options))


def test_without_its_store_the_site_keeps_what_was_typed_and_says_what_is_away(make_app: Made, sqlite_url: str) -> None:
    app = make_app(sqlite_url, storage_url=NOWHERE, storage_key=KEY, storage_secret=SECRET)
    application, clerk = drafted(app)
    page = sent(app, application, clerk)
    assert (page.status, "文件暂时无法保存，已填写的内容没有丢失，请稍后再试。" in page.text()) == (503, True)
    assert {(field.get("name"), field.get("value")) for field in page.all("input")} >= {
        ("caption", "大门"),
        ("kind", "photo"),
    }
    assert page.h1 == "内容还没有保存"
    with app.test_client().get("/readyz") as ready:
        assert (ready.status_code, ready.get_json()["faults"]) == (503, ["文件存储不可用。"])
    with app.test_client().get("/projects") as answer:
        assert answer.status_code == 200
    with app.extensions["registry"].read() as session:
        assert session.scalars(select(Attachment)).all() == []


@pytest.mark.slow
def test_files_of_the_site_lie_in_the_bucket_and_orphans_are_swept(
    make_app: Made, sqlite_url: str, object_store: str
) -> None:
    app = make_app(sqlite_url, storage_url=new_bucket(object_store), storage_key=KEY, storage_secret=SECRET)
    application, clerk = drafted(app)
    assert sent(app, application, clerk).status == 303
    files = app.extensions["registry"].files
    with app.extensions["registry"].read() as session:
        row = session.scalars(select(Attachment)).one()
    assert [held.name for held in files.names()] == [row.storage_name]
    browser = people.signed_in(app, clerk)
    with browser.client.get(f"/files/{row.id}") as answer:
        assert (answer.status_code, answer.content_length, answer.data) == (
            200,
            row.size,
            read(files, row.storage_name),
        )
    with browser.client.get(f"/files/{row.id}/preview") as answer:
        assert answer.mimetype == "image/jpeg"
    files.put(OTHER, io.BytesIO(b"left behind"))
    run = app.test_cli_runner().invoke
    # It is too young: a transaction that has not committed yet may name it.
    assert run(args=["files", "sweep"]).output == "有 0 个没有记录的文件；加 --apply 删除。\n"


def test_the_sweep_takes_old_files_without_a_row_and_nothing_else(
    make_app: Made, sqlite_url: str, tmp_path: Path
) -> None:
    app = make_app(sqlite_url)
    (tmp_path / "files").mkdir()
    (tmp_path / "secret.key").write_text("k" * 64)
    application, clerk = drafted(app)
    assert sent(app, application, clerk).status == 303
    files = app.extensions["registry"].files
    [kept] = [held.name for held in files.names()]
    for name, days in ((NAME, 2), (OTHER, 0)):
        files.put(name, io.BytesIO(b"x"))
        at = datetime.now(UTC).timestamp() - days * 86_400
        os.utime(tmp_path / "files" / name, (at, at))
    at = datetime.now(UTC).timestamp() - 9 * 86_400
    os.utime(tmp_path / "files" / kept, (at, at))
    run = app.test_cli_runner().invoke
    assert run(args=["files", "sweep"]).output == f"{NAME}\n有 1 个没有记录的文件；加 --apply 删除。\n"
    assert run(args=["files", "sweep", "--apply"]).output == f"{NAME}\n已删除 1 个没有记录的文件。\n"
    assert sorted(held.name for held in files.names()) == sorted((kept, OTHER))
    with app.extensions["registry"].read() as session:
        assert session.scalars(select(Event.changes).where(Event.action == "files.sweep")).one() == {"files": [1, 0]}


@pytest.mark.slow
def test_a_backup_goes_from_folder_to_bucket_and_back(
    make_app: Made, sqlite_url: str, sqlite_template: Path, object_store: str, tmp_path: Path
) -> None:
    app = make_app(sqlite_url)
    (tmp_path / "files").mkdir()
    application, clerk = drafted(app)
    assert sent(app, application, clerk).status == 303
    runtime = app.extensions["registry"]
    [name] = [held.name for held in runtime.files.names()]
    bucket, back = Bucket(new_bucket(object_store), KEY, SECRET), Folder(tmp_path / "back" / "files")
    first, second = tmp_path / "first", tmp_path / "second"
    with first.open("wb") as out:
        one = back_up(runtime.engine, tmp_path, out, now=datetime.now(UTC), files=runtime.files).manifest
    there = make_app(f"sqlite:///{tmp_path / 'there.db'}", data_dir=tmp_path / "there").extensions["registry"]
    restore(there.engine, tmp_path / "there", first, files=bucket)
    assert read(bucket, name) == read(runtime.files, name)
    with second.open("wb") as out:
        two = back_up(there.engine, tmp_path / "there", out, now=one.made_at, files=bucket).manifest
    assert (one.files, one.tables, list(one.files)) == (two.files, two.tables, [name])
    home = make_app(f"sqlite:///{tmp_path / 'home.db'}", data_dir=tmp_path / "back").extensions["registry"]
    restore(home.engine, tmp_path / "back", second, files=back)
    assert read(back, name) == read(bucket, name)
    empty = make_app(f"sqlite:///{tmp_path / 'empty.db'}", data_dir=tmp_path / "empty").extensions["registry"]
    with pytest.raises(OperatorError, match="只能在空的"):
        restore(empty.engine, tmp_path / "empty", second, files=bucket)
