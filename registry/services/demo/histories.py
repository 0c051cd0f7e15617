"""What happened to demo projects after they were made: moves, renames, ends, honours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from registry.models import Document, Enterprise, EnterpriseHonor, EnterpriseName, Project, ProjectName
from registry.names import document_number_key, name_key
from registry.services.demo import stock, words
from registry.terms import DocumentKind, Precision, RecognitionStatus

MADE_AT = datetime(2021, 1, 4, 1, 0, tzinfo=UTC)
"""All demo rows say they were entered on this day, so that two loads give equal rows."""
REVOKED, EXPIRED, UNLOCATED, RENAMED, FORMER_ENTERPRISES = 8, 6, 13, 15, 12
SAME_PLACE = (3, 4, 6)
HONOURED = 60


def add_histories(session: Session, random: Random, workshops: list[Project], enterprises: list[Enterprise]) -> None:
    """Give the stock its irregular cases, in a fixed order."""
    _without_coordinates(session, workshops)
    _same_places(session, [project for project in workshops if project.lon is not None])
    _renamed(session, workshops)
    _ended(session, workshops)
    _enterprise_details(session, random, enterprises)


def _same_places(session: Session, workshops: list[Project]) -> None:
    """Groups of workshops in one building."""
    by_unit = {unit: [p for p in workshops if p.unit_code == unit] for unit in ("XBQ", "WJQ", "JTQ")}
    for size, group in zip(SAME_PLACE, by_unit.values(), strict=True):
        first, *others = group[:size]
        for project in others:
            project.lon, project.lat = first.lon, first.lat
            project.typed_lon, project.typed_lat = first.typed_lon, first.typed_lat
            project.address, project.near_line = first.address, first.near_line


def _without_coordinates(session: Session, workshops: list[Project]) -> None:
    for project in workshops[40 : 40 + UNLOCATED]:
        project.lon = project.lat = project.typed_lon = project.typed_lat = project.typed_system = None
        project.near_line = False
        project.precision = Precision.TOWN.value if project.town else Precision.NONE.value


def _renamed(session: Session, workshops: list[Project]) -> None:
    """Workshops whose older titles were given under another name."""
    several = [project for project in workshops if len(project.recognitions) > 1][:RENAMED]
    for project in several:
        old = project.name.replace("智能车间", "数字化车间")
        earliest = min(project.recognitions, key=lambda title: title.year or 0)
        earliest.name_awarded = old
        until = date(earliest.year or 2015, 12, 31) + timedelta(days=180)
        session.add(ProjectName(project_id=project.id, name=old, name_key=name_key(old), until=until))


def _ended(session: Session, workshops: list[Project]) -> None:
    """Some titles of 2015 to 2017 were revoked by a document, some ran out."""
    old = [
        title
        for project in workshops
        for title in project.recognitions
        if title.category_code == stock.SMART and (title.year or 0) <= 2017
    ]
    number = "演示〔2020〕90号"
    document = Document(
        number=number,
        number_key=document_number_key(number),
        kind=DocumentKind.REVOCATION.value,
        title="关于撤销部分市级智能车间的通知（演示）",
        organ="演示机关",
        announced_on=date(2020, 11, 30),
        is_demo=True,
        created_at=MADE_AT,
    )
    session.add(document)
    session.flush()
    reasons = words.words()["revocation_reasons"]
    for place, title in enumerate(old[:REVOKED]):
        title.status, title.ended_on = RecognitionStatus.REVOKED.value, document.announced_on
        title.ending_document_id, title.ending_reason = document.id, reasons[place % len(reasons)]
    for title in old[REVOKED : REVOKED + EXPIRED]:
        title.status, title.ended_on = (
            RecognitionStatus.EXPIRED.value,
            date((title.year or 2015) + 3, 12, 31),
        )
        title.ending_reason = "认定期满，未申请复核"


def _enterprise_details(session: Session, random: Random, enterprises: list[Enterprise]) -> None:
    """Former names and honours."""
    for enterprise in enterprises[:FORMER_ENTERPRISES]:
        old = enterprise.name.removesuffix("有限公司") + "厂"
        former = EnterpriseName(enterprise_id=enterprise.id, name=old, name_key=name_key(old), until=date(2016, 6, 30))
        session.add(former)
    for enterprise in random.sample(enterprises, HONOURED):
        for kind in random.sample(words.words()["honors"], random.choice((1, 1, 2))):
            year = random.randint(2016, 2020)
            session.add(EnterpriseHonor(enterprise_id=enterprise.id, kind=kind, year=year))
