"""English beyond pages: the Word summary, the audit workbook, criteria, units, and what stays as it is in Chinese."""

from __future__ import annotations

import io

import docx
import openpyxl
import pytest
from flask import Flask
from markupsafe import Markup
from sqlalchemy import select

from registry import i18n, marking, reference
from registry.application_form import Criterion, default_rules, form_of
from registry.measures import Measure
from registry.models import Account
from registry.wording import told
from tests import people
from tests.browser import Browser
from tests.english.reading import CHINESE

SCOPE = "category=mun_demo_smart_workshop&year=2020"


def test_the_word_summary(demo_app: Flask) -> None:
    body = Browser(demo_app).raw(f"/statistics.docx?{SCOPE}&lang=en").get_data()
    document = docx.Document(io.BytesIO(body))
    lines = [line.text for line in document.paragraphs]
    assert lines[0] == "Smart manufacturing pilot projects: statistical summary"
    assert "holds 22 valid titles of Municipal Demonstration Smart Workshop" in lines[1]
    source = "Source: Registry of Smart Manufacturing Pilot Projects (Changzhou Bureau of Industry"
    assert any(line.startswith(source) for line in lines)
    assert not CHINESE.search("".join(lines))
    [table] = document.tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[0][1:] == [
        "Name of the enterprise",
        "Name of the project",
        "Reporting unit",
        "Category",
        "Document number",
        "Year",
    ]
    assert len(rows) == 23
    assert not CHINESE.search("".join(row[3] + row[4] for row in rows[1:]))


def test_one_project_is_told_in_the_singular(demo_app: Flask) -> None:
    page = Browser(demo_app).get("/statistics?q=CZ-000018&lang=en")
    assert "held by 1 project of 1 enterprise." in page.text(page.one("p", id="paragraph"))
    assert "1 project " in Browser(demo_app).get("/projects?q=CZ-000018&lang=en").text()


def test_the_audit_workbook(demo_app: Flask) -> None:
    with demo_app.extensions["registry"].read() as session:
        auditor = session.scalars(select(Account.id).where(Account.role == "auditor")).first()
    assert auditor is not None
    body = people.signed_in(demo_app, auditor).raw("/admin/audit.xlsx?subject=call&lang=en", audited=True).get_data()
    book = openpyxl.load_workbook(io.BytesIO(body))
    assert not CHINESE.search("".join(book.sheetnames))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[0][:4] == ("No.", "Time", "Account number", "Account")
    assert {row[10] for row in rows[1:]} == {"Done"}
    assert not CHINESE.search(" ".join(str(row[5]) for row in rows[1:]))


def test_every_unit_of_a_kpi_has_an_english_word() -> None:
    units = {item.unit for item in reference.kpis()} | {"亿元"}
    assert {unit for unit in units if CHINESE.search(Measure(unit).label("en"))} == set()
    assert Measure("万元/年").label("en") == "CNY 10 000 a year"
    assert Measure("万元/年").label() == "万元/年"


def test_the_form_of_a_shipped_call_is_english() -> None:
    form = form_of(default_rules("mun_demo_smart_workshop"))
    texts = [text for item in form.fields for text in (item.label, item.help) if text]
    assert [text for text in texts if CHINESE.search(told(text, "en"))] == []
    assert told(form.by_name["kpi-operating_cost-baseline"].label, "en") == "Production Operating Cost (before)"
    assert told(form.by_name["criterion-storage"].label, "en").startswith("Storage and delivery of materials")


def test_the_page_of_a_call_says_its_criteria_and_rules_in_english(demo_app: Flask) -> None:
    page = Browser(demo_app).get("/calls/1?lang=en").text()
    assert "Storage and delivery of materials are automated and smart" in page
    assert "working days. After that it cannot be submitted any more." in page


def test_a_criterion_of_an_officer_stays_and_says_what_it_is(demo_app: Flask) -> None:
    own = Criterion(code="own", text="有专职<b>信息化</b>人员")
    assert own.label("en") == own.text
    with demo_app.test_request_context("/?lang=en"):
        i18n.speak("en")
        assert marking.label(own) == '<span lang="zh">有专职&lt;b&gt;信息化&lt;/b&gt;人员</span>'


@pytest.mark.parametrize("text", ["演示车间", "ABC", "<b>演示</b>", ""])
def test_nothing_is_marked_on_a_chinese_page(demo_app: Flask, text: str) -> None:
    with demo_app.test_request_context("/"):
        assert marking.zh(text) == Markup.escape(text)
        assert marking.zh_lang(text) == ""
    with demo_app.test_request_context("/?lang=en"):
        i18n.speak("en")
        is_chinese = bool(CHINESE.search(text))
        assert marking.zh(text) == (f'<span lang="zh">{Markup.escape(text)}</span>' if is_chinese else text)
        assert marking.zh_lang(text) == (' lang="zh"' if is_chinese else "")


def test_a_name_within_a_sentence_is_marked_and_escaped(demo_app: Flask) -> None:
    with demo_app.test_request_context("/?lang=en"):
        i18n.speak("en")
        told_of = i18n._("%(name)s提交", name=marking.zh("<演示>"))
        assert told_of == 'Submitted by <span lang="zh">&lt;演示&gt;</span>'
        assert isinstance(told_of, Markup)
