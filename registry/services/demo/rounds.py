"""A call with experts: one panel before its draw, one with two sheets of three, one that ended with a wide spread."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form.score_sheet import COMMENT, POINTS, REASON
from registry.application_form.scoring_rules import ScoreItem, Veto
from registry.db import city_of
from registry.evaluation.terms import Decision
from registry.models import Account, Application, Assignment, Call, Panel
from registry.permissions import Actor
from registry.queries.evaluation.facts import ACTIVE
from registry.queries.evaluation.outcomes import outcomes
from registry.services.calls import managing
from registry.services.demo import casework, people
from registry.services.demo.stock import Stock
from registry.services.evaluation import deciding, drawing, panels, pool, sheets, timing
from registry.services.evaluation.deciding import Ruling, mark
from registry.services.evaluation.panels import PanelInput
from registry.services.evaluation.pool import ExpertInput
from registry.terms import BEIJING, ApplicationStatus, Role

ITEMS = (
    ScoreItem(code="smart", text="智能化程度（演示）", points=40),
    ScoreItem(code="effect", text="改造效果（演示）", points=30),
    ScoreItem(code="model", text="创新示范（演示）", points=30),
)
EMPLOYERS = ("演示大学机械学院", "演示大学自动化系", "演示智能制造研究院", "演示装备研究所", "演示质量技术中心")
EACH = 2
"""Applications of a panel."""
SHEETS = {"low": ("22", "18", "17.5"), "fair": ("32", "24", "22.5"), "good": ("36", "26", "25.5")}
"""Points by how an expert judges; low and good are more than twenty points apart."""

Staff = dict[Role | str, Actor]


def load_round(session: Session, stock: Stock, staff: Staff, *, now: datetime) -> None:
    """Load the call, its applications in the city's check, the pool and the three panels; nothing for a small stock."""
    city, random = staff[Role.MUNICIPAL_REVIEWER], Random(stock.seed + 1)  # noqa: S311  (repeatable)
    enterprises = people.applicants(session, 3 * EACH, after=casework.APPLICANTS)
    if len(enterprises) < 3 * EACH:
        # A small stock has nobody left for a second call.
        return
    call = _call(session, stock, city, now)
    checked = []
    for enterprise in enterprises:
        case = casework.Case(session, stock, random, call, enterprise, staff, now=now - timedelta(days=9))
        case.bring_to(ApplicationStatus.CHECKING)
        checked.append(case.application)
    experts = _pool(session, staff, {row.industry_code or "" for row in checked}, now)
    _panel(session, call, "演示评审三组", checked[2 * EACH :], city, now, draws=False)
    scoring = _panel(session, call, "演示评审二组", checked[EACH : 2 * EACH], city, now)
    for row, judged in zip(_seats(session, scoring, checked[EACH]), ("fair", "good"), strict=False):
        _score(session, experts, row, judged, now)
    ended = _panel(session, call, "演示评审一组", checked[:EACH], city, now)
    for application, judgements in zip(checked, (("low", "fair", "good"), ("fair", "good", "good")), strict=False):
        for row, judged in zip(_seats(session, ended, application), judgements, strict=True):
            _score(session, experts, row, judged, now)
    flagged = outcomes(session, [ended.id])[checked[0].id]
    ruling = Ruling(decision=Decision.ACCEPT, reason="分差来自对改造效果的不同理解，采用平均分（演示）。")
    deciding.decide(session, city, ended.id, checked[0].id, ruling, seen=mark(flagged), now=now)
    timing.close(session, city, ended.id, seen_version=ended.version, now=now)


def _call(session: Session, stock: Stock, city: Actor, now: datetime) -> Call:
    today = now.astimezone(BEIJING).replace(minute=0, second=0, microsecond=0)
    name = next(row.name for row in city_of(session).categories if row.code == stock.call_category)
    usual = managing.usual_rules(session, stock.call_category)
    rules = replace(
        usual,
        files=tuple(replace(item, at_least=0) for item in usual.files),
        experts=3,
        score_items=ITEMS,
        vetoes=(Veto(code="untrue", text="材料不实"),),
        tie_item="smart",
    )
    text = managing.CallText(
        category=stock.call_category,
        year=today.year,
        title=f"关于组织{today.year}年{name}专家评审的通知（演示）",
        document_number=f"演示〔{today.year}〕91号",
        introduction="本通知仅供试用，不是真实的申报通知。",
        opens_at=(today - timedelta(days=60)).replace(hour=9),
        closes_at=(today + timedelta(days=20)).replace(hour=17),
    )
    call = managing.create_call(session, city, text, now=now, rules=rules)
    call.is_demo = True
    session.flush()
    return managing.publish_call(session, city, call.id, seen_version=call.version, now=now)


def _pool(session: Session, staff: Staff, industries: set[str], now: datetime) -> dict[int, Actor]:
    """The demo expert and four colleagues, at home in all industries of the round."""
    accounts = [session.get_one(Account, staff[Role.EXPERT].id)]
    for place in range(2, len(EMPLOYERS) + 1):
        accounts.append(
            people.add_account(session, now, email=f"zhuanjia{place}", name=f"演示专家{place}", role=Role.EXPERT)
        )
    for account, employer in zip(accounts, EMPLOYERS, strict=True):
        given = ExpertInput(employer=employer, title="教授（演示）", industries=tuple(sorted(industries)))
        pool.enter(session, staff[Role.MUNICIPAL_REVIEWER], account.id, given, seen_version=0, now=now)
    return {account.id: people.demo_actor(account) for account in accounts}


def _panel(
    session: Session,
    call: Call,
    name: str,
    applications: list[Application],
    city: Actor,
    now: datetime,
    *,
    draws: bool = True,
) -> Panel:
    given = PanelInput(
        name=name,
        closes_at=call.closes_at,
        per_application=3,
        applications=tuple(application.id for application in applications),
    )
    made = panels.create(session, city, call.id, given, now=now)
    if draws:
        drawing.draw_panel(session, city, made.id, seed=f"{made.id:032x}", seen_version=made.version, now=now)
    return made


def _seats(session: Session, panel: Panel, application: Application) -> list[Assignment]:
    statement = select(Assignment).where(
        Assignment.panel_id == panel.id, Assignment.application_id == application.id, Assignment.state.in_(ACTIVE)
    )
    return list(session.scalars(statement.order_by(Assignment.id)))


def _score(session: Session, experts: dict[int, Actor], row: Assignment, judged: str, now: datetime) -> None:
    who = experts[row.expert_id]
    typed = {POINTS + item.code: points for item, points in zip(ITEMS, SHEETS[judged], strict=True)}
    typed |= {REASON + item.code: "见申报材料（演示）。" for item in ITEMS} | {COMMENT: "总体可行（演示）。"}
    sheets.clear(session, who, row.id, now=now)
    saved = sheets.save(session, who, row.id, typed, seen_version=row.version, now=now)
    sheets.submit(session, who, row.id, seen_version=saved.version, now=now)
