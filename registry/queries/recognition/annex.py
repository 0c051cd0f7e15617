"""The public annex of a document: its titles with derived figures only, in the bureau's layout."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.record.pages import Announcement
from registry.queries.record.rows import ProjectRow, TitleRow, report_kpis
from registry.queries.review.summary import SummaryRow

CHUNK = 500


def public_annex(
    session: Session, lists: CodeLists, document: Announcement, titles: Sequence[tuple[ProjectRow, TitleRow]]
) -> list[SummaryRow]:
    """Rows of the titles that this document gave; `summary_workbook(public=True)` hides single amounts."""
    given = [(project, title) for project, title in titles if title.document_id == document.id]
    values = {}
    for start in range(0, len(given), CHUNK):
        values.update(report_kpis(session, [title.id for _, title in given[start : start + CHUNK]]))
    return [
        SummaryRow(
            enterprise=title.enterprise_awarded,
            project=title.name_awarded,
            unit=project.unit,
            category=lists.categories[title.category].name,
            year=title.year,
            values={code: value.exact for code, value in values.get(title.id, {}).items() if value.exact is not None},
        )
        for project, title in given
    ]
