"""What is known of persons goes when its time is over, and not a day before."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, select, text, update
from sqlalchemy.orm import Session

from registry.db import writers
from registry.models import Application, ErrorReport, Event, LoginSession, Objection, ObjectionFile
from registry.permissions import OPERATOR
from registry.services import retention, uploads
from registry.services.retention import RULES
from registry.services.retention.rules import PERSONAL
from registry.storage import Folder
from registry.terms import AttachmentKind, Role
from tests import applicants as stage
from tests import people
from tests.accounts.conftest import is_signed_in
from tests.browser import Browser
from tests.notices.makers import OPENED, OVER, desk
from tests.titles.makers import holders
from tests.uploads import samples

NOW = datetime(2030, 1, 1, tzinfo=UTC)
DAYS = 730


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with writers(engine)() as opened:
        yield opened


def erased(session: Session, folder: Path, *, now: datetime = NOW) -> dict[str, int]:
    done = retention.run(session, OPERATOR, Folder(folder), retention_days=DAYS, now=now)
    return {name: number for name, number in done.items() if number}


def test_contacts_of_what_was_never_recognised_go_and_others_stay(session: Session, tmp_path: Path) -> None:
    who = stage.cast(session)
    call = stage.open_call(session)
    rejected, forwarded, draft = (
        stage.drafted(session, call, stage.cast(session, enterprise=f"演示第{number}有限公司")) for number in range(3)
    )
    for row, status, days in ((rejected, "rejected", DAYS), (forwarded, "forwarded", DAYS * 2)):
        at = {
            "decided_at": NOW - timedelta(days=days),
            "decided_by": who.city.id,
            "number": f"SB-2026-{row.id:04}",
            "unit_code": "TNQ",
        }
        session.execute(update(Application).where(Application.id == row.id).values(status=status, **at))
    session.expire_all()
    kept = {name: text for name, text in rejected.answers.items() if name not in PERSONAL}
    versions = [row.version for row in (rejected, forwarded, draft)]
    assert [bool(PERSONAL & row.answers.keys()) for row in (rejected, forwarded, draft)] == [True] * 3
    # On the day itself it is still there; the day after it is gone. The call of the draft closed long ago.
    assert erased(session, tmp_path) == {"application_contacts": 1}
    assert erased(session, tmp_path, now=NOW + timedelta(days=1)) == {"application_contacts": 1}
    assert erased(session, tmp_path, now=NOW + timedelta(days=2)) == {}
    session.expire_all()
    assert (rejected.answers, PERSONAL & draft.answers.keys()) == (kept, set())
    assert PERSONAL & forwarded.answers.keys()
    assert [row.version for row in (rejected, forwarded, draft)] == versions
    told = session.scalars(select(Event.changes).where(Event.action == "retention.run")).all()
    assert told == [{"application_contacts": [1, 0]}] * 2


def test_contacts_of_what_was_returned_and_never_sent_again_go_too(session: Session, tmp_path: Path) -> None:
    """Nobody decides a form that its enterprise does not send; one that is still being typed in stays."""
    call = stage.open_call(session)
    left, busy = (
        stage.drafted(session, call, stage.cast(session, enterprise=f"演示第{number}有限公司")) for number in range(2)
    )
    for row, days in ((left, DAYS + 1), (busy, 1)):
        at = {
            "status": "returned", "return_to": "submitted", "number": f"SB-2026-{row.id:04}", "unit_code": "TNQ",
            "updated_at": NOW - timedelta(days=days),
        }  # fmt: skip
        session.execute(update(Application).where(Application.id == row.id).values(**at))
    assert erased(session, tmp_path) == {"application_contacts": 1}
    session.expire_all()
    assert [bool(PERSONAL & row.answers.keys()) for row in (left, busy)] == [False, True]


def test_contacts_of_reports_go_after_half_a_year(session: Session, tmp_path: Path) -> None:
    project = holders(session, 1).projects[0]
    for number, days in ((1, 179), (2, 181)):
        session.add(
            ErrorReport(
                number=f"CW-2029-000{number}", project_id=project.id, unit_code="TNQ", topic="place", text="地址不对，应是二十号。",
                contact="读者 0519-1", token_hash="0" * 64, state="corrected", answer="已更正", answered_at=NOW - timedelta(days=days),
                created_at=NOW - timedelta(days=days),
            )
        )  # fmt: skip
    session.flush()
    assert erased(session, tmp_path) == {"error_reports": 1}
    session.expire_all()
    assert session.scalars(select(ErrorReport.contact).order_by(ErrorReport.id)).all() == ["读者 0519-1", ""]


def test_objectors_and_their_files_go_after_three_years(session: Session, tmp_path: Path) -> None:
    made = desk(session, tmp_path, 1)
    objection, _code = made.object_to(session, made.open(session), made.applications[0], now=OPENED)
    made.decide(session, objection, now=OVER)
    folder = Folder(tmp_path / "files")
    with uploads.examine(io.BytesIO(samples.pdf()), "信.pdf", kind=AttachmentKind.OTHER) as file:
        name = uploads.store(folder, file)
    session.add(
        ObjectionFile(
            objection_id=objection.id,
            filename="信.pdf",
            media_type="application/pdf",
            size=1,
            storage_name=name,
            created_at=OVER,
        )
    )
    session.commit()
    assert objection.closed_at is not None
    due = objection.closed_at + timedelta(days=3 * 365)
    assert "objectors" not in erased(session, tmp_path / "files", now=due)
    assert erased(session, tmp_path / "files", now=due + timedelta(seconds=1))["objectors"] == 1
    session.rollback()
    assert [held.name for held in folder.names()] == [name]
    erased(session, tmp_path / "files", now=due + timedelta(seconds=1))
    session.commit()
    assert (list(folder.names()), session.scalars(select(ObjectionFile)).all()) == ([], [])
    assert session.scalars(select(Objection.identity)).all() == [None]


def test_old_sessions_go_and_the_command_tries_first(app: Flask) -> None:
    with app.extensions["registry"].write() as session:
        person = people.make_account(session, Role.EXPERT).id
        session.commit()
    people.session_token(app, person)
    with app.extensions["registry"].write() as session:
        session.execute(update(LoginSession).values(expires_at=datetime.now(UTC) - timedelta(days=31)))
        session.commit()
    (app.extensions["registry"].settings.data_dir / "files").mkdir(exist_ok=True)
    run = app.test_cli_runner().invoke
    tried = run(args=["retention", "run", "--dry-run"]).output.splitlines()
    assert tried[-2:] == [
        "1 件：过期的登录、一次性链接、未验证的注册和尝试计数（失效之日起 30 天）",
        "以上只是试算，没有清除。",
    ]
    assert len(tried) == len(RULES) + 1
    assert run(args=["retention", "run"]).output.splitlines()[-1] == "已清除保存期满的个人信息。"
    assert run(args=["retention", "run"]).output.splitlines()[-2].startswith("0 件")


def test_the_nightly_command_lets_sqlite_count_its_rows(app: Flask) -> None:
    (app.extensions["registry"].settings.data_dir / "files").mkdir(exist_ok=True)
    assert app.test_cli_runner().invoke(args=["retention", "run"]).exit_code == 0
    with app.extensions["registry"].read() as session:
        counted = {"sqlite": "sqlite_stat1 WHERE tbl = 'kpi'", "postgresql": "pg_class WHERE relname = 'kpi'"}
        assert session.scalar(text(f"SELECT count(*) FROM {counted[session.get_bind().dialect.name]}"))


def test_the_privacy_notice_says_when_each_rule_erases(app: Flask) -> None:
    told = [row[2] for row in Browser(app).get("/privacy").rows()]
    for rule in RULES:
        assert [line for line in told if f"{rule.days(DAYS)} 天" in line], rule.name


def test_an_account_is_closed_by_its_holder_and_leaves_no_name(app: Flask) -> None:
    with app.extensions["registry"].write() as session:
        firm = people.enterprise(session)
        owner, member = (
            people.make_account(session, Role.ENTERPRISE, enterprise=firm, is_owner=is_owner, known_password=True)
            for is_owner in (True, False)
        )
        officer = people.make_account(session, Role.EXPERT, known_password=True)
        ids, email = (owner.id, member.id, officer.id), member.email
        session.commit()
    refused = people.signed_in(app, ids[0])
    page = refused.get(refused.get("/account").links()["注销账户"])
    assert "请先把企业管理员交给同事" in refused.submit(page, {"password": people.PASSWORD}, status=403).text()
    staff = people.signed_in(app, ids[2])
    assert "注销账户" not in staff.get("/account").links()
    staff.post("/account/close", {"password": people.PASSWORD}, 403)
    browser, elsewhere = (people.signed_in(app, ids[1]) for _ in range(2))
    page = browser.submit(browser.get("/account/close"), {"password": "wrong"}, status=422)
    assert page.errors_shown == ["现在的密码：密码不对。"]
    assert "账户已注销" in browser.submit(page, {"password": people.PASSWORD}).text()
    assert [is_signed_in(each) for each in (browser, elsewhere, refused)] == [False, False, True]
    with app.extensions["registry"].read() as session:
        row = session.get_one(people.Account, ids[1])
        assert (row.name, row.email, row.password_hash, row.standing) == (
            "已注销",
            f"closed-{ids[1]}@invalid",
            None,
            "disabled",
        )
        told = session.scalars(select(Event).where(Event.action == "account.close")).one()
    assert (told.subject_id, email in str(told.changes)) == (ids[1], False)
