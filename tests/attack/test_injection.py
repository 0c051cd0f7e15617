"""What an enterprise types is text everywhere: on every page of every role, on paper, in workbooks, in names of files."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from flask import Flask

from registry.models import Application, Call
from registry.queries.applications import access
from registry.services import uploads
from registry.services.applications import attachments, drafts
from registry.services.recognition import confirming, entering
from registry.storage import Folder
from registry.terms import Action, AttachmentKind, Role
from tests import applicants, people
from tests.applicants import NOW
from tests.browser import Browser
from tests.recognition.makers import DOCUMENT, LATER
from tests.uploads import samples

HTML = "<script>alert(1)</script><img src=x onerror=alert(1)>'\"${alert(1)}{{7*7}}{%x%}</textarea></title>"
FORMULA = "=cmd|'/C calc'!A0"
FILE = "=x\"'\r\nX-Evil: 1;é\u202egpj.<b>.jpg"
TYPED = (
    "legal_representative", "registered_address", "contact_name", "products", "summary", "town", "address", "project_name",
)  # fmt: skip


def typed(text: str, answers: dict[str, str]) -> dict[str, str]:
    """Answers whose free texts all begin with a hostile one."""
    texts = {name: text[:60] if name in ("town", "contact_name", "legal_representative") else text for name in TYPED}
    texts |= {name: text for name in answers if name.endswith("-evidence")}
    return texts | {"kpi-operating_cost-measure": text[:20]}


def attack(app: Flask, folder: Path, text: str) -> dict[str, int]:
    """An application of hostile texts at each stage; the last one is public."""
    ids: dict[str, int] = {}
    with app.extensions["registry"].write() as session:
        rules = applicants.rules_without_files(per_enterprise=9)
        call = applicants.open_call(session, rules=rules, closes_at=datetime.now(UTC) + timedelta(days=40))
        who = applicants.cast(session, enterprise=f"演示{text}有限公司")
        for stage in ("draft", "returned", "public"):
            made = _declared(session, call, who, f"{text}{stage}", folder)
            ids[stage] = made.id
            ids |= {"file": made.attachments[0].id}
            if stage == "draft":
                continue
            drafts.confirm(session, who.checker, made.id, seen_version=made.version, now=NOW)
            applicants.step(session, made, who.clerk, Action.SUBMIT)
            if stage == "returned":
                given = applicants.StepInput(remarks={"lon": text}, message=text)
                applicants.step(session, made, who.district, Action.RETURN, given)
                continue
            applicants.step(session, made, who.district, Action.RECOMMEND, applicants.recommendation(made))
            applicants.step(session, made, who.city, Action.ACCEPT)
            applicants.step(session, made, who.city, Action.PROPOSE)
            document = entering.prepare(session, who.city, call.id, DOCUMENT, application_ids=[made.id], now=LATER)
            confirming.confirm(session, who.publisher, document.id, seen_version=document.version, now=LATER)
        auditor, administrator = people.staff(session, Role.AUDITOR), people.staff(session, Role.ADMINISTRATOR)
        ids |= {"auditor": auditor.id, "administrator": administrator.id, "call": call.id, "publication": document.id}
        ids |= {name: getattr(who, name).id for name in ("clerk", "district", "city", "publisher")}
        session.commit()
    return ids


def _declared(session: object, call: Call, who: applicants.Cast, text: str, folder: Path) -> Application:
    made = drafts.begin(session, who.clerk, call.id, now=NOW)  # type: ignore[arg-type]
    answers = applicants.complete_answers(access.form_for(made).rules)
    saved = drafts.save_answers(
        session, who.clerk, made.id, answers | typed(text, answers), seen_version=made.version, now=NOW  # type: ignore[arg-type]
    )  # fmt: skip
    with uploads.examine(io.BytesIO(samples.picture()), FILE, kind=AttachmentKind.PHOTO) as examined:
        attachments.add_attachment(
            session, who.clerk, made.id, kind=AttachmentKind.PHOTO, examined=examined, caption=text[:100],  # type: ignore[arg-type]
            folder=Folder(folder), now=NOW,
        )  # fmt: skip
    session.refresh(saved)  # type: ignore[attr-defined]
    return saved


def pages(ids: dict[str, int]) -> dict[str, list[str]]:
    """Every page that shows what was typed, by who reads it."""
    form, sections = "/enterprise/applications/{draft}", ("enterprise", "project", "place", "kpis", "criteria", "files")
    found = {
        "clerk": [
            "/enterprise", "/enterprise/begin?call={call}", "/enterprise/team", "/inbox", form + "/review-page",
            form + "/print", form + "/files", form + "/withdraw", "/enterprise/applications/{returned}?section=place",
            "/enterprise/applications/{public}", "/enterprise/applications/{public}/print",
            *(f"{form}?section={section}" for section in sections),
        ],
        "district": ["/review?tab=all", "/review/{public}", "/review/{returned}", "/review/{returned}?step=return"],
        "city": ["/review?tab=all", "/review/{public}", "/publications", "/publications/{publication}",
                 "/publications/new?call={call}", "/admin/memberships"],
        "publisher": ["/review?tab=all", "/review/{public}", "/publications/{publication}"],
        "administrator": ["/admin/accounts"],
        "public": ["/", "/projects", "/projects/CZ-000001", "/enterprises/1", "/announcements", "/announcements/1",
                   "/statistics", "/calls", "/calls/{call}"],
    }  # fmt: skip
    return {person: [path.format(**ids) for path in paths] for person, paths in found.items()}


@pytest.mark.parametrize("text", [HTML, FORMULA])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_show_text_as_text(make_app: object, sqlite_url: str, tmp_path: Path, text: str, language: str) -> None:
    app: Flask = make_app(sqlite_url)  # type: ignore[operator]
    ids = attack(app, tmp_path / "files", text)
    for person, paths in pages(ids).items():
        browser = Browser(app) if person == "public" else people.signed_in(app, ids[person])
        for path in paths:
            page = browser.get(f"{path}{'&' if '?' in path else '?'}lang={language}")
            for hostile in ("<script>alert", "<img src=x", "49{%", "</textarea></title>", "${49}"):
                assert hostile not in page.source, (person, path)
    for person, path in (("auditor", "/admin/audit"),):
        page = people.signed_in(app, ids[person]).get(path, audited=True)
        assert "<script>alert" not in page.source
    shell = Browser(app).client.get("/map/labels.json?codes=CZ-000001")
    assert shell.json["items"][0]["name"].startswith(text[:8])


def test_workbooks_hold_no_formula(make_app: object, sqlite_url: str, tmp_path: Path) -> None:
    app: Flask = make_app(sqlite_url)  # type: ignore[operator]
    ids = attack(app, tmp_path / "files", FORMULA)
    files = {
        "public": ["/projects.xlsx", "/announcements/1.xlsx", "/statistics.xlsx"],
        "district": ["/review/summary.xlsx?tab=all"],
        "city": ["/publications/{publication}/annex.xlsx"],
        "auditor": ["/admin/audit.xlsx"],
    }
    for person, paths in files.items():
        client = Browser(app).client if person == "public" else people.signed_in(app, ids[person]).client
        for path in paths:
            with client.get(path.format(**ids)) as answer:
                book = openpyxl.load_workbook(io.BytesIO(answer.get_data()))
            cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
            assert cells
            assert [cell.coordinate for cell in cells if cell.data_type == "f"] == [], path
    with Browser(app).client.get("/projects.csv") as answer:
        rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "\t"))] == []
    assert any(FORMULA in cell for row in rows for cell in row)


def test_names_of_files_add_no_header(make_app: object, sqlite_url: str, tmp_path: Path) -> None:
    app: Flask = make_app(sqlite_url)  # type: ignore[operator]
    ids = attack(app, tmp_path / "files", HTML)
    for person in ("clerk", "district", "city"):
        client = people.signed_in(app, ids[person]).client
        for path in (f"/files/{ids['file']}", f"/files/{ids['file']}/preview"):
            with client.get(path) as answer:
                assert answer.status_code == 200
                assert "X-Evil" not in answer.headers
                shown = answer.headers.get("Content-Disposition", "attachment")
                assert shown.startswith("attachment")
                assert shown.isascii()
                assert "\n" not in shown
                assert answer.headers["Content-Security-Policy"].endswith("sandbox")
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
    with people.signed_in(app, ids["city"]).client.get(f"/publications/{ids['publication']}/annex.xlsx") as answer:
        assert answer.headers["Content-Disposition"].isascii()


def test_nothing_that_is_typed_becomes_a_line_of_a_mail_header(app: Flask) -> None:
    from registry.mail import Letter, Mailer

    class Wire:
        """Stands where the connection stands: keeps what would be sent."""

        def send_message(self, mail: object) -> None:
            self.mail = mail

    mailer, wire = (
        Mailer("smtp://localhost", site="演示\r\nBcc: a@example.com", home="https://x", read=None, write=None),
        Wire(),
    )  # type: ignore[arg-type]
    reason = mailer._send(wire, Letter("to@example.com", "甲\r\nBcc: evil@example.com\r\n\r\nbody", "正文"))  # type: ignore[arg-type]
    assert reason == ""
    assert [name for name, _value in wire.mail.items()].count("Bcc") == 0  # type: ignore[attr-defined]
    assert mailer._send(wire, Letter("to@example.com\r\nBcc: evil@example.com", "甲", "正文")) != ""  # type: ignore[arg-type]
