"""异议: heard in time and by name only, its item alone is held, and nobody sees who objects without leaving a trace."""

from __future__ import annotations

import io
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from registry.config.keys import forget_keys, renew_key
from registry.db import writers
from registry.errors import Conflict, InvalidInput, NotAllowed, OperatorError, TooManyAttempts
from registry.models import Event, Message, Objection
from registry.permissions import OPERATOR
from registry.queries.notices.standing import standings
from registry.services import uploads
from registry.services.doctor import check_identities
from registry.services.events import Origin, serve
from registry.services.notices import handling, objecting
from registry.services.notices.identity import Identity, new_key
from registry.services.notices.objecting import Given, ObjectionFaults
from registry.services.recognition import confirming, entering
from registry.services.resealing import reseal
from registry.services.review.needs import StepInput
from registry.terms import Action, AttachmentKind
from tests.applicants import step
from tests.notices.makers import FACTS, LAST_SECOND, OPENED, OVER, Desk, desk, seer
from tests.notices.test_names import ANONYMOUS
from tests.recognition.makers import DOCUMENT
from tests.uploads import samples


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with writers(engine)() as opened:
        yield opened


@pytest.fixture
def made(session: Session, tmp_path: Path) -> Desk:
    """Three proposed applications."""
    return desk(session, tmp_path, 3)


def test_only_its_own_item_waits_and_a_later_document_takes_it(session: Session, made: Desk) -> None:
    first, second, third = made.applications
    notice = made.open(session)
    objection, _code = made.object_to(session, notice, second)
    with pytest.raises(Conflict, match="有异议正在办理"):
        made.document(session, application_ids=[first.id, second.id])
    publication = made.document(session)
    assert publication.items == [{"application": first.id}, {"application": third.id}]
    confirming.confirm(session, made.publisher, publication.id, seen_version=publication.version, now=OVER)
    assert [each.status for each in made.applications] == ["recognised", "noticed", "recognised"]
    made.decide(session, objection, "partly", now=OVER)
    later = entering.prepare(
        session, made.city, made.batch.call.id, replace(DOCUMENT, number="演示发〔2026〕8号"), now=OVER
    )
    assert later.items == [{"application": second.id}]


def test_an_objection_between_entry_and_confirmation_stops_the_document(session: Session, made: Desk) -> None:
    """Entered by an officer the day after the end, from a letter that came in time."""
    first, *_others = made.applications
    notice = made.open(session)
    publication = made.document(session)
    item = notice.items[0]
    given = Given(item=item.id, kind="person", name="机密异议人", phone="13812345678", mail="", facts=FACTS)
    for day, reason in ((None, "请填写收到的日期"), (date(2026, 12, 1), "应在公示期内：2026-11-24 至 2026-11-30")):
        with pytest.raises(InvalidInput, match=reason):
            objecting.enter_paper(session, made.city, notice.id, given, [], made.means(), received_on=day, now=OVER)
    objecting.enter_paper(
        session, made.city, notice.id, given, [], made.means(), received_on=date(2026, 11, 30), now=OVER
    )
    with pytest.raises(Conflict) as caught:
        confirming.confirm(session, made.publisher, publication.id, seen_version=publication.version, now=OVER)
    assert caught.value.message == (
        f"{first.number}“演示甲1智能车间”：有异议正在办理。什么都没有写入，请核对后再提交。"
    )


def test_upheld_means_rejected_and_gone_from_the_list(session: Session, made: Desk) -> None:
    first, *_others = made.applications
    notice = made.open(session)
    objection, _code = made.object_to(session, notice, first)
    made.decide(session, objection, "upheld")
    with pytest.raises(Conflict, match="异议成立，应不予认定"):
        made.document(session, application_ids=[first.id])
    step(session, first, made.city, Action.REJECT, StepInput(message="经核实不符合条件。"), now=OVER)
    item = notice.items[0]
    assert (item.name, item.live, item.left_at) == ("演示甲1智能车间", False, OVER)
    assert len(made.document(session).items) == 2


def test_it_is_in_time_until_the_last_second(session: Session, made: Desk) -> None:
    notice, first = made.open(session), made.applications[0]
    objection, _code = made.object_to(session, notice, first, now=LAST_SECOND)
    assert objection.received_on == date(2026, 11, 30)
    with pytest.raises(Conflict, match="公示期已于 2026-11-30 24:00 结束，不再接收异议"):
        made.object_to(session, notice, first, now=LAST_SECOND + timedelta(seconds=1))


def test_a_withdrawn_notice_keeps_its_objections(session: Session, made: Desk) -> None:
    notice, first = made.open(session), made.applications[0]
    objection, _code = made.object_to(session, notice, first)
    made.withdraw(session, notice)
    assert objection.state == "received"
    with pytest.raises(Conflict, match="公示已撤回，不再接收异议"):
        made.object_to(session, notice, first)
    again = made.open(session)
    assert standings(session, [first.id])[first.id].is_held, "the same thing is still being looked into"
    made.decide(session, objection)
    assert standings(session, [first.id])[first.id].hindrance(date(2026, 12, 1)) == ""
    assert again.state == "open"


@pytest.mark.parametrize("name", ANONYMOUS)
def test_anonymous_in_many_spellings(name: str) -> None:
    given = Given(item=0, kind="person", name=name, phone="13812345678", mail="", facts=FACTS)
    found = dict(objecting._faults(given, [], on_paper=False))
    assert found == {"name": "匿名异议不予受理，请填写真实姓名或单位全称。"}


def test_what_is_wrong_stands_at_its_field(session: Session, made: Desk) -> None:
    notice, first = made.open(session), made.applications[0]
    with pytest.raises(ObjectionFaults) as caught:
        made.object_to(
            session, notice, first, item=999, kind="unit", name="演示齿轮有限公司", phone="12", mail="x", facts="短"
        )
    assert [name for name, _sentence in caught.value.faults] == ["item", "phone", "mail", "facts", "files"]
    assert session.scalars(select(Objection)).all() == []


