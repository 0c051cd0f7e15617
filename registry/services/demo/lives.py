"""What becomes of demo projects later: changes in several states, readers' reports, suppliers, a park, a story.

Made by the real commands, and synthetic like everything here. No total moves: nothing is recognised or revoked.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form.window import beijing_day
from registry.changes import ChangeAction, ChangeKind, ReportState, ReportTopic
from registry.kinds import LinkKind, ServiceKind, SupplierKind
from registry.models import Account, ChangeRequest, Enterprise, Project
from registry.permissions import Actor
from registry.services.demo.people import demo_actor
from registry.services.record import chain_leaders, relations, services, stories
from registry.services.titles import error_reports, requests, steps
from registry.services.titles.requests import Asking
from registry.terms import ProjectType, Role

FIRST = 260
"""The place in the stock of the first project that changes; those before it are drawn on by other cases."""
REASON = "演示：仅供试用，不是真实的变更"


def load_lives(session: Session, staff: dict[Role | str, Actor], *, now: datetime) -> None:
    """Bring some demo projects through their later life; a small stock has fewer of them."""
    workshops = list(
        session.scalars(
            select(Project)
            .where(Project.type == ProjectType.WORKSHOP.value, Project.enterprise_id.is_not(None))
            .order_by(Project.id)
            .offset(FIRST)
            .limit(12)
        )
    )
    if len(workshops) < 12:
        return
    life = _Life(session, staff, now - timedelta(days=20))
    life.changes(workshops)
    life.reports(workshops)
    life.neighbours(workshops)
    enterprise = session.get_one(Enterprise, workshops[0].enterprise_id or 0)
    city, seen = staff[Role.MUNICIPAL_REVIEWER], enterprise.version
    chain_leaders.tag_chain_leader(session, city, enterprise, "演示产业链", seen_version=seen, now=life.now)


class _Life:
    """The commands of a few weeks, some hours apart."""

    def __init__(self, session: Session, staff: dict[Role | str, Actor], now: datetime) -> None:
        self.session, self.staff, self.now = session, staff, now
        self.city, self.publisher = staff[Role.MUNICIPAL_REVIEWER], staff[Role.PUBLISHER]

    def changes(self, projects: list[Project]) -> None:
        """A renamed and a moved project, and requests at each desk, returned, refused and begun."""
        renamed, moved, waiting, agreed, decided, returned, refused = projects[:7]
        name = {"name": renamed.name.replace("智能车间", "智能化车间")}
        self._agree(self._enter(ChangeKind.RENAME_PROJECT, renamed, self.city, name), self.publisher)
        place = {"unit": moved.unit_code, "address": "演示新路18号"}
        self._agree(self._enter(ChangeKind.MOVE_PROJECT, moved, self.city, place), self.publisher)
        self._enter(ChangeKind.END_TITLES, decided, self.city, self._ending(decided))
        self._enter(ChangeKind.CORRECT_PROJECT, agreed, self.staff[agreed.unit_code], {"products": "演示新产品"})
        owner = self._owner()
        own = self._project_of(owner) or waiting
        asker = owner or self.staff[own.unit_code]
        self._enter(ChangeKind.CORRECT_PROJECT, own, asker, {"summary": "演示：更新后的项目介绍。"})
        for project, action, answer in (
            (returned, ChangeAction.RETURN, "演示：请补充门牌号"),
            (refused, ChangeAction.REFUSE, "演示：与登记一致，不用变更"),
        ):
            asked = self._enter(
                ChangeKind.CORRECT_PROJECT, project, self.staff[project.unit_code], {"address": "演示路"}
            )
            self._step(asked, self.city, action, answer)
        if owner is not None and own is not waiting:
            asking = Asking(typed={"name": f"{own.name}（新）"}, reason="", effective_on=None)
            kind = ChangeKind.RENAME_PROJECT
            requests.keep_draft(self.session, owner, kind, asking, project_id=own.id, now=self._later())

    def reports(self, projects: list[Project]) -> None:
        """One report of a reader that waits, one that is answered."""
        for project, text in zip(projects[7:9], ("演示：地址的门牌号不对", "演示：产品名称写错了一个字"), strict=True):
            report = error_reports.Report(topic=ReportTopic.PLACE.value, text=f"{text}，请核对。")
            made, _code = error_reports.receive(self.session, project.id, report, address=None, now=self._later())
            # The code that opens a demo answer is no secret, and two loads are equal.
            made.token_hash = error_reports.hash_of(f"demo{made.id:012d}")
            self.session.flush()
        error_reports.answer(
            self.session, self.staff[project.unit_code], made.id, state=ReportState.CONFIRMED.value,
            text="演示：已核实，与登记一致。", seen_version=made.version, now=self._later(),
        )  # fmt: skip

    def neighbours(self, projects: list[Project]) -> None:
        """Suppliers with what they built, a park with members, services and a story."""
        built = select(Project).where(Project.type == ProjectType.SUPPLIER.value).order_by(Project.id).limit(4)
        suppliers = list(self.session.scalars(built))
        kinds = list(SupplierKind)
        for place, supplier in enumerate(suppliers):
            relations.describe_supplier(
                self.session, self.city, supplier, kinds=[kinds[place], kinds[place + 1]],
                capabilities="演示：产线规划、系统集成与运维", now=self._later(),
            )  # fmt: skip
            for project in projects[place : place + 2]:
                self._link(project, LinkKind.BUILT_BY, supplier)
            services.record_service(
                self.session, self.city, projects[place], list(ServiceKind)[place % 3],
                held_on=beijing_day(self.now), supplier_code=supplier.code, summary="演示：现场走访并给出改造建议",
                now=self._later(),
            )  # fmt: skip
        areas = (ProjectType.ZONE.value, ProjectType.PARK.value)
        area = self.session.scalars(select(Project).where(Project.type.in_(areas)).order_by(Project.id)).first()
        for project in projects[8:11] if area is not None else ():
            self._link(project, LinkKind.MEMBER_OF, area)
        text = "演示：本案例是合成的，不对应任何企业。\n改造前设备各自运行；改造后数据统一采集，换型时间缩短。"
        stories.tell_story(
            self.session, self.city, projects[0], title="演示：从单机到联网的一年", text=text, now=self._later()
        )

    def _link(self, project: Project, kind: LinkKind, other: Project | None) -> None:
        code = other.code if other is not None else ""
        relations.link(self.session, self.city, project, kind, code, since=None, now=self._later())

    def _ending(self, project: Project) -> dict[str, Any]:
        return {
            "titles": [str(project.recognitions[0].id)],
            "outcome": "revoked",
            "number": f"演示〔{beijing_day(self.now).year}〕91号",
            "announced_on": beijing_day(self.now),
            "document_title": "关于撤销部分认定的通知（演示）",
            "organ": "演示机关",
            "cause": "own_request",
        }

    def _owner(self) -> Actor | None:
        """The owner of a demo enterprise that has a project."""
        holders = select(Project.enterprise_id).where(Project.merged_into_id.is_(None))
        owners = select(Account).where(Account.is_owner, Account.is_demo, Account.enterprise_id.in_(holders))
        found = self.session.scalars(owners.order_by(Account.id)).first()
        return demo_actor(found) if found is not None else None

    def _project_of(self, owner: Actor | None) -> Project | None:
        if owner is None:
            return None
        own = select(Project).where(Project.enterprise_id == owner.enterprise_id).order_by(Project.id)
        return self.session.scalars(own).first()

    def _enter(self, kind: ChangeKind, project: Project, who: Actor, typed: dict[str, Any]) -> ChangeRequest:
        asking = Asking(typed=typed, reason=REASON, effective_on=beijing_day(self.now))
        named = {} if kind is ChangeKind.END_TITLES else {"project_id": project.id}
        return requests.enter(self.session, who, kind, asking, **named, now=self._later())

    def _agree(self, request: ChangeRequest, who: Actor) -> None:
        self._step(request, who, ChangeAction.AGREE)

    def _step(self, request: ChangeRequest, who: Actor, action: ChangeAction, answer: str = "") -> None:
        seen = requests.fingerprint(requests.current(self.session, request))
        steps.perform(
            self.session, who, request.id, action, answer=answer, seen_version=request.version, seen=seen,
            now=self._later(),
        )  # fmt: skip

    def _later(self) -> datetime:
        self.now += timedelta(hours=3)
        return self.now
