"""A re-evaluation whose rules ask for a notice: its outcomes are on view before the document files them."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import Conflict
from registry.models import Application, Objection, Recognition
from registry.queries.recognition.again import judged_of
from registry.services.notices import handling, objecting, opening, preparing
from registry.services.notices.identity import IdentityKey
from registry.services.notices.objecting import Given, Means
from registry.services.notices.preparing import NoticeText
from registry.services.recognition import confirming, re_evaluating
from registry.services.recognition.document_text import DocumentText
from tests.browser import Browser
from tests.notices.makers import FACTS
from tests.people import signed_in
from tests.titles.conftest import Stocks
from tests.titles.later_makers import AGAIN, again_with_notice, proposed_again
from tests.titles.makers import Holders, writing

OVER = AGAIN + timedelta(days=10)


@pytest.fixture
def made(stocks: Stocks) -> Holders:
    """Three enterprises with a public project each."""
    return stocks(3)[1]


@pytest.fixture
def app(stocks: Stocks, make_app: Callable[..., Flask], tmp_path: Path) -> Flask:
    """On SQLite: nothing here depends on the database."""
    shutil.copyfile(stocks(3)[0], tmp_path / "held.db")
    return make_app(f"sqlite:///{tmp_path / 'held.db'}")


def document(session: Session, made: Holders, call: int) -> object:
    """The document of all that waits for one."""
    text = DocumentText(
        number="演示发〔2028〕5号", title="关于公布复核结果的通知（演示）", organ="演示局", announced_on=OVER.date(),
        number_confirmed=True,
    )  # fmt: skip
    entered = re_evaluating.prepare(session, made.city, call, text, now=OVER)
    return confirming.confirm(session, made.publisher, entered.id, seen_version=entered.version, now=OVER)


def test_outcomes_are_on_view_then_filed_by_document(app: Flask, made: Holders, tmp_path: Path) -> None:
    with writing(app) as session:
        call = again_with_notice(session)
        forms = [
            proposed_again(session, call, made, place, outcome, reason=reason)
            for place, (outcome, reason) in enumerate((("excellent", ""), ("pass", ""), ("fail", "产线停用")))
        ]
        today = AGAIN.date()
        assert judged_of(session, call.id, today=today) == [], "nothing is filed before it was on view"
        text = NoticeText(title="复核结论公示（演示）", organ="演示局", contact={"phone": "0519-85680000"})
        notice = preparing.prepare(session, made.city, call.id, text, {form.id: "" for form in forms}, now=AGAIN)
        session.commit()
        desk = signed_in(app, made.publisher.id or 0).get(f"/review/notices/{notice.id}")
        assert [row[3] for row in desk.rows()[:3]] == ["优秀", "合格", "不合格"], "the publisher knows what he opens"
        opening.open_notice(
            session, made.publisher, notice.id, seen_version=notice.version, calendar_checked=True, now=AGAIN
        )
        assert notice.body == (
            "根据《关于开展复核的通知（演示）》（演示〔2028〕3号）要求，经企业申报、板块核对、市级审核等程序，"
            "2028年市级示范智能车间复核，3个项目的复核结论拟定如下，现予公示。"
        )
        assert {form.status for form in forms} == {"noticed"}
        given = Given(
            item=notice.items[0].id, kind="person", name="机密异议人", phone="13812345678", mail="", facts=FACTS
        )
        means = Means(key=IdentityKey(tmp_path), folder=tmp_path, address=None)
        objecting.receive(session, notice.id, given, [], means, now=AGAIN)
    reader = Browser(app)
    assert [row[-1] for row in reader.get("/notices/1").rows()] == ["优秀", "合格", "不合格"]
    book = load_workbook(io.BytesIO(reader.raw("/notices/1.xlsx").data))
    assert [row[5].value for row in book.worksheets[0].iter_rows(min_row=2)] == ["复核结论", "优秀", "合格", "不合格"]
    assert [line["outcome"] for line in reader.raw("/api/v1/notices/1").json["list"]] == ["excellent", "pass", "fail"]
    with writing(app) as session:
        assert judged_of(session, call.id, today=AGAIN.date()) == [], "not while it runs"
        waiting = judged_of(session, call.id, today=OVER.date())
        assert [row.outcome for row in waiting] == ["pass", "fail"], "an objection holds its own line only"
        document(session, made, call.id)
        found = [session.get_one(Application, form.id).status for form in forms]
        assert found == ["noticed", "filed", "filed"]
        titles = session.scalars(select(Recognition.status).order_by(Recognition.id)).all()
        assert titles == ["valid", "valid", "revoked"]
        objection = session.scalars(select(Objection)).one()
        handling.admit(session, made.city, objection.id, seen_version=objection.version, now=OVER)
        handling.decide(
            session, made.city, objection.id, finding="upheld", finding_text="属实", reply="经核实，情况属实。",
            seen_version=objection.version, now=OVER,
        )  # fmt: skip
        assert judged_of(session, call.id, today=OVER.date()) == []


def test_an_objection_between_entry_and_confirmation_stops_the_document(
    app: Flask, made: Holders, tmp_path: Path
) -> None:
    with writing(app) as session:
        call = again_with_notice(session)
        form = proposed_again(session, call, made, 0, "pass")
        text = NoticeText(title="复核结论公示（演示）", organ="演示局", contact={"phone": "0519-85680000"})
        notice = preparing.prepare(session, made.city, call.id, text, {form.id: ""}, now=AGAIN)
        opening.open_notice(
            session, made.publisher, notice.id, seen_version=notice.version, calendar_checked=True, now=AGAIN
        )
        text = DocumentText(
            number="演示发〔2028〕5号", title="关于公布复核结果的通知（演示）", organ="演示局",
            announced_on=OVER.date(), number_confirmed=True,
        )  # fmt: skip
        entered = re_evaluating.prepare(session, made.city, call.id, text, now=OVER)
        given = Given(
            item=notice.items[0].id, kind="person", name="机密异议人", phone="13812345678", mail="", facts=FACTS
        )
        means = Means(key=IdentityKey(tmp_path), folder=tmp_path, address=None)
        objecting.enter_paper(session, made.city, notice.id, given, [], means, received_on=AGAIN.date(), now=OVER)
        with pytest.raises(Conflict, match="有异议正在办理"):
            confirming.confirm(session, made.publisher, entered.id, seen_version=entered.version, now=OVER)
        session.rollback()
