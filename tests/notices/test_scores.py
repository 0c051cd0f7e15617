"""Scores stand on a notice where its preparer says so, as they were at its opening, and nowhere otherwise."""

from __future__ import annotations

import io

import pytest
import time_machine
from flask import Flask
from openpyxl import load_workbook

from registry.models import Application
from registry.services.notices import opening, preparing
from registry.services.notices.preparing import NoticeText
from registry.terms import Action
from tests import applicants
from tests.browser import Browser
from tests.evaluation import makers
from tests.notices.makers import OPENED
from tests.people import signed_in
from tests.titles.makers import writing


@pytest.mark.parametrize("shown", [False, True])
def test_scores_are_shown_where_the_notice_says_so(app: Flask, shown: bool) -> None:
    with time_machine.travel(OPENED, tick=False), writing(app) as session:
        made = makers.build(session, applications=1, experts=3, given=makers.rules(notice_days=5))
        panel, number = makers.panel(session, made), made.applications[0]
        makers.score_all(session, made, number, "80", "81.5", "81.5")
        applicants.step(session, session.get_one(Application, number), made.city, Action.PROPOSE)
        text = NoticeText(title="演示公示", organ="演示局", contact={"phone": "0519-85680000"}, show_scores=shown)
        notice = preparing.prepare(session, made.city, made.call, text, {number: ""}, now=OPENED)
        session.commit()
        desk = signed_in(app, made.publisher.id or 0).get(f"/review/notices/{notice.id}")
        assert ("名单写明专家评审得分。" in desk.text()) is shown, "the publisher knows what he opens"
        opening.open_notice(session, made.publisher, notice.id, seen_version=notice.version, now=OPENED)
        session.commit()
        reader = Browser(app)
        assert ("81.00" in reader.get("/notices/1").text()) is shown
        assert ("评审得分" in reader.get("/notices/1").text()) is shown
        [line] = reader.raw("/api/v1/notices/1").json["list"]
        assert line.get("score") == ("81.00" if shown else None)
        assert ("score" in line) is shown
        book = load_workbook(io.BytesIO(reader.raw("/notices/1.xlsx").data))
        rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows(min_row=2)]
        assert [row[5:] for row in rows] == ([["评审得分"], ["81.00"]] if shown else [[], []])
        # Single sheets, names and employers of experts stand in none of these.
        assert panel.name not in reader.get("/notices/1").text()
        assert "81.5" not in reader.get("/notices/1").source
