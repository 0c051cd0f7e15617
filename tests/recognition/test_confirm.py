"""Putting a document into force: who may, what is written, and what stands against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry.application_form import Rules
from registry.db import writers
from registry.errors import Conflict, NotAllowed
from registry.models import (
    Application,
    Document,
    Event,
    KpiReport,
    Message,
    Project,
    ProjectSearch,
    Recognition,
)
from registry.services import doctor, events
from registry.services.applications import drafts
from registry.services.recognition import confirming
from registry.services.review.needs import StepInput
from registry.terms import Action, Role
from tests.applicants import (
    Cast,
    cast,
    complete_answers,
    open_call,
    proposed,
    recommendation,
    rules_without_files,
    step,
)
from tests.recognition.makers import LATER, batch


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with writers(engine)() as opened:
        yield opened


def test_titles_projects_and_reports_come_from_what_was_submitted(session: Session) -> None:
    made = batch(session, 2, products="齿轮箱、减速器")
    publication = made.confirm(session, made.prepare(session))
    first = made.applications[0]
    document = session.scalars(select(Document)).one()
    assert (document.number, document.kind, document.announced_on, document.organ) == (
        "演示发〔2026〕7号",
        "recognition",
        date(2026, 11, 23),
        "演示市工业和信息化局",
    )
    assert (publication.state, publication.document_id, publication.confirmed_by) == (
        "confirmed",
        document.id,
        made.publisher.id,
    )
    title = session.get_one(Recognition, first.recognition_id)
    project = title.project
    assert (title.category_code, title.year, title.status, title.announced_on, title.stage) == (
        "mun_demo_smart_workshop",
        2026,
        "valid",
        date(2026, 11, 23),
        None,
    )
    assert (title.name_awarded, title.enterprise_awarded) == ("演示甲1智能车间", "演示企业甲1有限公司")
    assert (project.code, project.type, project.name, project.enterprise_id) == (
        "CZ-000001",
        "workshop",
        "演示甲1智能车间",
        first.enterprise_id,
    )
    assert (project.unit_code, project.division_code, project.town, project.address) == (
        "TNQ",
        "320402",
        "演示街道",
        "演示路2号",
    )
    assert (project.lon, project.lat, project.typed_lon, project.typed_system, project.precision) == (
        120.02,
        31.79,
        120.02,
        "WGS84",
        "exact",
    )
    assert (project.industry_code, project.industry_class, project.products) == ("34", "3451", "齿轮箱\n减速器")
    assert project.summary == "演示：装配线全部联网，质量信息可以追溯。"
    assert (first.status, first.project_id, first.decided_by) == ("recognised", project.id, made.publisher.id)


def test_the_report_holds_inputs_and_derived_shares(session: Session) -> None:
    made = batch(session)
    made.confirm(session, made.prepare(session))
    report = session.scalars(select(KpiReport)).one()
    assert (report.kind, report.basis, report.baseline_year, report.report_year) == (
        "recognition",
        "declared",
        2023,
        2025,
    )
    values = {value.kpi_code: value for value in report.values}
    assert len(values) == 12
    assert (values["defect_rate"].baseline, values["defect_rate"].current, values["defect_rate"].comparable) == (
        Decimal("0.86"),
        Decimal("0.4"),
        True,
    )
    shares = values["smart_equipment_rate"]
    assert (shares.baseline, shares.current, shares.comparable) == (173, 162, True)


def test_events_messages_and_search_follow(session: Session) -> None:
    made = batch(session, 2)
    publication = made.prepare(session)
    before = session.scalars(select(Event.id).order_by(Event.id.desc())).first()
    made.confirm(session, publication)
    actions = list(session.scalars(select(Event.action).where(Event.id > before).order_by(Event.id)))
    assert actions == [
        "application.recognise",
        "application.recognise",
        "publication.confirm",
        "recognition.award",
        "recognition.award",
    ]
    assert events.verify(session)[1] is None
    subjects = set(session.scalars(select(Message.subject)))
    assert {f"{application.number}：已获认定" for application in made.applications} <= subjects
    assert "演示发〔2026〕7号 已生效" in subjects
    texts = list(session.scalars(select(ProjectSearch.text).order_by(ProjectSearch.project_id)))
    assert ["演示甲1智能车间" in texts[0], "yanshijia2zhinengchejian" in texts[1], len(texts)] == [True, True, 2]
    assert list(doctor.examine(session)) == []


def test_the_preparer_cannot_confirm(session: Session, engine: Engine) -> None:
    made = batch(session)
    publication = made.prepare(session)
    same_person = replace(made.publisher, id=made.city.id)
    with pytest.raises(NotAllowed, match="自己录入的认定文件须由另一人复核确认。"):
        confirming.confirm(session, same_person, publication.id, seen_version=1, now=LATER)
    with pytest.raises(NotAllowed, match="市局审核员没有此项权限。"):
        confirming.confirm(session, made.city, publication.id, seen_version=1, now=LATER)
    session.commit()
    publication.state, publication.confirmed_by = "confirmed", publication.prepared_by
    with pytest.raises(IntegrityError):
        session.flush()


def test_the_second_confirmation_and_a_stale_page_are_conflicts(session: Session) -> None:
    made = batch(session)
    publication = made.prepare(session)
    with pytest.raises(Conflict, match="在您打开之后有改动"):
        confirming.confirm(session, made.publisher, publication.id, seen_version=9, now=LATER)
    made.confirm(session, publication)
    with pytest.raises(Conflict, match="演示发〔2026〕7号 已由他人确认生效"):
        made.confirm(session, publication)
    assert len(session.scalars(select(Recognition)).all()) == 1


def test_what_is_withdrawn_leaves_a_prepared_document_and_its_preparer_is_told(session: Session) -> None:
    made = batch(session)
    made.call = open_call(session, rules=rules_without_files())
    first = proposed(session, made.call, cast(session))
    other = cast(session)
    second = proposed(session, made.call, other, project_name="演示另一车间")
    publication = made.prepare(session)
    seen = publication.version
    with pytest.raises(Conflict) as undone:
        step(session, second, other.city, Action.UNDO, StepInput(reason="演示"), now=LATER)
    assert undone.value.message == "这份申报已在认定文件 演示发〔2026〕7号 中待复核；请先取消那份文件。"
    step(session, second, other.clerk, Action.WITHDRAW, now=LATER)
    session.commit()
    assert publication.items == [{"application": first.id}]
    told = session.scalars(select(Message).where(Message.account_id == made.city.id)).all()
    assert [message.subject for message in told] == ["“演示发〔2026〕7号”少了一项"]
    with pytest.raises(Conflict, match="在您打开之后有改动"):
        confirming.confirm(session, made.publisher, publication.id, seen_version=seen, now=LATER)
    session.rollback()
    assert session.scalars(select(Recognition)).all() == []
    made.confirm(session, publication)
    assert [title.name_awarded for title in session.scalars(select(Recognition))] == [first.project_name]


def test_a_document_without_anything_left_is_cancelled(session: Session) -> None:
    made = batch(session)
    publication = made.prepare(session)
    city = made.city
    step(session, made.applications[0], city, Action.REJECT, StepInput(message="演示：不符合。"), now=LATER)
    assert (publication.state, publication.items) == ("cancelled", [])


def second_rules() -> Rules:
    """Rules that do not bar holders, for another title of the same project."""
    return rules_without_files("mun_smart_workshop", excludes=(), per_enterprise=0)


def test_an_existing_project_is_brought_up_to_date_and_keeps_its_names(session: Session) -> None:
    who = cast(session, enterprise="演示更名有限公司")
    made = batch(session)
    made.call = open_call(session, rules=rules_without_files())
    proposed(session, made.call, who, project_name="演示老车间")
    made.confirm(session, made.prepare(session))
    project = session.scalars(select(Project).where(Project.name == "演示老车间")).one()
    second = open_call(session, category="mun_smart_workshop", rules=second_rules(), title="第二个通知（演示）")
    application = drafts.begin(session, who.clerk, second.id, project_id=project.id, now=LATER)
    answers = complete_answers(second_rules(), project_name="演示新车间", address="演示新路9号")
    drafts.save_answers(session, who.clerk, application.id, answers, seen_version=application.version, now=LATER)
    _to_proposed(session, application, who)
    made.call = second
    made.confirm(session, made.prepare(session, number="演示发〔2026〕8号"))
    session.refresh(project)
    assert (project.name, project.address, project.code) == ("演示新车间", "演示新路9号", "CZ-000001")
    assert [former.name for former in project.former_names] == ["演示老车间"]
    assert [(title.name_awarded, title.category_code) for title in project.recognitions] == [
        ("演示老车间", "mun_demo_smart_workshop"),
        ("演示新车间", "mun_smart_workshop"),
    ]
    text = session.get_one(ProjectSearch, project.id).text
    assert ["演示老车间" in text, "演示新车间" in text] == [True, True]
    event = session.scalars(select(Event).where(Event.action == "recognition.award").order_by(Event.id.desc())).first()
    assert event.changes["name"] == ["演示老车间", "演示新车间"]
    assert event.changes["address"] == ["演示路2号", "演示新路9号"]


def _to_proposed(session: Session, application: Application, who: Cast) -> None:
    drafts.confirm(session, who.checker, application.id, seen_version=application.version, now=LATER)
    step(session, application, who.clerk, Action.SUBMIT, now=LATER)
    step(session, application, who.district, Action.RECOMMEND, recommendation(application), now=LATER)
    step(session, application, who.city, Action.ACCEPT, now=LATER)
    step(session, application, who.city, Action.PROPOSE, now=LATER)


def test_a_title_that_is_there_already_stops_all(session: Session) -> None:
    who = cast(session)
    made = batch(session)
    rules = rules_without_files(excludes=(), per_enterprise=0)
    made.call = open_call(session, rules=rules)
    proposed(session, made.call, who)
    made.confirm(session, made.prepare(session))
    made.call = open_call(session, rules=rules, title="同一年的第二个通知（演示）")
    proposed(session, made.call, who)
    again = made.prepare(session, number="演示发〔2026〕12号")
    with pytest.raises(Conflict, match="CZ-000001“演示齿轮箱装配智能车间”已有同一类别、同一年份的认定"):
        made.confirm(session, again)


def test_roles_without_the_right_see_nothing(session: Session) -> None:
    made = batch(session)
    publication = made.prepare(session)
    for role in Role:
        if role is Role.PUBLISHER:
            continue
        actor = replace(made.publisher, role=role)
        with pytest.raises(NotAllowed):
            confirming.confirm(session, actor, publication.id, seen_version=1, now=LATER)
