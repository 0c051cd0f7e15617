"""Public rows: what a citizen, a file and a program may see of the selected projects.

Everything public comes from here and starts from the catalogue (`published`); fields are a whitelist.
Absolute KPI values, contacts, remarks and drafts have no way in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, exists, select
from sqlalchemy.orm import Session

from registry.db import plain
from registry.kpi_definitions import kpi
from registry.models import (
    Document,
    Enterprise,
    KpiReport,
    KpiValue,
    Project,
    ProjectName,
    Recognition,
    ReleasedPhoto,
)
from registry.queries.catalogue.columns import NOT_STATED, Catalogue, Ints
from registry.queries.record.kpis import PublicKpi, Source, public_kpi
from registry.queries.record.life import FormerName
from registry.terms import Basis, RecognitionStatus, ReportKind
from registry.values.kpi_checks import KpiInput, with_shares

CHUNK = 500


@dataclass(frozen=True, kw_only=True)
class TitleRow:
    """One title as the public sees it."""

    id: int
    category: str
    tier: str
    name_awarded: str
    enterprise_awarded: str
    year: int | None
    document_id: int
    document_number: str
    document_kind: str
    announced_on: date | None
    stage: str | None
    status: str
    ended_on: date | None
    ending_reason: str


@dataclass(frozen=True, kw_only=True)
class PhotoRow:
    """A released photo; `alt` says what it shows to those who cannot see it, the caption where it is empty."""

    id: int
    caption: str
    alt: str = ""


@dataclass(frozen=True, kw_only=True)
class ProjectRow:
    """One project as the public sees it; `titles` are in order, the leading one first."""

    id: int
    code: str
    name: str
    name_short: str
    type: str
    enterprise_id: int | None
    enterprise: str
    unit: str
    division: str | None
    town: str
    address: str
    industry: str | None
    lon: float | None
    lat: float | None
    precision: str
    near_line: bool
    products: str
    summary: str
    parent_id: int | None
    updated_at: datetime
    was_renamed: bool
    has_photos: bool
    titles: tuple[TitleRow, ...]
    names_former: tuple[FormerName, ...] = ()
    kpis: dict[str, PublicKpi] = field(default_factory=dict)
    photos: tuple[PhotoRow, ...] = ()
    reported: int = NOT_STATED  # id of the title whose KPI report `kpis` are

    @property
    def leading(self) -> TitleRow:
        """The title that gives tier, category and level."""
        return self.titles[0]


def load_rows(
    session: Session,
    catalogue: Catalogue,
    positions: Ints,
    reports_of: Ints,
    kpis: Mapping[int, dict[str, PublicKpi]] | None = None,
) -> list[ProjectRow]:
    """Full rows of these projects, in this order (at most five queries).

    `reports_of` holds for each the position of the title whose KPI report counts, or -1; `kpis` are the values of
    these reports where they are known already.
    """
    reports = [int(catalogue.title_ids[title]) if title != NOT_STATED else NOT_STATED for title in reports_of]
    if kpis is None:
        kpis = report_kpis(session, [report for report in reports if report != NOT_STATED])
    rows = load_brief(session, catalogue, positions)
    former = _former_names(session, [row.id for row in rows if row.was_renamed])
    released = _photos(session, [row.id for row in rows if row.has_photos])
    return [
        replace(
            row,
            names_former=tuple(former.get(row.id, ())),
            photos=tuple(released.get(row.id, ())),
            kpis=kpis.get(report, {}),
            reported=report,
        )
        for row, report in zip(rows, reports, strict=True)
    ]


def load_brief(session: Session, catalogue: Catalogue, positions: Ints) -> list[ProjectRow]:
    """The same rows without KPI values, photos and former names, for a page that shows none (two queries)."""
    ids = [int(value) for value in catalogue.ids[positions]]
    projects = {row.id: row for row in plain(session, _PROJECTS, ids=ids)}
    titles = _titles(session, catalogue, ids)
    return [ProjectRow(**projects[project_id]._asdict(), titles=tuple(titles[project_id])) for project_id in ids]


def iterate_rows(session: Session, catalogue: Catalogue, positions: Ints, reports_of: Ints) -> Iterator[ProjectRow]:
    """The same for whole files: rows are read in chunks, so memory stays bounded."""
    for start in range(0, len(positions), CHUNK):
        part = slice(start, start + CHUNK)
        yield from load_rows(session, catalogue, positions[part], reports_of[part])


# Statements are made once: SQLAlchemy takes longer to build one than the database to answer it.
_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)
_PROJECTS = (
    select(
        Project.id,
        Project.code,
        Project.name,
        Project.name_short,
        Project.type,
        Project.enterprise_id,
        Enterprise.name.label("enterprise"),
        Project.unit_code.label("unit"),
        Project.division_code.label("division"),
        Project.town,
        Project.address,
        Project.industry_code.label("industry"),
        Project.lon,
        Project.lat,
        Project.precision,
        Project.near_line,
        Project.products,
        Project.summary,
        Project.parent_id,
        Project.updated_at,
        exists().where(ProjectName.project_id == Project.id).label("was_renamed"),
        exists().where(ReleasedPhoto.project_id == Project.id).label("has_photos"),
    )
    .outerjoin(Enterprise, Enterprise.id == Project.enterprise_id)
    .where(Project.id.in_(_IDS))
)
_FORMER_NAMES = (
    select(ProjectName.project_id, ProjectName.name, ProjectName.until)
    .where(ProjectName.project_id.in_(_IDS))
    .order_by(ProjectName.id.desc())
)
_TITLES = (
    select(
        Recognition.project_id,
        Recognition.id,
        Recognition.category_code.label("category"),
        Recognition.name_awarded,
        Recognition.enterprise_awarded,
        Recognition.year,
        Recognition.document_id,
        Document.number.label("document_number"),
        Document.kind.label("document_kind"),
        Recognition.announced_on,
        Recognition.stage,
        Recognition.status,
        Recognition.ended_on,
        Recognition.ending_reason,
    )
    .join(Document, Document.id == Recognition.document_id)
    .where(Recognition.project_id.in_(_IDS))
    .order_by(Recognition.id)
)
_PHOTOS = (
    select(ReleasedPhoto.project_id, ReleasedPhoto.id, ReleasedPhoto.caption, ReleasedPhoto.alt)
    .where(ReleasedPhoto.project_id.in_(_IDS))
    .order_by(ReleasedPhoto.id)
)
_KPIS = (
    select(
        KpiReport.recognition_id,
        KpiReport.report_year,
        KpiReport.baseline_year,
        KpiReport.basis,
        KpiValue.kpi_code,
        KpiValue.baseline,
        KpiValue.current,
        KpiValue.measure,
    )
    .join(KpiValue, KpiValue.report_id == KpiReport.id)
    .where(KpiReport.recognition_id.in_(_IDS), KpiReport.kind == ReportKind.RECOGNITION.value)
    .order_by(KpiReport.basis == Basis.VERIFIED.value)
)
_TITLE_FIELDS = tuple(str(column.key) for column in _TITLES.selected_columns)[1:]


def _titles(session: Session, catalogue: Catalogue, ids: Sequence[int]) -> dict[int, list[TitleRow]]:
    """Titles of each project, the leading one first, then the newest."""
    categories = catalogue.lists.categories
    rows: dict[int, list[TitleRow]] = defaultdict(list)
    for project_id, *values in plain(session, _TITLES, ids=ids):
        given = dict(zip(_TITLE_FIELDS, values, strict=True))
        rows[project_id].append(TitleRow(**given, tier=categories[given["category"]].tier))
    for titles in rows.values():
        titles.sort(key=lambda title: _precedence(catalogue, title))
    return rows


def _former_names(session: Session, ids: Sequence[int]) -> dict[int, list[FormerName]]:
    """Former names of each project, the last one first."""
    found: dict[int, list[FormerName]] = defaultdict(list)
    for project_id, name, until in plain(session, _FORMER_NAMES, ids=ids) if ids else ():
        found[project_id].append(FormerName(name, until))
    return found


def _photos(session: Session, ids: Sequence[int]) -> dict[int, list[PhotoRow]]:
    """Released photos of each project, in the order in which they were sent."""
    found: dict[int, list[PhotoRow]] = defaultdict(list)
    for project_id, photo_id, caption, alt in plain(session, _PHOTOS, ids=ids) if ids else ():
        found[project_id].append(PhotoRow(id=photo_id, caption=caption, alt=alt))
    return found


def _precedence(catalogue: Catalogue, title: TitleRow) -> tuple[bool, int, int, int, str]:
    """The order that `Catalogue.leading` follows, for one title."""
    item = catalogue.lists.categories[title.category]
    tier = ("national", "provincial", "municipal").index(item.tier)
    announced = title.announced_on.toordinal() if title.announced_on else 0
    rank = NOT_STATED if item.rank is None else item.rank
    return (
        title.status != RecognitionStatus.VALID,
        tier,
        -rank,
        -announced,
        title.category,
    )


def report_kpis(session: Session, title_ids: Sequence[int]) -> dict[int, dict[str, PublicKpi]]:
    """Public KPI values by title id (one query)."""
    return merged(plain(session, _KPIS, ids=title_ids))


def merged(rows: Iterable[Any]) -> dict[Any, dict[str, PublicKpi]]:
    """The public values of inputs by whatever their rows begin with; the others hold report year, baseline year, basis,
    KPI, baseline, current and measure.

    Inputs are merged first, a later row (a verified one) over an earlier one; shares follow from the merged counts.
    """
    inputs: dict[Any, dict[str, KpiInput]] = defaultdict(dict)
    sources: dict[Any, dict[str, Source]] = defaultdict(dict)
    for of, report_year, baseline_year, basis, code, baseline, current, measure in rows:
        inputs[of][code] = KpiInput(baseline=baseline, current=current, measure=measure)
        sources[of][code] = Source(Basis(basis), baseline_year, report_year)
    return {of: _public(values, sources[of]) for of, values in inputs.items()}


def _public(values: dict[str, KpiInput], sources: dict[str, Source]) -> dict[str, PublicKpi]:
    """The public values of one report. A share of two counts is verified when both are."""
    found = {}
    for code, value in with_shares(values).items():
        item = kpi(code)
        counts = [sources[part] for part in (item.numerator, item.denominator) if part in sources]
        source = counts[0] if len(counts) == 2 else sources[code]
        if len(counts) == 2 and any(count.basis != Basis.VERIFIED for count in counts):
            source = replace(source, basis=Basis.DECLARED)
        found[code] = public_kpi(code, value, source)
    return found
