"""A random record that knows its own figures: batches of titles with declared and verified values, typed rates,
missing and zero baselines, written into a database. What is expected follows from it in fractions, project by project,
straight from the definitions; nothing of the product's arithmetic is used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from random import Random

from sqlalchemy.orm import Session

from registry.models import (
    Document,
    Enterprise,
    EnterpriseHonor,
    KpiReport,
    KpiValue,
    Project,
    Recognition,
)
from registry.services.record import search_index

AT = datetime(2026, 1, 1, tzinfo=UTC)
CATEGORIES = {
    "mun_smart_workshop": "municipal", "mun_demo_smart_workshop": "municipal", "prov_demo_smart_workshop": "provincial",
    "prov_smart_factory": "provincial", "prov_leading_service_provider": "provincial", "nat_demo_factory": "national",
}  # fmt: skip
UNITS = {
    "TNQ": "320402", "ZLQ": "320404", "XBQ": "320411", "WJQ": "320412", "JTQ": "320413", "LYS": "320481", "JKQ": "320412",
}  # fmt: skip
INDUSTRIES = {"34": "equipment", "38": "equipment", "39": "electronics", "26": "materials", "14": "consumer"}
KINDS = ("专精特新小巨人", "首台套", "星级上云")
COUNTS = ("equipment_count", "smart_equipment_count", "networked_equipment_count")
SHARES = {
    "smart_equipment_rate": ("smart_equipment_count", "equipment_count"),
    "equipment_networking_rate": ("networked_equipment_count", "smart_equipment_count"),
}
CHANGES = ("operating_cost", "production_efficiency", "defect_rate", "energy_utilization", "resource_utilization")
SUMS = ("total_investment", "industrial_robot_count", *COUNTS)
Pair = tuple[Fraction | None, Fraction, str]
"""Baseline (None: not given), current, unit text."""


@dataclass(frozen=True)
class Holder:
    """An enterprise."""

    number: int
    size: str | None
    ownership: str | None
    honors: frozenset[str]

    @property
    def name(self) -> str:
        """Its name."""
        return f"演示第{self.number}有限公司"


@dataclass(frozen=True)
class Place:
    """A project."""

    number: int
    holder: Holder
    unit: str
    division: str | None
    industry: str | None

    @property
    def code(self) -> str:
        """Its code."""
        return f"CZ-{self.number:06d}"


@dataclass(frozen=True)
class Title:
    """A title with its reports: declared and verified values by KPI."""

    number: int
    place: Place
    category: str
    year: int
    announced: date
    status: str
    ended: date | None
    declared: dict[str, Pair] = field(hash=False)
    verified: dict[str, Pair] = field(hash=False)

    @property
    def name(self) -> str:
        """The name under which it was awarded, which is not the project's own."""
        return f"演示{self.place.number}号车间（获评{self.number}）"

    @property
    def document(self) -> str:
        """Its document, one for each batch."""
        return f"演示〔{self.year}〕{list(CATEGORIES).index(self.category) + 1}号"

    @property
    def inputs(self) -> dict[str, Pair]:
        """The verified input over the declared one, KPI by KPI."""
        return {**self.declared, **self.verified}

    def value(self, code: str) -> Fraction | None:
        """What a mean takes, None where it does not compare."""
        pair = self.pair(code)
        if pair is None:
            return None
        base, now, _measure = pair
        if code in CHANGES:
            return (now - base) / abs(base) * 100 if base else None
        return now / base * 100 if base else None

    def pair(self, code: str) -> Pair | None:
        """Inputs of a share (its counts, else the typed rate), or of a change."""
        if code in SHARES:
            upper, lower = SHARES[code]
            if self.is_counted(code):
                return self.inputs[lower][1], self.inputs[upper][1], ""
        return self.inputs.get(code)

    def is_counted(self, code: str) -> bool:
        """Whether a share follows from counts."""
        return all(part in self.inputs for part in SHARES[code])


def values(draw: Random, share: float) -> dict[str, Pair]:
    """Random values of a report; each KPI is there with this probability."""
    found: dict[str, Pair] = {}
    total = draw.randint(1, 90)
    smart = draw.randint(0, total)
    counts = (total, smart, draw.randint(0, smart))
    for code, count in zip(COUNTS, counts, strict=True):
        if draw.random() < share:
            found[code] = (None, Fraction(count), "")
    for code in SHARES:
        if draw.random() < share / 2:
            found[code] = (Fraction(100), Fraction(draw.randint(0, 1000), 10), "")
    if draw.random() < share:
        found["total_investment"] = (None, Fraction(draw.randint(1, 10**9), 100), "")
    if draw.random() < share:
        found["industrial_robot_count"] = (None, Fraction(draw.randint(0, 60)), "")
    for code in CHANGES:
        if draw.random() < share:
            base = draw.choice([None, Fraction(0), *[Fraction(draw.randint(1, 10**6), 1000)] * 8])
            unit = draw.choice(["万元/年", "万元/年", "元/件"]) if code == "operating_cost" else ""
            found[code] = (base, Fraction(draw.randint(0, 10**6), 1000), unit)
    return found


