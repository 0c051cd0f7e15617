"""Photos on the way from the enterprise to the public: captioned, released by an officer, withdrawn at once."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy.orm import Session

from registry.errors import InvalidInput
from registry.models import Application, Event
from registry.services import uploads
from registry.services.applications import attachments, drafts
from registry.services.review.steps import Incomplete
from registry.terms import Action, AttachmentKind
from tests import people
from tests.applicants import NOW, Cast, cast, drafted, open_call, recommendation, step
from tests.browser import Browser
from tests.recognition.makers import Batch
from tests.uploads import samples

SECRET, SHOWN = "申报时的说明", "装配线全景 <b>"


@dataclass
class Scene:
    """A recognised application with two photos; a public reader and the officers."""

    app: Flask
    application: int
    photos: list[int]
    city: Browser
    district: Browser
    public: Browser

    def session(self) -> Session:
        return self.app.extensions["registry"].write()

    def release(self, photo: int, caption: str = SHOWN, status: int = 303, by: Browser | None = None) -> None:
        officer = by or self.city
        officer.submit(
            officer.get(f"/review/{self.application}"),
            {"caption": caption},
            action=f"/photos/{photo}/release",
            status=status,
        )

    def in_json(self) -> list[dict[str, str]]:
        found = self.public.raw("/api/v1/projects/CZ-000001").json
        assert found is not None
        return list(found["photos"])


def with_photo(session: Session, who: Cast, application: Application, app: Flask) -> int:
    folder = app.extensions["registry"].files
    with uploads.examine(io.BytesIO(samples.picture()), "车间.jpg", kind=AttachmentKind.PHOTO) as examined:
        return attachments.add_attachment(
            session, who.clerk, application.id, kind=AttachmentKind.PHOTO, examined=examined, caption=SECRET,
            folder=folder, now=NOW,
        ).id  # fmt: skip


@pytest.fixture
def scene(app: Flask) -> Scene:
    with app.extensions["registry"].write() as session:
        who, call = cast(session), open_call(session)
        application = drafted(session, call, who)
        photos = [with_photo(session, who, application, app) for _ in range(2)]
        drafts.confirm(session, who.checker, application.id, seen_version=application.version, now=NOW)
        step(session, application, who.clerk, Action.SUBMIT)
        step(session, application, who.district, Action.RECOMMEND, recommendation(application))
        step(session, application, who.city, Action.ACCEPT)
        step(session, application, who.city, Action.PROPOSE)
        documents = Batch(call, [application], who.city, who.publisher)
        documents.confirm(session, documents.prepare(session))
        session.commit()
        key = application.id
    city, district = (people.signed_in(app, officer.id or 0) for officer in (who.city, who.district))
    return Scene(app, key, photos, city, district, Browser(app))


def test_a_photo_is_public_from_its_release_to_its_withdrawal(scene: Scene) -> None:
    first, second = scene.photos
    page, address = "/projects/CZ-000001", f"/projects/CZ-000001/photos/{first}"
    assert scene.public.get(page).all("figure") == []
    assert (scene.in_json(), scene.public.raw(address).status_code) == ([], 404)

    scene.release(first)
    shown = scene.public.get(page)
    [picture] = [item for item in shown.all("img") if "/photos/" in (item.get("src") or "")]
    assert (picture.get("src"), picture.get("alt")) == (address, SHOWN)
    assert SECRET not in shown.source
    [item] = scene.in_json()
    listed = scene.public.raw("/api/v1/projects").json
    assert listed is not None
    assert listed["items"][0]["photos"] == [item]
    assert (item["caption"], item["url"].endswith(address)) == (SHOWN, True)
    feature = scene.public.raw("/projects.geojson").json
    assert feature is not None
    assert feature["features"][0]["properties"]["photos"] == [item]
    assert item["url"] in scene.public.raw("/projects.csv").get_data(as_text=True)
    assert scene.public.raw(f"/projects/CZ-000001/photos/{second}").status_code == 404

    scene.city.submit(scene.city.get(f"/review/{scene.application}"), action=f"/photos/{first}/withdraw", status=303)
    assert "/photos/" not in scene.public.get(page).source
    known = {"headers": {"If-None-Match": "*"}}
    assert [scene.public.raw(address).status_code, scene.public.raw(address, **known).status_code] == [404, 404]
    assert scene.in_json() == []
    with scene.session() as session:
        found = session.query(Event.action).filter(Event.action.like("photo.%")).order_by(Event.id).all()
        assert [action for (action,) in found] == ["photo.release", "photo.withdraw"]


def test_the_picture_goes_out_drawn_anew_and_sealed(scene: Scene) -> None:
    scene.release(scene.photos[0])
    answer = scene.public.raw(f"/projects/CZ-000001/photos/{scene.photos[0]}")
    assert (answer.status_code, answer.mimetype, answer.headers["X-Content-Type-Options"]) == (
        200,
        "image/jpeg",
        "nosniff",
    )
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "Content-Encoding" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    with Image.open(io.BytesIO(answer.get_data())) as picture:
        assert (picture.format, max(picture.size) <= 1200, dict(picture.getexif())) == ("JPEG", True, {})
    again = scene.public.raw(
        f"/projects/CZ-000001/photos/{scene.photos[0]}", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


def test_a_release_needs_words_and_the_bureau(scene: Scene) -> None:
    first = scene.photos[0]
    scene.release(first, "  ", status=422)
    page = scene.city.get(f"/review/{scene.application}")
    assert page.one("input", id=f"photo-{first}").get("value") == SECRET
    assert f"/photos/{first}/release" not in scene.district.get(f"/review/{scene.application}").source
    scene.release(first)
    scene.release(first, "改过的说明")
    assert [item["caption"] for item in scene.in_json()] == ["改过的说明"]


def test_a_photo_goes_nowhere_without_a_caption(app: Flask) -> None:
    """New ones are refused at the field; one from before is named at submission."""
    with app.extensions["registry"].write() as session:
        who = cast(session)
        application = drafted(session, open_call(session), who)
        photo = with_photo(session, who, application, app)
        with pytest.raises(InvalidInput) as refused:
            attachments.describe_attachment(session, who.clerk, photo, " ")
        assert (refused.value.field, refused.value.message) == ("caption", "请给照片写一句说明，如“装配线全景”。")
        session.get_one(attachments.Attachment, photo).caption = ""
        application.confirmed_by, application.confirmed_at = who.checker.id, datetime.now(UTC)
        session.flush()
        with pytest.raises(Incomplete) as incomplete:
            step(session, application, who.clerk, Action.SUBMIT)
        assert [(fault.field, fault.message) for fault in incomplete.value.faults] == [
            ("file-photo", "照片“车间.jpg”没有说明；请补写一句")
        ]


def test_who_cannot_see_a_photo_reads_what_it_shows(scene: Scene) -> None:
    photo = scene.photos[0]
    scene.release(photo)
    said = "两排机床，中间一辆无人搬运车"
    officer = scene.city
    too_long = officer.submit(
        officer.get(f"/review/{scene.application}"), {"caption": "装配线", "alt": "长" * 201},
        action=f"/photos/{photo}/release", status=422,
    )  # fmt: skip
    assert "说明有 201 个字" in too_long.errors_shown[0]
    assert f'id="photo-{photo}-alt" name="alt" value="{"长" * 201}"' in too_long.source
    officer.submit(too_long, {"caption": "装配线", "alt": said}, action=f"/photos/{photo}/release", status=303)
    [picture] = [
        each for each in scene.public.get("/projects/CZ-000001").all("img") if "/photos/" in each.get("src", "")
    ]
    assert picture.get("alt") == said
    assert "装配线" in scene.public.get("/projects/CZ-000001").text()
    assert said in officer.get(f"/review/{scene.application}").source
