"""Calls with a public notice, their notices and objections for tests, made by the commands that people use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form import Rules
from registry.models import Application, Notice, NoticeItem, Objection
from registry.permissions import Actor
from registry.services.notices import handling, objecting, opening, preparing
from registry.services.notices.identity import IdentityKey
from registry.services.notices.objecting import Given, Means
from registry.services.notices.preparing import NoticeText
from registry.services.recognition import entering
from registry.storage import Folder
from registry.terms import Role
from tests import people
from tests.applicants import rules_without_files
from tests.recognition.makers import DOCUMENT, Batch, batch

OPENED = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""Ten in the morning in Beijing on a Tuesday: five working days end on 2026-11-30."""
LAST_SECOND = datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC)
OVER = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
"""2026-12-01 00:00:00 in Beijing."""
TEXT = NoticeText(
    title="2026年示范智能车间拟认定名单公示（演示）",
    organ="演示市工业和信息化局",
    contact={"phone": "0519-85680000", "supervision": "0519-85680001"},
)
FACTS = "该车间的自动化产线尚未投产，申报的设备台数与现场不符。"


def rules(**changes: Any) -> Rules:
    """The usual rules with a public notice of five working days."""
    return rules_without_files(**({"notice_days": 5} | changes))


@dataclass
class Desk:
    """A batch of proposed applications under a notice, and the two people of the notice."""

    batch: Batch
    key: IdentityKey
    folder: Path

    @property
    def city(self) -> Actor:
        """The municipal reviewer."""
        return self.batch.city

    @property
    def publisher(self) -> Actor:
        """The publisher."""
        return self.batch.publisher

    @property
    def applications(self) -> list[Application]:
        """The applications, in order."""
        return self.batch.applications

    def prepare(self, session: Session, chosen: Mapping[int, str] | None = None, **changes: Any) -> Notice:
        """Prepare the notice of all that is proposed."""
        ids = chosen if chosen is not None else {each.id: "" for each in self.applications}
        text = NoticeText(**(vars(TEXT) | changes))
        return preparing.prepare(session, self.city, self.batch.call.id, text, ids, now=OPENED)

    def open(self, session: Session, notice: Notice | None = None, *, now: datetime = OPENED, **options: Any) -> Notice:
        """Open it."""
        notice = notice or self.prepare(session)
        return opening.open_notice(session, self.publisher, notice.id, seen_version=notice.version, now=now, **options)

    def withdraw(self, session: Session, notice: Notice, *, now: datetime = OPENED) -> Notice:
        """Withdraw it."""
        return opening.withdraw(
            session, self.publisher, notice.id, reason="机密撤回原因", seen_version=notice.version, now=now
        )

    def object_to(
        self, session: Session, notice: Notice, application: Application, *, now: datetime = OPENED, **changes: Any
    ) -> tuple[Objection, str]:
        """An objection of a person to one line; returns it with its code."""
        item = session.scalars(
            select(NoticeItem.id).where(NoticeItem.notice_id == notice.id, NoticeItem.application_id == application.id)
        ).one()
        given = {"kind": "person", "name": "机密异议人", "phone": "13812345678", "mail": "", "facts": FACTS} | changes
        return objecting.receive(session, notice.id, Given(**({"item": item} | given)), [], self.means(), now=now)

    def means(self, address: str | None = "192.0.2.9") -> Means:
        """What receiving needs."""
        return Means(key=self.key, folder=Folder(self.folder), address=address)

    def decide(
        self, session: Session, objection: Objection, finding: str = "not_upheld", *, now: datetime = OPENED
    ) -> Objection:
        """Admit and decide an objection."""
        handling.admit(session, self.city, objection.id, seen_version=objection.version, now=now)
        return handling.decide(
            session, self.city, objection.id, finding=finding, finding_text="机密核实情况", reply="经核实，情况如下。",
            seen_version=objection.version, now=now,
        )  # fmt: skip

    def document(self, session: Session, *, now: datetime = OVER, **options: Any) -> Any:
        """Enter the document of what may be recognised."""
        return entering.prepare(session, self.city, self.batch.call.id, DOCUMENT, now=now, **options)


def desk(session: Session, tmp_path: Path, count: int = 2, **changes: Any) -> Desk:
    """`count` enterprises with one proposed application each, in a call with a public notice."""
    made = batch(session, count, rules=rules(**changes))
    folder = tmp_path / "files"
    folder.mkdir(exist_ok=True)
    return Desk(made, IdentityKey(tmp_path), folder)


def seer(session: Session) -> Actor:
    """A municipal reviewer who may see who objects."""
    return people.actor_of(people.make_account(session, Role.MUNICIPAL_REVIEWER, may_see_objectors=True))
