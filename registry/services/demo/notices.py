"""Public notices of the demo: one that waits to be opened, one that runs, one that is over, an objection in hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.db import city_of
from registry.models import Account, Application, Call, Enterprise, Notice
from registry.permissions import Actor
from registry.services.calls import managing
from registry.services.demo.casework import Case
from registry.services.demo.people import demo_actor
from registry.services.demo.stock import Stock
from registry.services.notices import handling, objecting, opening, preparing
from registry.services.notices.identity import IdentityKey
from registry.services.notices.objecting import Given, Means
from registry.services.notices.preparing import NoticeText
from registry.storage import Folder
from registry.terms import BEIJING, ApplicationStatus, Role

_EACH = 3
"""Lines of each notice."""
CODE = "demo0001"
"""Opens the answer to the demo's objection."""
CONTACT = {"room": "演示处室", "address": "演示路1号", "supervision": "演示监督电话"}


def load_notices(
    session: Session, stock: Stock, random: Random, *, now: datetime, identity_key: IdentityKey | None
) -> None:
    """Load a call with a public notice of five working days, and its three notices, relative to `now`."""
    staff = _staff(session)
    city = staff[Role.MUNICIPAL_REVIEWER]
    found = _holders(session)
    if len(found) < 3 * _EACH:
        # A small stock has nobody left for another call.
        return
    call = _call(session, stock, city, now - timedelta(days=75))
    holders = iter(found)
    for title, proposed, opened in (("第一批", 50, 25), ("第二批", 9, 1), ("第三批", 7, None)):
        applications = []
        for number in range(_EACH):
            at = now - timedelta(days=proposed, hours=number)
            case = Case(session, stock, random, call, next(holders), staff, now=at)
            case.bring_to(ApplicationStatus.PROPOSED)
            applications.append(case.application)
        text = NoticeText(
            title=f"{call.year}年{call.category.name}拟认定名单公示（{title}，演示）",
            organ=city_of(session).facts.owner,
            contact=CONTACT,
        )
        notice = put_on_notice(session, staff, call, text, applications, now - timedelta(days=opened or 0), opened)
        if title == "第一批":
            _object(session, city, notice, identity_key, (notice.opened_at or now) + timedelta(days=1))


def put_on_notice(
    session: Session,
    staff: dict[Role | str, Actor],
    call: Call,
    text: NoticeText,
    applications: list[Application],
    at: datetime,
    opened: int | None,
) -> Notice:
    """The notice of these applications, prepared by the city two hours before `at` and opened there by the
    publisher; one whose `opened` is None waits for him."""
    at = at.replace(minute=0, second=0, microsecond=0)
    chosen = {each.id: "" for each in applications}
    city, publisher = staff[Role.MUNICIPAL_REVIEWER], staff[Role.PUBLISHER]
    notice = preparing.prepare(session, city, call.id, text, chosen, now=at - timedelta(hours=2))
    if opened is None:
        return notice
    return opening.open_notice(
        session, publisher, notice.id, seen_version=notice.version, calendar_checked=True, now=at
    )


def _staff(session: Session) -> dict[Role | str, Actor]:
    """The demo's officers, by role and by unit."""
    wanted = (Role.MUNICIPAL_REVIEWER.value, Role.PUBLISHER.value, Role.DISTRICT_REVIEWER.value)
    accounts = session.scalars(select(Account).where(Account.is_demo, Account.role.in_(wanted)).order_by(Account.id))
    return {account.unit_code or Role(account.role): demo_actor(account) for account in accounts}


def _call(session: Session, stock: Stock, actor: Actor, opens_at: datetime) -> Call:
    """A published call that is closed by now, with a public notice in its rules."""
    day = opens_at.astimezone(BEIJING).replace(hour=9, minute=0, second=0, microsecond=0)
    category = stock.call_category
    name = next(row.name for row in city_of(session).categories if row.code == category)
    text = managing.CallText(
        category=category,
        year=day.year,
        title=f"关于组织补充申报{day.year}年{name}的通知（演示）",
        document_number=f"演示〔{day.year}〕60号",
        introduction="本通知仅供试用，不是真实的申报通知。",
        opens_at=day,
        closes_at=(day + timedelta(days=70)).replace(hour=17),
    )
    usual = managing.usual_rules(session, category)
    files = tuple(replace(item, at_least=0) for item in usual.files)
    rules = replace(usual, files=files, quotas={}, notice_days=5)
    call = managing.create_call(session, actor, text, now=opens_at, rules=rules)
    call.is_demo = True
    session.flush()
    return managing.publish_call(session, actor, call.id, seen_version=call.version, now=opens_at)


def _holders(session: Session) -> list[Enterprise]:
    """Demo enterprises with a code whom nobody acts for yet."""
    taken = select(Account.enterprise_id).where(Account.enterprise_id.is_not(None))
    return list(
        session.scalars(
            select(Enterprise)
            .where(Enterprise.is_demo, Enterprise.uscc.is_not(None), Enterprise.id.not_in(taken))
            .order_by(Enterprise.id.desc())
            .limit(3 * _EACH)
        )
    )


def _object(session: Session, city: Actor, notice: Notice, key: IdentityKey | None, at: datetime) -> None:
    given = Given(
        item=notice.items[1].id,
        kind="person",
        name="演示异议人",
        phone="13800000000",
        mail="",
        facts="演示：该车间的部分设备尚未安装，与申报的台数不一致，请核实。",
    )
    means = Means(key=key, folder=Folder(Path()), address=None)
    objection, _code = objecting.receive(session, notice.id, given, [], means, now=at)
    # Known, so that the page of the answer can be tried, and two loads are equal.
    objection.token_hash = objecting.hash_of(CODE)
    session.flush()
    handling.admit(session, city, objection.id, seen_version=objection.version, now=at + timedelta(hours=3))