def made(draw: Random, batches: int) -> list[Title]:
    """Batches of up to nine titles, each of one category and year; a project may be in several."""
    holders = [
        Holder(
            number,
            draw.choice([None, "large", "medium", "small", "micro"]),
            draw.choice([None, "private", "private", "state", "foreign", "other"]),
            frozenset(draw.sample(KINDS, draw.choice([0, 0, 1, 2]))),
        )
        for number in range(1, max(4, batches * 3))
    ]
    places = []
    for number in range(1, max(10, batches * 5)):
        unit = draw.choice(list(UNITS))
        division = draw.choice([UNITS[unit]] * 5 + [draw.choice(list(UNITS.values())), None])
        places.append(Place(number, draw.choice(holders), unit, division, draw.choice([None, *INDUSTRIES])))
    cells = [(category, year) for year in range(2010, 2100) for category in CATEGORIES]
    titles: list[Title] = []
    for category, year in draw.sample(cells, batches):
        announced = date(year, draw.randint(1, 12), 1)
        for place in draw.sample(places, draw.randint(1, min(9, len(places)))):
            status = draw.choice(["valid"] * 4 + ["revoked", "expired"])
            ended = None if status == "valid" else date(min(year + draw.randint(0, 3), 2099), 12, 31)
            verified = values(draw, 0.4) if draw.random() < 0.4 else {}
            titles.append(
                Title(len(titles) + 1, place, category, year, announced, status, ended, values(draw, 0.85), verified)
            )
    return titles


def write(session: Session, titles: Iterable[Title]) -> None:
    """The record in the database, as imports and confirmed documents leave it."""
    titles = list(titles)
    holders: dict[int, Enterprise] = {}
    for holder in {title.place.holder for title in titles}:
        holders[holder.number] = Enterprise(
            name=holder.name, name_key=holder.name, size=holder.size, ownership=holder.ownership, created_at=AT,
            updated_at=AT,
        )  # fmt: skip
    session.add_all(holders.values())
    session.flush()
    for holder in {title.place.holder for title in titles}:
        for kind in holder.honors:
            session.add(EnterpriseHonor(enterprise_id=holders[holder.number].id, kind=kind, document_number=""))
    projects = {
        place.number: Project(
            code=place.code, type="workshop", name=f"演示{place.number}号车间", name_key=f"演示{place.number}号车间",
            enterprise_id=holders[place.holder.number].id, unit_code=place.unit, division_code=place.division,
            industry_code=place.industry, precision="none", created_at=AT, updated_at=AT,
        )
        for place in sorted({title.place for title in titles}, key=lambda place: place.number)
    }  # fmt: skip
    session.add_all(projects.values())
    documents = {
        title.document: Document(
            number=title.document, number_key=title.document, kind="recognition", announced_on=title.announced,
            created_at=AT,
        )
        for title in titles
    }  # fmt: skip
    session.add_all(documents.values())
    session.flush()
    rows = [
        Recognition(
            project_id=projects[title.place.number].id, category_code=title.category, year=title.year,
            document_id=documents[title.document].id, announced_on=title.announced, name_awarded=title.name,
            enterprise_awarded=title.place.holder.name, status=title.status, ended_on=title.ended,
            ending_document_id=documents[title.document].id if title.status == "revoked" else None, created_at=AT,
        )
        for title in titles
    ]  # fmt: skip
    session.add_all(rows)
    session.flush()
    for title, row in zip(titles, rows, strict=True):
        for basis, given in (("declared", title.declared), ("verified", title.verified)):
            if given:
                session.add(
                    KpiReport(
                        project_id=row.project_id, recognition_id=row.id, kind="recognition", basis=basis,
                        created_at=AT, values=[stored(code, pair) for code, pair in given.items()],
                    )
                )  # fmt: skip
    session.flush()
    search_index.refresh(session, [project.id for project in projects.values()])


def stored(code: str, pair: Pair) -> KpiValue:
    """One value as it lies in the database."""
    base, now, measure = pair
    return KpiValue(
        kpi_code=code,
        baseline=None if base is None else Decimal(base.numerator) / Decimal(base.denominator),
        current=Decimal(now.numerator) / Decimal(now.denominator),
        measure=measure,
        comparable=bool(base) if code in CHANGES or code in SHARES else True,
    )
