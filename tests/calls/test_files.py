"""Files of a call: put there by an officer, downloaded by anybody once the call is public, replaced, taken down."""

from __future__ import annotations

import io

from flask import Flask
from sqlalchemy import select

from registry.models import CallFile, Event
from registry.services.calls import managing
from registry.terms import Role
from tests import people
from tests.browser import Browser
from tests.calls.makers import NOW
from tests.uploads import samples


def sent(content: bytes, name: str) -> tuple[io.BytesIO, str]:
    """A chosen file, as a browser sends it."""
    return io.BytesIO(content), name


def content(browser: Browser, path: str) -> bytes:
    """What is downloaded from there."""
    with browser.client.get(path) as answer:
        return bytes(answer.data)


def actions(app: Flask, call_id: int) -> list[str]:
    """What is on record about the files of a call, oldest first."""
    with app.extensions["registry"].read() as session:
        asked = select(Event.action).where(Event.subject_type == "call", Event.subject_id == call_id)
        return [action for action in session.scalars(asked.order_by(Event.id)) if "file" in action]


def test_files_are_public_with_their_call_and_not_before(
    app: Flask, calls_of: dict[str, int], officer_browser: Browser
) -> None:
    call_id = calls_of["draft"]
    place = f"/admin/calls/{call_id}/files"
    empty = officer_browser.get(place)
    assert "还没有附件。" in empty.text()
    scan = samples.pdf()
    officer_browser.submit(empty, {"kind": "notice", "file": sent(scan, "通知正文.pdf")}, action="/files")
    page = officer_browser.submit(
        officer_browser.get(place), {"kind": "form", "file": sent(samples.xlsx(), "表样.xlsx")}, action="/files"
    )
    assert "通知正文：通知正文.pdf PDF" in page.text().replace("\n", " ")
    assert "发布以前只有市局能看到" in page.text()
    own = page.links()["通知正文.pdf"]
    public = own.removeprefix("/admin")
    assert content(officer_browser, own) == scan
    stranger = Browser(app)
    stranger.get(public, 404)
    stranger.get(f"/calls/{calls_of['open']}/files/{own.rsplit('/', 1)[1]}", 404)

    confirm = officer_browser.get(f"/admin/calls/{call_id}/publish")
    assert "附件：通知正文.pdf、表样.xlsx" in confirm.text()
    with app.extensions["registry"].write() as session:
        actor = people.actor_of(people.staff(session, Role.MUNICIPAL_REVIEWER))
        version = managing.find_call(session, call_id).version
        managing.publish_call(session, actor, call_id, seen_version=version, now=NOW)
        session.commit()

    shown = stranger.get(f"/calls/{call_id}")
    assert "附件下载 2 个" in shown.text()
    assert f"PDF {len(scan)} B" in shown.text()
    assert shown.links()["通知正文.pdf"] == public
    with stranger.client.get(public) as answer:
        body = answer.data
    assert (answer.status_code, body, answer.mimetype) == (200, scan, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Security-Policy"].endswith("; sandbox")
    assert "Set-Cookie" not in answer.headers
    assert actions(app, call_id) == ["call.add_file", "call.add_file"]


def test_a_file_is_replaced_and_taken_down_and_the_record_says_so(
    app: Flask, calls_of: dict[str, int], officer_browser: Browser
) -> None:
    call_id = calls_of["open"]
    place = f"/admin/calls/{call_id}/files"
    first = officer_browser.submit(
        officer_browser.get(place), {"kind": "guide", "file": sent(samples.pdf(), "说明.pdf")}, action="/files"
    )
    old = first.links()["说明.pdf"]
    number = old.rsplit("/", 1)[1]
    two = samples.pdf(2)
    second = officer_browser.submit(first, {f"replace-{number}-file": sent(two, "说明.pdf")}, action="/replace")
    new = second.links()["说明.pdf"]
    stranger = Browser(app)
    assert content(stranger, new.removeprefix("/admin")) == two
    assert "可能已经撤下" in stranger.get(old.removeprefix("/admin"), 404).text()
    bare = officer_browser.submit(second, action="/remove")
    assert "还没有附件。" in bare.text()
    stranger.get(new.removeprefix("/admin"), 404)
    assert "附件下载" not in stranger.get(f"/calls/{call_id}").text()
    officer_browser.post(f"{place}/{number}/remove", {}, 409)
    assert actions(app, call_id) == ["call.add_file", "call.replace_file", "call.remove_file"]
    with app.extensions["registry"].read() as session:
        kept = session.scalars(select(CallFile).where(CallFile.call_id == call_id)).all()
        assert [row.removed_at is not None for row in kept] == [True, True]


def test_what_is_refused_is_said_and_leaves_what_stands(
    app: Flask, calls_of: dict[str, int], officer_browser: Browser
) -> None:
    place = f"/admin/calls/{calls_of['open']}/files"
    page = officer_browser.get(place)
    page = officer_browser.submit(page, {"file": sent(samples.pdf(), "正文.pdf")}, action="/files")
    number = page.links()["正文.pdf"].rsplit("/", 1)[1]
    refused = {
        "还没有选择文件": {},
        "已有同名的附件“正文.pdf”": {"file": sent(samples.pdf(2), "正文.pdf")},
        "PDF 中带有脚本": {"file": sent(samples.pdf(script="app.alert(1)"), "二.pdf")},
        "SVG 和网页文件": {"file": sent(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "三.svg")},
        "没有选择附件是什么": {"kind": "", "file": sent(samples.pdf(2), "四.pdf")},
    }
    for sentence, typed in refused.items():
        answer = officer_browser.submit(page, typed, action="/files", status=422)
        assert sentence in answer.text(), sentence
    # The fault stands in the line of the file that was to be replaced, and the line is open.
    answer = officer_browser.submit(
        page, {f"replace-{number}-file": sent(b"MZ", "x.exe")}, action="/replace", status=422
    )
    assert "这是程序文件" in answer.text(answer.one("details"))
    assert answer.one("details").get("open") is not None
    assert len(actions(app, calls_of["open"])) == 1
    assert Browser(app).get(f"/calls/{calls_of['open']}").text().count("正文.pdf") == 1


def test_of_two_who_change_the_files_the_later_sees_the_other(
    app: Flask, calls_of: dict[str, int], officer_browser: Browser
) -> None:
    place = f"/admin/calls/{calls_of['open']}/files"
    empty = officer_browser.get(place)
    page = officer_browser.submit(empty, {"kind": "guide", "file": sent(samples.pdf(), "说明.pdf")}, action="/files")
    number = page.links()["说明.pdf"].rsplit("/", 1)[1]
    late = officer_browser.submit(empty, {"file": sent(samples.pdf(), "另一份.pdf")}, action="/files", status=409)
    assert "请核对现在的附件，仍要上传的重新选择文件" in late.errors_shown[0]
    two = {f"replace-{number}-file": sent(samples.pdf(2), "说明二.pdf")}
    officer_browser.submit(page, two, action="/replace")
    for fields, action in (({f"replace-{number}-file": sent(samples.pdf(3), "三.pdf")}, "/replace"), ({}, "/remove")):
        late = officer_browser.submit(page, fields, action=action, status=409)
        assert "这个通知已被他人更新" in late.errors_shown[0]
        assert "说明二.pdf" in late.links()
    assert actions(app, calls_of["open"]) == ["call.add_file", "call.replace_file"]
