"""信息有误: from the public page to the answer, without an account, kept within bounds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from registry.errors import TooManyAttempts
from registry.models import ErrorReport, Event, Message
from registry.services.titles import error_reports
from registry.services.titles.error_reports import Report
from registry.terms import Role
from tests import people
from tests.browser import Browser
from tests.titles.makers import LATER, Holders, holders, writing
from tests.titles.test_requests import browser

TEXT = "地址写成了演示路2号，应是演示路20号。"


@pytest.fixture
def made(app: Flask) -> Holders:
    """A public project of 天宁."""
    with writing(app) as session:
        return holders(session, 1)


def test_a_reader_reports_and_reads_the_answer_of_the_unit(app: Flask, made: Holders) -> None:
    code, reader = made.projects[0].code, Browser(app)
    page = reader.get(reader.get(f"/projects/{code}").links()["信息有误？告诉我们"])
    wrong = reader.submit(page, {"topic": "place", "text": "错了"}, status=422)
    assert wrong.errors_shown == ["哪里不对，应是什么：有 2 个字，应为 10 到 1000 个；请写明哪里不对、应是什么。"]
    sent = reader.submit(wrong, {"topic": "place", "text": TEXT, "contact": "读者 0519-1"}, status=303)
    assert "已收到" in sent.text()
    address = sent.response.request.path
    token = address.rsplit("/", 1)[1]
    officer = browser(app, made.district)
    listed = officer.get("/review/reports")
    assert [row[:2] for row in listed.rows()] == [["CW-2026-0001", f"{code} {made.projects[0].name}"]]
    case = officer.get(listed.links()["CW-2026-0001"])
    assert TEXT in case.text()
    assert "读者 0519-1" not in case.source
    case = officer.submit(case, action="/contact", status=200)
    assert "读者 0519-1" in case.text()
    assert officer.submit(case, {"state": "corrected"}, status=422).errors_shown[0].startswith("答复")
    officer.submit(case, {"state": "corrected", "answer": "已更正，谢谢。"}, status=303)
    again = officer.submit(case, {"state": "confirmed", "answer": "一致"}, status=409)
    assert "已由他人答复（已更正）" in again.errors_shown[0]
    looked = Browser(app)
    found = looked.submit(looked.get("/reports"), {"number": "cw-2026-0001", "code": token.upper()}, status=303)
    assert "已更正，谢谢。" in found.text()
    assert "读者 0519-1" not in found.source
    refused = looked.submit(looked.get("/reports"), {"number": "CW-2026-0001", "code": "0" * 16}, status=404)
    assert "查询码不对" in refused.errors_shown[0]
    with app.extensions["registry"].read() as session:
        told = session.scalars(select(Message).where(Message.account_id == made.district.id)).all()
        assert f"CW-2026-0001 有人指出 {code} 信息有误（地点）" in [message.subject for message in told]
        assert not any("读者" in message.body + message.subject for message in told)
        kept = session.scalars(select(Event).where(Event.subject_type == "error_report")).all()
        assert [event.action for event in kept] == [
            "error_report.receive",
            "error_report.contact",
            "error_report.answer",
        ]
        assert not any("读者" in str(event.changes) + event.note for event in kept)


def test_many_reports_from_one_address_have_to_wait(app: Flask, made: Holders) -> None:
    with writing(app) as session:
        for address in ["192.0.2.1"] * 5 + ["192.0.2.2"]:
            error_reports.receive(
                session, made.projects[0].id, Report(topic="name", text=TEXT), address=address, now=LATER
            )
        with pytest.raises(TooManyAttempts) as error:
            error_reports.receive(
                session, made.projects[0].id, Report(topic="name", text=TEXT), address="192.0.2.1", now=LATER
            )
        assert 0 < error.value.seconds <= 900


def test_a_contact_is_erased_half_a_year_after_the_answer(app: Flask, made: Holders) -> None:
    with writing(app) as session:
        report, _code = error_reports.receive(
            session, made.projects[0].id, Report(topic="other", text=TEXT, contact="读者"), address=None, now=LATER
        )
        error_reports.answer(
            session, made.city, report.id, state="confirmed", text="与登记一致", seen_version=report.version, now=LATER
        )
        for days, kept in ((179, "读者"), (181, "")):
            later = LATER + timedelta(days=days)
            error_reports.receive(
                session, made.projects[0].id, Report(topic="other", text=TEXT), address=None, now=later
            )
            session.expire_all()
            assert session.get_one(ErrorReport, report.id).contact == kept


def test_a_report_belongs_to_the_unit_of_its_project(app: Flask, made: Holders) -> None:
    with writing(app) as session:
        error_reports.receive(session, made.projects[0].id, Report(topic="name", text=TEXT), address=None, now=LATER)
        stranger = people.actor_of(people.staff(session, Role.DISTRICT_REVIEWER, "WJQ"))
    assert browser(app, stranger).get("/review/reports").rows() == []
    assert browser(app, stranger).client.get("/review/reports/1").status_code == 404
    assert len(browser(app, made.city).get("/review/reports").rows()) == 1
