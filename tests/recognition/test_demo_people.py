"""What demo people enter is demo data: the purge takes it out again."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import Flask
from sqlalchemy import select

from registry.models import Account, Application, Document, Project, Publication, Recognition
from registry.permissions import OPERATOR
from registry.services.demo import purge_demo
from registry.services.recognition import confirming, entering
from registry.services.recognition.document_text import DocumentText
from registry.services.recognition.outside_rows import OutsideRow
from registry.services.recognition.outside_titles import Answer, prepare_outside
from registry.terms import Role
from tests import people

TODAY = date(2026, 11, 1)


def test_demo_documents_are_purged(demo_app: Flask) -> None:
    now = datetime.now(UTC)
    with demo_app.extensions["registry"].write() as session:
        city, publisher = (
            people.actor_of(session.scalars(select(Account).where(Account.role == role.value)).first())
            for role in (Role.MUNICIPAL_REVIEWER, Role.PUBLISHER)
        )
        call = session.scalars(select(Application.call_id).where(Application.status == "proposed")).first()
        text = DocumentText(number="演示发〔2026〕7号", title="演示", organ="演示", announced_on=TODAY)
        own = entering.prepare(session, city, call, text, now=now)
        rows = [OutsideRow(row=2, enterprise="全新公司", name="涂装工厂", unit="JKQ")]
        outside = prepare_outside(
            session, city, rows, {2: Answer(is_new=True)},
            DocumentText(number="苏演示〔2026〕1号", title="演示", organ="演示", announced_on=TODAY),
            category="prov_advanced_smart_factory", batch=2026, now=now,
        )  # fmt: skip
        for publication in (own, outside):
            confirming.confirm(session, publisher, publication.id, seen_version=publication.version, now=now)
        made = session.scalars(select(Document).where(Document.number.in_((own.number, outside.number)))).all()
        assert [document.is_demo for document in made] == [True, True]
        project = session.scalars(select(Project).where(Project.name == "涂装工厂")).one()
        assert (project.is_demo, project.enterprise.is_demo) == (True, True)
        session.commit()
        assert purge_demo(session, OPERATOR) == 394
        left = [session.scalars(select(model)).all() for model in (Publication, Document, Recognition, Project)]
        assert left == [[], [], [], []]
