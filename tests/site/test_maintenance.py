"""Notices of maintenance: on every page from the first to the last day, also on pages that were made before."""

from __future__ import annotations

from datetime import UTC, datetime

import time_machine
from flask import Flask
from sqlalchemy import select

from registry.models import Event
from registry.terms import Role
from tests import people
from tests.browser import Browser
from tests.titles.makers import writing

LINE = "11月28日 20:00 至 22:00 升级系统，期间不能申报。"


def test_a_line_comes_and_goes_with_its_days(app: Flask) -> None:
    with time_machine.travel(datetime(2026, 11, 26, 4, 0, tzinfo=UTC), tick=False) as clock:
        with writing(app) as session:
            person = people.staff(session, Role.ADMINISTRATOR).id
        reader, desk = Browser(app), people.signed_in(app, person)
        assert LINE not in reader.get("/").text()
        form = desk.get("/admin/maintenance")
        wrong = desk.submit(form, {"text": "", "first_day": "2026-11-28", "last_day": "2026-11-27"}, status=422)
        assert wrong.errors_shown == ["内容：请填写内容"]
        late = desk.submit(form, {"text": LINE, "first_day": "2026-11-20", "last_day": "2026-11-21"}, status=422)
        assert "最后一天已经过去" in late.errors_shown[0]
        typed = {"text": LINE, "first_day": "2026-11-27", "last_day": "2026-11-28"}
        desk.submit(form, typed, status=303)
        for day, is_shown in ((26, False), (27, True), (28, True), (29, False)):
            clock.move_to(datetime(2026, 11, day, 4, 0, tzinfo=UTC))
            for path in ("/", "/projects", "/about", "/sign-in", "/projects/CZ-999999"):
                page = reader.get(path, 404 if "999999" in path else 200)
                assert (LINE in page.text()) is is_shown, f"{path} on the {day}th"
        clock.move_to(datetime(2026, 11, 27, 4, 0, tzinfo=UTC))
        english = reader.get("/about?lang=en")
        assert LINE in english.text()
        desk = people.signed_in(app, person)
        desk.submit(desk.get("/admin/maintenance"), action="/remove", status=303)
        assert LINE not in reader.get("/projects").text()
        with app.extensions["registry"].read() as session:
            told = session.scalars(select(Event.action).where(Event.subject_type == "maintenance_notice")).all()
        assert told == ["maintenance.add", "maintenance.remove"]
