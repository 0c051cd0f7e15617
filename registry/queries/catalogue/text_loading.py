"""Fills the search texts from the database: whole, or only those of the projects that changed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from registry.models import ProjectSearch
from registry.queries.catalogue.loading import changed_since
from registry.queries.catalogue.tables import CHUNK
from registry.queries.catalogue.texts import Texts

MOST_BESIDE = 2_000
"""Projects whose texts are kept beside those of all; where more have changed, all are read anew."""


def load_texts(session: Session) -> Texts:
    """Read all search texts (one query)."""
    return _read(session, _TEXTS)


def patch_texts(session: Session, old: Texts, revision: int) -> Texts | None:
    """The texts as the session sees them, where `old` were all read at a revision (two queries); None where so many
    changed that all are to be read."""
    changed = np.sort(np.fromiter(session.scalars(changed_since(revision)), dtype=np.int64))
    if 0 in changed or len(changed) > MOST_BESIDE:
        return None
    only = _TEXTS.where(ProjectSearch.project_id.in_(changed_since(revision)))
    return replace(old, later=(changed, _read(session, only)))


_TEXTS = select(ProjectSearch.project_id, ProjectSearch.text).order_by(ProjectSearch.project_id)


def _read(session: Session, statement: Select[int, str]) -> Texts:
    with session.connection().execute(statement.execution_options(yield_per=CHUNK)) as result:
        return Texts.of((row[0], row[1]) for row in result)
