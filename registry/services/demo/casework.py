"""Demo accounts of every role, calls, and applications in every state, made by the real commands.

The accounts have no password until `flask demo accounts` gives each a random one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy.orm import Session

from registry.application_form import Kind, KpiPart, kpi_field
from registry.application_form.window import beijing_day
from registry.db import city_of
from registry.errors import RegistryError
from registry.indicators import plain
from registry.models import Call, Enterprise, Project
from registry.permissions import Actor
from registry.queries.applications import access
from registry.queries.review.quota import free_rank
from registry.services.applications import drafts
from registry.services.calls import managing
from registry.services.calls.pauses import PauseText, add_pause
from registry.services.demo import inspections, words
from registry.services.demo.people import add_account, applicants, demo_actor, make_staff
from registry.services.demo.places import draw_spot
from registry.services.demo.stock import Stock
from registry.services.demo.values import draw_values
from registry.services.review import steps
from registry.services.review.needs import StepInput
from registry.storage import Storage
from registry.terms import BEIJING, Action, AfterCorrection, ApplicationStatus, Role

"""A domain that cannot exist (RFC 6761), so that no message ever leaves for it."""
_STATES: tuple[tuple[ApplicationStatus, int], ...] = (
    (ApplicationStatus.SUBMITTED, 14),
    (ApplicationStatus.RETURNED, 4),
    (ApplicationStatus.RECOMMENDED, 6),
    (ApplicationStatus.CHECKING, 4),
    (ApplicationStatus.PROPOSED, 3),
    (ApplicationStatus.NOT_RECOMMENDED, 1),
    (ApplicationStatus.REJECTED, 1),
    (ApplicationStatus.WITHDRAWN, 1),
    (ApplicationStatus.DRAFT, 3),
)


def load_casework(
    session: Session, stock: Stock, random: Random, *, now: datetime, folder: Storage | None = None
) -> dict[Role | str, Actor]:
    """Load accounts, a call, its applications and inspections; photos only where a folder for them is given. Returns
    the staff by role and by unit."""
    staff = make_staff(session, now)
    call = _call(session, stock, staff[Role.MUNICIPAL_REVIEWER], now)
    holders = applicants(session, APPLICANTS)
    states = [state for state, count in _STATES for _ in range(count)]
    for position, (enterprise, state) in enumerate(zip(holders, states, strict=False)):
        case = Case(
            session,
            stock,
            random,
            call,
            enterprise,
            staff,
            now=now - timedelta(days=3 + position % 29, hours=position % 7),
        )
        case.bring_to(state)
    inspections.load_inspections(session, call, staff, folder=folder, now=now)
    rest_a_while(session, call, stock, staff[Role.MUNICIPAL_REVIEWER], now=now)
    return staff


def rest_a_while(session: Session, call: Call, stock: Stock, actor: Actor, *, now: datetime) -> None:
    """A unit does not review for three days of next week, as its notice says."""
    monday = beijing_day(now) + timedelta(days=7 - beijing_day(now).weekday())
    given = PauseText(
        status=ApplicationStatus.SUBMITTED.value,
        unit=stock.call_units[0],
        first_day=monday,
        last_day=monday + timedelta(days=2),
        text="本板块开展现场服务，暂停初审（演示）。",
    )
    add_pause(session, actor, call.id, given, now=now)


APPLICANTS = sum(count for _, count in _STATES)
"""Enterprises that applied in the first call."""


def _call(session: Session, stock: Stock, actor: Actor, now: datetime) -> Call:
    """A published call that is open for a while from now."""
    today = now.astimezone(BEIJING).replace(minute=0, second=0, microsecond=0)
    category = stock.call_category
    name = next(row.name for row in city_of(session).categories if row.code == category)
    text = managing.CallText(
        category=category,
        year=today.year,
        title=f"关于组织申报{today.year}年{name}的通知（演示）",
        document_number=f"演示〔{today.year}〕90号",
        introduction="本通知仅供试用，不是真实的申报通知。",
        opens_at=(today - timedelta(days=60)).replace(hour=9),
        closes_at=(today + timedelta(days=45)).replace(hour=17),
    )
    # Files are welcome but not required: synthetic records come without paper.
    usual = managing.usual_rules(session, category)
    rules = replace(usual, files=tuple(replace(item, at_least=0) for item in usual.files), quotas=stock.call_quotas)
    rules = replace(
        rules,
        inspection_list=inspections.LIST,
        inspection_kpis=inspections.KPIS,
        # Between the ages of the demo's cases, so that on any day some are late and others are not.
        step_days={"submitted": 8, "recommended": 16, "checking": 20},
        correction_days=13,
        after_correction=AfterCorrection.LAPSE,
    )
    call = managing.create_call(session, actor, text, now=now, rules=rules)
    call.is_demo = True
    session.flush()
    return managing.publish_call(session, actor, call.id, seen_version=call.version, now=now)


class Case:
    """One application on its way, by the commands that people use."""

    def __init__(
        self,
        session: Session,
        stock: Stock,
        random: Random,
        call: Call,
        enterprise: Enterprise,
        staff: dict[Role | str, Actor],
        *,
        now: datetime,
        project: Project | None = None,
    ) -> None:
        """`project`: the recorded one that a later form is about."""
        self.session, self.random, self.call, self.enterprise, self.staff = session, random, call, enterprise, staff
        self.now = now
        self.stock, self.place = stock, city_of(session)
        self.unit = project.unit_code if project else random.choice(stock.call_units)
        self.clerk, self.checker = self._members()
        named = {"project_id": project.id} if project else {}
        self.application = drafts.begin(session, self.clerk, call.id, **named, now=now)

    def _members(self) -> tuple[Actor, Actor]:
        made = [
            add_account(
                self.session,
                self.now,
                email=f"{email}-{self.enterprise.id}",
                name=name,
                role=Role.ENTERPRISE,
                enterprise=self.enterprise,
                is_owner=is_owner,
            )
            for email, name, is_owner in (("jingban", "演示经办人", True), ("fuhe", "演示复核人", False))
        ]
        return demo_actor(made[0]), demo_actor(made[1])

    def bring_to(self, state: ApplicationStatus) -> None:
        """Take the steps that lead to a state."""
        self._type(complete=state is not ApplicationStatus.DRAFT)
        if state is ApplicationStatus.DRAFT:
            return
        self._submit()
        for step in _ROADS[state]:
            step(self)

    def come_to(self, outcome: StepInput) -> None:
        """Take a re-evaluation to its outcome: nobody is ranked, and no letter recommends it."""
        self._type(complete=True)
        self._submit()
        criteria = {item.code: "yes" for item in access.form_for(self.application).rules.criteria}
        self.step(self.district, Action.RECOMMEND, StepInput(criteria=criteria))
        self.step(self.city, Action.ACCEPT)
        self.step(self.city, Action.PROPOSE, outcome)

    def _type(self, *, complete: bool) -> None:
        answers = self._answers()
        if not complete:
            answers = dict(list(answers.items())[:9])
        drafts.save_answers(
            self.session, self.clerk, self.application.id, answers, seen_version=self.application.version, now=self.now
        )

    def _submit(self) -> None:
        version = self.application.version
        drafts.confirm(self.session, self.checker, self.application.id, seen_version=version, now=self.now)
        self.step(self.clerk, Action.SUBMIT)

    def step(self, actor: Actor, action: Action, given: StepInput | None = None) -> None:
        """One step of the workflow, some hours after the last."""
        self.now += timedelta(hours=5)
        try:
            steps.perform(
                self.session,
                actor,
                self.application.id,
                action,
                seen_version=self.application.version,
                given=given,
                now=self.now,
            )
        except RegistryError as error:
            faults = [f"{fault.label}：{fault.message}" for fault in getattr(error, "faults", ())]
            raise AssertionError(f"demo case {self.application.project_name}: {error.message} {faults}") from error

    @property
    def district(self) -> Actor:
        """The reviewer of the unit."""
        return self.staff[self.unit]

    @property
    def city(self) -> Actor:
        """The municipal reviewer."""
        return self.staff[Role.MUNICIPAL_REVIEWER]

    def recommend(self) -> None:
        """The unit recommends."""
        form = access.form_for(self.application)
        rank = free_rank(self.session, self.application.call_id, self.unit)
        given = StepInput(
            rank=rank,
            letter_number=f"演示〔{beijing_day(self.now).year}〕{rank}号",
            criteria={item.code: "yes" for item in form.rules.criteria},
        )
        self.step(self.district, Action.RECOMMEND, given)

    def send_back(self) -> None:
        """The unit returns with two remarks."""
        remarks = {"lon": "坐标落在厂区以外，请核对。", "summary": "请补充设备联网的做法。"}
        self.step(self.district, Action.RETURN, StepInput(remarks=remarks))

    def _answers(self) -> dict[str, str]:
        form = access.form_for(self.application)
        lists, facts = words.load_words(self.place), self.place.facts
        line = words.draw_line(self.random, lists)
        division = self.stock.divisions[self.unit]
        spot = draw_spot(self.random, self.stock, self.unit, division, self.place.boundary)
        answers = {
            "legal_representative": "演示法人",
            "established_on": f"{self.random.randint(1996, 2018)}-0{self.random.randint(1, 9)}-15",
            "registered_address": f"演示路{self.random.randint(1, 399)}号",
            "contact_name": "演示联系人",
            "contact_phone": f"{facts.area_code}-{'8568'[: facts.local_digits - 4]}{self.random.randint(1000, 9999)}",
            "project_name": f"演示{line.product}{line.process}智能车间（{self.application.id}号）",
            "products": line.product,
            "industry": line.industry,
            "summary": words.summary(self.random, lists, line),
            "unit": self.unit,
            "town": "演示街道",
            "address": f"演示路{self.random.randint(1, 399)}号",
            "system": "WGS84",
            "lon": str(spot.lon),
            "lat": str(spot.lat),
            "baseline_year": str(self.call.year - 3),
            "report_year": str(self.call.year - 1),
            "commitment": "yes",
        }
        for code, (baseline, current, measure) in draw_values(self.random).items():
            answers[kpi_field(code, KpiPart.CURRENT)] = "" if current is None else plain(current)
            answers[kpi_field(code, KpiPart.BASELINE)] = plain(baseline or current or Decimal(1))
            answers[kpi_field(code, KpiPart.MEASURE)] = measure
        for item in form.fields:
            if item.kpi and item.required and not answers.get(item.name):
                # A figure that the call asks for and the demo has no story for.
                answers[item.name] = "件" if item.part == KpiPart.MEASURE else "1"
            if item.criterion:
                answers[item.name] = "yes" if item.kind == Kind.YES_NO else "见申报报告（演示）。"
        return answers


_ROADS: dict[ApplicationStatus, tuple[Callable[[Case], None], ...]] = {
    ApplicationStatus.SUBMITTED: (),
    ApplicationStatus.RETURNED: (Case.send_back,),
    ApplicationStatus.RECOMMENDED: (Case.recommend,),
    ApplicationStatus.CHECKING: (Case.recommend, lambda case: case.step(case.city, Action.ACCEPT)),
    ApplicationStatus.PROPOSED: (
        Case.recommend,
        lambda case: case.step(case.city, Action.ACCEPT),
        lambda case: case.step(case.city, Action.PROPOSE),
    ),
    ApplicationStatus.NOT_RECOMMENDED: (
        lambda case: case.step(case.district, Action.NOT_RECOMMEND, StepInput(message="车间尚未投产（演示）。")),
    ),
    ApplicationStatus.REJECTED: (
        Case.recommend,
        lambda case: case.step(case.city, Action.REJECT, StepInput(message="与已认定项目重复（演示）。")),
    ),
    ApplicationStatus.WITHDRAWN: (lambda case: case.step(case.clerk, Action.WITHDRAW),),
}
