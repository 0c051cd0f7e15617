"""Calls and applications for tests, brought to any state by the commands that people use."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from registry.application_form import Kind, KpiPart, Rules, default_rules, form_of, kpi_field
from registry.models import Application, Call
from registry.permissions import Actor
from registry.queries.applications import access
from registry.services.applications import drafts
from registry.services.calls import managing
from registry.services.review import steps
from registry.services.review.needs import StepInput
from registry.terms import Action, Role
from tests import people

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
"""Ten in the morning in Beijing, inside the window of `open_call`."""
CATEGORY = "mun_demo_smart_workshop"


def rules_without_files(category: str = CATEGORY, **changes: Any) -> Rules:
    """The usual rules, files welcome but not required."""
    usual = default_rules(category)
    return replace(usual, files=tuple(replace(item, at_least=0) for item in usual.files), **changes)


def open_call(session: Session, *, category: str = CATEGORY, rules: Rules | None = None, **text: Any) -> Call:
    """A published call that is open from 2026-11-01 to 2026-12-31 17:00 Beijing."""
    city = people.actor_of(people.staff(session, Role.MUNICIPAL_REVIEWER))
    given: dict[str, Any] = {
        "category": category,
        "year": 2026,
        "title": "关于组织申报2026年示范智能车间的通知（演示）",
        "document_number": "演示〔2026〕90号",
        "introduction": "仅供试用。",
        "opens_at": datetime(2026, 11, 1, 1, 0, tzinfo=UTC),
        "closes_at": datetime(2026, 12, 31, 9, 0, tzinfo=UTC),
    }
    wanted = rules or rules_without_files(category)
    call = managing.create_call(
        session, city, managing.CallText(**(given | text)), now=NOW - timedelta(days=20), rules=wanted
    )
    return managing.publish_call(session, city, call.id, seen_version=call.version, now=NOW - timedelta(days=20))


def complete_answers(rules: Rules | None = None, **changes: str) -> dict[str, str]:
    """Answers that pass every check: a workshop in 天宁区 whose changes are those of the look's example."""
    answers = {
        "legal_representative": "演示法人",
        "established_on": "2008-03-15",
        "registered_address": "演示路1号",
        "contact_name": "演示联系人",
        "contact_phone": "0519-85681234",
        "contact_email": "contact@example.com",
        "project_name": "演示齿轮箱装配智能车间",
        "products": "齿轮箱",
        "industry": "34",
        "industry_class": "3451",
        "summary": "演示：装配线全部联网，质量信息可以追溯。",
        "unit": "TNQ",
        "town": "演示街道",
        "address": "演示路2号",
        "system": "WGS84",
        "lon": "120.02",
        "lat": "31.79",
        "baseline_year": "2023",
        "report_year": "2025",
        "commitment": "yes",
    }
    counts = {
        "total_investment": "9000",
        "equipment_count": "173",
        "smart_equipment_count": "162",
        "networked_equipment_count": "153",
        "industrial_robot_count": "12",
    }
    answers |= {kpi_field(code, KpiPart.CURRENT): value for code, value in counts.items()}
    for code, (before, after, measure) in {
        "operating_cost": ("382.40", "301.71", "元/件"),
        "production_efficiency": ("48.20", "77.36", "件/人·日"),
        "defect_rate": ("0.86", "0.40", ""),
        "energy_utilization": ("21.31", "27.60", "万元/吨标煤"),
        "resource_utilization": ("62", "80", "%"),
    }.items():
        answers[kpi_field(code, KpiPart.BASELINE)] = before
        answers[kpi_field(code, KpiPart.CURRENT)] = after
        answers[kpi_field(code, KpiPart.MEASURE)] = measure
    for item in form_of(rules or rules_without_files()).fields:
        if item.kpi and item.required and item.name not in answers:
            answers[item.name] = "件" if item.part == KpiPart.MEASURE else "1"
        if item.criterion:
            answers[item.name] = "yes" if item.kind == Kind.YES_NO else "见申报报告。"
    return {name: text for name, text in (answers | changes).items() if text}


@dataclass
class Cast:
    """The people around one application."""

    clerk: Actor
    checker: Actor
    district: Actor
    city: Actor
    publisher: Actor


def cast(session: Session, *, unit: str = "TNQ", enterprise: str = "") -> Cast:
    """Clerk and checker of one enterprise, the unit's reviewer, a city reviewer and a publisher."""
    clerk = people.enterprise_account(session, enterprise)
    checker = people.make_account(session, Role.ENTERPRISE, enterprise=clerk.enterprise)
    return Cast(
        clerk=people.actor_of(clerk),
        checker=people.actor_of(checker),
        district=people.actor_of(people.staff(session, Role.DISTRICT_REVIEWER, unit)),
        city=people.actor_of(people.staff(session, Role.MUNICIPAL_REVIEWER)),
        publisher=people.actor_of(people.staff(session, Role.PUBLISHER)),
    )


def drafted(session: Session, call: Call, who: Cast, *, now: datetime = NOW, **changes: str) -> Application:
    """A draft with everything typed."""
    application = drafts.begin(session, who.clerk, call.id, now=now)
    rules = Rules.from_json(application.call_form.rules)
    return drafts.save_answers(
        session,
        who.clerk,
        application.id,
        complete_answers(rules, **changes),
        seen_version=application.version,
        now=now,
    )


def submitted(session: Session, call: Call, who: Cast, *, now: datetime = NOW, **changes: str) -> Application:
    """A submitted application, confirmed by the checker."""
    application = drafted(session, call, who, now=now, **changes)
    drafts.confirm(session, who.checker, application.id, seen_version=application.version, now=now)
    return step(session, application, who.clerk, Action.SUBMIT, now=now)


def step(
    session: Session,
    application: Application,
    actor: Actor,
    action: Action,
    given: StepInput | None = None,
    *,
    now: datetime = NOW,
) -> Application:
    """Take one step at the version that stands."""
    return steps.perform(session, actor, application.id, action, seen_version=application.version, given=given, now=now)


def recommendation(application: Application, *, rank: int | None = None) -> StepInput:
    """What a recommendation needs; unless stated a rank that no other application carries."""
    criteria = access.form_for(application).rules.criteria
    return StepInput(
        rank=rank or application.id, letter_number="演示〔2026〕1号", criteria={item.code: "yes" for item in criteria}
    )


def proposed(session: Session, call: Call, who: Cast, *, now: datetime = NOW, **changes: str) -> Application:
    """A proposed application (municipal calls)."""
    application = submitted(session, call, who, now=now, **changes)
    step(session, application, who.district, Action.RECOMMEND, recommendation(application), now=now)
    step(session, application, who.city, Action.ACCEPT, now=now)
    return step(session, application, who.city, Action.PROPOSE, now=now)
