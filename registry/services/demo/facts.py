"""Titles that a document of the city states: facts, not inventions.

Their own documents and some of their years are not known; they cite that document. Their places are
known to the division only.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from registry.db import city_of
from registry.kinds import OtherNameKind
from registry.models import Document, Enterprise, OtherName, Project, Recognition
from registry.names import document_number_key, name_key
from registry.services.demo.stock import Fact, Stock
from registry.services.record.codes import draw, project_code
from registry.terms import DocumentKind, Precision, RecognitionStatus


def load_facts(session: Session, stock: Stock, at: datetime) -> None:
    """Enter the titles; like all rows of the demo stock they go when it is purged."""
    if not stock.facts:
        return
    reply = Document(
        number=stock.citation,
        number_key=document_number_key(stock.citation),
        kind=DocumentKind.CITATION.value,
        title="",
        organ=city_of(session).facts.owner,
        announced_on=None,
        is_demo=True,
        created_at=at,
    )
    session.add(reply)
    session.flush()
    for fact in stock.facts:
        _enter(session, stock, fact, reply, at)


def _enter(session: Session, stock: Stock, fact: Fact, reply: Document, at: datetime) -> None:
    enterprise = None
    if fact.enterprise is not None:
        enterprise = Enterprise(
            name=fact.enterprise,
            name_key=name_key(fact.enterprise),
            is_demo=True,
            created_at=at,
            updated_at=at,
        )
        session.add(enterprise)
        session.flush()
    project = Project(
        code=project_code(session, draw(session, "project_code")),
        type=fact.type,
        name=fact.name,
        name_key=name_key(fact.name),
        enterprise_id=enterprise.id if enterprise else None,
        unit_code=fact.unit,
        division_code=stock.divisions[fact.unit],
        industry_code=fact.industry,
        precision=Precision.DISTRICT.value,
        remark=fact.note,
        is_demo=True,
        created_at=at,
        updated_at=at,
    )
    session.add(project)
    session.flush()
    for kind, names in ((OtherNameKind.SHORT, fact.short), (OtherNameKind.PRINTED, fact.printed)):
        for name in names:
            session.add(
                OtherName(
                    enterprise_id=enterprise.id if enterprise else None,
                    project_id=None if enterprise else project.id,
                    kind=kind.value,
                    name=name,
                    name_key=name_key(name),
                    source=stock.citation,
                )
            )
    session.add(
        Recognition(
            project_id=project.id,
            category_code=fact.category,
            year=fact.year,
            document_id=reply.id,
            announced_on=None,
            name_awarded=fact.name,
            enterprise_awarded=fact.enterprise or "",
            status=RecognitionStatus.VALID.value,
            remark=fact.note,
            created_at=at,
        )
    )
