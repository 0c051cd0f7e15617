"""What others save at the same moment as a merger, or an undoing, is neither lost nor taken for a part of it."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from registry.changes import ChangeAction, ChangeKind
from registry.db import writers
from registry.errors import Conflict
from registry.models import Account, Application, ChangeJournal, ChangeRequest, Enterprise, Project
from registry.services.accounts import joining, registration
from registry.services.accounts.registration import Registration
from registry.services.accounts.sessions import token_hash
from registry.services.applications import drafts
from registry.services.record.enterprise_merging import merge_enterprises
from registry.services.titles import requests, steps, undoing
from registry.terms import Role
from tests import people
from tests.applicants import NOW, open_call
from tests.meanwhile import saved_now, until_waiting
from tests.titles.asking import LATER, TODAY, ask
from tests.titles.makers import Holders, stocked
from tests.workflow.test_races import race


def merging(session: Session, made: Holders) -> ChangeRequest:
    """The city's request to merge the two, which waits for the publisher."""
    about = {"typed": {"other": made.enterprises[1].uscc}, "enterprise_id": made.enterprises[0].id}
    return ask(session, made.city, ChangeKind.MERGE_ENTERPRISES, **about)


def test_what_others_save_during_a_merger_is_no_part_of_it(engine: Engine) -> None:
    """It would be taken back with the merger: a person who registers, a fact of another enterprise."""
    made = stocked(engine)
    with writers(engine)() as session:
        bystander = people.enterprise(session, "演示旁人有限公司").id
        key, saved = merging(session, made).id, list[bool]()
        session.commit()

    def joins(session: Session) -> None:
        people.make_account(session, Role.ENTERPRISE, enterprise=session.get_one(Enterprise, bystander))

    def is_told(session: Session) -> None:
        session.get_one(Enterprise, bystander).chain_leader = "演示链主"
        session.flush()

    def others_work() -> None:
        saved.extend(saved_now(engine, act) for act in (joins, is_told))

    with writers(engine)() as session:
        undoing.journaled(session, session.get_one(ChangeRequest, key), others_work)
        session.commit()
        assert session.get_one(ChangeJournal, key).kept == {}
    assert saved == [False, False]
    assert saved_now(engine, joins) is (engine.dialect.name == "postgresql"), "from then on they can"


def test_a_merger_waits_for_whoever_writes_and_holds_none_of_his_tables(engine: Engine) -> None:
    """He has written a project and goes on to an enterprise: with tables taken one by one each would wait for the other."""
    made = stocked(engine)
    with writers(engine)() as session:
        key, begun = merging(session, made).id, threading.Event()
        session.commit()

    def merges() -> None:
        begun.set()
        with writers(engine)() as session:
            undoing.journaled(session, session.get_one(ChangeRequest, key), lambda: None)
            session.commit()

    with ThreadPoolExecutor(1) as pool, writers(engine)() as session:
        session.get_one(Project, made.titles[0].project_id).address = "先写项目"
        session.flush()
        work = pool.submit(copy_context().run, merges)
        assert begun.wait(20)
        time.sleep(0.1)
        for each in made.enterprises:
            session.get_one(Enterprise, each.id, with_for_update=True).chain_leader = "再写企业"
        session.commit()
        work.result(30)


def test_of_three_publishers_one_puts_a_merger_into_force(engine: Engine) -> None:
    """The others wait for the request while its tables are taken, and are told; nobody waits for ever."""
    made = stocked(engine)
    with writers(engine)() as session:
        request = merging(session, made)
        key, version, seen = request.id, request.version, requests.fingerprint(requests.current(session, request))
        session.commit()

    def agrees(session: Session, _number: int) -> None:
        steps.perform(session, made.publisher, key, ChangeAction.AGREE, seen_version=version, seen=seen, now=LATER)

    assert race(engine, agrees, racers=3) == Counter({"won": 1, "Conflict": 2})


@pytest.mark.parametrize("way", ["draft", "registration", "link"])
def test_nobody_is_left_behind_in_an_enterprise_that_is_merged_away(engine: Engine, way: str) -> None:
    """A draft, a registration and a colleague who joins while the merger is under way: told, or in the survivor."""
    made = stocked(engine)
    survivor, gone = made.enterprises
    asked = Registration(email="p@example.com", name="演示经办人", enterprise_name=gone.name, uscc=gone.uscc or "")
    with writers(engine)() as session:
        call = open_call(session).id
        link = token_hash(joining.colleague_link(session, made.owners[1], now=NOW))
        session.commit()
    ways: dict[str, Callable[[Session], object]] = {
        "draft": lambda session: drafts.begin(session, made.owners[1], call, now=NOW),
        "registration": lambda session: registration.register(session, asked, "hash", now=NOW),
        "link": lambda session: joining.join(session, link, asked, "hash", now=NOW, language="zh"),
    }

    def other_one() -> str:
        with writers(engine)() as session:
            try:
                ways[way](session)
            except Conflict as error:
                return error.message
            session.commit()
            return ""

    with ThreadPoolExecutor(1) as pool, writers(engine)() as session:
        pair = [session.get_one(Enterprise, each.id) for each in (survivor, gone)]
        merge_enterprises(session, made.city, *pair, on=TODAY, now=LATER)
        work = pool.submit(copy_context().run, other_one)
        until_waiting(engine, work)
        session.commit()
        said = work.result(30)
    assert not said or "已并入" in said
    with writers(engine)() as session:
        for model in (Account, Application):
            assert session.scalar(select(func.count()).where(model.enterprise_id == gone.id)) == 0
