"""Lines of lists: a project under one title, with what a list shows of both and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from registry.db import plain
from registry.models import Document, Enterprise, Project, Recognition
from registry.queries.catalogue.columns import TIERS, Catalogue, Ints


class Line(NamedTuple):
    """A project under one of its titles; `held` is how many titles it has."""

    title_id: int
    name_awarded: str
    category: str
    year: int | None
    status: str
    document_id: int
    document_number: str
    id: int
    code: str
    name: str
    enterprise_id: int | None
    enterprise: str
    unit: str
    industry: str | None
    lon: float | None
    tier: str
    held: int


_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)
_LINES = (
    select(
        Recognition.id,
        Recognition.name_awarded,
        Recognition.category_code,
        Recognition.year,
        Recognition.status,
        Recognition.document_id,
        Document.number,
        Project.id,
        Project.code,
        Project.name,
        Project.enterprise_id,
        Enterprise.name,
        Project.unit_code,
        Project.industry_code,
        Project.lon,
    )
    .join(Document, Document.id == Recognition.document_id)
    .join(Project, Project.id == Recognition.project_id)
    .outerjoin(Enterprise, Enterprise.id == Project.enterprise_id)
    .where(Recognition.id.in_(_IDS))
)


def load_lines(session: Session, catalogue: Catalogue, titles: Ints) -> list[Line]:
    """The lines of the titles at these positions, in this order (one query)."""
    ids = catalogue.title_ids[titles].tolist()
    found = {row[0]: row for row in plain(session, _LINES, ids=ids)}
    tiers = catalogue.title_tier[titles].tolist()
    held = np.diff(catalogue.start)[catalogue.title_project[titles]].tolist()
    return [Line._make((*found[id_], TIERS[tier], count)) for id_, tier, count in zip(ids, tiers, held, strict=True)]


def leading_lines(session: Session, catalogue: Catalogue, projects: Ints) -> list[Line]:
    """The lines of the projects at these positions under their leading titles, in this order (one query)."""
    return load_lines(session, catalogue, catalogue.standing[projects])
