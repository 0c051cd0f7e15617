"""The files of an application over the web: plain forms, the script's JSON, downloads and previews."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from registry.models import Attachment, Event
from registry.terms import Action, Role
from tests import applicants as stage
from tests import people
from tests.browser import Browser, Page, check_page
from tests.uploads import samples

JSON = {"Accept": "application/json"}


@dataclass
class Scene:
    """A draft and a browser for everybody around it."""

    app: Flask
    application: int
    clerk: Browser
    checker: Browser
    district: Browser
    other_clerk: Browser
    other_district: Browser

    @property
    def files(self) -> str:
        return f"/enterprise/applications/{self.application}/files"

    def token(self) -> str:
        page = Page(self.clerk.client.get(self.files))
        return next(field.get("value") or "" for field in page.all("input") if field.get("name") == "csrf_token")

    def post(self, path: str, data: dict[str, Any], **options: Any) -> Any:
        return self.clerk.client.post(path, data={"csrf_token": self.token()} | data, **options)

    def send(
        self, content: bytes = b"", name: str = "车间.jpg", kind: str = "photo", caption: str = "大门", **options: Any
    ) -> Any:
        data = {"kind": kind, "caption": caption, "file": (io.BytesIO(content or samples.picture()), name)}
        return self.post(self.files, data, **options)

    def rows(self) -> list[Attachment]:
        with self.app.extensions["registry"].read() as session:
            return list(session.scalars(select(Attachment).order_by(Attachment.id)))

    def actions(self) -> list[str]:
        with self.app.extensions["registry"].read() as session:
            found = session.scalars(
                select(Event.action).where(Event.action.startswith("attachment.")).order_by(Event.id)
            )
            return list(found)

    def submit(self) -> None:
        with self.app.extensions["registry"].write() as session:
            application = session.get_one(stage.Application, self.application)
            who = stage.Cast(*self.actors)  # type: ignore[attr-defined]
            stage.drafts.confirm(session, who.checker, application.id, seen_version=application.version, now=stage.NOW)
            stage.step(session, application, who.clerk, Action.SUBMIT)
            session.commit()


@pytest.fixture
def scene(make_app: Callable[..., Flask], sqlite_url: str) -> Scene:
    app = make_app(sqlite_url)
    with app.extensions["registry"].write() as session:
        who, other = stage.cast(session), stage.cast(session, unit="WJQ")
        application = stage.drafted(session, stage.open_call(session), who)
        number = application.id
        session.commit()
    ids = {name: getattr(who, name).id for name in ("clerk", "checker", "district")}
    ids |= {f"other_{name}": getattr(other, name).id for name in ("clerk", "district")}
    made = Scene(app, number, **{name: people.signed_in(app, account) for name, account in ids.items()})
    made.actors = (who.clerk, who.checker, who.district, who.city, who.publisher)  # type: ignore[attr-defined]
    return made


def status(browser: Browser, path: str) -> int:
    with browser.client.get(path) as answer:
        return int(answer.status_code)


def sound(response: Any) -> Page:
    page = Page(response)
    check_page(page, "answer")
    return page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_of_files_is_sound_and_says_what_is_missing(scene: Scene, language: str) -> None:
    scene.send(samples.picture(), caption="大门 <b>")
    page = scene.clerk.get(f"{scene.files}?lang={language}")
    boxes = [element for element in page.all("section") if element.get("class") == "filekind"]
    words = [page.text(page.one("p", id=f"{(box.get('id') or '').removesuffix('-box')}-h")) for box in boxes]
    expected = {
        "zh": ["营业执照 可不传", "真实性承诺书 可不传", "投资清单 可不传", "现场照片 已有 1 个", "其他 可不传"],
        "en": [
            "Business licence Optional",
            "Authenticity commitment Optional",
            "Investment list Optional",
            "Photo 1 present",
            "Other Optional",
        ],
    }
    assert words == expected[language]
    [picture] = page.all("img")
    assert picture.get("alt") == "大门 <b>"
    assert [field.get("accept") for field in page.all("input") if field.get("id") == "file-photo"] == [
        ".jpg,.jpeg,.jpe,.jfif,.png,.webp"
    ]
    assert len(scene.clerk.statements) <= 8


def test_a_plain_form_sends_a_file_and_returns_to_the_form(scene: Scene) -> None:
    answer = scene.send(caption="大门")
    place = f"/enterprise/applications/{scene.application}?section=files#file-photo-box"
    assert (answer.status_code, answer.headers["Location"]) == (303, place)
    assert [(row.filename, row.caption, row.kind) for row in scene.rows()] == [("车间.jpg", "大门", "photo")]


def test_the_script_gets_json_and_one_sentence_when_a_file_is_refused(scene: Scene) -> None:
    answer = scene.send(name="甲.jpg", caption="大门", headers=JSON)
    [row] = scene.rows()
    expected = {"id": row.id, "filename": "甲.jpg", "size": row.size, "kind": "photo", "caption": "大门"}
    assert (answer.status_code, answer.get_json()) == (200, expected)
    refused = scene.send(b"MZ" + bytes(99), name="乙.jpg", headers=JSON)
    assert refused.status_code == 422
    assert refused.mimetype == "application/problem+json"
    assert refused.get_json()["detail"] == "乙.jpg：这是程序文件，不能上传。"
    assert len(scene.rows()) == 1


def test_a_refused_file_keeps_the_typed_caption_and_says_why_at_the_field(scene: Scene) -> None:
    answer = scene.send(b"", name="空.jpg", caption="东门 <i>")
    answer = scene.post(scene.files, {"kind": "photo", "caption": "东门 <i>", "file": (io.BytesIO(b""), "空.jpg")})
    page = sound(answer)
    assert page.status == 422
    assert page.links()["空.jpg：文件是空的（0 字节）：请重新选择。"] == "#file-photo"
    assert page.one("input", id="file-photo-caption").get("value") == "东门 <i>"
    assert page.one("input", id="file-photo").get("aria-describedby") == "file-photo-help file-photo-err"


def test_good_files_are_kept_when_another_one_is_refused(scene: Scene) -> None:
    files = [
        (io.BytesIO(samples.picture()), "甲.jpg"),
        (io.BytesIO(samples.pdf()), "乙.pdf"),
        (io.BytesIO(samples.picture()), "丙.jpg"),
    ]
    page = sound(scene.post(scene.files, {"kind": "photo", "caption": "大门", "file": files}))
    assert page.status == 200
    assert "乙.pdf：现场照片不收 PDF，可以上传 JPG、PNG、WebP。" in page.links()
    assert page.text(page.one("p", class_="msg")) == "另有 2 个文件已经上传。"
    assert [row.filename for row in scene.rows()] == ["甲.jpg", "丙.jpg"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"kind": "photo"}, "还没有选择文件：请先选择，再按“上传”。"),
        ({"kind": "virus"}, "没有这一类附件，请从申报表的附件部分上传。"),
        ({"kind": "review_form"}, "这份申报不需要审核情况表，请选择申报表列出的附件。"),
        ({}, "没有这一类附件，请从申报表的附件部分上传。"),
    ],
)
def test_what_is_missing_is_said(scene: Scene, data: dict[str, str], sentence: str) -> None:
    page = sound(scene.post(scene.files, data))
    assert (page.status, sentence in page.text(page.one("div", id="errors"))) == (422, True)
    answer = scene.post(scene.files, data, headers=JSON)
    assert (answer.status_code, answer.get_json()["detail"]) == (422, sentence)


def test_a_request_that_is_too_large_is_answered_plainly(scene: Scene) -> None:
    large = {"CONTENT_LENGTH": str(33 * 1024 * 1024)}
    answer = scene.send(environ_overrides=large)
    assert answer.status_code == 413
    assert sound(answer).h1 == "内容太大"
    assert scene.rows() == []


def test_caption_and_removal(scene: Scene) -> None:
    scene.send()
    [row] = scene.rows()
    answer = scene.post(f"{scene.files}/{row.id}/describe", {"caption": " 东门 "})
    assert answer.headers["Location"].endswith("?section=files#file-photo-box")
    assert scene.rows()[0].caption == "东门"
    answer = scene.post(f"{scene.files}/{row.id}/describe", {"caption": "字" * 201}, headers=JSON)
    assert (answer.status_code, answer.get_json()["detail"]) == (422, "说明有 201 个字，最多 200 个：请缩短。")
    answer = scene.post(f"{scene.files}/{row.id}/remove", {}, headers=JSON)
    assert (answer.status_code, answer.get_json()["id"]) == (200, row.id)
    assert scene.rows()[0].removed_at is not None
    assert scene.post(f"{scene.files}/{row.id}/remove", {}).status_code == 404
    assert scene.actions() == ["attachment.add", "attachment.describe", "attachment.remove"]


def test_a_file_is_reached_under_its_own_application_only(scene: Scene) -> None:
    scene.send()
    [row] = scene.rows()
    for step in ("describe", "remove"):
        wrong = f"/enterprise/applications/{scene.application + 1}/files/{row.id}/{step}"
        assert scene.post(wrong, {"caption": "x"}).status_code == 404
    assert (scene.rows()[0].caption, scene.rows()[0].removed_at) == ("大门", None)


def test_others_get_404_on_every_surface(scene: Scene) -> None:
    scene.send()
    [row] = scene.rows()
    paths = [f"/files/{row.id}", f"/files/{row.id}/preview"]
    strangers = (scene.other_clerk, scene.other_district, scene.district)
    assert {status(browser, path) for browser in strangers for path in paths} == {404}
    assert status(scene.other_clerk, scene.files) == 404
    assert {status(browser, scene.files) for browser in (scene.district, scene.other_district)} == {403}
    scene.submit()
    assert [status(browser, paths[0]) for browser in strangers] == [404, 404, 200]
    assert scene.app.test_client().get(paths[0]).status_code == 302


def test_only_the_enterprise_changes_its_files(scene: Scene) -> None:
    scene.send()
    [row] = scene.rows()
    scene.submit()
    answer = scene.send(headers=JSON)
    assert (answer.status_code, answer.get_json()["detail"]) == (
        403,
        "申报已经提交，现在不能修改。需要修改请联系所在板块退回。",
    )
    assert scene.post(f"{scene.files}/{row.id}/remove", {}).status_code == 403
    page = scene.clerk.get(scene.files)
    assert [
        form for form in page.all("form") if form.get("method") == "post" and "/files" in (form.get("action") or "")
    ] == []


def test_a_download_is_an_attachment_that_runs_nothing(scene: Scene) -> None:
    scene.send(samples.pdf(), name="营业执照（副本）.pdf", kind="business_license")
    [row] = scene.rows()
    answer = scene.clerk.raw(f"/files/{row.id}")
    assert answer.data == samples.pdf()
    assert answer.headers["Content-Disposition"].endswith(f"filename*=UTF-8''{quote('营业执照（副本）.pdf')}")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert (answer.headers["Cache-Control"], answer.headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
    assert answer.headers["Content-Security-Policy"].endswith("; sandbox")
    assert answer.mimetype == "application/pdf"
    assert scene.clerk.raw(f"/files/{row.id}/preview").status_code == 404


def test_a_copy_that_staff_take_is_an_event(scene: Scene) -> None:
    scene.send()
    [row] = scene.rows()
    scene.submit()
    scene.clerk.raw(f"/files/{row.id}")
    scene.district.raw(f"/files/{row.id}/preview")
    assert scene.actions() == ["attachment.add"]
    answer = scene.district.client.get(f"/files/{row.id}")
    answer.close()
    assert (answer.status_code, scene.actions()) == (200, ["attachment.add", "attachment.download"])
    with scene.app.extensions["registry"].read() as session:
        event = session.scalars(select(Event).where(Event.action == "attachment.download")).one()
        assert (event.actor_role, event.subject_id) == (Role.DISTRICT_REVIEWER, scene.application)


def test_a_preview_is_small_and_inline(scene: Scene) -> None:
    scene.send(samples.picture(size=(3000, 2000)))
    [row] = scene.rows()
    answer = scene.clerk.raw(f"/files/{row.id}/preview")
    with Image.open(io.BytesIO(answer.data)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1200, 800))
    assert (answer.mimetype, "Content-Disposition" in answer.headers, answer.headers["Cache-Control"]) == (
        "image/jpeg",
        False,
        "no-store",
    )


def test_an_expired_token_carries_what_was_typed_and_names_the_file(scene: Scene) -> None:
    data = {"csrf_token": "old", "kind": "photo", "caption": "大门", "file": (io.BytesIO(samples.picture()), "甲.jpg")}
    answer = scene.clerk.client.post(scene.files, data=data, headers=JSON)
    assert answer.status_code == 400
    page = sound(answer)
    assert page.one("input", name="caption").get("value") == "大门"
    tokens = [field.get("value") or "" for field in page.all("input") if field.get("name") == "csrf_token"]
    assert [token for token in tokens if len(token) < 20] == []
    assert scene.rows() == []
