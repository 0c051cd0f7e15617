"""An enterprise gets another name or code, or is merged: everything goes with it and every old name finds it."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from registry.errors import Conflict, InvalidInput, NotAllowed
from registry.models import Account, Application, EnterpriseHonor, Event, FormerCode
from registry.names import name_key
from registry.permissions import OPERATOR, PUBLIC
from registry.queries.record.similar import SimilarEnterprises
from registry.services.accounts.registration import Registration, register
from registry.services.demo.words import demo_code
from registry.services.doctor import examine
from registry.services.imports.stock import directory
from registry.services.recognition.projects import find_enterprise
from registry.services.record import enterprise_merging, enterprises, projects
from registry.terms import AccountStanding, Role
from tests import people
from tests.applicants import Cast, drafted, open_call
from tests.browser import Browser
from tests.titles.makers import LATER, TODAY, holders, told, writing

NEW = "演示乙新材料有限公司"


def findings(app: Flask) -> list[str]:
    """What the doctor says is wrong; what it only notes is left out."""
    with app.extensions["registry"].read() as session:
        return [f"{found.what} {found.record}" for found in examine(session) if not found.is_note]


def test_a_renamed_enterprise_is_found_under_both_names_and_its_titles_keep_the_old_one(app: Flask) -> None:
    with writing(app) as session:
        made = holders(session, 1)
        enterprise, code, identifier = made.enterprises[0], made.projects[0].code, made.enterprises[0].id
    before = told(app, "q=演示企业甲1")
    assert before["codes"] == [code]
    with writing(app) as session:
        enterprises.rename(
            session, made.city, enterprise, name=NEW, document="登记通知〔2026〕1号", on=date(2026, 5, 12), now=LATER
        )
    for text in ("演示企业甲1", NEW):
        item = told(app, f"q={text}")["items"][code]
        assert item["enterprise"] == {"id": identifier, "name": NEW}
        assert [title["enterprise_awarded"] for title in item["recognitions"]] == ["演示企业甲1有限公司"]
    page = Browser(app).get(f"/enterprises/{identifier}")
    assert page.h1 == NEW
    assert "演示企业甲1有限公司（至 2026-05-11）" in page.text()
    with app.extensions["registry"].read() as session:
        event = session.scalars(select(Event).where(Event.action == "enterprise.rename")).one()
        assert event.changes["name"] == ["演示企业甲1有限公司", NEW]
        assert event.note == "登记通知〔2026〕1号"
        # A list with the old name and the known code means the same enterprise.
        assert find_enterprise(session, "演示企业甲1有限责任公司", enterprise.uscc).id == identifier  # type: ignore[union-attr]
    assert findings(app) == []


def test_what_a_rename_refuses(app: Flask) -> None:
    with writing(app) as session:
        made = holders(session)
        first, second = made.enterprises

        def refused(name: str, on: date = TODAY) -> tuple[type, str | None, str]:
            with pytest.raises((InvalidInput, Conflict)) as error:
                enterprises.rename(session, made.city, first, name=name, document="", on=on, now=LATER)
            return type(error.value), error.value.field, error.value.message

        assert refused(first.name)[:2] == (InvalidInput, "name")
        assert refused("短")[1] == "name"
        kind, field, sentence = refused(NEW, date(2027, 1, 1))
        assert (kind, field, sentence) == (InvalidInput, "on", "2027-01-01 在将来；请在那一天或之后办理。")
        kind, field, sentence = refused(second.name)
        assert (kind, field) == (enterprises.NameTaken, "name")
        assert f"序号 {second.id}，代码 {second.uscc}" in sentence
        enterprises.rename(
            session, made.city, first, name=second.name, document="", on=TODAY, now=LATER, namesake_confirmed=True
        )
        assert first.name == second.name
        with pytest.raises(NotAllowed):
            enterprises.rename(session, PUBLIC, first, name=NEW, document="", on=TODAY, now=LATER)
        with pytest.raises(NotAllowed):
            enterprises.rename(session, made.owners[0], first, name=NEW, document="", on=TODAY, now=LATER)


def test_a_name_that_is_borne_again_is_no_former_name(app: Flask) -> None:
    with writing(app) as session:
        made = holders(session, 1)
        enterprise = made.enterprises[0]
        old = enterprise.name
        for name, day in ((NEW, date(2025, 1, 1)), (old, date(2026, 1, 1))):
            enterprises.rename(session, OPERATOR, enterprise, name=name, document="", on=day, now=LATER)
        assert [(former.name, former.until) for former in enterprise.former_names] == [(NEW, date(2025, 12, 31))]
        enterprises.rename(
            session,
            OPERATOR,
            enterprise,
            name=old.replace("有限公司", "有限责任公司"),
            document="",
            on=TODAY,
            now=LATER,
        )
        assert [former.name for former in enterprise.former_names] == [NEW]


def test_another_code_and_the_old_one_still_finds_the_enterprise(app: Flask) -> None:
    new = demo_code("320402", 77_777)
    with writing(app) as session:
        made = holders(session)
        first, second = made.enterprises
        old, code = first.uscc or "", made.projects[0].code
        with pytest.raises(Conflict, match="企业合并"):
            enterprises.give_code(session, made.city, first, uscc=second.uscc or "", document="", now=LATER)
        with pytest.raises(InvalidInput, match="校验位"):
            enterprises.give_code(session, made.city, first, uscc=new[:-1] + "A", document="", now=LATER)
        enterprises.give_code(session, made.city, first, uscc=new, document="", now=LATER)
        assert (first.uscc, first.verified) == (new, True)
        assert find_enterprise(session, first.name, old) is first
        # Somebody registers with the code of the old licence: he asks to join, there is no second enterprise.
        asked = Registration(email="late@example.com", name="演示", enterprise_name=first.name, uscc=old)
        register(session, asked, "hash", now=LATER)
        account = session.scalars(select(Account).where(Account.email == "late@example.com")).one()
        assert (account.enterprise_id, account.standing) == (first.id, AccountStanding.PENDING)
    assert told(app, f"q={old}")["codes"] == [code]
    assert findings(app) == []


def test_merged_enterprises_lose_nothing(app: Flask) -> None:
    with writing(app) as session:
        made = holders(session)
        survivor, other = made.enterprises
        codes = [project.code for project in made.projects]
        call = open_call(session, year=2027)
        who = Cast(made.owners[1], made.owners[1], made.district, made.city, made.publisher)
        draft = drafted(session, call, who, project_name="演示在途车间")
        session.add(EnterpriseHonor(enterprise_id=other.id, kind="演示荣誉", year=2025))
        session.flush()
        code, name, ids = other.uscc or "", other.name, (survivor.id, other.id, draft.id)
        enterprise_merging.merge_enterprises(
            session, made.city, survivor, other, document="协议", on=date(2026, 7, 1), now=LATER
        )
        assert session.get_one(FormerCode, code).enterprise_id == survivor.id
    assert told(app, f"q={name}")["codes"] == sorted(codes)
    assert told(app, f"q={code}")["codes"] == sorted(codes)
    assert told(app)["statistics"]["enterprises"] == 1
    browser = Browser(app)
    moved = browser.client.get(f"/enterprises/{ids[1]}")
    assert (moved.status_code, moved.headers["Location"]) == (301, f"/enterprises/{ids[0]}")
    page = browser.get(f"/enterprises/{ids[0]}")
    assert "演示荣誉 2025" in page.text()
    assert f"{name}（至 2026-06-30）" in page.text()
    with writing(app) as session:
        assert session.get_one(Application, ids[2]).enterprise_id == ids[0]
        assert session.get_one(Account, made.owners[1].id).enterprise_id == ids[0]
        assert find_enterprise(session, name, None).id == ids[0]  # type: ignore[union-attr]
        assert find_enterprise(session, name, code).id == ids[0]  # type: ignore[union-attr]
        with pytest.raises(Conflict, match="已并入"):
            enterprises.rename(session, made.city, other, name=NEW, document="", on=TODAY, now=LATER)
    assert findings(app) == []


def test_two_projects_of_one_name_stand_against_a_merger_until_they_are_one(app: Flask) -> None:
    with writing(app) as session:
        made = holders(session)
        first, second = made.projects
        projects.rename(session, made.city, second, name=first.name, document="", on=TODAY, now=LATER)
        with pytest.raises(Conflict, match=f"{first.code}、{second.code}"):
            enterprise_merging.merge_enterprises(session, made.city, *made.enterprises, on=TODAY, now=LATER)
        projects.rename(session, made.city, second, name="演示另一车间", document="", on=TODAY, now=LATER)
        enterprise_merging.merge_enterprises(session, made.city, *made.enterprises, on=TODAY, now=LATER)
        assert {project.enterprise_id for project in made.projects} == {made.enterprises[0].id}
        third = people.enterprise(session, "演示丙有限公司")
        enterprise_merging.merge_enterprises(session, made.city, third, made.enterprises[0], on=TODAY, now=LATER)
        assert {enterprise.merged_into_id for enterprise in made.enterprises} == {third.id}
        assert people.make_account(session, Role.ENTERPRISE, enterprise=third).enterprise_id == third.id


def test_a_merged_enterprise_is_no_candidate_for_lists_and_similar_names(app: Flask) -> None:
    with writing(app) as session:
        made = holders(session)
        survivor, other = made.enterprises
        other.uscc = None
        session.flush()
        assert [
            known.id for known in SimilarEnterprises(session).like("演示企业甲2（常州）有限公司", has_code=True)
        ] == [other.id]
        enterprise_merging.merge_enterprises(session, made.city, survivor, other, on=TODAY, now=LATER)
        assert SimilarEnterprises(session).like("演示企业甲2（常州）有限公司", has_code=True) == []
        found = directory(session)
    # Its name leads to the survivor, as every name that an enterprise bore.
    assert found.names[name_key(other.name)] == survivor.name
    assert found.keys_of_code[survivor.uscc or ""] == {name_key(survivor.name), name_key(other.name)}
