"""Whatever takes something back leaves everything as it stood before: each public answer, and each row of the record."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from registry.changes import ChangeKind
from registry.models import Application, ChangeRequest, Document, Project, Recognition, ReEvaluation
from registry.permissions import OPERATOR
from registry.purposes import CallPurpose
from registry.queries.recognition.ladder import convertible
from registry.services.imports import apply_kpis, plan_kpis
from registry.services.imports.jobs import journal
from registry.services.recognition import confirming, entering, mapping, re_evaluating
from registry.services.record import figures
from registry.services.review.needs import StepInput
from registry.spreadsheets import read_file
from registry.terms import Action
from tests.applicants import Cast, open_call, proposed
from tests.browser import Browser
from tests.imports.sheets import table, write_xlsx
from tests.titles.asking import done, rows
from tests.titles.conftest import Stocks
from tests.titles.later_makers import AGAIN, later_call, second_member, sent, take
from tests.titles.makers import Holders, told, writing
from tests.titles.test_again import AFTER, DOCUMENT, judged
from tests.titles.test_enterprises import findings
from tests.titles.test_ladder import DOCUMENT as LADDER
from tests.titles.test_ladder import ROW

pytestmark = pytest.mark.slow
RECORD = (
    "account", "call_subject", "enterprise", "enterprise_honor", "enterprise_name", "former_code", "kpi_report",
    "kpi_value", "other_name", "project", "project_name", "project_search", "re_evaluation", "recognition",
    "released_photo",
)  # fmt: skip
REVOKING = {
    "number": "演示发〔2028〕30号", "announced_on": DOCUMENT.announced_on, "document_title": "演示文件",
    "organ": "演示机关", "outcome": "revoked", "cause": "fraud",
}  # fmt: skip
Undo = Callable[[Flask, Holders, Path], Iterator[None]]


@pytest.fixture
def made(stocks: Stocks) -> Holders:
    """Four enterprises with a public project each."""
    return stocks(4)[1]


@pytest.fixture
def app(stocks: Stocks, make_app: Callable[..., Flask], tmp_path: Path) -> Flask:
    """On SQLite: what differs between databases is asked once, by the tests of each undo."""
    shutil.copyfile(stocks(4)[0], tmp_path / "held.db")
    return make_app(f"sqlite:///{tmp_path / 'held.db'}")


def public(app: Flask) -> dict[str, Any]:
    """What the public is answered: list, file, interface, statistics and pages, without the moment of the answer."""
    browser, answers = Browser(app), told(app)
    for code, item in answers["items"].items():
        item.pop("updated_at")
        answers[code] = browser.raw(f"/api/v1/projects/{code}").json | {"updated_at": ""}
        answers[f"page of {code}"] = browser.get(f"/projects/{code}").rows()
    file = csv.DictReader(io.StringIO(browser.raw("/projects.csv").get_data().decode("utf-8-sig")))
    answers["file"] = [{name: text for name, text in row.items() if name != "updated_at"} for row in file]
    for path in ("/projects", "/statistics", "/announcements"):
        answers[path] = browser.get(path).rows()
    return answers


def listed(made: Holders, cost: float) -> list[dict[str, Any]]:
    """Yearly figures as a list of the office states them."""
    return [
        {
            "项目编号": project.code, "报告类型": "年度报告", "报告期年份": 2027, "基期年份": 2024, "申报/核查": "申报",
            "运营成本-改造前": 400, "运营成本-改造后": cost, "运营成本-单位": "元/台",
        }
        for project in made.projects
    ]  # fmt: skip


def imported(session: Any, made: Holders, folder: Path, cost: float = 300) -> dict[str, Any]:
    """The figures in the record; what the import keeps to take them back."""
    before = journal.picture(session)
    plan = plan_kpis(
        session, read_file(write_xlsx(folder / "kpis.xlsx", table(listed(made, cost)))), today=AGAIN.date()
    )
    assert plan.refused == 0
    apply_kpis(session, OPERATOR, plan)
    return journal.journal(before, session)


def a_filed_report(app: Flask, made: Holders, folder: Path) -> Iterator[None]:
    """Over figures that were imported, and over none: a form comes, is filed, and the filing is undone."""
    with writing(app) as session:
        kept = imported(session, made, folder)
        call = later_call(session, CallPurpose.YEARLY)
        forms = [sent(session, call, made, place, **{"kpi-operating_cost-current": "191.2"}).id for place in range(3)]
    yield
    with writing(app) as session:
        for key in forms:
            take(session, session.get_one(Application, key), made.district, Action.FILE)
        # The import cannot be taken back from under the reports, and says so.
        assert len(journal.obstacles(session, kept)) >= 3
    yield
    with writing(app) as session:
        for key in forms:
            take(session, session.get_one(Application, key), made.district, Action.UNDO, StepInput(reason="核对有误"))
        assert journal.obstacles(session, kept) == []
        assert {session.get_one(Application, key).replaced for key in forms} == {None}


def a_filed_report_of_a_merged_project(app: Flask, made: Holders, folder: Path) -> Iterator[None]:
    """The figures come back to the project that the other was merged into, and with it when the merger is undone."""
    with writing(app) as session:
        session.get_one(Recognition, made.titles[0].id).year = 2025
        imported(session, replace(made, projects=made.projects[:1]), folder)
        call = later_call(session, CallPurpose.YEARLY, year=2027)
        form = sent(session, call, made, 1).id
        session.get_one(Application, form)
    yield
    with writing(app) as session:
        take(session, session.get_one(Application, form), made.district, Action.FILE)
        take(session, session.get_one(Application, form), made.district, Action.UNDO, StepInput(reason="核对有误"))
        typed = {"other": made.projects[1].code}
        merged = done(session, made, ChangeKind.MERGE_PROJECTS, project_id=made.projects[0].id, typed=typed).id
    yield
    with writing(app) as session:
        done(session, made, ChangeKind.UNDO, request_id=merged)


def an_import(app: Flask, made: Holders, folder: Path) -> Iterator[None]:
    """Other figures of the same year, imported and taken back."""
    with writing(app) as session:
        imported(session, made, folder)
    yield
    with writing(app) as session:
        kept = imported(session, made, folder, 250)
    yield
    with writing(app) as session:
        assert journal.obstacles(session, kept) == []
        journal.take_back(session, kept)


def a_split(app: Flask, made: Holders, folder: Path) -> Iterator[None]:
    """A project with two titles is split and is one again."""
    with writing(app) as session:
        session.get_one(Recognition, made.titles[0].id).year = 2025
        typed: dict[str, Any] = {"other": made.projects[1].code}
        done(session, made, ChangeKind.MERGE_PROJECTS, project_id=made.projects[0].id, typed=typed)
    yield
    with writing(app) as session:
        typed = {"name": "演示拆出车间", "titles": [str(made.titles[1].id)]}
        split = done(session, made, ChangeKind.SPLIT_PROJECT, project_id=made.projects[0].id, typed=typed).id
    yield
    with writing(app) as session:
        done(session, made, ChangeKind.UNDO, request_id=split)


def a_merger_of_enterprises(app: Flask, made: Holders, folder: Path) -> Iterator[None]:
    """Two enterprises become one and are two again."""
    yield
    with writing(app) as session:
        one, other = made.enterprises[:2]
        typed = {"other": other.uscc or ""}
        merged = done(session, made, ChangeKind.MERGE_ENTERPRISES, enterprise_id=one.id, typed=typed).id
    yield
    with writing(app) as session:
        done(session, made, ChangeKind.UNDO, request_id=merged)


def withdrawn(session: Any, made: Holders, folder: Path, number: str) -> ChangeRequest:
    """A document that was confirmed in error is withdrawn."""
    document = session.scalars(select(Document).where(Document.number == number)).one()
    typed = {"document": "情况说明（演示）"}
    about: dict[str, Any] = {"document_id": document.id, "typed": typed, "now": AFTER}
    return done(session, made, ChangeKind.WITHDRAW_DOCUMENT, folder, **about)


def a_revocation(app: Flask, made: Holders, folder: Path) -> Iterator[None]:
    """A document revokes two titles and is withdrawn."""
    yield
    with writing(app) as session:
        titles = [str(title.id) for title in made.titles[:2]]
        done(session, made, ChangeKind.END_TITLES, typed=REVOKING | {"titles": titles}, now=AFTER)
    yield
    with writing(app) as session:
        withdrawn(session, made, folder, REVOKING["number"])


def a_re_evaluation(app: Flask, made: Holders, folder: Path) -> Iterator[None]:
    """A document confirms two titles, revokes two and is withdrawn; its forms wait for the right one."""
    call = judged(app, made)
    with writing(app) as session:
        states = rows(session, "application")
    yield
    with writing(app) as session:
        entered = re_evaluating.prepare(session, made.city, call.id, DOCUMENT, now=AFTER)
        confirming.confirm(session, made.publisher, entered.id, seen_version=entered.version, now=AFTER)
        assert session.query(ReEvaluation).count() == 2
    yield
    with writing(app) as session:
        withdrawn(session, made, folder, DOCUMENT.number)
        assert len(rows(session, "application")["application"]) == len(states["application"])
        again = re_evaluating.prepare(
            session, made.city, call.id, replace(DOCUMENT, number="演示发〔2028〕10号"), now=AFTER
        )
        assert [item["outcome"] for item in again.items] == ["excellent", "pass", "fail", "absent"]


def a_second_title(app: Flask, made: Holders, folder: Path) -> Iterator[None]:
    """A document recognises a workshop again, under another name and with other facts, and is withdrawn."""
    owner, place = made.owners[0], made.projects[0]
    with writing(app) as session:
        session.get_one(Recognition, made.titles[0].id).category_code = "mun_smart_workshop"
        call = open_call(session, year=2028, document_number="演示〔2028〕90号", title="又一批（演示）")
        who = Cast(owner, second_member(session, owner), made.district, made.city, made.publisher)
        form = proposed(
            session, call, who, project_name="演示新名智能车间", address="演示新路9号", summary="演示新介绍", products="演示新品",
        )  # fmt: skip
        form.project_id = place.id
        key = form.id
    yield
    with writing(app) as session:
        entered = entering.prepare(session, made.city, call.id, DOCUMENT, application_ids=[key], now=AFTER)
        confirming.confirm(session, made.publisher, entered.id, seen_version=entered.version, now=AFTER)
        known = session.get_one(Project, place.id)
        assert (known.name, known.address, len(known.former_names)) == ("演示新名智能车间", "演示新路9号", 1)
    yield
    with writing(app) as session:
        withdrawn(session, made, folder, DOCUMENT.number)


def a_new_ladder(app: Flask, made: Holders, folder: Path) -> Iterator[None]:
    """A document turns all titles into those of a newer category and is withdrawn; they can be turned again."""
    with writing(app) as session:
        row = mapping.add(session, made.city, ROW, now=AGAIN).id
    yield
    with writing(app) as session:
        entered = mapping.prepare(session, made.city, row, LADDER, year=2028, now=AGAIN)
        confirming.confirm(session, made.publisher, entered.id, seen_version=entered.version, now=AGAIN)
    yield
    with writing(app) as session:
        withdrawn(session, made, folder, LADDER.number)
        assert len(convertible(session, row)) == len(made.titles)


UNDOS: tuple[Undo, ...] = (
    a_filed_report, a_filed_report_of_a_merged_project, an_import, a_split, a_merger_of_enterprises, a_revocation,
    a_re_evaluation, a_second_title, a_new_ladder,
)  # fmt: skip


@pytest.mark.parametrize("undo", UNDOS, ids=lambda undo: undo.__name__)
def test_after_an_undo_everything_is_as_before(app: Flask, made: Holders, tmp_path: Path, undo: Undo) -> None:
    steps = undo(app, made, tmp_path)
    next(steps)
    before = public(app)
    with writing(app) as session:
        stood = rows(session, *RECORD)
    next(steps)
    assert public(app) != before, "the act is public, or its undo would show nothing"
    assert next(steps, None) is None
    after = public(app)
    assert {name for name in before if after.get(name) != before[name]} == set()
    with writing(app) as session:
        assert rows(session, *RECORD) == stood
    assert findings(app) == []


def test_what_was_corrected_since_is_not_taken_back_in_silence(app: Flask, made: Holders, tmp_path: Path) -> None:
    """An import over which a figure was corrected stays, and names the correction."""
    with writing(app) as session:
        kept = imported(session, made, tmp_path)
        value = figures.read_input("operating_cost", baseline="382.4", current="191.2", measure="元/件")
        figures.correct(session, made.city, made.titles[0], "operating_cost", value, document="演示", now=AGAIN)
        assert journal.obstacles(session, kept) == [], "the correction is of the title's report, not of the year's"
        call = later_call(session, CallPurpose.YEARLY)
        take(session, sent(session, call, made), made.district, Action.FILE)
        assert "之后又有改动" in str(journal.obstacles(session, kept)[0].why)
