"""What happened to demo projects after they were made: moves, renames, ends, honours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from registry.db import city_of
from registry.kinds import EnterpriseSize, Ownership
from registry.models import Document, Enterprise, EnterpriseHonor, EnterpriseName, Project, ProjectName
from registry.names import document_number_key, name_key
from registry.services.demo import words
from registry.services.demo.stock import Histories, Stock
from registry.terms import DocumentKind, Precision, RecognitionStatus

MADE_AT = datetime(2021, 1, 4, 1, 0, tzinfo=UTC)
"""All demo rows say they were entered on this day, so that two loads give equal rows."""
FIRST_UNLOCATED = 40
"""The place in the stock from which on workshops have no coordinates."""


def add_histories(
    session: Session, stock: Stock, random: Random, workshops: list[Project], enterprises: list[Enterprise]
) -> None:
    """Give the stock its irregular cases, in a fixed order."""
    wanted, lists = stock.histories, words.load_words(city_of(session))
    _without_coordinates(workshops[FIRST_UNLOCATED : FIRST_UNLOCATED + wanted.unlocated])
    _same_places(wanted.same_places, [project for project in workshops if project.lon is not None])
    _renamed(session, wanted.renamed, workshops)
    if wanted.revoked or wanted.expired:
        _ended(session, stock, lists["revocation_reasons"], workshops)
    _enterprise_details(session, wanted, lists["honors"], random, enterprises)


def _same_places(sizes: Mapping[str, int], workshops: list[Project]) -> None:
    """Groups of workshops in one building, one in a unit."""
    for unit, size in sizes.items():
        first, *others = [project for project in workshops if project.unit_code == unit][:size]
        for project in others:
            project.lon, project.lat = first.lon, first.lat
            project.typed_lon, project.typed_lat = first.typed_lon, first.typed_lat
            project.address, project.near_line = first.address, first.near_line


def _without_coordinates(workshops: list[Project]) -> None:
    for project in workshops:
        project.lon = project.lat = project.typed_lon = project.typed_lat = project.typed_system = None
        project.near_line = False
        project.precision = Precision.TOWN.value if project.town else Precision.NONE.value


def _renamed(session: Session, count: int, workshops: list[Project]) -> None:
    """Workshops whose older titles were given under another name."""
    several = [project for project in workshops if len(project.recognitions) > 1][:count]
    for project in several:
        old = project.name.replace("智能车间", "数字化车间")
        earliest = min(project.recognitions, key=lambda title: title.year or 0)
        earliest.name_awarded = old
        until = date(earliest.year or 2015, 12, 31) + timedelta(days=180)
        session.add(ProjectName(project_id=project.id, name=old, name_key=name_key(old), until=until))


def _ended(session: Session, stock: Stock, reasons: list[str], workshops: list[Project]) -> None:
    """Some old titles were revoked by a document, some ran out."""
    old = [
        title
        for project in workshops
        for title in project.recognitions
        if title.category_code == stock.sparse and (title.year or 0) < stock.histories.ended_before
    ]
    category = next(row.name for row in city_of(session).categories if row.code == stock.sparse)
    number = "演示〔2020〕90号"
    document = Document(
        number=number,
        number_key=document_number_key(number),
        kind=DocumentKind.REVOCATION.value,
        title=f"关于撤销部分{category}的通知（演示）",
        organ="演示机关",
        announced_on=date(2020, 11, 30),
        is_demo=True,
        created_at=MADE_AT,
    )
    session.add(document)
    session.flush()
    revoked = stock.histories.revoked
    for place, title in enumerate(old[:revoked]):
        title.status, title.ended_on = RecognitionStatus.REVOKED.value, document.announced_on
        title.ending_document_id, title.ending_reason = document.id, reasons[place % len(reasons)]
    for title in old[revoked : revoked + stock.histories.expired]:
        title.status, title.ended_on = (
            RecognitionStatus.EXPIRED.value,
            date((title.year or 2015) + 3, 12, 31),
        )
        title.ending_reason = "认定期满，未申请复核"


def _enterprise_details(
    session: Session, wanted: Histories, honors: list[str], random: Random, enterprises: list[Enterprise]
) -> None:
    """Former names and honours, and what the enterprises are."""
    # A draw of its own: the stock stays as it was before enterprises had a size.
    draw = Random(len(enterprises))  # noqa: S311 (demo data)
    for enterprise in enterprises:
        if draw.random() < 0.9:
            enterprise.size = draw.choices(list(EnterpriseSize), (2, 5, 8, 1))[0].value
            enterprise.ownership = draw.choices(list(Ownership), (14, 2, 4, 1))[0].value
    for enterprise in enterprises[: wanted.former_enterprises]:
        old = enterprise.name.removesuffix("有限公司") + "厂"
        former = EnterpriseName(enterprise_id=enterprise.id, name=old, name_key=name_key(old), until=date(2016, 6, 30))
        session.add(former)
    for enterprise in random.sample(enterprises, min(wanted.honoured, len(enterprises))):
        for kind in random.sample(honors, random.choice((1, 1, 2))):
            year = random.randint(2016, 2020)
            session.add(EnterpriseHonor(enterprise_id=enterprise.id, kind=kind, year=year))
