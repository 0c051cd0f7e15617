"""Entering a document: its number, its day, what it names, and taking it back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from registry.db import writers
from registry.errors import Conflict, InvalidInput, NotAllowed, NotFound
from registry.models import Application, Document, Event, Publication, Recognition
from registry.services.recognition import entering
from registry.services.recognition.document_text import DocumentFaults
from registry.services.review.needs import StepInput
from registry.terms import Action
from tests.applicants import step
from tests.recognition.makers import DOCUMENT, LATER, batch


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with writers(engine)() as opened:
        yield opened


def test_a_document_takes_all_that_is_proposed_and_publishes_nothing(session: Session) -> None:
    made = batch(session, 3)
    publication = made.prepare(session)
    assert publication.number == "演示发〔2026〕7号"
    assert publication.items == [{"application": application.id} for application in made.applications]
    assert (publication.state, publication.category_code, publication.year) == (
        "prepared",
        "mun_demo_smart_workshop",
        2026,
    )
    assert session.scalars(select(Recognition)).all() == []
    assert session.scalars(select(Document)).all() == []
    assert [application.status for application in made.applications] == ["proposed"] * 3
    event = session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert (event.action, event.subject_id, event.changes["items"]) == ("publication.prepare", publication.id, [0, 3])


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"number": ""}, "number", "请填写文号"),
        ({"number": "关于公布名单的通知"}, "number", "“关于公布名单的通知”不是完整的文号；应如 某工信发〔2026〕1号"),
        ({"title": " "}, "title", "请填写文件标题"),
        ({"title": "长" * 201}, "title", "有 201 个字，最多 200 个；请缩短"),
        ({"organ": ""}, "organ", "请填写发文机关"),
        ({"announced_on": None}, "announced_on", "请填写公布日期"),
        ({"announced_on": date(2026, 11, 25)}, "announced_on", "2026-11-25 在将来；文件公布之后才能录入"),
        ({"announced_on": date(1999, 1, 1)}, "announced_on", "1999-01-01 过早；请核对"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    session: Session, changes: dict[str, object], field: str, sentence: str
) -> None:
    made = batch(session)
    with pytest.raises(DocumentFaults) as caught:
        made.prepare(session, **changes)
    assert caught.value.faults == [(field, sentence)]


def test_today_in_beijing_is_not_the_future(session: Session) -> None:
    assert batch(session).prepare(session, announced_on=date(2026, 11, 24)).announced_on == date(2026, 11, 24)


def test_one_number_is_one_document(session: Session) -> None:
    made = batch(session, 2)
    first, second = made.applications
    made.prepare(session, application_ids=[first.id])
    with pytest.raises(DocumentFaults) as caught:
        made.prepare(session, application_ids=[second.id], number="演示发﹝2026﹞第007号")
    assert caught.value.faults == [("number", "演示发〔2026〕7号 已于 2026-11-24 录入（待复核）；请勿重复")]


def test_a_known_document_keeps_its_day(session: Session) -> None:
    made = batch(session)
    session.add(
        Document(
            number="演示发〔2026〕第7号", number_key="演示发〔2026〕7号", kind="recognition",
            announced_on=date(2026, 11, 20), created_at=LATER,
        )
    )  # fmt: skip
    session.flush()
    with pytest.raises(DocumentFaults) as caught:
        made.prepare(session)
    assert caught.value.faults == [("announced_on", "演示发〔2026〕第7号 已登记的公布日期是 2026-11-20；请对照文件")]


def test_a_citation_recognises_nothing(session: Session) -> None:
    made = batch(session)
    session.add(Document(number="演示发〔2026〕7号", number_key="演示发〔2026〕7号", kind="citation", created_at=LATER))
    session.flush()
    with pytest.raises(DocumentFaults) as caught:
        made.prepare(session)
    assert caught.value.faults == [("number", "演示发〔2026〕7号 已登记为引用文件，不是认定文件；请核对文号")]


def test_an_application_stands_in_one_waiting_document(session: Session) -> None:
    made = batch(session, 2)
    first = made.applications[0]
    made.prepare(session, application_ids=[first.id])
    with pytest.raises(Conflict) as caught:
        made.prepare(session, number="演示发〔2026〕8号")
    assert caught.value.message == (
        f"{first.number}“演示甲1智能车间”已在 演示发〔2026〕7号 中待复核，不能再放进另一份文件。"
    )


def test_only_what_is_proposed_is_taken(session: Session) -> None:
    made = batch(session, 2)
    step(session, made.applications[0], made.city, Action.UNDO, StepInput(reason="演示：再核对。"), now=LATER)
    with pytest.raises(Conflict, match="现在是“市级审核中”，不是拟认定"):
        made.prepare(session, application_ids=[application.id for application in made.applications])
    assert made.prepare(session).items == [{"application": made.applications[1].id}]
    with pytest.raises(NotFound):
        made.prepare(session, application_ids=[999_999], number="演示发〔2026〕9号")
    with pytest.raises(InvalidInput, match="没有选择要认定的项目"):
        made.prepare(session, application_ids=[], number="演示发〔2026〕9号")


def test_who_may_enter_and_cancel(session: Session) -> None:
    made = batch(session)
    with pytest.raises(NotAllowed):
        entering.prepare(session, made.publisher, made.call.id, DOCUMENT, now=LATER)
    publication = made.prepare(session)
    with pytest.raises(InvalidInput, match="请写明取消的原因"):
        entering.cancel(session, made.city, publication.id, reason=" ", seen_version=1, now=LATER)
    with pytest.raises(Conflict, match="在您打开之后有改动"):
        entering.cancel(session, made.city, publication.id, reason="重录", seen_version=7, now=LATER)
    entering.cancel(session, made.publisher, publication.id, reason="日期有误", seen_version=1, now=LATER)
    assert publication.state == "cancelled"
    event = session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert (event.action, event.note) == ("publication.cancel", "日期有误")
    with pytest.raises(Conflict, match="已被取消"):
        made.confirm(session, publication)
    again = made.prepare(session)
    assert again.items == publication.items
    assert session.get_one(Application, made.applications[0].id).status == "proposed"
    assert len(session.scalars(select(Publication)).all()) == 2