def test_five_a_day_from_one_address(session: Session, made: Desk) -> None:
    notice, first = made.open(session), made.applications[0]
    for _number in range(5):
        made.object_to(session, notice, first)
    with pytest.raises(TooManyAttempts, match="一天最多提交 5 件"):
        made.object_to(session, notice, first)
    made.object_to(session, notice, first, now=OPENED + timedelta(days=1))


def test_who_objects_is_encrypted_and_each_look_is_an_event(session: Session, made: Desk, tmp_path: Path) -> None:
    serve(session, Origin("web", "192.0.2.9"))
    notice, first = made.open(session), made.applications[0]
    item = notice.items[0].id
    given = Given(
        item=item, kind="unit", name="机密异议有限公司", phone="13812345678", mail="a@example.com", facts=FACTS
    )
    with uploads.examine(io.BytesIO(samples.pdf()), "盖章.pdf", kind=AttachmentKind.OTHER) as scan:
        objection, code = objecting.receive(session, notice.id, given, [scan], made.means(), now=OPENED)
    assert stat.S_IMODE((tmp_path / "identity.key").stat().st_mode) == 0o600
    assert objection.identity is not None
    assert "机密".encode() not in objection.identity
    assert code not in objection.token_hash
    with pytest.raises(NotAllowed, match="查看异议人身份须由系统管理员授权"):
        handling.look_at_identity(session, made.city, objection.id, made.key, now=OPENED)
    may = seer(session)
    who = handling.look_at_identity(session, may, objection.id, made.key, now=OPENED)
    assert who == Identity(name="机密异议有限公司", phone="13812345678", mail="a@example.com")
    handling.open_file(session, may, objection.id, objection.files[0].id, made.folder, now=OPENED)
    events = session.scalars(select(Event).where(Event.subject_type == "objection").order_by(Event.id)).all()
    # Whoever reads the record of events must not tell from the address who objected.
    assert [(event.action, event.actor_id, event.network_address) for event in events] == [
        ("objection.receive", None, ""), ("objection.identity", may.id, "192.0.2.9"),
        ("objection.download", may.id, "192.0.2.9"),
    ]  # fmt: skip
    written = "".join(str(event.changes) + event.note for event in events)
    written += "".join(message.subject + message.body for message in session.scalars(select(Message)))
    assert "机密" not in written
    assert "13812345678" not in written
    assert first.status == "noticed"


def test_a_lost_key_stops_nothing_else_and_the_doctor_says_so(session: Session, made: Desk, tmp_path: Path) -> None:
    notice, (first, second, _third) = made.open(session), made.applications
    objection, _code = made.object_to(session, notice, first)
    assert list(check_identities(session, tmp_path)) == []
    key = (tmp_path / "identity.key").read_bytes()
    (tmp_path / "identity.key").unlink()
    [finding] = check_identities(session, tmp_path)
    assert (finding.computed, finding.is_note) == ("没有密钥文件 identity.key", False)
    with pytest.raises(OperatorError, match="现在不能在网上提交异议"):
        made.object_to(session, notice, second)
    with pytest.raises(OperatorError, match=r"从备份中恢复 identity\.key"):
        handling.look_at_identity(session, seer(session), objection.id, made.key, now=OPENED)
    made.decide(session, objection)
    assert objection.state == "decided"
    (tmp_path / "identity.key").write_bytes(key)
    assert list(check_identities(session, tmp_path)) == []


def test_identities_outlive_a_renewal_of_their_key(session: Session, made: Desk) -> None:
    notice, (first, second, _third) = made.open(session), made.applications
    objection, _code = made.object_to(session, notice, first)
    renew_key(made.key.path, new_key())
    made.object_to(session, notice, second)
    done = reseal(session, OPERATOR, made.key, now=OPENED)
    assert (done.identities, forget_keys(made.key.path)) == (2, 1)
    assert handling.look_at_identity(session, seer(session), objection.id, made.key, now=OPENED).name


def test_the_identity_is_erased_three_years_after_the_end(session: Session, made: Desk) -> None:
    notice, (first, second, _third) = made.open(session), made.applications
    old, _code = made.object_to(session, notice, first)
    new, _code = made.object_to(session, notice, second)
    made.decide(session, old)
    handling.admit(session, made.city, new.id, seen_version=new.version, now=OPENED + timedelta(days=1094))
    session.refresh(old)
    assert old.identity is not None
    handling.decide(
        session, made.city, new.id, finding="partly", finding_text="情况", reply="答复",
        seen_version=new.version, now=OPENED + timedelta(days=1096),
    )  # fmt: skip
    session.refresh(old)
    assert old.identity is None
    assert new.identity is not None


def test_the_enterprise_is_asked_in_an_officers_words(session: Session, made: Desk) -> None:
    notice, first = made.open(session), made.applications[0]
    objection, _code = made.object_to(session, notice, first)
    with pytest.raises(Conflict, match="现在是“已收到”"):
        handling.inquire(session, made.city, objection.id, inquiry="x", seen_version=objection.version, now=OPENED)
    handling.admit(session, made.city, objection.id, seen_version=objection.version, now=OPENED)
    handling.inquire(
        session, made.city, objection.id, inquiry="请说明二号产线的投产时间。", seen_version=objection.version,
        now=OPENED,
    )  # fmt: skip
    told = session.scalars(select(Message).where(Message.account_id == first.created_by).order_by(Message.id.desc()))
    message = told.first()
    assert message is not None
    assert message.body == "请说明二号产线的投产时间。"
    assert FACTS not in message.body
