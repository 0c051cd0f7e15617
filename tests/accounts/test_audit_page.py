"""The audit page: who, when, what, outcome; filters, paging, the workbook; reading leaves an event."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import python_calamine
from flask import Flask
from sqlalchemy import select

from registry.event_actions import EVENT_ACTIONS
from registry.i18n import speak
from registry.models import Event
from registry.permissions import OPERATOR, PUBLIC
from registry.queries.accounts import audit
from registry.services import events
from registry.services.events import Entry
from registry.terms import Role
from registry.views.accounts.audit_words import action_name
from tests import people
from tests.accounts.conftest import NOON, Clock, Made, account, actions, sign_in, writing
from tests.browser import Browser, Page

CALL_ACTIONS = [code for code in EVENT_ACTIONS if code.startswith("call.")]


@pytest.fixture
def auditor(app: Flask, make: Made) -> Browser:
    """A browser of an auditor."""
    return people.signed_in(app, make(Role.AUDITOR))


def read(browser: Browser, query: str = "") -> Page:
    return browser.get(f"/admin/audit?{query}", audited=True)


def codes(page: Page) -> list[str]:
    return [row[3].split()[-1] for row in page.rows()]


def write(app: Flask, *names: str, subject: tuple[str, int | None] = ("call", 1), who: object = OPERATOR) -> None:
    with writing(app) as session:
        for name in names:
            events.record(session, who, Entry(action=name, subject_type=subject[0], subject_id=subject[1]))  # type: ignore[arg-type]


def test_rows_say_who_when_what_and_the_outcome(app: Flask, make: Made, auditor: Browser, clock: Clock) -> None:
    person = make(Role.EXPERT)
    email = account(app, person).email
    sign_in(Browser(app), email, "wrong", status=422)
    sign_in(Browser(app), email, people.PASSWORD)
    first, second = read(auditor).rows()
    assert (first[1], first[2], first[3], first[4], first[6]) == (
        "2026-11-20 12:00", f"{email} 专家", "登录 account.sign_in", f"账户 {person}", "完成",
    )  # fmt: skip
    assert (second[2], second[3], second[6]) == ("公众", "登录失败 account.sign_in_failed", "未成功")
    assert codes(read(auditor)) == ["audit.read", "account.sign_in", "account.sign_in_failed"]


def test_filters(app: Flask, make: Made, auditor: Browser, clock: Clock) -> None:
    person = make(Role.EXPERT)
    email = account(app, person).email
    write(app, "call.create", "call.publish")
    write(app, "call.publish", subject=("call", 2))
    clock.forward(days=1)
    sign_in(Browser(app), email, "wrong", status=422)
    sign_in(Browser(app), email, people.PASSWORD)
    mine = ["account.sign_in", "account.sign_in_failed"]
    assert codes(read(auditor, f"account={email.upper()}")) == mine
    assert codes(read(auditor, f"account={person}")) == mine
    assert codes(read(auditor, "subject=call&id=1")) == ["call.publish", "call.create"]
    assert codes(read(auditor, "action=call.pub")) == ["call.publish", "call.publish"]
    assert codes(read(auditor, "action=call%25")) == []
    assert codes(read(auditor, "action=c&until=2026-11-20")) == ["call.publish", "call.publish", "call.create"]
    assert codes(read(auditor, "since=2026-11-21&action=account.")) == mine
    assert "没有这个账户" in read(auditor, "account=nobody@example.com").text()
    for query in ("id=x", "id=0", "before=-1", "since=2026-13-01", "until=1", "id=99999999999999999999"):
        auditor.get(f"/admin/audit?{query}", 400)
    for path in ("/admin/audit", "/admin/accounts", "/", "/projects"):
        odd = f"{path}?_scheme=x&endpoint=y&_external=1&_anchor=z&values=w"
        assert Browser(app).client.get(odd).status_code in (200, 302)
    read(auditor, "_scheme=x&endpoint=y&_external=1&_anchor=z")


def test_days_are_those_of_beijing(app: Flask, auditor: Browser, clock: Clock) -> None:
    clock.traveller.move_to(datetime(2026, 11, 20, 15, 59, 59, tzinfo=UTC))
    write(app, "call.create")
    clock.forward(seconds=1)
    write(app, "call.publish")
    browser = people.signed_in(app, 1)
    assert codes(read(browser, "action=call.&until=2026-11-20")) == ["call.create"]
    assert codes(read(browser, "action=call.&since=2026-11-21")) == ["call.publish"]


def test_pages_follow_each_other_without_gap_at_constant_cost(app: Flask, auditor: Browser) -> None:
    names = [CALL_ACTIONS[number % len(CALL_ACTIONS)] for number in range(120)]
    write(app, *names)
    read(auditor)
    page = read(auditor, "action=call.")
    counts, seen = [len(auditor.statements)], codes(page)
    while "更早" in page.links():
        page = read(auditor, page.links()["更早"].split("?")[1])
        counts.append(len(auditor.statements))
        seen += codes(page)
    assert seen == names[::-1]
    assert len(set(counts)) == 1


def test_the_workbook_holds_the_selection_and_is_written_down(app: Flask, auditor: Browser) -> None:
    formula = "=cmd|' /C calc'!A0"
    write(app, "call.create", who=PUBLIC)
    with writing(app) as session:
        events.record(session, PUBLIC, Entry(action="call.update", subject_type="call", subject_id=1, note=formula))
    response = auditor.raw("/admin/audit.xlsx?subject=call", audited=True)
    assert re.match(r'attachment; filename="audit-\d{8}\.xlsx"', response.headers["Content-Disposition"])
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(response.get_data()))
    rows = book.get_sheet_by_name("办理记录").to_python()
    assert rows[0] == list(audit.HEADERS)
    assert [(row[4], row[5], row[6], row[13]) for row in rows[1:]] == [
        ("公众", "修改申报通知", "申报通知", "call.update"),
        ("公众", "新建申报通知", "申报通知", "call.create"),
    ]
    assert formula in rows[1], "text, not a formula"
    assert actions(app, "audit") == [("audit.export", None)]
    assert auditor.raw("/admin/audit.xlsx?account=nobody@example.com").status_code == 400
    with app.extensions["registry"].read() as session:
        assert events.verify(session)[1] is None


def test_the_workbook_is_bounded(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    write(app, *(CALL_ACTIONS * 2)[:12])
    monkeypatch.setattr(audit, "MOST_EXPORTED", 5)
    with app.extensions["registry"].read() as session:
        words = audit.AuditWords(str, str, str)
        path, count, cut = audit.export(session, audit.AuditFilters(), words, now=NOON)
    rows = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_name("办理记录").to_python()
    path.unlink()
    assert (count, cut, len(rows), rows[1][5]) == (5, True, 6, (CALL_ACTIONS * 2)[11])


def test_personal_values_of_filters_do_not_enter_the_record(app: Flask, make: Made, auditor: Browser) -> None:
    email = account(app, make(Role.EXPERT)).email
    read(auditor, f"account={email}")
    with app.extensions["registry"].read() as session:
        notes = session.scalars(select(Event.note)).all()
    assert notes == ["account=2"]


def test_changes_are_told_in_words(app: Flask, auditor: Browser) -> None:
    changes: dict[str, tuple[object, object]] = {
        "status": ("submitted", "recommended"),
        "rank": (None, 2),
        "unit": ("TNQ", "WJQ"),
        "closes_at": ("2026-11-20T17:00:00+08:00", None),
        "waiver.age": (None, 7),
        "storage": ("no", "yes"),
        "second_factor": (True, False),
        "unheard_of": ("a", "b"),
    }
    with writing(app) as session:
        events.record(
            session, OPERATOR, Entry(action="call.update", subject_type="call", subject_id=1, changes=changes)
        )
        opened: dict[str, tuple[object, object]] = {"open_fields": (None, ["project_name", "products"])}
        events.record(session, OPERATOR, Entry(action="call.rules", subject_type="call", subject_id=1, changes=opened))
        opened = {"open_fields": (None, None)}
        events.record(session, OPERATOR, Entry(action="call.rules", subject_type="call", subject_id=1, changes=opened))
    whole, marked, words = (row[5] for row in read(auditor, "action=call.").rows())
    assert words.split("；") == [
        "状态：待初审 → 已推荐，待形式审查", "推荐顺序：– → 2", "板块：天宁区 → 武进区", "截止时间：2026-11-20 17:00:00 → –",
        "豁免：成立年限（企业序号）：– → 7", "物料仓储和配送实现自动化、智能化：不符合 → 符合", "第二因子：是 → 否", "unheard_of：a → b",
    ]  # fmt: skip
    assert (marked, whole) == ("开放修改的栏目：车间或工厂名称、主要产品", "开放修改的栏目：整张表")


def test_every_action_of_the_code_has_a_word(app: Flask) -> None:
    sources = [path.read_text() for path in Path("registry").rglob("*.py") if path.name != "audit_words.py"]
    # As they stand in the code: by name in an entry, or handed to the one place of a module that writes it.
    patterns = (r'action="([a-z]+\.[a-z_]+)"', r'(?:_event|_record|_recorded|_say)\([^()]*?"([a-z]+\.[a-z_]+)"')
    found = {code for text in sources for pattern in patterns for code in re.findall(pattern, text)}
    assert len(found) > 40
    with app.test_request_context("/"):
        speak("zh")
        assert {code for code in found if not action_name(code)} == set()


def test_a_look_at_the_headers_is_no_reading(app: Flask, auditor: Browser) -> None:
    for path in ("/admin/audit", "/admin/audit.xlsx", "/account/data.json"):
        auditor.client.head(path).close()
    assert actions(app, "audit") == actions(app, "account.export") == []


def test_an_action_without_words_is_not_written(app: Flask) -> None:
    with pytest.raises(LookupError, match=r"call\.unheard_of"):
        Entry(action="call.unheard_of", subject_type="call")
