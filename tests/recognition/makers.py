"""Proposed applications and prepared documents for tests, made by the commands that people use."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from registry.application_form import Rules
from registry.models import Application, Call, Publication
from registry.permissions import Actor
from registry.services.recognition import confirming, entering
from registry.services.recognition.document_text import DocumentText
from registry.terms import Role
from tests import people
from tests.applicants import Cast, cast, open_call, proposed, rules_without_files

LATER = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DOCUMENT = DocumentText(
    number="演示发[2026]7号",
    title="关于公布2026年市级示范智能车间名单的通知（演示）",
    organ="演示市工业和信息化局",
    announced_on=date(2026, 11, 23),
)


@dataclass
class Batch:
    """A call with proposed applications, and the two people of its document."""

    call: Call
    applications: list[Application]
    city: Actor
    publisher: Actor

    def prepare(self, session: Session, **changes: Any) -> Publication:
        """Enter the document for all that is proposed."""
        ids = changes.pop("application_ids", None)
        text = replace(DOCUMENT, **changes)
        return entering.prepare(session, self.city, self.call.id, text, application_ids=ids, now=LATER)

    def confirm(self, session: Session, publication: Publication) -> Publication:
        """Put it into force."""
        return confirming.confirm(session, self.publisher, publication.id, seen_version=publication.version, now=LATER)


def batch(session: Session, count: int = 1, *, rules: Rules | None = None, **changes: str) -> Batch:
    """`count` enterprises with one proposed application each."""
    call = open_call(session, rules=rules or rules_without_files())
    made = []
    for position in range(1, count + 1):
        who: Cast = cast(session, enterprise=f"演示企业甲{position}有限公司")
        made.append(proposed(session, call, who, **({"project_name": f"演示甲{position}智能车间"} | changes)))
    city = people.actor_of(people.staff(session, Role.MUNICIPAL_REVIEWER))
    publisher = people.actor_of(people.staff(session, Role.PUBLISHER))
    return Batch(call, made, city, publisher)
