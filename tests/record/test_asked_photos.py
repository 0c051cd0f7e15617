"""Photos that an enterprise asks for: seen by the city before the public, withdrawn the same way."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from registry.changes import ChangeKind
from registry.errors import Conflict, InvalidInput
from registry.models import Event, Project, Recognition, ReleasedPhoto
from registry.services import uploads
from registry.services.titles import requests
from registry.storage import Folder
from registry.terms import AttachmentKind
from tests.browser import Browser
from tests.titles.asking import LATER, TODAY, agree, done, rows
from tests.titles.makers import Holders, holders, told, writing
from tests.titles.test_enterprises import findings
from tests.titles.test_requests import browser, send, step
from tests.uploads import samples

CAPTION, ALT = "装配线全景", "一排机械臂在给车门点焊"


@pytest.fixture
def app(make_app: Callable[..., Flask], sqlite_url: str) -> Flask:
    """An application on one kind of database: what is asked here is the same on both."""
    return make_app(sqlite_url)


@pytest.fixture
def made(app: Flask) -> Holders:
    """Two enterprises with a public project each, of two years, so that they merge without doubt."""
    with writing(app) as session:
        found = holders(session)
        session.get_one(Recognition, found.titles[1].id).year = 2025
        return found


def picture() -> tuple[io.BytesIO, str]:
    """A photo as a phone sends it, with the place where it was taken."""
    return io.BytesIO(samples.photo_with_place()), "IMG_0001.jpg"


def asked(session: Any, made: Holders, folder: Path, who: Any = None, **typed: Any) -> Any:
    """A request about photos of the first project, with a picture."""
    data, name = picture()
    with uploads.examine(data, name, kind=AttachmentKind.PHOTO) as file:
        asking = requests.Asking(
            typed=typed, reason="演示理由", effective_on=TODAY, file=file, folder=Folder(folder / "files")
        )
        who, project_id = who or made.owners[0], made.projects[0].id
        return requests.enter(session, who, ChangeKind.PHOTOS, asking, project_id=project_id, now=LATER)


def shown_by(app: Flask, code: str) -> list[str]:
    """The captions that the interface tells, each with a picture that opens and holds nothing but the picture."""
    photos = told(app)["items"][code]["photos"]
    for photo in photos:
        answer = Browser(app).raw(urlsplit(photo["url"]).path)
        assert answer.status_code == 200
        with Image.open(io.BytesIO(answer.get_data())) as opened:
            assert (opened.size, dict(opened.getexif())) == ((40, 60), {})
    return [photo["caption"] for photo in photos]


def test_a_photo_is_asked_for_looked_at_shown_and_withdrawn(app: Flask, made: Holders) -> None:
    code, project_id = made.projects[0].code, made.projects[0].id
    owner, city = browser(app, made.owners[0]), browser(app, made.city)
    path = f"/enterprise/changes/new?kind=photos&project={project_id}"
    assert path in owner.get("/enterprise/changes").links().values()
    # What is missing is said at its field; what was typed is there still.
    none = send(owner, path, 422, **{"f-caption": CAPTION})
    assert "请选择要公开的照片" in none.errors_shown[0]
    assert none.one("input", id="f-caption").get("value") == CAPTION
    assert "请给照片写一句说明" in send(owner, path, 422, file=picture()).errors_shown[0]
    paper = send(owner, path, 422, file=(io.BytesIO(samples.pdf()), "照片.pdf"), **{"f-caption": CAPTION})
    assert "JPG" in paper.errors_shown[0]
    sent = send(owner, path, file=picture(), **{"f-caption": CAPTION, "f-alt": ALT})
    assert "待市局决定" in sent.text()
    assert shown_by(app, code) == []
    waiting = city.get("/review/changes/1")
    assert ["公开的照片", "没有公开的照片。", CAPTION] in waiting.rows()
    assert city.raw(waiting.one("img", alt=ALT).get("src") or "").mimetype == uploads.PREVIEW_TYPE
    step(city, "agree")
    assert shown_by(app, code) == [CAPTION]
    page = Browser(app).get(f"/projects/{code}")
    assert CAPTION in page.text()
    assert page.one("img", alt=ALT) is not None
    # A second one instead of the first, in one act; both stand side by side before the city.
    form = owner.get(path)
    [box] = [each.get("value") for each in form.all("input") if each.get("name") == "f-withdraw"]
    send(owner, path, file=picture(), **{"f-caption": "新装配线", "f-withdraw": box})
    assert ["公开的照片", CAPTION, "新装配线"] in city.get("/review/changes/2").rows()
    step(city, "agree", number=2)
    assert shown_by(app, code) == ["新装配线"]
    # The city takes one off; the publisher is the second person.
    path = f"/review/changes/new?kind=photos&project={code}"
    [box] = [each.get("value") for each in city.get(path).all("input") if each.get("name") == "f-withdraw"]
    send(city, path, **{"f-withdraw": box})
    step(browser(app, made.publisher), "agree", number=3)
    assert shown_by(app, code) == []
    assert ["公开的照片", "新装配线", "没有公开的照片。"] in city.get("/review/changes/3").rows()
    with writing(app) as session:
        acts = session.scalars(select(Event.action).where(Event.action.like("photo.%")).order_by(Event.id)).all()
    assert acts == ["photo.release", "photo.withdraw", "photo.release", "photo.withdraw"]
    assert findings(app) == []


def test_a_draft_keeps_the_photo_and_a_returned_one_is_sent_again(app: Flask, made: Holders) -> None:
    owner, city = browser(app, made.owners[0]), browser(app, made.city)
    path = f"/enterprise/changes/new?kind=photos&project={made.projects[0].id}"
    kept = send(owner, path, file=picture(), keep="1")
    assert "IMG_0001.jpg" in kept.text()
    send(owner, "/enterprise/changes/1/edit", **{"f-caption": CAPTION})
    step(city, "return", "请换一张清楚的")
    send(owner, "/enterprise/changes/1/edit", **{"f-caption": "更清楚的说明"})
    step(city, "agree")
    assert shown_by(app, made.projects[0].code) == ["更清楚的说明"]


def test_several_wait_side_by_side_and_one_that_is_gone_is_named(app: Flask, made: Holders, tmp_path: Path) -> None:
    with writing(app) as session:
        for caption in ("甲", "乙"):
            agree(session, made.city, asked(session, made, tmp_path, caption=caption))
        first, second = session.scalars(select(ReleasedPhoto.id).order_by(ReleasedPhoto.id)).all()
        one = asked(session, made, tmp_path, caption="丙", withdraw=[str(first)])
        other = asked(session, made, tmp_path, caption="丁", withdraw=[str(first), str(second)])
        with pytest.raises(Conflict, match="已有同样的变更申请"):
            asked(session, made, tmp_path, caption="丁")
        agree(session, made.city, one)
        before = rows(session, "released_photo")
        with pytest.raises(Conflict, match="已不再公开"):
            agree(session, made.city, other)
    with writing(app) as session:
        assert rows(session, "released_photo") == before
        with pytest.raises(InvalidInput, match="刷新后再选"):
            asked(session, made, tmp_path, caption="戊", withdraw=[str(first)])
    assert shown_by(app, made.projects[0].code) == ["乙", "丙"]


def test_photos_follow_a_merger_and_come_back_with_its_undoing(app: Flask, made: Holders, tmp_path: Path) -> None:
    with writing(app) as session:
        agree(session, made.city, asked(session, made, tmp_path, caption=CAPTION))
        before = rows(session, "released_photo")
        survivor = session.get_one(Project, made.projects[1].id)
        merged = done(session, made, ChangeKind.MERGE_PROJECTS, project_id=survivor.id,
                      typed={"other": made.projects[0].code})  # fmt: skip
        assert session.scalars(select(ReleasedPhoto.project_id)).all() == [survivor.id]
        done(session, made, ChangeKind.UNDO, request_id=merged.id)
        assert rows(session, "released_photo") == before
